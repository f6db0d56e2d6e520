"""The street graph and the points on it, as plain arrays that pickle; needs no geometry library."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Metres = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Coordinates = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Network:
    """Walkable streets: junctions joined by edges that keep their full course.

    Attributes
    ----------
    node_xy
        (n, 2) junctions and dead ends, metric CRS.
    start, end
        (e,) node at each end of an edge; equal for a loop. Walkers go both ways.
    length_m
        (e,) length of the edge's course, metres.
    vertex_xy
        (v, 2) course of all edges, one after another, from `start` to `end`.
    first_vertex
        (e + 1,) where each edge's course begins in `vertex_xy`.
    """

    node_xy: Coordinates
    start: Indices
    end: Indices
    length_m: Metres
    vertex_xy: Coordinates
    first_vertex: npt.NDArray[np.int64]

    @cached_property
    def arcs(self) -> csr_array:
        """(n, n) lengths both ways of the edges that a walk can pass from end to end.

        Of parallel edges the shortest. Loops and dead ends lead nowhere else and are left out: who
        lives there is reached from the junction, or along the edge itself.
        """
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        ends = np.bincount(np.concatenate([low, high]), minlength=len(self.node_xy))
        passable = (low != high) & (np.minimum(ends[low], ends[high]) > 1)
        order = np.lexsort((self.length_m, high, low))
        order = order[passable[order]]
        low, high, length = low[order], high[order], self.length_m[order]
        shortest = np.ones(len(order), bool)
        shortest[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        low, high, length = low[shortest], high[shortest], length[shortest]
        both = np.concatenate([low, high]), np.concatenate([high, low])
        size = len(self.node_xy)
        return coo_array((np.concatenate([length, length]), both), shape=(size, size)).tocsr()

    @cached_property
    def leaving(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Edges sorted by their start, and (n + 1,) where each node's begin among them."""
        return _grouped(self.start, len(self.node_xy))

    @cached_property
    def arriving(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Edges sorted by their end, and (n + 1,) where each node's begin among them."""
        return _grouped(self.end, len(self.node_xy))

    @cached_property
    def piece(self) -> Indices:
        """(n,) which connected piece of the streets each node is on."""
        size = len(self.node_xy)
        ends = self.start, self.end
        joined = coo_array((np.ones(len(self.start), np.int8), ends), shape=(size, size))
        return np.asarray(connected_components(joined, directed=False)[1], np.int32)

    @cached_property
    def node_by_x(self) -> npt.NDArray[np.int64]:
        """(n,) nodes from west to east."""
        return np.argsort(self.node_xy[:, 0], kind="stable")

    @cached_property
    def vertex_m(self) -> Metres:
        """(v,) distance of each vertex from the start of its edge."""
        step = np.hypot(*np.diff(self.vertex_xy, axis=0).T)
        walked = np.concatenate([[0.0], np.cumsum(step)])
        edge = np.repeat(np.arange(len(self.length_m)), np.diff(self.first_vertex))
        return np.asarray(walked - walked[self.first_vertex[:-1]][edge])

    @cached_property
    def begin_m(self) -> Metres:
        """(e,) where each edge begins when all are laid one after another, a metre apart."""
        return np.cumsum(self.length_m + 1) - self.length_m - 1

    @cached_property
    def along_m(self) -> Metres:
        """(v,) where each vertex lies on that long line: ascending, so that it can be searched."""
        return self.vertex_m + np.repeat(self.begin_m, np.diff(self.first_vertex))

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def _grouped(key: Indices, groups: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    order = np.argsort(key, kind="stable")
    return order, np.searchsorted(key[order], np.arange(groups + 1))


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Points put on the nearest street: each is reached from its edge by a straight access leg.

    Attributes
    ----------
    edge
        (n,) edge of the network, -1 where no street was near enough.
    offset_m
        (n,) metres from the edge's start to the foot of the leg; NaN where edge is -1.
    leg_m
        (n,) metres from the foot to the point; NaN where edge is -1.
    """

    edge: Indices
    offset_m: Metres
    leg_m: Metres

    def __len__(self) -> int:
        return len(self.edge)

    def take(self, which: npt.NDArray[Any]) -> Snapped:
        """The points that `which` (indices or a mask) selects, in that order."""
        return Snapped(self.edge[which], self.offset_m[which], self.leg_m[which])

    @property
    def missed(self) -> npt.NDArray[np.int64]:
        """Indices of the points that no street is near; to be listed, never dropped silently."""
        return np.flatnonzero(self.edge < 0)

    def far(self, leg_m: float) -> npt.NDArray[np.int64]:
        """Indices of the points whose access leg is longer than `leg_m`; to be flagged."""
        return np.flatnonzero((self.edge >= 0) & (self.leg_m > leg_m))
