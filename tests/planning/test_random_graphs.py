"""Whatever the graph: plans are whole, nothing is lost, locks and groups are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gisgrid.planning import Band, Problem, check, partition, rebalance, suggest
from gisgrid.planning.suggest import applied


@st.composite
def grounds(draw, least=2):
    """A random connected or disconnected graph with weights."""
    n = draw(st.integers(least, 24))
    number = st.integers(0, n - 1)
    tree = [(draw(st.integers(0, i - 1)), i) for i in range(1, n)]
    dropped = draw(st.sets(st.sampled_from(tree), max_size=2)) if tree else set()
    more = draw(st.sets(st.tuples(number, number).filter(lambda p: p[0] < p[1]), max_size=20))
    pairs = np.array(sorted((set(tree) - dropped) | more), np.int64).reshape(-1, 2)
    weight = draw(st.lists(st.integers(0, 60), min_size=n, max_size=n))
    low = draw(st.integers(1, 100))
    high = low + draw(st.integers(0, 100))
    return Problem(
        weight=np.array(weight, np.int64),
        a=pairs[:, 0].copy(),
        b=pairs[:, 1].copy(),
        shared_m=np.full(len(pairs), 7.0),
        barrier=np.array(
            draw(st.lists(st.integers(0, 5), min_size=len(pairs), max_size=len(pairs))), np.int64
        ),
        band=Band(low, high, (low + high) // 2),
    )


def shape_rules_broken(problem, grid):
    kinds = {"unassigned", "grid_in_pieces", "group_apart"}
    found = check(replace(problem, current=grid))
    return [f for f in found if f.blocking and f.rule in kinds]


@settings(max_examples=25, deadline=None)
@given(grounds(), st.integers(1, 6), st.integers(0, 99))
def test_a_new_plan_is_whole_and_loses_nothing(problem, grids, seed):
    grids = min(grids, len(problem.weight))
    result = partition(problem, grids=grids, seed=seed)
    assert result.valid
    assert len(result.households) == grids
    assert result.households.sum() == problem.weight.sum()
    assert shape_rules_broken(problem, result.grid) == []
    if not result.in_band:
        assert result.reasons


@settings(max_examples=25, deadline=None)
@given(grounds(), st.data())
def test_a_rebalanced_plan_keeps_locks_and_the_bound(problem, data):
    n = len(problem.weight)
    start = partition(problem, grids=min(n, data.draw(st.integers(1, 5))), seed=1)
    growth = np.array(data.draw(st.lists(st.integers(0, 40), min_size=n, max_size=n)), np.int64)
    locked = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    grids = len(start.households)
    shut = tuple(data.draw(st.sets(st.integers(0, grids - 1), max_size=2)))
    grown = replace(
        problem,
        weight=problem.weight + growth,
        current=start.grid,
        locked_cells=locked,
        locked_grids=shut,
    )
    result = rebalance(grown)
    assert result.valid
    assert (result.grid[locked] == start.grid[locked]).all()
    assert (np.isin(start.grid, shut) == np.isin(result.grid, shut)).all()
    assert result.households.sum() == grown.weight.sum()
    assert shape_rules_broken(grown, result.grid) == []
    if result.in_band and not any(r.kind == "cell_above_band" for r in result.reasons):
        assert result.lower_bound <= result.moved_households


@settings(max_examples=20, deadline=None)
@given(grounds(least=6), st.data())
def test_groups_move_as_one(problem, data):
    n = len(problem.weight)
    group = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)), np.int64)
    grouped = replace(problem, group=group)
    result = partition(grouped, grids=1 if (group >= 0).sum() > n - 2 else 2)
    torn = {r.facts["group"] for r in result.reasons if r.kind == "group_in_pieces"}
    for name in set(group.tolist()) - {-1} - torn:
        assert len(set(result.grid[group == name].tolist())) == 1


@settings(max_examples=20, deadline=None)
@given(grounds(least=4), st.integers(2, 4))
def test_each_suggestion_is_valid_on_its_own(problem, grids):
    start = partition(problem, grids=min(grids, len(problem.weight)))
    present = replace(problem, current=start.grid)
    for fix in suggest(present):
        after = applied(present, fix)
        assert shape_rules_broken(present, after) == []
        load = np.bincount(after, problem.weight, len(start.households))
        assert (load[fix.origin], load[fix.target]) == fix.after
        cut = problem.shared_m[after[problem.a] != after[problem.b]].sum()
        assert np.isclose(cut - start.cut_m, fix.boundary_m)
