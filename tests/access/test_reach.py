"""Walking distances, against a search of the tests' own and under change."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gisgrid.access.network import build_network
from gisgrid.access.reach import nearest_by_kind, reach_from
from gisgrid.access.snap import snap

LIMIT_M = 1000.0


def walks_by_hand(network, service, buildings, limit_m: float) -> np.ndarray:
    """Dijkstra with a heap over single edges, one building after another: slow and plain."""
    near: list[list[tuple[int, float]]] = [[] for _ in network.node_xy]
    for u, v, metres in zip(network.start, network.end, network.length_m, strict=True):
        near[u].append((v, metres))
        near[v].append((u, metres))
    edge, offset, leg = service.edge[0], service.offset_m[0], service.leg_m[0]
    best = {}
    rest = network.length_m[edge] - offset
    ends = (leg + offset, int(network.start[edge])), (leg + rest, int(network.end[edge]))
    heap = sorted(ends)
    while heap:
        metres, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = metres
        for other, step in near[node]:
            heapq.heappush(heap, (metres + step, int(other)))
    walks = []
    for e, o, own_leg in zip(buildings.edge, buildings.offset_m, buildings.leg_m, strict=True):
        ways = [
            best.get(int(network.start[e]), np.inf) + o,
            best.get(int(network.end[e]), np.inf) + network.length_m[e] - o,
        ]
        if e == edge:
            ways.append(abs(o - offset) + leg)
        walks.append(min(ways) + own_leg)
    return np.where(np.array(walks) <= limit_m, walks, np.inf)


def agree(one: np.ndarray, other: np.ndarray, *, within_m: float = 1e-3) -> bool:
    """Equal to `within_m`; a building within that of the limit may count as in or out."""
    both = np.isfinite(one) & np.isfinite(other)
    only = np.where(np.isfinite(one), one, other)[np.isfinite(one) != np.isfinite(other)]
    return bool((np.abs(one[both] - other[both]) <= within_m).all()) and bool(
        (np.abs(only - LIMIT_M) <= within_m).all()
    )


def test_every_walk_in_town_agrees_with_a_plain_search(town, points):
    buildings, services = (snap(town, xy) for xy in points)
    for i in range(len(services)):
        fast = reach_from(town, services.take([i]), buildings, limit_m=LIMIT_M)
        assert agree(fast, walks_by_hand(town, services.take([i]), buildings, LIMIT_M))


def test_every_walk_in_a_real_city_agrees_with_a_plain_search(real_city, beside):
    """Building by building; of a large city every twentieth."""
    network = build_network(real_city.lines)
    homes = real_city.homes[:: 1 + len(real_city.homes) // 2000 * 4]
    buildings, services = snap(network, homes), snap(network, beside(network, 12))
    reached = 0
    for i in range(len(services)):
        fast = reach_from(network, services.take([i]), buildings, limit_m=LIMIT_M)
        assert agree(fast, walks_by_hand(network, services.take([i]), buildings, LIMIT_M))
        reached += int(np.isfinite(fast).sum())
    assert reached > 1000


def test_simplified_and_raw_streets_agree_to_a_millimetre(real_lines, beside):
    simple, raw = build_network(real_lines), build_network(real_lines, simplify=False)
    homes, places = beside(simple, 3000), beside(simple, 60, seed=3)
    kind = np.arange(60) % 8
    walks = [
        nearest_by_kind(net, snap(net, places), kind, snap(net, homes), limit_m=LIMIT_M)[0]
        for net in (simple, raw)
    ]
    assert agree(*walks)


def test_nearest_of_each_kind_is_the_least_of_single_searches(town, points):
    buildings, services = (snap(town, xy) for xy in points)
    kind = np.arange(len(services)) % 3
    metres, which = nearest_by_kind(town, services, kind, buildings, limit_m=LIMIT_M)
    single = np.array([
        reach_from(town, services.take([i]), buildings, limit_m=LIMIT_M)
        for i in range(len(services))
    ])  # fmt: skip
    for row in range(3):
        assert np.allclose(metres[row], single[kind == row].min(axis=0))
    reached = np.isfinite(metres)
    assert (which[~reached] == -1).all()
    rows, columns = np.nonzero(reached)
    assert (kind[which[reached]] == rows).all()
    assert np.allclose(single[which[reached], columns], metres[reached])


@pytest.mark.parametrize(
    ("service", "home", "metres"),
    [
        ((200, 10), (300, 20), 130),  # on one edge: legs 10 and 20, 100 along
        ((200, 10), (900, -5), 715),
        ((1500, 10), (900, 0), 610),  # round no corner, over a node
        ((200, 10), (200, 10), 20),  # the two legs of one and the same place
        ((200, 10), (1300, 0), np.inf),  # 1,110 m
        ((200, 10), (5000, 5000), np.inf),  # the home is on no street
        ((0.0, 0.0), (0.0, 0.0), 0),
        ((3.0e6, 5.0e5), (200, 0), np.inf),  # axes swapped: on no street
        ((np.nan, 0.0), (200, 0), np.inf),
    ],
)
def test_walk_between_two_places(service, home, metres):
    streets = shapely.from_wkt(["LINESTRING (0 0, 1000 0)", "LINESTRING (1000 0, 2000 0)",
                                "LINESTRING (1000 0, 1000 500)"])  # fmt: skip
    network = build_network(np.array(streets))
    places = snap(network, np.array([service, home], float))
    assert reach_from(network, places.take([0]), places.take([1]), limit_m=LIMIT_M) == metres


def test_two_services_on_one_spot_serve_as_one(town, points):
    buildings, services = (snap(town, xy) for xy in points)
    doubled = services.take(np.array([0, 0]))
    once = reach_from(town, services.take([0]), buildings, limit_m=LIMIT_M)
    assert np.array_equal(reach_from(town, doubled, buildings, limit_m=LIMIT_M), once)


def test_no_services_and_no_buildings_give_empty_answers(town, points):
    buildings, services = (snap(town, xy) for xy in points)
    none = services.take(np.zeros(0, int))
    metres, which = nearest_by_kind(town, none, np.zeros(0, int), buildings, limit_m=LIMIT_M)
    assert metres.shape == which.shape == (1, len(buildings))
    assert np.isinf(metres).all()
    metres, _ = nearest_by_kind(town, services, np.arange(24) % 3, none, limit_m=LIMIT_M)
    assert metres.shape == (3, 0)


@settings(max_examples=40, deadline=None)
@given(
    chosen=st.sets(st.integers(0, 11), min_size=1),
    extra=st.integers(0, 11),
    less=st.floats(50, 900),
)
def test_more_services_and_more_time_never_lose_a_home(town, points, chosen, extra, less):
    homes, places = snap(town, points[0][:60]), snap(town, points[1][:12])
    few = places.take(np.array(sorted(chosen)))
    more = places.take(np.array(sorted(chosen | {extra})))
    before = reach_from(town, few, homes, limit_m=LIMIT_M)
    assert (reach_from(town, more, homes, limit_m=LIMIT_M) <= before + 1e-9).all()
    shorter = reach_from(town, few, homes, limit_m=less)
    assert np.array_equal(shorter, np.where(before <= less, before, np.inf))
