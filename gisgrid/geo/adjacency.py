"""Neighbours of cells: shared metres, what runs between them, and whether one can get across."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from gisgrid.geo.edges import OUTSIDE, Bools, Floats, Geometries, Ints, segments, strokes
from gisgrid.model.ground import Barrier

MIN_SHARED_M = 0.01
"""Cells that share less only meet at a corner."""

ALONG_M = 1.0
"""A barrier runs along a border segment whose middle is nearer than this."""

BARRIER_SHARE = 0.3
"""A barrier counts when it (or a stronger one) runs along this share of the border. Lines that
enclose blocks run along all of it; less comes from data that ends or bends: a wall along a third
of a border does separate, a street that only meets its corner does not."""

CROSSING_M = 2.0
"""A bridge, underpass or gate this near to a border joins its two sides."""

COLUMNS = ("a", "b", "shared_m", "barrier", "crossing", "joined", "border")


def neighbours(
    cells: Geometries,
    *,
    barriers: Geometries,
    barrier_class: Ints,
    crossings: Geometries,
    water: Bools | None = None,
) -> pd.DataFrame:
    """Pairs of cells with a common border.

    Parameters
    ----------
    cells
        (n,) Polygons, an exact coverage in a metric CRS.
    barriers, barrier_class
        (k,) lines and their `Barrier` values. Lines may overlap; the strongest counts.
    crossings
        (c,) lines or points of bridges, underpasses and gates.
    water
        (n,) cells on water; between water and land runs a shore: `Barrier.RIVER` at least.

    Returns
    -------
    Frame with `a` < `b` (cell numbers, int64), `shared_m` (float), `barrier` (int64), `crossing`
    (bool; only at rivers, rails and walls), `joined` (bool: weaker than a river, or crossed) and
    `border` (LineString or MultiLineString), sorted by a, b; empty with these columns for fewer
    than two cells. Cells that only meet at corners are no neighbours.
    """
    side = segments(cells)
    half = np.flatnonzero(side.owner < side.neighbour())
    length = side.length()[half]
    ends = np.stack([side.xy[side.start[half]], side.xy[side.end[half]]], axis=1)
    key = side.owner[half] * len(cells) + side.neighbour()[half]
    pairs, row = np.unique(key, return_inverse=True)
    shared = np.bincount(row, weights=length, minlength=len(pairs)).astype(np.float64)
    frame = pd.DataFrame({"a": pairs // max(len(cells), 1), "b": pairs % max(len(cells), 1)})
    frame["shared_m"] = shared
    frame["barrier"] = _barrier(ends, length, row, shared, (barriers, barrier_class))
    if water is not None and len(frame):
        shore = water[frame["a"]] != water[frame["b"]]
        frame.loc[shore, "barrier"] = frame.loc[shore, "barrier"].clip(lower=int(Barrier.RIVER))
    frame["border"] = _merged(ends, row, len(pairs))
    frame["crossing"] = _crossed(frame, crossings)
    frame["joined"] = (frame["barrier"] < int(Barrier.RIVER)) | frame["crossing"]
    return frame.loc[shared > MIN_SHARED_M, list(COLUMNS)].reset_index(drop=True)


def _barrier(
    ends: Floats, length: Floats, row: Ints, shared: Floats, barriers: tuple[Geometries, Ints]
) -> Ints:
    """Strongest class that, with all stronger ones, runs along `BARRIER_SHARE` of the border."""
    lines, strength = barriers
    middle = shapely.points(ends.mean(axis=1))
    at, line = shapely.STRtree(lines).query(middle, predicate="dwithin", distance=ALONG_M)
    strongest = np.zeros(len(middle), dtype=np.int64)
    np.maximum.at(strongest, at, np.asarray(strength, dtype=np.int64)[line])
    found = np.zeros(len(shared), dtype=np.int64)
    for barrier in sorted(Barrier):
        along = np.bincount(row, weights=length * (strongest >= barrier), minlength=len(shared))
        found[along >= BARRIER_SHARE * shared] = barrier
    return found


def _merged(ends: Floats, row: Ints, n: int) -> Geometries:
    """(n,) the segments of each row as one line, or a MultiLineString where they are apart."""
    out: Geometries = np.empty(n, dtype=object)
    if n:
        order = np.argsort(row, kind="stable")
        lines = strokes(ends[order, 0], ends[order, 1])
        out[:] = shapely.line_merge(shapely.multilinestrings(lines, indices=row[order]))
        single = shapely.get_num_geometries(out) == 1
        out[single] = shapely.get_geometry(out[single], 0)
    return out


def _crossed(frame: pd.DataFrame, crossings: Geometries) -> Bools:
    """Whether a crossing comes near the border of a pair that needs one."""
    crossed = np.zeros(len(frame), dtype=bool)
    cut = np.flatnonzero(frame["barrier"].to_numpy() >= Barrier.RIVER)
    tree = shapely.STRtree(crossings)
    borders = frame["border"].to_numpy()[cut]
    crossed[cut[tree.query(borders, predicate="dwithin", distance=CROSSING_M)[0]]] = True
    return crossed


def join_islands(pairs: pd.DataFrame, n_cells: int) -> pd.DataFrame:
    """Join parts that no `joined` pair connects, so that every plan can be contiguous.

    As few pairs as possible: the minimum spanning tree of the parts, by weakest barrier and there
    longest border. A pond, a river cell, a block between rails then belongs to some bank. Parts
    without any neighbour stay alone.

    Parameters
    ----------
    pairs
        Frame of `neighbours`.
    n_cells
        Number of cells.

    Returns
    -------
    A copy with `joined` set on more pairs.
    """
    out = pairs.reset_index(drop=True)
    a, b, joined = (out[name].to_numpy(copy=True) for name in ("a", "b", "joined"))
    part = _parts(a[joined], b[joined], n_cells)
    order = np.lexsort((-out["shared_m"].to_numpy(), out["barrier"].to_numpy()))
    order = order[part[a[order]] != part[b[order]]]
    low, high = np.sort([part[a[order]], part[b[order]]], axis=0)
    _, first = np.unique(low * n_cells + high, return_index=True)
    graph = coo_matrix((first + 1, (low[first], high[first])), shape=(n_cells, n_cells))
    joined[order[minimum_spanning_tree(graph).data.astype(np.int64) - 1]] = True
    out["joined"] = joined
    return out


def _parts(a: Ints, b: Ints, n: int) -> Ints:
    """(n,) connected part of each cell."""
    graph = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def outer_borders(cells: Geometries) -> pd.DataFrame:
    """Borders that face no other cell: the rim of the coverage and of its holes.

    Returns
    -------
    Frame with `a` (cell), `b` (-1), `shared_m` and `border`, sorted by a; empty for no cells.
    """
    side = segments(cells)
    outer = np.flatnonzero(side.mate < 0)
    ends = np.stack([side.xy[side.start[outer]], side.xy[side.end[outer]]], axis=1)
    owners, row = np.unique(side.owner[outer], return_inverse=True)
    shared = np.bincount(row, weights=side.length()[outer], minlength=len(owners))
    border = _merged(ends, row, len(owners))
    return pd.DataFrame({"a": owners, "b": OUTSIDE, "shared_m": shared, "border": border})
