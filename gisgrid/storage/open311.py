"""What other systems may read of incidents, and the updates they send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.model.incidents import FINISHED
from gisgrid.storage.sql import sql

_UPDATES = text(
    "SELECT incident_event.id, incident_id, at, from_state, to_state, note, transition, kind"
    " FROM incident_event JOIN incident ON incident.id = incident_id"
    " WHERE NOT incident_event.private AND NOT incident.private AND incident.state <> 'draft'"
    "   AND incident.kind IN ('case', 'petition')"
    "   AND (CAST(:ids AS int[]) IS NULL OR incident_id = ANY(CAST(:ids AS int[])))"
    "   AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)"
    "   AND (CAST(:until AS timestamptz) IS NULL OR at <= :until)"
    " ORDER BY at DESC, incident_event.id DESC LIMIT :limit"
)


def requests(conn: Connection, **wanted: Any) -> Sequence[Row[Any]]:
    """Public incidents that fit, newest first; see `open311_requests.sql`."""
    values = {"ids": None, "codes": None, "since": None, "until": None, "finished": None, "skip": 0}
    return conn.execute(
        sql("open311_requests"), {**values, "ended": list(FINISHED), **wanted}
    ).all()


def updates(
    conn: Connection,
    *,
    ids: Sequence[int] | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Public events, newest first."""
    values = {"ids": ids and list(ids), "since": since, "until": until, "limit": limit}
    return conn.execute(_UPDATES, values).all()


def knows_update(conn: Connection, source: str, update_id: str) -> bool:
    """Whether this update of that source was stored before."""
    found = text(
        "SELECT 1 FROM incident_event WHERE facts ? 'update_id'"
        " AND facts->>'source' = :source AND facts->>'update_id' = :update"
    )
    return conn.execute(found, {"source": source, "update": update_id}).first() is not None


def district_code(conn: Connection) -> str | None:
    """Code of the topmost unit in force: the jurisdiction."""
    found = text("SELECT code FROM unit WHERE valid_to IS NULL ORDER BY depth, id LIMIT 1")
    return conn.execute(found).scalar()


def building_of(conn: Connection, code: str) -> int | None:
    """Id of the building with this code."""
    found = text("SELECT id FROM building WHERE code = :code AND retired_at IS NULL ORDER BY id")
    return conn.execute(found, {"code": code}).scalar()
