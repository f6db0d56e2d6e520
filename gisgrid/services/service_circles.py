"""Services: how far one reaches on foot, and how many households each kind covers.

Covered is decided by walking distance, never by a polygon. Households are those the actor may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import mapping

from gisgrid.access.circles import circles
from gisgrid.access.reach import reach_from
from gisgrid.access.snap import snap
from gisgrid.errors import NotFound
from gisgrid.geo.crs import to_wgs84
from gisgrid.model.people import Actor
from gisgrid.model.services import metres_in
from gisgrid.services.view_district import require_project
from gisgrid.services.walking_ground import (
    WalkingGround,
    metres_to_kind,
    straight_to_kind,
    walking_ground,
)
from gisgrid.storage import access
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

RINGS = (5.0, 10.0)
FORMULA = {
    "zh": "步行距离 = 沿路距离 + 两端接入距离；可达距离 = 分钟 × 速度 ÷ 60",
    "en": "walking distance = along streets + both access legs; reach = minutes × speed ÷ 60",
}
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Homes:
    """Inhabited buildings in scope: where they stand in the ground, and their households."""

    at: Ints
    households: Ints


def list_kinds(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """Kinds of service with their limits, sources and number of points."""
    with transaction(engine, actor) as conn:
        rows = access.kinds(conn)
    return [
        {
            "key": row.key,
            "zh": row.name_zh,
            "en": row.name_en,
            "minutes": row.minutes,
            "radius_m": row.radius_m,
            "tier": row.tier,
            "source": row.source,
            "verified": row.verified,
            "points": row.points,
        }
        for row in rows
    ]


def list_services(engine: Engine, actor: Actor, kind: str | None) -> dict[str, list[Any]]:
    """Service points (of one kind) as columns."""
    epsg = require_project(engine).metric_epsg
    with transaction(engine, actor) as conn:
        rows = access.points(conn, kind, epsg=epsg)
    names = ("id", "name", "kind", "lon", "lat", "unit")
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
    with transaction(engine, actor) as conn:
        service = access.point(conn, service_id, epsg=project.metric_epsg)
    if service is None:
        raise NotFound(f"there is no service {service_id}")
    ground = walking_ground(engine)
    xy = np.array([[service.x, service.y]])
    door = snap(ground.network, xy)
    rings = [*(ring for ring in RINGS if ring < minutes), minutes]
    limits_m = {ring: metres_in(ring, speed_kmh=speed) for ring in rings}
    homes = _homes(engine, actor, ground)
    walked = reach_from(ground.network, door, ground.doors, limit_m=limits_m[minutes])[homes.at]
    straight = np.hypot(*(ground.xy[homes.at] - xy).T)
    polygons = circles(ground.network, door, minutes=rings, speed_kmh=speed)
    return {
        "service": _service(service),
        "minutes": rings,
        "speed_kmh": speed,
        "polygons": _features(polygons, rings, epsg=ground.epsg),
        "straight_radius_m": limits_m[minutes],
        "households": {f"{r:g}": _sum(homes, walked <= limit) for r, limit in limits_m.items()},
        "households_straight": _sum(homes, straight <= limits_m[minutes]),
        "buildings": {f"{r:g}": int((walked <= limit).sum()) for r, limit in limits_m.items()},
        "snapped": bool(door.edge[0] >= 0),
        "formula": FORMULA,
    }


def view_coverage(
    engine: Engine, actor: Actor, kind: str, *, minutes: float | None, speed_kmh: float | None
) -> dict[str, Any]:
    """How many households walk to the nearest service of `kind` in time, by grid and in all.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    project = require_project(engine)
    known = {row["key"]: row for row in list_kinds(engine, actor)}
    if kind not in known:
        raise NotFound(f"there is no kind of service {kind!r}")
    speed = speed_kmh or project.walk_kmh
    limit_m = metres_in(minutes or known[kind]["minutes"], speed_kmh=speed)
    ground = walking_ground(engine)
    homes = _homes(engine, actor, ground)
    metres = metres_to_kind(engine, kind)[homes.at]
    covered = metres <= limit_m
    straight = straight_to_kind(engine, kind)[homes.at] <= limit_m
    return {
        "kind": known[kind],
        "minutes": minutes or known[kind]["minutes"],
        "speed_kmh": speed,
        "limit_m": limit_m,
        **_shares(homes.households, covered, straight),
        "grids": _by_grid(engine, actor, ground, homes, (covered, straight)),
        "uncovered": _uncovered(ground, homes, metres, covered),
        "unsnapped": int((ground.doors.edge[homes.at] < 0).sum()),
        "formula": FORMULA,
    }


