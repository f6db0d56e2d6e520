"""The reach of one kind as it would be: services that open, move and close, walked at once.

Nothing is stored. Every building in scope is measured before and after, so that any minutes, any
unit and any list of who gains or loses is a sum over the same arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.graph import Metres
from gisgrid.access.reach import NOBODY, nearest_by_kind
from gisgrid.geo.crs import to_metric
from gisgrid.services.walking_ground import FARTHEST_M, WalkingGround

Ids = npt.NDArray[np.int64]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Change:
    """Services of one kind that open at (lon, lat), move to (id, lon, lat), and close (ids)."""

    opened: tuple[Place, ...] = ()
    moved: tuple[tuple[int, float, float], ...] = ()
    closed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Stations:
    """Services of one kind: id (0 for one that does not exist yet), name, place in degrees."""

    id: Ids
    name: tuple[str | None, ...]
    lonlat: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """(n,) walk of each building and which of the stations that is, NOBODY for none."""

    stations: Stations
    metres: Metres
    which: Ids
    snapped: npt.NDArray[np.bool_]


TODAY = Change()


def stations_if(points: Sequence[Any], change: Change = TODAY) -> Stations:
    """The services `points` (rows of a kind, by id) after a change."""
    gone = {*change.closed, *(moved[0] for moved in change.moved)}
    names = {point.id: point.name for point in points}
    kept = [(p.id, p.name, p.lon, p.lat) for p in points if p.id not in gone]
    kept += [(i, names[i], lon, lat) for i, lon, lat in change.moved if i in names]
    kept += [(0, None, lon, lat) for lon, lat in change.opened]
    return Stations(
        np.array([row[0] for row in kept], np.int64),
        tuple(row[1] for row in kept),
        np.array([row[2:] for row in kept], np.float64).reshape(-1, 2),
    )


def reach_if(ground: WalkingGround, stations: Stations, at: Ids) -> Reach:
    """The walks from the buildings `at` of the ground to the nearest of some stations."""
    places = np.asarray(shapely.points(stations.lonlat), object)
    doors = ground.snap(shapely.get_coordinates(to_metric(places, ground.epsg)))
    one_kind = np.zeros(len(stations), np.int64)
    metres, which = nearest_by_kind(
        ground.network, doors, one_kind, ground.doors.take(at), limit_m=FARTHEST_M
    )
    return Reach(stations, metres[0], which[0].astype(np.int64), np.asarray(doors.edge) >= 0)


def households_by_station(reach: Reach, households: Ids) -> Ids:
    """(stations + 1,) households for which each is the nearest; those that reach none come last."""
    which = np.where(reach.which == NOBODY, len(reach.stations), reach.which)
    return np.bincount(which, households, len(reach.stations) + 1).astype(np.int64)
