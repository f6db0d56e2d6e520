"""A second workload is brought towards its band; the first band and the grids hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from drawn import plan

from gisgrid.planning import Band, check
from gisgrid.planning.second import Second, eased, second_within


def test_cells_are_exchanged_until_both_workloads_are_in_band():
    """Households allow 300 to 500; residents lie in the west, 3 of 5 cells are enough."""
    problem = plan("AAAABBBB", weight=100, band=(300, 500))
    residents = Second(np.array([40, 40, 40, 40, 10, 10, 40, 40]), Band(100, 140, 120))
    grid = eased(problem, problem.current, residents)
    assert "".join("AB"[g] for g in grid) == "AAABBBBB"
    planned = replace(problem, current=grid)
    assert check(planned) == ()


def test_the_first_band_comes_first():
    problem = plan("AAAABBBB", weight=100, band=(400, 400))
    residents = Second(np.array([40] * 4 + [10] * 4), Band(90, 110, 100))
    grid = eased(problem, problem.current, residents)
    assert (grid == problem.current).all()
    sides = [f.rule for f in check(problem, rules=(second_within(residents),))]
    assert sides == ["second_above_band", "second_below_band"]


def test_locked_cells_are_not_exchanged():
    held = np.array([False] * 3 + [True] + [False] * 4)
    problem = replace(plan("AAAABBBB", band=(300, 500)), locked_cells=held)
    residents = Second(np.array([40, 40, 40, 40, 10, 10, 40, 40]), Band(100, 140, 120))
    assert (eased(problem, problem.current, residents) == problem.current).all()
