"""Publishing a draft, and the day on which it takes over.

A published plan never changes again; only its state does. It is approved until its day, in force
from that day (at once where the day has come), and superseded when the next one takes over. The
take-over is one transaction a community: states, dates, incidents. `bring_into_force` makes it for
every plan whose day has come; the web asks it to now and then, so that no clock is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from gisgrid.errors import Conflict, Forbidden, RulesBroken, WrongState
from gisgrid.model.plans import Plan, PlanState
from gisgrid.services.carry_out import NO_FIGURES, require_draft, require_version
from gisgrid.services.check_plan import Inspection
from gisgrid.services.final_codes import final_codes
from gisgrid.services.once import once
from gisgrid.services.plan_access import account_of, require_planner
from gisgrid.services.view_plan import plan_head, totals
from gisgrid.storage import people, plan_ground, plans
from gisgrid.storage.engine import SYSTEM, As, Connection, Engine, transaction


def publish_plan(
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
    """Publish a draft from a date on; the plan's head as it then is.

    Parameters
    ----------
    effective_from
        A day that has come puts the plan in force at once.
    exceptions
        Position of a grid -> why it may break a rule that can be excused; kept with the plan.
    replaces
        The plan in force that the planner has seen; default: the one this draft was begun under.

    Publishing the same plan for the same day again changes nothing and answers the same.

    Raises
    ------
    StaleVersion
        The draft was edited since `base_version`.
    Conflict
        ``stale_base``: another plan came into force meanwhile; ``plan_waiting``: one waits for its
        day; ``too_early``: the date lies before the plan in force began; ``cells_outdated``: the
        cells were built anew, so that the draft must be copied to them first.
    RulesBroken
        A rule that must hold does not, or an exception has no reason.
    WrongState
        It is published already, for another day.
    Forbidden
        ``two_person``: the project asks for a second person: see `approve_plan`.
    """
    require_planner(actor)
    body = ["publish", plan_id, base_version, effective_from.isoformat(), dict(exceptions or {})]
    with transaction(engine, actor) as conn:

        def act() -> dict[str, Any]:
            plans.hold_community(conn, plans.find(conn, plan_id).unit_id)
            plan = plans.hold(conn, plan_id)
            if _published_for(plan, effective_from):
                return plan_head(plan)
            require_draft(plan)
            require_version(conn, plan, base_version)
            _require_one_is_enough(conn)
            require_room(conn, plan, effective_from, replaces or plan.replaces_plan_id)
            settle(conn, plan, effective_from, exceptions or {})
            plans.sign_submitted(conn, plan_id, account_of(actor))
            approve(conn, actor, plans.find(conn, plan_id))
            note(conn, actor, "publish_plan", plan, effective_from=effective_from.isoformat())
            take_over_due(conn, plan.unit_id)
            return plan_head(plans.find(conn, plan_id))

        return once(conn, actor, key, body, act)


def withdraw_plan(engine: Engine, actor: As, plan_id: int, *, comment: str = "") -> dict[str, Any]:
    """Make a plan that waits for approval or for its day a draft again; its head.

    By its author it is taken back, by another person sent back: `comment` says why.

    Raises WrongState for a plan in any other state.
    """
    require_planner(actor)
    with transaction(engine, actor) as conn:
        plans.hold_community(conn, plans.find(conn, plan_id).unit_id)
        plan = plans.hold(conn, plan_id)
        if plan.state not in (PlanState.SUBMITTED, PlanState.APPROVED):
            raise WrongState(
                f"plan {plan.name} is {plan.state}, not waiting",
                code="not_waiting",
                name=plan.name,
                state=plan.state,
            )
        plans.change(conn, plan_id, state=PlanState.DRAFT, effective_from=None)
        plans.thaw(conn, plan_id)
        plans.unsign(conn, plan_id)
        note(conn, actor, "withdraw_plan", plan, **said(comment))
        return plan_head(plans.find(conn, plan_id))


def bring_into_force(engine: Engine) -> list[int]:
    """Let every approved plan whose day has come take over; their ids, the earliest first."""
    with transaction(engine, SYSTEM) as conn:
        if not plans.due(conn):
            return []
        return take_over_due(conn)


def _published_for(plan: Plan, effective_from: date) -> bool:
    published = plan.state in (PlanState.APPROVED, PlanState.EFFECTIVE)
    return published and plan.effective_from == effective_from


def require_room(conn: Connection, plan: Plan, effective_from: date, replaces: int | None) -> None:
    """Raise Conflict unless `plan` may take over from `replaces` on that date."""
    if not plan_ground.is_current(conn, plan.cell_set_id):
        raise Conflict(
            f"plan {plan.name} is made of cells that have been built anew: copy it to the new ones",
            code="cells_outdated",
            name=plan.name,
        )
    waiting = plans.waiting(conn, plan.unit_id)
    if waiting is not None:
        day = waiting.effective_from.isoformat()
        raise Conflict(
            f"plan {waiting.name} already waits for {day}: withdraw it first",
            code="plan_waiting",
            plan=waiting.id,
            name=waiting.name,
            date=day,
        )
    in_force = plans.in_force(conn, plan.unit_id)
    if in_force is None:
        return
    standing = plans.find(conn, in_force)
    if in_force != replaces:
        raise Conflict(
            f"plan {standing.name} came into force since this draft was begun",
            code="stale_base",
            plan=in_force,
            name=standing.name,
        )
    if standing.effective_from is not None and effective_from < standing.effective_from:
        raise Conflict(
            f"plan {standing.name} is in force only since {standing.effective_from}",
            code="too_early",
            name=standing.name,
            date=standing.effective_from.isoformat(),
        )


def settle(
    conn: Connection, plan: Plan, effective_from: date, exceptions: Mapping[str, str]
) -> None:
    """Final codes, day and reasons of a draft that is handed in, and the rules' consent."""
    plans.drop_empty_grids(conn, plan.id)
    in_force = plans.in_force(conn, plan.unit_id)
    if in_force is not None:
        plans.change(conn, plan.id, replaces_plan_id=in_force)
    _renumber(conn, plan, in_force)
    known = {str(position) for position in plans.grids(conn, plan.id)}
    reasons = {p: why.strip() for p, why in exceptions.items() if p in known and why.strip()}
    plans.change(conn, plan.id, exceptions=reasons, effective_from=effective_from)
    require_rules(Inspection(conn, plans.find(conn, plan.id)))


