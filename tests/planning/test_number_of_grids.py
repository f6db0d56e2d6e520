"""Grids are added or dissolved with the fewest changes, and keep their identity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import plan

from gisgrid.errors import InvalidInput
from gisgrid.planning import rebalance
from gisgrid.planning.identity import in_order, origins


def told(result, names):
    """The plan in the names of the grids it continues; a new grid is a digit."""
    fresh = iter("123456789")
    letters = [names[g] if g >= 0 else next(fresh) for g in result.origin]
    return "".join(letters[g] for g in result.grid)


def test_a_grid_of_900_splits_and_keeps_its_name_on_one_half():
    result = rebalance(plan("AAAAAAAAABBBB", band=(300, 500)), grids=3)
    drawn = told(result, "AB")
    assert drawn.endswith("BBBB")
    assert {drawn.count("A"), drawn.count("1")} == {4, 5}
    assert result.origin == (0, 1, -1)
    assert result.moved_households == 400 == result.lower_bound


def test_two_grids_of_150_merge():
    result = rebalance(plan("AABBCCC", weight=[75] * 4 + [133] * 3, band=(300, 500)), grids=2)
    assert told(result, "ABC") in ("AAAACCC", "BBBBCCC")
    assert result.in_band
    assert result.moved_households == 150 == result.lower_bound


def test_a_split_and_a_merge_far_apart_beat_passing_households_on():
    """A has 900, D and E 150 each; B and C lie between, and the number of grids stays."""
    weight = [100] * 9 + [100] * 8 + [75] * 4
    problem = plan("AAAAAAAAABBBBCCCCDDEE", weight=weight, band=(300, 500))
    result = rebalance(problem, grids=5)
    drawn = told(result, "ABCDE")
    assert result.valid
    assert result.in_band
    assert drawn[9:17] == "BBBBCCCC"
    assert result.lower_bound <= result.moved_households <= 550


def test_the_last_grid_keeps_its_identity_when_another_is_dissolved():
    result = rebalance(plan("AABBBBCCCC", weight=50, band=(150, 350)), grids=2)
    assert told(result, "ABC") == "BBBBBBCCCC"
    assert result.origin == (1, 2)
    assert result.moved_households == 100


def test_a_locked_grid_is_neither_split_nor_dissolved():
    problem = plan("AABBBBCCCC", weight=100, band=(200, 800))
    result = rebalance(replace(problem, locked_grids=(0,)), grids=2)
    assert result.valid
    assert told(result, "ABC")[:2] == "AA"
    locked = replace(problem, locked_grids=(0, 1, 2))
    with pytest.raises(InvalidInput):
        rebalance(locked, grids=2)
    with pytest.raises(InvalidInput):
        rebalance(locked, grids=4)


def test_a_grid_continues_the_one_it_shares_most_households_with():
    before, after = np.array([0, 0, 1, 1, 2, -1]), np.array([1, 1, 1, 0, 2, 2])
    origin = origins(np.array([5, 5, 5, 5, 5, 5]), before, after, 4)
    assert origin.tolist() == [1, 0, 2, -1]
    number, sorted_origin = in_order(origin)
    assert number.tolist() == [1, 0, 2, 3]
    assert sorted_origin.tolist() == [0, 1, 2, -1]
