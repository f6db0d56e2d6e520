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
Ids = npt.NDArray[np.int64]


class Doors(NamedTuple):
    """Snapped points as seen from the two ends of their edge; unreachable ones are at infinity."""

    start: Indices
    end: Indices
    to_start_m: Metres
    to_end_m: Metres


class Search(NamedTuple):
    """One search for each group of sources."""

    metres: Metres  # (groups, n) from the nearest source of the group to each node
    source: Indices  # (groups, n) which source that is, NOBODY where none is in reach


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
    known = points.edge >= 0
    edge = np.where(known, points.edge, 0)
    offset_m = np.where(known, points.offset_m, np.inf)
    leg_m = np.where(known, points.leg_m, np.inf)
    rest_m = np.where(known, network.length_m[edge] - offset_m, np.inf)
    return Doors(network.start[edge], network.end[edge], offset_m + leg_m, rest_m + leg_m)


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
    found = search(network, services, kind, kinds, limit_m=limit_m)
    at = doors(network, buildings)
    metres = np.empty((kinds, len(buildings)))
    which = np.empty((kinds, len(buildings)), np.int32)
    spare = np.empty(len(buildings))
    for row in range(kinds):
        _through_ends(found, row, at, metres[row], which[row], spare=spare)
        beyond = ~(metres[row] <= limit_m)
        np.putmask(metres[row], beyond, np.inf)
        np.putmask(which[row], beyond, NOBODY)
    _along_own_edge(services, kind, buildings, (metres, which), limit_m)
    return metres, which


def search(
    network: Network, sources: Snapped, group: Ids, groups: int, *, limit_m: float
) -> Search:
    """Distance of every node from the nearest source of each group, and which source that is."""
    size = len(network.node_xy)
    graph, first = _with_virtual_nodes(network, sources, group, groups)
    metres, before = dijkstra(
        graph, indices=size + np.arange(groups), limit=limit_m, return_predecessors=True
    )
    source = np.full((groups, size), NOBODY, np.int32)
    for row in range(groups):
        source[row] = _carried(before[row, :size], first[row])
    return Search(metres[:, :size], source)


def _with_virtual_nodes(
    network: Network, sources: Snapped, group: Ids, groups: int
) -> tuple[csr_array, Indices]:
    """The graph with one more node a group; and the source behind each of their arcs."""
    at, size, arcs = doors(network, sources), len(network.node_xy), network.arcs
    node = np.concatenate([at.start, at.end])
    metres = np.concatenate([at.to_start_m, at.to_end_m])
    source, row = np.tile(np.arange(len(sources)), 2), np.tile(group, 2)
    order = first_of_each(metres, node, row)
    order = order[np.isfinite(metres[order])]
    first = np.full((groups, size), NOBODY, np.int32)
    first[row[order], node[order]] = source[order]
    ends = arcs.indptr[-1] + np.cumsum(np.bincount(row[order], minlength=groups))
    graph = csr_array(
        (
            np.concatenate([arcs.data, np.maximum(metres[order], LEAST_M)]),
            np.concatenate([arcs.indices, node[order].astype(arcs.indices.dtype)]),
            np.concatenate([arcs.indptr, ends.astype(arcs.indptr.dtype)]),
        ),
        shape=(size + groups, size + groups),
    )
    return graph, first


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


def _through_ends(
    found: Search, row: int, at: Doors, metres: Metres, which: Indices, *, spare: Metres
) -> None:
    """Fill one row: each building by the better end of its edge. (Written without fresh arrays.)"""
    np.take(found.metres[row], at.start, out=metres, mode="clip")
    np.take(found.metres[row], at.end, out=spare, mode="clip")
    metres += at.to_start_m
    spare += at.to_end_m
    by_end = spare < metres
    np.minimum(metres, spare, out=metres)
    np.take(found.source[row], at.start, out=which, mode="clip")
    np.copyto(which, found.source[row][at.end], where=by_end)


def _along_own_edge(
    services: Snapped, kind: Ids, buildings: Snapped, found: tuple[Metres, Indices], limit_m: float
) -> None:
    """Mend the buildings whose nearest service is on their own edge."""
    metres, which = found
    pairs = same_edge(services, buildings)
    order = first_of_each(pairs.metres, pairs.building, kind[pairs.service])
    service, building, walk = (column[order] for column in pairs)
    nearer = walk < np.minimum(metres[kind[service], building], limit_m + LEAST_M)
    service, building, walk = service[nearer], building[nearer], walk[nearer]
    metres[kind[service], building], which[kind[service], building] = walk, service


def same_edge(services: Snapped, buildings: Snapped) -> Pairs:
    """Every service and building on one edge, with the walk along that edge alone."""
    order = np.argsort(services.edge, kind="stable")
    order = order[services.edge[order] >= 0]
    sorted_edge = services.edge[order]
    building = np.flatnonzero(_among(buildings.edge, sorted_edge))
    low = np.searchsorted(sorted_edge, buildings.edge[building])
    count = np.searchsorted(sorted_edge, buildings.edge[building], "right") - low
    building = np.repeat(building, count)
    service = order[spans(low, count)]
    along_m = np.abs(services.offset_m[service] - buildings.offset_m[building])
    metres = along_m + services.leg_m[service] + buildings.leg_m[building]
    return Pairs(service.astype(np.int32), building.astype(np.int32), metres)


def _among(edge: Indices, wanted: Indices) -> npt.NDArray[np.bool_]:
    """Whether each edge is one of `wanted`: a table, as np.isin sorts."""
    table = np.zeros(int(wanted.max(initial=-1)) + 2, bool)
    table[wanted] = True
    return table[np.clip(edge, -1, len(table) - 1)]


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
