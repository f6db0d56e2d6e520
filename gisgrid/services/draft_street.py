"""A draft for every community of a street (or of any unit above communities) in one go.

A street's plan is the plans of its communities: none of them crosses a community's line, so each is
drawn, checked and published on its own. They begin together and bear one name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gisgrid.errors import InvalidInput, JobCancelled, NotFound, WrongState
from gisgrid.services.new_plan import Wish, delete_plan, new_plan
from gisgrid.services.plan_access import require_planner
from gisgrid.storage import units
from gisgrid.storage.engine import As, Connection, Engine, transaction


def require_street(engine: Engine, actor: As, unit_id: int) -> Sequence[Any]:
    """Communities in scope below a unit: id, name; by code.

    Raises
    ------
    NotFound
        ``unit_not_found``: no community of the actor's scope lies below it.
    """
    require_planner(actor)
    with transaction(engine, actor) as conn:
        return _communities(conn, actor, unit_id)


def _communities(conn: Connection, actor: As, unit_id: int) -> Sequence[Any]:
    seen = getattr(actor, "communities", None)
    found = [
        row for row in units.communities_below(conn, unit_id) if seen is None or row.id in seen
    ]
    if not found:
        raise NotFound(f"there is no unit {unit_id}", code="unit_not_found", unit=unit_id)
    return found


def draft_street_job(
    engine: Engine, actor: As, payload: dict[str, Any], progress: Any
) -> dict[str, Any]:
    """Begin the drafts, one community after the other.

    Called off in between, the drafts that were begun are removed again.

    Returns
    -------
    ``plans``: ``unit``, ``name``, ``id`` of each draft; ``skipped``: ``unit``, ``name``, ``code``
    (why: ``no_plan_in_force``, ``no_cells``, …) of communities that could not begin one.
    """
    communities = require_street(engine, actor, payload["unit"])
    begun: list[dict[str, Any]] = []
    skipped: list[dict[str, Any]] = []
    try:
        for done, unit in enumerate(communities):
            progress(done, len(communities), "plans.drafting_street")
            told = {"unit": unit.id, "name": unit.name}
            try:
                begun.append(told | {"id": _begin(engine, actor, unit, payload)})
            except (WrongState, InvalidInput) as error:
                skipped.append(told | {"code": error.key})
        progress(len(communities), len(communities), "plans.drafting_street")
    except JobCancelled:
        for one in begun:
            delete_plan(engine, actor, one["id"])
        raise
    return {"plans": begun, "skipped": skipped}


def _begin(engine: Engine, actor: As, unit: Any, payload: dict[str, Any]) -> int:
    name = payload.get("name")
    return new_plan(
        engine,
        actor,
        unit.id,
        start=payload["start"],
        name=f"{unit.name} {name}"[:120] if name else None,
        wish=Wish(target=payload.get("target")),
    )
