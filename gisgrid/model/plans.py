"""Plans as values: states, grids, moves of cells, and what undo and redo mean.

A plan gives each cell of a community to one grid. Inside a plan a grid is known by its `position`,
a small number that is never given to another grid of the same plan; its code is for people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from gisgrid.errors import InvalidInput
from gisgrid.model.codes import LAST_SEQUENCE, GridCode

MOST_MOVES = 100_000
"""Cells one operation may move; more than any community has."""

COLOURS = 8
"""Fills of the palette for neighbouring grids."""


class PlanState(StrEnum):
    """A draft is edited; a published plan never changes, only its state does.

    An approved plan waits for its day; on that day it becomes effective and the plan before it
    superseded. At most one plan of a community is effective.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"


class GridKind(StrEnum):
    """Base grids divide the ground by households; dedicated ones are a market, a campus, a mall."""

    BASE = "base"
    DEDICATED = "dedicated"


class EditKind(StrEnum):
    """The gesture behind an operation, for the history and for the name of its undo."""

    BRUSH = "brush"
    CLICK = "click"
    ERASER = "eraser"
    RECTANGLE = "rectangle"
    LASSO = "lasso"
    BORDER = "border"
    SPLIT = "split"
    CUT = "cut"
    POLYGON = "polygon"
    FILL = "fill"
    MERGE = "merge"
    DISSOLVE = "dissolve"
    BALANCE = "balance"
    SUGGESTION = "suggestion"
    UNDO = "undo"
    REDO = "redo"
    JUMP = "jump"
    CHECKPOINT = "checkpoint"
    GRID = "grid"
    LOCK = "lock"


GESTURES = frozenset(EditKind) - {
    EditKind.UNDO,
    EditKind.REDO,
    EditKind.JUMP,
    EditKind.CHECKPOINT,
    EditKind.GRID,
    EditKind.LOCK,
    EditKind.POLYGON,
}
"""Kinds a client may send with moves; the others are written by their own operations."""


class Move(NamedTuple):
    """One cell goes from the grid at a position to the grid at another."""

    cell: int
    source: int
    target: int


class Place(NamedTuple):
    """A cell in the grid at a position."""

    cell: int
    grid: int


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit does: cells from grid to grid, and cells that give way to others.

    A cut puts pieces (`come`) where whole cells were (`gone`); its undo the other way round.
    """

    moves: tuple[Move, ...] = ()
    gone: tuple[Place, ...] = ()
    come: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moves or self.gone or self.come)

    @property
    def back(self) -> Change:
        """What takes this back."""
        return Change(inverse(self.moves), gone=self.come, come=self.gone)


@dataclass(frozen=True, slots=True)
class Plan:
    """The head of a plan. `replaces_plan_id`: the plan in force when this one was begun; `ground`
    counts how often its cells gave way to others: 0 where it is made of those of its cell set.
    """

    id: int
    unit_id: int
    unit_name: str
    community_code: str
    cell_set_id: int
    name: str
    state: PlanState
    version: int
    low: int
    high: int
    target: int
    base_plan_id: int | None = None
    replaces_plan_id: int | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    exceptions: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] | None = None
    changed_at: datetime | None = None
    created_by: int | None = None
    submitted_by: int | None = None
    ground: int = 0


@dataclass(frozen=True, slots=True)
class PlanGrid:
    """One grid of a plan. `figures` are frozen at publishing; None in a draft."""

    id: int
    position: int
    code: str
    kind: GridKind
    name: str | None
    leader_name: str | None
    locked: bool
    colour: int
    figures: Mapping[str, Any] | None = None

    @property
    def short(self) -> str:
        return GridCode(self.code).short


@dataclass(frozen=True, slots=True)
class Edit:
    """One operation of a plan's history; `undoes`: the seq it takes back, or (redo) brings back."""

    seq: int
    kind: str
    moves: tuple[Move, ...]
    undoes: int | None = None
    gone: tuple[Place, ...] = ()
    come: tuple[Place, ...] = ()

    @classmethod
    def of(cls, seq: int, kind: str, change: Change, *, undoes: int | None = None) -> Edit:
        """The edit that makes `change`."""
        return cls(seq, kind, change.moves, undoes, change.gone, change.come)

    @property
    def change(self) -> Change:
        return Change(self.moves, self.gone, self.come)


