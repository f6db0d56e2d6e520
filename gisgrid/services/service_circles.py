"""Services: which there are, how far one reaches on foot, which are nearest to a building.

Covered is decided by walking distance, never by a polygon. Households are those the actor may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import mapping

from gisgrid.access.graph import Metres, Snapped
from gisgrid.access.paths import walk
from gisgrid.access.reach import reach_from
from gisgrid.access.snap import LONG_LEG_M
from gisgrid.access.walls import way_round
from gisgrid.errors import NotFound
from gisgrid.geo.crs import to_wgs84
from gisgrid.model.people import Actor
from gisgrid.model.services import metres_in
from gisgrid.services.store_circles import store_circles
from gisgrid.services.view_district import require_project
from gisgrid.services.walking_ground import FARTHEST_M, WalkingGround, walking_ground
from gisgrid.storage import access
from gisgrid.storage.engine import SYSTEM, As, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

RINGS = (5.0, 10.0)
FORMULA = {
    "zh": "步行距离 = 沿路距离 + 两端接入距离；可达距离 = 分钟 × 速度 ÷ 60",
    "en": "walking distance = along streets + both access legs; reach = minutes × speed ÷ 60",
}
KIND_COLUMNS = ("key", "minutes", "radius_m", "tier", "source", "verified", "care", "points")


def list_kinds(engine: Engine, actor: As) -> list[dict[str, Any]]:
    """Kinds of service with their limits, sources and number of points."""
    with transaction(engine, actor) as conn:
        rows = access.kinds(conn)
    return [kind_answer(row) for row in rows]


def kind_answer(row: Any) -> dict[str, Any]:
    """A kind of service as the API tells it."""
    return {name: getattr(row, name) for name in KIND_COLUMNS} | {
        "zh": row.name_zh,
        "en": row.name_en,
    }


def list_services(engine: Engine, actor: Actor, kind: str | None) -> dict[str, list[Any]]:
    """Service points (of one kind) as columns."""
    epsg = require_project(engine).metric_epsg
    with transaction(engine, actor) as conn:
        rows = access.points(conn, kind, epsg=epsg)
    names = ("id", "name", "kind", "lon", "lat", "unit", "opening_hours", "by_hand")
    return {name: [getattr(row, name) for row in rows] for name in names}


def view_circle(
    engine: Engine, actor: Actor, service_id: int, *, minutes: float, speed_kmh: float | None
) -> dict[str, Any]:
    """The ground within a walk of one service, and the households on it, ring by ring.

    Raises
    ------
    NotFound
        There is no such service.
    """
    project = require_project(engine)
    speed = speed_kmh or project.walk_kmh
    service = _require_point(engine, actor, service_id, project.metric_epsg)
    ground = walking_ground(engine)
    door = ground.snap(np.array([[service.x, service.y]]))
    rings = rings_to(minutes)
    limits_m = {ring: metres_in(ring, speed_kmh=speed) for ring in rings}
    with transaction(engine, actor) as conn:
        near = _near(ground, service, limits_m[minutes])
        homes = access.homes(conn, ground.buildings[near].tolist(), service.kind)
    return {
        "service": _service(service),
        "minutes": rings,
        "speed_kmh": speed,
        "polygons": _rings(engine, service_id, (ground, door), rings, speed),
        "straight_radius_m": metres_in(minutes, speed_kmh=speed),
        **_counted(ground, service, limits_m, homes),
        "snapped": bool(door.edge[0] >= 0),
        "formula": FORMULA,
    }


def rings_to(minutes: float) -> list[float]:
    """The rings that are drawn for a walk: 5 and 10 where they lie inside, and the walk itself."""
    return [*(ring for ring in RINGS if ring < minutes), minutes]


def _require_point(engine: Engine, actor: Actor, service_id: int, epsg: int) -> Any:
    with transaction(engine, actor) as conn:
        service = access.point(conn, service_id, epsg=epsg)
    if service is None:
        raise NotFound(f"there is no service {service_id}")
    return service


def _rings(
    engine: Engine,
    service_id: int,
    placed: tuple[WalkingGround, Snapped],
    rings: Sequence[float],
    speed: float,
) -> dict[str, Any]:
    """GeoJSON of the rings: the stored ones where all are stored, else drawn now."""
    with transaction(engine, SYSTEM) as conn:  # ground, not people: no row to hide
        rows = access.stored_circles(conn, service_id, speed_kmh=speed)
    stored = {row.minutes: shapely.from_wkb(bytes(row.wkb)) for row in rows}
    if all(ring in stored for ring in rings):
        return features([stored[ring] for ring in rings], rings, epsg=None)
    ground, door = placed
    [drawn] = ground.rings(door, minutes=rings, speed_kmh=speed)
    return features(drawn, rings, epsg=ground.epsg)


def _distances(ground: WalkingGround, service: Any, limit_m: float) -> tuple[Metres, Metres]:
    """(n,) walk to each building (inf beyond the limit), and the straight line."""
    xy = np.array([[service.x, service.y]])
    door = ground.snap(xy)
    walked = reach_from(ground.network, door, ground.doors, limit_m=limit_m)
    return walked, np.hypot(*(ground.xy - xy).T)


def _near(ground: WalkingGround, service: Any, limit_m: float) -> npt.NDArray[np.int64]:
    walked, straight = _distances(ground, service, limit_m)
    return np.flatnonzero((walked <= limit_m) | (straight <= limit_m))


def _counted(
    ground: WalkingGround, service: Any, limits_m: Mapping[float, float], homes: Sequence[Any]
) -> dict[str, Any]:
    """Households and buildings within each ring on foot, and in the plain circle of the widest."""
    widest_m = max(limits_m.values())
    at = ground.at([row.id for row in homes])
    walked, straight = (metres[at] for metres in _distances(ground, service, widest_m))
    people = np.array([row.households for row in homes], np.int64)
    within = {f"{ring:g}": walked <= limit_m for ring, limit_m in limits_m.items()}
    return {
        "households": {ring: int(people[inside].sum()) for ring, inside in within.items()},
        "households_straight": int(people[straight <= widest_m].sum()),
        "buildings": {ring: int(inside.sum()) for ring, inside in within.items()},
    }


def nearest_to_building(
    engine: Engine, actor: Actor, building_id: int, *, speed_kmh: float | None
) -> dict[str, Any]:
    """A building and the service of each kind that is nearest to it on foot, nearest first.

    Raises
    ------
    NotFound
        The actor may see no such building.
    """
    speed = speed_kmh or require_project(engine).walk_kmh
    store_circles(engine)
    with transaction(engine, actor) as conn:
        building = access.building(conn, building_id)
        if building is None:
            raise NotFound(f"there is no building {building_id} in scope")
        rows = access.nearest(conn, building_id)
    ground = walking_ground(engine)
    leg_m = ground.doors.leg_m[ground.at([building_id])]
    leg = float(leg_m[0]) if len(leg_m) and np.isfinite(leg_m[0]) else None
    return {
        "building": dict(building._mapping),
        "leg_m": leg and round(leg),
        "leg_is_long": leg is not None and leg > LONG_LEG_M,
        "services": [_told(row, speed) for row in rows],
        "speed_kmh": speed,
        "formula": FORMULA,
    }


def _told(row: Any, speed: float) -> dict[str, Any]:
    minutes = row.metres * 60 / (speed * 1000)
    return {
        "id": row.id,
        "kind": row.kind,
        "zh": row.name_zh,
        "en": row.name_en,
        "name": row.name,
        "opening_hours": row.opening_hours,
        "lon": row.lon,
        "lat": row.lat,
        "metres": round(row.metres),
        "straight_m": round(row.straight_m),
        "minutes": round(minutes, 1),
        "limit_minutes": row.minutes,
        "in_time": minutes <= row.minutes,
    }


def walk_to_service(
    engine: Engine, actor: Actor, building_id: int, service_id: int
) -> dict[str, Any]:
    """The walk from a building to a service as a GeoJSON line, access legs included.

    Raises
    ------
    NotFound
        No such building in scope, no such service, or no way between them (``no_walk``).
    """
    ground = walking_ground(engine)
    with transaction(engine, actor) as conn:
        visible = access.building(conn, building_id) is not None
    at = ground.at([building_id])
    if not visible or not len(at):
        raise NotFound(f"there is no building {building_id} in scope")
    service = _require_point(engine, actor, service_id, ground.epsg)
    xy = np.array([[service.x, service.y]])
    goal = ground.snap(xy)
    found = walk(ground.network, ground.doors.take(at), goal, limit_m=FARTHEST_M)
    if found is None:
        raise NotFound("no way leads there", code="no_walk")
    along = shapely.get_coordinates(found.line)
    out = _by_gate(ground, ground.xy[at[0]], along[0], ground.doors.take(at))
    course = np.concatenate(
        [ground.xy[at], out, along, _by_gate(ground, xy[0], along[-1], goal), xy]
    )
    return {
        "type": "Feature",
        "properties": {"metres": round(found.metres)},
        "geometry": as_geojson(shapely.LineString(course), epsg=ground.epsg),
    }


def _by_gate(
    ground: WalkingGround,
    place: npt.NDArray[np.float64],
    foot: npt.NDArray[np.float64],
    door: Snapped,
) -> npt.NDArray[np.float64]:
    """The gate between a place and its street, if its leg goes by one."""
    if ground.walls is None:
        return np.zeros((0, 2))
    return way_round(ground.walls, place, foot, float(door.leg_m[0]))


def _service(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "zh": row.name_zh,
        "en": row.name_en,
        "lon": row.lon,
        "lat": row.lat,
        "opening_hours": row.opening_hours,
    }


def features(
    polygons: Sequence[shapely.Geometry], minutes: Sequence[float], *, epsg: int | None
) -> dict[str, Any]:
    """GeoJSON of the rings, widest first, so that the nearer are drawn over it."""
    shapes = [
        {
            "type": "Feature",
            "properties": {"minutes": minute},
            "geometry": as_geojson(polygon, epsg=epsg),
        }
        for polygon, minute in zip(polygons, minutes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": shapes[::-1]}


def as_geojson(shape: shapely.Geometry, *, epsg: int | None) -> dict[str, Any]:
    """A shape (metric; in degrees where `epsg` is None) as GeoJSON in degrees, to a decimetre."""
    moved = shape if epsg is None else to_wgs84(np.array([shape], object), epsg)[0]
    rounded: Any = shapely.transform(moved, _to_decimetre)
    geometry: dict[str, Any] = mapping(rounded)
    return geometry


def _to_decimetre(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.round(xy, 6)
