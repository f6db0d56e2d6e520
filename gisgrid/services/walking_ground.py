"""The streets and buildings that walks are measured on, built once a version of the ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.circles import circles
from gisgrid.access.graph import Network, Snapped
from gisgrid.access.network import build_network
from gisgrid.access.pairs import Placed, place
from gisgrid.access.reach_change import Land
from gisgrid.access.snap import snap
from gisgrid.access.walls import Walls, build_walls, snap_round_walls
from gisgrid.errors import Unavailable
from gisgrid.storage import access, projects
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

_building = Lock()
FARTHEST_M = 7000.0
"""Walks are looked for up to an hour at a brisk pace; beyond, a service counts as out of reach."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class WalkingGround:
    """Streets, and the buildings on them in the order of their ids.

    Attributes
    ----------
    epsg, version
        Metric CRS of everything here, and the version of the ground it was built from.
    buildings
        (n,) ids, ascending.
    xy, lonlat
        (n, 2) a point inside each, metric and in degrees.
    doors
        (n,) the same points on the streets.
    placed
        The same, sorted for quick searches round a point.
    walls
        What cannot be walked through on the way to a street; None where there are none.
    enclosed
        Buildings, by place here, that no street and no gate is open to: a gate is missing.
    land
        The same, as the stored reach is changed on it.
    """

    epsg: int
    version: int
    network: Network
    buildings: npt.NDArray[np.int64]
    xy: npt.NDArray[np.float64]
    lonlat: npt.NDArray[np.float64]
    doors: Snapped
    placed: Placed
    walls: Walls | None
    enclosed: npt.NDArray[np.int64]
    land: Land

    def snap(self, xy: npt.NDArray[np.float64]) -> Snapped:
        """Points (n, 2), metric, on the streets: round walls, by their gates."""
        return _snapped(self.network, self.walls, xy)[0]

    def at(self, ids: Sequence[int]) -> npt.NDArray[np.int64]:
        """(m,) where the buildings `ids` stand here; ids that are not here are left out."""
        wanted = np.asarray(ids, np.int64)
        found = np.searchsorted(self.buildings, wanted)
        known = found < len(self.buildings)
        known[known] = self.buildings[found[known]] == wanted[known]
        return np.asarray(found[known])

    def rings(
        self, doors: Snapped, *, minutes: Sequence[float], speed_kmh: float
    ) -> list[list[shapely.MultiPolygon]]:
        """Of each of `doors` the ground within each of `minutes`, bent round walls; metric."""
        return [
            circles(
                self.network,
                doors.take(np.array([i])),
                minutes=minutes,
                speed_kmh=speed_kmh,
                walls=self.walls,
            )
            for i in range(len(doors))
        ]


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
def _built(engine: Engine, epsg: int, version: int) -> WalkingGround:
    with transaction(engine, SYSTEM) as conn:
        streets = access.streets(conn, epsg=epsg)
        places = access.building_places(conn, epsg=epsg)
        walls = _walls(conn, epsg)
    lines = shapely.from_wkb([bytes(row.wkb) for row in streets])
    network = build_network(lines, np.array([row.walkable for row in streets], bool))
    table = np.array([row[1:] for row in places], np.float64).reshape(-1, 4)
    xy = table[:, 2:]
    ids = np.array([row.id for row in places], np.int64)
    doors, enclosed = _snapped(network, walls, xy)
    placed = place(network, doors)
    return WalkingGround(
        epsg, version, network, ids, xy, table[:, :2], doors, placed, walls, enclosed,
        Land(network, xy, placed, FARTHEST_M),
    )  # fmt: skip


def _walls(conn: Connection, epsg: int) -> Walls | None:
    lines = access.walls(conn, epsg=epsg)
    return (
        build_walls(shapely.from_wkb(lines), xy_of(access.gates(conn, epsg=epsg)))
        if lines
        else None
    )


def _snapped(
    network: Network, walls: Walls | None, xy: npt.NDArray[np.float64]
) -> tuple[Snapped, npt.NDArray[np.int64]]:
    if walls is None:
        return snap(network, xy), np.zeros(0, np.int64)
    return snap_round_walls(network, xy, walls)


def xy_of(points: Sequence[Any]) -> npt.NDArray[np.float64]:
    """(s, 2) metric places of rows with x and y."""
    return np.array([(row.x, row.y) for row in points], np.float64).reshape(-1, 2)


def _version(engine: Engine) -> tuple[int, int]:
    with transaction(engine, SYSTEM) as conn:
        project, version = projects.find(conn), projects.ground_version(conn)
    if project is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    return project.metric_epsg, version
