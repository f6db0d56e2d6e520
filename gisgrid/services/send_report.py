"""A report as the page sends it: stored, and where it repeats another, tied to that at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.errors import NotFound, WrongState
from gisgrid.incidents.life import DESK
from gisgrid.model.incidents import IncidentState
from gisgrid.model.people import Actor
from gisgrid.services.move_incident import Facts, move_incident
from gisgrid.services.report_incident import Report, report_incident
from gisgrid.storage import incidents
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine


def send_report(
    engine: Engine, actor: Actor, report: Report, *, key: str | None, same_as: int | None = None
) -> dict[str, Any]:
    """Store a report, once a key; `same_as` is the open incident that it repeats.

    The repeated one (or what that repeats in turn) gets it as a follower, and is told of it; both
    name each other. Whoever is no desk may say so too: then the system takes the step, and the note
    says who said it. Sent again after the server died in between, it is tied then.

    Raises
    ------
    NotFound
        `same_as` is no incident that the actor may see.
    """
    original = None if same_as is None else _original(engine, actor, same_as)
    told = report_incident(engine, actor, report, key)
    if original is None:
        return told
    if told["state"] == IncidentState.REPORTED:
        told |= _tied(engine, actor, told["id"], original)
    return told | ({"same_as": original} if told["state"] == IncidentState.DUPLICATE else {})


def _original(engine: Engine, actor: Actor, same_as: int) -> int:
    with transaction(engine, actor) as conn:
        row = incidents.one(conn, same_as)
    if row is None:
        raise NotFound(f"there is no incident {same_as}")
    return int(row.duplicate_of or same_as)


def _tied(engine: Engine, actor: Actor, incident_id: int, original: int) -> dict[str, Any]:
    by = actor if actor.role in DESK else SYSTEM
    note = None if by is actor else actor.display_name
    facts = Facts(original=original, note=note)
    try:
        return move_incident(engine, by, incident_id, "duplicate", facts)
    except WrongState:  # the same report sent at the same moment was quicker
        return {"state": IncidentState.DUPLICATE}
