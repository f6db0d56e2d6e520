"""A new plan is whole, complete and in the band, or says why not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import plan

from gisgrid.errors import InvalidInput
from gisgrid.planning import Band, Problem, check, number, partition, suited_grids
from gisgrid.planning.ground import survey
from gisgrid.planning.layout import laid_out
from gisgrid.planning.precinct import Precincts, precincts


def rules_broken(problem, result):
    return [f.rule for f in check(replace(problem, current=result.grid)) if f.blocking]


def test_four_equal_quarters_of_a_square():
    square = plan(".... / .... / .... / ....", band=(400, 400))
    result = partition(square, grids=4)
    assert result.households.tolist() == [400, 400, 400, 400]
    assert result.valid
    assert result.in_band
    assert result.cut_m == 80.0


def test_the_number_of_grids_follows_the_target():
    assert suited_grids(plan("......", band=(200, 400))) == 2


def test_the_mean_stays_in_the_band_where_it_can():
    wide = plan("." * 11, weight=100, band=(300, 320))
    assert suited_grids(replace(wide, band=Band(350, 550, 400))) == 3
    assert suited_grids(replace(wide, band=Band(200, 360, 350))) == 4


def test_a_cell_above_the_band_is_a_named_exception():
    tower = plan("....", weight=[720, 100, 100, 100], band=(300, 500))
    result = partition(tower)
    assert result.valid
    assert result.in_band
    assert [r.kind for r in result.reasons] == ["cell_above_band"]
    assert result.reasons[0].facts["households"] == 720


def test_a_community_below_the_band_is_one_grid_with_a_reason():
    result = partition(plan("..", weight=[20, 30], band=(300, 500)))
    assert result.valid
    assert not result.in_band
    assert "total_below" in [r.kind for r in result.reasons]


def test_an_island_gets_a_grid_and_a_name():
    isles = plan(".... ..", weight=100, band=(300, 300))
    result = partition(isles, grids=2)
    assert result.valid
    assert result.in_band
    assert [r.kind for r in result.reasons] == ["island"]
    assert result.reasons[0].cells == (4, 5)


@pytest.mark.parametrize("cells", [1, 2, 5])
def test_a_plan_of_one_grid_is_the_whole(cells):
    result = partition(plan("." * cells, band=(1, 1000)), grids=1)
    assert result.grid.tolist() == [0] * cells
    assert result.valid


def test_every_cell_its_own_grid():
    result = partition(plan("... / ...", band=(100, 100)), grids=6)
    assert sorted(result.grid.tolist()) == list(range(6))
    assert result.valid


def test_ground_without_households_is_still_divided():
    result = partition(plan("....", weight=0, band=(10, 20)), grids=2)
    assert result.valid
    assert not result.in_band
    assert "total_below" in [r.kind for r in result.reasons]


def test_a_park_beside_a_park_is_no_grid_of_its_own():
    """One precinct of a quarter with 400 households, a park behind a road, a park behind that."""
    ground = survey(plan("......", weight=[100, 100, 100, 100, 0, 0]))
    quarters = Precincts(np.array([0, 0, 0, 0, 1, 2]), np.zeros(3, np.int64), np.array([2]))
    grid = laid_out(ground, quarters)
    assert np.bincount(grid, ground.weight).tolist() == [200, 200]


def test_where_precincts_outnumber_grids_no_road_is_kept_to():
    """Three quarters that could each be a grid share two grids: the ground is divided as one."""
    towns = plan("......", weight=70)
    main = np.where(towns.a % 2 == 1, 2, 0)
    found = precincts(survey(replace(towns, barrier=main)), 2, Band(100, 300, 210), seed=0)
    assert found.grids.tolist() == [2]
    assert len(np.unique(found.quarter)) == 1


def test_a_wall_is_not_crossed():
    problem = plan(".. / ..", weight=[100, 100, 100, 100], band=(200, 200))
    upright = (problem.b - problem.a) == 1
    walled = replace(problem, joined=~upright)
    result = partition(walled, grids=2)
    assert result.grid[0] == result.grid[2] != result.grid[1]


def test_groups_stay_together():
    problem = replace(plan("......", band=(300, 300)), group=np.array([-1, -1, 7, 7, 7, -1]))
    result = partition(problem, grids=2)
    assert len({*result.grid[2:5].tolist()}) == 1
    assert rules_broken(problem, result).count("group_apart") == 0


def test_a_locked_grid_stays_as_it_is():
    problem = replace(plan("AABBBBCC", band=(200, 400)), locked_grids=(0,))
    result = partition(problem, grids=4)
    assert (result.grid[:2] == 0).all()
    assert (result.grid[2:] != 0).all()
    assert result.valid


def test_the_same_seed_gives_the_same_plan():
    ground = plan(" / ".join(["." * 12] * 12), band=(700, 900))
    first, second = (partition(ground, seed=3).grid for _ in range(2))
    assert (first == second).all()


def test_a_cancelled_search_still_answers_with_a_whole_plan():
    ground = plan(" / ".join(["." * 12] * 12), band=(700, 900))
    assert partition(ground, cancelled=lambda: True).valid


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weight": np.array([], np.int64)}, "planning_length"),
        ({"weight": np.array([1, -1, 1])}, "planning_negative"),
        ({"band": Band(5, 3, 4)}, "planning_band"),
        ({"a": np.array([0, 0]), "b": np.array([1, 1])}, "planning_pairs_twice"),
        ({"a": np.array([0, 2]), "b": np.array([1, 1])}, "planning_pairs"),
        ({"a": np.array([0, 1]), "b": np.array([1, 9])}, "planning_pairs"),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused(change, code):
    with pytest.raises(InvalidInput) as refused:
        partition(replace(plan("..."), **change))
    assert refused.value.key == code


def test_no_cells_at_all():
    none = np.zeros(0, np.int64)
    with pytest.raises(InvalidInput):
        partition(Problem(none, none, none, none * 1.0, none, Band(1, 2, 1)))


def test_more_grids_than_cells_is_refused():
    with pytest.raises(InvalidInput):
        partition(plan(".."), grids=3)


def test_numbers_run_west_to_east_then_south():
    middles = np.array([[0.0, 10.0], [10.0, 11.0], [0.0, 0.0], [10.0, 1.0]])
    assert number(middles, np.array([3, 1, 0, 2])).tolist() == [3, 2, 4, 1]


def test_without_coordinates_the_graph_is_enough():
    ground = replace(plan(" / ".join(["." * 6] * 6), band=(800, 1000)), xy=None)
    result = partition(ground, grids=4)
    assert result.valid
    assert result.in_band
