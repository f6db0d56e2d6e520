"""Coarser grounds: neighbouring units paired off, so that big steps come before small ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gisgrid.planning.ground import Ground
from gisgrid.planning.jit import compiled
from gisgrid.planning.problem import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A coarser ground and, for each unit of the finer one, the unit it became part of."""

    ground: Ground
    became: Ints


def coarser(ground: Ground, heaviest: float, rng: np.random.Generator) -> Level:
    """Pair units along their relatively longest borders, never across a main road.

    Pairs weigh at most `heaviest`; chance decides between nearly equal borders.
    """
    around = np.bincount(
        np.r_[ground.a, ground.b], np.r_[ground.shared_m, ground.shared_m], ground.size
    )
    shorter = np.maximum(np.minimum(around[ground.a], around[ground.b]), 1e-9)
    score = ground.shared_m / shorter + 0.05 * rng.random(len(ground.a))
    order = np.argsort(-score, kind="stable")
    order = order[ground.barred[order] == 0]
    mate = _paired(order, ground.a, ground.b, ground.weight, heaviest)
    lead = np.where(mate >= 0, np.minimum(mate, np.arange(ground.size)), np.arange(ground.size))
    became = np.unique(lead, return_inverse=True)[1].astype(np.int64)
    return Level(contracted(ground, became), became)


@compiled
def _paired(
    order: npt.NDArray[np.int64],
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    weight: npt.NDArray[np.int64],
    heaviest: float,
) -> npt.NDArray[np.int64]:
    """Mate of each unit (-1: none), greedily along `order`."""
    mate = np.full(len(weight), -1, np.int64)
    for e in order:
        i, j = a[e], b[e]
        if mate[i] < 0 and mate[j] < 0 and weight[i] + weight[j] <= heaviest:
            mate[i] = j
            mate[j] = i
    return mate


def contracted(ground: Ground, became: Ints) -> Ground:
    """The ground whose units are the groups of units with one number in `became`."""
    m = int(became.max()) + 1
    count = np.bincount(became, minlength=m)
    x, y = (np.bincount(became, ground.xy[:, i], m) / count for i in (0, 1))
    a, b = became[ground.a], became[ground.b]
    apart = a != b
    keys = np.minimum(a, b)[apart] * m + np.maximum(a, b)[apart]
    pairs, slot = np.unique(keys, return_inverse=True)
    shared, cost, barred = (
        np.bincount(slot, values[apart], len(pairs)).astype(np.float64)
        for values in (ground.shared_m, ground.cost_m, ground.barred)
    )
    return Ground(
        unit=became[ground.unit],
        weight=np.bincount(became, ground.weight, m).astype(np.int64),
        xy=np.column_stack([x, y]),
        a=pairs // m,
        b=pairs % m,
        shared_m=shared,
        cost_m=cost,
        barred=barred,
        links=ground.links,
        reasons=ground.reasons,
        side_m=ground.side_m,
    )
