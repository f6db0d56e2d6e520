"""The streets and buildings that walks are measured on, built once a version of the ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.graph import Network, Snapped
from gisgrid.access.network import build_network
from gisgrid.access.reach import nearest_by_kind
from gisgrid.access.snap import snap
from gisgrid.errors import Unavailable
from gisgrid.storage import access, projects
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

_building = Lock()
FARTHEST_M = 7000.0
"""Walks are looked for up to an hour at a brisk pace; beyond, a service counts as out of reach."""


@dataclass(frozen=True, slots=True, eq=False)
class WalkingGround:
    """Streets, and the buildings on them in the order of their ids.

    Attributes
    ----------
    epsg
        Metric CRS of everything here.
    buildings
        (n,) ids, ascending.
    xy, lonlat
        (n, 2) a point inside each, metric and in degrees.
    doors
        (n,) the same points on the streets.
    """

    epsg: int
    network: Network
    buildings: npt.NDArray[np.int64]
    xy: npt.NDArray[np.float64]
    lonlat: npt.NDArray[np.float64]
    doors: Snapped


def walking_ground(engine: Engine) -> WalkingGround:
    """The ground as it is now.

    Raises
    ------
    Unavailable
        No project, or no walkable street (``no_streets``, as InvalidInput).
    """
    return ground_of_version(engine, *_version(engine))


def ground_of_version(engine: Engine, epsg: int, version: int) -> WalkingGround:
    """The ground of a version, built by the first who asks while the others wait."""
    with _building:
        return _built(engine, epsg, version)


@lru_cache(maxsize=2)
def _built(engine: Engine, epsg: int, version: int) -> WalkingGround:  # noqa: ARG001
    with transaction(engine, SYSTEM) as conn:
        streets = access.streets(conn, epsg=epsg)
        places = access.building_places(conn, epsg=epsg)
    lines = shapely.from_wkb([bytes(row.wkb) for row in streets])
    network = build_network(lines, np.array([row.walkable for row in streets], bool))
    table = np.array([row[1:] for row in places], np.float64).reshape(-1, 4)
    xy = table[:, 2:]
    ids = np.array([row.id for row in places], np.int64)
    return WalkingGround(epsg, network, ids, xy, table[:, :2], snap(network, xy))


def metres_to_kind(engine: Engine, kind: str) -> npt.NDArray[np.float64]:
    """(n,) walk from each building to the nearest service of `kind`; inf where there is none."""
    return _metres_to_kind(engine, *_version(engine), kind)


def straight_to_kind(engine: Engine, kind: str) -> npt.NDArray[np.float64]:
    """(n,) straight metres from each building to the nearest service of `kind`; inf without one."""
    return _straight_to_kind(engine, *_version(engine), kind)


def service_xy(engine: Engine, kind: str | None, *, epsg: int) -> npt.NDArray[np.float64]:
    """(s, 2) places of the services of a kind, metric."""
    with transaction(engine, SYSTEM) as conn:
        rows = access.points(conn, kind, epsg=epsg)
    return np.array([(row.x, row.y) for row in rows], np.float64).reshape(-1, 2)


@lru_cache(maxsize=64)
def _metres_to_kind(engine: Engine, epsg: int, version: int, kind: str) -> npt.NDArray[np.float64]:
    ground = ground_of_version(engine, epsg, version)
    services = snap(ground.network, service_xy(engine, kind, epsg=epsg))
    one_kind = np.zeros(len(services), np.int64)
    metres, _ = nearest_by_kind(
        ground.network, services, one_kind, ground.doors, limit_m=FARTHEST_M
    )
    return np.asarray(metres[0])


@lru_cache(maxsize=64)
def _straight_to_kind(
    engine: Engine, epsg: int, version: int, kind: str
) -> npt.NDArray[np.float64]:
    ground = ground_of_version(engine, epsg, version)
    places = service_xy(engine, kind, epsg=epsg)
    metres = np.full(len(ground.xy), np.inf)
    if len(places) and len(ground.xy):
        tree = shapely.STRtree(np.asarray(shapely.points(places)))
        found, distance = tree.query_nearest(
            shapely.points(ground.xy), all_matches=False, return_distance=True
        )
        metres[found[0]] = distance
    return metres


def _version(engine: Engine) -> tuple[int, int]:
    with transaction(engine, SYSTEM) as conn:
        project, version = projects.find(conn), projects.ground_version(conn)
    if project is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    return project.metric_epsg, version
