"""Where the next services would serve the most households that are not served yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gisgrid.access.pairs import pairs_within
from gisgrid.access.siting import best_sites
from gisgrid.model.people import Actor
from gisgrid.services.jobs import start_job
from gisgrid.services.try_services import served
from gisgrid.services.view_coverage import Question, limits_of, percent
from gisgrid.services.walking_ground import WalkingGround, ground_of_version
from gisgrid.storage import access
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

CANDIDATE_M = 100.0
"""Candidates for new sites are buildings, at most one on each square of this side."""

MOST_CANDIDATES = 4000
MANY_BUILDINGS = 40_000
"""In a larger district the answer takes seconds: it is worked out as a job."""

STEPS = 3
Ids = npt.NDArray[np.int64]
Progress = Callable[[int, int, str], None]


def is_long(engine: Engine, question: Question) -> bool:
    """Whether suggesting sites in this district is work for a job."""
    limits = limits_of(engine, question)
    return len(ground_of_version(engine, limits.epsg, limits.version).buildings) > MANY_BUILDINGS


def start_suggesting(engine: Engine, actor: Actor, question: Question, *, new: int) -> int:
    """Begin the job of `suggest_sites`; its id. Its result is the answer."""
    limits_of(engine, question)
    at = None if question.at is None else question.at.isoformat()
    asked = {name: getattr(question, name) for name in ("kind", "minutes", "speed_kmh", "mode")}
    return start_job(engine, actor, "sites", {"question": asked | {"at": at}, "new": new})


def sites_job(
    engine: Engine, actor: Actor, payload: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """The job behind `start_suggesting`."""
    asked = dict(payload["question"])
    at = asked.pop("at")
    question = Question(**asked, at=None if at is None else datetime.fromisoformat(at))
    return suggest_sites(engine, actor, question, new=payload["new"], progress=progress)


def suggest_sites(
    engine: Engine,
    actor: Actor,
    question: Question,
    *,
    new: int,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """The places where `new` more services would serve the most households not served yet.

    Candidates are buildings in the actor's scope, at most one on each square of `CANDIDATE_M`. The
    answer carries its proof: no choice among them serves more than ``bound`` new households.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    limits = limits_of(engine, question)
    ground = ground_of_version(engine, limits.epsg, limits.version)
    with transaction(engine, actor) as conn:
        left = access.uncovered(conn, question.kind, limits.metres, straight=False)
        visible = access.visible_buildings(conn)
        total, covered = served(conn, limits)
    progress(1, STEPS, "coverage.sites_walking")
    people = np.zeros(len(ground.buildings), np.int64)
    people[ground.at([row.id for row in left])] = [row.households for row in left]
    at = _candidates(ground, ground.at(visible))
    pairs = pairs_within(
        ground.network, ground.doors.take(at), ground.placed, limit_m=limits.limit_m
    )
    progress(2, STEPS, "coverage.sites_choosing")
    sites = best_sites(pairs, people, candidates=len(at), new=new)
    gained = np.cumsum([0, *sites.gained])
    found = [
        _site(engine, ground, int(at[site]), more, percent(covered + int(so_far), total))
        for site, more, so_far in zip(sites.chosen, sites.gained, gained[1:], strict=True)
    ]
    return {
        "sites": found,
        "candidates": len(at),
        "candidate_m": CANDIDATE_M,
        "before": covered,
        "total": total,
        "percent_before": percent(covered, total),
        "gained": sites.total,
        "bound": sites.bound,
        "gap": round(sites.gap, 4),
    }


def _candidates(ground: WalkingGround, at: Ids) -> Ids:
    """One of the buildings `at` on each square, wider squares where there are too many."""
    at = at[ground.doors.edge[at] >= 0]
    side_m = CANDIDATE_M
    while True:
        square = np.floor(ground.xy[at] / side_m).astype(np.int64)
        _, first = np.unique(square, axis=0, return_index=True)
        if len(first) <= MOST_CANDIDATES:
            return np.asarray(at[np.sort(first)])
        side_m *= 1.5


def _site(
    engine: Engine, ground: WalkingGround, at: int, gained: int, share: float | None
) -> dict[str, Any]:
    lon, lat = (float(value) for value in ground.lonlat[at].round(7))
    with transaction(engine, None) as conn:
        street = access.street_near(conn, lon, lat)
    building = int(ground.buildings[at])
    place = {"building": building, "lon": lon, "lat": lat, "street": street}
    return place | {"gained": gained, "percent_after": share}
