"""Going back in a plan's history, and the names of places to go back to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plan_land import Land, cleared, draft, drawn

from gisgrid.errors import Forbidden, InvalidInput, Locked, StaleVersion
from gisgrid.services.edit_plan import move_cells, redo, set_grid, undo
from gisgrid.services.plan_history import jump_to, keep_checkpoint
from gisgrid.services.view_plan import view_history, view_plan


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    return cleared(drawn_land)


@pytest.fixture
def plan(land: Land) -> int:
    """``AABB/ACBD/CCDD``."""
    return draft(land)


def grid_of(land: Land, plan_id: int) -> dict[int, int]:
    cells = view_plan(land.engine, land.planner, plan_id)["cells"]
    return dict(zip(cells["id"], cells["grid"], strict=True))


def gesture(land: Land, plan_id: int, version: int, *moves: list[int], kind: str = "brush") -> None:
    call = {"base_version": version, "kind": kind, "moves": moves}
    move_cells(land.engine, land.planner, plan_id, **call)


def jump(land: Land, plan_id: int, version: int, seq: int, **options: object) -> dict:
    call = {"base_version": version, "seq": seq} | options
    return jump_to(land.engine, land.planner, plan_id, **call)


def mark(land: Land, plan_id: int, version: int, name: str) -> dict:
    return keep_checkpoint(land.engine, land.planner, plan_id, base_version=version, name=name)


def test_a_jump_brings_back_any_state_by_one_edit_and_one_undo(land, plan):
    first, second = land.cells[1], land.cells[7]
    states = [grid_of(land, plan)]
    gesture(land, plan, 1, [first, 0, 1])
    states.append(grid_of(land, plan))
    gesture(land, plan, 2, [second, 3, 1])
    gesture(land, plan, 3, [first, 1, 0])
    now = grid_of(land, plan)
    answer = jump(land, plan, 4, 2)
    assert grid_of(land, plan) == states[1]
    assert sorted(answer["moves"]) == sorted([[first, 0, 1], [second, 1, 3]])
    undo(land.engine, land.planner, plan, base_version=5)
    assert grid_of(land, plan) == now
    redo(land.engine, land.planner, plan, base_version=6)
    assert grid_of(land, plan) == states[1]
    jump(land, plan, 7, 1)
    assert grid_of(land, plan) == states[0]
    kinds = [edit["kind"] for edit in view_history(land.engine, land.planner, plan)]
    assert kinds == ["jump", "redo", "undo", "jump", "brush", "brush", "brush"]


def test_a_jump_over_a_merge_and_a_new_grid_brings_both_back(land, plan):
    before = grid_of(land, plan)
    whole = [[cell, 3, 2] for cell, grid in before.items() if grid == 3]
    gesture(land, plan, 1, *whole, kind="merge")
    gesture(land, plan, 2, [land.cells[0], 0, 4], kind="split")
    jump(land, plan, 3, 1)
    seen = view_plan(land.engine, land.planner, plan)
    assert grid_of(land, plan) == before
    assert [grid["position"] for grid in seen["empty_grids"]] == [4]


def test_a_jump_to_where_the_plan_is_writes_nothing(land, plan):
    gesture(land, plan, 1, [land.cells[1], 0, 1])
    undo(land.engine, land.planner, plan, base_version=2)
    answer = jump(land, plan, 3, 1)
    assert (answer["version"], answer["moves"]) == (3, [])


def test_a_jump_sent_twice_happens_once(land, plan):
    gesture(land, plan, 1, [land.cells[1], 0, 1])
    answers = [jump(land, plan, 2, 1, key="again") for _ in range(2)]
    assert answers[0] == answers[1]
    assert view_plan(land.engine, land.planner, plan)["plan"]["version"] == 3


def test_a_jump_respects_locks_versions_and_roles(land, plan):
    gesture(land, plan, 1, [land.cells[1], 0, 1])
    with pytest.raises(StaleVersion):
        jump(land, plan, 1, 1)
    with pytest.raises(InvalidInput):
        jump(land, plan, 2, 3)
    with pytest.raises(Forbidden):
        jump_to(land.engine, land.staff, plan, base_version=2, seq=1)
    set_grid(land.engine, land.planner, plan, 1, base_version=2, changes={"locked": True})
    with pytest.raises(Locked):
        jump(land, plan, 3, 1)


def test_a_checkpoint_is_a_named_line_that_undo_passes_over(land, plan):
    gesture(land, plan, 1, [land.cells[1], 0, 1])
    answer = mark(land, plan, 2, " 街道初审 ")
    assert answer["undo"]["seq"] == 2
    newest = view_history(land.engine, land.planner, plan)[0]
    assert (newest["kind"], newest["facts"]) == ("checkpoint", {"name": "街道初审"})
    undo(land.engine, land.planner, plan, base_version=3)
    mark(land, plan, 4, "again")
    assert redo(land.engine, land.planner, plan, base_version=5)["undo"]["kind"] == "brush"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_checkpoint_needs_a_name(land, plan, name):
    with pytest.raises(InvalidInput):
        mark(land, plan, 1, name)
