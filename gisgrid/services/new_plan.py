"""A new draft for a community: by the engine, from the plan in force, or from any other plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisgrid.errors import InvalidInput, WrongState
from gisgrid.model.codes import GridCode
from gisgrid.model.colouring import colour, touching
from gisgrid.model.plans import Plan, PlanGrid, PlanState, free_sequences
from gisgrid.planning import Band, partition
from gisgrid.planning.problem import Ints
from gisgrid.services.carry_out import require_draft
from gisgrid.services.plan_access import account_of, require_community, require_planner
from gisgrid.services.plan_problem import scene
from gisgrid.storage import people, plan_ground, plans
from gisgrid.storage.engine import As, Connection, Engine, transaction

if TYPE_CHECKING:
    from sqlalchemy import Row

PATIENCE_S = 20.0
"""The longest the engine may search; the best plan found until then is taken."""

SAME_GRID = 0.5
"""A new grid bears an old one's code when it has this share of the old one's households."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the engine is asked for: a number of grids, or households a grid, or neither."""

    grids: int | None = None
    target: int | None = None


def new_plan(
    engine: Engine,
    actor: As,
    unit_id: int,
    *,
    start: str | int = "effective",
    name: str | None = None,
    wish: Wish | None = None,
) -> int:
    """A draft for a community; its id.

    Parameters
    ----------
    start
        ``"effective"``: a copy of the plan in force; ``"engine"``: divided anew by the engine into
        ``wish.grids`` grids, or as many as suit ``wish.target`` (default: the project's target);
        ``"whole"``: one grid; an id: a copy of that plan of the same community.
    name
        Default: the community's name and the date.

    Raises
    ------
    NotFound
        No such community or plan in the actor's scope.
    WrongState
        ``no_cells``, or ``no_plan_in_force`` for a start from the plan in force.
    InvalidInput
        A number of grids or a target that makes no sense.
    """
    require_planner(actor)
    require_community(actor, unit_id)
    if isinstance(start, int):
        return _copied(engine, actor, unit_id, start, name)
    if start == "effective":
        return _copied(engine, actor, unit_id, None, name)
    if start == "engine":
        return _divided(engine, actor, unit_id, name, wish or Wish())
    if start == "whole":
        return _divided(engine, actor, unit_id, name, Wish(grids=1))
    raise InvalidInput(f"a plan cannot start from {start!r}", code="bad_start", start=start)


def rename_plan(engine: Engine, actor: As, plan_id: int, name: str) -> dict[str, Any]:
    """Give a draft another name; its id and name. Raises WrongState for a published plan."""
    require_planner(actor)
    with transaction(engine, actor) as conn:
        plan = plans.hold(conn, plan_id)
        require_draft(plan)
        plans.change(conn, plan_id, name=name)
        _note(conn, actor, "rename_plan", plan_id, before=plan.name, name=name)
        return {"id": plan_id, "name": name}


def delete_plan(engine: Engine, actor: As, plan_id: int) -> None:
    """Remove a draft with its history. Raises WrongState for a plan that was published."""
    require_planner(actor)
    with transaction(engine, actor) as conn:
        plan = plans.hold(conn, plan_id)
        require_draft(plan)
        plans.remove(conn, plan_id)
        _note(conn, actor, "delete_plan", plan_id, name=plan.name, unit=plan.unit_id)


def _copied(
    engine: Engine, actor: As, unit_id: int, source_id: int | None, name: str | None
) -> int:
    with transaction(engine, actor) as conn:
        community = plan_ground.community(conn, unit_id)
        source = plans.find(conn, source_id or _in_force(conn, community))
        if source.unit_id != unit_id:
            raise InvalidInput(
                f"plan {source.name} divides another community", code="other_community"
            )
        plan_id = _begun(conn, actor, community, name, base=source.id)
        plans.change(conn, plan_id, target=source.target)
        plans.copy_grids(conn, plan_id, source.id)
        same = source.cell_set_id == community.cell_set_id
        if same:
            plans.change(conn, plan_id, ground=source.ground)
        plans.copy_cells(conn, plan_id, source.id, same_cells=same)
        if not same:
            plans.drop_empty_grids(conn, plan_id)
        _note(conn, actor, "new_plan", plan_id, source=source.id, unit=unit_id)
        return plan_id


def _in_force(conn: Connection, community: Row[Any]) -> int:
    found = plans.in_force(conn, community.id)
    if found is None:
        raise WrongState(
            f"{community.name} has no plan in force to start from",
            code="no_plan_in_force",
            unit=community.name,
        )
    return found


