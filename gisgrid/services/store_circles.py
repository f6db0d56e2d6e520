"""Reach and circles in PostGIS: measured once, then any minutes and any speed are a query.

`reach` holds, for every building and kind of service, the metres on foot and in a straight line and
the nearest service; `service_circle` the ground within 5, 10 and 15 minutes of every service. What
is measured is remembered by kind (`kind_reach`), so only kinds whose ground changed are done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gisgrid.access.coverage import households_in_circle, households_within
from gisgrid.access.pairs import pairs_within
from gisgrid.geo.crs import WGS84, to_wgs84
from gisgrid.model.services import metres_in
from gisgrid.services.measured_reach import measured_reach
from gisgrid.services.view_district import require_project
from gisgrid.services.walking_ground import WalkingGround, walking_ground, xy_of
from gisgrid.storage import access, projects
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

Progress: TypeAlias = Callable[[str, int, int | None], None]
STORED_MINUTES = (5.0, 10.0, 15.0)
"""Circles that are stored; others are drawn when somebody asks."""

_COLUMNS = ["building_id", "metres", "straight_m", "service_point_id"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: kinds that were measured, their walks, their circles."""

    kinds: int = 0
    walks: int = 0
    circles: int = 0


def store_circles(
    engine: Engine, kinds: Sequence[str] | None = None, *, progress: Progress | None = None
) -> Stored:
    """Measure and store reach and circles of `kinds`; by default of those that are out of date.

    One transaction a kind, so that work that was cut off goes on where it stopped. Households of
    a circle are those of the whole district.
    """
    wanted = _unmeasured(engine) if kinds is None else list(kinds)
    done = Stored()
    for number, kind in enumerate(wanted):
        if progress is not None:
            progress("circles", number, len(wanted))
        walks, drawn = _store_kind(engine, kind)
        done = Stored(done.kinds + 1, done.walks + walks, done.circles + drawn)
    if progress is not None and wanted:
        progress("circles", len(wanted), len(wanted))
    return done


def measure_new_ground(engine: Engine, progress: Progress | None = None) -> Stored:
    """Store reach and circles after an import; nothing where no street can be walked on yet."""
    with transaction(engine, SYSTEM) as conn:
        walkable = access.has_walkable_streets(conn)
    return store_circles(engine, progress=progress) if walkable else Stored()


def _unmeasured(engine: Engine) -> list[str]:
    with transaction(engine, SYSTEM) as conn:
        return access.unmeasured(conn)


def _store_kind(engine: Engine, kind: str) -> tuple[int, int]:
    """Measure one kind; a kind without a service needs no ground to be measured on."""
    project = require_project(engine)
    with transaction(engine, SYSTEM) as conn:
        access.lock_reach(conn)
        points = access.points(conn, kind, epsg=project.metric_epsg)
        if not points:
            access.replace_reach(conn, kind, pd.DataFrame(), projects.ground_version(conn))
            return 0, 0
        ground = walking_ground(engine)
        frame = _reach(ground, points)
        access.replace_reach(conn, kind, frame, ground.version)
        drawn = _circles(conn, ground, points, project.walk_kmh)
        access.replace_circles(conn, [row.id for row in points], drawn)
    return len(frame), len(drawn)


def _reach(ground: WalkingGround, points: Sequence[Any]) -> pd.DataFrame:
    """Walk and straight line from every building to the nearest; metres inf where no way leads."""
    if not len(ground.buildings):
        return pd.DataFrame(columns=_COLUMNS)
    reach = measured_reach(ground, points)
    kept = np.isfinite(reach.straight_m)
    which = pd.Series(reach.which, dtype="Int64")
    nearest = which.mask(which < 0)  # no way leads to any
    columns = (ground.buildings, reach.metres, reach.straight_m, nearest)
    return pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)))[kept]


def _circles(
    conn: Connection, ground: WalkingGround, points: Sequence[Any], speed: float
) -> gpd.GeoDataFrame:
    """Three rings a service with the households within each, on foot and in the plain circle."""
    xy = xy_of(points)
    doors = ground.snap(xy)
    inhabited = np.array([tuple(row) for row in access.households(conn)], np.int64).reshape(-1, 2)
    people = np.zeros(len(ground.buildings))
    known = np.isin(inhabited[:, 0], ground.buildings)
    people[ground.at(inhabited[:, 0].tolist())] = inhabited[known, 1]
    limits_m = [metres_in(minutes, speed_kmh=speed) for minutes in STORED_MINUTES]
    pairs = pairs_within(ground.network, doors, ground.placed, limit_m=limits_m[-1])
    rings = ground.rings(doors, minutes=STORED_MINUTES, speed_kmh=speed)
    tables = []
    for column, (minutes, limit_m) in enumerate(zip(STORED_MINUTES, limits_m, strict=True)):
        walked = households_within(pairs, people, services=len(points), limit_m=limit_m)
        straight = households_in_circle(xy, ground.xy, people, radius_m=limit_m)
        shapes = _in_degrees([ring[column] for ring in rings], ground.epsg)
        table = {
            "service_point_id": [row.id for row in points],
            "minutes": minutes,
            "speed_kmh": speed,
            "network_version": ground.version,
            "households": walked.astype(np.int64),
            "households_straight": straight.astype(np.int64),
        }
        tables.append(gpd.GeoDataFrame(table, geometry=shapes, crs=WGS84))
    frame = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=WGS84)
    return frame[~frame.geometry.is_empty].rename_geometry("geom")


def _in_degrees(shapes: list[shapely.MultiPolygon], epsg: int) -> npt.NDArray[np.object_]:
    moved = to_wgs84(np.array(shapes, object), epsg)
    return np.asarray(moved, object)
