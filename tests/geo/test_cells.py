"""Cells: small cases drawn in metres, then random ones."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gisgrid.errors import InvalidGeometry
from gisgrid.geo.cells import NO_CELL, build_cells

FIELD = box(0, 0, 200, 100)
NOTHING = np.empty(0, dtype=object)


def test_without_buildings_and_lines_the_area_is_one_cell(build):
    cells = build(FIELD)
    assert len(cells.geometry) == 1
    assert cells.geometry[0].equals(FIELD)
    assert cells.building_cell.size == 0


def test_a_street_makes_two_empty_blocks_and_a_dead_end_makes_none(build):
    street = LineString([(80, -10), (80, 110)])
    dead_end = LineString([(80, 50), (150, 50)])
    cells = build(FIELD, lines=[street, dead_end])
    assert sorted(shapely.area(cells.geometry)) == pytest.approx([8_000, 12_000])


def test_two_houses_share_the_ground_half_way(build):
    cells = build(FIELD, [box(40, 40, 60, 60), box(140, 40, 160, 60)])
    assert len(cells.geometry) == 2
    assert shapely.area(cells.geometry) == pytest.approx([10_000, 10_000], rel=0.01)


def test_row_houses_part_along_their_common_wall(build):
    row = [box(20 * i, 40, 20 * i + 20, 60) for i in range(1, 6)]
    cells = build(FIELD, row)
    assert len(set(cells.building_cell)) == 5
    kept = shapely.intersection(np.array(row), cells.geometry[cells.building_cell])
    assert shapely.area(kept) == pytest.approx([400.0] * 5, rel=0.01)
    middle = cells.geometry[cells.building_cell[2]]
    assert middle.bounds == pytest.approx((60, 0, 80, 100), abs=0.6)


def test_ground_never_goes_to_a_house_across_the_street(build):
    street = LineString([(0, 30), (200, 30)])
    south, north = box(90, 5, 110, 28), box(20, 80, 40, 95)
    cells = build(FIELD, [south, north], [street])
    assert [cells.geometry[c].area for c in cells.building_cell] == pytest.approx([6_000, 14_000])
    assert cells.enclosure[cells.building_cell[0]] != cells.enclosure[cells.building_cell[1]]


@pytest.mark.parametrize(
    ("case", "homes", "n_cells"),
    [
        ("duplicates share a cell", [box(50, 40, 70, 60)] * 3, 1),
        ("a tower on a podium has its own", [box(40, 30, 100, 70), box(60, 40, 80, 60)], 2),
        ("a podium hidden under its tower", [box(40, 30, 60, 50), box(40.5, 30, 60, 50)], 1),
        ("overlap goes to the smaller", [box(40, 30, 80, 70), box(70, 40, 100, 60)], 2),
        ("a kiosk against a wall", [box(40, 30, 80, 70), box(80, 50, 80.5, 50.5)], 2),
        ("a speck below the grid", [box(40, 30, 80, 70), box(90, 50, 90.0004, 50.0004)], 2),
        ("a needle 2 mm wide", [box(40, 30, 80, 70), box(90, 20, 90.002, 80)], 2),
        ("a gap of 2 mm", [box(40, 30, 60, 70), box(60.002, 30, 80, 70)], 2),
        ("a courtyard with a house in it",
         [box(40, 20, 100, 80) - box(50, 30, 90, 70), box(65, 45, 75, 55)], 2),
        ("two parts", [MultiPolygon([box(20, 20, 40, 40), box(120, 20, 140, 40)]),
                       box(70, 20, 90, 40)], 2),
    ],
)  # fmt: skip
def test_awkward_footprints(build, case, homes, n_cells):
    cells = build(FIELD, homes)
    assert len(cells.geometry) == n_cells, case


def test_shared_ground_goes_to_the_smaller_footprint(build):
    podium, tower = box(40, 30, 100, 70), box(60, 40, 80, 60)
    cells = build(FIELD, [podium, tower])
    assert cells.geometry[cells.building_cell[1]].equals(tower)


def test_a_house_across_a_street_lives_where_most_of_it_is(build):
    cells = build(FIELD, [box(70, 40, 100, 60)], [LineString([(80, 0), (80, 100)])])
    home = cells.geometry[cells.building_cell[0]]
    assert home.bounds == pytest.approx((80, 0, 200, 100))


def test_a_house_outside_has_no_cell_and_one_across_the_border_keeps_what_is_inside(build):
    cells = build(FIELD, [box(300, 0, 310, 10), box(-10, 40, 10, 60), box(200, 0, 210, 10)])
    assert cells.building_cell.tolist() == [NO_CELL, 0, NO_CELL]


def test_an_area_in_two_parts_with_a_hole(build):
    area = MultiPolygon([box(0, 0, 100, 100) - box(40, 40, 60, 60), box(150, 0, 200, 50)])
    cells = build(area, [box(10, 10, 30, 30), box(70, 70, 90, 90), box(45, 45, 55, 55)])
    assert cells.building_cell[2] == NO_CELL
    assert len(cells.geometry) == 3


def test_the_rim_off_the_grid_stays_exact(build):
    area = Polygon([(0.12345678, 0.3), (99.98765432, 7.1), (80.55555555, 93.33333333)])
    streets = [LineString([(0, 11 * i), (100, 9 * i + 3.3)]) for i in range(9)]
    cells = build(area, [Point(60, 30).buffer(5)], streets)
    union = shapely.coverage_union_all(cells.geometry)
    assert shapely.symmetric_difference(union, area).area < 1e-9


def test_a_lake_is_a_water_cell_and_a_pond_is_not(build):
    lake, pond = Point(60, 50).buffer(30), Point(150, 50).buffer(5)
    cells = build(FIELD, [box(100, 10, 110, 20), box(85, 45, 94, 55)], water=[lake, pond])
    assert cells.water.sum() == 1
    assert cells.geometry[cells.water][0].area == pytest.approx(lake.area, rel=1e-3)
    assert not cells.water[cells.building_cell].any(), "a boat house at the bank stands on land"


def test_a_sliver_between_two_lines_joins_a_neighbour(build):
    lines = [LineString([(80, 0), (80, 100)]), LineString([(80.05, 0), (80.05, 100)])]
    assert len(build(FIELD, lines=lines).geometry) == 2


def test_a_sliver_never_joins_across_a_unit_border(build):
    """The border runs 5 cm beside the street; what lies between stays with its unit."""
    street, border = LineString([(80, 0), (80, 100)]), LineString([(80.05, 0), (80.05, 100)])
    west = build(FIELD, lines=[street], borders=[border])
    assert sorted(shapely.area(west.geometry)) == pytest.approx([8_005, 11_995])
    east = build(FIELD, lines=[border], borders=[street])
    assert sorted(shapely.area(east.geometry)) == pytest.approx([8_000, 12_000])


def test_cut_off_ground_goes_to_a_neighbour_in_its_block(build):
    """House 0 is nearest to ground behind the fence's end that it only reaches through house 1."""
    notch = LineString([(100, 100), (100, 20), (104, 20), (104, 100)])
    homes = [box(80, 60, 98, 70), box(106, 0, 116, 10), box(150, 60, 160, 70)]
    cells = build(FIELD, homes, [notch])
    assert len(set(cells.building_cell)) == 3


