"""Any day: which plan was in force, what it held, which communities there were (JD16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from plan_land import Land, cleared, draft, drawn
from sqlalchemy import text

from gisgrid.errors import WrongState
from gisgrid.model.people import Actor
from gisgrid.services.edit_plan import move_cells, set_grid
from gisgrid.services.new_plan import new_plan, rename_plan
from gisgrid.services.publish_plan import bring_into_force, publish_plan
from gisgrid.services.view_district import view_district, view_grids
from gisgrid.services.view_plan import list_plans, view_plan
from gisgrid.services.view_tiles import TileAddress, district_tile
from gisgrid.storage.engine import SYSTEM, transaction

TODAY = date.today()
REASONS = {str(position): "试点" for position in range(4)}


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        with transaction(land.engine, SYSTEM) as conn:
            conn.execute(
                text(
                    "INSERT INTO unit_level (preset, depth, key, name_zh, name_en, geometry, role)"
                    " VALUES ('default', 3, 'community', '社区', 'community', 'polygon',"
                    " 'community') ON CONFLICT DO NOTHING"
                )
            )
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    with transaction(drawn_land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE unit SET valid_to = NULL, successor_id = NULL"))
    return cleared(drawn_land)


@pytest.fixture
def planner(land: Land) -> Actor:
    """A planner of both communities."""
    with transaction(land.engine, SYSTEM) as conn:
        both = conn.execute(text("SELECT id FROM unit ORDER BY id")).scalars().all()
    return replace(land.planner, communities=tuple(both))


def publish(land: Land, plan: int, day: date, version: int = 1) -> int:
    publish_plan(
        land.engine, land.planner, plan, base_version=version, effective_from=day,
        exceptions=REASONS,
    )  # fmt: skip
    return plan


@pytest.fixture
def three(land: Land) -> tuple[int, int, int]:
    """Three plans: in force from 20 and from 10 days ago, and from in 10 days."""
    first = publish(land, draft(land), days(-20))
    plans = [first]
    for day in (-10, 10):
        copy = new_plan(land.engine, land.planner, land.unit, start="effective")
        cell = land.cells[1 if day < 0 else 5]
        source, target = (0, 1) if day < 0 else (2, 0)
        gesture = {"base_version": 1, "kind": "click", "moves": [[cell, source, target]]}
        move_cells(land.engine, land.planner, copy, **gesture)
        plans.append(publish(land, copy, days(day), version=2))
    return tuple(plans)


def plans_on(land: Land, day: date) -> list[int]:
    return [plan["id"] for plan in list_plans(land.engine, land.planner, None, day)]


@pytest.mark.parametrize(
    ("day", "which"), [(-20, 0), (-15, 0), (-11, 0), (-10, 1), (0, 1), (9, 1), (10, 2), (400, 2)]
)
def test_on_every_day_one_plan_was_in_force(land, three, day, which):
    assert plans_on(land, days(day)) == [three[which]]
    columns = view_grids(land.engine, land.planner, days(day))
    assert set(columns["plan"]) == {three[which]}


def test_before_the_first_plan_there_was_none(land, three):
    assert plans_on(land, days(-21)) == []
    assert view_grids(land.engine, land.planner, days(-21))["grid"] == []


def test_a_superseded_plan_shows_the_households_of_its_publication(land, three):
    then = dict(zip(*_households(land, days(-15)), strict=True))
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE building SET households_override = 7"))
    assert dict(zip(*_households(land, days(-15)), strict=True)) == then
    assert sum(_households(land, None)[1]) == 12 * 7


def _households(land: Land, day: date | None) -> tuple[list[str], list[int]]:
    columns = view_grids(land.engine, land.planner, day)
    return columns["code"], columns["households"]


def test_today_by_its_date_is_as_now(land, three):
    now, today = (view_grids(land.engine, land.planner, day) for day in (None, TODAY))
    assert now == today


def test_the_district_on_a_day_holds_what_its_grids_then_held(land, planner, three):
    told = view_district(land.engine, planner, days(-15))
    assert told["day"] == days(-15).isoformat()
    assert told["totals"]["households"] == 1460
    assert told["totals"]["grids"] == 4


def test_plans_that_were_in_force_never_change(land, three):
    before = view_plan(land.engine, land.planner, three[0])
    gesture = {"base_version": before["plan"]["version"], "kind": "click"}
    for plan in three:
        with pytest.raises(WrongState):
            moves = [[land.cells[0], 0, 1]]
            move_cells(land.engine, land.planner, plan, moves=moves, **gesture)
        with pytest.raises(WrongState):
            changes = {"leader_name": "戊"}
            set_grid(land.engine, land.planner, plan, 0, base_version=1, changes=changes)
        with pytest.raises(WrongState):
            rename_plan(land.engine, land.planner, plan, "另一个名字")
    bring_into_force(land.engine)
    after = view_plan(land.engine, land.planner, three[0])
    assert after["grids"] == before["grids"] and after["cells"] == before["cells"]


def test_a_community_that_ended_is_shown_on_its_days_and_its_successor_after(land, planner, three):
    with transaction(land.engine, SYSTEM) as conn:
        heir = conn.execute(text("SELECT id FROM unit WHERE id <> :id"), {"id": land.unit})
        successor = heir.scalar_one()
        ended = text("UPDATE unit SET valid_to = :day, successor_id = :heir WHERE id = :id")
        conn.execute(ended, {"day": days(-5), "heir": successor, "id": land.unit})
        begun = text("UPDATE unit SET valid_from = :day WHERE id = :heir")
        conn.execute(begun, {"day": days(-5), "heir": successor})
    seen = {
        day: [unit["id"] for unit in view_district(land.engine, planner, days(day))["units"]]
        for day in (-6, -5)
    }
    assert seen == {-6: [land.unit], -5: [successor]}
    assert view_grids(land.engine, planner, days(-6))["grid"]
    assert not view_grids(land.engine, planner, days(-5))["grid"]
    assert not view_grids(land.engine, planner)["grid"]


def test_tiles_of_another_day_have_another_version(land, planner, three):
    at = TileAddress(14, 13_500, 6_700)
    versions = {
        day: district_tile(land.engine, planner, at, day=None if day is None else days(day)).version
        for day in (None, 0, -15, -30)
    }
    assert versions[None] == versions[0]
    assert len({versions[None], versions[-15], versions[-30]}) == 3


def test_a_draft_is_renamed(land, three):
    copy = new_plan(land.engine, land.planner, land.unit, start="effective")
    assert rename_plan(land.engine, land.planner, copy, "秋季") == {"id": copy, "name": "秋季"}
    assert view_plan(land.engine, land.planner, copy)["plan"]["name"] == "秋季"