def _divided(engine: Engine, actor: As, unit_id: int, name: str | None, wish: Wish) -> int:
    """Divide by the engine between two transactions: a long search holds no lock."""
    with transaction(engine, actor) as conn:
        community = plan_ground.community(conn, unit_id)
        band = _band(community, wish)
        ground = scene(conn, community.cell_set_id, band)
    grid = partition(ground.problem, grids=wish.grids, deadline_s=PATIENCE_S).grid
    with transaction(engine, actor) as conn:
        fresh = plan_ground.community(conn, unit_id)
        if fresh.cell_set_id != community.cell_set_id:
            raise WrongState("the cells were built anew meanwhile", code="cells_changed")
        in_force = plans.in_force(conn, unit_id)
        plan_id = _begun(conn, actor, community, name, base=in_force)
        plans.change(conn, plan_id, target=band.target)
        _store(conn, plans.find(conn, plan_id), ground.cells, grid)
        _note(conn, actor, "new_plan", plan_id, source="engine", unit=unit_id)
        return plan_id


def _band(community: Row[Any], wish: Wish) -> Band:
    low, high = community.band_low, community.band_high
    target = wish.target or community.target
    if not low <= target <= high:
        raise InvalidInput(
            f"the target {target} lies outside the band {low}–{high}",
            code="target_outside_band",
            target=target,
            low=low,
            high=high,
        )
    return Band(low, high, target)


def _begun(
    conn: Connection, actor: As, community: Row[Any], name: str | None, *, base: int | None
) -> int:
    values = {
        "unit_id": community.id,
        "cell_set_id": community.cell_set_id,
        "name": name or f"{community.name} {plans.today(conn).isoformat()}",
        "state": PlanState.DRAFT,
        "base_plan_id": base,
        "replaces_plan_id": plans.in_force(conn, community.id),
        "band_low": community.band_low,
        "band_high": community.band_high,
        "target": community.target,
        "created_by": account_of(actor),
    }
    return plans.add(conn, values)


def _store(conn: Connection, plan: Plan, cells: Sequence[int], grid: Ints) -> None:
    """Grids numbered west to east and coloured, and every cell in its grid.

    Where a plan is in force, a grid that takes over most of an old grid's households takes over
    its code, name, leader and colour too.
    """
    count = int(grid.max()) + 1
    colours = colour(range(count), _touching(conn, cells, grid))
    drafts = [
        {"position": g, "code": _provisional(plan, g), "colour": colours[g]} for g in range(count)
    ]
    ids = plans.add_grids(conn, plan.id, drafts)
    plans.assign(conn, plan.id, cells, [ids[g] for g in grid.tolist()])
    heirs = _heirs(conn, plan) if plan.replaces_plan_id else {}
    used = plans.published_codes(conn, plan.unit_id)
    free = iter(free_sequences(used, count - len(heirs)))
    rows = [
        _inherited(ids[g], heirs[g])
        if g in heirs
        else {
            "id": ids[g],
            "code": GridCode.of(plan.community_code, next(free)).text,
            "kind": "base",
            "name": None,
            "leader_name": None,
        }
        for g in range(count)
    ]
    plans.change_grids(conn, rows)


def _provisional(plan: Plan, position: int) -> str:
    return f"{plan.community_code}+{position}"


def _inherited(grid_id: int, old: PlanGrid) -> dict[str, Any]:
    return {
        "id": grid_id,
        "code": old.code,
        "kind": old.kind,
        "name": old.name,
        "leader_name": old.leader_name,
    }


def _heirs(conn: Connection, plan: Plan) -> dict[int, PlanGrid]:
    """Position of a new grid -> the grid in force whose households it has most of."""
    in_force = plan.replaces_plan_id
    if in_force is None:
        return {}
    old = plans.grids(conn, in_force)
    whole = {row.position: row.households for row in plans.figures(conn, [in_force])}
    shares = sorted(plans.overlap(conn, plan.id, in_force), key=lambda row: -row.households)
    heirs: dict[int, PlanGrid] = {}
    taken: set[int] = set()
    for row in shares:
        enough = row.households > SAME_GRID * whole.get(row.other, 0)
        if enough and row.position not in heirs and row.other not in taken:
            heirs[row.position] = old[row.other]
            taken.add(row.other)
    return heirs


def _touching(conn: Connection, cells: Sequence[int], grid: Ints) -> list[tuple[int, int]]:
    shapes = shapely.from_wkb(plan_ground.shapes(conn, cells))
    vertices, cell = shapely.get_coordinates(shapes, return_index=True)
    return touching(vertices, np.asarray(grid)[cell])


def _note(conn: Connection, actor: As, action: str, plan_id: int, **facts: Any) -> None:
    people.note(conn, action, f"plan {plan_id}", account_id=account_of(actor), facts=facts)
