"""Every walk from a service to a building within a limit: what adding, moving and closing need.

Services are taken neighbourhood by neighbourhood. A walk within the limit cannot leave the square
that reaches one limit beyond them, so each neighbourhood is searched on that cut-out alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gisgrid.access.graph import Indices, Metres, Network, Snapped
from gisgrid.access.reach import (
    LEAST_M,
    NOBODY,
    Doors,
    Ids,
    Pairs,
    doors,
    first_of_each,
    same_edge,
    spans,
)

_NEIGHBOURHOOD_M = 2000.0
_AT_ONCE = 64
"""Services searched together: bounds the table of services × buildings held at a time."""


class Placed(NamedTuple):
    """Buildings sorted by the edge they stand on: made once, asked often."""

    order: Ids  # building at each place of the sorting
    first: Ids  # (edges + 1,) where each edge's buildings begin
    at: Doors  # in sorted order
    snapped: Snapped  # as given


class _CutOut(NamedTuple):
    """A part of the network: its nodes, and where each of all nodes is among them (else last)."""

    node: Ids
    local: Indices
    arcs: csr_array


def place(network: Network, buildings: Snapped) -> Placed:
    """Sort snapped buildings by edge; those on no street are left out."""
    order = np.argsort(buildings.edge, kind="stable")
    edge = buildings.edge[order]
    first = np.searchsorted(edge, np.arange(len(network.length_m) + 1))
    return Placed(order, first, doors(network, buildings.take(order)), buildings)


def pairs_within(
    network: Network, services: Snapped, buildings: Placed, *, limit_m: float
) -> Pairs:
    """All walks of at most `limit_m` from a service to a building.

    Parameters
    ----------
    network
        Streets.
    services
        (s,) snapped services; those on no street are in no pair.
    buildings
        Buildings of the same network, from `place`.
    limit_m
        Longest walk, metres.

    Returns
    -------
    Pairs: service and building indices and the metres between; each pair once. Empty when nothing
    is in reach.
    """
    found = [
        _neighbourhood(network, services, group, buildings, limit_m)
        for group in _neighbourhoods(network, services)
    ]
    if not found:
        return Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    return Pairs(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def nearest_of_pairs(pairs: Pairs, kind: Ids, shape: tuple[int, int]) -> tuple[Metres, Indices]:
    """The nearest service of each kind for each building, as `reach.nearest_by_kind` answers.

    Parameters
    ----------
    pairs
        From `pairs_within`; leave out a service's pairs and it is closed.
    kind
        (s,) kind of each service.
    shape
        (kinds, buildings) of the answer.
    """
    metres, which = np.full(shape, np.inf), np.full(shape, NOBODY, np.int32)
    row = kind[pairs.service]
    order = first_of_each(pairs.metres, pairs.building, row)
    metres[row[order], pairs.building[order]] = pairs.metres[order]
    which[row[order], pairs.building[order]] = pairs.service[order]
    return metres, which


def _neighbourhoods(network: Network, services: Snapped) -> Iterator[Ids]:
    """Indices of services near each other, group after group."""
    known = np.flatnonzero(services.edge >= 0)
    square = np.floor(network.node_xy[network.start[services.edge[known]]] / _NEIGHBOURHOOD_M)
    order = np.lexsort(square.T)
    changes = np.flatnonzero((np.diff(square[order], axis=0) != 0).any(axis=1)) + 1
    for group in np.split(known[order], changes):
        yield from (group[i : i + _AT_ONCE] for i in range(0, len(group), _AT_ONCE))


def _neighbourhood(
    network: Network, services: Snapped, group: Ids, buildings: Placed, limit_m: float
) -> Pairs:
    near = services.take(group)
    part = _cut_out(network, near, limit_m)
    metres = _from_each(part, doors(network, near), limit_m)
    sorted_place = _standing_on(network, part, buildings)
    walks = _walks(metres, part.local, buildings.at, sorted_place)
    _along_own_edges(near, buildings, sorted_place, walks)
    row, column = np.nonzero(walks <= limit_m)
    building = buildings.order[sorted_place[column]]
    return Pairs(group[row].astype(np.int32), building.astype(np.int32), walks[row, column])


def _cut_out(network: Network, near: Snapped, limit_m: float) -> _CutOut:
    """The nodes that a walk within the limit can come by, and the arcs among them."""
    xy = network.node_xy
    ends = np.concatenate([network.start[near.edge], network.end[near.edge]])
    low, high = xy[ends].min(axis=0) - limit_m, xy[ends].max(axis=0) + limit_m
    by_x = network.node_by_x
    left, right = np.searchsorted(xy[by_x, 0], [low[0], high[0]])
    strip = by_x[left:right]
    node = strip[(xy[strip, 1] >= low[1]) & (xy[strip, 1] <= high[1])]
    local = np.full(len(xy), len(node), np.int32)
    local[node] = np.arange(len(node))
    return _CutOut(node, local, _arcs_among(network.arcs, node, local))


def _arcs_among(arcs: csr_array, node: Ids, local: Indices) -> csr_array:
    count = arcs.indptr[node + 1] - arcs.indptr[node]
    arc = spans(arcs.indptr[node], count)
    head = local[arcs.indices[arc]]
    inside = head < len(node)
    tail = np.repeat(np.arange(len(node)), count)[inside]
    begins = np.searchsorted(tail, np.arange(len(node) + 1)).astype(np.int32)
    return csr_array((arcs.data[arc[inside]], head[inside], begins), shape=(len(node), len(node)))


def _from_each(part: _CutOut, at: Doors, limit_m: float) -> Metres:
    """(services, nodes + 1) metres to the cut-out's nodes; the last column is for all others."""
    size, count = len(part.node), len(at.start)
    head = np.stack([part.local[at.start], part.local[at.end]], axis=1).ravel()
    length_m = np.stack([at.to_start_m, at.to_end_m], axis=1).ravel()
    arcs = part.arcs
    graph = csr_array(
        (
            np.concatenate([arcs.data, np.maximum(length_m, LEAST_M)]),
            np.concatenate([arcs.indices, head]),
            np.concatenate([arcs.indptr, arcs.indptr[-1] + 2 * np.arange(1, count + 1)]),
        ),
        shape=(size + count, size + count),
    )
    metres = dijkstra(graph, indices=size + np.arange(count), limit=limit_m)
    metres[:, size] = np.inf
    return np.asarray(metres[:, : size + 1])


