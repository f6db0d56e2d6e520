"""Moves, undo in values, and codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisgrid.errors import InvalidInput
from gisgrid.model.plans import (
    Move,
    free_sequences,
    inverse,
    net,
    read_moves,
)

CELLS, GRIDS = st.integers(0, 9), st.integers(0, 3)
COMMUNITY = "990101004007"


def carried_out(grid: dict[int, int], moves: list[Move]) -> dict[int, int]:
    after = dict(grid)
    for cell, source, target in moves:
        assert after[cell] == source
        after[cell] = target
    return after


@st.composite
def journeys(draw) -> tuple[dict[int, int], list[Move]]:
    """A plan of ten cells and moves that can be made one after the other."""
    grid = {cell: draw(GRIDS) for cell in range(10)}
    moves, now = [], dict(grid)
    for cell, target in draw(st.lists(st.tuples(CELLS, GRIDS), max_size=20)):
        if target != now[cell]:
            moves.append(Move(cell, now[cell], target))
            now[cell] = target
    return grid, moves


@given(journeys())
def test_net_moves_lead_to_the_same_plan_with_one_move_a_cell(journey):
    grid, moves = journey
    short = net(moves)
    assert carried_out(grid, list(short)) == carried_out(grid, moves)
    assert len({move.cell for move in short}) == len(short)
    assert all(move.source != move.target for move in short)


@given(journeys())
def test_inverse_moves_lead_back(journey):
    grid, moves = journey
    short = net(moves)
    assert carried_out(carried_out(grid, list(short)), list(inverse(short))) == grid


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "moves_count"),
        ([[1, 0, 2], [1, 0, 3]], "moves_twice"),
        ([[1, 2, 2]], "moves_nowhere"),
    ],
)
def test_moves_that_make_no_sense_say_why(rows, code):
    with pytest.raises(InvalidInput) as caught:
        read_moves(rows)
    assert caught.value.key == code


def test_sequences_follow_the_highest_ever_used_not_the_first_gap():
    assert free_sequences([f"{COMMUNITY}002", f"{COMMUNITY}007"], 2) == [8, 9]


def test_the_first_grid_of_a_community_is_one():
    assert free_sequences([], 1) == [1]


def test_a_community_has_no_thousandth_grid():
    assert free_sequences([f"{COMMUNITY}998"], 1) == [999]
    with pytest.raises(InvalidInput) as caught:
        free_sequences([f"{COMMUNITY}998"], 2)
    assert caught.value.key == "sequence_overflow"
