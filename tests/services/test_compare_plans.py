"""Two plans beside each other: what moves, what becomes of the grids, who gets another leader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
import shapely
from plan_land import (
    EPSG,
    NORTH,
    SIDE,
    TWELVE,
    WEST,
    Land,
    cleared,
    draft,
    drawn,
    redraw_cells,
)
from sqlalchemy import text

from gisgrid.errors import Forbidden, NotFound
from gisgrid.geo.crs import to_wgs84
from gisgrid.services.compare_plans import compare, view_comparison
from gisgrid.services.cut_plan import cut_grid
from gisgrid.services.edit_plan import move_cells, set_grid
from gisgrid.services.new_plan import new_plan
from gisgrid.services.publish_plan import publish_plan
from gisgrid.storage.engine import SYSTEM, transaction

TODAY = date.today()
SQUARE_M2 = 10_000


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    return cleared(drawn_land)


@pytest.fixture
def in_force(land: Land) -> int:
    """Four grids in force, each with a leader."""
    plan = draft(land)
    for position, leader in enumerate(("甲", "乙", "丙", "丁")):
        set_grid(
            land.engine, land.planner, plan, position, base_version=1 + position,
            changes={"leader_name": leader},
        )  # fmt: skip
    publish_plan(land.engine, land.planner, plan, base_version=5, effective_from=TODAY)
    return plan


@pytest.fixture
def copy(land: Land, in_force: int) -> int:
    return new_plan(land.engine, land.planner, land.unit, start="effective")


def move(land: Land, plan: int, way: tuple[int, int, int], version: int = 1) -> None:
    cell, source, target = way
    moves = [[land.cells[cell], source, target]]
    move_cells(land.engine, land.planner, plan, base_version=version, kind="click", moves=moves)


def grid_of(land: Land, plan: int, cell: int) -> int:
    found = text(
        "SELECT position FROM plan_cell JOIN plan_grid ON plan_grid.id = grid_id"
        " WHERE plan_cell.plan_id = :plan AND cell_id = :cell"
    )
    with transaction(land.engine, SYSTEM) as conn:
        return conn.execute(found, {"plan": plan, "cell": land.cells[cell]}).scalar_one()


def seen(land: Land, plan: int, other: int | str = "force") -> dict:
    return view_comparison(land.engine, land.planner, plan, other)


def households(land: Land, cell: int) -> int:
    return [n for row in TWELVE for n in row][cell]


def neighbours(land: Land, plan: int) -> tuple[int, int, int]:
    """A cell that lies beside another grid, its grid, and that grid."""
    for cell in range(11):
        here, east = grid_of(land, plan, cell), grid_of(land, plan, cell + 1)
        if cell % 4 < 3 and here != east:
            return cell, here, east
    raise AssertionError("no two grids touch")


def test_a_copy_differs_in_nothing(land, copy):
    told = seen(land, copy)
    assert told["flows"] == [] and told["leaders"] == [] and told["map"]["moved"] == []
    assert {grid["fate"] for grid in told["grids"]} == {"kept"}
    assert told["sums"]["kept"] == 4
    assert told["sums"]["least_moved"] == 0
    assert told["sums"]["households"] == [1460, 1460]


def test_a_moved_building_is_told_from_where_to_where(land, copy):
    cell, source, target = neighbours(land, copy)
    move(land, copy, (cell, source, target))
    told = seen(land, copy)
    (flow,) = told["flows"]
    assert flow["households"] == households(land, cell) == told["sums"]["moved_households"]
    assert [flow["before"][-3:], flow["after"][-3:]] == [f"{source + 1:03d}", f"{target + 1:03d}"]
    fates = {grid["code"]: grid["fate"] for grid in told["grids"]}
    assert fates[flow["before"]] == fates[flow["after"]] == "changed"
    assert told["sums"]["changed"] == 2 and told["sums"]["kept"] == 2
    change = {
        g["code"]: g["after"]["households"] - g["before"]["households"] for g in told["grids"]
    }
    assert change[flow["before"]] == -flow["households"] == -change[flow["after"]]


def test_sums_of_households_close(land, copy):
    cell, source, target = neighbours(land, copy)
    move(land, copy, (cell, source, target))
    told = seen(land, copy)
    before, after = (
        sum(grid[side]["households"] for grid in told["grids"] if grid[side])
        for side in ("before", "after")
    )
    assert [before, after] == told["sums"]["households"] == [1460, 1460]


def test_the_moved_ground_is_the_cell(land, copy):
    cell, source, target = neighbours(land, copy)
    move(land, copy, (cell, source, target))
    (piece,) = compare(land.engine, land.planner, copy, "force").pieces
    assert shapely.area(piece.ground) == pytest.approx(SQUARE_M2, rel=1e-3)
    (told,) = seen(land, copy)["map"]["moved"]
    assert told["geometry"]["type"] == "Polygon"
    assert len(told["arrow"]) == 2


def test_households_that_change_leader_are_those_that_move_between_leaders(land, copy):
    cell, source, target = neighbours(land, copy)
    move(land, copy, (cell, source, target))
    told = seen(land, copy)
    assert told["sums"]["new_leader_households"] == households(land, cell)
    by_name = {leader["leader"]: leader for leader in told["leaders"]}
    names = "甲乙丙丁"
    assert set(by_name) == {names[source], names[target]}
    assert by_name[names[source]]["lost_households"] == households(land, cell)
    assert by_name[names[target]]["gained_households"] == households(land, cell)


def test_a_grid_with_another_leader_hands_over_all_its_households(land, copy):
    changes = {"leader_name": "戊"}
    set_grid(land.engine, land.planner, copy, 0, base_version=1, changes=changes)
    told = seen(land, copy)
    grid = told["grids"][0]
    assert grid["new_leader"] and grid["fate"] == "kept"
    assert told["sums"]["new_leader_households"] == grid["after"]["households"]
    assert told["sums"]["moved_households"] == 0


def test_a_move_between_two_grids_of_one_leader_changes_no_leader(land, copy):
    cell, source, target = neighbours(land, copy)
    for version, position in enumerate((source, target), start=1):
        changes = {"leader_name": "甲"}
        set_grid(land.engine, land.planner, copy, position, base_version=version, changes=changes)
    before = seen(land, copy)["sums"]["new_leader_households"]
    move(land, copy, (cell, source, target), version=3)
    assert seen(land, copy)["sums"]["new_leader_households"] <= before


def test_a_merged_grid_is_gone(land, copy):
    cells = [cell for cell in range(12) if grid_of(land, copy, cell) == 3]
    moves = [[land.cells[cell], 3, 2] for cell in cells]
    move_cells(land.engine, land.planner, copy, base_version=1, kind="merge", moves=moves)
    told = seen(land, copy)
    (gone,) = [grid for grid in told["grids"] if grid["fate"] == "gone"]
    assert gone["after"] is None and gone["before"]["leader"] == "丁"
    assert told["sums"]["grids"] == [4, 3]


def test_the_reverse_shows_the_same_grid_as_new(land, copy, in_force):
    cells = [cell for cell in range(12) if grid_of(land, copy, cell) == 3]
    moves = [[land.cells[cell], 3, 2] for cell in cells]
    move_cells(land.engine, land.planner, copy, base_version=1, kind="merge", moves=moves)
    told = view_comparison(land.engine, land.planner, in_force, copy)
    assert [grid["code"][-3:] for grid in told["grids"] if grid["fate"] == "new"] == ["004"]


def test_plans_of_cells_built_anew_are_compared_by_where_they_lie(land, in_force):
    redraw_cells(land)
    fresh = new_plan(land.engine, land.planner, land.unit, start="effective")
    told = seen(land, fresh)
    assert told["flows"] == [] and told["map"]["moved"] == []
    assert {grid["fate"] for grid in told["grids"]} == {"kept"}


def test_a_plan_in_force_is_compared_with_the_one_it_replaced(land, copy, in_force):
    cell, source, target = neighbours(land, copy)
    move(land, copy, (cell, source, target))
    reasons = {str(position): "试点" for position in range(4)}
    publish_plan(
        land.engine, land.planner, copy, base_version=2, effective_from=TODAY, exceptions=reasons
    )
    told = seen(land, copy)
    assert told["before"]["id"] == in_force
    assert told["sums"]["moved_households"] == households(land, cell)


def test_the_first_plan_has_nothing_to_be_compared_with(land):
    with pytest.raises(NotFound) as caught:
        seen(land, draft(land))
    assert caught.value.key == "nothing_to_compare"


def test_plans_are_compared_inside_the_scope_only(land, copy):
    with pytest.raises(NotFound):
        view_comparison(land.engine, land.stranger, copy, "force")
    with pytest.raises(Forbidden):
        view_comparison(land.engine, land.leader, copy, "force")


def test_the_start_of_a_draft_may_be_another_draft(land, copy):
    cell, source, target = neighbours(land, copy)
    move(land, copy, (cell, source, target))
    second = new_plan(land.engine, land.planner, land.unit, start=copy)
    assert seen(land, second, "start")["before"]["id"] == copy
    assert seen(land, second, "start")["flows"] == []
    assert len(seen(land, second, "force")["flows"]) == 1


def test_ground_that_a_line_has_cut_is_compared_by_where_it_lies(land, copy):
    """The line cuts cell 8: the lighter side becomes a new grid."""
    corners = shapely.points([(WEST + 0.8 * SIDE, NORTH - y * SIDE) for y in (1.9, 3.1)])
    line = [(p.x, p.y) for p in to_wgs84(np.array(corners), EPSG)]
    cut_grid(land.engine, land.planner, copy, base_version=1, position=2, line=line)
    told = seen(land, copy)
    assert told["sums"]["households"] == [1460, 1460]
    found = compare(land.engine, land.planner, copy, "force")
    (new,) = [grid for grid in found.changes.grids if grid.fate == "new"]
    moved = sum(shapely.area(piece.ground) for piece in found.pieces)
    assert moved == pytest.approx(new.after.area_m2, rel=1e-3)
    assert sum(flow["households"] for flow in told["flows"]) == new.after.households
