"""What if: services that open at a point or close; and the ground that a kind reaches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.pairs import pairs_within
from gisgrid.access.reach import nearest_by_kind
from gisgrid.geo.crs import to_metric
from gisgrid.model.people import Actor
from gisgrid.services.service_circles import FORMULA, as_geojson, features, rings_to
from gisgrid.services.view_coverage import Limits, Question, limits_of, percent
from gisgrid.services.walking_ground import WalkingGround, ground_of_version, xy_of
from gisgrid.storage import access
from gisgrid.storage.engine import Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

Places = Sequence[tuple[float, float]]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Services of one kind that open at (lon, lat), and ids of those that close."""

    opened: tuple[tuple[float, float], ...] = ()
    closed: tuple[int, ...] = ()


def try_services(
    engine: Engine, actor: Actor, question: Question, scenario: Scenario
) -> dict[str, Any]:
    """Households served before and after, and the buildings that gain or lose; nothing is stored.

    Parameters
    ----------
    question
        The kind and the walk; a scenario is always walked, whatever the mode.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    limits = limits_of(engine, question)
    ground = ground_of_version(engine, limits.epsg, limits.version)
    opened = _metric(scenario.opened, ground.epsg)
    doors = ground.snap(opened)
    reached = pairs_within(ground.network, doors, ground.placed, limit_m=limits.limit_m)
    near = np.unique(reached.building).astype(np.int64)
    with transaction(engine, actor) as conn:
        total, covered = served(conn, limits)
        homes = access.homes(conn, ground.buildings[near].tolist(), question.kind, limits.instead)
        lost = _lost(conn, ground, limits, scenario.closed, near)
    gained = [row for row in homes if row.metres is None or row.metres > limits.limit_m]
    after = covered + _people(gained) - _people(lost)
    rings = rings_to(limits.minutes)
    newest = doors.take(np.arange(len(doors))[-1:])
    none = [[shapely.MultiPolygon()] * len(rings)]
    [drawn] = ground.rings(newest, minutes=rings, speed_kmh=limits.speed_kmh) or none
    return {
        "minutes": limits.minutes,
        "speed_kmh": limits.speed_kmh,
        "total": total,
        "before": covered,
        "after": after,
        "percent_before": percent(covered, total),
        "percent_after": percent(after, total),
        "reached": _people(homes),
        "gained": _people(gained),
        "lost": _people(lost),
        "gained_buildings": _columns(gained),
        "lost_buildings": _columns(lost),
        "snapped": [bool(edge >= 0) for edge in doors.edge],
        "straight_radius_m": limits.limit_m,
        "polygons": features(drawn, rings, epsg=ground.epsg),
        "formula": FORMULA,
    }


def reached_ground(engine: Engine, actor: Actor, question: Question) -> dict[str, Any]:
    """The ground within the walk of any service of the kind, as GeoJSON, for the eye.

    The union of the stored circles; of another speed or other minutes it is drawn now.
    """
    limits = limits_of(engine, question)
    walk = {"minutes": limits.minutes, "speed_kmh": limits.speed_kmh}
    with transaction(engine, actor) as conn:
        stored = access.reached_ground(conn, question.kind, **walk, closed=limits.closed)
    if stored is not None:
        return {"type": "Feature", "properties": walk, "geometry": json.loads(stored)}
    ground = ground_of_version(engine, limits.epsg, limits.version)
    with transaction(engine, actor) as conn:
        points = access.points(conn, question.kind, epsg=ground.epsg)
    points = [row for row in points if row.id not in limits.closed]
    doors = ground.snap(xy_of(points))
    drawn = [
        shape
        for [shape] in ground.rings(doors, minutes=[limits.minutes], speed_kmh=limits.speed_kmh)
    ]
    whole = shapely.union_all(drawn) if drawn else shapely.MultiPolygon()
    shape = as_geojson(shapely.simplify(whole, 1.0), epsg=ground.epsg)
    return {"type": "Feature", "properties": walk, "geometry": shape}


def _metric(places: Places, epsg: int) -> npt.NDArray[np.float64]:
    points = np.asarray(shapely.points(np.array(places, float).reshape(-1, 2)), object)
    return shapely.get_coordinates(to_metric(points, epsg))


def served(conn: Connection, limits: Limits) -> tuple[int, int]:
    """Households in scope, and those of them that are served on foot."""
    kind = limits.kind["key"]
    return access.served(conn, kind, limit_m=limits.limit_m, instead=limits.instead)


def _lost(
    conn: Connection, ground: WalkingGround, limits: Limits, closed: Sequence[int], kept: Ids
) -> list[Any]:
    """Served homes whose nearest service closes and that reach no other, nor one that opens."""
    if not closed:
        return []
    kind = limits.kind["key"]
    gone = {*closed, *limits.closed}
    points = [p for p in access.points(conn, kind, epsg=ground.epsg) if p.id not in gone]
    doors = ground.snap(xy_of(points))
    one_kind = np.zeros(len(points), np.int64)
    metres, _ = nearest_by_kind(
        ground.network, doors, one_kind, ground.doors, limit_m=limits.limit_m
    )
    far = np.setdiff1d(np.flatnonzero(metres[0] > limits.limit_m), kept)
    homes = access.homes(conn, ground.buildings[far].tolist(), kind, limits.instead)
    return [row for row in homes if row.metres is not None and row.metres <= limits.limit_m]


def _people(rows: Sequence[Any]) -> int:
    return sum(row.households for row in rows)


def _columns(rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {
        "building": [row.id for row in rows],
        "households": [row.households for row in rows],
        "grid": [row.grid for row in rows],
    }
