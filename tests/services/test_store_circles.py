"""Reach and circles in PostGIS after an import, on a small town drawn by hand.

The town of `towns.py` is 4 × 2 blocks of 100 m; a pharmacy stands at its south-west corner.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text
from towns import EPSG, placed, town

from gisgrid.io import frames
from gisgrid.model.project import Project
from gisgrid.services.import_layers import import_frames
from gisgrid.services.set_up_project import set_up_project
from gisgrid.services.store_circles import Stored, measure_new_ground, store_circles
from gisgrid.storage.engine import SYSTEM, transaction


def pharmacies(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    count = len(places)
    columns = {
        "source_id": [f"s{n}" for n in range(count)],
        "name": [f"药店{n}" for n in range(count)],
        "kind": ["pharmacy"] * count,
        "opening_hours": [None] * count,
    }
    return frames.frame_of(frames.SERVICES, columns, placed(shapely.points(np.array(places))))


@pytest.fixture
def project(engine: Engine) -> Engine:
    set_up_project(engine, Project(name="小镇", preset="GG4", metric_epsg=EPSG))
    return engine


def value(engine: Engine, statement: str):
    with transaction(engine, SYSTEM) as conn:
        return conn.execute(text(statement)).scalar()


def test_every_building_gets_its_walk_and_every_service_three_circles(project):
    import_frames(project, {**town(4, 2), "services": pharmacies((0, 0))}, "town")
    done = measure_new_ground(project)
    assert done.walks == value(project, "SELECT count(*) FROM building") == 32
    assert done.circles == 3
    assert value(project, "SELECT min(metres) FROM reach") >= value(
        project, "SELECT min(straight_m) FROM reach"
    )
    assert value(project, "SELECT bool_and(ST_IsValid(geom)) FROM service_circle")
    assert value(project, "SELECT count(*) FROM reach WHERE straight_m > metres + 0.1") == 0


def test_what_is_up_to_date_is_not_measured_again(project):
    import_frames(project, {**town(4, 2), "services": pharmacies((0, 0))}, "town")
    assert measure_new_ground(project).kinds > 1
    assert measure_new_ground(project) == Stored()
    import_frames(project, {"services": pharmacies((0, 0), (400, 200))}, "town")
    before = value(project, "SELECT sum(metres) FROM reach")
    assert measure_new_ground(project).circles == 6
    assert value(project, "SELECT sum(metres) FROM reach") < before


def test_a_service_on_an_island_reaches_nobody_and_is_stored_so(project):
    import_frames(project, {**town(4, 2), "services": pharmacies((0, 2_000))}, "town")
    done = store_circles(project, ["pharmacy"])
    assert (done.walks, done.circles) == (32, 0)
    assert value(project, "SELECT min(metres) FROM reach") == np.inf


def test_a_service_twice_at_one_place_is_counted_at_both(project):
    import_frames(project, {**town(4, 2), "services": pharmacies((0, 0), (0, 0))}, "town")
    store_circles(project, ["pharmacy"])
    households = "SELECT count(DISTINCT households) FROM service_circle WHERE minutes = 15"
    assert value(project, households) == 1
    assert value(project, "SELECT count(DISTINCT service_point_id) FROM reach") == 1


def test_an_import_without_streets_measures_nothing_and_fails_nowhere(project):
    buildings = {"buildings": town(4, 2)["buildings"]}
    import_frames(project, {**buildings, "services": pharmacies((0, 0))}, "town")
    assert measure_new_ground(project) == Stored()
    assert value(project, "SELECT count(*) FROM reach") == 0


def test_a_building_that_is_gone_takes_its_walks_along(project):
    import_frames(project, {**town(4, 2), "services": pharmacies((0, 0))}, "town")
    measure_new_ground(project)
    fewer = town(4, 2)["buildings"].iloc[:20]
    import_frames(project, {"buildings": fewer}, "town")
    assert measure_new_ground(project).walks == 20
