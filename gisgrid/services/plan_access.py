"""Who may read and write plans; where they may is decided by their scope."""

from __future__ import annotations

from gisgrid.errors import Forbidden, NotFound
from gisgrid.model.people import Actor, Role
from gisgrid.model.plans import Plan
from gisgrid.storage.engine import As

WRITERS = frozenset({Role.PLANNER, Role.ADMINISTRATOR})


def require_planner(actor: As) -> None:
    """Raise Forbidden unless `actor` may write plans."""
    if actor is None or (isinstance(actor, Actor) and actor.role not in WRITERS):
        raise Forbidden("only planners and administrators change plans", code="plan_write")


def require_reader(actor: As) -> None:
    """Raise Forbidden for a leader, who sees her grid and not the plans of a community."""
    if actor is None or (isinstance(actor, Actor) and actor.role is Role.LEADER):
        raise Forbidden("plans are read by planners, staff and administrators", code="plan_read")


def require_community(actor: As, unit_id: int) -> None:
    """Raise NotFound for a community outside the actor's scope."""
    if actor is None or (isinstance(actor, Actor) and unit_id not in actor.communities):
        raise NotFound(f"there is no unit {unit_id}", code="unit_not_found", unit=unit_id)


def account_of(actor: As) -> int | None:
    """The account to write into the history; None for the system."""
    return actor.account_id if isinstance(actor, Actor) else None


def is_own(plan: Plan, actor: As) -> bool:
    """Whether `actor` began the plan or submitted it."""
    account = account_of(actor)
    return account is not None and account in (plan.created_by, plan.submitted_by)
