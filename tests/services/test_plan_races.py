"""Two planners at once: one wins, the other is told; nothing is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from plan_land import Land, cleared, draft, drawn
from sqlalchemy import text

from gisgrid.errors import Conflict, GisGridError, StaleVersion
from gisgrid.services.edit_plan import move_cells, undo
from gisgrid.services.new_plan import new_plan
from gisgrid.services.publish_plan import bring_into_force, publish_plan
from gisgrid.services.view_plan import list_plans, view_plan
from gisgrid.storage.engine import SYSTEM, transaction

TODAY = date.today()
TRIAL = {str(p): "trial" for p in range(9)}


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    return cleared(drawn_land)


@pytest.fixture
def plan(land: Land) -> int:
    return draft(land)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act answers or raises, all begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait(timeout=10)
        try:
            return act()
        except GisGridError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def a_move(land: Land, plan: int, i: int) -> list[int]:
    cells = view_plan(land.engine, land.planner, plan)["cells"]
    grid = dict(zip(cells["id"], cells["grid"], strict=True))
    cell = land.cells[i]
    return [cell, grid[cell], (grid[cell] + 1) % 4]


def test_of_edits_on_one_version_one_is_kept(land, plan):
    def edit(i: int) -> Callable[[], Any]:
        who = (land.planner, land.colleague)[i % 2]
        call = {"base_version": 1, "kind": "brush", "moves": [a_move(land, plan, i)]}
        return lambda: move_cells(land.engine, who, plan, **call)

    answers = at_once(*(edit(i) for i in range(6)))
    kept = [answer for answer in answers if isinstance(answer, dict)]
    stale = [answer for answer in answers if isinstance(answer, StaleVersion)]
    assert (len(kept), len(stale)) == (1, 5)
    assert all(len(error.facts["moves_since"]) == 1 for error in stale)
    seen = view_plan(land.engine, land.planner, plan)
    assert (seen["plan"]["version"], seen["edits"]["count"]) == (2, 1)


def test_one_key_at_once_is_one_edit_and_one_answer(land, plan):
    call = {"base_version": 1, "kind": "brush", "moves": [a_move(land, plan, 5)], "key": "dab"}
    act = lambda: move_cells(land.engine, land.planner, plan, **call)  # noqa: E731
    answers = at_once(act, act, act, act)
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["version"] == 2
    assert view_plan(land.engine, land.planner, plan)["edits"]["count"] == 1


def test_two_undos_at_once_take_one_gesture_back(land, plan):
    for version, i in ((1, 5), (2, 6)):
        call = {"base_version": version, "kind": "brush", "moves": [a_move(land, plan, i)]}
        move_cells(land.engine, land.planner, plan, **call)
    act = lambda: undo(land.engine, land.planner, plan, base_version=3)  # noqa: E731
    answers = at_once(act, act)
    assert sorted(isinstance(answer, StaleVersion) for answer in answers) == [False, True]


def test_a_double_publish_is_one_publish(land, plan):
    call = {"base_version": 1, "effective_from": TODAY}
    answers = at_once(
        lambda: publish_plan(land.engine, land.planner, plan, **call),
        lambda: publish_plan(land.engine, land.colleague, plan, **call),
    )
    assert answers[0] == answers[1]
    with transaction(land.engine, SYSTEM) as conn:
        noted = text("SELECT count(*) FROM audit_log WHERE action = 'publish_plan'")
        assert conn.execute(noted).scalar_one() == 1


def test_of_two_drafts_published_at_once_one_takes_over(land, plan):
    publish_plan(
        land.engine, land.planner, plan, base_version=1, effective_from=TODAY - timedelta(days=2)
    )
    drafts = [new_plan(land.engine, land.planner, land.unit) for _ in range(2)]
    answers = at_once(
        *(
            lambda draft=draft: publish_plan(
                land.engine, land.planner, draft, base_version=1, effective_from=TODAY
            )
            for draft in drafts
        )
    )
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [error.key for error in lost] == ["stale_base"]
    states = sorted(entry["state"] for entry in list_plans(land.engine, land.planner))
    assert states == ["draft", "effective", "superseded"]


def test_an_edit_and_a_publish_at_once_leave_a_whole_plan(land, plan):
    call = {"base_version": 1, "kind": "brush", "moves": [a_move(land, plan, 5)]}
    publish = {"base_version": 1, "effective_from": TODAY, "exceptions": TRIAL}
    edited, published = at_once(
        lambda: move_cells(land.engine, land.planner, plan, **call),
        lambda: publish_plan(land.engine, land.colleague, plan, **publish),
    )
    assert isinstance(edited, dict) != isinstance(published, dict)
    seen = view_plan(land.engine, land.planner, plan)
    assert seen["plan"]["editable"] is isinstance(edited, dict)


def test_a_day_that_comes_is_worked_off_once(land, plan):
    publish_plan(
        land.engine, land.planner, plan, base_version=1, effective_from=TODAY + timedelta(days=9)
    )
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE plan SET effective_from = current_date"))
    answers = at_once(*[lambda: bring_into_force(land.engine)] * 3)
    assert sorted(answers, key=len) == [[], [], [plan]]
