"""Outlines of the grids of a published plan, derived from its cells and kept: it never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from gisgrid.errors import Unavailable
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


@lru_cache(maxsize=512)
def outlines(engine: Engine, plan_id: int) -> tuple[tuple[int, Outline], ...]:
    """(grid id, outline) of every grid of a published plan; empty for a plan without cells.

    It sees the whole plan: who asks shows only what the actor may see.
    """
    with transaction(engine, SYSTEM) as conn:
        epsg = _metric_epsg(conn)
        cells = districts.cells_by_grid(conn, plan_id, epsg=epsg)
    grid = np.array([row.grid_id for row in cells], np.int64)
    shapes = shapely.from_wkb([bytes(row.wkb) for row in cells])
    merged = {int(g): shapely.coverage_union_all(shapes[grid == g]) for g in np.unique(grid)}
    degrees = Transformer.from_crs(epsg, 4326, always_xy=True)
    return tuple((g, Outline(polygon, _label(polygon, degrees))) for g, polygon in merged.items())


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
    mercator = Transformer.from_crs(epsg, TILE_EPSG, always_xy=True)
    shapes = np.array([outline.polygon for _, outline in drawn], object)
    simple = shapely.coverage_simplify(shapes, tolerance_m)
    moved = reproject(simple, mercator)
    return np.array([grid_id for grid_id, _ in drawn], np.int64), moved


def reproject(shapes: Any, transformer: Transformer) -> Any:
    """Shapes (one, or an array) with every coordinate sent through `transformer`."""

    def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return shapely.transform(shapes, move)


def _metric_epsg(conn: Connection) -> int:
    project = projects.find(conn)
    if project is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    return project.metric_epsg


def _label(polygon: Any, degrees: Transformer) -> tuple[float, float, float]:
    """Centre and radius of the largest circle inside."""
    circle = shapely.maximum_inscribed_circle(polygon, tolerance=LABEL_TOLERANCE_M)
    x, y = shapely.get_coordinates(circle)[0]
    lon, lat = degrees.transform(x, y)
    return float(lon), float(lat), float(shapely.length(circle))
