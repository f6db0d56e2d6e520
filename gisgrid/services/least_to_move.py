"""How few households any plan would have to move: beside what a compared plan moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gisgrid.model.changes import Changes, GridChange
from gisgrid.model.plans import GridKind, Plan
from gisgrid.planning.bounds import least_moved, least_regrouped
from gisgrid.planning.problem import Band, Ints


def least_to_move(told: Changes, plan: Plan) -> int:
    """Fewest households that change grid in any plan of as many grids within the band of `plan`.

    Buildings stay whole; contiguity and locks, which can only add to it, are left out, as are
    dedicated grids, which have no band. 0 where the earlier plan proves nothing.
    """
    base = [change for change in told.grids if _is_base(change)]
    place = {change.code: i for i, change in enumerate(c for c in base if c.before is not None)}
    grids = sum(change.after is not None for change in base)
    houses = [house for house in told.houses if house.after is not None]
    weight = _whole([house.households for house in houses])
    current = _whole([place.get(house.before or "", -1) for house in houses])
    band = Band(plan.low, plan.high, plan.target)
    proof = least_moved if grids == len(place) else least_regrouped
    return proof(weight, current, grids, band)


def _is_base(change: GridChange) -> bool:
    sides = (change.before, change.after)
    return all(side is None or side.kind == GridKind.BASE for side in sides)


def _whole(numbers: Sequence[int]) -> Ints:
    return np.array(numbers, np.int64)
