"""Who walks to a kind of service in time, and who does not: by grid, community and subdistrict.

Answered from the stored reach, so any minutes and any speed are one query. Beside the walk stands
what a plain circle claims: of the same metres, or of the radius of the standard ("radius" mode).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gisgrid.access.snap import LONG_LEG_M, SNAP_LIMIT_M
from gisgrid.errors import NotFound, Unavailable
from gisgrid.model.people import Actor
from gisgrid.model.services import metres_in
from gisgrid.services.open_then import OpenThen, open_then
from gisgrid.services.service_circles import FORMULA, kind_answer
from gisgrid.services.store_circles import store_circles
from gisgrid.services.walking_ground import WalkingGround, walking_ground, xy_of
from gisgrid.storage import access, districts, projects
from gisgrid.storage.access import STORED, Instead
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

WALK, RADIUS = "walk", "radius"
COUNTS = (
    "total", "covered", "straight_covered", "buildings", "buildings_covered", "buildings_straight",
    "elderly", "elderly_covered", "elderly_straight",
)  # fmt: skip
UNCOVERED = ("id", "households", "x", "y", "metres", "name", "address", "community")
LEVELS = {"communities": "community", "streets": "street"}


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of service, and what counts as served.

    Attributes
    ----------
    kind, minutes, speed_kmh
        The kind, the longest walk (None: the kind's own) and the speed (None: the project's).
    mode
        ``"walk"``: served is who walks there in time, and the plain circle of the same metres is
        only compared. ``"radius"``: served is who lives within the standard's straight radius.
    """

    kind: str
    minutes: float | None = None
    speed_kmh: float | None = None
    mode: str = WALK
    at: datetime | None = None  # services that are closed at this local time do not count


@dataclass(frozen=True, slots=True)
class Limits:
    """A question with its numbers filled in."""

    kind: dict[str, Any]
    minutes: float
    speed_kmh: float
    limit_m: float
    radius_m: float
    straight: bool
    epsg: int
    version: int
    then: OpenThen | None = None

    @property
    def metres(self) -> dict[str, Any]:
        """The two limits, as the queries take them, and the walks where services are closed."""
        return {"limit_m": self.limit_m, "radius_m": self.radius_m, "instead": self.instead}

    @property
    def instead(self) -> Instead:
        """Walks that stand instead of the stored ones."""
        return STORED if self.then is None else self.then.instead

    @property
    def closed(self) -> tuple[int, ...]:
        """Services that do not count."""
        return () if self.then is None else self.then.closed


def limits_of(engine: Engine, question: Question) -> Limits:
    """Fill in a question; the reach of its kind is measured on the way where it is out of date.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    with transaction(engine, SYSTEM) as conn:
        project, version = projects.find(conn), projects.ground_version(conn)
        row = next((row for row in access.kinds(conn) if row.key == question.kind), None)
        stale = access.unmeasured(conn)
    if project is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    if row is None:
        raise NotFound(f"there is no kind of service {question.kind!r}")
    if question.kind in stale:
        store_circles(engine, [question.kind])
    speed, minutes = question.speed_kmh or project.walk_kmh, question.minutes or float(row.minutes)
    limit_m, straight = metres_in(minutes, speed_kmh=speed), question.mode == RADIUS
    radius_m = row.radius_m if straight else limit_m
    kind = kind_answer(row)
    epsg = project.metric_epsg
    then = open_then(engine, project, question.kind, question.at) if question.at else None
    return Limits(kind, minutes, speed, limit_m, radius_m, straight, epsg, version, then)


def view_coverage(engine: Engine, actor: Actor, question: Question) -> dict[str, Any]:
    """How many households are served, by grid, community, subdistrict and in all; who is not.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    limits = limits_of(engine, question)
    with transaction(engine, actor) as conn:
        rows = access.coverage(conn, question.kind, **limits.metres)
        left = access.uncovered(conn, question.kind, limits.metres, straight=limits.straight)
        units = districts.units(conn, actor)
    return {
        "kind": limits.kind,
        "mode": RADIUS if limits.straight else WALK,
        "minutes": limits.minutes,
        "speed_kmh": limits.speed_kmh,
        "limit_m": limits.limit_m,
        "straight_radius_m": limits.radius_m,
        **shares(_added(rows)),
        "grids": _by_grid(rows),
        **{name: _by_unit(rows, units, role) for name, role in LEVELS.items()},
        "uncovered": _columns(left),
        "open": None if limits.then is None else limits.then.told(),
        "unsnapped": _unsnapped(engine, [row.id for row in left]),
        "formula": FORMULA,
    }


