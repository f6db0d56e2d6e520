"""The second person: a plan is submitted by one and approved by another.

Only where the project asks for it (`Project.two_person`); elsewhere `publish_plan` does both at
once. A submitted plan is read by everybody and changed by nobody; either person may take it back
by `publish_plan.withdraw_plan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from gisgrid.errors import Forbidden, WrongState
from gisgrid.model.plans import Plan, PlanState
from gisgrid.services.carry_out import require_draft, require_version
from gisgrid.services.check_plan import Inspection
from gisgrid.services.once import once
from gisgrid.services.plan_access import account_of, require_planner
from gisgrid.services.plan_reviews import had_a_hand
from gisgrid.services.publish_plan import (
    approve,
    note,
    require_room,
    require_rules,
    said,
    settle,
    take_over_due,
)
from gisgrid.services.view_plan import plan_head
from gisgrid.storage import plans
from gisgrid.storage.engine import As, Engine, transaction


def submit_plan(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    base_version: int,
    effective_from: date,
    exceptions: Mapping[str, str] | None = None,
    replaces: int | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """Hand a draft in for approval; the plan's head as it then is.

    Parameters and errors are those of `publish_plan`.
    """
    require_planner(actor)
    body = ["submit", plan_id, base_version, effective_from.isoformat(), dict(exceptions or {})]
    with transaction(engine, actor) as conn:

        def act() -> dict[str, Any]:
            plans.hold_community(conn, plans.find(conn, plan_id).unit_id)
            plan = plans.hold(conn, plan_id)
            require_draft(plan)
            require_version(conn, plan, base_version)
            require_room(conn, plan, effective_from, replaces or plan.replaces_plan_id)
            settle(conn, plan, effective_from, exceptions or {})
            plans.sign_submitted(conn, plan_id, account_of(actor))
            plans.change(conn, plan_id, state=PlanState.SUBMITTED)
            note(conn, actor, "submit_plan", plan, effective_from=effective_from.isoformat())
            return plan_head(plans.find(conn, plan_id))

        return once(conn, actor, key, body, act)


def approve_plan(engine: Engine, actor: As, plan_id: int, *, comment: str = "") -> dict[str, Any]:
    """Approve what another person has submitted; the plan's head as it then is.

    It takes over on its day, at once where that has come; `comment` is kept with the decision. The
    rules are asked again: households may have changed since.

    Raises
    ------
    Forbidden
        ``own_plan``: who began, drew or submitted the plan does not approve it.
    WrongState
        ``not_submitted``: the plan does not wait for approval.
    Conflict, RulesBroken
        As `publish_plan`.
    """
    require_planner(actor)
    with transaction(engine, actor) as conn:
        plans.hold_community(conn, plans.find(conn, plan_id).unit_id)
        plan = plans.hold(conn, plan_id)
        day = _day_asked(plan)
        if had_a_hand(conn, plan, actor):
            raise Forbidden(
                f"plan {plan.name} is approved by another person than its author", code="own_plan"
            )
        require_room(conn, plan, day, plan.replaces_plan_id)
        require_rules(Inspection(conn, plan))
        approve(conn, actor, plan)
        told = {"effective_from": day.isoformat(), **said(comment)}
        note(conn, actor, "approve_plan", plan, **told)
        take_over_due(conn, plan.unit_id)
        return plan_head(plans.find(conn, plan_id))


def _day_asked(plan: Plan) -> date:
    if plan.state is not PlanState.SUBMITTED or plan.effective_from is None:
        raise WrongState(
            f"plan {plan.name} is {plan.state}: only a submitted plan is approved",
            code="not_submitted",
            name=plan.name,
            state=plan.state,
        )
    return plan.effective_from