def approve(conn: Connection, actor: As, plan: Plan) -> None:
    """Frozen figures and a signature: the plan waits for its day."""
    freeze(conn, plan)
    plans.sign_approved(conn, plan.id, account_of(actor))
    plans.change(conn, plan.id, state=PlanState.APPROVED)


def _require_one_is_enough(conn: Connection) -> None:
    if plans.asks_two(conn):
        raise Forbidden(
            "another person than its author must approve a plan: submit it", code="two_person"
        )


def _renumber(conn: Connection, plan: Plan, in_force: int | None) -> None:
    """A grid keeps its code where most of its households stay; new ones get new codes."""
    codes = final_codes(conn, plan, in_force)
    changed = [
        {"id": grid.id, "code": codes[grid.position]}
        for grid in plans.grids(conn, plan.id).values()
        if grid.code != codes[grid.position]
    ]
    plans.change_grids(conn, changed)


def require_rules(inspection: Inspection) -> None:
    """Raise RulesBroken where a rule that must hold does not."""
    broken = inspection.blocking
    if broken:
        rules = [verdict.rule for verdict in broken]
        report = [entry for entry in inspection.report() if entry["rule"] in rules]
        raise RulesBroken(
            f"rules {', '.join(rules)} do not hold", n=len(rules), rules=rules, report=report
        )


def freeze(conn: Connection, plan: Plan) -> None:
    """Keep the sums of each grid, and of the whole, with the plan."""
    rows = plans.figures(conn, [plan.id])
    frozen = [
        {"id": row.id, "figures": {name: getattr(row, name) for name in NO_FIGURES}} for row in rows
    ]
    plans.change_grids(conn, frozen)
    moved = plans.moved_households(conn, [plan.id]).get(plan.id, 0)
    plans.change(conn, plan.id, figures=totals(rows, plan, moved))


def take_over_due(conn: Connection, unit_id: int | None = None) -> list[int]:
    """Put plans whose day has come in force, in the order of their days."""
    taken = []
    for plan_id in plans.due(conn):
        plan = plans.find(conn, plan_id)
        if unit_id not in (None, plan.unit_id):
            continue
        plans.hold_community(conn, plan.unit_id)
        plan = plans.hold(conn, plan_id)
        if plan.state is PlanState.APPROVED:
            _take_over(conn, plan)
            taken.append(plan_id)
    return taken


def _take_over(conn: Connection, plan: Plan) -> None:
    before = plans.in_force(conn, plan.unit_id)
    if before is not None:
        ended = {"state": PlanState.SUPERSEDED, "effective_to": plan.effective_from}
        plans.change(conn, before, **ended)
    plans.change(conn, plan.id, state=PlanState.EFFECTIVE)
    incidents = plans.repoint_incidents(conn, plan.id)
    note(conn, SYSTEM, "plan_in_force", plan, before=before, incidents=incidents)


def said(comment: str) -> dict[str, str]:
    """A comment as a fact of the audit log; nothing for none."""
    return {"comment": comment.strip()} if comment.strip() else {}


def note(conn: Connection, actor: As, action: str, plan: Plan, **facts: Any) -> None:
    """Write an act on a plan into the audit log."""
    told = {"unit": plan.unit_id, "version": plan.version, **facts}
    people.note(conn, action, f"plan {plan.id}", account_id=account_of(actor), facts=told)
