"""Points on streets, and round walls."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisgrid.access.network import build_network
from gisgrid.access.reach import reach_from
from gisgrid.access.snap import feet, snap
from gisgrid.access.walls import build_walls, snap_round_walls

STREETS = np.array(shapely.from_wkt(["LINESTRING (0 0, 400 0)", "LINESTRING (400 0, 400 900)",
                                     "LINESTRING (0 0, 0 -500)"]))  # fmt: skip
SQUARE = shapely.LineString([(100, 20), (300, 20), (300, 160), (100, 160), (100, 20)])
HOUSE = np.array([[200.0, 60.0]])


@pytest.fixture(scope="module")
def network():
    return build_network(STREETS)


def test_feet_lie_on_the_street_a_leg_away(town, points):
    service = snap(town, points[1])
    legs = np.hypot(*(feet(town, service) - points[1]).T)
    assert np.allclose(legs, service.leg_m)


def test_a_point_goes_to_its_nearest_street_or_to_none(network):
    points = snap(network, np.array([[200.0, 30.0], [390.0, 50.0], [200.0, 1300.0], [np.nan, 0.0]]))
    assert points.leg_m[:2].tolist() == [30.0, 10.0]
    assert feet(network, points)[:2].tolist() == [[200.0, 0.0], [400.0, 50.0]]
    assert points.missed.tolist() == [2, 3]
    assert points.far(20.0).tolist() == [0]
    assert np.isnan(feet(network, points)[2:]).all()


def test_a_house_in_a_compound_leaves_by_its_gate(network):
    """Straight to the street it is 60 m, through the wall; by the gate 100 m and 60 m more."""
    walls = build_walls(np.array([SQUARE]), np.array([[300.0, 60.0]]))
    points, enclosed = snap_round_walls(network, HOUSE, walls)
    assert snap(network, HOUSE).leg_m.tolist() == [60.0]
    assert not len(enclosed)
    assert points.leg_m.tolist() == [160.0]
    assert feet(network, points).tolist() == [[300.0, 0.0]]


def test_a_street_inside_the_walls_is_taken_before_a_gate():
    yard = shapely.LineString([(400, 100), (120, 100)])
    east = shapely.LineString([(400, 0), (400, 100), (400, 900)])
    network = build_network(np.array([STREETS[0], east, STREETS[2], yard]))
    walls = build_walls(np.array([SQUARE]), np.array([[300.0, 100.0]]))
    points, _ = snap_round_walls(network, np.array([[200.0, 50.0]]), walls)
    assert feet(network, points).tolist() == [[200.0, 100.0]]


def test_without_a_gate_the_straight_leg_stays_and_is_flagged(network):
    walls = build_walls(np.array([SQUARE]), np.zeros((0, 2)))
    points, enclosed = snap_round_walls(network, np.array([HOUSE[0], (200.0, 10.0)]), walls)
    assert enclosed.tolist() == [0]
    assert points.leg_m.tolist() == [60.0, 10.0]


def test_a_gate_is_never_a_shorter_way_than_no_wall(network):
    rng = np.random.default_rng(2)
    homes = rng.uniform((0, 0), (400, 300), (80, 2))
    walls = build_walls(np.array([SQUARE]), np.array([[300.0, 60.0], [200.0, 160.0]]))
    service = snap(network, np.array([[0.0, -300.0]]))
    free = reach_from(network, service, snap(network, homes), limit_m=3000)
    walled = reach_from(network, service, snap_round_walls(network, homes, walls)[0], limit_m=3000)
    inside = shapely.contains_xy(shapely.Polygon(SQUARE), homes)
    assert np.allclose(walled[~inside & (homes[:, 1] < 20)], free[~inside & (homes[:, 1] < 20)])
    assert (walled[inside] > free[inside]).any()
