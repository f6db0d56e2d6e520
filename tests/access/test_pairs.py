"""All walks within a limit, and what follows when a service is added, moved or closed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisgrid.access import pairs as pairs_module
from gisgrid.access.network import build_network
from gisgrid.access.pairs import nearest_of_pairs, pairs_within, place
from gisgrid.access.reach import Pairs, nearest_by_kind, reach_from
from gisgrid.access.snap import snap

LIMIT_M = 600.0


def table(pairs: Pairs, services: int, buildings: int) -> np.ndarray:
    walks = np.full((services, buildings), np.inf)
    walks[pairs.service, pairs.building] = pairs.metres
    return walks


@pytest.fixture
def snapped(town, points):
    return tuple(snap(town, xy) for xy in points)


@pytest.mark.parametrize("neighbourhood_m", [100.0, 400.0, 5000.0])
def test_pairs_are_the_walks_of_single_searches(town, snapped, monkeypatch, neighbourhood_m):
    monkeypatch.setattr(pairs_module, "_NEIGHBOURHOOD_M", neighbourhood_m)
    buildings, services = snapped
    pairs = pairs_within(town, services, place(town, buildings), limit_m=LIMIT_M)
    assert len(np.unique(pairs.service * 1000 + pairs.building)) == len(pairs.service)
    single = [
        reach_from(town, services.take([i]), buildings, limit_m=LIMIT_M)
        for i in range(len(services))
    ]
    assert np.allclose(table(pairs, len(services), len(buildings)), single)


def test_the_nearest_of_all_pairs_is_the_nearest_of_each_kind(real_lines, beside):
    network = build_network(real_lines)
    buildings, services = (snap(network, beside(network, n)) for n in (2000, 90))
    kind = np.arange(90) % 8
    pairs = pairs_within(network, services, place(network, buildings), limit_m=1000)
    metres, which = nearest_by_kind(network, services, kind, buildings, limit_m=1000)
    least, whose = nearest_of_pairs(pairs, kind, metres.shape)
    assert np.allclose(least, metres)
    assert (which == whose).mean() > 0.999  # two services may be equally near


def test_a_service_that_comes_and_goes_leaves_nothing_behind(town, snapped):
    buildings, services = snapped
    kind = np.arange(len(services)) % 3
    placed = place(town, buildings)
    before = pairs_within(town, services.take(np.arange(23)), placed, limit_m=LIMIT_M)
    new = pairs_within(town, services.take([23]), placed, limit_m=LIMIT_M)
    new = new._replace(service=new.service + 23)
    with_new = Pairs(*(np.concatenate(both) for both in zip(before, new, strict=True)))
    shape = (3, len(buildings))
    reach = nearest_of_pairs(with_new, kind, shape)[0]
    assert np.allclose(reach, nearest_by_kind(town, services, kind, buildings, limit_m=LIMIT_M)[0])
    closed = Pairs(*(column[with_new.service != 23] for column in with_new))
    for one, other in zip(
        nearest_of_pairs(closed, kind, shape), nearest_of_pairs(before, kind, shape), strict=True
    ):
        assert np.array_equal(one, other)


def test_a_long_edge_that_leaves_the_neighbourhood_still_carries_its_homes():
    bow = "LINESTRING (0 0, 0 5000, 300 5000, 300 0)"
    network = build_network(np.array(shapely.from_wkt([bow, "LINESTRING (300 0, 400 0)"])))
    homes = snap(network, np.array([[10.0, 200.0], [290.0, 150.0], [10.0, 5000.0]]))
    service = snap(network, np.array([[390.0, 0.0]]))
    pairs = pairs_within(network, service, place(network, homes), limit_m=LIMIT_M)
    assert (pairs.building.tolist(), pairs.metres.tolist()) == ([1], [250.0])


def test_services_and_buildings_on_no_street_are_in_no_pair(town, snapped):
    buildings, services = snapped
    lost = snap(town, np.array([[0.0, 0.0]]))
    assert not len(pairs_within(town, lost, place(town, buildings), limit_m=LIMIT_M).metres)
    assert not len(pairs_within(town, services, place(town, lost), limit_m=LIMIT_M).metres)
