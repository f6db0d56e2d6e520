"""Plans: their heads, grids and cells, and the edits that led there.

Gateways take `conn` first and never commit. Cells and grids travel as ids; positions of grids are
the services' language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, null, select, text, update

from gisgrid.errors import NotFound
from gisgrid.model.incidents import NEAR_BORDER_M
from gisgrid.model.plans import (
    Change,
    Edit,
    GridKind,
    Move,
    Place,
    Plan,
    PlanGrid,
    PlanState,
)
from gisgrid.storage.busy import or_busy
from gisgrid.storage.incidents import GRIDS_LOCK
from gisgrid.storage.sql import sql
from gisgrid.storage.tables.people import account
from gisgrid.storage.tables.plans import plan, plan_cell, plan_edit, plan_grid

Values = Mapping[str, Any]

GRID_COLUMNS = (
    plan_grid.c.id,
    plan_grid.c.position,
    plan_grid.c.code,
    plan_grid.c.kind,
    plan_grid.c.name,
    func.coalesce(plan_grid.c.leader_name, account.c.display_name).label("leader_name"),
    plan_grid.c.locked,
    plan_grid.c.colour,
    plan_grid.c.figures,
)
NEVER_IN_FORCE = (PlanState.DRAFT, PlanState.SUBMITTED)


def find(conn: Connection, plan_id: int) -> Plan:
    """The head of a plan; NotFound where there is none in the actor's scope."""
    row = conn.execute(sql("plan_head"), {"plan": plan_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no plan {plan_id}", code="plan_not_found", plan=plan_id)
    return _plan(row)


def hold(conn: Connection, plan_id: int) -> Plan:
    """As `find`, and nobody else writes this plan until the transaction ends.

    Raises Unavailable (``busy``) where somebody else does for too long.
    """
    with or_busy():
        conn.execute(select(plan.c.id).where(plan.c.id == plan_id).with_for_update())
    return find(conn, plan_id)


def hold_community(conn: Connection, unit_id: int) -> None:
    """One publishing at a time in a community, until the transaction ends."""
    lock = func.pg_advisory_xact_lock(func.hashtext("gisgrid.publish"), unit_id)
    with or_busy():
        conn.execute(select(lock))


def _plan(row: Row[Any]) -> Plan:
    return Plan(
        id=row.id,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        community_code=row.community_code,
        cell_set_id=row.cell_set_id,
        name=row.name,
        state=PlanState(row.state),
        version=row.version,
        low=row.low,
        high=row.high,
        target=row.target,
        base_plan_id=row.base_plan_id,
        replaces_plan_id=row.replaces_plan_id,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        exceptions=row.exceptions,
        figures=row.figures,
        changed_at=row.changed_at,
        created_by=row.created_by,
        submitted_by=row.submitted_by,
        ground=row.ground,
    )


def listed(
    conn: Connection, unit_id: int | None = None, day: date | None = None
) -> Sequence[Row[Any]]:
    """Heads of all plans in scope, drafts first; of one unit and those below it when given; only
    those in force on a day when that is given.
    """
    return conn.execute(sql("plan_list"), {"unit": unit_id, "day": day}).all()


def in_force(conn: Connection, unit_id: int) -> int | None:
    """Id of the community's plan in force."""
    found = select(plan.c.id).where(plan.c.unit_id == unit_id, plan.c.state == PlanState.EFFECTIVE)
    return conn.execute(found).scalar_one_or_none()


def waiting(conn: Connection, unit_id: int) -> Row[int, str, date] | None:
    """The community's approved plan that waits for its day: id, name, effective_from."""
    found = select(plan.c.id, plan.c.name, plan.c.effective_from).where(
        plan.c.unit_id == unit_id, plan.c.state == PlanState.APPROVED
    )
    return conn.execute(found).first()


def due(conn: Connection) -> Sequence[int]:
    """Ids of approved plans whose day has come, the earliest first."""
    return conn.execute(sql("plan_due")).scalars().all()


def grids(conn: Connection, plan_id: int) -> dict[int, PlanGrid]:
    """All grids of a plan by position, also those that a merge has left without cells."""
    found = (
        select(*GRID_COLUMNS)
        .outerjoin_from(plan_grid, account, account.c.id == plan_grid.c.leader_id)
        .where(plan_grid.c.plan_id == plan_id)
        .order_by(plan_grid.c.position)
    )
    return {row["position"]: _grid(dict(row)) for row in conn.execute(found).mappings()}


def _grid(row: Mapping[str, Any]) -> PlanGrid:
    return PlanGrid(**{**row, "kind": GridKind(row["kind"])})


def published_codes(conn: Connection, unit_id: int) -> frozenset[str]:
    """Every grid code that a published plan of the community bears or has borne."""
    found = (
        select(plan_grid.c.code)
        .join(plan, plan.c.id == plan_grid.c.plan_id)
        .where(plan.c.unit_id == unit_id, plan.c.state.not_in(NEVER_IN_FORCE))
    )
    return frozenset(conn.execute(found).scalars())


def figures(
    conn: Connection, plan_ids: Sequence[int], grid_ids: Sequence[int] | None = None
) -> Sequence[Row[Any]]:
    """Sums of each grid with cells: position, households, residents, buildings, area_m2, cells."""
    values = {"plans": list(plan_ids), "grids": None if grid_ids is None else list(grid_ids)}
    return conn.execute(sql("plan_figures"), values).all()


def moved_households(conn: Connection, plan_ids: Sequence[int]) -> dict[int, int]:
    """Households in another grid than in the plan each replaces; plans without any left out."""
    rows = conn.execute(sql("plan_moved"), {"plans": list(plan_ids)})
    return {row.id: row.households for row in rows}


def overlap(conn: Connection, plan_id: int, other_id: int) -> Sequence[Row[Any]]:
    """Households that a grid (`position`) shares with one of another plan (`other`, `code`)."""
    return conn.execute(sql("plan_overlap"), {"plan": plan_id, "other": other_id}).all()


def shared_cells(conn: Connection, plan_id: int, other_id: int) -> Sequence[Row[Any]]:
    """Ground (`area_m2`) that a grid (`position`) shares with one of another plan (`code`), by
    cells that both plans are made of.
    """
    return conn.execute(sql("plan_shared_cells"), {"plan": plan_id, "other": other_id}).all()


def add(conn: Connection, values: Values) -> int:
    """A new plan; its id."""
    return int(conn.execute(insert(plan).values(**values).returning(plan.c.id)).scalar_one())


def remove(conn: Connection, plan_id: int) -> None:
    """A plan with its grids, cells and edits."""
    conn.execute(plan.delete().where(plan.c.id == plan_id))


def change(conn: Connection, plan_id: int, **values: Any) -> None:
    """Set columns of a plan's head; it counts as changed now."""
    changed = {"changed_at": func.now()} | values
    conn.execute(update(plan).where(plan.c.id == plan_id).values(**changed))


def sign_submitted(conn: Connection, plan_id: int, account_id: int | None) -> None:
    """Write down who submitted a plan, now."""
    change(conn, plan_id, submitted_at=func.now(), submitted_by=account_id)


def sign_approved(conn: Connection, plan_id: int, account_id: int | None) -> None:
    """Write down who approved a plan, now."""
    change(conn, plan_id, approved_at=func.now(), approved_by=account_id)


def unsign(conn: Connection, plan_id: int) -> None:
    """Forget who submitted and approved a plan."""
    signs = ("submitted_at", "submitted_by", "approved_at", "approved_by")
    change(conn, plan_id, **dict.fromkeys(signs, null()))


def asks_two(conn: Connection) -> bool:
    """Whether another person than the author must approve a plan."""
    found = text("SELECT coalesce(bool_or(two_person), false) FROM project")
    return bool(conn.execute(found).scalar_one())


def add_grids(conn: Connection, plan_id: int, rows: Iterable[Values]) -> dict[int, int]:
    """New grids; their ids by position."""
    values = [{"plan_id": plan_id, **row} for row in rows]
    added = insert(plan_grid).returning(plan_grid.c.position, plan_grid.c.id)
    return {row.position: row.id for row in conn.execute(added, values)}


def change_grid(conn: Connection, grid_id: int, **values: Any) -> None:
    """Set columns of a grid."""
    conn.execute(update(plan_grid).where(plan_grid.c.id == grid_id).values(**values))


def change_grids(conn: Connection, rows: Sequence[Values]) -> None:
    """Set the columns of many grids at once; each row names its `id` and the same columns."""
    if not rows:
        return
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
    statement = update(plan_grid).where(plan_grid.c.id == bindparam("grid")).values(**columns)
    conn.execute(
        statement,
        [
            {"grid": row["id"], **{f"new_{k}": v for k, v in row.items() if k != "id"}}
            for row in rows
        ],
    )


def analyze(conn: Connection) -> None:
    """Tell the query planner about many new rows at once."""
    for table in (plan, plan_grid, plan_cell):
        conn.execute(text(f"ANALYZE {table.name}"))


def thaw(conn: Connection, plan_id: int) -> None:
    """Forget the frozen figures of a plan and of its grids."""
    change(conn, plan_id, figures=null())
    thawed = update(plan_grid).where(plan_grid.c.plan_id == plan_id).values(figures=null())
    conn.execute(thawed)


def drop_empty_grids(conn: Connection, plan_id: int) -> None:
    """Remove grids without cells, which merges have left."""
    statement = text(
        "DELETE FROM plan_grid WHERE plan_id = :plan"
        " AND NOT EXISTS (SELECT 1 FROM plan_cell WHERE plan_cell.grid_id = plan_grid.id)"
    )
    conn.execute(statement, {"plan": plan_id})


def copy_grids(conn: Connection, plan_id: int, source_id: int) -> None:
    """The grids of another plan that have cells, unlocked, with their codes and colours."""
    conn.execute(sql("plan_copy_grids"), {"plan": plan_id, "source": source_id})


def copy_cells(conn: Connection, plan_id: int, source_id: int, *, same_cells: bool) -> None:
    """Every cell in the grid (by position) that has its ground in another plan."""
    name = "plan_copy_cells" if same_cells else "plan_carry_cells"
    conn.execute(sql(name), {"plan": plan_id, "source": source_id})


def assign(
    conn: Connection, plan_id: int, cell_ids: Sequence[int], grid_ids: Sequence[int]
) -> None:
    """Give each cell to a grid; both (n,)."""
    statement = text(
        "INSERT INTO plan_cell (plan_id, cell_id, grid_id) SELECT :plan, given.cell, given.grid"
        " FROM unnest(CAST(:cells AS int[]), CAST(:grids AS int[])) AS given (cell, grid)"
    )
    conn.execute(statement, {"plan": plan_id, "cells": list(cell_ids), "grids": list(grid_ids)})


def move(conn: Connection, plan_id: int, moves: Sequence[Move]) -> int:
    """Cells from grid to grid, `source` and `target` being ids of grids; how many agreed."""
    cells, sources, targets = zip(*moves, strict=True)
    values = {"cells": list(cells), "sources": list(sources), "targets": list(targets)}
    return conn.execute(sql("plan_move_cells"), {"plan": plan_id, **values}).rowcount


def take_away(conn: Connection, plan_id: int, places: Sequence[tuple[int, int]]) -> int:
    """Cells out of a plan, each (cell, id of its grid); how many were there."""
    statement = text(
        "DELETE FROM plan_cell USING unnest(CAST(:cells AS int[]), CAST(:grids AS int[]))"
        " AS given (cell, grid) WHERE plan_cell.plan_id = :plan"
        " AND plan_cell.cell_id = given.cell AND plan_cell.grid_id = given.grid"
    )
    cells, grids = zip(*places, strict=True)
    values = {"plan": plan_id, "cells": list(cells), "grids": list(grids)}
    return conn.execute(statement, values).rowcount


def sizes(conn: Connection, plan_id: int) -> dict[int, int]:
    """Number of cells of each grid, by grid id; grids without any are left out."""
    counted = (
        select(plan_cell.c.grid_id, func.count())
        .where(plan_cell.c.plan_id == plan_id)
        .group_by(plan_cell.c.grid_id)
    )
    return {row[0]: row[1] for row in conn.execute(counted)}


def keep_edit(
    conn: Connection,
    plan_id: int,
    edit: Edit,
    *,
    account_id: int | None,
    facts: Values | None = None,
) -> None:
    """Append to the history of a plan; the plan's version becomes the edit's seq."""
    values = {
        "plan_id": plan_id,
        "seq": edit.seq,
        "account_id": account_id,
        "kind": edit.kind,
        **{name: _listed(getattr(edit, name)) for name in ("moves", "gone", "come")},
        "undoes": edit.undoes,
        "facts": null() if facts is None else dict(facts),
    }
    conn.execute(insert(plan_edit).values(**values))
    change(conn, plan_id, version=edit.seq)


def _listed(rows: Iterable[Sequence[int]]) -> list[list[int]]:
    return [list(row) for row in rows]


def edit(conn: Connection, plan_id: int, seq: int) -> Edit:
    """One edit of a plan, with its moves."""
    found = select(plan_edit).where(plan_edit.c.plan_id == plan_id, plan_edit.c.seq == seq)
    row = conn.execute(found).one()
    return Edit.of(row.seq, row.kind, _change(row), undoes=row.undoes)


def changes_since(conn: Connection, plan_id: int, version: int) -> list[Change]:
    """What was changed after `version`, in its order."""
    found = (
        select(plan_edit)
        .where(plan_edit.c.plan_id == plan_id, plan_edit.c.seq > version)
        .order_by(plan_edit.c.seq)
    )
    return [_change(row) for row in conn.execute(found)]


def _change(row: Row[Any]) -> Change:
    return Change(
        tuple(Move(*one) for one in row.moves),
        gone=tuple(Place(*one) for one in row.gone),
        come=tuple(Place(*one) for one in row.come),
    )


def next_steps(conn: Connection, plan_id: int, account_id: int | None) -> dict[str, dict[str, Any]]:
    """What undo and redo of an account would do: ``{"undo": {seq, kind, n}}``; none: no key."""
    rows = conn.execute(sql("plan_next_steps"), {"plan": plan_id, "account": account_id})
    return {row.what: {"seq": row.seq, "kind": row.kind, "n": row.n} for row in rows}


def count_edits(conn: Connection, plan_id: int) -> int:
    """Number of edits in the history."""
    counted = select(func.count()).select_from(plan_edit).where(plan_edit.c.plan_id == plan_id)
    return int(conn.execute(counted).scalar_one())


def history(conn: Connection, plan_id: int, *, before: int | None, most: int) -> Sequence[Row[Any]]:
    """Edits, newest first: seq, at, who, kind, n, undoes, facts."""
    values = {"plan": plan_id, "before": before, "most": most}
    return conn.execute(sql("plan_history"), values).all()


def repoint_incidents(conn: Connection, plan_id: int) -> int:
    """Give the community's incidents their grid in a plan that comes into force; how many."""
    values = {"plan": plan_id, "near_m": NEAR_BORDER_M}
    with or_busy():  # what is being reported just now is waited for, and moved as well
        conn.execute(select(func.pg_advisory_xact_lock(GRIDS_LOCK)))
    return conn.execute(sql("plan_repoint_incidents"), values).rowcount


def today(conn: Connection) -> date:
    """The date where the project is, by the database's clock."""
    found = text("SELECT (now() AT TIME ZONE timezone)::date FROM project")
    return conn.execute(found).scalar_one()  # type: ignore[no-any-return]
