"""Grids that an edit adds to a draft: their position, code and colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gisgrid.errors import InvalidInput
from gisgrid.model.codes import GridCode
from gisgrid.model.plans import COLOURS, GridKind, Move, Plan, PlanGrid, free_sequences
from gisgrid.storage import plan_ground, plans
from gisgrid.storage.engine import Connection


def split_grid(
    conn: Connection, plan: Plan, grids: Mapping[int, PlanGrid], moves: Sequence[Move]
) -> dict[int, PlanGrid]:
    """The grid that a split makes; none when it goes to a grid there is."""
    new = {move.target for move in moves} - grids.keys()
    if not new:
        return {}
    position = max(grids) + 1
    if new != {position}:
        raise InvalidInput(
            f"a split makes one new grid, at position {position}",
            code="bad_split",
            position=position,
        )
    return new_grid(conn, plan, grids, moves)


def new_grid(
    conn: Connection, plan: Plan, grids: Mapping[int, PlanGrid], moves: Sequence[Move]
) -> dict[int, PlanGrid]:
    """A grid at the next free position, for the cells of `moves`: coloured unlike those around."""
    position = max(grids) + 1
    code = next_code(conn, plan, grids.values())
    colour = _free_colour(conn, plan, grids, moves)
    row = {"position": position, "code": code, "colour": colour}
    ids = plans.add_grids(conn, plan.id, [row])
    return {
        position: PlanGrid(
            id=ids[position],
            position=position,
            code=code,
            kind=GridKind.BASE,
            name=None,
            leader_name=None,
            locked=False,
            colour=colour,
        )
    }


def next_code(conn: Connection, plan: Plan, grids: Iterable[PlanGrid]) -> str:
    """The code of a grid that is new to a plan: the next after every code ever used."""
    used = plans.published_codes(conn, plan.unit_id) | {grid.code for grid in grids}
    return GridCode.of(plan.community_code, free_sequences(used, 1)[0]).text


def _free_colour(
    conn: Connection, plan: Plan, grids: Mapping[int, PlanGrid], moves: Sequence[Move]
) -> int:
    """The first colour that no grid beside the moved cells has."""
    moved = {move.cell for move in moves}
    cells = plan_ground.cells(conn, plan.cell_set_id, plan.id)
    home = dict(zip(cells.id, cells.grid, strict=True))
    around = {grids[move.source].colour for move in moves if move.source in grids}
    borders = plan_ground.borders(conn, plan.cell_set_id, cells.id)
    for a, b in zip(borders.a, borders.b, strict=True):
        for cell, other in ((a, b), (b, a)):
            position = home.get(other)
            if cell in moved and other not in moved and position is not None:
                around.add(grids[position].colour)
    return next((colour for colour in range(COLOURS) if colour not in around), 0)
