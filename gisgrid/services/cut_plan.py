"""Lines drawn through a plan: a grid cut in two, a polygon whose ground becomes or joins a grid.

Both are one edit: cells that the line crosses give way to pieces, and pieces and whole cells go to
their grid. Undo brings the whole cells back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon

from gisgrid.errors import Conflict, InvalidGeometry, Locked, NotFound
from gisgrid.geo.crs import to_metric
from gisgrid.geo.cut import line_through, sides_of, within
from gisgrid.geo.edges import Bools, Ints
from gisgrid.model.plans import Change, Edit, EditKind, Move, Place, Plan, PlanGrid
from gisgrid.services.carry_out import carry_out, held_draft
from gisgrid.services.cut_cells import Ground, Pieces, read_ground, split_along, store_pieces
from gisgrid.services.keep_locks import require_none
from gisgrid.services.new_grids import new_grid
from gisgrid.services.once import Answer, once
from gisgrid.services.plan_access import require_planner
from gisgrid.storage import plan_locks, plans
from gisgrid.storage.engine import As, Engine, transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection

Lonlat = Sequence[float]


@dataclass(frozen=True, slots=True)
class Table:
    """The plan on the table: held, with its grids and the cells that locks hold."""

    conn: Connection
    plan: Plan
    grids: dict[int, PlanGrid]
    ground: Ground
    held: dict[int, str | None]

    @property
    def frozen(self) -> Bools:
        """(n,) cells that a lock of their own or of a compound holds."""
        return np.isin(np.array(self.ground.cells.id, np.int64), list(self.held))


def cut_grid(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    base_version: int,
    position: int,
    line: Sequence[Lonlat],
    key: str | None = None,
) -> Answer:
    """Cut the grid at `position` in two along `line` ((lon, lat), …), exactly.

    A line that ends inside the grid goes straight on to its rim. The lighter side becomes a new
    grid; the side with locked cells stays, whatever it weighs.

    Returns
    -------
    As `move_cells`, with ``made`` (position of the new grid) and ``ground``, which tells that the
    plan is made of other cells now.

    Raises
    ------
    Conflict
        ``cut_nothing``: the line does not part the grid.
    Locked
        The grid is locked, or the line crosses what is, or there are locks on both sides.
    InvalidInput, InvalidGeometry
        No such grid; a line that cannot be drawn.
    """
    require_planner(actor)
    body = ["cut", plan_id, base_version, position, [list(at) for at in line]]
    with transaction(engine, actor) as conn:

        def act() -> Answer:
            table = _table(conn, plan_id, base_version)
            own = _own(table, position)
            drawn = line_through(shapely.union_all(table.ground.shapes[own]), _line(table, line))
            _require_free(table, own & shapely.intersects(table.ground.shapes, drawn))
            pieces = split_along(conn, table.ground, drawn)
            chosen = _lighter(table, pieces, own, drawn)
            return _give(actor, table, pieces, chosen, (EditKind.CUT, None))

        return once(conn, actor, key, body, act)


def draw_grid(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    base_version: int,
    ring: Sequence[Lonlat],
    target: int | None = None,
    key: str | None = None,
) -> Answer:
    """Give the ground inside `ring` to the grid at `target`, or (None) to a new grid, exactly.

    Locked grids, cells and compounds stay as they are: ground is taken only from the others.

    Returns
    -------
    As `cut_grid`, with ``skipped``: cells inside that locks kept where they are.

    Raises
    ------
    Conflict
        ``nothing_inside``: no ground there that is not of the grid already; ``grid_emptied``.
    Locked, NotFound
        The grid at `target` is locked; or there is none.
    InvalidGeometry
        The ring crosses itself or has no area.
    """
    require_planner(actor)
    body = ["polygon", plan_id, base_version, target, [list(at) for at in ring]]
    with transaction(engine, actor) as conn:

        def act() -> Answer:
            table = _table(conn, plan_id, base_version)
            area = _area(table, ring)
            free, skipped = _free_ground(table, area, target)
            pieces = _cut_round(table, area, free)
            inside = shapely.contains(area, shapely.point_on_surface(pieces.shapes))
            chosen = inside & free[pieces.of]
            answer = _give(actor, table, pieces, chosen, (EditKind.POLYGON, target))
            return answer | {"skipped": skipped}

        return once(conn, actor, key, body, act)


def _table(conn: Connection, plan_id: int, base_version: int) -> Table:
    plan = held_draft(conn, plan_id, base_version)
    held = {row.cell: row.name for row in plan_locks.frozen(conn, plan_id)}
    return Table(conn, plan, plans.grids(conn, plan_id), read_ground(conn, plan), held)


def _own(table: Table, position: int) -> Bools:
    """(n,) the cells of the grid at a position, which must be open and have some."""
    own = table.ground.grid == position
    if position not in table.grids or not own.any():
        raise NotFound(
            f"the plan has no grid at position {position}", code="grid_not_found", position=position
        )
    _require_open(table.grids[position])
    return np.asarray(own, np.bool_)


def _require_open(grid: PlanGrid) -> None:
    if grid.locked:
        raise Locked(
            f"grid {grid.short} is locked: nothing in or out",
            grid=grid.short,
            grids=[grid.position],
        )


def _line(table: Table, line: Sequence[Lonlat]) -> LineString:
    metres: LineString = to_metric(np.array([LineString(line)], object), table.ground.epsg)[0]
    if not metres.length > 0:
        raise InvalidGeometry("the line has no length", reason="no length")
    return metres


def _area(table: Table, ring: Sequence[Lonlat]) -> Polygon:
    metres: Polygon = to_metric(np.array([Polygon(ring)], object), table.ground.epsg)[0]
    if not metres.is_valid or not metres.area > 0:
        raise InvalidGeometry("the ring crosses itself or has no area", code="ring_crossed")
    return metres


def _require_free(table: Table, crossed: Bools) -> None:
    ids = np.array(table.ground.cells.id, np.int64)[crossed & table.frozen]
    require_none([(cell, table.held[cell]) for cell in ids.tolist()])


def _lighter(table: Table, pieces: Pieces, own: Bools, drawn: MultiLineString) -> Bools:
    """(k,) the pieces on the side that becomes the new grid."""
    mine = np.flatnonzero(own[pieces.of])
    side = sides_of(pieces.shapes[mine], drawn) if not drawn.is_empty else np.full(len(mine), -1)
    if (side < 0).all():
        grid = table.grids[int(table.ground.grid[pieces.of[mine[0]]])].short
        raise Conflict(f"the line does not part grid {grid}", code="cut_nothing", grid=grid)
    load = [int(pieces.households[mine[side == s]].sum()) for s in (0, 1)]
    held = [bool(table.frozen[pieces.of[mine[side == s]]].any()) for s in (0, 1)]
    if all(held):
        _require_free(table, own)
    goes = held.index(False) if any(held) else int(load[1] <= load[0])
    chosen = np.zeros(len(pieces.of), np.bool_)
    chosen[mine[side == goes]] = True
    return chosen


def _free_ground(table: Table, area: Polygon, target: int | None) -> tuple[Bools, int]:
    """(n,) the cells that may be taken from; and how many locked ones lie inside."""
    if target is not None:
        if target not in table.grids:
            raise NotFound(
                f"the plan has no grid at position {target}", code="grid_not_found", position=target
            )
        _require_open(table.grids[target])
    grid = table.ground.grid
    shut = [p for p, one in table.grids.items() if one.locked]
    locked = (np.isin(grid, shut) | table.frozen) & (grid != target)
    free = ~locked & (grid >= 0) & (grid != (-1 if target is None else target))
    middles = shapely.point_on_surface(table.ground.shapes)
    return free, int((locked & shapely.contains(area, middles)).sum())


def _cut_round(table: Table, area: Polygon, free: Bools) -> Pieces:
    touched = free & shapely.intersects(table.ground.shapes, area)
    if not touched.any():
        raise Conflict("there is nothing to take inside the ring", code="nothing_inside")
    open_ground = shapely.union_all(table.ground.shapes[touched])
    return split_along(table.conn, table.ground, within(open_ground, area.exterior))


def _give(
    actor: As, table: Table, pieces: Pieces, chosen: Bools, gesture: tuple[EditKind, int | None]
) -> Answer:
    """Carry the edit out: the chosen pieces and cells to their grid, in one edit."""
    kind, target = gesture
    if not chosen.any():
        raise Conflict("there is nothing to take inside the ring", code="nothing_inside")
    grids, made = dict(table.grids), target
    if made is None:
        taken = np.unique(pieces.of[chosen])
        fresh = new_grid(table.conn, table.plan, grids, _moves(table, taken, -1))
        grids |= fresh
        made = next(iter(fresh))
    change = _change(pieces, store_pieces(table.conn, pieces), chosen, made)
    edit = Edit.of(table.plan.version + 1, kind, change)
    return carry_out(table.conn, actor, table.plan, grids, edit) | {"made": made}


def _moves(table: Table, cells: Ints, target: int) -> list[Move]:
    ids, grid = table.ground.cells.id, table.ground.grid
    return [Move(ids[i], int(grid[i]), target) for i in cells.tolist()]


def _change(pieces: Pieces, ids: Ints, chosen: Bools, target: int) -> Change:
    """Whole cells move; the others go, and their pieces come to their grid at once."""
    before = np.array(pieces.ground.cells.id, np.int64)
    grid = pieces.ground.grid
    source = grid[pieces.of]
    home = np.where(chosen, target, source)
    whole = np.flatnonzero(chosen & ~pieces.fresh)
    fresh = np.flatnonzero(pieces.fresh)
    old = np.unique(pieces.of[fresh])
    return Change(
        tuple(Move(int(ids[i]), int(source[i]), target) for i in whole),
        gone=tuple(Place(int(before[i]), int(grid[i])) for i in old),
        come=tuple(Place(int(ids[i]), int(home[i])) for i in fresh),
    )
