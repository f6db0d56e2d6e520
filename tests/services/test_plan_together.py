"""Two planners on one plan: what is apart goes together by itself, what touches is asked about.

The land is a row of eight cells of 100 households; the plan gives two to each grid: AABBCCDD.
"""

from __future__ import annotations

from typing import Any

import pytest
from plan_land import Land, draft, draw
from sqlalchemy import Engine, text

from gisgrid.errors import Conflict, NotFound, StaleVersion
from gisgrid.model.people import Actor
from gisgrid.services.edit_plan import move_cells, redo, set_grid, undo
from gisgrid.services.lock_plan import Which, set_locks
from gisgrid.services.plan_live import follow_plan
from gisgrid.services.view_plan import view_plan
from gisgrid.storage.engine import SYSTEM, transaction

A, B, C, D = range(4)


@pytest.fixture
def land(engine: Engine) -> Land:
    return draw(engine, [[100] * 8], band=(100, 300, 200))


@pytest.fixture
def plan(land: Land) -> int:
    return draft(land, "AABBCCDD")


def edit(land: Land, plan: int, who: Actor, cell: int, way: tuple[int, int], **more: Any) -> dict:
    call = {"base_version": 1, "kind": "brush", "moves": [[land.cells[cell], *way]]} | more
    return move_cells(land.engine, who, plan, **call)


def drawing(land: Land, plan: int) -> str:
    """The plan as letters, west to east."""
    cells = view_plan(land.engine, land.planner, plan)["cells"]
    grid = dict(zip(cells["id"], cells["grid"], strict=True))
    return "".join("ABCDEFGH"[grid[cell]] for cell in land.cells)


def test_edits_of_grids_apart_go_together_by_themselves(land, plan):
    edit(land, plan, land.colleague, 6, (D, C))
    answer = edit(land, plan, land.planner, 1, (A, B))
    assert drawing(land, plan) == "ABBBCCCD"
    assert answer["version"] == 3
    since = answer["since"]
    assert since["moves"] == [[land.cells[6], D, C]]
    assert {g["position"]: g["households"] for g in since["grids"]} == {C: 300, D: 100}
    assert since["who"] == "colleague"


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        pytest.param((3, (B, C)), (1, (A, B)), id="a grid of both"),
        pytest.param((1, (A, B)), (1, (A, C)), id="the same cell"),
        pytest.param((4, (C, D)), (1, (A, B)), id="the line of a grid of mine"),
        pytest.param((6, (D, C)), (3, (B, A)), id="the line of a grid of theirs"),
    ],
)
def test_edits_that_touch_are_asked_about(land, plan, theirs, mine):
    edit(land, plan, land.colleague, *theirs)
    before = drawing(land, plan)
    with pytest.raises(StaleVersion) as refused:
        edit(land, plan, land.planner, *mine)
    facts = refused.value.facts
    assert facts["who"] == "colleague"
    assert facts["shared"]
    assert facts["moves_since"] == [[land.cells[theirs[0]], *theirs[1]]]
    assert drawing(land, plan) == before


def test_what_was_taken_back_meanwhile_still_counts_as_touched(land, plan):
    edit(land, plan, land.colleague, 1, (A, B))
    undo(land.engine, land.colleague, plan, base_version=2)
    with pytest.raises(StaleVersion):
        edit(land, plan, land.planner, 1, (A, C))


def test_a_grid_that_was_merged_away_is_asked_about(land, plan):
    moves = [[land.cells[i], B, A] for i in (2, 3)]
    call = {"base_version": 1, "kind": "merge", "moves": moves}
    move_cells(land.engine, land.colleague, plan, **call)
    with pytest.raises(StaleVersion):
        edit(land, plan, land.planner, 4, (C, B))


def test_a_lock_meanwhile_is_asked_about_where_it_matters_and_only_there(land, plan):
    lock = {"base_version": 1, "changes": {"locked": True}}
    set_grid(land.engine, land.colleague, plan, D, **lock)
    assert edit(land, plan, land.planner, 1, (A, B))["since"]["positions"] == [D]
    with pytest.raises(StaleVersion):
        edit(land, plan, land.planner, 5, (C, D))


