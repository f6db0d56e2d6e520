"""The small district of the web tests, with the shipped categories, and who acts in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyproj import Transformer
from sqlalchemy import Engine, text

from gisgrid.model.people import Actor
from gisgrid.services.move_incident import Facts, move_incident
from gisgrid.services.report_incident import Report, report_incident
from gisgrid.services.set_up_project import load_incident_vocabulary
from gisgrid.storage import people
from gisgrid.storage.engine import SYSTEM, transaction
from tests.web.conftest import EAST, EPSG, NORTH, District, build


def place(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of metres east and north in the district."""
    return Transformer.from_crs(EPSG, 4326, always_xy=True).transform(EAST + x, NORTH + y)


class Desk:
    """The district, and short names for what the tests do in it."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.engine: Engine = district.engine

    def actor(self, login: str) -> Actor:
        with transaction(self.engine, SYSTEM) as conn:
            actor = people.actor(conn, self.district.account[login])
        assert actor is not None
        return actor

    def report(self, login: str = "staff", x: float = 30, y: float = 30, **values) -> int:
        lon, lat = place(x, y)
        values = {"category": "0102", "text": "路边有垃圾"} | values
        report = Report(lon=lon, lat=lat, **values)
        return report_incident(self.engine, self.actor(login), report)["id"]

    def ask(self, statement: str, **values):
        with transaction(self.engine, SYSTEM) as conn:
            result = conn.execute(text(statement), values)
            return result.scalar() if result.returns_rows else None

    def answer_for(self, category: str, *bodies: str, unit: str = "district") -> None:
        for body in bodies:
            self.ask(
                "INSERT INTO responsibility VALUES (:category, :unit, :body)",
                category=category, unit=self.district.unit[unit], body=body,
            )  # fmt: skip


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A district of the test's own."""
    district = build(engine)
    load_incident_vocabulary(engine)
    return Desk(district)


@pytest.fixture
def staff(desk: Desk) -> Actor:
    return desk.actor("staff")


@pytest.fixture
def leader(desk: Desk) -> Actor:
    return desk.actor("leader")


@pytest.fixture
def go(desk: Desk, staff: Actor) -> Callable:
    """`go(id, "accept", …)`: the desk takes a step."""

    def step(incident: int, name: str, actor: Actor | None = None, **facts):
        return move_incident(desk.engine, actor or staff, incident, name, Facts(**facts))

    return step
