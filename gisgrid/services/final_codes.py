"""The codes that the grids of a draft will bear: those of the grids that they continue.

A grid keeps its code where most of its households stay. A grid of the draft may continue a grid in
force when it bears its code and shares ground with it, or holds most of its households; of all ways
to pair them, each once, the one is taken that keeps most households under their code. Where two are
merged, the one that the planner let stand stays. New grids get the next free numbers from west to
east and north to south; codes given up are never used again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from gisgrid.model.codes import GridCode
from gisgrid.model.plans import Plan, PlanGrid, free_sequences
from gisgrid.planning.numbering import number
from gisgrid.storage import plan_ground, plans
from gisgrid.storage.engine import Connection

MOST = 0.5
GROUND = 1e-9
"""What a square metre weighs against a household: it decides where nobody lives."""

STAYS = 1e9
"""Outweighs all households: a grid of the draft that holds most of its own stays itself."""


def final_codes(conn: Connection, plan: Plan, in_force: int | None) -> dict[int, str]:
    """Position of each grid with cells -> the code it bears once the plan is published."""
    cells = plan_ground.cells(conn, plan.cell_set_id, plan.id)
    positions = sorted({position for position in cells.grid if position is not None})
    grids = plans.grids(conn, plan.id)
    heirs = _heirs(conn, plan, in_force, grids) if in_force else {}
    heirs = {position: code for position, code in heirs.items() if position in set(positions)}
    fresh = [position for position in positions if position not in heirs]
    order = _west_to_east(cells.x, cells.y, cells.grid, fresh)
    used = plans.published_codes(conn, plan.unit_id)
    sequences = free_sequences(used | set(heirs.values()), len(order))
    community = plan.community_code
    new = {p: GridCode.of(community, n).text for p, n in zip(order, sequences, strict=True)}
    return heirs | new


def _heirs(
    conn: Connection, plan: Plan, in_force: int, grids: Mapping[int, PlanGrid]
) -> dict[int, str]:
    shared: dict[tuple[int, str], float] = {}
    for row in plans.overlap(conn, plan.id, in_force):
        shared[row.position, row.code] = float(row.households) + GROUND
    for row in plans.shared_cells(conn, plan.id, in_force):
        key = (row.position, row.code)
        shared[key] = shared.get(key, 0.0) + GROUND * float(row.area_m2)
    whole = {row.code: row.households for row in plans.figures(conn, [in_force])}
    own = {position: grid.code for position, grid in grids.items()}
    return continued(shared, own, whole)


def continued(
    shared: Mapping[tuple[int, str], float], own: Mapping[int, str], whole: Mapping[str, int]
) -> dict[int, str]:
    """Position of a grid -> code of the grid in force that it continues.

    Parameters
    ----------
    shared
        (position, code in force) -> households both hold; ground alone weighs next to nothing.
    own
        Position -> code in the draft.
    whole
        Code in force -> its households.

    >>> continued({(0, "a"): 40.0, (1, "a"): 360.0}, {0: "a", 1: "new"}, {"a": 400})
    {1: 'a'}
    >>> continued({(0, "a"): 160.0, (1, "a"): 240.0, (1, "b"): 400.0}, {0: "a", 1: "b"},
    ...     {"a": 400, "b": 400})
    {0: 'a', 1: 'b'}
    """
    may = {
        key: weight
        for key, weight in shared.items()
        if own.get(key[0]) == key[1] or weight > MOST * whole.get(key[1], 0)
    }
    positions, codes = sorted({p for p, _ in may}), sorted({c for _, c in may})
    gain = np.zeros((len(positions), len(codes)))
    for (position, code), shares in may.items():
        weight = shares
        if own.get(position) == code and weight > MOST * whole.get(code, 0):
            weight += STAYS
        gain[positions.index(position), codes.index(code)] = weight
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return {positions[r]: codes[c] for r, c in zip(rows, columns, strict=True) if gain[r, c] > 0}


def _west_to_east(
    x: Sequence[float], y: Sequence[float], grid: Sequence[int | None], fresh: Sequence[int]
) -> list[int]:
    """Positions of new grids in the order in which the standards number them."""
    index = {position: i for i, position in enumerate(fresh)}
    of_cell = np.array([index.get(p, -1) if p is not None else -1 for p in grid], np.int64)
    numbers = number(np.c_[np.array(x, float), np.array(y, float)], of_cell)
    return [position for _, position in sorted(zip(numbers.tolist(), fresh, strict=True))]
