"""Measures of many outlines at once: of most buildings, which are one ring each, by arrays alone.

Area and middle by the shoelace formula, taken from the first corner of each ring so that nothing is
lost to large coordinates; shapes of several rings are left to GEOS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gisgrid.geo.edges import Bools, Floats, Geometries, Ints

POLYGON = 3


@dataclass(frozen=True, slots=True)
class Outlines:
    """(n,) area and length of surfaces, and (n, 2) their middles; NaN where there is none."""

    area: Floats
    length: Floats
    middle: Floats


def outlines(shapes: Geometries, xy: Floats | None = None) -> Outlines:
    """Measure (n,) surfaces, in their own plane or, with `xy`, at other places.

    Parameters
    ----------
    xy
        (m, 2) the coordinates of all shapes in their order, on another plane.

    >>> square = np.array([shapely.box(0, 0, 2, 2)])
    >>> found = outlines(square)
    >>> found.area.tolist(), found.length.tolist(), found.middle.tolist()
    ([4.0], [8.0], [[1.0, 1.0]])
    """
    owner = shapely.get_coordinates(shapes, return_index=True)[1]
    places = shapely.get_coordinates(shapes) if xy is None else xy
    plain = _one_ring(shapes)
    nothing = np.full(len(shapes), np.nan)
    found = Outlines(nothing, nothing.copy(), np.full((len(shapes), 2), np.nan))
    _measure_rings(places, owner, plain, found)
    others = np.flatnonzero(~plain)
    if len(others):
        moved = shapely.set_coordinates(shapes[others].copy(), places[np.isin(owner, others)])
        found.area[others], found.length[others] = shapely.area(moved), shapely.length(moved)
        found.middle[others] = shapely.bounds(shapely.centroid(moved))[:, :2]
    return found


def _one_ring(shapes: Geometries) -> Bools:
    one = (shapely.get_type_id(shapes) == POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    return np.asarray(one & (shapely.get_num_coordinates(shapes) > 3))


def _measure_rings(xy: Floats, owner: Ints, plain: Bools, found: Outlines) -> None:
    """Fill in the measures of shapes that are one ring."""
    rows = np.flatnonzero(plain)
    if not len(rows):
        return
    own = plain[owner]
    xy, owner = xy[own], owner[own]
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    corner = np.repeat(np.arange(len(rows)), np.diff(np.r_[first, len(owner)]))
    x, y = (xy - xy[first][corner]).T
    last = np.r_[first[1:] - 1, len(owner) - 1]
    ahead = np.arange(1, len(owner) + 1)
    ahead[last] = last  # a ring ends where it begins: no edge leads on
    cross = x * y[ahead] - x[ahead] * y
    doubled = np.add.reduceat(cross, first)
    found.area[rows] = np.abs(doubled) / 2
    found.length[rows] = np.add.reduceat(np.hypot(x[ahead] - x, y[ahead] - y), first)
    with np.errstate(invalid="ignore", divide="ignore"):
        for axis, along in enumerate((x, y)):
            moment = np.add.reduceat((along + along[ahead]) * cross, first)
            found.middle[rows, axis] = moment / (3 * doubled) + xy[first, axis]
