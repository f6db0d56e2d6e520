"""Catchments: communities or grids divided among the centres of a kind, so many to each.

Every unit goes to one centre, no centre takes more than it may, and all walk the least together.
A unit's walk is that of its median household. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gisgrid.access.catchment import catchments, unit_walks
from gisgrid.access.graph import Metres
from gisgrid.access.reach import NOBODY, walk_table
from gisgrid.errors import NoPlan
from gisgrid.model.people import Actor
from gisgrid.services.homes import Homes, Ids, homes_of
from gisgrid.services.service_circles import FORMULA
from gisgrid.services.view_coverage import Question, limits_of
from gisgrid.services.walking_ground import FARTHEST_M, WalkingGround, ground_of_version, xy_of
from gisgrid.storage import access, districts
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

GRIDS, COMMUNITIES = "grids", "communities"
NO_BUILDINGS, NO_WAY, NO_ROOM = "no_buildings", "no_way", "no_room"


@dataclass(frozen=True, slots=True)
class Allocation:
    """What to divide among which centres.

    Attributes
    ----------
    level
        ``"communities"`` or ``"grids"`` (those in force).
    at_least, at_most
        How many units a centre takes.
    centres
        Ids of the services that take part; empty: all of the kind.
    """

    level: str = COMMUNITIES
    at_least: int = 4
    at_most: int = 5
    centres: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Walks:
    """Walks of buildings and of units to the centres; which building stands in which unit."""

    ground: WalkingGround
    homes: Homes
    units: Sequence[dict[str, Any]]
    centres: Sequence[Any]
    unit: Ids  # (n,) row of the unit of each building, NOBODY for none
    metres: Metres  # (n, centres)
    walked: Metres  # (units, centres)


def allocate_units(
    engine: Engine, actor: Actor, question: Question, asked: Allocation
) -> dict[str, Any]:
    """Divide the units among the centres; those that cannot be given one tell the reason.

    Raises
    ------
    NotFound
        There is no such kind.
    NoPlan
        ``no_centres``, ``too_few_units`` or ``catchments_impossible``: the bounds cannot be kept.
    """
    limits = limits_of(engine, question)
    ground = ground_of_version(engine, limits.epsg, limits.version)
    with transaction(engine, actor) as conn:
        points = access.points(conn, question.kind, epsg=ground.epsg)
        units = _units(conn, actor, asked.level)
    taking = asked.centres or [p.id for p in points]
    centres = [p for p in points if p.id in taking and p.id not in limits.closed]
    if not centres:
        raise NoPlan("no centre of this kind", code="no_centres", kind=question.kind)
    walks = _walks(ground, homes_of(engine, actor, ground), centres, units, asked.level)
    centre = _allocated(walks.walked, asked)
    told = [_unit(walks, row, int(centre[row])) for row in range(len(units))]
    return {
        "kind": limits.kind,
        "level": asked.level,
        "at_least": asked.at_least,
        "at_most": asked.at_most,
        "speed_kmh": limits.speed_kmh,
        "units": told,
        "centres": [
            _centre(point, told) | {"reached": bool(np.isfinite(walks.walked[:, i]).any())}
            for i, point in enumerate(centres)
        ],
        "allocated": int((centre != NOBODY).sum()),
        "farthest_m": max((u["farthest_m"] or 0 for u in told), default=0),
        "formula": FORMULA,
    }


def _units(conn: Any, actor: Actor, level: str) -> list[dict[str, Any]]:
    if level == GRIDS:
        rows: Sequence[Any] = districts.grids_in_force(conn)
        return [
            {"grid": r.id, "code": r.code, "name": r.name, "households": r.households} for r in rows
        ]
    rows = [unit for unit in districts.units(conn, actor) if unit.role == "community"]
    return [
        {
            "unit": r.id,
            "code": r.code,
            "name": r.name,
            "households": r.households,
            "bounds": r.bounds,
        }
        for r in rows
    ]


def _walks(
    ground: WalkingGround,
    homes: Homes,
    centres: Sequence[Any],
    units: Sequence[dict[str, Any]],
    level: str,
) -> _Walks:
    doors = ground.snap(xy_of(centres))
    metres = walk_table(ground.network, doors, ground.doors.take(homes.at), limit_m=FARTHEST_M)
    row_of = {unit.get("grid", unit.get("unit")): row for row, unit in enumerate(units)}
    unit = np.array([row_of.get(int(key), NOBODY) for key in homes.of(level)], np.int64)
    inside = unit != NOBODY
    walked = unit_walks(metres[inside], homes.households[inside], unit[inside], units=len(units))
    return _Walks(ground, homes, units, centres, unit, metres, walked)


def _allocated(walked: Metres, asked: Allocation) -> Ids:
    """(units,) centre of each, among the centres that anybody reaches."""
    reached = np.isfinite(walked)
    able, usable = np.flatnonzero(reached.any(axis=1)), np.flatnonzero(reached.any(axis=0))
    found = catchments(
        walked[np.ix_(able, usable)],
        at_least=asked.at_least,
        at_most=asked.at_most,
        all_of_them=False,
    )
    centre = np.full(len(walked), NOBODY, np.int64)
    given = found != NOBODY
    centre[able[given]] = usable[found[given]]
    return centre


def _unit(walks: _Walks, row: int, centre: int) -> dict[str, Any]:
    """A unit with its centre and its walk, or with the reason why it has none."""
    own = np.flatnonzero(walks.unit == row)
    told = walks.units[row] | {"centre": None, "metres": None, "farthest_m": None, "reason": None}
    told |= _middle(walks, own)
    reached = np.isfinite(walks.walked[row])
    nearest = int(np.argmin(walks.walked[row])) if reached.any() else NOBODY
    told["nearest"] = walks.centres[nearest].id if nearest != NOBODY else None
    if centre == NOBODY:
        reason = NO_BUILDINGS if not len(own) else NO_ROOM if reached.any() else NO_WAY
        return told | {"reason": reason}
    return told | {
        "centre": walks.centres[centre].id,
        "metres": round(float(walks.walked[row, centre])),
        "farthest_m": _farthest(walks, own, centre),
    }


def _middle(walks: _Walks, own: Ids) -> dict[str, float | None]:
    """Where a unit's line to its centre begins: amid its buildings."""
    if not len(own):
        return {"x": None, "y": None}
    x, y = walks.ground.lonlat[walks.homes.at[own]].mean(axis=0)
    return {"x": round(float(x), 6), "y": round(float(y), 6)}


def _farthest(walks: _Walks, own: Ids, centre: int) -> int | None:
    """The longest walk of an inhabited building of a unit, of those that reach the centre."""
    metres = walks.metres[own[walks.homes.households[own] > 0], centre]
    metres = metres[np.isfinite(metres)]
    return round(float(metres.max())) if len(metres) else None


def _centre(point: Any, units: Sequence[dict[str, Any]]) -> dict[str, Any]:
    own = [unit for unit in units if unit["centre"] == point.id]
    people = sum(unit["households"] for unit in own)
    walked = sum(unit["households"] * unit["metres"] for unit in own)
    return {
        "id": point.id,
        "name": point.name,
        "lon": point.lon,
        "lat": point.lat,
        "units": len(own),
        "households": people,
        "metres": round(walked / people) if people else None,
        "farthest_m": max((unit["farthest_m"] or 0 for unit in own), default=None),
    }
