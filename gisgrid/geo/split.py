"""Split cells along a drawn line, without opening a gap to the cells beside them.

A line that ends on a border gives the cell on this side a new vertex; the cell beyond must get the
very same one (otherwise a T-junction: invisible on the map, invalid as a coverage). So all cells
the line touches are noded together, in floating point: vertices they share with cells further away
must not move, not even onto a grid.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString

from gisgrid.errors import InvalidGeometry
from gisgrid.geo.edges import Geometries, Ints, segments

SNAP_M = 0.05
"""A drawn line passing a vertex of a border nearer than this goes through it."""

MIN_PIECE_M2 = 1.0
"""Smaller pieces stay with the cell they would be cut from."""


def split_cells(cells: Geometries, line: LineString | MultiLineString) -> tuple[Geometries, Ints]:
    """Cut the cells that `line` crosses.

    Parameters
    ----------
    cells
        (n,) Polygons, an exact coverage in a metric CRS.
    line
        The drawn line; an end inside a cell is ignored.

    Returns
    -------
    pieces
        (k,) Polygons, k ≥ n, again an exact coverage of the same ground. The first n keep the place
        of their cell (the largest piece of it); further pieces follow.
    parent
        (k,) the cell each piece was cut from; ``parent[:n]`` is ``arange(n)``.

    Raises
    ------
    InvalidGeometry
        If `line` is empty or not finite.
    """
    if line.is_empty or not np.isfinite(shapely.get_coordinates(line)).all():
        raise InvalidGeometry("the drawn line has no points", reason="empty line")
    touched = np.flatnonzero(shapely.dwithin(cells, line, SNAP_M))
    if not len(touched):
        return cells.copy(), np.arange(len(cells))
    faces, parent = _cut(cells[touched], line)
    faces, parent = _without_crumbs(faces, parent)
    order = np.lexsort((-shapely.area(faces), parent))
    faces, parent = faces[order], parent[order]
    _, first = np.unique(parent, return_index=True)
    pieces = cells.copy()
    pieces[touched] = faces[first]
    rest = np.setdiff1d(np.arange(len(faces)), first)
    of = np.concatenate([np.arange(len(cells)), touched[parent[rest]]])
    return _checked(cells, np.concatenate([pieces, faces[rest]]), of)


def _cut(cells: Geometries, line: shapely.Geometry) -> tuple[Geometries, Ints]:
    """Node borders and line, polygonize: (faces, row of `cells` each lies in)."""
    corners = shapely.multipoints(shapely.get_coordinates(cells))
    drawn = np.array([shapely.snap(line, corners, SNAP_M)])
    net = shapely.unary_union(np.concatenate([shapely.boundary(cells), drawn]))
    faces = shapely.get_parts(shapely.polygonize([net]))
    face, parent = shapely.STRtree(cells).query(
        shapely.point_on_surface(faces), predicate="intersects"
    )
    face, first = np.unique(face, return_index=True)
    return faces[face], parent[first].astype(np.int64)


def _without_crumbs(faces: Geometries, parent: Ints) -> tuple[Geometries, Ints]:
    """Give pieces under `MIN_PIECE_M2` back to the sibling with the longest shared border."""
    while True:
        side = segments(faces)
        other = side.neighbour()
        sibling = (other >= 0) & (parent[side.owner] == parent[other])
        small = sibling & (shapely.area(faces) < MIN_PIECE_M2)[side.owner]
        if not small.any():
            return faces, parent
        crumb = side.owner[small].min()
        at = small & (side.owner == crumb)
        shared = np.bincount(other[at], weights=side.length()[at])
        keeper = int(np.argmax(shared))
        union = shapely.coverage_union_all(faces[[crumb, keeper]])
        faces = faces.copy()
        faces[keeper] = shapely.get_geometry(union, 0)
        faces, parent = np.delete(faces, crumb), np.delete(parent, crumb)


def _checked(before: Geometries, pieces: Geometries, parent: Ints) -> tuple[Geometries, Ints]:
    """Refuse to hand back broken ground."""
    whole = shapely.is_valid(pieces).all() and (shapely.get_type_id(pieces) == 3).all()
    if not whole or not shapely.coverage_is_valid(pieces):
        raise InvalidGeometry("the line cannot be drawn here", reason="no coverage after the cut")
    if abs(shapely.area(pieces).sum() - shapely.area(before).sum()) > 1e-3:
        raise InvalidGeometry("the line cannot be drawn here", reason="ground lost by the cut")
    return pieces, parent
