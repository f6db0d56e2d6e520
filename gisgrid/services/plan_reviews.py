"""What was decided about a plan, by whom and why; and whether two persons are asked for."""

from __future__ import annotations

from typing import Any

from gisgrid.errors import Forbidden
from gisgrid.model.people import Actor, Role
from gisgrid.model.plans import Plan
from gisgrid.services.plan_access import account_of, is_own, require_reader
from gisgrid.storage import people, plan_reviews, plans
from gisgrid.storage.engine import SYSTEM, As, Connection, Engine, transaction

FACTS = ("comment", "effective_from")


def view_reviews(engine: Engine, actor: As, plan_id: int) -> list[dict[str, Any]]:
    """Decisions on a plan, oldest first: ``at``, ``who``, ``act``, ``comment``, ``effective_from``.

    ``act`` is ``submit_plan``, ``approve_plan``, ``withdraw_plan`` (taken or sent back),
    ``publish_plan`` or ``plan_in_force``. Raises NotFound for a plan out of scope.
    """
    require_reader(actor)
    with transaction(engine, actor) as conn:
        plans.find(conn, plan_id)
        rows = plan_reviews.decisions(conn, plan_id)
    return [
        {"at": row.at.isoformat(), "who": row.who, "act": row.action}
        | {name: row.facts.get(name) for name in FACTS}
        for row in rows
    ]


def had_a_hand(conn: Connection, plan: Plan, actor: As) -> bool:
    """Whether `actor` began, drew or submitted a plan: who did does not approve it."""
    return is_own(plan, actor) or account_of(actor) in plan_reviews.editors(conn, plan.id)


def ask_for_two(engine: Engine, actor: As, *, two: bool) -> dict[str, bool]:
    """Say whether another person than the author must approve plans; the setting as it is then.

    Plans that wait already keep the way they were handed in. Raises Forbidden for anybody but an
    administrator.
    """
    if not (actor is SYSTEM or (isinstance(actor, Actor) and actor.role is Role.ADMINISTRATOR)):
        raise Forbidden("only administrators decide how plans are approved")
    with transaction(engine, SYSTEM) as conn:
        plan_reviews.ask_two(conn, two)
        account = account_of(actor)
        people.note(conn, "ask_two_person", "project", account_id=account, facts={"two": two})
    return {"two_person": two}
