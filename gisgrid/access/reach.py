"""Walking distance, exact along edges: leg + way along the edge + shortest path + leg.

A service or building lies somewhere along an edge, so it is reached from either end of it; two
points on one edge are also joined by that edge itself. All services of a kind are the start of one
search, from a virtual node with an arc to both ends of each service's edge.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gisgrid.access.graph import Indices, Metres, Network, Snapped

LEAST_M = 1e-6
"""An arc of no length would read as no arc."""

NOBODY = -1
_BLOCK = 1 << 16
"""Buildings worked on at a time: their columns stay in the processor's cache."""

Ids = npt.NDArray[np.int64]


class Doors(NamedTuple):
    """Snapped points as seen from the two ends of their edge; unreachable ones are at infinity."""

    start: Indices
    end: Indices
    to_start_m: Metres
    to_end_m: Metres

    def part(self, which: slice) -> Doors:
        """Some of the points."""
        return Doors(
            self.start[which], self.end[which], self.to_start_m[which], self.to_end_m[which]
        )


class Search(NamedTuple):
    """What one search from several sources finds."""

    metres: Metres  # (n,) from the nearest source to each node, inf beyond the limit
    source: Indices  # (n,) which source that is, NOBODY where none is in reach


class Pairs(NamedTuple):
    """Walks from services to buildings, within a limit; no order is promised."""

    service: Indices
    building: Indices
    metres: Metres

    def take(self, which: npt.NDArray[Any]) -> Pairs:
        """The walks that `which` (indices or a mask) selects, in that order."""
        return Pairs(self.service[which], self.building[which], self.metres[which])


def doors(network: Network, points: Snapped) -> Doors:
    """Distances from each point to both ends of its edge, access leg included."""
    edge, missed = points.edge, points.missed
    to_start_m = points.offset_m + points.leg_m
    to_end_m = network.length_m[edge] - points.offset_m + points.leg_m
    to_start_m[missed] = to_end_m[missed] = np.inf
    return Doors(network.start[edge], network.end[edge], to_start_m, to_end_m)


def reach_from(network: Network, service: Snapped, buildings: Snapped, *, limit_m: float) -> Metres:
    """Walk from one service to every building.

    Parameters
    ----------
    network
        Streets.
    service
        One snapped point (several: the nearest of them counts).
    buildings
        (n,) snapped points.
    limit_m
        Longest walk looked for.

    Returns
    -------
    (n,) metres; inf beyond the limit, or where service or building is on no street.
    """
    kind = np.zeros(len(service), np.int64)
    return nearest_by_kind(network, service, kind, buildings, limit_m=limit_m)[0].reshape(-1)


def walk_table(network: Network, centres: Snapped, places: Snapped, *, limit_m: float) -> Metres:
    """(n, c) walk from each place to each centre, inf beyond the limit: catchments need it."""
    walks = [
        reach_from(network, centres.take(np.array([i])), places, limit_m=limit_m)
        for i in range(len(centres))
    ]
    return np.array(walks).reshape(len(centres), len(places)).T


def nearest_by_kind(
    network: Network, services: Snapped, kind: Ids, buildings: Snapped, *, limit_m: float
) -> tuple[Metres, Indices]:
    """Walk from each building to the nearest service of each kind.

    Parameters
    ----------
    network
        Streets.
    services
        (s,) snapped services; those on no street serve nobody.
    kind
        (s,) kind of each, 0 … k-1.
    buildings
        (n,) snapped buildings.
    limit_m
        Longest walk looked for.

    Returns
    -------
    metres
        (k, n) distance, inf where no service of the kind is within the limit.
    which
        (k, n) index of that service, -1 where metres is inf. (1, n) of inf without services.
    """
    kinds = int(kind.max(initial=0)) + 1
    at = doors(network, buildings)
    metres = np.empty((kinds, len(buildings)))
    which = np.empty((kinds, len(buildings)), np.int32)
    for row in range(kinds):
        found = search(network, services, np.flatnonzero(kind == row), limit_m=limit_m)
        for low in range(0, len(buildings), _BLOCK):
            block = slice(low, low + _BLOCK)
            _through_ends(found, at.part(block), limit_m, metres[row, block], which[row, block])
    _along_own_edge(services, kind, buildings, (metres, which), limit_m)
    return metres, which


def search(network: Network, services: Snapped, among: Ids, *, limit_m: float) -> Search:
    """Distance of every node from the nearest of some services.

    Parameters
    ----------
    network
        Streets.
    services, among
        All services, and the indices of those that count.
    limit_m
        Longest walk looked for.
    """
    size = len(network.node_xy)
    node, metres, service = _first_arcs(doors(network, services.take(among)), among)
    metres_of_node, before = dijkstra(
        _with_virtual_node(network.arcs, node, metres),
        indices=np.array([size]),
        limit=limit_m,
        return_predecessors=True,
    )
    first = np.full(size, NOBODY, np.int32)
    first[node] = service
    return Search(metres_of_node[0, :size], _carried(before[0, :size], first))


