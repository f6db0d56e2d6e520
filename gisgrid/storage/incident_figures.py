"""Figures of incidents: by grid, month, channel; the agenda of a week; frozen rankings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gisgrid.storage.sql import sql
from gisgrid.storage.tables.incidents import ranking


def figures(
    conn: Connection,
    by: str | None,
    since: datetime | None,
    until: datetime | None,
    *,
    kind: str | None = None,
) -> Sequence[Row[Any]]:
    """Counts of incidents in scope reported in the period, one row for each part of `by`.

    `by` is grid, month, channel, community, unit (its id), category or None: then there is one
    row, or none.
    """
    values = {"by": by, "since": since, "until": until, "kind": kind}
    return conn.execute(sql("incident_figures"), values).all()


def areas(conn: Connection) -> Sequence[Row[Any]]:
    """(id, name, outline, lon, lat) of the communities of now; outline is GeoJSON text or None."""
    return conn.execute(sql("incident_areas")).all()


def staffed(conn: Connection) -> Row[Any]:
    """(grids, staffed) of the grids in force in scope."""
    return conn.execute(sql("incident_staffed")).one()


def unit_name(conn: Connection, unit_id: int) -> str:
    """The name of a unit."""
    return str(conn.execute(text("SELECT name FROM unit WHERE id = :u"), {"u": unit_id}).scalar())


def agenda(conn: Connection, unit_id: int, until: datetime) -> Sequence[Row[Any]]:
    """Incidents of a community that were open at `until`, or are now when that is to come."""
    values = {"unit": unit_id, "until": until}
    return conn.execute(sql("incident_agenda"), values).all()


def closed_in(conn: Connection, unit_id: int, since: datetime, until: datetime) -> Row[Any]:
    """(closed, at_grid) of a community in the period."""
    found = text(
        "SELECT count(*) AS closed, count(*) FILTER (WHERE level = 1) AS at_grid FROM incident"
        " WHERE community_id = :unit AND state IN ('closed', 'rated')"
        " AND closed_at >= :since AND closed_at < :until"
    )
    return conn.execute(found, {"unit": unit_id, "since": since, "until": until}).one()


def rankings(conn: Connection) -> Sequence[Row[Any]]:
    """Every frozen ranking, the newest month first."""
    return conn.execute(select(ranking).order_by(ranking.c.month.desc())).all()


def freeze(conn: Connection, month: date, rows: Sequence[Any], account_id: int | None) -> bool:
    """Keep the ranking of a month as it is; False when it is kept already."""
    values = {"month": month, "rows": list(rows), "account_id": account_id}
    kept = conn.execute(insert(ranking).values(values).on_conflict_do_nothing())
    return bool(kept.rowcount)


def set_public(conn: Connection, month: date, *, public: bool) -> bool:
    """Show a ranking to everybody, or no longer; False when there is none."""
    changed = update(ranking).where(ranking.c.month == month).values(public=public)
    return bool(conn.execute(changed).rowcount)
