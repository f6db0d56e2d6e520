"""Cutting ground along drawn lines: which part of it a line is meant for, which pieces lie where.

A line cuts only the ground it is meant for. Both its ends are drawn on, straight, to the rim of
that ground; what runs over other ground is left out, so that no cell there is cut.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from gisgrid.geo.edges import Floats, Geometries, Ints, segments

OVERSHOOT_M = 0.02
"""A line goes on this far beyond the ground it cuts, so that it surely meets the rim; its end is
then a dead end in the next cell, which `split_cells` ignores."""

AIM_M = 15.0
"""The last metres of a drawn line that say which way it would have gone on."""

SMOOTH_M = 0.3
"""A drawn line may be straightened by this much."""


def line_through(ground: BaseGeometry, drawn: LineString) -> MultiLineString:
    """`drawn` as it cuts `ground`: drawn on to the rim where it ends inside, and nowhere beyond.

    Parameters
    ----------
    ground
        Polygon or MultiPolygon in a metric CRS.
    drawn
        The line in the same CRS, of two different points or more.

    Returns
    -------
    Empty when the line does not touch the ground.
    """
    smooth = shapely.simplify(drawn, SMOOTH_M)
    ends = [_drawn_on(ground, smooth), _drawn_on(ground, shapely.reverse(smooth))]
    return within(ground, shapely.union_all([smooth, *ends]))


def within(ground: BaseGeometry, lines: BaseGeometry) -> MultiLineString:
    """The part of `lines` that lies in `ground`, and `OVERSHOOT_M` more."""
    inside = shapely.intersection(lines, shapely.buffer(ground, OVERSHOOT_M))
    parts = shapely.get_parts(inside)
    return MultiLineString(list(parts[shapely.length(parts) > 0]))


def _drawn_on(ground: BaseGeometry, line: LineString) -> BaseGeometry:
    """From the end of `line` straight on until it leaves `ground`; empty if it ends outside."""
    end = Point(line.coords[-1])
    if not ground.contains(end):
        return LineString()
    back = shapely.line_interpolate_point(line, max(line.length - AIM_M, 0.0))
    aim = np.array([end.x - back.x, end.y - back.y])
    if not aim.any():
        return LineString()
    west, south, east, north = ground.bounds
    x, y = (np.hypot(east - west, north - south) * aim / np.hypot(*aim)).tolist()
    ray = LineString([(end.x, end.y), (end.x + x, end.y + y)])
    parts = shapely.get_parts(shapely.intersection(ray, shapely.buffer(ground, OVERSHOOT_M)))
    near = parts[shapely.distance(parts, end) < OVERSHOOT_M]
    return near[0] if len(near) else LineString()


def sides_of(cells: Geometries, line: BaseGeometry) -> Ints:
    """The side of `line` that each cell is on.

    The line parts the ground of the cells into faces; from one face to the next the side changes.
    A cell is on the side of the face that holds a place inside it, whatever crumbs of it lie
    beyond. Cells of faces that the line does not reach are on neither side.

    Parameters
    ----------
    cells
        (n,) Polygons of one grid, an exact coverage in a metric CRS, cut along `line`.

    Returns
    -------
    (n,) 0 or 1, -1 for neither; all -1 where the line divides nothing.
    """
    ground = shapely.coverage_union_all(cells)
    net = shapely.unary_union([shapely.boundary(ground), line])
    faces = np.asarray(shapely.get_parts(shapely.polygonize([net])), object)
    faces = faces[shapely.contains(ground, shapely.point_on_surface(faces))]
    edges = segments(faces)
    half = edges.owner < edges.neighbour()
    side = _alternating(edges.owner[half], edges.neighbour()[half])
    inside = shapely.STRtree(faces).query_nearest(
        shapely.point_on_surface(cells), all_matches=False
    )[1]
    found = np.array([side.get(face, -1) for face in inside.tolist()], np.int64)
    divides = len(np.unique(found[found >= 0])) > 1
    return found if divides else np.full(len(cells), -1, np.int64)


def _alternating(a: Ints, b: Ints) -> dict[int, int]:
    """0 or 1 for each part, another one across every border where that is possible."""
    across: dict[int, set[int]] = {}
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        if one != other:
            across.setdefault(one, set()).add(other)
            across.setdefault(other, set()).add(one)
    side: dict[int, int] = {}
    for start in sorted(across):
        queue = deque([start] if side.setdefault(start, 0) == 0 else [])
        while queue:
            part = queue.popleft()
            for other in sorted(across[part] - side.keys()):
                side[other] = 1 - side[part]
                queue.append(other)
    return side


def same_places(
    before: Geometries, degrees: Geometries, after: Geometries, moved: Geometries
) -> Geometries:
    """`moved` with the very coordinates that shared corners have in `degrees`.

    Parameters
    ----------
    before, degrees
        (n,) cells in a metric CRS and as they are stored: corner by corner the same.
    after, moved
        (k,) pieces in the metric CRS and transformed back, which is off by the last bit.

    Returns
    -------
    (k,) pieces whose old corners are those stored; new corners are as transformed.
    """
    stored = dict(
        zip(
            map(tuple, shapely.get_coordinates(before).tolist()),
            shapely.get_coordinates(degrees).tolist(),
            strict=True,
        )
    )
    corners = map(tuple, shapely.get_coordinates(after).tolist())
    fresh = shapely.get_coordinates(moved).tolist()
    exact: Floats = np.array([stored.get(at, new) for at, new in zip(corners, fresh, strict=True)])
    return np.asarray(shapely.set_coordinates(moved.copy(), exact), object)


def whole_in(points: Geometries, pieces: Geometries) -> Ints:
    """The piece that holds each point, or the nearest one: a building is never parted.

    Parameters
    ----------
    points
        (n,) one place of each building.
    pieces
        (k,) Polygons, k > 0.
    """
    if not len(points):
        return np.zeros(0, np.int64)
    nearest = shapely.STRtree(pieces).query_nearest(points, all_matches=False)
    return np.asarray(nearest[1], np.int64)
