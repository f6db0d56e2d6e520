"""Incidents in the actor's scope: listed as columns, counted by category, one with its history."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gisgrid.errors import NotFound
from gisgrid.model.people import Actor
from gisgrid.storage import incidents
from gisgrid.storage.engine import SYSTEM, transaction
from gisgrid.storage.incidents import Filter

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST_LISTED = 20_000
COLUMNS = (
    "id", "lon", "lat", "category", "text", "channel", "state", "reported_at", "due_at",
    "closed_at", "overdue", "grid_code_at_report", "grid_code_now", "grid", "community",
    "located_reason",
)  # fmt: skip

__all__ = ["Filter", "list_incidents", "view_incident"]


def list_incidents(engine: Engine, actor: Actor, wanted: Filter) -> dict[str, Any]:
    """Incidents that fit, newest first and at most `MOST_LISTED`, as columns.

    Those without a place stand in `unlocated`, for somebody to locate; `total` counts all.
    """
    with transaction(engine, actor) as conn:
        rows = incidents.listed(conn, wanted, limit=MOST_LISTED)
        categories = incidents.counted(conn, wanted)
    placed = [row for row in rows if row.lon is not None]
    columns = {name: [plain(getattr(row, name)) for row in placed] for name in COLUMNS}
    return {
        **columns,
        "unlocated": [_brief(row) for row in rows if row.lon is None],
        "categories": [{"key": c.category, "n": c.n, "overdue": c.overdue} for c in categories],
        "total": sum(c.n for c in categories),
        "overdue_total": sum(c.overdue for c in categories),
        "listed": len(rows),
    }


def view_incident(engine: Engine, actor: Actor, incident_id: int) -> dict[str, Any]:
    """One incident with its history and the grids next to it.

    Raises
    ------
    NotFound
        There is none, or none in the actor's scope.
    """
    with transaction(engine, actor) as conn:
        row = incidents.one(conn, incident_id)
        if row is None:
            raise NotFound(f"there is no incident {incident_id}")
        history = incidents.events(conn, incident_id)
    with transaction(engine, SYSTEM) as conn:
        near = incidents.grids_near(conn, incident_id)
    answer = {name: plain(value) for name, value in row._mapping.items()}
    events = [{name: plain(v) for name, v in event._mapping.items()} for event in history]
    return {**answer, "near": near, "events": events}


def plain(value: Any) -> Any:
    """The value as JSON can say it."""
    return value.isoformat() if isinstance(value, datetime | date) else value


def _brief(row: Any) -> dict[str, Any]:
    names = ("id", "category", "text", "channel", "state", "reported_at", "overdue")
    return {name: plain(getattr(row, name)) for name in names} | {"reason": row.located_reason}