def test_a_lock_of_one_grid_goes_beside_an_edit_of_others(land, plan):
    edit(land, plan, land.colleague, 6, (D, C))
    call = {"base_version": 1, "changes": {"locked": True}}
    assert set_grid(land.engine, land.planner, plan, A, **call)["grid"]["locked"]
    with pytest.raises(StaleVersion):
        set_grid(land.engine, land.planner, plan, C, **call)


def test_undo_wants_to_know_of_every_edit(land, plan):
    edit(land, plan, land.planner, 1, (A, B))
    edit(land, plan, land.colleague, 6, (D, C), base_version=2)
    with pytest.raises(StaleVersion):
        undo(land.engine, land.planner, plan, base_version=2)


def test_a_page_follows_what_others_change_and_sees_them(land, plan):
    follow = {"version": 1, "position": B}
    calm = follow_plan(land.engine, land.planner, plan, **follow)
    assert (calm["version"], calm["since"], calm["present"]) == (1, None, [])
    edit(land, plan, land.planner, 6, (D, C))
    seen = follow_plan(land.engine, land.colleague, plan, version=1)
    assert seen["since"]["moves"] == [[land.cells[6], D, C]]
    assert seen["undo"] is None, "what others drew is theirs to undo"
    assert seen["present"] == [{"name": "planner", "role": "planner", "position": B}]


def test_who_left_is_no_longer_seen(land, plan):
    follow_plan(land.engine, land.planner, plan, version=1)
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE plan_presence SET seen_at = now() - interval '1 minute'"))
    assert follow_plan(land.engine, land.colleague, plan, version=1)["present"] == []


def test_a_stranger_follows_nothing(land, plan):
    with pytest.raises(NotFound):
        follow_plan(land.engine, land.stranger, plan, version=1)


def test_a_lock_of_cells_tells_the_page_to_read_the_plan_anew(land, plan):
    which = Which(cells=(land.cells[7],))
    set_locks(land.engine, land.colleague, plan, base_version=1, locked=True, which=which)
    assert follow_plan(land.engine, land.planner, plan, version=1)["since"]["anew"]
    edit(land, plan, land.planner, 1, (A, B), base_version=2)
    assert not follow_plan(land.engine, land.colleague, plan, version=2)["since"]["anew"]


def test_undo_takes_back_ones_own_newest_gesture_and_leaves_what_others_drew(land, plan):
    edit(land, plan, land.planner, 1, (A, B))
    edit(land, plan, land.colleague, 6, (D, C), base_version=2)
    assert view_plan(land.engine, land.planner, plan)["edits"]["undo"]["seq"] == 2
    answer = undo(land.engine, land.planner, plan, base_version=3)
    assert answer["moves"] == [[land.cells[1], B, A]]
    assert answer["undo"] is None
    assert drawing(land, plan) == "AABBCCCD"


def test_redo_brings_back_ones_own_gesture_after_others_have_drawn(land, plan):
    edit(land, plan, land.planner, 1, (A, B))
    undo(land.engine, land.planner, plan, base_version=2)
    edit(land, plan, land.colleague, 6, (D, C), base_version=3)
    redo(land.engine, land.planner, plan, base_version=4)
    assert drawing(land, plan) == "ABBBCCCD"


def test_who_has_drawn_nothing_has_nothing_to_undo(land, plan):
    edit(land, plan, land.planner, 1, (A, B))
    with pytest.raises(Conflict) as refused:
        undo(land.engine, land.colleague, plan, base_version=2)
    assert refused.value.key == "nothing_to_undo"
    assert drawing(land, plan) == "ABBBCCDD"


def test_a_gesture_that_others_have_drawn_over_is_not_undone_by_itself(land, plan):
    edit(land, plan, land.planner, 1, (A, B))
    edit(land, plan, land.colleague, 1, (B, A), base_version=2)
    with pytest.raises(Conflict) as refused:
        undo(land.engine, land.planner, plan, base_version=3)
    assert refused.value.key == "others_since"
    assert drawing(land, plan) == "AABBCCDD"
