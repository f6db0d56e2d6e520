"""The first plans of a district: every community divided by the engine, and put in force.

What the engine cannot bring into the band (one building larger than a grid may be, a community
smaller than one) is published as a named exception with its reason, never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from gisgrid.language import translate
from gisgrid.services.check_plan import check_plan
from gisgrid.services.edit_plan import set_grid
from gisgrid.services.new_plan import Wish, new_plan
from gisgrid.services.publish_plan import publish_plan
from gisgrid.services.view_plan import list_plans
from gisgrid.storage import projects, units
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
    leaders: tuple[str, ...] = (),
    language: str = "zh",
    progress: Progress | None = None,
) -> FirstPlans:
    """Divide every community that has cells and no plan in force, and publish what comes out.

    Parameters
    ----------
    effective_from
        Day from which the plans are in force; a day that has come.
    leaders
        Names of grid leaders, given out in the order of the grids; none when they run out.
    language
        Of the written reasons.
    """
    names = iter(leaders)
    grids = excused = 0
    communities = _undivided(engine)
    for step, (unit_id, name) in enumerate(communities):
        if progress is not None:
            progress("plans", step, len(communities))
        title = translate(language, "plans.first_name", community=name)
        plan_id = new_plan(engine, SYSTEM, unit_id, start="engine", name=title, wish=Wish())
        reasons = _reasons(check_plan(engine, SYSTEM, plan_id), language)
        published = _publish(engine, plan_id, names, effective_from, reasons)
        grids += published
        excused += len(reasons)
    if progress is not None:
        progress("plans", len(communities), len(communities))
    return FirstPlans(len(communities), grids, excused)


def _undivided(engine: Engine) -> list[tuple[int, str]]:
    """(id, name) of communities with cells and without a plan in force."""
    divided = {
        plan["unit"]["id"] for plan in list_plans(engine, SYSTEM) if plan["state"] == "effective"
    }
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        depth = project.community_depth if project else 0
        communities = units.with_cells(conn, depth)
    return [(unit_id, name) for unit_id, name in communities if unit_id not in divided]


def _publish(
    engine: Engine,
    plan_id: int,
    names: Any,
    effective_from: date,
    reasons: Mapping[str, str],
) -> int:
    """Give the grids their leaders and publish; how many grids."""
    plan = next(p for p in list_plans(engine, SYSTEM) if p["id"] == plan_id)
    version = plan["version"]
    for position, name in zip(range(plan["grids"]), names, strict=False):
        changes = {"leader_name": name}
        answer = set_grid(engine, SYSTEM, plan_id, position, base_version=version, changes=changes)
        version = answer["version"]
    publish_plan(
        engine,
        SYSTEM,
        plan_id,
        base_version=version,
        effective_from=effective_from,
        exceptions=reasons,
    )
    return int(plan["grids"])


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
