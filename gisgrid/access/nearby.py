"""The part of the network round some points: a walk within a limit cannot leave it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gisgrid.access.graph import Indices, Metres, Network, Snapped
from gisgrid.access.reach import LEAST_M, Doors, Ids, spans


class CutOut(NamedTuple):
    """A part of the network: its nodes, and where each of all nodes is among them (else last)."""

    node: Ids
    local: Indices
    arcs: csr_array


def cut_out(network: Network, near: Snapped, limit_m: float) -> CutOut:
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
    return CutOut(node, local, _arcs_among(network.arcs, node, local))


def _arcs_among(arcs: csr_array, node: Ids, local: Indices) -> csr_array:
    count = arcs.indptr[node + 1] - arcs.indptr[node]
    arc = spans(arcs.indptr[node], count)
    head = local[arcs.indices[arc]]
    inside = head < len(node)
    tail = np.repeat(np.arange(len(node)), count)[inside]
    begins = np.searchsorted(tail, np.arange(len(node) + 1)).astype(np.int32)
    return csr_array((arcs.data[arc[inside]], head[inside], begins), shape=(len(node), len(node)))


def metres_from_each(part: CutOut, at: Doors, limit_m: float) -> Metres:
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
