"""What locks of cells and compounds mean for an edit: nothing they hold is moved or cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gisgrid.errors import Locked
from gisgrid.model.plans import Change
from gisgrid.storage import cuts, plan_locks

if TYPE_CHECKING:
    from sqlalchemy import Connection


def hand_locks_on(conn: Connection, plan_id: int, change: Change, heirs: Mapping[int, int]) -> None:
    """Refuse a change to what a lock holds; pass locks on to `heirs` on the same ground.

    Raises
    ------
    Locked
        ``compound_locked`` or ``cell_locked``.
    """
    held = {row.cell: row for row in plan_locks.frozen(conn, plan_id)}
    if not held:
        return
    kept = {cell: heirs[cell] for cell in held.keys() & heirs.keys()}
    taken = {cell for cell, *_ in (*change.moves, *change.gone)}
    broken = [held[cell] for cell in sorted(taken & held.keys() - kept.keys())]
    if broken:
        require_none([(row.cell, row.name) for row in broken])
    plan_locks.hand_on(conn, plan_id, kept)


def require_none(held: list[tuple[int, str | None]]) -> None:
    """Raise Locked that names the first compound, or counts the cells; nothing for none."""
    if not held:
        return
    name = next((name for _, name in held if name is not None), None)
    if name is not None:
        raise Locked(f"{name} is locked: nothing in or out", code="compound_locked", name=name)
    n = len({cell for cell, _ in held})
    raise Locked(f"{n} cells are locked: nothing in or out", code="cell_locked", n=n)


def same_ground(conn: Connection, change: Change) -> dict[int, int]:
    """Cells that give way to one other on the very same ground, in the same grid (old -> new).

    A line that ends on the border of a cell gives it a new corner and takes nothing from it.
    """
    if not change.gone:
        return {}
    before, after = dict(change.gone), dict(change.come)
    parent = cuts.parents(conn, [*before, *after])
    down = [(parent[new], new) for new in after if parent[new] in before]
    up = [(old, parent[old]) for old in before if parent[old] in after]
    heirs = {}
    for pairs, common in ((down, 0), (up, 1)):
        times = Counter(pair[common] for pair in pairs)
        for old, new in pairs:
            whole = times[(old, new)[common]] == 1
            if whole and old is not None and new is not None and before[old] == after[new]:
                heirs[old] = new
    return heirs
