"""Two people on one plan: what others changed meanwhile, and whether an edit may go beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gisgrid.errors import StaleVersion
from gisgrid.model.plans import Change, EditKind, Move, Plan, combined
from gisgrid.storage import plan_beside, plans
from gisgrid.storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Beside:
    """What was changed after a version.

    `who` and `at`: the newest edit's author (None: a removed account) and time; `positions`: grids
    whose cells, lock, name or leader were touched; `change`: what it all comes to; `relocked`:
    whether cells or compounds were locked or opened.
    """

    who: str | None
    at: datetime
    positions: frozenset[int]
    change: Change
    relocked: bool = False

    @property
    def recut(self) -> bool:
        """Whether cells gave way to others: then nothing drawn before still fits."""
        return bool(self.change.gone or self.change.come)


def beside(conn: Connection, plan: Plan, base_version: int) -> Beside | None:
    """What was changed in `plan` after `base_version`; None when nothing was."""
    rows = plan_beside.since(conn, plan.id, base_version)
    if not rows:
        return None
    changes = plans.changes_since(conn, plan.id, base_version)
    named = {row.position for row in rows if row.position is not None}
    positions = frozenset(named | _positions(move for change in changes for move in change.moves))
    relocked = any(row.kind == EditKind.LOCK for row in rows)
    return Beside(rows[-1].who, rows[-1].at, positions, combined(changes), relocked)


def require_disjoint(
    conn: Connection, plan: Plan, base_version: int, moves: Sequence[Move]
) -> Beside | None:
    """What others changed since `base_version`, when `moves` may be made beside it; None: nothing.

    They may when neither touches a grid of the other, nor the line of one: the grids beside the
    moved cells count as touched.

    Raises
    ------
    StaleVersion
        They may not; ``shared`` are the positions that both touch.
    """
    if base_version == plan.version:
        return None
    theirs = beside(conn, plan, base_version)
    if theirs is None or theirs.recut:
        raise stale(plan, base_version, theirs)
    mine = _positions(moves)
    shared = mine & (theirs.positions | _around(conn, plan, theirs.change.moves))
    shared |= theirs.positions & _around(conn, plan, moves)
    if shared:
        raise stale(plan, base_version, theirs, shared=shared)
    return theirs


def require_untouched(
    conn: Connection, plan: Plan, base_version: int, position: int
) -> Beside | None:
    """As `require_disjoint`, for a change of one grid's lock, name, kind or leader."""
    if base_version == plan.version:
        return None
    theirs = beside(conn, plan, base_version)
    if theirs is None or theirs.recut or position in theirs.positions:
        raise stale(plan, base_version, theirs, shared={position})
    return theirs


def stale(
    plan: Plan, base_version: int, theirs: Beside | None, *, shared: Iterable[int] = ()
) -> StaleVersion:
    """The error that tells who changed what, and when."""
    return StaleVersion(
        f"the plan is at version {plan.version}, the edit was made on {base_version}",
        version=plan.version,
        base_version=base_version,
        moves_since=[list(move) for move in theirs.change.moves] if theirs else [],
        recut=bool(theirs and theirs.recut),
        who=theirs.who if theirs else None,
        at=theirs.at.isoformat() if theirs else None,
        shared=sorted(shared),
    )


def told(theirs: Beside) -> dict[str, Any]:
    """What a client needs to follow: net ``moves``, ``positions``, ``who`` and ``at``.

    ``anew`` says that moves alone do not tell it: cells gave way, or locks changed.
    """
    return {
        "moves": [list(move) for move in theirs.change.moves],
        "positions": sorted(theirs.positions),
        "who": theirs.who,
        "at": theirs.at.isoformat(),
        "anew": theirs.recut or theirs.relocked,
    }


def _positions(moves: Iterable[Move]) -> frozenset[int]:
    return frozenset(p for move in moves for p in (move.source, move.target))


def _around(conn: Connection, plan: Plan, moves: Sequence[Move]) -> frozenset[int]:
    """Positions of the grids beside the moved cells."""
    return frozenset(plan_beside.grids_around(conn, plan.id, [move.cell for move in moves]))
