"""A report as the page sends it: stored, and where it repeats another, tied to that at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.errors import NotFound
from gisgrid.incidents.life import DESK
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

    The repeated one gets it as a follower, and is told of it; both name each other. Whoever is no
    desk may say so too: then the system takes the step, and the note says who said it.

    Raises
    ------
    NotFound
        `same_as` is no incident that the actor may see.
    """
    if same_as is not None:
        with transaction(engine, actor) as conn:
            if incidents.one(conn, same_as) is None:
                raise NotFound(f"there is no incident {same_as}")
    told = report_incident(engine, actor, report, key)
    if same_as is not None and told["created"]:
        by = actor if actor.role in DESK else SYSTEM
        note = None if by is actor else actor.display_name
        told |= move_incident(
            engine, by, told["id"], "duplicate", Facts(original=same_as, note=note)
        )
        told["same_as"] = same_as
    return told
