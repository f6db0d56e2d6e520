"""Compile the kernels once, so that a user's first plan does not wait for it."""

from __future__ import annotations

import time

import numpy as np

from gisgrid.planning.partition import partition
from gisgrid.planning.problem import Band, Problem
from gisgrid.planning.rebalance import rebalance


def warm() -> float:
    """Compile (or load from the cache) everything the engine runs; returns the seconds it took."""
    began = time.perf_counter()
    cells = np.arange(11, dtype=np.int64)
    ones = np.ones(12, np.int64)
    street = Problem(
        weight=ones,
        a=cells,
        b=cells + 1,
        shared_m=np.full(11, 10.0),
        barrier=np.zeros(11, np.int64),
        band=Band(3, 5, 4),
        current=np.array([0] * 8 + [1] * 2 + [2] * 2, np.int64),
    )
    partition(street, grids=3)
    rebalance(street)
    return time.perf_counter() - began
