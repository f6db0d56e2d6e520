"""Incidents: stored from a file, given to grids by their place, listed and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.model.incidents import NEAR_BORDER_M
from gisgrid.storage.sql import sql

GRIDS_LOCK = 730_312
"""Shared while incidents are given their grids, alone while a new plan gives them other ones."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents to list; None: any. `community` and `grid` are ids."""

    since: datetime | None = None
    until: datetime | None = None
    category: str | None = None
    channel: str | None = None
    state: str | None = None
    overdue: bool | None = None


def store(conn: Connection, source: str, columns: Mapping[str, Sequence[Any]]) -> tuple[int, int]:
    """Insert incidents, or update those of `source` with the same id; (inserted, updated).

    `columns` are source_id, category, text, channel, state, reported_at, due_at, closed_at,
    lon, lat (both None where the incident has no place) and reason.
    """
    rows = conn.execute(sql("incident_store"), {"source": source, **columns}).all()
    conn.execute(text("ANALYZE incident"))  # `locate` comes next: 40 times slower without
    inserted = sum(row.inserted for row in rows)
    return inserted, len(rows) - inserted


def locate(
    conn: Connection, source: str | None = None, *, only: Sequence[int] | None = None
) -> int:
    """Give incidents (of `source`, or `only` these) their community and grids; how many.

    The grid at report time is that of the plan then in force, or of the first one after it. Grids
    in force within `NEAR_BORDER_M` are noted too.
    """
    conn.execute(text("SELECT pg_advisory_xact_lock_shared(:n)"), {"n": GRIDS_LOCK})
    values = {"source": source, "only": None if only is None else list(only)}
    located = conn.execute(sql("incident_locate"), {**values, "near_m": NEAR_BORDER_M})
    return int(located.rowcount)


def listed(conn: Connection, wanted: Filter, *, limit: int) -> Sequence[Row[Any]]:
    """Incidents that the transaction may see, newest first."""
    return conn.execute(sql("incident_list"), {**_values(wanted), "limit": limit}).all()


def counted(conn: Connection, wanted: Filter) -> Sequence[Row[Any]]:
    """(category, n, overdue) of the incidents wanted, most frequent first."""
    return conn.execute(sql("incident_count"), _values(wanted)).all()


def one(conn: Connection, incident_id: int) -> Row[Any] | None:
    """One incident; None when the transaction may not see it."""
    return conn.execute(sql("incident_one"), {"incident": incident_id}).one_or_none()


def grids_near(conn: Connection, incident_id: int) -> list[str]:
    """Codes of grids in force within `NEAR_BORDER_M` of the incident, its own left out."""
    values = {"incident": incident_id, "near_m": NEAR_BORDER_M}
    return [row.code for row in conn.execute(sql("incident_near"), values)]


def events(conn: Connection, incident_id: int) -> Sequence[Row[Any]]:
    """What became of an incident, oldest first."""
    found = text(
        "SELECT incident_event.id, at, from_state, to_state, transition, note, private, facts,"
        " account.display_name AS who"
        " FROM incident_event LEFT JOIN account ON account.id = account_id"
        " WHERE incident_id = :incident ORDER BY at, incident_event.id"
    )
    return conn.execute(found, {"incident": incident_id}).all()


def has_category(conn: Connection, code: str) -> bool:
    """Whether the district knows the category."""
    found = text("SELECT EXISTS (SELECT FROM category WHERE code = :code)")
    return bool(conn.execute(found, {"code": code}).scalar_one())


def is_simple(conn: Connection, code: str | None) -> bool:
    """Whether a matter of this category may be settled by whoever finds it."""
    found = text("SELECT self_handle FROM category WHERE code = :code")
    return bool(conn.execute(found, {"code": code}).scalar())


def has_project(conn: Connection) -> bool:
    """Whether a project is set up."""
    return bool(conn.execute(text("SELECT EXISTS (SELECT FROM project)")).scalar_one())


def categories(conn: Connection) -> Sequence[Row[Any]]:
    """Every category (code, parent, name_zh, name_en, radius_m, self_handle), by code."""
    return conn.execute(text("SELECT * FROM category ORDER BY code")).all()


def _values(wanted: Filter) -> dict[str, Any]:
    return {
        "since": wanted.since,
        "until": wanted.until,
        "category": wanted.category,
        "channel": wanted.channel,
        "state": wanted.state,
        "overdue": wanted.overdue,
    }
