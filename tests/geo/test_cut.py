"""Lines through ground: drawn on to its rim, left out beyond it, and which side is which."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, box

from gisgrid.geo.cut import line_through, sides_of, whole_in, within
from gisgrid.geo.split import split_cells

CELLS = np.array(
    [box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10) for y in range(4) for x in range(5)]
)
ALL = box(0, 0, 50, 40)


def parted(cells, line, ground=ALL):
    """Pieces of `cells` cut along `line` as it cuts `ground`, and the side of each."""
    drawn = line_through(ground, line)
    pieces, _ = split_cells(cells, drawn)
    return pieces, sides_of(pieces, drawn)


def areas(pieces, side):
    return sorted(round(float(shapely.area(pieces[side == s]).sum()), 3) for s in (0, 1))


def test_a_line_from_rim_to_rim_parts_the_ground_in_two():
    assert areas(*parted(CELLS, LineString([(-5, 13), (55, 13)]))) == [650, 1350]


def test_a_line_that_ends_inside_goes_straight_on():
    assert areas(*parted(CELLS, LineString([(25, 20), (25, 35)]))) == [1000, 1000]


def test_the_bend_of_a_line_is_kept():
    pieces, side = parted(CELLS, LineString([(-1, 5), (25, 5), (25, 41)]))
    assert areas(pieces, side) == [875, 1125]


def test_a_line_along_borders_parts_whole_cells():
    pieces, side = parted(CELLS, LineString([(20, -1), (20, 41)]))
    assert len(pieces) == 20
    assert areas(pieces, side) == [800, 1200]


def test_a_crumb_that_stays_with_its_cell_does_not_join_the_sides():
    # beside the corner (20, 20) the line leaves 0.1 m² of a cell on the other side
    pieces, side = parted(CELLS, LineString([(20.3, -1), (20.3, 19.5), (19.6, 20.4), (19.6, 41)]))
    assert sorted(np.unique(side)) == [0, 1]
    assert areas(pieces, side)[0] == pytest.approx(800, abs=8)


def test_a_line_beside_the_ground_is_none():
    assert line_through(ALL, LineString([(-9, 3), (3, -9)])).is_empty


def test_ground_beyond_is_not_crossed():
    west = box(0, 0, 20, 40)
    drawn = line_through(west, LineString([(-5, 13), (55, 13)]))
    assert drawn.bounds[2] == pytest.approx(20.02)


def test_two_arms_of_the_ground_lie_on_one_side_of_a_line_through_both():
    u = CELLS[[0, 1, 2, 5, 7, 10, 12]]
    pieces, side = parted(u, LineString([(-1, 15), (31, 15)]), shapely.union_all(u))
    assert areas(pieces, side) == [300, 400]


def test_an_island_of_the_ground_is_on_neither_side():
    cells = np.append(CELLS, box(100, 0, 110, 10))
    _, side = parted(cells, LineString([(-5, 13), (55, 13)]), shapely.union_all(cells))
    assert side[20] == -1


def test_a_ring_keeps_within_what_may_be_cut():
    ring = box(5, 5, 45, 35).exterior
    inside = within(box(0, 0, 20, 40), ring)
    assert inside.bounds[2] == pytest.approx(20.02)
    assert within(box(100, 0, 110, 10), ring).is_empty


def test_a_building_goes_whole_to_the_piece_that_holds_it_or_the_nearest():
    pieces = np.array([box(0, 0, 5, 10), box(5, 0, 10, 10)])
    places = shapely.points([(1, 1), (9, 9), (12, 5)])
    assert whole_in(places, pieces).tolist() == [0, 1, 1]
    assert whole_in(np.zeros(0, object), pieces).tolist() == []