def _homes(engine: Engine, actor: Actor, ground: WalkingGround) -> _Homes:
    """Inhabited buildings that the actor may see."""
    with transaction(engine, actor) as conn:
        rows = access.households(conn)
    table = np.array([tuple(row) for row in rows], np.int64).reshape(-1, 2)
    at = np.searchsorted(ground.buildings, table[:, 0])
    known = at < len(ground.buildings)
    known[known] = ground.buildings[at[known]] == table[known, 0]
    return _Homes(at[known], table[known, 1])


def _sum(homes: _Homes, within: npt.NDArray[np.bool_]) -> int:
    return int(homes.households[within].sum())


def _shares(
    households: Ints, covered: npt.NDArray[np.bool_], straight: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    total = int(households.sum())
    walked = int(households[covered].sum())
    return {
        "total": total,
        "covered": walked,
        "percent": _percent(walked, total),
        "straight_covered": int(households[straight].sum()),
        "straight_percent": _percent(int(households[straight].sum()), total),
    }


def _percent(part: int, whole: int) -> float | None:
    """Per cent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def _by_grid(
    engine: Engine,
    actor: Actor,
    ground: WalkingGround,
    homes: _Homes,
    served: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
) -> list[dict[str, Any]]:
    """The shares of each grid in force, by code."""
    with transaction(engine, actor) as conn:
        rows = access.grid_of_building(conn)
    grid_of = {row.building: row.grid for row in rows}
    codes = {row.grid: row.code for row in rows}
    grid = np.array([grid_of.get(int(b), 0) for b in ground.buildings[homes.at]], np.int64)
    answer = []
    for grid_id, code in sorted(codes.items(), key=lambda item: item[1]):
        own = grid == grid_id
        shares = _shares(homes.households[own], served[0][own], served[1][own])
        households = shares.pop("total")
        uncovered = households - shares["covered"]
        answer.append(
            {"grid": grid_id, "code": code, "households": households, "uncovered": uncovered}
            | shares
        )
    return answer


def _uncovered(
    ground: WalkingGround, homes: _Homes, metres: Floats, covered: npt.NDArray[np.bool_]
) -> dict[str, list[Any]]:
    """Inhabited buildings out of reach as columns; metres is null where no service is in reach."""
    out = ~covered
    at = homes.at[out]
    walk = [None if np.isinf(m) else round(float(m)) for m in metres[out]]
    return {
        "building": ground.buildings[at].tolist(),
        "households": homes.households[out].tolist(),
        "x": ground.lonlat[at, 0].round(6).tolist(),
        "y": ground.lonlat[at, 1].round(6).tolist(),
        "metres": walk,
    }


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


def _features(
    polygons: Sequence[shapely.Geometry], minutes: Sequence[float], *, epsg: int
) -> dict[str, Any]:
    """GeoJSON of the rings, widest first, so that the nearer are drawn over it."""
    features = [
        {
            "type": "Feature",
            "properties": {"minutes": minute},
            "geometry": as_geojson(polygon, epsg=epsg),
        }
        for polygon, minute in zip(polygons, minutes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features[::-1]}


def as_geojson(shape: shapely.Geometry, *, epsg: int) -> dict[str, Any]:
    """A metric shape as GeoJSON in degrees, to a decimetre."""
    (moved,) = to_wgs84(np.array([shape], object), epsg)
    rounded: Any = shapely.transform(moved, lambda xy: np.round(xy, 6))
    geometry: dict[str, Any] = mapping(rounded)
    return geometry
