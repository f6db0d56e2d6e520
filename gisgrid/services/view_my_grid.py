"""A leader's own grid: figures, border, buildings, services within reach, incidents."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisgrid.access.reach import nearest_by_kind
from gisgrid.errors import NotFound
from gisgrid.geo.crs import to_metric
from gisgrid.language import DEFAULT_LANGUAGE
from gisgrid.model.people import Actor
from gisgrid.services.grid_outlines import Outline, outlines
from gisgrid.services.service_circles import as_geojson
from gisgrid.services.view_district import GRID_COLUMNS, project_answer, require_project
from gisgrid.services.view_incidents import Filter, list_incidents
from gisgrid.services.walking_ground import FARTHEST_M, walking_ground, xy_of
from gisgrid.storage import access, districts
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

BUILDING_COLUMNS = ("id", "name", "address", "levels", "households", "residents", "x", "y")


def view_my_grid(
    engine: Engine,
    actor: Actor,
    grid_id: int | None = None,
    *,
    language: str = DEFAULT_LANGUAGE,
) -> dict[str, Any]:
    """Everything a leader's page shows of the grid `grid_id`, the first by code when None.

    Raises
    ------
    NotFound
        The actor leads no grid in force, or not this one.
    """
    project = require_project(engine)
    with transaction(engine, actor) as conn:
        led = [g for g in districts.grids_in_force(conn) if g.id in actor.grids]
        grid = next((g for g in led if grid_id in (None, g.id)), None)
        if grid is None:
            raise NotFound("no grid in force is led by this account", code="no_grid_led")
        buildings = districts.buildings_of_grid(conn, grid.id)
    outline = dict(outlines(engine, grid.plan))[grid.id]
    border = as_geojson(outline.polygon, epsg=project.metric_epsg)
    return {
        "project": project_answer(project),
        "grid": {name: getattr(grid, name) for name in GRID_COLUMNS},
        "grids": [{"id": g.id, "code": g.code} for g in led],
        "border": border,
        "bounds": list(shapely.bounds(shapely.geometry.shape(border))),
        "label": outline.label,
        "buildings": {n: [getattr(row, n) for row in buildings] for n in BUILDING_COLUMNS},
        "services": nearest_services(engine, outline, epsg=project.metric_epsg),
        "incidents": list_incidents(engine, actor, Filter(), language=language),
    }


def nearest_services(engine: Engine, outline: Outline, *, epsg: int) -> list[dict[str, Any]]:
    """For each kind the service nearest on foot to the middle of a grid, nearest first."""
    (middle,) = to_metric(np.array([shapely.Point(outline.label[:2])]), epsg)
    x, y = shapely.get_coordinates(middle)[0]
    with transaction(engine, SYSTEM) as conn:
        state = access.state_of_services(conn)
    key = f"{walking_ground(engine).version}:{state}"
    return list(_nearest(engine, key, float(x), float(y)))


@lru_cache(maxsize=256)
def _nearest(engine: Engine, _state: str, x: float, y: float) -> tuple[dict[str, Any], ...]:
    """Kept for a state of the ground and the services: another state is another answer."""
    ground = walking_ground(engine)
    network = ground.network
    with transaction(engine, SYSTEM) as conn:
        points = access.points(conn, None, epsg=ground.epsg)
        limits = {row.key: row for row in access.kinds(conn)}
    if not points:
        return ()
    names, kind = np.unique([p.kind for p in points], return_inverse=True)
    services = ground.snap(xy_of(points))
    here = ground.snap(np.array([[x, y]]))
    metres, which = nearest_by_kind(network, services, kind, here, limit_m=FARTHEST_M)
    found = [
        _told(limits[str(name)], points[int(which[row, 0])], float(metres[row, 0]))
        for row, name in enumerate(names)
        if which[row, 0] >= 0
    ]
    return tuple(sorted(found, key=lambda service: service["metres"]))


def _told(kind: Any, point: Any, metres: float) -> dict[str, Any]:
    return {
        "id": point.id,
        "kind": kind.key,
        "zh": kind.name_zh,
        "en": kind.name_en,
        "name": point.name,
        "lon": point.lon,
        "lat": point.lat,
        "metres": round(metres, -1),
        "limit_minutes": kind.minutes,
    }
