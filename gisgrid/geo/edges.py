"""Segments of polygons by shared vertices: who lies on the other side of a border.

In an exact coverage two neighbours run through the very same vertices, so a shared border is found
by comparing numbers, without a single geometric predicate. The comparison is bit by bit:

- a vertex that only one of the two polygons has (a T-junction) makes the border look like an outer
  one; `shapely.coverage_is_valid` finds those, and `build_cells` and `split_cells` leave none;
- transforming both polygons by the same projection keeps shared vertices equal, because equal
  numbers in give equal numbers out; rounding them to a coarser grid does so too, but may flatten
  thin cells;
- ``-0.0 == 0.0`` although their bits differ: compare with ``==``, never by bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

OUTSIDE = -1
"""The neighbour of a segment that only one polygon has."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The border segments of polygons, each direction once per polygon.

    `owner` (s,) polygon of a segment · `start`, `end` (s,) rows of `xy` · `xy` (v, 2) unique
    vertices · `mate` (s,) the same segment in the neighbour, -1 where there is none.
    """

    owner: Ints
    start: Ints
    end: Ints
    xy: Floats
    mate: Ints

    def length(self) -> Floats:
        """(s,) length of each segment, in the unit of the coordinates."""
        return distance(self.xy[self.start], self.xy[self.end])

    def neighbour(self) -> Ints:
        """(s,) polygon on the other side, `OUTSIDE` where there is none."""
        return np.where(self.mate >= 0, self.owner[self.mate], OUTSIDE)


def distance(a: Floats, b: Floats) -> Floats:
    """(n,) distance between the points (n, 2) of each row."""
    return np.asarray(np.hypot(*(b - a).T), dtype=np.float64)


def strokes(a: Floats, b: Floats) -> Geometries:
    """(n,) straight lines between the points (n, 2) of each row."""
    return np.asarray(shapely.linestrings(np.stack([a, b], axis=1)), dtype=object)


def vertex_ids(xy: Floats) -> Ints:
    """(n,) the same number for equal coordinates; numbered from 0 in order of appearance."""
    x, _ = pd.factorize(xy[:, 0])
    y, _ = pd.factorize(xy[:, 1])
    ids, _ = pd.factorize(x.astype(np.int64) * (int(y.max(initial=0)) + 1) + y)
    return ids.astype(np.int64)


def segments(polygons: Geometries) -> Segments:
    """Segments of `polygons` with their mates.

    Where more than two polygons claim a segment (not a coverage), the first two become mates.
    """
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    ids = vertex_ids(xy)
    at = np.flatnonzero((ring[1:] == ring[:-1]) & (ids[1:] != ids[:-1]))
    _, first = np.unique(ids, return_index=True)
    start, end = ids[at], ids[at + 1]
    owner = polygon[ring[at]].astype(np.int64)
    return Segments(owner, start, end, xy[first], _mates(start, end, len(first)))


def _mates(start: Ints, end: Ints, n_vertices: int) -> Ints:
    """Pair equal segments, whatever their direction."""
    key = np.minimum(start, end) * n_vertices + np.maximum(start, end)
    order = np.argsort(key, kind="stable")
    same = key[order[1:]] == key[order[:-1]]
    same[1:] &= ~(same[1:] & same[:-1])
    left, right = order[:-1][same], order[1:][same]
    mate = np.full(len(key), OUTSIDE, dtype=np.int64)
    mate[left], mate[right] = right, left
    return mate