def _standing_on(network: Network, part: _CutOut, buildings: Placed) -> Ids:
    """Places, in the sorting by edge, of the buildings on edges with an end in the cut-out."""
    leaving = _of_nodes(network.leaving, part.node)
    arriving = _of_nodes(network.arriving, part.node)
    outside = part.local[network.start[arriving]] == len(part.node)
    edge = np.concatenate([leaving, arriving[outside]])
    first = buildings.first[edge]
    return spans(first, buildings.first[edge + 1] - first)


def _of_nodes(grouped: tuple[Ids, Ids], node: Ids) -> Ids:
    edge, first = grouped
    return edge[spans(first[node], first[node + 1] - first[node])]


def _walks(metres: Metres, local: Indices, at: Doors, places: Ids) -> Metres:
    """(services, places) by the better end of each building's edge."""
    by_start = metres[:, local[at.start[places]]] + at.to_start_m[places]
    by_end = metres[:, local[at.end[places]]] + at.to_end_m[places]
    return np.asarray(np.minimum(by_start, by_end, out=by_start))


def _along_own_edges(near: Snapped, buildings: Placed, places: Ids, walks: Metres) -> None:
    """Mend the walks between a service and a building on one edge."""
    pairs = same_edge(near, buildings.snapped.take(buildings.order[places]))
    np.minimum.at(walks, (pairs.service, pairs.building), pairs.metres)
