"""Walls and gates in the stored reach, on PostGIS: out of a compound one walks by its gates.

street y = 0  ──────────────────────────────  pharmacy at (0, 0)
               ┌────────────────┐ y = 10
               │ house (100,20) │            a wall all round, from x = 50 to x = 150
               └────────────────┘ y = 40
street y = 60 ──────────────────────────────  joined to the other at x = 0 and x = 400
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text
from towns import EPSG, placed

from gisgrid.io import frames
from gisgrid.model.project import Project
from gisgrid.services.import_layers import import_frames
from gisgrid.services.service_circles import view_circle, walk_to_service
from gisgrid.services.set_up_project import set_up_project
from gisgrid.services.store_circles import store_circles
from gisgrid.services.view_coverage import list_off_street
from gisgrid.storage.engine import SYSTEM, transaction

STREETS = [[(0, 0), (400, 0)], [(0, 60), (400, 60)], [(0, 0), (0, 60)], [(400, 0), (400, 60)]]
WALL = [(50, 10), (150, 10), (150, 40), (50, 40), (50, 10)]
HOUSE = shapely.box(98, 18, 102, 22)


def frame(contract: frames.Contract, shapes: list, **columns) -> gpd.GeoDataFrame:
    ids = {"source_id": [f"x{n}" for n in range(len(shapes))]}
    count = {name: [value] * len(shapes) for name, value in columns.items()}
    if contract is not frames.LINES:
        count |= ids
    return frames.frame_of(contract, count, placed(np.array(shapes, object)))


def layers(*gates: tuple[float, float], walled: bool = True) -> dict[str, gpd.GeoDataFrame]:
    street = {"class": "lane", "walkable": True, "bridge": False, "tunnel": False, "layer": 0}
    walls = [shapely.LineString(WALL)] if walled else []
    return {
        "streets": frame(frames.STREETS, [shapely.LineString(run) for run in STREETS], **street),
        "lines": frame(frames.LINES, walls, kind="wall"),
        "buildings": frame(
            frames.BUILDINGS, [HOUSE], use="apartments", residential=True, households=30.0
        ),
        "services": frame(frames.SERVICES, [shapely.Point(0, 0)], kind="pharmacy"),
        "gates": frame(frames.GATES, [shapely.Point(gate) for gate in gates]),
    }


@pytest.fixture
def project(engine: Engine) -> Engine:
    set_up_project(engine, Project(name="大院", preset="GG4", metric_epsg=EPSG))
    return engine


def walk_m(engine: Engine, found: dict[str, gpd.GeoDataFrame]) -> float:
    import_frames(engine, found, "compound")
    store_circles(engine, ["pharmacy"])
    with transaction(engine, SYSTEM) as conn:
        return float(conn.execute(text("SELECT metres FROM reach")).scalar_one())


def shut_in(engine: Engine) -> list[int]:
    return list_off_street(engine, SYSTEM)["enclosed"]["id"]


def test_without_a_wall_the_house_walks_straight_to_its_street(project):
    assert walk_m(project, layers(walled=False)) == pytest.approx(100 + 20, abs=0.1)


def test_by_the_gate_at_the_back_the_walk_goes_round(project):
    """20 m to the gate at (100, 40), 20 m on, 100 m along the back street, 60 m up."""
    assert walk_m(project, layers((100, 40))) == pytest.approx(20 + 20 + 100 + 60, abs=0.1)
    assert shut_in(project) == []


def test_of_two_gates_the_shorter_leg_counts(project):
    assert walk_m(project, layers((100, 40), (110, 10))) == pytest.approx(
        110 + 10 + np.hypot(10, 10), abs=0.1
    )


def test_a_house_that_no_gate_is_open_to_keeps_its_leg_and_is_listed(project):
    assert walk_m(project, layers()) == pytest.approx(120, abs=0.1)
    assert len(shut_in(project)) == 1


def test_a_gate_that_is_gone_from_the_source_is_gone_from_the_walk(project):
    walk_m(project, layers((100, 40), (110, 10)))
    assert walk_m(project, layers((100, 40))) == pytest.approx(200, abs=0.1)


@pytest.mark.parametrize(("walled", "is_inside"), [(False, True), (True, False)])
def test_the_drawn_circle_ends_at_the_wall_when_the_gate_is_too_far(project, walled, is_inside):
    """2.5 minutes are 167 m: the house is 120 m away through the wall and 200 m by its gate."""
    walk_m(project, layers((100, 40), walled=walled))
    with transaction(project, SYSTEM) as conn:
        service = conn.execute(text("SELECT id FROM service_point")).scalar_one()
    circle = view_circle(project, SYSTEM, service, minutes=2.5, speed_kmh=4.0)
    [ring] = circle["polygons"]["features"]
    house = placed(np.array([shapely.Point(100, 20)], object))[0]
    assert shapely.geometry.shape(ring["geometry"]).covers(house) == is_inside
    assert circle["households"]["2.5"] == (30 if is_inside else 0)


def test_the_drawn_walk_passes_the_gate(project):
    walk_m(project, layers((100, 40)))
    with transaction(project, SYSTEM) as conn:
        house = conn.execute(text("SELECT id FROM building")).scalar_one()
        service = conn.execute(text("SELECT id FROM service_point")).scalar_one()
    line = walk_to_service(project, SYSTEM, house, service)
    course = gpd.GeoSeries([shapely.geometry.shape(line["geometry"])], crs=4326).to_crs(EPSG)
    assert course.length.iloc[0] == pytest.approx(200, abs=0.5)
    wall = gpd.GeoSeries([placed(np.array([shapely.LineString(WALL)], object))[0]], crs=4326)
    crossed = course.iloc[0].intersection(wall.to_crs(EPSG).iloc[0])
    assert shapely.get_num_geometries(crossed) == 1
