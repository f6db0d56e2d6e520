"""A rebalanced plan keeps its grids, enters the band, and moves few households."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import plan

from gisgrid.errors import InvalidInput
from gisgrid.planning import applied, check, rebalance, suggest


def test_a_plan_in_the_band_is_left_alone():
    problem = plan("AAB / ABB")
    result = rebalance(problem)
    assert (result.grid == problem.current).all()
    assert (result.moved_households, result.lower_bound) == (0, 0)


def test_one_cell_moves_when_one_is_enough():
    result = rebalance(plan("AAAAABB", band=(300, 400)))
    assert "".join("AB"[g] for g in result.grid) == "AAAABBB"
    assert result.moved_households == result.lower_bound == 100


def test_the_bound_counts_whole_cells():
    result = rebalance(plan("AAAB", weight=[100, 100, 350, 200], band=(200, 540)))
    assert result.lower_bound == 100


def test_locked_cells_and_grids_stay():
    problem = plan("AAAAABBCC", band=(200, 400))
    result = rebalance(replace(problem, locked_grids=(2,)))
    assert result.valid
    assert (result.grid[-2:] == 2).all()
    held = replace(problem, locked_cells=np.array([False] * 4 + [True] + [False] * 4))
    stuck = rebalance(held)
    assert stuck.valid
    assert stuck.grid[4] == 0
    assert not stuck.in_band


def test_a_ring_of_locked_grids_is_the_reason():
    problem = replace(plan("BBAAAAACC", band=(200, 400)), locked_grids=(1, 2))
    result = rebalance(problem)
    assert [r.kind for r in result.reasons] == ["locked_ring"]
    assert result.reasons[0].grids == (0, 1, 2)


def test_cells_without_a_grid_join_a_neighbour():
    result = rebalance(plan("AA.BB", band=(200, 300)))
    assert result.valid
    assert result.in_band
    assert result.moved_households == 0


def test_a_grid_in_pieces_is_mended_and_named():
    result = rebalance(plan("AABBA", band=(100, 400)))
    assert result.valid
    assert "grid_in_pieces" in [r.kind for r in result.reasons]


def test_a_grid_too_many_is_dissolved_and_one_too_few_is_split():
    fewer = rebalance(plan("AABCC", band=(200, 300)), grids=2)
    assert fewer.valid
    assert fewer.in_band
    more = rebalance(plan("AAAAAAAAABBBB", band=(300, 500)), grids=3)
    assert more.valid
    assert more.in_band
    assert (more.grid[-4:] == 1).all()


def test_only_chosen_grids_change():
    problem = plan("AAAAABBCCCCCD", band=(200, 400))
    result = rebalance(problem, only=(0, 1))
    assert (result.grid[7:] == problem.current[7:]).all()
    assert "grid_above_band" in [r.kind for r in result.reasons]


def test_a_preference_out_of_range_is_refused():
    with pytest.raises(InvalidInput):
        rebalance(plan("AB"), prefer="speed")


def test_a_suggestion_says_what_it_does_and_does_it():
    problem = plan("AAAAABB", band=(200, 400))
    best = suggest(problem)[0]
    assert (best.cells, best.origin, best.target) == ((4,), 0, 1)
    assert (best.before, best.after) == ((500, 200), (400, 300))
    assert best.boundary_m == 0
    assert best.solves
    assert check(replace(problem, current=applied(problem, best))) == ()


def test_nothing_is_suggested_for_a_plan_in_the_band():
    assert suggest(plan("AABB")) == ()


@pytest.mark.parametrize(
    ("drawing", "rules"),
    [
        ("AAB / ABB", []),
        ("ABA / ABB", ["grid_in_pieces"]),
        ("AA. / ABB", ["unassigned"]),
        ("AAA / AAB", ["grid_above_band", "grid_below_band"]),
    ],
)
def test_check_finds_what_is_broken(drawing, rules):
    assert [finding.rule for finding in check(plan(drawing))] == rules
