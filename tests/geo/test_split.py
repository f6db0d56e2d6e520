"""Splitting cells along a drawn line."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

from gisgrid.errors import InvalidGeometry
from gisgrid.geo.split import split_cells

CELLS = np.array(
    [box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10) for y in range(4) for x in range(5)]
)
ALL = box(0, 0, 50, 40)


def assert_split(before, pieces, parent):
    assert shapely.coverage_is_valid(pieces)
    assert (shapely.get_type_id(pieces) == 3).all()
    assert parent[: len(before)].tolist() == list(range(len(before)))
    for cell in range(len(before)):
        union = shapely.coverage_union_all(pieces[parent == cell])
        assert shapely.symmetric_difference(union, before[cell]).area < 1e-3


def test_a_line_through_three_cells_cuts_each_in_two():
    pieces, parent = split_cells(CELLS, LineString([(-1, 5.5), (30, 5.5)]))
    assert len(pieces) == 23
    assert sorted(parent[20:]) == [0, 1, 2]
    assert_split(CELLS, pieces, parent)


def test_the_neighbour_at_the_end_of_the_line_gets_the_vertex_too():
    pieces, _ = split_cells(CELLS, LineString([(0, 5), (10, 5)]))
    assert (10.0, 5.0) in pieces[1].exterior.coords


@pytest.mark.parametrize(
    "line",
    [
        LineString([(3, 3), (6, 6)]),
        LineString([(60, 0), (60, 40)]),
        LineString([(10, 0), (10, 40)]),
        LineString([(10.01, 0), (10.02, 40)]),
        LineString([(-5, 3), (6, 6)]),
    ],
    ids=["inside a cell", "far away", "along a border", "1 cm beside a border", "a dead end"],
)
def test_lines_that_cut_nothing(line):
    pieces, parent = split_cells(CELLS, line)
    assert len(pieces) == 20
    assert_split(CELLS, pieces, parent)


def test_the_largest_piece_keeps_the_place_of_the_cell():
    pieces, parent = split_cells(CELLS, LineString([(-1, 2), (11, 2)]))
    assert pieces[0].area == pytest.approx(80)
    assert pieces[parent.tolist().index(0, 20)].area == pytest.approx(20)


def test_an_empty_line_is_refused():
    with pytest.raises(InvalidGeometry):
        split_cells(CELLS, LineString())


ordinate = st.one_of(st.integers(-2, 12).map(lambda v: v * 5.0), st.floats(-10, 60).map(float))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(ordinate, ordinate), min_size=2, max_size=6, unique=True))
def test_any_line_leaves_the_ground_whole(points):
    pieces, parent = split_cells(CELLS, LineString(points))
    assert_split(CELLS, pieces, parent)