def read_moves(rows: Iterable[Sequence[int]]) -> tuple[Move, ...]:
    """Moves out of ``[[cell, from, to], …]``.

    Raises
    ------
    InvalidInput
        when there is none or too many, a cell twice, or a cell that stays where it is.
    """
    moves = tuple(Move(*row) for row in rows)
    if not 0 < len(moves) <= MOST_MOVES:
        raise InvalidInput(
            f"an operation moves 1 to {MOST_MOVES} cells, got {len(moves)}",
            code="moves_count",
            n=len(moves),
        )
    if len({move.cell for move in moves}) < len(moves):
        raise InvalidInput("a cell is moved twice in one operation", code="moves_twice")
    still = next((move for move in moves if move.source == move.target), None)
    if still is not None:
        raise InvalidInput(
            f"cell {still.cell} is moved to the grid it is in",
            code="moves_nowhere",
            cell=still.cell,
        )
    return moves


def inverse(moves: Iterable[Move]) -> tuple[Move, ...]:
    """The moves that take `moves` back.

    >>> inverse([Move(7, 0, 2)])
    (Move(cell=7, source=2, target=0),)
    """
    return tuple(Move(cell, target, source) for cell, source, target in moves)


def net(moves: Iterable[Move]) -> tuple[Move, ...]:
    """What a sequence of moves comes to: one move a cell, none for a cell that came back.

    >>> net([Move(7, 0, 2), Move(8, 0, 1), Move(7, 2, 1), Move(8, 1, 0)])
    (Move(cell=7, source=0, target=1),)
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for cell, source, target in moves:
        first.setdefault(cell, source)
        last[cell] = target
    return tuple(Move(c, first[c], last[c]) for c in first if first[c] != last[c])


def combined(changes: Iterable[Change]) -> Change:
    """What a sequence of changes comes to; pieces that came and went again are not in it.

    >>> cut = Change(gone=(Place(7, 0),), come=(Place(8, 0), Place(9, 1)))
    >>> both = combined([Change((Move(7, 2, 0),)), cut, Change((Move(8, 0, 1),))])
    >>> both.gone, both.come
    ((Place(cell=7, grid=2),), (Place(cell=8, grid=1), Place(cell=9, grid=1)))
    >>> bool(combined([cut, cut.back]))
    False
    """
    first: dict[int, int | None] = {}
    last: dict[int, int | None] = {}
    for change in changes:
        steps: list[tuple[int, int | None, int | None]] = [*change.moves]
        steps += [(cell, grid, None) for cell, grid in change.gone]
        steps += [(cell, None, grid) for cell, grid in change.come]
        for cell, source, target in steps:
            first.setdefault(cell, source)
            last[cell] = target
    ends = [(cell, first[cell], last[cell]) for cell in first if first[cell] != last[cell]]
    return Change(
        tuple(Move(c, a, b) for c, a, b in ends if a is not None and b is not None),
        gone=tuple(Place(c, a) for c, a, b in ends if a is not None and b is None),
        come=tuple(Place(c, b) for c, a, b in ends if a is None and b is not None),
    )


def free_sequences(used: Collection[str], n: int) -> list[int]:
    """The next `n` sequence numbers after every code ever used in the community.

    Numbers of codes that were given up stay unused, so that an old paper never means a new grid.

    >>> free_sequences({"990101004007001", "990101004007004"}, 2)
    [5, 6]

    Raises
    ------
    InvalidInput
        ``sequence_overflow`` when they would pass 999.
    """
    start = max((int(code[-3:]) for code in used), default=0) + 1
    if n and start + n - 1 > LAST_SEQUENCE:
        raise InvalidInput(
            f"the community has used its codes up to {start - 1}; {n} more do not fit",
            code="sequence_overflow",
            text=start + n - 1,
        )
    return list(range(start, start + n))
