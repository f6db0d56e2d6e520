"""Communities on a Dask cluster of two workers, one of which is killed midway: nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial

import numpy as np
from distributed import LocalCluster

from gisgrid.planning import Band, Problem
from gisgrid.planning.batch import Job, solve_all, solved

COMMUNITIES = 24
SIDE = 14


def community(seed: int) -> Job:
    """A lattice of `SIDE` × `SIDE` cells in four uneven quarters."""
    rng = np.random.default_rng(seed)
    y, x = np.divmod(np.arange(SIDE * SIDE), SIDE)
    across = np.flatnonzero(x < SIDE - 1)
    up = np.flatnonzero(y < SIDE - 1)
    a, b = np.r_[across, up], np.r_[across + 1, up + SIDE]
    weight = rng.integers(2, 9, SIDE * SIDE)
    weight[(x < SIDE // 2) & (y < SIDE // 2)] += 3
    problem = Problem(
        weight=weight,
        a=a,
        b=b,
        shared_m=np.full(len(a), 10.0),
        barrier=np.zeros(len(a), np.int64),
        band=Band.around(weight.sum() / 4, 0.05),
        xy=np.c_[x, y] * 10.0,
        current=(x // (SIDE // 2) + 2 * (y // (SIDE // 2))).astype(np.int64),
    )
    return problem, None


def slowly(job: Job) -> object:
    """Long enough that the worker dies at work."""
    time.sleep(0.15)
    return solved(job)


def test_a_worker_killed_midway_loses_nothing_and_changes_nothing():
    jobs = [community(seed) for seed in range(COMMUNITIES)]
    here = solve_all(jobs, partial(solved))
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        victim = cluster.workers[0].pid
        killer = threading.Timer(1.0, os.kill, (victim, signal.SIGKILL))
        killer.start()
        there = solve_all(jobs, slowly, scheduler=cluster.scheduler_address)
        killer.join()
    assert all((one.grid == other.grid).all() for one, other in zip(here, there, strict=True))
    assert sum(result.moved_households for result in there) > 0
