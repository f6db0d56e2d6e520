"""On graphs small enough to try every plan, the bound holds and the best plan is found."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from drawn import plan

from gisgrid.planning import least_moved, partition, rebalance
from gisgrid.planning.bounds import smallest_sum
from gisgrid.planning.ground import survey
from gisgrid.planning.outcome import whole
from gisgrid.planning.sketch import tight


def every_plan(problem, grids):
    """All plans with `grids` whole grids in the band."""
    ground = survey(problem)
    for labels in product(range(grids), repeat=len(problem.weight)):
        grid = np.array(labels, np.int64)
        load = np.bincount(grid, problem.weight, grids)
        in_band = (load >= problem.band.low).all() and (load <= problem.band.high).all()
        if in_band and whole(ground, grid, grids):
            yield grid


def cut(problem, grid):
    return problem.shared_m[grid[problem.a] != grid[problem.b]].sum()


CASES = [
    ("AAAB / AABB / AABB", [9, 1, 3, 4, 2, 8, 1, 5, 4, 4, 6, 3], (22, 28)),
    ("AAB / ABB / CCC", [5, 5, 5, 6, 1, 9, 2, 7, 4], (12, 17)),
    ("AAAAA / BBBBB", [4, 4, 4, 4, 9, 2, 2, 2, 2, 2], (16, 19)),
]


@pytest.mark.parametrize(("drawing", "weight", "band"), CASES)
def test_rebalancing_moves_no_more_than_the_best_of_all_plans(drawing, weight, band):
    problem = plan(drawing, weight=weight, band=band)
    grids = int(problem.current.max()) + 1
    fewest = min(
        int(problem.weight[grid != problem.current].sum()) for grid in every_plan(problem, grids)
    )
    result = rebalance(problem)
    assert result.valid
    assert result.in_band
    assert result.lower_bound <= fewest
    assert result.moved_households == fewest


@pytest.mark.parametrize(("drawing", "weight", "band"), CASES)
def test_a_new_plan_has_the_shortest_borders_of_all_plans(drawing, weight, band):
    problem = replace(plan(drawing, weight=weight, band=band), current=None)
    grids = 3 if "C" in drawing else 2
    aimed = replace(problem, band=tight(problem.band, sum(weight) / grids, grids))
    shortest = min(cut(problem, grid) for grid in every_plan(aimed, grids))
    result = partition(problem, grids=grids)
    assert result.in_band
    assert result.cut_m <= shortest + 1e-9


def test_no_plan_in_the_band_is_claimed_where_there_is_none():
    problem = plan("AABB", weight=[3, 3, 3, 3], band=(5, 5))
    assert list(every_plan(problem, 2)) == []
    result = rebalance(problem)
    assert result.valid
    assert not result.in_band
    assert result.reasons


@pytest.mark.parametrize(("least", "found"), [(1, 5), (5, 5), (6, 7), (11, 12), (33, None)])
def test_smallest_sum(least, found):
    assert smallest_sum(np.array([5, 7, 20]), least) == found


def test_unplaced_households_fill_what_lacks():
    weight, current = np.array([10, 30, 25]), np.array([0, 1, -1])
    band = plan("AB", band=(20, 40)).band
    assert least_moved(weight, current, 2, band) == 0


@pytest.mark.parametrize(("drawing", "weight", "band"), CASES)
def test_a_small_case_is_proved_optimal(drawing, weight, band):
    problem = plan(drawing, weight=weight, band=band)
    result = rebalance(problem)
    assert result.optimal
    assert result.lower_bound == result.moved_households
