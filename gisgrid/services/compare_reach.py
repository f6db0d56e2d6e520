"""Two sets of services of one kind side by side: who is served by each, who gains, who loses.

Both sides walk: each building in scope to the nearest service of each side. Shares are told by
households and by buildings, for 5, 10 and 15 minutes and the minutes that are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gisgrid.access.graph import Metres
from gisgrid.model.people import Actor
from gisgrid.model.services import metres_in
from gisgrid.services.homes import Homes, Ids, homes_of
from gisgrid.services.reach_if import (
    TODAY,
    Change,
    Reach,
    households_by_station,
    reach_if,
    stations_if,
)
from gisgrid.services.service_circles import FORMULA
from gisgrid.services.view_coverage import LEVELS, Limits, Question, limits_of, percent
from gisgrid.services.walking_ground import WalkingGround, ground_of_version
from gisgrid.storage import access, districts, provision
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

MINUTES = (5.0, 10.0, 15.0)
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The inhabited buildings in scope and their walks on both sides."""

    ground: WalkingGround
    limits: Limits
    homes: Homes
    a: Reach
    b: Reach

    def served(self, reach: Reach) -> Mask:
        """(n,) who walks to a service of that side in time."""
        return np.asarray(reach.metres <= self.limits.limit_m)

    @property
    def gained(self) -> Ids:
        """Buildings served by the second side only."""
        return np.flatnonzero(self.served(self.b) & ~self.served(self.a))

    @property
    def lost(self) -> Ids:
        """Buildings served by the first side only."""
        return np.flatnonzero(self.served(self.a) & ~self.served(self.b))


