"""The households of a building: as its source gives or our formula estimates them, or set by hand.

What a person sets stays when the source is imported again, until the person takes it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.errors import NotFound
from gisgrid.model.people import Actor
from gisgrid.storage import buildings, people
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST_HOUSEHOLDS = 20_000
"""More than any building has: a slip of the keyboard."""


def buildings_on_cell(engine: Engine, actor: Actor, cell_id: int) -> list[dict[str, Any]]:
    """Buildings on a cell: names, storeys, households with their basis; empty out of scope."""
    with transaction(engine, actor) as conn:
        return [dict(row._mapping) for row in buildings.on_cell(conn, cell_id)]


def set_households(
    engine: Engine, actor: Actor, building_id: int, households: int | None
) -> dict[str, int]:
    """Set a building's households by hand, or with None take that back; what they are now.

    Raises
    ------
    NotFound
        No building in use with this id in the actor's scope.
    """
    with transaction(engine, actor) as conn:
        row = buildings.set_households(conn, building_id, households)
        if row is None:
            raise NotFound(f"there is no building {building_id}")
        facts = {"households": households, "now": row.households}
        people.note(conn, "set_households", row.source_id, account_id=actor.account_id, facts=facts)
        return {"households": row.households, "residents": row.residents}
