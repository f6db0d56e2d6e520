"""Every walk from a service to a building within a limit: what adding, moving and closing need.

Services are taken neighbourhood by neighbourhood. A walk within the limit cannot leave the square
that reaches one limit beyond them, so each neighbourhood is searched on that cut-out alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gisgrid.access.graph import Indices, Metres, Network, Snapped
from gisgrid.access.nearby import CutOut, cut_out, metres_from_each
from gisgrid.access.reach import (
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
    part = cut_out(network, near, limit_m)
    metres = metres_from_each(part, doors(network, near), limit_m)
    sorted_place = _standing_on(network, part, buildings)
    walks = _walks(metres, part.local, buildings.at, sorted_place)
    _along_own_edges(near, buildings, sorted_place, walks)
    row, column = np.nonzero(walks <= limit_m)
    building = buildings.order[sorted_place[column]]
    return Pairs(group[row].astype(np.int32), building.astype(np.int32), walks[row, column])


def _standing_on(network: Network, part: CutOut, buildings: Placed) -> Ids:
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
