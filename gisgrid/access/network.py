"""From street lines to the walking graph, with chains of plain vertices drawn together.

Two streets join where they have a vertex in common: the same coordinates to one millimetre, as
the shared nodes of OpenStreetMap give. Lines that merely cross (a bridge over a street, a tunnel
under it) have no vertex in common and do not join.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gisgrid.access.graph import Coordinates, Network, Snapped
from gisgrid.errors import CrsMismatch, InvalidInput

FRAGMENT_M = 1000.0
"""Streets that join nothing else and are shorter in all than a 15-minute walk are dropped.

They are strays of the source (paths in a yard, a way not drawn to its end); a building beside one
would seem cut off. A true island has more street than that.
"""

_MM = 1000
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class _Segments(NamedTuple):
    """Straight pieces between vertices: each once, none of no length."""

    xy: Coordinates  # (n, 2) vertices
    tail: Ids  # (m,)
    head: Ids  # (m,)
    length_m: npt.NDArray[np.float64]  # (m,)


class _Chains(NamedTuple):
    """Courses of the edges: vertex numbers one edge after another."""

    vertex: Ids
    first: Ids


def build_network(
    lines: npt.NDArray[np.object_],
    walkable: Mask | None = None,
    *,
    fragment_m: float = FRAGMENT_M,
    simplify: bool = True,
) -> Network:
    """Make the walking graph of street lines; one-way does not bind walkers.

    Parameters
    ----------
    lines
        (s,) LineStrings (or MultiLineStrings) in a metric CRS; None and empty ones are left out.
    walkable
        (s,) whether one may walk there; None: everywhere.
    fragment_m
        Unconnected pieces with less street than this are dropped, the longest piece never.
    simplify
        False keeps every straight segment as an edge of its own (for checks: distances agree).

    Returns
    -------
    Network; its nodes are junctions, dead ends and one vertex of every free ring.

    Raises
    ------
    InvalidInput
        ``no_streets``: nothing walkable was given.
    CrsMismatch
        ``streets_in_degrees``: the coordinates look like degrees.

    >>> cross = shapely.from_wkt(["LINESTRING (0 0, 500 0, 900 0)", "LINESTRING (500 0, 500 400)"])
    >>> build_network(np.array(cross)).length_m.tolist()
    [500.0, 400.0, 400.0]
    """
    kept = np.asarray(lines, dtype=object)
    segments = _segments(kept if walkable is None else kept[np.asarray(walkable, bool)])
    _require_streets(segments)
    label = _components(segments)
    segments, label = _without_fragments(segments, label, fragment_m)
    if not simplify:
        return _network(segments.xy, _each_segment(segments))
    return _network(segments.xy, _chains(segments, _junctions(segments, label)))


def pieces_m(network: Network) -> npt.NDArray[np.float64]:
    """Street metres of each connected piece, the longest first: one, where all is joined."""
    metres = np.bincount(network.piece[network.start], network.length_m)
    return np.sort(metres.astype(float))[::-1]


def on_island(network: Network, points: Snapped) -> Ids:
    """Indices of snapped points on a piece of street that does not join the longest one."""
    metres = np.bincount(network.piece[network.start], network.length_m)
    known = np.flatnonzero(points.edge >= 0)
    away = network.piece[network.start[points.edge[known]]] != metres.argmax()
    return np.asarray(known[away])


def _require_streets(segments: _Segments) -> None:
    if not len(segments.tail):
        raise InvalidInput("no walkable street in the layer", code="no_streets")
    if np.abs(segments.xy).max() <= 360:
        raise CrsMismatch(
            "streets need a CRS in metres, these look like degrees", code="streets_in_degrees"
        )


def _segments(lines: npt.NDArray[np.object_]) -> _Segments:
    """Break lines into segments between vertices that are equal to the millimetre."""
    parts = shapely.get_parts(lines)
    coordinates, line = shapely.get_coordinates(parts, return_index=True)
    finite = np.isfinite(coordinates).all(axis=1)
    coordinates, line = coordinates[finite], line[finite]
    xy, vertex = _vertices(coordinates)
    step = line[1:] == line[:-1]
    tail, head = _each_once(vertex[:-1][step], vertex[1:][step], len(xy))
    return _Segments(xy, tail, head, np.hypot(*(xy[tail] - xy[head]).T))


def _vertices(coordinates: Coordinates) -> tuple[Coordinates, Ids]:
    """Distinct coordinates, and for every given one its number among them."""
    if not len(coordinates):
        return coordinates, np.zeros(0, np.int64)
    millimetres = np.rint(coordinates * _MM).astype(np.int64)
    millimetres -= millimetres.min(axis=0)
    key = millimetres[:, 0] * (millimetres[:, 1].max() + 1) + millimetres[:, 1]
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return coordinates[first], number


def _each_once(tail: Ids, head: Ids, vertices: int) -> tuple[Ids, Ids]:
    """Segments without doubles (either way round) and without those that stay on one vertex."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    key = np.unique(low[low != high] * vertices + high[low != high])
    return key // max(vertices, 1), key % max(vertices, 1)


