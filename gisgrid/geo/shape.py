"""Measures of shape, and polygons of groups. Lengths and areas in metres."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from gisgrid.geo.edges import Floats, Geometries, Ints


def polsby_popper(polygons: Geometries) -> Floats:
    """Compactness 4πA / P² (Polsby & Popper 1991): 1 for a disc, towards 0 for a ribbon.

    Parameters
    ----------
    polygons
        (n,) polygons in a metric CRS.

    Returns
    -------
    (n,) values in [0, 1]; NaN where there is no boundary.

    >>> polsby_popper(np.array([shapely.box(0, 0, 100, 100)])).round(3)
    array([0.785])
    """
    perimeter = shapely.length(polygons)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(4 * math.pi * shapely.area(polygons) / perimeter**2)


def reock(polygons: Geometries) -> Floats:
    """Share of the smallest enclosing circle that each polygon fills (Reock 1961).

    (n,) values in [0, 1]; NaN for empty polygons.

    >>> reock(np.array([shapely.box(0, 0, 100, 100)])).round(3)
    array([0.637])
    """
    radius = shapely.minimum_bounding_radius(polygons)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(shapely.area(polygons) / (math.pi * radius**2))


def dissolve(cells: Geometries, groups: Ints) -> Geometries:
    """Union of the cells of each group.

    Parameters
    ----------
    cells
        (n,) polygons of an exact coverage.
    groups
        (n,) group of each cell.

    Returns
    -------
    (g,) Polygon or MultiPolygon a group, in the order of ``np.unique(groups)``; again an exact
    coverage. Empty for no cells.
    """
    order = np.argsort(groups, kind="stable")
    _, start = np.unique(groups[order], return_index=True)
    parts = np.split(cells[order], start[1:]) if len(cells) else []
    out = np.empty(len(parts), dtype=object)
    out[:] = [_union(part) for part in parts]
    return out


def _union(cells: Geometries) -> Any:
    """Union of a coverage as Polygon where it is one piece."""
    if len(cells) == 1:
        return cells[0]
    union = shapely.coverage_union_all(cells)
    return shapely.get_geometry(union, 0) if shapely.get_num_geometries(union) == 1 else union
