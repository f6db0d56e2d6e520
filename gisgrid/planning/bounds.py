"""What no plan can beat: the fewest households that must change grid."""

from __future__ import annotations

import numpy as np

from gisgrid.planning.problem import Band, Ints


def least_moved(weight: Ints, current: Ints, grids: int, band: Band) -> int:
    """Fewest households any plan in the band must move, whatever its shape.

    A grid above the band must lose a set of its units that weighs at least the excess, and
    units are whole: the smallest such sum is found exactly. Grids below the band must
    together gain at least what they lack. Locks and contiguity can only add to it. A grid
    with a unit above the band can never be in it, and is left out.

    Parameters
    ----------
    weight, current
        (m,) households and present grid (-1: none) of each unit that moves as one.
    """
    placed = current >= 0
    load = np.bincount(current[placed], weight[placed], grids).astype(np.int64)
    lost = _least_lost(weight, current, load, band)
    free = int(weight[~placed].sum())
    gained = int(np.maximum(0, band.low - load).sum()) - free
    return max(lost, gained, 0)


def least_regrouped(weight: Ints, current: Ints, grids: int, band: Band) -> int:
    """As `least_moved`, for plans of `grids` grids in which any grid may be dissolved or new.

    A grid above the band loses its excess or, dissolved, everything; and where there are to be
    fewer grids, at least the households of the lightest ones move.
    """
    placed = current >= 0
    load = np.bincount(current[placed], weight[placed]).astype(np.int64)
    gone = np.sort(load)[: max(len(load) - grids, 0)]
    return max(_least_lost(weight, current, load, band), int(gone.sum()))


def _least_lost(weight: Ints, current: Ints, load: Ints, band: Band) -> int:
    """Fewest households that must leave the grids above the band."""
    lost = 0
    hopeless = np.unique(current[(current >= 0) & (weight > band.high)])
    for g in np.setdiff1d(np.flatnonzero(load > band.high), hopeless):
        excess = int(load[g] - band.high)
        lost += smallest_sum(weight[current == g], excess) or excess
    return lost


def smallest_sum(weight: Ints, least: int) -> int | None:
    """Smallest sum of some of `weight` that is at least `least`; None if all are too few.

    Subset sums as the bits of one long integer: exact, and quick for a grid's few thousand.

    >>> smallest_sum(np.array([5, 7, 20]), 11)
    12
    """
    sums = 1
    for w in weight.tolist():
        if w > 0:
            sums |= sums << w
    above = sums >> least
    if above == 0:
        return None
    return least + (above & -above).bit_length() - 1
