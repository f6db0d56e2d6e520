"""The best places for new services, against trying them all."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisgrid.access.reach import Pairs
from gisgrid.access.siting import best_sites
from gisgrid.errors import InvalidInput


def pairs_of(table: np.ndarray) -> Pairs:
    service, building = np.nonzero(table)
    return Pairs(service.astype(np.int32), building.astype(np.int32), np.ones(len(service)))


def served(table: np.ndarray, households: np.ndarray, sites) -> int:
    return int(households[table[list(sites)].any(axis=0)].sum())


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), new=st.integers(1, 4), density=st.floats(0.05, 0.5))
def test_no_choice_beats_the_bound_and_the_choice_is_near_the_best(seed, new, density):
    rng = np.random.default_rng(seed)
    table, households = rng.random((9, 40)) < density, rng.integers(0, 60, 40)
    sites = best_sites(pairs_of(table), households, candidates=9, new=new)
    best = max(served(table, households, choice) for choice in combinations(range(9), new))
    assert sites.total == served(table, households, sites.chosen)
    assert 0.9 * best <= sites.total <= best <= sites.bound + 1e-6
    assert list(sites.gained) == sorted(sites.gained, reverse=True)


def test_exchange_mends_what_greed_spoils():
    """Greed takes the middle site first (7 homes), though the two outer ones serve all 10."""
    table = np.zeros((3, 10), bool)
    table[0, :5] = table[1, 5:] = table[2, 1:8] = True
    sites = best_sites(pairs_of(table), np.ones(10, int), candidates=3, new=2)
    assert (set(sites.chosen), sites.total, sites.gap) == ({0, 1}, 10, 0)


def test_musts_come_first_and_forbidden_sites_never():
    table = np.eye(5, dtype=bool)
    households = np.array([50, 40, 30, 20, 10])
    sites = best_sites(pairs_of(table), households, candidates=5, new=3, must=[4], forbid=[0])
    assert (sites.chosen, sites.gained, sites.total) == ((4, 1, 2), (10, 40, 30), 80)


def test_no_more_sites_are_chosen_than_serve_somebody():
    table = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 0]], bool)
    sites = best_sites(pairs_of(table), np.array([3, 4, 9]), candidates=3, new=3)
    assert (len(sites.chosen), sites.total, sites.gap) == (1, 7, 0)


def test_without_candidates_or_demand_nothing_is_chosen():
    table = np.ones((2, 3), bool)
    for pairs, households in [
        (pairs_of(table), np.zeros(3, int)),
        (pairs_of(table & False), np.ones(3, int)),
    ]:
        sites = best_sites(pairs, households, candidates=2, new=2)
        assert (sites.chosen, sites.total, sites.bound, sites.gap) == ((), 0, 0, 0)


@pytest.mark.parametrize(
    ("must", "forbid", "key"),
    [([0, 1, 2], [], "too_many_musts"), ([1], [0, 1], "must_is_forbidden")],
)
def test_impossible_wishes_are_refused(must, forbid, key):
    with pytest.raises(InvalidInput) as refusal:
        best_sites(pairs_of(np.eye(3, dtype=bool)), np.ones(3, int), candidates=3, new=2,
                   must=must, forbid=forbid)  # fmt: skip
    assert refusal.value.key == key
