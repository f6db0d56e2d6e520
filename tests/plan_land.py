"""A small community in a real database, drawn as a table of households: one cell a number.

``LAND = [[100, 100], [0, 50]]`` is two rows of two cells, 100 m a side, north row first, each cell
with one building of that many households (none for 0). A river without a bridge is drawn between
two columns by `river_after`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, Engine, make_url, text

from gisgrid.model.people import Actor, Role
from gisgrid.services.edit_plan import move_cells
from gisgrid.services.new_plan import delete_plan, new_plan
from gisgrid.storage.engine import SYSTEM, open_engine, transaction

EPSG = 4547
WEST, NORTH, SIDE = 530_000, 3_380_000, 100
RIVER, LANE = 3, 1
CODE = "990101004007"

TWELVE = [[120, 130, 110, 140], [100, 150, 90, 160], [130, 120, 100, 110]]
"""1,460 households in twelve cells: four grids of about 365."""


@dataclass(frozen=True, slots=True)
class Land:
    """Ids of what was drawn. `cells` row by row, west to east, north row first."""

    engine: Engine
    unit: int
    cell_set: int
    cells: tuple[int, ...]
    planner: Actor
    colleague: Actor
    stranger: Actor
    staff: Actor
    leader: Actor


def draw(
    engine: Engine,
    households: Sequence[Sequence[int]] = TWELVE,
    *,
    river_after: int | None = None,
    band: tuple[int, int, int] = (300, 500, 400),
) -> Land:
    """Set up a project with one community and what `households` shows in it."""
    with transaction(engine, SYSTEM) as conn:
        _project(conn, band)
        unit = _unit(conn, CODE, households, 0)
        other = _unit(conn, "990101004008", [[1]], 5_000)
        cell_set = _cell_set(conn, unit)
        cells = tuple(
            _cell(conn, cell_set, unit, (row, column), n)
            for row, line in enumerate(households)
            for column, n in enumerate(line)
        )
        _neighbours(conn, {"set": cell_set, "unit": unit}, cells, len(households[0]), river_after)
        accounts = {
            login: _account(conn, login, role)
            for login, role in (
                ("planner", "planner"),
                ("colleague", "planner"),
                ("stranger", "planner"),
                ("staff", "staff"),
                ("leader", "leader"),
            )
        }
        conn.execute(text("ANALYZE"))
    here = (unit,)
    return Land(
        engine,
        unit,
        cell_set,
        cells,
        Actor(accounts["planner"], Role.PLANNER, communities=here),
        Actor(accounts["colleague"], Role.PLANNER, communities=here),
        Actor(accounts["stranger"], Role.PLANNER, communities=(other,)),
        Actor(accounts["staff"], Role.STAFF, communities=here),
        Actor(accounts["leader"], Role.LEADER),
    )


FOUR = "AABB/ACBD/CCDD"
"""Grids of 350, 340, 400 and 370 households, each one piece."""


def draft(land: Land, drawing: str = FOUR) -> int:
    """A fresh draft that looks like `drawing`: A is position 0 and code 001, B the next, …"""
    letters = drawing.replace("/", "")
    names = sorted(set(letters))
    source = new_plan(land.engine, land.planner, land.unit, start="whole")
    for version, name in enumerate(names[1:], start=1):
        chosen = [c for c, letter in zip(land.cells, letters, strict=True) if letter == name]
        call = {
            "base_version": version,
            "kind": "split",
            "moves": [[c, 0, version] for c in chosen],
        }
        move_cells(land.engine, land.planner, source, **call)
    copy = new_plan(land.engine, land.planner, land.unit, start=source)
    delete_plan(land.engine, land.planner, source)
    return copy


@contextmanager
def drawn(template_url: str) -> Iterator[Land]:
    """The land of `TWELVE` in a database of its own, dropped afterwards: for a whole module."""
    template = make_url(template_url)
    name = f"land_{uuid4().hex[:12]}"
    server = open_engine(str(template.set(database="postgres"))).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with server.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {template.database}"))
    engine = open_engine(str(template.set(database=name)))
    yield draw(engine)
    engine.dispose()
    with server.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


CLEARINGS = (
    "DELETE FROM incident",
    "DELETE FROM plan",
    "DELETE FROM idempotency_key",
    "DELETE FROM audit_log",
    "DELETE FROM cell_set WHERE id <> :cell_set",
    "UPDATE cell_set SET current = true WHERE NOT current",
    "DELETE FROM building WHERE source <> 'test'",
    "UPDATE building SET households_override = NULL WHERE households_override IS NOT NULL",
)


def cleared(land: Land) -> Land:
    """The same land without plans and what came with them."""
    with transaction(land.engine, SYSTEM) as conn:
        for statement in CLEARINGS:
            conn.execute(text(statement), {"cell_set": land.cell_set} if ":" in statement else {})
    return land


def redraw_cells(land: Land, households: Sequence[Sequence[int]] = TWELVE) -> tuple[int, ...]:
    """A newer cell set of the same ground with the same buildings; its cells."""
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE cell_set SET current = false"))
        cell_set = _cell_set(conn, land.unit)
        copied = text(
            "INSERT INTO cell (cell_set_id, community_id, area_m2, x, y, geom)"
            " SELECT :new, community_id, area_m2, x, y, geom FROM cell WHERE cell_set_id = :old"
            " ORDER BY id RETURNING id"
        )
        cells = conn.execute(copied, {"new": cell_set, "old": land.cell_set}).scalars().all()
        stand = text(
            "INSERT INTO cell_building (cell_id, building_id, cell_set_id, community_id)"
            " SELECT cell.id, building.id, :new, :unit FROM cell JOIN building"
            " ON ST_Contains(cell.geom, building.geom) WHERE cell.cell_set_id = :new"
        )
        conn.execute(stand, {"new": cell_set, "unit": land.unit})
        _neighbours(conn, {"set": cell_set, "unit": land.unit}, cells, len(households[0]))
    return tuple(cells)


def _project(conn: Connection, band: tuple[int, int, int]) -> None:
    low, high, target = band
    conn.execute(
        text(
            "INSERT INTO project (name, preset, metric_epsg, band_low, band_high, target,"
            " dwelling_m2, residents_per_household, walk_kmh)"
            " VALUES ('Test', 'default', :epsg, :low, :high, :target, 110, 2.62, 4)"
        ),
        {"epsg": EPSG, "low": low, "high": high, "target": target},
    )


def _box(column: int, row: int, width: int = 1, height: int = 1, inset: int = 0) -> dict[str, int]:
    return {
        "w": WEST + column * SIDE + inset,
        "s": NORTH - (row + height) * SIDE + inset,
        "e": WEST + (column + width) * SIDE - inset,
        "n": NORTH - row * SIDE - inset,
        "epsg": EPSG,
    }


ENVELOPE = "ST_Transform(ST_MakeEnvelope(:w, :s, :e, :n, :epsg), 4326)"


def _unit(conn: Connection, code: str, rows: Sequence[Sequence[int]], away: int) -> int:
    # the corners of all cells lie on the community's line, so that the two meet exactly
    statement = text(
        "INSERT INTO unit (code, name, depth, source, geom) VALUES (:code, '阳光社区', 3, 'test',"
        " ST_Multi(ST_Transform(ST_Segmentize(ST_MakeEnvelope(:w, :s, :e, :n, :epsg), 100.0),"
        " 4326))) RETURNING id"
    )
    box = _box(away, 0, len(rows[0]), len(rows))
    return int(conn.execute(statement, {"code": code, **box}).scalar_one())


def _cell_set(conn: Connection, unit: int) -> int:
    statement = text(
        "INSERT INTO cell_set (community_id, ground_version) VALUES (:unit, 1) RETURNING id"
    )
    return int(conn.execute(statement, {"unit": unit}).scalar_one())


def _cell(
    conn: Connection, cell_set: int, unit: int, place: tuple[int, int], households: int
) -> int:
    row, column = place
    box = _box(column, row)
    values = {"set": cell_set, "unit": unit, "x": box["w"] + 50, "y": box["s"] + 50}
    statement = text(
        "INSERT INTO cell (cell_set_id, community_id, area_m2, x, y, geom)"
        f" VALUES (:set, :unit, 10000, :x, :y, {ENVELOPE}) RETURNING id"
    )
    cell = int(conn.execute(statement, {**values, **box}).scalar_one())
    if households:
        home = {"cell": cell, "set": cell_set, "unit": unit}
        _building(conn, home, households, _box(column, row, inset=30))
    return cell


def _building(conn: Connection, home: dict[str, int], households: int, box: dict[str, int]) -> None:
    statement = text(
        "WITH made AS (INSERT INTO building (source, source_id, residential, households_given,"
        f" community_id, geom) VALUES ('test', :name, true, :households, :unit, {ENVELOPE})"
        " RETURNING id)"
        " INSERT INTO cell_building (cell_id, building_id, cell_set_id, community_id)"
        " SELECT :cell, id, :set, :unit FROM made"
    )
    values = {"name": str(home["cell"]), "households": households}
    conn.execute(statement, {**values, **home, **box})


def _neighbours(
    conn: Connection,
    home: dict[str, int],
    cells: Sequence[int],
    columns: int,
    river_after: int | None = None,
) -> None:
    rows = len(cells) // columns
    pairs: list[tuple[int, int | None, int, bool]] = []
    for i, cell in enumerate(cells):
        row, column = divmod(i, columns)
        east = column + 1 < columns
        south = row + 1 < rows
        wet = column == river_after
        pairs.append((cell, cells[i + 1] if east else None, RIVER if wet else LANE, not wet))
        pairs.append((cell, cells[i + columns] if south else None, LANE, True))
        if row == 0:
            pairs.append((cell, None, 0, True))
        if column == 0:
            pairs.append((cell, None, 0, True))
    statement = text(
        "INSERT INTO cell_neighbour (cell_set_id, community_id, a_id, b_id, shared_m, barrier,"
        " joined, geom) SELECT :set, :unit, :a, :b, 100, :barrier, :joined,"
        " ST_Multi(ST_Boundary(geom)) FROM cell WHERE id = :a"
    )
    for a, b, barrier, joined in pairs:
        conn.execute(statement, {**home, "a": a, "b": b, "barrier": barrier, "joined": joined})


def _account(conn: Connection, login: str, role: str) -> int:
    statement = text(
        "INSERT INTO account (login, display_name, password_hash, role)"
        " VALUES (:login, :login, '-', :role) RETURNING id"
    )
    return int(conn.execute(statement, {"login": login, "role": role}).scalar_one())
