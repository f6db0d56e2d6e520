"""The walk on the ground."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisgrid.access.network import build_network
from gisgrid.access.paths import nearest_services, walk
from gisgrid.access.reach import reach_from
from gisgrid.access.snap import snap


def test_the_line_is_as_long_as_the_walk(town, points):
    homes, services = snap(town, points[0]), snap(town, points[1])
    for i in range(0, len(homes), 7):
        home = homes.take([i])
        metres = reach_from(town, home, services, limit_m=1500)
        for j in range(0, len(services), 5):
            service = services.take([j])
            found = walk(town, home, service, limit_m=1500)
            if found is None:
                assert np.isinf(metres[j])
                continue
            legs = home.leg_m[0] + service.leg_m[0]
            assert found.metres == pytest.approx(metres[j])
            assert found.line.length + legs == pytest.approx(metres[j])


def test_the_line_runs_from_door_to_door_round_the_corner():
    network = build_network(
        np.array(shapely.from_wkt(["LINESTRING (0 0, 0 1000)", "LINESTRING (0 0, 1000 0)",
                                   "LINESTRING (0 0, -900 0)"]))
    )  # fmt: skip
    home, service = (snap(network, np.array([xy])) for xy in ([10.0, 200.0], [300.0, -20.0]))
    found = walk(network, home, service, limit_m=1000)
    assert found.metres == 530
    assert found.line.equals(shapely.from_wkt("LINESTRING (0 200, 0 0, 300 0)"))
    assert walk(network, home, service, limit_m=529) is None


def test_a_walk_along_one_street_or_round_a_loop_takes_the_shorter_way():
    ring = "LINESTRING (0 0, 400 0, 400 400, 0 400, 0 0)"
    network = build_network(np.array(shapely.from_wkt([ring, "LINESTRING (0 0, -900 0)"])))
    places = snap(network, np.array([[100.0, 0.0], [0.0, 100.0], [300.0, 0.0]]))
    lengths = [walk(network, places.take([0]), places.take([i]), limit_m=999) for i in (1, 2)]
    assert [found.metres for found in lengths] == [200, 200]
    assert [found.line.length for found in lengths] == [200, 200]


def test_the_nearest_services_come_in_order(town, points):
    homes, services = snap(town, points[0]), snap(town, points[1])
    which, metres = nearest_services(town, homes.take([3]), services, count=8, limit_m=1000)
    every = reach_from(town, homes.take([3]), services, limit_m=1000)
    assert len(which) == 8
    assert metres.tolist() == sorted(every)[:8]
    assert np.array_equal(every[which], metres)


def test_from_nowhere_no_walk_begins(town, points):
    lost, service = snap(town, np.zeros((1, 2))), snap(town, points[1]).take([0])
    assert walk(town, lost, service, limit_m=1000) is None
    assert len(nearest_services(town, lost, service, limit_m=1000)[0]) == 0
