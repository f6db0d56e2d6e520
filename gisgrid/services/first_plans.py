"""The first plans of a district: every community divided by the engine, and put in force.

What the engine cannot bring into the band (one building larger than a grid may be, a community
smaller than one) is published as a named exception with its reason, never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from gisgrid.language import translate
from gisgrid.model.plans import PlanState
from gisgrid.services.check_plan import Inspection
from gisgrid.services.new_plan import Wish, new_plan
from gisgrid.services.publish_plan import publish_plan
from gisgrid.services.view_plan import list_plans
from gisgrid.storage import plans, projects, units
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class FirstPlans:
    """Communities and grids put in force; grids outside the band, each with its written reason."""

    communities: int
    grids: int
    excused: int


def put_in_force(
    engine: Engine,
    *,
    effective_from: date,
    leaders: Sequence[str] = (),
    language: str = "zh",
    progress: Progress | None = None,
) -> FirstPlans:
    """Divide every community that has cells and no plan in force, and publish what comes out.

    A draft that was made here and not published, because the work was cut off, is published now.

    Parameters
    ----------
    effective_from
        Day from which the plans are in force; a day that has come.
    leaders
        Names of grid leaders, given out in the order of the grids; none when they run out.
    language
        Of the written reasons.
    """
    known = list_plans(engine, SYSTEM)
    named = sum(plan["grids"] for plan in known if plan["state"] == PlanState.EFFECTIVE)
    begun = _begun(known)
    grids = excused = 0
    communities = _undivided(engine, known)
    for step, (unit_id, name) in enumerate(communities):
        if progress is not None:
            progress("plans", step, len(communities))
        title = translate(language, "plans.first_name", community=name)
        plan_id = begun.get((unit_id, title)) or new_plan(
            engine, SYSTEM, unit_id, start="engine", name=title, wish=Wish()
        )
        count, reasons = _led(engine, plan_id, leaders[named + grids :], language)
        _publish(engine, plan_id, effective_from, reasons)
        grids += count
        excused += len(reasons)
    if communities:
        with transaction(engine, SYSTEM) as conn:
            plans.analyze(conn)
    if progress is not None:
        progress("plans", len(communities), len(communities))
    return FirstPlans(len(communities), grids, excused)


def _begun(known: list[dict[str, Any]]) -> dict[tuple[int, str], int]:
    """(unit id, name) -> id of the drafts that were made and not published yet."""
    drafts = [plan for plan in known if plan["state"] == PlanState.DRAFT]
    return {(plan["unit"]["id"], plan["name"]): plan["id"] for plan in drafts}


def _undivided(engine: Engine, known: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """(id, name) of communities with cells and without a plan in force, by code."""
    divided = {plan["unit"]["id"] for plan in known if plan["state"] == PlanState.EFFECTIVE}
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        depth = project.community_depth if project else 0
        communities = units.with_cells(conn, depth)
    return [(unit_id, name) for unit_id, name in communities if unit_id not in divided]


def _led(
    engine: Engine, plan_id: int, leaders: Sequence[str], language: str
) -> tuple[int, dict[str, str]]:
    """Give the grids their leaders; how many grids, and why some must be excused."""
    with transaction(engine, SYSTEM) as conn:
        grids = plans.grids(conn, plan_id).values()
        led = [{"id": g.id, "leader_name": name} for g, name in zip(grids, leaders, strict=False)]
        plans.change_grids(conn, led)
        report = Inspection(conn, plans.find(conn, plan_id)).report()
    return len(grids), _reasons(report, language)


def _publish(
    engine: Engine, plan_id: int, effective_from: date, reasons: Mapping[str, str]
) -> None:
    with transaction(engine, SYSTEM) as conn:
        version = plans.find(conn, plan_id).version
    publish_plan(
        engine,
        SYSTEM,
        plan_id,
        base_version=version,
        effective_from=effective_from,
        exceptions=reasons,
    )


def _reasons(report: list[dict[str, Any]], language: str) -> dict[str, str]:
    """Position of each grid that must be excused -> the finding, in words."""
    reasons: dict[str, str] = {}
    for verdict in report:
        rule = verdict["rule"]
        for finding in verdict["findings"]:
            if finding["weight"] != "excusable" or finding["excused"]:
                continue
            words = translate(language, f"rules.{rule}.{finding['key']}", **finding["facts"])
            for position in finding["grids"]:
                reasons[str(position)] = translate(language, "plans.first_reason", words=words)
    return reasons
