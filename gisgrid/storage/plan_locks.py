"""Locks of single cells and of compounds in a plan, beside those of whole grids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, Delete, Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gisgrid.storage.sql import sql
from gisgrid.storage.tables.plans import plan_grid, plan_lock


def frozen(conn: Connection, plan_id: int) -> Sequence[Row[int, int | None, str | None]]:
    """Cells held by a lock: cell, and the compound and its name where that is what is locked."""
    return conn.execute(sql("plan_frozen"), {"plan": plan_id}).all()


def lock_cells(conn: Connection, plan_id: int, cells: Collection[int]) -> None:
    """Lock cells of a plan; those that are locked stay so."""
    rows = [{"plan_id": plan_id, "cell_id": cell} for cell in cells]
    if rows:
        conn.execute(insert(plan_lock).on_conflict_do_nothing(), rows)


def lock_compound(conn: Connection, plan_id: int, compound: int) -> None:
    """Lock a compound in a plan."""
    row = {"plan_id": plan_id, "compound_id": compound}
    conn.execute(insert(plan_lock).on_conflict_do_nothing(), row)


def unlock_cells(conn: Connection, plan_id: int, cells: Collection[int]) -> None:
    """Take the locks of cells away."""
    conn.execute(_locks(plan_id).where(plan_lock.c.cell_id.in_(cells)))


def unlock_compound(conn: Connection, plan_id: int, compound: int) -> None:
    """Take the lock of a compound away."""
    conn.execute(_locks(plan_id).where(plan_lock.c.compound_id == compound))


def unlock_everything(conn: Connection, plan_id: int) -> None:
    """Take all locks of cells and compounds away."""
    conn.execute(_locks(plan_id))


def _locks(plan_id: int) -> Delete:
    return delete(plan_lock).where(plan_lock.c.plan_id == plan_id)


def turn_grids(conn: Connection, plan_id: int, *, locked: bool) -> None:
    """Lock or unlock every grid of a plan."""
    conn.execute(update(plan_grid).where(plan_grid.c.plan_id == plan_id).values(locked=locked))


def hand_on(conn: Connection, plan_id: int, heirs: Mapping[int, int]) -> None:
    """The locks of cells that gave way pass to the cells on the same ground (old -> new)."""
    own = select(plan_lock.c.cell_id).where(
        plan_lock.c.plan_id == plan_id, plan_lock.c.cell_id.in_(heirs)
    )
    locked = conn.execute(own).scalars().all()
    unlock_cells(conn, plan_id, locked)
    lock_cells(conn, plan_id, [heirs[cell] for cell in locked if cell is not None])


def compounds(conn: Connection, plan_id: int) -> Sequence[Row[int, str | None]]:
    """Compounds locked in a plan: id, name."""
    found = text(
        "SELECT compound.id, compound.name FROM plan_lock"
        " JOIN compound ON compound.id = plan_lock.compound_id"
        " WHERE plan_lock.plan_id = :plan ORDER BY compound.name, compound.id"
    )
    return conn.execute(found, {"plan": plan_id}).all()


def compound_name(conn: Connection, compound: int, unit_id: int) -> str | None:
    """Name of a compound that has a building in a community, "" for none; None: no such."""
    found = text(
        "SELECT coalesce(compound.name, '') FROM compound WHERE compound.id = :compound AND EXISTS"
        " (SELECT FROM building WHERE compound_id = compound.id AND community_id = :unit)"
    )
    values = {"compound": compound, "unit": unit_id}
    return conn.execute(found, values).scalar_one_or_none()


def count(conn: Connection, plan_id: int) -> int:
    """Number of locks of cells and compounds."""
    counted = select(func.count()).select_from(plan_lock).where(plan_lock.c.plan_id == plan_id)
    return int(conn.execute(counted).scalar_one())
