"""A small district in a real PostGIS: two communities side by side, four square cells each.

y 200 ┌─────┬─────┐┌─────┬─────┐      each cell 100 m, one building of 20 m in its middle
      │ a2  │ a3  ││ b2  │ b3  │      households of a: 100 200 300 400, of b: 10 20 30 40
y 100 ├─────┼─────┤├─────┼─────┤      grid 1 = west cells (a0 a2), grid 2 = east cells (a1 a3)
      │ a0  │ a1  ││ b0  │ b1  │      streets along x = 0 100 … 400 and y = 0 100 200
y 0   └─────┴─────┘└─────┴─────┘      a pharmacy at (0, 0)
      x 0   100  200    300  400
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, make_url, text

from gisgrid.settings import Settings
from gisgrid.storage.engine import SYSTEM, open_engine, transaction
from web import create_app

EPSG = 4548
EAST, NORTH = 448_000.0, 4_418_000.0
HOSTILE = "{{7*7}}<script>alert(1)</script>"
PASSWORD = "correct horse battery"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # quick to check
CODES = {"a": "110101001001", "b": "110101001002"}


@dataclass(frozen=True)
class District:
    """Ids of what the tests ask for by name."""

    engine: Engine
    unit: dict[str, int]
    cell: dict[str, int]
    building: dict[str, int]
    cell_set: dict[str, int]
    plan: dict[str, int]
    grid: dict[str, int]
    account: dict[str, int]
    service: int


def box(west: float, south: float, east: float, north: float, kind: str = "") -> str:
    shape = (
        f"ST_Transform(ST_MakeEnvelope({EAST + west}, {NORTH + south}, {EAST + east},"
        f" {NORTH + north}, {EPSG}), 4326)"
    )
    return f"ST_Multi({shape})" if kind == "multi" else shape


def line(*points: tuple[float, float]) -> str:
    coordinates = ", ".join(f"{EAST + x} {NORTH + y}" for x, y in points)
    return f"ST_Transform(ST_GeomFromText('LINESTRING({coordinates})', {EPSG}), 4326)"


def point(x: float, y: float) -> str:
    return f"ST_Transform(ST_SetSRID(ST_MakePoint({EAST + x}, {NORTH + y}), {EPSG}), 4326)"


class Builder:
    """Inserts rows as the system and keeps their ids."""

    def __init__(self, conn) -> None:
        self.conn = conn

    def add(self, table: str, geom: str | None = None, **values: object) -> int:
        names = [*values, *(["geom"] if geom else [])]
        shown = [*(f":{name}" for name in values), *([geom] if geom else [])]
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(shown)})"
        result = self.conn.execute(text(f"{statement} RETURNING *"), values).one()
        return result[0]


def build(engine: Engine) -> District:
    with transaction(engine, SYSTEM) as conn:
        build = Builder(conn)
        _project(build)
        district = build.add(
            "unit",
            box(0, 0, 400, 200, "multi"),
            code="110101",
            name="示例区",
            depth=1,
            source="test",
        )
        ids = District(engine, {"district": district}, {}, {}, {}, {}, {}, {}, 0)
        for name, west in (("a", 0), ("b", 200)):
            _community(build, ids, name, west)
        _streets(build)
        service = build.add(
            "service_point", point(0, 0), source="test", source_id="s1", name=HOSTILE,
            kind="pharmacy",
        )  # fmt: skip
        _accounts(build, ids)
        for name in ("a", "b"):
            _plan(build, ids, name)
    return District(**{f: getattr(ids, f) for f in ids.__dataclass_fields__} | {"service": service})


def _project(build: Builder) -> None:
    build.conn.execute(
        text(
            "INSERT INTO project (name, preset, metric_epsg, dwelling_m2, residents_per_household,"
            " walk_kmh, demonstration) VALUES (:name, 'T3', :epsg, 110, 2.62, 4, true)"
        ),
        {"name": "示例区", "epsg": EPSG},
    )
    levels = [(1, "district", "district"), (2, "community", "community"), (3, "grid", "grid")]
    for depth, key, role in levels:
        build.add(
            "unit_level", preset="T3", depth=depth, key=key, name_zh=key, name_en=key,
            geometry="polygon", role=role,
        )  # fmt: skip
    build.add(
        "service_kind", key="pharmacy", name_zh="药店", name_en="Pharmacy", minutes=5,
        radius_m=300, tier=5, source="test", verified=True, sort=1,
    )  # fmt: skip


def _community(build: Builder, ids: District, name: str, west: float) -> None:
    ids.unit[name] = unit = build.add(
        "unit", box(west, 0, west + 200, 200, "multi"), code=CODES[name],
        name=f"社区{name} {HOSTILE}", depth=2, parent_id=ids.unit["district"], source="test",
    )  # fmt: skip
    ids.cell_set[name] = cells = build.add("cell_set", community_id=unit, ground_version=1)
    for i in range(4):
        x, y = west + 100 * (i % 2), 100 * (i // 2)
        key = f"{name}{i}"
        ids.cell[key] = build.add(
            "cell", box(x, y, x + 100, y + 100), cell_set_id=cells, community_id=unit,
            area_m2=10_000, x=EAST + x + 50, y=NORTH + y + 50,
        )  # fmt: skip
        ids.building[key] = build.add(
            "building", box(x + 40, y + 40, x + 60, y + 60), source="test", source_id=key,
            name=f"{key} {HOSTILE}", residential=True, community_id=unit,
            households_given=(100 if name == "a" else 10) * (i + 1),
        )  # fmt: skip
        build.add(
            "cell_building", cell_id=ids.cell[key], building_id=ids.building[key],
            cell_set_id=cells, community_id=unit,
        )  # fmt: skip
    for a, b, edge in (
        (0, 1, ((100, 0), (100, 100))),
        (2, 3, ((100, 100), (100, 200))),
        (0, 2, ((0, 100), (100, 100))),
        (1, 3, ((100, 100), (200, 100))),
    ):
        build.add(
            "cell_neighbour", f"ST_Multi({line(*((x + west, y) for x, y in edge))})",
            cell_set_id=cells, community_id=unit, a_id=ids.cell[f"{name}{a}"],
            b_id=ids.cell[f"{name}{b}"], shared_m=100, barrier=1,
        )  # fmt: skip


def _streets(build: Builder) -> None:
    runs = [[(x, y) for y in (0, 100, 200)] for x in (0, 100, 200, 300, 400)]
    runs += [[(x, y) for x in (0, 100, 200, 300, 400)] for y in (0, 100, 200)]
    for i, run in enumerate(runs):
        build.add(
            "street", line(*run), source="test", source_id=str(i), name=HOSTILE,
            **{"class": "arterial" if i == 0 else "lane"}, walkable=True,
        )  # fmt: skip


def _accounts(build: Builder, ids: District) -> None:
    for login, role, scope in (
        ("planner", "planner", "district"),
        ("planner_b", "planner", "b"),
        ("leader", "leader", None),
        ("leader_of_nothing", "leader", None),
        ("staff", "staff", "district"),
        ("admin", "administrator", "district"),
    ):
        ids.account[login] = build.add(
            "account", login=login, display_name=f"{login} {HOSTILE}", password_hash=HASH,
            role=role,
        )  # fmt: skip
        if scope:
            build.add("role_scope", account_id=ids.account[login], unit_id=ids.unit[scope])


def _plan(build: Builder, ids: District, name: str) -> None:
    ids.plan[name] = plan = build.add(
        "plan", unit_id=ids.unit[name], cell_set_id=ids.cell_set[name], name=HOSTILE,
        state="effective", band_low=300, band_high=500, target=400, effective_from="2020-01-01",
    )  # fmt: skip
    for position in (0, 1):
        key = f"{name}{position + 1}"
        ids.grid[key] = build.add(
            "plan_grid", plan_id=plan, position=position, code=f"{CODES[name]}{position + 1:03d}",
            leader_id=ids.account["leader"] if key == "a1" else None,
        )  # fmt: skip
        for i in (position, position + 2):
            values = {"plan_id": plan, "cell_id": ids.cell[f"{name}{i}"], "grid_id": ids.grid[key]}
            build.add("plan_cell", **values)


@pytest.fixture(scope="session")
def shared_district(_shared_web_engine: Engine) -> District:
    """The district described above, for all tests that only read."""
    return build(_shared_web_engine)


@pytest.fixture(scope="session")
def _shared_web_engine(postgis_url: str) -> Iterator[Engine]:
    template = make_url(postgis_url)
    server = open_engine(str(template.set(database="postgres"))).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with server.connect() as conn:
        conn.execute(text(f"CREATE DATABASE web_district TEMPLATE {template.database}"))
    engine = open_engine(str(template.set(database="web_district")))
    yield engine
    engine.dispose()
    with server.connect() as conn:
        conn.execute(text("DROP DATABASE web_district WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def only_reads() -> None:
    """Ask for it in a module whose tests change nothing: they then share one district."""


@pytest.fixture
def own_database(engine: Engine) -> District:
    """A district of the test's own, for a test that changes it in a module that only reads."""
    return build(engine)


