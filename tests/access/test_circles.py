"""Polygons of the ground within a walk."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisgrid.access.circles import circles, straight_circle
from gisgrid.access.network import build_network
from gisgrid.access.reach import reach_from
from gisgrid.access.snap import snap


def inside(area, xy: np.ndarray) -> np.ndarray:
    return shapely.covers(area, shapely.points(xy))


def test_circles_of_one_service_are_valid_and_nest(town, points):
    for i in range(12):
        five, ten, fifteen = circles(town, snap(town, points[1]).take([i]))
        assert all(area.is_valid and not area.is_empty for area in (five, ten, fifteen))
        assert ten.covers(five) and fifteen.covers(ten)


def test_circles_of_a_real_city_agree_with_the_exact_walk(real_city, beside):
    """Over-claimed at most 1.2 % of the households truly reached, missed at most 2 %."""
    network = build_network(real_city.lines)
    buildings = snap(network, real_city.homes)
    services = snap(network, beside(network, 40, seed=2))
    over = under = truly = 0
    for i in range(len(services)):
        (area,) = circles(network, services.take([i]), minutes=(15,))
        assert area.is_valid
        reached = np.isfinite(reach_from(network, services.take([i]), buildings, limit_m=1000))
        claimed = inside(area, real_city.homes)
        over += real_city.households[claimed & ~reached].sum()
        under += real_city.households[reached & ~claimed].sum()
        truly += real_city.households[reached].sum()
    assert over <= 0.012 * truly
    assert under <= 0.02 * truly


def test_the_plain_circle_never_claims_fewer_than_the_walk(town, points):
    homes, places = points
    buildings, services = snap(town, homes), snap(town, places)
    for i in range(len(services)):
        reached = np.isfinite(reach_from(town, services.take([i]), buildings, limit_m=500))
        assert inside(straight_circle(places[i], 500.5), homes[reached]).all()


def test_the_river_cuts_a_circle_where_no_bridge_is():
    banks = ["LINESTRING (0 0, 3000 0)", "LINESTRING (0 100, 3000 100)", "LINESTRING (0 0, 0 100)"]
    network = build_network(np.array(shapely.from_wkt(banks)))
    (area,) = circles(network, snap(network, np.array([[2000.0, 0.0]])), minutes=(15,))
    assert inside(area, np.array([[2000.0, 30.0]])).all()
    assert not inside(area, np.array([[2000.0, 90.0]])).any()


@pytest.mark.parametrize("places", [[], [[0.0, 0.0]], [[3.0e6, 5.0e5]]])
def test_a_service_on_no_street_has_empty_circles(town, places):
    placed = snap(town, np.array(places, float).reshape(-1, 2))
    assert [area.is_empty for area in circles(town, placed)] == [True, True, True]


def test_faster_walkers_get_further(town, points):
    service = snap(town, points[1]).take([0])
    slow, fast = (circles(town, service, minutes=(10,), speed_kmh=v)[0] for v in (3.0, 5.0))
    assert fast.covers(slow) and fast.area > slow.area