def _components(segments: _Segments) -> npt.NDArray[np.int32]:
    """Which connected piece each vertex belongs to."""
    size = len(segments.xy)
    joined = coo_array((np.ones(len(segments.tail)), segments[1:3]), shape=(size, size))
    _, label = connected_components(joined, directed=False)
    return np.asarray(label)


def _without_fragments(
    segments: _Segments, label: npt.NDArray[np.int32], fragment_m: float
) -> tuple[_Segments, npt.NDArray[np.int32]]:
    """Drop the short pieces that join nothing, and vertices that no segment is left at."""
    street_m = np.bincount(label[segments.tail], segments.length_m, minlength=label.max() + 1)
    stays = street_m >= min(fragment_m, street_m.max())
    segment = stays[label[segments.tail]]
    used, ends = np.unique([segments.tail[segment], segments.head[segment]], return_inverse=True)
    tail, head = ends.reshape(2, -1)
    left = _Segments(segments.xy[used], tail, head, segments.length_m[segment])
    return left, label[used]


def _junctions(segments: _Segments, label: npt.NDArray[np.int32]) -> Mask:
    """Vertices where an edge ends: not exactly two segments, or the first vertex of a free ring."""
    size = len(segments.xy)
    degree = np.bincount(segments.tail, minlength=size) + np.bincount(segments.head, minlength=size)
    junction = degree != 2
    piece, first = np.unique(label, return_index=True)
    has_junction = np.zeros(label.max() + 1, bool)
    has_junction[label[junction]] = True
    junction[first[~has_junction[piece]]] = True
    return np.asarray(junction)


def _each_segment(segments: _Segments) -> _Chains:
    vertex = np.stack([segments.tail, segments.head], axis=1).ravel()
    return _Chains(vertex, np.arange(0, len(vertex) + 1, 2))


def _chains(segments: _Segments, junction: Mask) -> _Chains:
    """String the segments between junctions into edges.

    Every segment is two half-edges (2i forth, 2i + 1 back). A half-edge that leaves a plain vertex
    follows the one that arrives there; pointer doubling finds, for all at once, the half-edge that
    began the chain and how many steps ago. Of a chain and its reverse the lower root is kept.
    """
    tail = np.stack([segments.tail, segments.head], axis=1).ravel()
    root, rank = _roots(_previous(tail, junction))
    half = np.arange(len(tail))
    kept = np.flatnonzero(root < root[half ^ 1])
    kept = kept[np.lexsort((rank[kept], root[kept]))]
    begins = rank[kept] == 0
    edge = np.cumsum(begins) - 1
    count = np.bincount(edge)
    first = np.concatenate([[0], np.cumsum(count + 1)])
    vertex = np.empty(first[-1], np.int64)
    vertex[np.arange(len(kept)) + edge] = tail[kept]
    vertex[first[1:] - 1] = tail[kept[np.cumsum(count) - 1] ^ 1]
    return _Chains(vertex, first)


def _previous(tail: Ids, junction: Mask) -> Ids:
    """For each half-edge the one before it in its chain; itself where the chain begins."""
    previous = np.arange(len(tail))
    order = np.argsort(tail, kind="stable")
    leaving = order[~junction[tail[order]]].reshape(-1, 2)  # the two that leave each plain vertex
    previous[leaving[:, 0]] = leaving[:, 1] ^ 1
    previous[leaving[:, 1]] = leaving[:, 0] ^ 1
    return previous


def _roots(previous: Ids) -> tuple[Ids, Ids]:
    """The first half-edge of each one's chain, and the steps from it."""
    root = previous
    rank = (previous != np.arange(len(previous))).astype(np.int64)
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root, rank
        rank = rank + rank[root]
        root = further


def _network(xy: Coordinates, chains: _Chains) -> Network:
    course, first = xy[chains.vertex], chains.first
    ends = np.stack([chains.vertex[first[:-1]], chains.vertex[first[1:] - 1]])
    node, number = np.unique(ends, return_inverse=True)
    start, end = number.reshape(2, -1).astype(np.int32)
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(course, axis=0).T))])
    return Network(xy[node], start, end, walked[first[1:] - 1] - walked[first[:-1]], course, first)
