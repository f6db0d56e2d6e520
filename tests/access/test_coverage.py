"""Who is served and who is not."""

from __future__ import annotations

import numpy as np
import pytest

from gisgrid.access.coverage import (
    coverage,
    households_in_circle,
    households_within,
    overclaim,
    straight_metres,
    what_if,
)
from gisgrid.access.network import build_network
from gisgrid.access.pairs import pairs_within, place
from gisgrid.access.reach import nearest_by_kind
from gisgrid.access.snap import snap

METRES = np.array([[100.0, 1000.0, 1000.1, np.inf], [np.inf, 400.0, 300.0, 200.0]])
HOUSEHOLDS = [10, 20, 30, 0]


def test_both_denominators_are_counted_for_each_unit_and_kind():
    found = coverage(METRES, HOUSEHOLDS, [0, 0, 1, 1], units=3, limit_m=[1000, 300])
    assert found.covered.tolist() == [[30, 0, 0], [0, 30, 0]]
    assert found.uncovered.tolist() == [[0, 30, 0], [30, 0, 0]]
    assert found.total.tolist() == [30, 30, 0]
    assert found.buildings.tolist() == [2, 1, 0]
    assert found.buildings_covered.tolist() == [[2, 0, 0], [0, 1, 0]]
    assert np.array_equal(found.share, [[1, 0, np.nan], [0, 1, np.nan]], equal_nan=True)


def test_buildings_of_no_unit_count_nowhere():
    found = coverage(METRES, HOUSEHOLDS, [0, -1, -1, 0], units=1, limit_m=1000)
    assert (found.total.tolist(), found.covered.tolist()) == ([10], [[10], [0]])


def test_no_buildings_give_zeros_and_no_share():
    found = coverage(np.zeros((2, 0)), [], limit_m=1000)
    assert found.covered.tolist() == [[0], [0]]
    assert np.isnan(found.share).all()


def test_the_circle_claims_homes_that_the_walk_does_not_reach():
    straight = np.array([[90.0, 800.0, 900.0, 50.0], [np.inf, 350.0, 250.0, 100.0]])
    claim = overclaim(METRES, straight, HOUSEHOLDS, limit_m=1000, radius_m=1000)
    assert claim.claimed.tolist() == [60, 50]
    assert claim.false.tolist() == [30, 0]
    assert claim.of_covered.tolist() == [1.0, 0.0]


def test_on_real_streets_the_plain_circle_over_claims_by_far_and_never_misses(real_city, beside):
    network = build_network(real_city.lines)
    places = beside(network, 16, seed=4)
    buildings, services = snap(network, real_city.homes), snap(network, places)
    kind = np.arange(16) % 8
    walk, _ = nearest_by_kind(network, services, kind, buildings, limit_m=1000)
    straight = straight_metres(places, kind, real_city.homes, kinds=8)
    claim = overclaim(walk, straight, real_city.households, limit_m=500, radius_m=500)
    assert (claim.claimed >= claim.covered).all()
    assert claim.false.sum() > 0.2 * claim.covered.sum()


def test_households_of_one_service_by_walk_and_by_circle(town, points):
    homes, places = points
    buildings, services = snap(town, homes), snap(town, places)
    count = np.arange(len(homes))
    pairs = pairs_within(town, services, place(town, buildings), limit_m=1000)
    walk = households_within(pairs, count, services=len(places), limit_m=400)
    circle = households_in_circle(places, homes, count, radius_m=400)
    by_hand = [count[np.hypot(*(homes - xy).T) <= 400].sum() for xy in places]
    assert circle.tolist() == by_hand
    assert (walk <= circle).all() and walk.sum() > 0


@pytest.mark.parametrize("nowhere", [np.zeros((0, 2)), np.full((1, 2), np.nan)])
def test_services_nowhere_claim_nobody(nowhere):
    homes = np.zeros((2, 2))
    kind = np.zeros(len(nowhere), int)
    assert np.isinf(straight_metres(nowhere, kind, homes, kinds=1)).all()
    assert households_in_circle(nowhere, homes, [1, 1], radius_m=9).sum() == 0


def test_closing_eight_stations_into_one_tells_who_loses_access():
    before = np.array([100.0, 200.0, 900.0, np.inf, 50.0])
    after = np.array([400.0, 1200.0, 950.0, 800.0, np.inf])
    change = what_if(before, after, [5, 6, 7, 8, 0], limit_m=1000)
    assert (change.before, change.after) == (18, 20)
    assert (change.lost.tolist(), change.gained.tolist()) == ([1], [3])
