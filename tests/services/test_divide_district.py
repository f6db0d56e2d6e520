"""Dividing a district: contiguous communities of the wanted size that tile it exactly."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from gisgrid.errors import NotFound
from gisgrid.geo.crs import to_metric
from gisgrid.services import divide_district as module
from gisgrid.services.divide_district import divide_district
from gisgrid.services.import_layers import import_frames
from gisgrid.storage import units
from tests.services import towns

DISTRICT, STREET, COMMUNITY = 1, 2, 3


def valid_units(engine: Engine, depth: int) -> list[units.Unit]:
    with engine.begin() as conn:
        return units.at_depth(conn, depth)


def shapes(engine: Engine, depth: int) -> np.ndarray:
    geometry = np.array([unit.geometry for unit in valid_units(engine, depth)], dtype=object)
    return to_metric(geometry, towns.EPSG)


def one_piece(shape: shapely.Geometry) -> bool:
    return len(shapely.get_parts(shape)) == 1


@pytest.fixture
def small_communities(monkeypatch):
    """Communities of about 700 households: 8 blocks of the drawn town."""
    monkeypatch.setattr(module, "COMMUNITY_HOUSEHOLDS", 704)


def test_ground_without_units_becomes_a_district_of_communities(engine, small_communities):
    import_frames(engine, towns.town(8, 8), "demo")
    divided = divide_district(engine)
    assert (divided.districts, divided.communities, divided.outside) == (1, 8, 0)
    assert sum(divided.households) == 8 * 8 * 88
    assert all(528 <= households <= 880 for households in divided.households)
    district, communities = shapes(engine, DISTRICT), shapes(engine, COMMUNITY)
    assert all(one_piece(shape) for shape in communities)
    assert shapely.coverage_is_valid(communities)
    assert shapely.area(communities).sum() == pytest.approx(shapely.area(district)[0], rel=1e-9)


def test_what_we_made_is_marked_and_numbered(engine, small_communities):
    import_frames(engine, towns.town(4, 4), "demo")
    divide_district(engine)
    made = valid_units(engine, COMMUNITY)
    assert [unit.code for unit in made] == ["990101001001", "990101001002"]
    assert [unit.name for unit in made] == ["第1社区（自动划分）", "第2社区（自动划分）"]
    assert all(unit.divided for unit in made)


def test_borders_follow_the_streets(engine, small_communities):
    import_frames(engine, towns.town(8, 8), "demo")
    divide_district(engine)
    communities = shapes(engine, COMMUNITY)
    houses = to_metric(towns.houses(8, 8).geometry.to_numpy(), towns.EPSG)
    borders = shapely.unary_union(shapely.boundary(communities))
    assert not shapely.intersects(houses, borders).any()


def test_streets_are_divided_each_for_itself_without_any_street_lines(engine, small_communities):
    halves = towns.units((0, 0, 400, 800), (400, 0, 800, 800), level="street")
    import_frames(engine, {"buildings": towns.houses(8, 8), "units": halves}, "demo")
    divided = divide_district(engine)
    assert (divided.districts, divided.communities) == (0, 8)
    codes = [unit.code for unit in valid_units(engine, COMMUNITY)]
    assert codes[0] == "110105001901"
    communities = shapes(engine, COMMUNITY)
    for street, parent in zip(shapes(engine, STREET), ("110105001", "110105002"), strict=True):
        inside = communities[[code.startswith(parent) for code in codes]]
        assert shapely.coverage_is_valid(inside)
        assert shapely.area(inside).sum() == pytest.approx(street.area, rel=1e-9)
        assert all(one_piece(shape) for shape in inside)


def test_dividing_again_changes_nothing_unless_asked(engine, small_communities):
    import_frames(engine, towns.town(4, 4), "demo")
    divide_district(engine)
    before = [unit.id for unit in valid_units(engine, COMMUNITY)]
    assert divide_district(engine).communities == 0
    assert [unit.id for unit in valid_units(engine, COMMUNITY)] == before
    assert divide_district(engine, again=True).communities == 2
    after = valid_units(engine, COMMUNITY)
    assert not {unit.id for unit in after} & set(before)
    assert len({unit.code for unit in after} | {"990101001001", "990101001002"}) == 4


def test_real_communities_replace_the_divided_ones_where_they_lie(engine, small_communities):
    import_frames(engine, towns.town(8, 8), "demo")
    divide_district(engine)
    import_frames(engine, {"units": towns.units((-50, -50, 850, 850))}, "real")
    assert [unit.code for unit in valid_units(engine, COMMUNITY)] == ["110105001001"]
    with engine.begin() as conn:
        placed = conn.execute(text("SELECT count(DISTINCT community_id) FROM building"))
        assert placed.scalar_one() == 1


def test_a_street_without_buildings_is_left_alone(engine, small_communities):
    two = towns.units((0, 0, 400, 400), (5000, 0, 5400, 400), level="street")
    import_frames(engine, towns.town(4, 4) | {"units": two}, "demo")
    assert divide_district(engine).communities == 2


def test_nothing_to_divide_is_said(engine):
    with pytest.raises(NotFound, match="nothing has been imported"):
        divide_district(engine)
    import_frames(engine, {"streets": towns.streets(2, 2)}, "demo")
    with pytest.raises(NotFound, match="no building"):
        divide_district(engine)
