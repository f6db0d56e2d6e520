"""How well incidents are dealt with, and the monthly ranking: frozen, private until shown."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gisgrid.errors import Conflict, Forbidden, InvalidInput, NotFound
from gisgrid.incidents.evaluation import LEAST_TO_RANK, Share, parts_of_hundred, ranked
from gisgrid.model.people import Actor, Role
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_figures, incident_life, people
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

PARTS = ("grid", "month", "channel", "community", "category")
REASONS = ("fixed", "not_fixable", "not_responsible", "nothing_found", "withdrawn")
ROUTES = ("dispatch", "claim", "task_force")
FIGURES = (
    "total", "closed", "rejected", "duplicate", "overdue", "rated", "satisfied", "unrated",
    "with_deadline", "on_time", "at_grid", "at_community", "at_above", "placed",
    *ROUTES, *REASONS,
)  # fmt: skip
"""Numbers of the evaluation that the desk's queue lists."""


def evaluate(
    engine: Engine,
    actor: Actor,
    *,
    by: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    kind: str | None = None,
) -> dict[str, Any]:
    """Figures of what was reported in [since, until) in the actor's scope, whole and by part.

    `satisfaction` is satisfied / rated; what is not rated stands apart in `unrated`. `on_time` is
    of what is closed and had a deadline. `resolved` are the shares closed at grid, community and
    above, which add up to 100. `gauges` are the four of 四全, each with its own denominator.
    """
    if by not in (None, *PARTS):
        raise InvalidInput(f"no figures by {by}", code="unknown_part", part=by)
    with transaction(engine, actor) as conn:
        whole = incident_figures.figures(conn, None, since, until, kind=kind)
        parts = incident_figures.figures(conn, by, since, until, kind=kind) if by else ()
        staffed = incident_figures.staffed(conn)
    return {
        "whole": _figures(whole[0]) if whole else None,
        "parts": [{"part": row.part, **_figures(row)} for row in parts],
        "gauges": _gauges(whole[0], staffed) if whole else None,
        "by": by,
        "since": plain(since),
        "until": plain(until),
    }


def evaluate_areas(
    engine: Engine,
    actor: Actor,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    kind: str | None = None,
) -> dict[str, Any]:
    """The figures of each community with its outline, to be coloured on a map.

    Every community is told, those without incidents with None as `figures`. `elsewhere` counts
    what stands in no community of now, so that the areas and it add up to `total`.
    """
    with transaction(engine, actor) as conn:
        rows = incident_figures.figures(conn, "unit", since, until, kind=kind)
        areas = incident_figures.areas(conn)
    found = {int(row.part): _figures(row) for row in rows if row.part}
    total = sum(row.total for row in rows)
    told = [
        {
            "id": area.id,
            "name": area.name,
            "outline": area.outline and json.loads(area.outline)["coordinates"],
            "at": area.lon and [area.lon, area.lat],
            "figures": found.get(area.id),
        }
        for area in areas
    ]
    placed = sum(area["figures"]["total"] for area in told if area["figures"])
    return {
        "areas": told,
        "total": total,
        "elsewhere": total - placed,
        "since": plain(since),
        "until": plain(until),
        "kind": kind,
    }


def freeze_ranking(engine: Engine, actor: Actor, month: date) -> dict[str, Any]:
    """Rank the grids by what was reported in a month that is over, and keep that as it is.

    Raises
    ------
    Conflict
        ``ranking_frozen``: it is kept already; ``month_not_over``.
    Forbidden
        Only administrators freeze rankings.
    """
    _require_administrator(actor)
    first = month.replace(day=1)
    with transaction(engine, actor) as conn:
        since, until = _month(first, incident_life.calendar(conn).timezone)
        if until > incident_life.now(conn):
            raise Conflict(
                f"{first:%Y-%m} is not over", code="month_not_over", month=f"{first:%Y-%m}"
            )
        rows = [
            _rankable(r) for r in incident_figures.figures(conn, "grid", since, until) if r.part
        ]
    with transaction(engine, SYSTEM) as conn:
        if not incident_figures.freeze(conn, first, ranked(rows), actor.account_id):
            raise Conflict(
                f"{first:%Y-%m} is frozen", code="ranking_frozen", month=f"{first:%Y-%m}"
            )
        people.note(conn, "freeze_ranking", f"{first:%Y-%m}", account_id=actor.account_id)
    return {"month": f"{first:%Y-%m}", "grids": len(rows)}


