"""Small wishes (微心愿): offered to everybody who is signed in, without saying whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.incidents.masking import masked
from gisgrid.model.people import Actor
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_desk
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine


def list_wishes(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """Wishes open to claim and those the actor claimed: text (masked), community, deadline.

    Neither the place, nor the grid, nor who wishes: claimants need none of them to claim.
    """
    with transaction(engine, SYSTEM) as conn:
        rows = incident_desk.wishes(conn, actor.account_id)
    return [
        {
            "id": row.id,
            "text": masked(row.text),
            "community_name": row.community_name,
            "due_at": plain(row.due_at),
            "state": row.state,
            "mine": row.assignee_id == actor.account_id,
        }
        for row in rows
    ]
