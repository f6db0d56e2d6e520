"""Complaints beside a kind of service: made where it is far, or where it is near? (JD9)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from gisgrid.access.reach import nearest_by_kind
from gisgrid.services.view_coverage import Question, limits_of, percent, view_coverage
from gisgrid.services.walking_ground import walking_ground, xy_of
from gisgrid.storage import access, incident_map
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gisgrid.model.people import Actor

LEAST_TO_JUDGE = 10
"""Fewer complaints than this are told, not judged."""

CLEARLY = 1.2
"""A share outside this many times that of the households speaks of a gap."""


@dataclass(frozen=True, slots=True)
class Complaints:
    """Incidents of one category, reported in a period (None: open end)."""

    category: str
    since: datetime | None = None
    until: datetime | None = None


def measure_gap(
    engine: Engine, actor: Actor, complaints: Complaints, question: Question
) -> dict[str, Any]:
    """Count complaints within and beyond the walk to the nearest service of a kind.

    The walk is measured along the streets, for each complaint and for all households alike, so the
    two shares can be compared: a real gap is where people complain *and* it is far.

    Returns
    -------
    `inside`, `outside` (ids, newest first), their number `n`, `outside_percent`;
    `households`, `households_outside`, `households_outside_percent`; `verdict`: "gap", "no_gap",
    "few" (fewer than 10 complaints) or "none"; the limit and its parts.

    Raises
    ------
    NotFound
        There is no such kind of service.
    """
    limits = limits_of(engine, question)
    with transaction(engine, actor) as conn:
        found = incident_map.places(
            conn,
            {
                "category": complaints.category,
                "since": complaints.since,
                "until": complaints.until,
                "epsg": limits.epsg,
            },
        )
    metres = _walks(engine, xy_of(found), question.kind, limits.epsg, limits.limit_m)
    near = metres <= limits.limit_m
    ids = np.array([row.id for row in found], np.int64)
    homes = view_coverage(engine, actor, question)
    outside_homes = homes["total"] - homes["covered"]
    shares = percent(int((~near).sum()), len(found)), percent(outside_homes, homes["total"])
    return {
        "category": complaints.category,
        "kind": limits.kind,
        "minutes": limits.minutes,
        "speed_kmh": limits.speed_kmh,
        "limit_m": limits.limit_m,
        "n": len(found),
        "inside": ids[near].tolist(),
        "outside": ids[~near].tolist(),
        "outside_percent": shares[0],
        "households": homes["total"],
        "households_outside": outside_homes,
        "households_outside_percent": shares[1],
        "verdict": _verdict(len(found), *shares),
    }


def _verdict(n: int, complaints: float | None, households: float | None) -> str:
    """Whether complaints come from far more often than people live far."""
    if complaints is None:
        return "none"
    if n < LEAST_TO_JUDGE:
        return "few"
    return "gap" if complaints > CLEARLY * (households or 0.0) else "no_gap"


def _walks(engine: Engine, xy: Any, kind: str, epsg: int, limit_m: float) -> Any:
    """(n,) metres from each place to the nearest service of the kind; inf beyond the limit."""
    with transaction(engine, SYSTEM) as conn:
        points = access.points(conn, kind, epsg=epsg)
    if not len(xy) or not points:
        return np.full(len(xy), np.inf)
    ground = walking_ground(engine)
    services, places = ground.snap(xy_of(points)), ground.snap(xy)
    alike = np.zeros(len(points), np.int64)
    metres, _ = nearest_by_kind(ground.network, services, alike, places, limit_m=limit_m)
    return metres[0]