def list_rankings(engine: Engine, actor: Actor) -> dict[str, Any]:
    """Frozen rankings, each with when its month begins and ends: all for the district's people,
    those that are shown for leaders.
    """
    with transaction(engine, SYSTEM) as conn:
        kept = incident_figures.rankings(conn)
        timezone = incident_life.calendar(conn).timezone
    shown = [row for row in kept if row.public or actor.role is not Role.LEADER]
    return {"least": LEAST_TO_RANK, "rankings": [_ranking(row, timezone) for row in shown]}


def show_ranking(engine: Engine, actor: Actor, month: date, *, public: bool) -> dict[str, Any]:
    """Show a frozen ranking to everybody, or hide it again; logged.

    Raises
    ------
    NotFound
        That month is not frozen.
    """
    _require_administrator(actor)
    with transaction(engine, SYSTEM) as conn:
        if not incident_figures.set_public(conn, month.replace(day=1), public=public):
            raise NotFound(f"no ranking of {month:%Y-%m}")
        facts = {"public": public}
        subject = f"{month:%Y-%m}"
        people.note(conn, "show_ranking", subject, account_id=actor.account_id, facts=facts)
    return {"month": subject, "public": public}


def _figures(row: Any) -> dict[str, Any]:
    levels = (row.at_grid, row.at_community, row.above)
    percents = parts_of_hundred(levels)
    return {
        "total": row.total,
        "closed": row.closed,
        "rejected": row.rejected,
        "duplicate": row.duplicate,
        "overdue": row.overdue,
        "satisfaction": Share(row.satisfied, row.rated).told(),
        "unrated": row.unrated,
        "on_time": Share(row.on_time, row.with_deadline).told(),
        "median_days": None if row.median_days is None else round(row.median_days, 1),
        "resolved": {
            name: {"n": n, "percent": percent}
            for name, n, percent in zip(
                ("grid", "community", "above"), levels, percents, strict=True
            )
        },
        "routes": {name: getattr(row, f"route_{name}") for name in ROUTES},
        "reasons": {name: getattr(row, name) for name in REASONS},
    }


def _gauges(row: Any, staffed: Any) -> dict[str, Any]:
    return {
        "staffed": Share(staffed.staffed, staffed.grids).told(),
        "collected": Share(row.placed, row.total).told(),
        "resolved": Share(row.on_time, row.with_deadline).told(),
        "rated": Share(row.rated, row.closed).told(),
    }


def _rankable(row: Any) -> dict[str, Any]:
    told = _figures(row)
    return {
        "grid": row.part,
        "closed": row.closed,
        "on_time": told["on_time"]["percent"],
        "satisfaction": told["satisfaction"]["percent"],
        "rated": row.rated,
        "median_days": told["median_days"],
    }


def _ranking(row: Any, timezone: str) -> dict[str, Any]:
    since, until = _month(row.month, timezone)
    return {
        "month": f"{row.month:%Y-%m}",
        "since": plain(since),
        "until": plain(until),
        "frozen_at": plain(row.frozen_at),
        "public": row.public,
        "rows": row.rows,
    }


def _month(first: date, timezone: str) -> tuple[datetime, datetime]:
    """When the month that begins on a day begins, and the next one."""
    zone = ZoneInfo(timezone)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def _require_administrator(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise Forbidden("only administrators freeze and show rankings", code="not_your_step")
