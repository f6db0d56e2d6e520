"""Colours of neighbouring grids."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gisgrid.model.colouring import colour, touching


@st.composite
def graphs(draw) -> tuple[int, list[tuple[int, int]]]:
    n = draw(st.integers(1, 12))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    return n, draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []


@given(graphs())
def test_neighbours_differ_wherever_eight_colours_can_do_it(graph):
    n, pairs = graph
    degree = max((sum(g in pair for pair in pairs) for g in range(n)), default=0)
    colours = colour(range(n), pairs)
    assert set(colours) == set(range(n))
    assert set(colours.values()) <= set(range(8))
    if degree < 8:
        assert all(colours[a] != colours[b] for a, b in pairs)


@given(graphs())
def test_the_same_graph_gets_the_same_colours_in_any_order_of_its_pairs(graph):
    n, pairs = graph
    assert colour(range(n), pairs) == colour(range(n), pairs[::-1])


def test_a_map_of_squares_with_touching_corners_needs_four():
    """``0 1 / 2 3``: all four meet in the middle."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], float)
    corners = np.vstack([square + shift for shift in ([0, 1], [1, 1], [0, 0], [1, 0])])
    pairs = touching(corners, np.repeat(np.arange(4), 5))
    assert pairs == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert sorted(colour(range(4), pairs).values()) == [0, 1, 2, 3]


def test_colours_that_are_kept_stay_and_the_new_grid_fits_in():
    kept = {0: 5, 1: 2}
    assert colour([0, 1, 2], [(0, 2), (1, 2)], kept=kept) == {0: 5, 1: 2, 2: 0}


def test_more_neighbours_than_colours_repeat_the_least_seen():
    everyone = [(a, b) for a in range(9) for b in range(a + 1, 9)]
    assert len(set(colour(range(9), everyone).values())) == 8


def test_no_grids_have_no_colours():
    assert colour([], []) == {}
    assert touching(np.zeros((0, 2)), np.zeros(0, np.int64)) == []