def test_the_same_input_gives_the_same_cells():
    homes = np.array(
        [Point(15 + 17.3 * (i % 10), 10 + 19.1 * (i // 10)).buffer(6) for i in range(50)]
    )
    first, again = (build_cells(FIELD, homes, lines=NOTHING) for _ in range(2))
    assert [g.wkb for g in first.geometry] == [g.wkb for g in again.geometry]
    assert (first.building_cell == again.building_cell).all()


def test_progress_ends_with_all_steps_done():
    seen: list[tuple[int, int]] = []
    build_cells(FIELD, NOTHING, lines=NOTHING, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize(
    "broken", [Polygon(), Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), Point(1, 1)]
)
def test_a_broken_building_is_refused_by_name(broken):
    with pytest.raises(InvalidGeometry, match="building 1"):
        build_cells(FIELD, np.array([box(5, 5, 9, 9), broken]), lines=NOTHING)


@pytest.mark.parametrize("area", [Polygon(), Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])
def test_a_broken_area_is_refused(area):
    with pytest.raises(InvalidGeometry, match="area"):
        build_cells(area, NOTHING, lines=NOTHING)


whole = st.integers(0, 40).map(lambda v: v * 5.0)
loose = st.floats(-20, 220, allow_nan=False, width=32).map(float)
side = st.one_of(st.integers(1, 8).map(lambda v: v * 5.0), st.floats(0.001, 40).map(float))
houses = st.lists(
    st.tuples(st.one_of(whole, loose), st.one_of(whole, loose), side, side), max_size=14
)
points = st.tuples(st.one_of(whole, loose), st.one_of(whole, loose))
streets = st.lists(st.lists(points, min_size=2, max_size=4, unique=True), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(houses, streets)
def test_any_rectangles_and_streets_keep_the_contract(build, rectangles, drawn):
    """Rectangles overlap, touch, repeat, leave the area; streets cross them and each other."""
    homes = [box(x, y, x + w, y + h) for x, y, w, h in rectangles]
    build(FIELD, homes, [LineString(line) for line in drawn])
