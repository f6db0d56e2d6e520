"""Incidents in the actor's scope: listed as columns, counted by category, one with its history."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Forbidden, NotFound
from gisgrid.incidents import life
from gisgrid.incidents.masking import masked
from gisgrid.incidents.vocabulary import state_labels
from gisgrid.language import DEFAULT_LANGUAGE
from gisgrid.model.incidents import IncidentState, Kind
from gisgrid.model.people import Actor
from gisgrid.services.alert_words import alert_sentences
from gisgrid.storage import incident_desk, incident_life, incidents, people
from gisgrid.storage.engine import SYSTEM, transaction
from gisgrid.storage.incidents import Filter

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST_LISTED = 20_000
COLUMNS = (
    "id", "lon", "lat", "category", "category_zh", "category_en", "text", "channel", "state",
    "reported_at", "due_at", "closed_at", "overdue", "grid_code_at_report", "grid_code_now", "grid",
    "community", "located_reason",
)  # fmt: skip

__all__ = ["Filter", "list_incidents", "preview_public", "view_incident"]


def list_incidents(
    engine: Engine, actor: Actor, wanted: Filter, *, language: str = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """Incidents that fit, newest first and at most `MOST_LISTED`, as columns.

    Those without a place stand in `unlocated`, for somebody to locate; `total` counts all.
    """
    with transaction(engine, actor) as conn:
        rows = incidents.listed(conn, wanted, limit=MOST_LISTED)
        categories = incidents.counted(conn, wanted)
        alerts = alert_sentences(conn, [row.id for row in rows], language)
    placed = [row for row in rows if row.lon is not None]
    columns = {name: [plain(getattr(row, name)) for row in placed] for name in COLUMNS}
    columns["text"] = [alerts.get(row.id, row.text) for row in placed]
    return {
        **columns,
        "unlocated": [
            _brief(row) | {"text": alerts.get(row.id, row.text)} for row in rows if row.lon is None
        ],
        "categories": [{"key": c.category, "n": c.n, "overdue": c.overdue} for c in categories],
        "total": sum(c.n for c in categories),
        "overdue_total": sum(c.overdue for c in categories),
        "listed": len(rows),
    }


def view_incident(
    engine: Engine, actor: Actor, incident_id: int, *, language: str = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """One incident with its history, its stages, what may be done next, and the grids next to it.

    `steps` are the steps that the table of transitions has for this actor, each with the facts it
    needs; `steps_label` names the states as the district calls them. Who reported it, how to reach
    them (masked) and private entries are told to the desk alone, never of a wish.

    Raises
    ------
    NotFound
        There is none, or none in the actor's scope.
    """
    with transaction(engine, actor) as conn:
        if incidents.one(conn, incident_id) is None:
            raise NotFound(f"there is no incident {incident_id}")
        history = incidents.events(conn, incident_id)
        stages = incident_life.stages(conn, incident_id)
        contact = incident_life.contact(conn, incident_id)
        alert = alert_sentences(conn, [incident_id], language)
    with transaction(engine, SYSTEM) as conn:
        row = incidents.one(conn, incident_id)  # the code of the grid next door is told as well
        near = incidents.grids_near(conn, incident_id)
        followers = incident_life.followers(conn, incident_id)
        hours_left = _hours_left(conn, row)
        labels = state_labels(incident_desk.label_scheme(conn))
    if row is None:
        raise NotFound(f"there is no incident {incident_id}")
    at_desk = actor.role in life.DESK
    answer = {name: plain(value) for name, value in row._mapping.items()}
    answer["text"] = alert.get(incident_id, row.text)
    if not at_desk:
        answer |= {"reporter": None} | (_WISHER if row.kind == Kind.WISH else {})
        answer["text"] = masked(row.text) if row.kind == Kind.WISH else answer["text"]
    return {
        **answer,
        "near": near,
        "events": [_event(each) for each in history if at_desk or not each.private],
        "stages": [{n: plain(v) for n, v in stage._mapping.items()} for stage in stages],
        "hours_left": hours_left,
        "followers": followers,
        "contact": _contact(contact) if at_desk and contact is not None else None,
        "steps": _steps(actor, row),
        "label": labels[row.kind, row.state],
        "reported_by_me": actor.account_id == row.reporter,
    }


_WISHER: dict[str, Any] = {"address": None, "building": None, "lon": None, "lat": None}
"""What would say whose wish it is."""


def reveal_contact(engine: Engine, actor: Actor, incident_id: int) -> dict[str, str | None]:
    """How the reporter may be reached, in full: for the desk, to call back; the asking is logged.

    Raises
    ------
    Forbidden
        The actor is not at the desk.
    NotFound
        No such incident in scope, or nobody said how to be reached.
    """
    if actor.role not in life.DESK:
        raise Forbidden("contacts are for the desk", code="not_your_step")
    with transaction(engine, actor) as conn:
        contact = incident_life.contact(conn, incident_id)
        if contact is None:
            raise NotFound(f"there is no contact of incident {incident_id}")
    with transaction(engine, SYSTEM) as conn:
        subject = f"incident {incident_id}"
        people.note(conn, "reveal_contact", subject, account_id=actor.account_id)
    return {"name": contact.name, "phone": contact.phone, "email": contact.email}


def preview_public(
    engine: Engine, actor: Actor, incident_id: int, *, language: str = DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """What others than the district would be told of an incident: "this is what is public".

    Telephone, identity numbers and mail addresses are masked; private entries and private
    incidents are left out; nobody is named. `hidden` says whether anything is told at all.
    """
    told = view_incident(engine, actor, incident_id, language=language)
    steps = [event for event in told["events"] if not event["private"]]
    return {
        "id": told["id"],
        "hidden": told["private"] or told["state"] == IncidentState.DRAFT,
        "category_zh": told["category_zh"],
        "category_en": told["category_en"],
        "text": masked(told["text"]),
        "address": masked(told["address"]),
        "lon": told["lon"],
        "lat": told["lat"],
        "state": told["state"],
        "label": told["label"],
        "reported_at": told["reported_at"],
        "due_at": told["due_at"],
        "closed_at": told["closed_at"],
        "close_reason": told["close_reason"],
        "body": told["body"],
        "events": [
            {"at": e["at"], "transition": e["transition"], "to_state": e["to_state"]}
            | {"note": masked(e["note"])}
            for e in steps
        ],
    }


def _steps(actor: Actor, row: Any) -> list[dict[str, Any]]:
    who = life.who_is(actor.role, reporter=actor.account_id == row.reporter)
    if row.grid not in actor.grids:
        who -= {"leader"}
    known = life.steps(row.kind, row.state, who)
    return [{"step": s.name, "needs": list(s.needs), "to": s.target} for s in known]


def _event(event: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in event._mapping.items()}


def _contact(contact: Any) -> dict[str, str | None]:
    name = contact.name
    return {
        "name": name and name[0] + "*" * (len(name) - 1),
        "phone": masked(contact.phone),
        "email": masked(contact.email),
    }


def _hours_left(conn: Any, row: Any) -> float | None:
    """Working hours until the deadline, negative when it has passed; None without one."""
    if row.due_at is None or row.closed_at is not None:
        return None
    now = incident_life.now(conn)
    return round(incident_life.calendar(conn).hours_between(now, row.due_at), 1)


def plain(value: Any) -> Any:
    """The value as JSON can say it."""
    return value.isoformat() if isinstance(value, datetime | date) else value


def _brief(row: Any) -> dict[str, Any]:
    names = ("id", "category", "text", "channel", "state", "reported_at", "overdue")
    return {name: plain(getattr(row, name)) for name in names} | {"reason": row.located_reason}
