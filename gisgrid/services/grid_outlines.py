"""Outlines of the grids of a published plan, derived from its cells and kept: it never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.errors import Unavailable
from gisgrid.geo.crs import project, to_wgs84
from gisgrid.storage import districts, projects
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

LABEL_TOLERANCE_M = 5.0
TILE_EPSG = 3857


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The border of a grid in the project's metric CRS, and where its label has most room.

    `label` is (longitude, latitude, radius in metres) of the largest inscribed circle.
    """

    polygon: shapely.Geometry
    label: tuple[float, float, float]


@lru_cache(maxsize=4096)
def outlines(engine: Engine, plan_id: int) -> tuple[tuple[int, Outline], ...]:
    """(grid id, outline) of every grid of a published plan; empty for a plan without cells.

    It sees the whole plan: who asks shows only what the actor may see.
    """
    with transaction(engine, SYSTEM) as conn:
        epsg = _metric_epsg(conn)
        cells = districts.cells_by_grid(conn, plan_id, epsg=epsg)
    grid = np.array([row.grid_id for row in cells], np.int64)
    shapes = shapely.from_wkb([bytes(row.wkb) for row in cells])
    ids = np.unique(grid)
    merged = np.array([shapely.coverage_union_all(shapes[grid == g]) for g in ids], object)
    drawn = zip(ids, merged, _labels(merged, epsg), strict=True)
    return tuple((int(g), Outline(polygon, label)) for g, polygon, label in drawn)


@lru_cache(maxsize=4096)
def tile_shapes(
    engine: Engine, plan_id: int, tolerance_m: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Grid ids and outlines in EPSG:3857, simplified together so that they still fit."""
    drawn = outlines(engine, plan_id)
    if not drawn:
        return np.zeros(0, np.int64), np.zeros(0, object)
    with transaction(engine, SYSTEM) as conn:
        epsg = _metric_epsg(conn)
    shapes = np.array([outline.polygon for _, outline in drawn], object)
    simple = shapely.coverage_simplify(shapes, tolerance_m)
    moved = project(simple, source=epsg, target=TILE_EPSG)
    return np.array([grid_id for grid_id, _ in drawn], np.int64), moved


def _metric_epsg(conn: Connection) -> int:
    found = projects.find(conn)
    if found is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    return found.metric_epsg


def _labels(shapes: npt.NDArray[np.object_], epsg: int) -> list[tuple[float, float, float]]:
    """Centre (degrees) and radius (metres) of the largest circle inside each shape."""
    circles = shapely.maximum_inscribed_circle(shapes, tolerance=LABEL_TOLERANCE_M)
    centres = to_wgs84(shapely.get_point(circles, 0), epsg)
    lonlat = shapely.get_coordinates(centres)
    radii = shapely.length(circles)
    return [(float(x), float(y), float(r)) for (x, y), r in zip(lonlat, radii, strict=True)]
