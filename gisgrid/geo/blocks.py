"""Blocks: the ground that enclosing lines enclose, and the block each building stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from gisgrid.errors import InvalidGeometry
from gisgrid.geo.edges import Bools, Geometries, Ints
from gisgrid.geo.rim import CLEAR_STEPS, off_rim

WATER_MIN_M2 = 400.0
"""Smaller water (a fountain, a pool) encloses nothing; it belongs to the land around it."""

MIN_GROUND_M2 = 0.01
"""A building with less ground than this (and than half of itself) in a block does not stand there:
it only touches the line, give or take a rounding."""

WET_WEIGHT = 0.1
"""A building at the bank stands on land unless over 10/11 of it stands in the water."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """`geometry` (b,) polygons that tile the area, noded with each other · `water` (b,) · `rim` the
    border of the area."""

    geometry: Geometries
    water: Bools
    rim: Any


def enclose(
    area: Polygon | MultiPolygon, lines: Geometries, water: Geometries, *, grid_m: float
) -> Blocks:
    """Divide `area` by `lines` and the shores of `water`.

    All arguments share one metric CRS. Ends that enclose nothing (a cul-de-sac) are dropped.

    Raises
    ------
    InvalidGeometry
        If `area` is empty or not valid, or vanishes on the grid.
    """
    if area.is_empty or not area.is_valid:
        raise InvalidGeometry(
            f"the area is not a valid polygon: {shapely.is_valid_reason(area)}",
            reason=str(shapely.is_valid_reason(area)),
        )
    shapely.prepare(area)
    lakes = water[shapely.area(water) >= WATER_MIN_M2]
    drawn = np.concatenate([lines, shapely.boundary(lakes)])
    rim = shapely.boundary(area)
    drawn = off_rim(drawn[shapely.intersects(drawn, area)], rim, clear=CLEAR_STEPS * grid_m)
    net = shapely.unary_union(np.concatenate([drawn, [rim]]), grid_size=grid_m)
    faces = shapely.get_parts(shapely.polygonize([net]))
    inner = shapely.point_on_surface(faces)
    inside = shapely.intersects(area, inner)
    if not inside.any():
        raise InvalidGeometry("the area is thinner than the grid", reason="area too small")
    return Blocks(faces[inside], _covered(inner[inside], lakes), rim)


def _covered(points: Geometries, polygons: Geometries) -> Bools:
    """(n,) whether any of `polygons` covers the point."""
    covered = np.zeros(len(points), dtype=bool)
    covered[shapely.STRtree(polygons).query(points, predicate="intersects")[0]] = True
    return covered


def polygonal(geometries: Geometries) -> Geometries:
    """Drop points and lines from collections; where no polygon is left, an empty polygon."""
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(geometries), (3, 6)))
    parts, index = shapely.get_parts(geometries[mixed], return_index=True)
    flat = shapely.get_type_id(parts) == 3
    kept = np.full(len(mixed), shapely.MultiPolygon(), dtype=object)
    if flat.any():
        shapely.multipolygons(parts[flat], indices=index[flat], out=kept)
    out = geometries.copy()
    out[mixed] = kept
    return out


@dataclass(frozen=True, slots=True)
class Housed:
    """Buildings in their blocks.

    `home` (m,) block with most of the footprint (land before water, see `WET_WEIGHT`), -1 without
    ground in any · `ground` (m,) the footprint within that block, empty without · `rank` (m,) who
    keeps ground that several cover: the smaller footprint, then the earlier one.
    """

    home: Ints
    ground: Geometries
    rank: Ints


def house(footprints: Geometries, blocks: Blocks) -> Housed:
    """Find the block of every building."""
    home = np.full(len(footprints), -1, dtype=np.int64)
    ground = footprints.copy()
    tree = shapely.STRtree(blocks.geometry)
    whole = tree.query(footprints, predicate="within")
    home[whole[0]] = whole[1]
    rest = np.flatnonzero(home < 0)
    row, block = tree.query(footprints[rest], predicate="intersects")
    part = polygonal(shapely.intersection(footprints[rest][row], blocks.geometry[block]))
    size = shapely.area(part)
    weight = size * np.where(blocks.water[block], WET_WEIGHT, 1.0)
    order = np.lexsort((block, -weight, row))
    least = np.minimum(MIN_GROUND_M2, shapely.area(footprints[rest])[row] / 2)
    order = order[size[order] > least[order]]
    row, first = np.unique(row[order], return_index=True)
    home[rest[row]] = block[order[first]]
    ground[rest[row]] = part[order[first]]
    ground[home < 0] = Polygon()
    rank = np.empty(len(ground), dtype=np.int64)
    rank[np.lexsort((np.arange(len(ground)), shapely.area(ground)))] = np.arange(len(ground))
    return Housed(home, ground, rank)