def _first_arcs(at: Doors, service: Ids) -> tuple[Ids, Metres, Ids]:
    """Arcs from the virtual node to the ends of services' edges: the shortest, and whose it is."""
    node = np.concatenate([at.start, at.end])
    metres = np.concatenate([at.to_start_m, at.to_end_m])
    order = first_of_each(metres, node)
    order = order[np.isfinite(metres[order])]
    return node[order].astype(np.int64), metres[order], np.tile(service, 2)[order]


def _with_virtual_node(arcs: csr_array, node: Ids, metres: Metres) -> csr_array:
    """The graph with one more node, the last, that has arcs to `node`."""
    size = arcs.shape[0] + 1
    return csr_array(
        (
            np.concatenate([arcs.data, np.maximum(metres, LEAST_M)]),
            np.concatenate([arcs.indices, node.astype(arcs.indices.dtype)]),
            np.append(arcs.indptr, arcs.indptr[-1] + len(node)),
        ),
        shape=(size, size),
    )


def _carried(before: Indices, first: Indices) -> Indices:
    """Hand each node the source at the root of its shortest path, by pointer doubling."""
    size = len(before)
    own = np.arange(size, dtype=np.int32)
    root = np.where((before >= 0) & (before < size), before, own)
    while True:
        further = root[root]
        if np.array_equal(further, root):
            break
        root = further
    return np.where(before == NO_NODE, NOBODY, first[root]).astype(np.int32)


NO_NODE = -9999
"""What SciPy writes where a path has no node before."""


def _through_ends(found: Search, at: Doors, limit_m: float, metres: Metres, which: Indices) -> None:
    """Fill in some buildings of one kind: each by the better end of its edge.

    Written to touch few numbers under a mask, which costs more here than the search itself.
    """
    by_start = found.metres[at.start] + at.to_start_m
    by_end = found.metres[at.end] + at.to_end_m
    np.minimum(by_start, by_end, out=metres)
    better_end = at.start + (by_end < by_start) * (at.end - at.start)
    np.take(found.source, better_end, out=which, mode="clip")
    beyond = np.flatnonzero((metres > limit_m) & (metres < np.inf))
    metres[beyond], which[beyond] = np.inf, NOBODY


def _along_own_edge(
    services: Snapped, kind: Ids, buildings: Snapped, found: tuple[Metres, Indices], limit_m: float
) -> None:
    """Mend the buildings whose nearest service is on their own edge."""
    metres, which = found
    walks = same_edge(services, buildings)
    row = kind[walks.service]
    nearer = walks.metres < np.minimum(metres[row, walks.building], limit_m + LEAST_M)
    walks, row = walks.take(nearer), row[nearer]
    furthest_first = np.argsort(walks.metres, kind="stable")[::-1]  # the last written stays
    walks, row = walks.take(furthest_first), row[furthest_first]
    metres[row, walks.building], which[row, walks.building] = walks.metres, walks.service


def same_edge(services: Snapped, buildings: Snapped) -> Pairs:
    """Every service and building on one edge, with the walk along that edge alone."""
    order = np.argsort(services.edge, kind="stable")
    order = order[services.edge[order] >= 0]
    if not len(order):
        return Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    lowest, highest = services.edge[order[0]], services.edge[order[-1]]
    on_edge = np.bincount(services.edge[order] - lowest, minlength=highest - lowest + 2)
    first = np.cumsum(on_edge) - on_edge
    place = np.clip(buildings.edge - lowest, -1, len(on_edge) - 1)  # outside: the last, which is 0
    building = np.flatnonzero(on_edge[place])
    count = on_edge[place[building]]
    service = order[spans(first[place[building]], count)]
    building = np.repeat(building, count)
    along_m = np.abs(services.offset_m[service] - buildings.offset_m[building])
    metres = along_m + services.leg_m[service] + buildings.leg_m[building]
    return Pairs(service.astype(np.int32), building.astype(np.int32), metres)


def first_of_each(metres: Metres, *keys: npt.NDArray[np.integer[Any]]) -> Ids:
    """Indices of the least of `metres` for every combination of `keys` that occurs.

    >>> first_of_each(np.array([3.0, 1.0, 2.0]), np.array([0, 0, 5])).tolist()
    [1, 2]
    """
    order = np.lexsort((metres, *keys))
    changes = np.zeros(len(order), bool)
    changes[:1] = True
    for key in keys:
        changes[1:] |= key[order[1:]] != key[order[:-1]]
    return order[changes]


def spans(low: npt.NDArray[np.integer[Any]], count: npt.NDArray[np.integer[Any]]) -> Ids:
    """The whole numbers of all ranges [low, low + count), one range after another.

    >>> spans(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(count)
    return np.asarray(
        np.arange(ends[-1] if len(ends) else 0) + np.repeat(low - ends + count, count)
    )
