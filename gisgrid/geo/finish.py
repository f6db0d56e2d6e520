"""Last touches that must not break a coverage: straighter inner borders, the exact outer border."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import MultiPolygon, Polygon

from gisgrid.geo.edges import Floats, Geometries, Ints, distance, segments, strokes, vertex_ids

STRAIGHTEN_M = 0.7
"""Tolerance of `shapely.coverage_simplify`: a corner goes when its triangle is under its square."""


MOVES = 4
"""Attempts to move the rim, each without the cells that the one before broke."""


def straighten(cells: Geometries, block: Ints, *, tolerance_m: float = STRAIGHTEN_M) -> Geometries:
    """Simplify the borders inside each block; borders of blocks stay as they are, to the last bit.

    `block` (n,) must be sorted. A block whose cells would not come out whole is left alone.
    """
    _, start = np.unique(block, return_index=True)
    groups = np.split(cells, start[1:])
    return np.concatenate([_straight(g, tolerance_m) for g in groups]) if len(cells) else cells


def _straight(group: Geometries, tolerance_m: float) -> Geometries:
    if len(group) == 1:
        return group
    simpler = shapely.coverage_simplify(group, tolerance_m, simplify_boundary=False)
    whole = shapely.is_valid(simpler) & (shapely.get_type_id(simpler) == 3)
    return simpler if bool((whole & ~shapely.is_empty(simpler)).all()) else group


def onto_border(cells: Geometries, area: Polygon | MultiPolygon, *, reach: float) -> Geometries:
    """Move outer vertices back from the grid onto the border of `area`, its own vertices exactly.

    The same vertex moves the same way in every cell that has it. Vertices further than `reach`
    stay. Where cells are as thin as the move and would turn over, theirs stay, too.
    """
    side = segments(cells)
    outer = side.mate < 0
    rim = np.unique(np.concatenate([side.start[outer], side.end[outer]]))
    moved = side.xy.copy()
    moved[rim] = _on_line(side.xy[rim], shapely.boundary(area), reach)
    ids = vertex_ids(shapely.get_coordinates(cells))
    for _ in range(MOVES):
        final = np.asarray(shapely.set_coordinates(cells.copy(), moved[ids]))
        broken = broken_cells(final)
        if not len(broken):
            return final
        still = np.unique(side.start[np.isin(side.owner, broken)])
        moved[still] = side.xy[still]
    return cells


def broken_cells(cells: Geometries) -> Ints:
    """Rows that are not one valid polygon, or do not fit their neighbours exactly."""
    whole = shapely.is_valid(cells) & (shapely.get_type_id(cells) == 3)
    if whole.all() and shapely.coverage_is_valid(cells):
        return np.empty(0, dtype=np.int64)
    misfit = ~shapely.is_empty(shapely.coverage_invalid_edges(cells))
    return np.flatnonzero(~whole | misfit)


def _on_line(xy: Floats, line: shapely.Geometry, reach: float) -> Floats:
    """Nearest points on `line`: its own vertices for the points nearest to them."""
    corner, ring = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    at = np.flatnonzero(ring[1:] == ring[:-1])
    edges = shapely.STRtree(strokes(corner[at], corner[at + 1]))
    nearest = np.asarray(edges.nearest(np.asarray(shapely.points(xy), dtype=object)))
    out = _project(xy, corner[at][nearest], corner[at + 1][nearest])
    far = distance(out, xy) > reach
    out[far] = xy[far]
    point = np.asarray(cKDTree(xy).query(corner, distance_upper_bound=reach)[1])
    hit = point < len(xy)
    out[point[hit]] = corner[hit]
    return out


def _project(xy: Floats, a: Floats, b: Floats) -> Floats:
    """Nearest point of segment a–b to each point."""
    along = b - a
    t = ((xy - a) * along).sum(axis=1) / np.maximum((along * along).sum(axis=1), 1e-300)
    return np.asarray(a + along * np.clip(t, 0.0, 1.0)[:, None])
