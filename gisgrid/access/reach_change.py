"""The stored reach of one kind when one service opens, moves or closes: only rows that change.

`reach` keeps, for every building within `farthest_m` of a service as the crow flies, the walk and
the straight line to the nearest. One service changes few of them. Which it can change is known
beforehand: a walk is never shorter than the straight line, so no search goes further than it must.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from gisgrid.access.graph import Coordinates, Metres, Network, Snapped
from gisgrid.access.pairs import Placed, pairs_within
from gisgrid.access.reach import NOBODY, Ids, nearest_by_kind

Singles = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_ROUNDING_M = 0.02
"""Two distances that are stored as the same number differ by less."""


@dataclass(frozen=True, eq=False)
class Land:
    """What walks are measured on; kept as long as streets and buildings stay as they are.

    Attributes
    ----------
    network
        Streets.
    xy
        (n, 2) buildings, metric.
    placed
        The same on the streets.
    farthest_m
        Walks and straight lines beyond are not stored.
    """

    network: Network
    xy: Coordinates
    placed: Placed
    farthest_m: float

    @cached_property
    def axes(self) -> tuple[Metres, Metres]:
        """x and y of the buildings, each in one run of memory."""
        return np.ascontiguousarray(self.xy[:, 0]), np.ascontiguousarray(self.xy[:, 1])

    @cached_property
    def piece(self) -> npt.NDArray[np.int32]:
        """(n,) connected piece of the streets each building is on; -1 on none."""
        edge = self.placed.snapped.edge
        return np.where(edge >= 0, self.network.piece[self.network.start[edge]], -1)

    def straight_from(self, xy: Coordinates) -> Metres:
        """(n,) straight line from a place (2,) to each building."""
        x, y = self.axes
        away = (x - xy[0]) ** 2
        away += (y - xy[1]) ** 2
        return np.asarray(np.sqrt(away, out=away))


class Service(NamedTuple):
    """One service: its id, its place (2,) and that place on the streets."""

    id: int
    xy: Coordinates
    door: Snapped


class Others(NamedTuple):
    """The other services of the kind: (s,) ids, (s, 2) places, and what puts places on streets."""

    id: Ids
    xy: Coordinates
    snap: Callable[[Coordinates], Snapped]


class Rows(NamedTuple):
    """Changed rows: buildings, and what is stored of them now; straight inf: nothing any more."""

    building: Ids
    metres: Singles
    straight_m: Singles
    which: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class KindReach:
    """What is stored of one kind, building by building, in numbers as they are stored.

    Attributes
    ----------
    metres
        (n,) walk to the nearest service, inf where no way leads or nothing is stored.
    straight_m
        (n,) straight line to the nearest, inf where nothing is stored.
    which
        (n,) id of the service walked to, -1 where metres is inf.
    """

    metres: Singles
    straight_m: Singles
    which: npt.NDArray[np.int32]

    def with_rows(self, rows: Rows) -> KindReach:
        """The reach with some rows changed."""
        changed = KindReach(self.metres.copy(), self.straight_m.copy(), self.which.copy())
        changed.metres[rows.building] = rows.metres
        changed.straight_m[rows.building] = rows.straight_m
        changed.which[rows.building] = rows.which
        return changed

    def rows(self, building: Ids) -> Rows:
        """The rows of some buildings."""
        return Rows(
            building, self.metres[building], self.straight_m[building], self.which[building]
        )


def as_stored(metres: npt.NDArray[np.floating]) -> Singles:
    """Metres as the database keeps them: to a centimetre, in single precision."""
    return np.round(metres, 2).astype(np.float32)


def rows_between(before: KindReach, after: KindReach) -> Rows:
    """The rows in which two reaches differ, as they are after."""
    differs = (before.metres != after.metres) | (before.straight_m != after.straight_m)
    differs |= before.which != after.which
    return after.rows(np.flatnonzero(differs))


def opened(reach: KindReach, land: Land, service: Service) -> KindReach:
    """The reach when a service opens: who walks less, and whose straight line is shorter.

    Parameters
    ----------
    reach
        Before.
    land
        Streets and buildings.
    service
        The new one; on no street it shortens straight lines only.
    """
    straight_m = as_stored(land.straight_from(service.xy))
    nearer = straight_m < np.minimum(reach.straight_m, land.farthest_m)
    straight_after = np.where(nearer, straight_m, reach.straight_m)
    metres, which = reach.metres.copy(), reach.which.copy()
    hopeful = straight_m < reach.metres
    hopeful &= straight_m <= land.farthest_m
    hopeful &= _same_piece(land, service.door)
    if hopeful.any():
        limit_m = min(float(reach.metres[hopeful].max()), land.farthest_m)
        walks = pairs_within(land.network, service.door, land.placed, limit_m=limit_m)
        walked = as_stored(walks.metres)
        less = walked < metres[walks.building]
        metres[walks.building[less]], which[walks.building[less]] = walked[less], service.id
    return KindReach(metres, straight_after, which)


def closed(reach: KindReach, land: Land, service: Service, others: Others) -> KindReach:
    """The reach when a service closes: who walked there walks to the next, if there is one.

    Parameters
    ----------
    reach
        Before, measured with the service.
    land
        Streets and buildings.
    service
        The one that closes.
    others
        All services of the kind that stay.
    """
    metres, straight_m = reach.metres.copy(), reach.straight_m.copy()
    which = reach.which.copy()
    line_m = land.straight_from(service.xy)
    left = np.flatnonzero(np.abs(straight_m - line_m) < _ROUNDING_M)
    straight_m[left] = _straight_to_others(land, left, others)
    walkers = np.flatnonzero(which == service.id)
    farthest_m = float(reach.metres[walkers].max(initial=0.0))
    ring = _Ring(service.xy, line_m[walkers], 500.0 + 2 * farthest_m)
    metres[walkers], which[walkers] = _next_nearest(land, walkers, ring, others)
    return KindReach(metres, straight_m, which)


def _same_piece(land: Land, door: Snapped) -> Mask:
    """(n,) whether any way leads from the service to each building."""
    if door.edge[0] < 0:
        return np.zeros(len(land.xy), bool)
    return np.asarray(land.piece == land.network.piece[land.network.start[door.edge[0]]])


def _straight_to_others(land: Land, building: Ids, others: Others) -> Singles:
    if not len(others.id) or not len(building):
        return np.full(len(building), np.inf, np.float32)
    metres = cKDTree(others.xy).query(land.xy[building])[0]
    return as_stored(np.where(metres <= land.farthest_m, metres, np.inf))


class _Ring(NamedTuple):
    """Where to look for other services first: the middle, and how far from it the walkers live."""

    middle: Coordinates
    away_m: Metres
    radius_m: float


def _next_nearest(
    land: Land, walkers: Ids, ring: _Ring, others: Others
) -> tuple[Singles, npt.NDArray[np.int32]]:
    """Walk and id of the nearest other service, searched in ever wider rings.

    A service outside a ring of radius r is at least r - d from a building d away from the middle.
    """
    metres = np.full(len(walkers), np.inf, np.float32)
    which = np.full(len(walkers), NOBODY, np.int32)
    away_m = np.hypot(*(others.xy - ring.middle).T)
    radius_m = ring.radius_m
    widest_m = land.farthest_m + float(ring.away_m.max(initial=0.0))
    left = np.arange(len(walkers))
    while len(left) and len(others.id):
        near, limit_m = np.flatnonzero(away_m <= radius_m), min(radius_m, land.farthest_m)
        walked, place = _nearest_of(land, others.snap(others.xy[near]), walkers[left], limit_m)
        sure = walked <= (np.inf if radius_m >= widest_m else radius_m - ring.away_m[left])
        known = left[sure]
        metres[known] = as_stored(walked[sure])
        found = place[sure] >= 0
        which[known[found]] = others.id[near[place[sure][found]]]
        left, radius_m = left[~sure], 2 * radius_m
    return metres, which


def _nearest_of(
    land: Land, doors: Snapped, building: Ids, limit_m: float
) -> tuple[Metres, npt.NDArray[np.int32]]:
    one_kind = np.zeros(len(doors), np.int64)
    homes = land.placed.snapped.take(building)
    metres, which = nearest_by_kind(land.network, doors, one_kind, homes, limit_m=limit_m)
    return metres[0], which[0]
