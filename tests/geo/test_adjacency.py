"""Neighbours of cells, drawn as squares of 10 m."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from gisgrid.geo.adjacency import COLUMNS, join_islands, neighbours, outer_borders
from gisgrid.model.ground import Barrier

NOTHING = np.empty(0, dtype=object)


def squares(columns: int, rows: int):
    """Cells numbered row by row from the south-west."""
    return np.array(
        [box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10) for y in range(rows) for x in range(columns)]
    )


def pairs_of(cells, barriers=(), crossings=(), water=None) -> pd.DataFrame:
    lines = np.array([line for line, _ in barriers], dtype=object)
    strength = np.array([int(b) for _, b in barriers], dtype=np.int64)
    return neighbours(
        cells,
        barriers=lines,
        barrier_class=strength,
        crossings=np.array(list(crossings), dtype=object),
        water=None if water is None else np.array(water),
    )


def test_neighbours_share_a_border_and_not_just_a_corner():
    pairs = pairs_of(squares(2, 2))
    assert list(zip(pairs.a, pairs.b, strict=True)) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    assert pairs.shared_m.tolist() == [10.0] * 4
    assert pairs.barrier.tolist() == [Barrier.NONE] * 4
    assert pairs.joined.all()
    assert pairs.border[0].equals(LineString([(10, 0), (10, 10)]))


def test_a_border_in_two_pieces_counts_once_with_all_its_metres():
    ring = Polygon([(0, 0), (30, 0), (30, 10), (20, 10), (20, 5), (10, 5), (10, 10), (0, 10)])
    cap = Polygon([(0, 10), (10, 10), (20, 10), (30, 10), (30, 20), (0, 20)])
    yard = Polygon([(10, 10), (10, 5), (20, 5), (20, 10)])
    pairs = pairs_of(np.array([ring, cap, yard])).set_index(["a", "b"])
    assert pairs.shared_m[(0, 1)] == 20.0
    assert shapely.get_num_geometries(pairs.border[(0, 1)]) == 2


@pytest.mark.parametrize("cells", [squares(0, 0), squares(1, 1)])
def test_fewer_than_two_cells_have_no_neighbours(cells):
    pairs = pairs_of(cells)
    assert len(pairs) == 0
    assert tuple(pairs.columns) == COLUMNS


@pytest.mark.parametrize(
    ("drawn", "barrier", "joined"),
    [
        ("along the border", Barrier.ROAD, True),
        ("along the border", Barrier.RIVER, False),
        ("along the border", Barrier.WALL, False),
        ("across the border", Barrier.WALL, True),
        ("along a fifth of it", Barrier.WALL, True),
        ("5 m beside it", Barrier.WALL, True),
    ],
)
def test_what_runs_along_the_border_separates(drawn, barrier, joined):
    border_in_tenths = [(10, y) for y in range(11)]
    left = Polygon([(0, 0), *border_in_tenths, (0, 10)])
    right = Polygon([(20, 0), (20, 10), *border_in_tenths[::-1]])
    line = {
        "along the border": LineString([(10, -5), (10, 15)]),
        "across the border": LineString([(0, 5), (20, 5)]),
        "along a fifth of it": LineString([(10, -5), (10, 1)]),
        "5 m beside it": LineString([(15, 0), (15, 10)]),
    }[drawn]
    (pair,) = pairs_of(np.array([left, right]), [(line, barrier)]).itertuples()
    assert pair.joined is joined
    assert pair.barrier == (barrier if drawn == "along the border" else Barrier.NONE)


def test_the_strongest_of_two_barriers_counts():
    line = LineString([(10, 0), (10, 10)])
    pairs = pairs_of(squares(2, 1), [(line, Barrier.RAIL), (line, Barrier.LANE)])
    assert pairs.barrier.tolist() == [Barrier.RAIL]


@pytest.mark.parametrize("crossing", [LineString([(5, 5), (15, 5)]), Point(10, 5)])
def test_a_bridge_or_gate_joins_the_two_sides_it_reaches(crossing):
    rail = LineString([(10, 0), (10, 20)])
    pairs = pairs_of(squares(2, 2), [(rail, Barrier.RAIL)], [crossing]).set_index(["a", "b"])
    assert pairs.crossing.to_dict() == {(0, 1): True, (0, 2): False, (1, 3): False, (2, 3): False}
    assert pairs.joined.to_dict() == {(0, 1): True, (0, 2): True, (1, 3): True, (2, 3): False}


def test_a_shore_is_a_river_until_a_bridge_spans_it():
    river = [False, True, False]
    assert pairs_of(squares(3, 1), water=river).barrier.tolist() == [Barrier.RIVER] * 2
    bridge = LineString([(8, 5), (22, 5)])
    assert pairs_of(squares(3, 1), crossings=[bridge], water=river).joined.all()


def test_every_island_is_joined_by_one_pair_over_its_weakest_barrier():
    """Three islands in a row of four cells: rail | river | rail; one pair each, none spare."""
    lines = [
        (LineString([(10, 0), (10, 10)]), Barrier.RAIL),
        (LineString([(20, 0), (20, 10)]), Barrier.RIVER),
        (LineString([(30, 0), (30, 10)]), Barrier.RAIL),
    ]
    pairs = join_islands(pairs_of(squares(4, 1), lines), 4)
    assert pairs.joined.tolist() == [True, True, True]
    whole = pairs_of(squares(2, 2), [(LineString([(10, 0), (10, 10)]), Barrier.RAIL)])
    assert join_islands(whole, 4).joined.equals(whole.joined)


def test_outer_borders_are_the_rim_and_the_rims_of_holes():
    outer = outer_borders(squares(3, 3)[[0, 1, 2, 3, 5, 6, 7, 8]])
    assert outer.shared_m.sum() == 12 * 10 + 4 * 10
    assert (outer.b == -1).all()
    assert outer.a.tolist() == list(range(8))
    assert len(outer_borders(NOTHING)) == 0
