"""Reading plans: the list, one plan with its cells in columns, its history, its table of grids."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from gisgrid.errors import InvalidInput
from gisgrid.io.formula import harmless
from gisgrid.model.plans import GridKind, Plan, PlanGrid, PlanState
from gisgrid.services.carry_out import NO_FIGURES, grid_head
from gisgrid.services.lock_plan import told_locks
from gisgrid.services.new_grids import next_code
from gisgrid.services.plan_access import account_of, require_reader
from gisgrid.services.plan_reviews import had_a_hand
from gisgrid.storage import plan_ground, plans
from gisgrid.storage.engine import As, Connection, Engine, transaction
from gisgrid.storage.plan_ground import CellColumns

if TYPE_CHECKING:
    from sqlalchemy import Row


MOST_EDITS = 200


def require_plan(engine: Engine, actor: As, plan_id: int) -> Plan:
    """The head of a plan; NotFound where there is none in the actor's scope."""
    require_reader(actor)
    with transaction(engine, actor) as conn:
        return plans.find(conn, plan_id)


def list_plans(
    engine: Engine, actor: As, unit_id: int | None = None, day: date | None = None
) -> list[dict[str, Any]]:
    """Plans in the actor's scope with their totals, drafts first.

    Of one unit and those below it when given (a street: its communities); only those in force on a
    day when that is given.

    Totals of a superseded plan are those frozen at publishing; of any other, those of now.
    """
    require_reader(actor)
    with transaction(engine, actor) as conn:
        rows = plans.listed(conn, unit_id, day)
        alive = [row.id for row in rows if not _is_past(row)]
        sums: dict[int, list[Row[Any]]] = {plan_id: [] for plan_id in alive}
        for grid in plans.figures(conn, alive) if alive else ():
            sums[grid.plan_id].append(grid)
        drafts = [row.id for row in rows if row.figures is None]
        moved = plans.moved_households(conn, drafts) if drafts else {}
    moved |= {row.id: row.figures["moved_households"] for row in rows if row.figures}
    now = {row.id: totals(sums.get(row.id, ()), row, moved.get(row.id, 0)) for row in rows}
    return [_entry(row, row.figures if _is_past(row) else now[row.id]) for row in rows]


def _is_past(plan: Any) -> bool:
    """Whether the plan has had its time: only then are its frozen figures the ones to tell."""
    return plan.state == PlanState.SUPERSEDED and plan.figures is not None


def totals(grids: Sequence[Row[Any]], band: Any, moved_households: int) -> dict[str, Any]:
    """What a list says of a plan: grids, households, the worst deviation from the target (signed,
    households), base grids out of the band, and households in another grid than before.
    """
    base = [g for g in grids if g.kind == GridKind.BASE]
    return {
        "grids": len(grids),
        "households": sum(g.households for g in grids),
        "max_deviation": max((g.households - band.target for g in base), key=abs, default=0),
        "out_of_band": sum(not band.low <= g.households <= band.high for g in base),
        "moved_households": moved_households,
    }


