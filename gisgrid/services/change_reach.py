"""What one changed service changes in the store: rows of reach and its own three circles.

The streets and buildings (`walking_ground`) and the stored reach of a kind are kept in the process;
a revision in the database tells whether somebody else has changed the kind since.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from gisgrid.access.pairs import pairs_within
from gisgrid.access.reach_change import (
    KindReach,
    Others,
    Rows,
    Service,
    closed,
    opened,
    rows_between,
)
from gisgrid.geo.crs import to_wgs84
from gisgrid.model.services import metres_in
from gisgrid.services.store_circles import STORED_MINUTES
from gisgrid.services.walking_ground import WalkingGround, xy_of
from gisgrid.storage import access, service_points
from gisgrid.storage.engine import Connection

_remembered: WeakKeyDictionary[WalkingGround, dict[str, tuple[int, KindReach]]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, slots=True)
class Changed:
    """What was written. Call `keep` once the transaction has ended well."""

    walks: int
    circles: int
    measured: bool  # False: a kind was not measured on this ground, and is not now
    keep: Callable[[], None]


def change_reach(
    conn: Connection, ground: WalkingGround, before: Any, after: Any, *, speed_kmh: float
) -> Changed:
    """Write what changes when a service that was as `before` is now as `after`.

    Parameters
    ----------
    conn
        Holds the lock of the reach (`access.lock_reach`); the point itself is written already.
    before, after
        Rows of the point with id, kind, x and y; None where it was, or is, not in use.

    Kinds that were not measured on this ground stay so: they are measured whole when asked for.
    """
    kinds = list(dict.fromkeys(row.kind for row in (before, after) if row is not None))
    kept: dict[str, tuple[int, KindReach]] = {}
    walks = 0
    for kind in kinds:
        known = _known(conn, ground, kind)
        if known is None:
            continue
        was, becomes = (None if row is None or row.kind != kind else row for row in (before, after))
        now = _after(conn, ground, known, was=was, becomes=becomes)
        rows = rows_between(known, now)
        service_points.write_reach(conn, kind, _as_lists(ground, rows))
        kept[kind] = service_points.raise_revision(conn, kind), now
        walks += len(rows.building)
    point = after if after is not None else before
    rings = [] if after is None else _rings(conn, ground, after, speed_kmh)
    service_points.write_circles(conn, point.id, rings)
    return Changed(walks, len(rings), len(kept) == len(kinds), lambda: _remember(ground, kept))


def _after(
    conn: Connection, ground: WalkingGround, reach: KindReach, *, was: Any, becomes: Any
) -> KindReach:
    """The reach of one kind when its service `was` goes and its service `becomes` comes."""
    if was is not None:
        rows = access.points(conn, was.kind, epsg=ground.epsg)
        stay = _others(ground, [row for row in rows if row.id != was.id])
        reach = closed(reach, ground.land, _service(ground, was), stay)
    if becomes is not None:
        reach = opened(reach, ground.land, _service(ground, becomes))
    return reach


def known_reach(conn: Connection, ground: WalkingGround, kind: str) -> KindReach:
    """The stored reach of a kind; nothing stored on this ground: everybody out of reach."""
    size = len(ground.buildings)
    nowhere = np.full(size, np.inf, np.float32)
    empty = KindReach(nowhere, nowhere, np.full(size, -1, np.int32))
    return _known(conn, ground, kind) or empty


def _known(conn: Connection, ground: WalkingGround, kind: str) -> KindReach | None:
    """The stored reach of a kind, read only when it is not the one remembered; None when stale."""
    found = service_points.revision(conn, kind)
    if found is None or found[0] != ground.version:
        return None
    remembered = _remembered.get(ground, {}).get(kind)
    if remembered is not None and remembered[0] == found[1]:
        return remembered[1]
    reach = _read(conn, ground, kind)
    _remember(ground, {kind: (found[1], reach)})
    return reach


def _read(conn: Connection, ground: WalkingGround, kind: str) -> KindReach:
    size = len(ground.buildings)
    metres, straight_m = (np.full(size, np.inf, np.float32) for _ in range(2))
    which = np.full(size, -1, np.int32)
    rows = service_points.reach_rows(conn, kind)
    at = np.searchsorted(ground.buildings, rows[:, 0].astype(np.int64))
    metres[at], straight_m[at], which[at] = rows[:, 1], rows[:, 2], rows[:, 3]
    return KindReach(metres, straight_m, which)


def _remember(ground: WalkingGround, kept: dict[str, tuple[int, KindReach]]) -> None:
    _remembered.setdefault(ground, {}).update(kept)


def _as_lists(ground: WalkingGround, rows: Rows) -> dict[str, Sequence[Any]]:
    return {
        "building": ground.buildings[rows.building].tolist(),
        "metres": rows.metres.tolist(),
        "straight_m": rows.straight_m.tolist(),
        "which": rows.which.tolist(),
    }


def _service(ground: WalkingGround, row: Any) -> Service:
    xy = xy_of([row])
    return Service(row.id, xy[0], ground.snap(xy))


def _others(ground: WalkingGround, rows: Sequence[Any]) -> Others:
    return Others(np.array([row.id for row in rows], np.int64), xy_of(rows), ground.snap)


def _rings(
    conn: Connection, ground: WalkingGround, row: Any, speed_kmh: float
) -> list[dict[str, Any]]:
    """The circles of one service with the households within, on foot and in the plain circle."""
    service = _service(ground, row)
    limits_m = [metres_in(minutes, speed_kmh=speed_kmh) for minutes in STORED_MINUTES]
    straight = ground.land.straight_from(service.xy)
    near = np.flatnonzero(straight <= limits_m[-1])
    people = np.zeros(len(ground.buildings), np.int64)
    homes = service_points.homes(conn, ground.buildings[near].tolist())
    people[ground.at([home.id for home in homes])] = [home.households for home in homes]
    walks = pairs_within(ground.network, service.door, ground.placed, limit_m=limits_m[-1])
    [drawn] = ground.rings(service.door, minutes=STORED_MINUTES, speed_kmh=speed_kmh)
    shapes = to_wgs84(np.array(drawn, object), ground.epsg)
    return [
        {
            "minutes": minutes,
            "speed_kmh": speed_kmh,
            "network_version": ground.version,
            "households": int(people[walks.building[walks.metres <= limit_m]].sum()),
            "households_straight": int(people[straight <= limit_m].sum()),
            "wkb": shapely.to_wkb(shape),
        }
        for minutes, limit_m, shape in zip(STORED_MINUTES, limits_m, shapes, strict=True)
        if not shape.is_empty
    ]