def shares(counts: Counter[str]) -> dict[str, Any]:
    """Counts of households, buildings and elderly persons with their per cents."""
    total, buildings, elderly = counts["total"], counts["buildings"], counts["elderly"]
    return {name: counts[name] for name in COUNTS} | {
        "percent": percent(counts["covered"], total),
        "straight_percent": percent(counts["straight_covered"], total),
        "buildings_percent": percent(counts["buildings_covered"], buildings),
        "buildings_straight_percent": percent(counts["buildings_straight"], buildings),
        "elderly_percent": percent(counts["elderly_covered"], elderly),
        "elderly_straight_percent": percent(counts["elderly_straight"], elderly),
    }


def percent(part: int, whole: int) -> float | None:
    """Per cent to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def _added(rows: Iterable[Any]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: getattr(row, name) for name in COUNTS})
    return sums


def _by_grid(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The shares of each grid in force, by code."""
    parts = defaultdict(list)
    for row in rows:
        if row.grid is not None:
            parts[row.code, row.grid].append(row)
    return [
        {"grid": grid, "code": code} | _told(_added(part))
        for (code, grid), part in sorted(parts.items())
    ]


def _by_unit(rows: Sequence[Any], units: Sequence[Any], role: str) -> list[dict[str, Any]]:
    """The shares of each unit of a role, by code; units without households have no share."""
    by_id = {unit.id: unit for unit in units}
    parts = defaultdict(list)
    for row in rows:
        unit = by_id.get(row.community)
        while unit is not None and unit.role != role:
            unit = by_id.get(unit.parent)
        if unit is not None:
            parts[unit.id].append(row)
    return [
        {"unit": unit.id, "code": unit.code, "name": unit.name, "bounds": unit.bounds}
        | _told(_added(parts[unit.id]))
        for unit in units
        if unit.role == role
    ]


def _told(counts: Counter[str]) -> dict[str, Any]:
    found = shares(counts)
    households = found.pop("total")
    return {"households": households, "uncovered": households - found["covered"]} | found


def _columns(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """Buildings that are not served; metres is null where no service is in reach."""
    told = {name: [getattr(row, name) for row in rows] for name in UNCOVERED}
    told["building"] = told.pop("id")
    told["metres"] = [None if m is None else round(m) for m in told["metres"]]
    for axis in ("x", "y"):
        told[axis] = [round(value, 6) for value in told[axis]]
    return told


def _unsnapped(engine: Engine, uncovered: Sequence[int]) -> int:
    """How many of the buildings that are not served are on no street at all."""
    ground = walking_ground(engine)
    return int((ground.doors.edge[ground.at(uncovered)] < 0).sum())


def list_off_street(engine: Engine, actor: Actor) -> dict[str, Any]:
    """Inhabited buildings and services on no street, and those with a long access leg, in columns.

    Nothing is hidden: who is on no street counts as not served, a long leg counts as walked.
    """
    ground = walking_ground(engine)
    with transaction(engine, actor) as conn:
        homes = np.array([tuple(r) for r in access.households(conn)], np.int64).reshape(-1, 2)
        points = access.points(conn, None, epsg=ground.epsg)
    at = ground.at(homes[:, 0].tolist())
    leg_m = np.nan_to_num(ground.doors.leg_m[at], nan=np.inf)
    far = np.flatnonzero(leg_m > LONG_LEG_M)
    far = far[np.argsort(-leg_m[far], kind="stable")]
    where = ground.lonlat[at[far]].round(6)
    doors = ground.snap(xy_of(points))
    service_leg_m = np.nan_to_num(doors.leg_m, nan=np.inf)
    services = [
        (row, leg) for row, leg in zip(points, service_leg_m, strict=True) if leg > LONG_LEG_M
    ]
    return {
        "limit_m": SNAP_LIMIT_M,
        "long_leg_m": LONG_LEG_M,
        "buildings": {
            "id": ground.buildings[at[far]].tolist(),
            "x": where[:, 0].tolist(),
            "y": where[:, 1].tolist(),
            "leg_m": [_whole(m) for m in leg_m[far]],
        },
        "enclosed": _enclosed(ground, at),
        "services": {
            "id": [row.id for row, _ in services],
            "name": [row.name for row, _ in services],
            "kind": [row.kind for row, _ in services],
            "x": [row.lon for row, _ in services],
            "y": [row.lat for row, _ in services],
            "leg_m": [_whole(m) for _, m in services],
        },
    }


def _enclosed(ground: WalkingGround, at: npt.NDArray[np.int64]) -> dict[str, list[Any]]:
    """Those of the homes `at` that walls shut in on all sides: their gate is not in the source."""
    shut = np.intersect1d(ground.enclosed, at)
    where = ground.lonlat[shut].round(6)
    return {
        "id": ground.buildings[shut].tolist(),
        "x": where[:, 0].tolist(),
        "y": where[:, 1].tolist(),
    }


def _whole(metres: float) -> int | None:
    return round(float(metres)) if np.isfinite(metres) else None