def _entry(row: Row[Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "unit": {"id": row.unit_id, "name": row.unit_name, "code": row.unit_code},
        "state": row.state,
        "version": row.version,
        **figures,
        "effective_from": row.effective_from and row.effective_from.isoformat(),
        "effective_to": row.effective_to and row.effective_to.isoformat(),
        "created_at": row.created_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "author": row.author,
    }


def view_plan(engine: Engine, actor: As, plan_id: int) -> dict[str, Any]:
    """One plan with all that the workbench needs, cells and their borders in columns.

    ``neighbours.a`` and ``.b`` are indices into the columns of ``cells``; ``b`` is -1 on the
    community's own border. ``grids`` are those with cells; a published plan's carry their frozen
    ``figures``. ``empty_grids`` are those that merges have left without cells: an undo brings them
    back. ``next_code`` is what a new grid would bear.

    Raises
    ------
    NotFound
        No such plan in the actor's scope.
    """
    require_reader(actor)
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        cells = plan_ground.cells(conn, plan.cell_set_id, plan_id)
        inhabited = set(cells.grid)
        grids = plans.grids(conn, plan_id).values()
        steps = plans.next_steps(conn, plan_id, account_of(actor))
        return {
            "plan": plan_head(plan)
            | {
                "cells_current": plan_ground.is_current(conn, plan.cell_set_id),
                "two_person": plans.asks_two(conn),
                "is_own": had_a_hand(conn, plan, actor),
            },
            "band": {"low": plan.low, "high": plan.high, "target": plan.target},
            "grids": [
                grid_head(grid) | {"figures": grid.figures}
                for grid in grids
                if grid.position in inhabited
            ],
            "empty_grids": [grid_head(g) for g in grids if g.position not in inhabited],
            "next_code": _next_code(conn, plan, grids),
            "cells": _columns(cells),
            "neighbours": _borders(conn, plan.cell_set_id, cells.id),
            "bounds": plan_ground.bounds(conn, plan.unit_id),
            "locks": told_locks(conn, plan_id),
            "edits": {
                "count": plans.count_edits(conn, plan_id),
                "undo": steps.get("undo"),
                "redo": steps.get("redo"),
            },
        }


def _next_code(conn: Connection, plan: Plan, grids: Iterable[PlanGrid]) -> str | None:
    """The code of a grid to come; None in a published plan or where the codes are used up."""
    if plan.state is not PlanState.DRAFT:
        return None
    try:
        return next_code(conn, plan, grids)
    except InvalidInput:
        return None


def plan_head(plan: Plan) -> dict[str, Any]:
    """What a client knows of a plan besides its grids and cells."""
    return {
        "id": plan.id,
        "name": plan.name,
        "state": plan.state,
        "version": plan.version,
        "unit": {"id": plan.unit_id, "name": plan.unit_name, "code": plan.community_code},
        "cell_set": plan.cell_set_id,
        "ground": plan.ground,
        "tiles": f"plan/{plan.id}/{plan.ground}" if plan.ground else str(plan.cell_set_id),
        "base_plan": plan.base_plan_id,
        "replaces": plan.replaces_plan_id,
        "effective_from": plan.effective_from and plan.effective_from.isoformat(),
        "effective_to": plan.effective_to and plan.effective_to.isoformat(),
        "changed_at": plan.changed_at and plan.changed_at.isoformat(),
        "editable": plan.state is PlanState.DRAFT,
        "exceptions": dict(plan.exceptions),
        "community_code": plan.community_code,
    }


def _columns(cells: CellColumns) -> dict[str, list[Any]]:
    same = ("id", "grid", "water", "households", "residents", "buildings", "area_m2")
    return {name: getattr(cells, name) for name in same} | {"x": cells.lon, "y": cells.lat}


def _borders(conn: Connection, cell_set_id: int, cell_ids: Sequence[int]) -> dict[str, list[Any]]:
    index = {cell: i for i, cell in enumerate(cell_ids)}
    borders = plan_ground.borders(conn, cell_set_id, cell_ids)
    return {
        "id": borders.id,
        "a": [index[cell] for cell in borders.a],
        "b": [index.get(cell, -1) for cell in borders.b],
        "shared_m": [round(metres, 2) for metres in borders.shared_m],
        "barrier": borders.barrier,
        "joined": borders.joined,
    }


def view_history(
    engine: Engine, actor: As, plan_id: int, *, before: int | None = None, most: int = 50
) -> list[dict[str, Any]]:
    """Edits of a plan, newest first, older than seq `before` when given; at most 200."""
    require_reader(actor)
    with transaction(engine, actor) as conn:
        plans.find(conn, plan_id)
        rows = plans.history(conn, plan_id, before=before, most=min(max(most, 1), MOST_EDITS))
    return [{**row._mapping, "at": row.at.isoformat()} for row in rows]


def grids_csv(
    engine: Engine,
    actor: As,
    plan_id: int,
    heading: Mapping[str, str],
    kinds: Mapping[str, str] | None = None,
) -> bytes:
    """The table of grids as CSV that a spreadsheet opens: UTF-8 with its mark, no formulas.

    Parameters
    ----------
    heading
        Column -> its title, in the order wanted; columns are those of `grid_table`.
    kinds
        Kind of grid -> its name; default: the keys.
    """
    named = kinds or {}
    rows = [
        row | {"kind": named.get(row["kind"], row["kind"])}
        for row in grid_table(engine, actor, plan_id)
    ]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([harmless(title) for title in heading.values()])
    table.writerows([harmless(row[column]) for column in heading] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def grid_table(engine: Engine, actor: As, plan_id: int) -> list[dict[str, Any]]:
    """Each grid with its figures, frozen if superseded, and its deviation from the target."""
    require_reader(actor)
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        grids = plans.grids(conn, plan_id).values()
        now = {
            row.position: {name: getattr(row, name) for name in NO_FIGURES}
            for row in plans.figures(conn, [plan_id])
        }
    table = []
    for grid in grids:
        figures = grid.figures if _is_past(plan) else now.get(grid.position)
        if figures is not None:
            deviation = figures["households"] - plan.target
            table.append(grid_head(grid) | dict(figures) | {"deviation": deviation})
    return table
