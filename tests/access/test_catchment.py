"""Units allocated to centres with a capacity, and tiers that each unit has once."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisgrid.access.catchment import catchments, tier_faults, unit_walks
from gisgrid.access.reach import NOBODY, reach_from, walk_table
from gisgrid.access.snap import snap
from gisgrid.errors import NoPlan

NEVER = np.inf


def test_catchments_by_walking_distance_leave_nobody_over(town, points):
    centres, places = snap(town, points[1][:3]), snap(town, points[0][:14])
    metres = walk_table(town, centres, places, limit_m=5000)
    assert metres.shape == (14, 3)
    one = reach_from(town, centres.take([2]), places, limit_m=5000)
    assert np.array_equal(metres[:, 2], one)
    assert np.bincount(catchments(metres, at_least=4, at_most=5)).tolist() in (
        [4, 5, 5], [5, 4, 5], [5, 5, 4],
    )  # fmt: skip


@pytest.mark.parametrize("units", [12, 13, 15])
def test_three_centres_take_four_or_five_communities_each(units):
    metres = np.random.default_rng(units).uniform(100, 3000, (units, 3))
    centre = catchments(metres, at_least=4, at_most=5)
    assert len(centre) == units
    assert set(np.bincount(centre, minlength=3)) <= {4, 5}


def test_each_goes_to_the_nearest_while_there_is_room():
    metres = np.array([[1.0, 9.0], [2.0, 3.0], [1.0, 8.0]])
    assert catchments(metres, at_most=3).tolist() == [0, 0, 0]
    assert catchments(metres, at_most=2).tolist() == [0, 1, 0]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(1, 6))
def test_no_allocation_walks_less(seed, units):
    metres = np.random.default_rng(seed).integers(1, 30, (units, 3)).astype(float)
    centre = catchments(metres, at_most=3)
    least = min(
        metres[np.arange(units), list(choice)].sum()
        for choice in product(range(3), repeat=units)
        if np.bincount(choice, minlength=3).max() <= 3
    )
    assert metres[np.arange(units), centre].sum() == pytest.approx(least)


@pytest.mark.parametrize(
    ("metres", "at_least", "at_most", "key"),
    [
        (np.ones((13, 3)), 0, 4, "too_few_places"),
        (np.ones((11, 3)), 4, 5, "too_few_units"),
        ([[1.0, 1.0], [NEVER, NEVER]], 0, 5, "unit_reaches_no_centre"),
        ([[1.0, NEVER], [1.0, NEVER]], 0, 1, "catchments_impossible"),
    ],
)
def test_what_cannot_be_allocated_is_said(metres, at_least, at_most, key):
    with pytest.raises(NoPlan) as reason:
        catchments(np.array(metres), at_least=at_least, at_most=at_most)
    assert reason.value.key == key


def test_no_units_need_no_centre():
    assert catchments(np.zeros((0, 3)), at_most=5).tolist() == []


def test_seven_streets_have_one_centre_each():
    streets = [f"35018100{n}" for n in range(2, 9)]
    assert tier_faults(streets, streets).missing == tier_faults(streets, streets).doubled == ()
    faults = tier_faults(streets, [*streets[1:], streets[3]])
    assert (faults.missing, faults.doubled) == ((streets[0],), (streets[3],))


def test_as_many_as_there_is_room_for_find_a_centre_and_the_rest_none():
    metres = np.array([[1.0, 9.0], [2.0, 3.0], [2.0, 8.0], [NEVER, NEVER], [5.0, 70.0]])
    two = catchments(metres, at_most=2, all_of_them=False)
    assert two.tolist() == [0, 1, 1, NOBODY, 0]  # 1 + 3 + 8 + 5 m: nobody who can is left out
    one = catchments(metres, at_most=1, all_of_them=False)
    assert one.tolist() == [0, 1, NOBODY, NOBODY, NOBODY]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(0, 8), at_most=st.integers(1, 3))
def test_room_is_used_before_walks_are_shortened(seed, units, at_most):
    metres = np.random.default_rng(seed).integers(1, 5000, (units, 2)).astype(float)
    centre = catchments(metres, at_most=at_most, all_of_them=False)
    assert (centre != NOBODY).sum() == min(units, 2 * at_most)
    assert np.bincount(centre[centre != NOBODY], minlength=2).max() <= at_most


def test_a_unit_walks_as_far_as_its_median_household():
    metres = np.array([[10.0], [20.0], [NEVER], [NEVER], [NEVER], [7.0]])
    walked = unit_walks(metres, np.array([3, 2, 1, 1, 5, 0]), np.array([0, 0, 0, 1, 1, 3]), units=5)
    assert walked[:, 0].tolist() == [10.0, NEVER, NEVER, 7.0, NEVER]  # 3 of 6 walk 10 m at most


@given(seed=st.integers(0, 10_000))
def test_half_of_the_households_walk_no_farther_than_the_unit(seed):
    rng = np.random.default_rng(seed)
    metres, weight = rng.uniform(0, 900, (9, 2)), rng.integers(1, 20, 9)
    walked = unit_walks(metres, weight, np.zeros(9, np.int64), units=1)[0]
    nearer = [(weight * (metres[:, i] <= walked[i])).sum() for i in (0, 1)]
    closest = [(weight * (metres[:, i] < walked[i])).sum() for i in (0, 1)]
    assert all(2 * n >= weight.sum() for n in nearer)
    assert all(2 * n < weight.sum() for n in closest)