def compare_reach(
    engine: Engine, actor: Actor, question: Question, *, a: Change = TODAY, b: Change = TODAY
) -> dict[str, Any]:
    """What changes for whom when services are as in `b` instead of as in `a`.

    Returns
    -------
    Figures of both sides by minutes; ``grids``, ``communities`` and ``streets`` with what each
    gains and loses; the buildings that gain and lose as columns; every service with the households
    for which it is the nearest on either side: both sides add up to the same households.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    sides = sides_of(engine, actor, question, a=a, b=b)
    with transaction(engine, actor) as conn:
        units = districts.units(conn, actor)
        codes = {row.id: row.code for row in districts.grids_in_force(conn)}
    households = sides.homes.households
    return {
        "kind": sides.limits.kind,
        "minutes": sides.limits.minutes,
        "speed_kmh": sides.limits.speed_kmh,
        "limit_m": sides.limits.limit_m,
        "total": int(households.sum()),
        "buildings": len(households),
        "a": side_answer(sides, sides.a),
        "b": side_answer(sides, sides.b),
        "gained": int(households[sides.gained].sum()),
        "lost": int(households[sides.lost].sum()),
        "gained_buildings": _buildings(engine, actor, sides, sides.gained),
        "lost_buildings": _buildings(engine, actor, sides, sides.lost),
        "grids": _by_grid(sides, codes),
        **{name: _by_unit(sides, units, role) for name, role in LEVELS.items()},
        "stations": _stations(sides),
        "formula": FORMULA,
    }


def sides_of(engine: Engine, actor: Actor, question: Question, *, a: Change, b: Change) -> Sides:
    """Measure both sides."""
    limits = limits_of(engine, question)
    ground = ground_of_version(engine, limits.epsg, limits.version)
    with transaction(engine, actor) as conn:
        rows = access.points(conn, question.kind, epsg=ground.epsg)
    points = [row for row in rows if row.id not in limits.closed]  # closed at the time asked for
    homes = homes_of(engine, actor, ground).inhabited()
    first, second = (reach_if(ground, stations_if(points, each), homes.at) for each in (a, b))
    return Sides(ground, limits, homes, first, second)


def side_answer(sides: Sides, reach: Reach) -> dict[str, Any]:
    """The figures of one side: shares by minutes, the mean and the longest walk."""
    households = sides.homes.households
    known = np.isfinite(reach.metres)
    asked = sorted({*MINUTES, sides.limits.minutes})
    near = int(households[known].sum())
    walked = float((reach.metres[known] * households[known]).sum())
    return {
        "services": len(reach.stations),
        "unsnapped": int((~reach.snapped).sum()),
        "minutes": [_share(sides, reach.metres, minutes) for minutes in asked],
        "mean_m": round(walked / near) if near else None,
        "farthest_m": round(float(reach.metres[known].max())) if known.any() else None,
        "out_of_reach": int(households.sum()) - near,
    }


def _share(sides: Sides, metres: Metres, minutes: float) -> dict[str, Any]:
    limit_m = metres_in(minutes, speed_kmh=sides.limits.speed_kmh)
    served = metres <= limit_m
    households, buildings = int(sides.homes.households[served].sum()), int(served.sum())
    return {
        "minutes": minutes,
        "limit_m": round(limit_m, 1),
        "households": households,
        "percent": percent(households, int(sides.homes.households.sum())),
        "buildings": buildings,
        "buildings_percent": percent(buildings, len(served)),
    }


def _buildings(engine: Engine, actor: Actor, sides: Sides, which: Ids) -> dict[str, list[Any]]:
    """Some buildings as columns, most households first, with the walk on both sides."""
    which = which[np.argsort(-sides.homes.households[which], kind="stable")]
    with transaction(engine, actor) as conn:
        named = {row.id: row for row in provision.addresses(conn, sides.homes.id[which].tolist())}
    ids = sides.homes.id[which].tolist()
    where = sides.ground.lonlat[sides.homes.at[which]].round(6)
    return {
        "building": ids,
        "name": [named[i].name if i in named else None for i in ids],
        "address": [named[i].address if i in named else None for i in ids],
        "households": sides.homes.households[which].tolist(),
        "x": where[:, 0].tolist(),
        "y": where[:, 1].tolist(),
        "metres_a": [_whole(m) for m in sides.a.metres[which]],
        "metres_b": [_whole(m) for m in sides.b.metres[which]],
    }


def _whole(metres: float) -> int | None:
    return round(float(metres)) if np.isfinite(metres) else None


def _by_grid(sides: Sides, codes: dict[int, str]) -> list[dict[str, Any]]:
    keys = sides.homes.grid
    return [
        {"grid": grid, "code": code} | _change(sides, keys == grid)
        for grid, code in sorted(codes.items(), key=lambda row: row[1])
    ]


def _by_unit(sides: Sides, units: Sequence[Any], role: str) -> list[dict[str, Any]]:
    """Units of a role, each with the communities below it."""
    by_id = {unit.id: unit for unit in units}
    above: dict[int, int] = {}
    for unit in units:
        at = unit
        while at is not None and at.role != role:
            at = by_id.get(at.parent)
        if at is not None:
            above[unit.id] = at.id
    keys = np.array([above.get(int(key), 0) for key in sides.homes.community], np.int64)
    return [
        {"unit": unit.id, "code": unit.code, "name": unit.name, "bounds": unit.bounds}
        | _change(sides, keys == unit.id)
        for unit in units
        if unit.role == role
    ]


def _change(sides: Sides, inside: Mask) -> dict[str, Any]:
    households = sides.homes.households
    a, b = sides.served(sides.a), sides.served(sides.b)
    total = int(households[inside].sum())
    first, second = int(households[inside & a].sum()), int(households[inside & b].sum())
    return {
        "households": total,
        "a": first,
        "b": second,
        "percent_a": percent(first, total),
        "percent_b": percent(second, total),
        "gained": int(households[inside & b & ~a].sum()),
        "lost": int(households[inside & a & ~b].sum()),
    }


def _stations(sides: Sides) -> list[dict[str, Any]]:
    """Every service of either side with the households for which it is the nearest.

    ``a`` or ``b`` is null where that side does not have it. Services are told apart by id, those
    that do not exist yet by place; one that moves tells where it moves to.
    """
    found: dict[Any, dict[str, Any]] = {}
    for side, reach in (("a", sides.a), ("b", sides.b)):
        households = households_by_station(reach, sides.homes.households)
        stations = reach.stations
        for i, (lon, lat) in enumerate(stations.lonlat.round(6).tolist()):
            service = int(stations.id[i]) or None
            row = found.setdefault(
                service or (lon, lat),
                {"id": service, "name": stations.name[i], "a": None, "b": None},
            )
            row |= {"lon": lon, "lat": lat, side: int(households[i])}
            row["snapped"] = bool(reach.snapped[i])
    return list(found.values())