@pytest.fixture
def district(request: pytest.FixtureRequest) -> District:
    """The district described above: a test's own, unless its module says `only_reads`."""
    asked = request.fixturenames
    shared = "only_reads" in asked and "own_database" not in asked
    return request.getfixturevalue("shared_district" if shared else "own_database")


@pytest.fixture
def app(district: District, tmp_path: Path) -> Flask:
    """The application over the district, with form tokens checked as in production."""
    return create_app(Settings(data=tmp_path), district.engine)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


class Browser:
    """A browser: sends its form token, and signs in as whoever a test wants."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def token(self) -> str:
        page = self.client.get("/login").get_data(as_text=True)
        return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]

    def sign_in(self, login: str, password: str = PASSWORD):
        form = {"login": login, "password": password, "csrf_token": self.token()}
        return self.client.post("/login", data=form)

    def get(self, path: str, **options):
        return self.client.get(path, **options)

    def post(self, path: str, **options):
        headers = {"X-CSRFToken": self.token()} | options.pop("headers", {})
        return self.client.post(path, headers=headers, **options)


@pytest.fixture
def browse(app: Flask) -> Iterator:
    """`browse("planner")`: a browser in which that account is signed in."""

    def signed_in(login: str | None = None) -> Browser:
        browser = Browser(app)
        if login:
            assert browser.sign_in(login).status_code == 302
        return browser

    return signed_in
