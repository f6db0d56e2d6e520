"""Four eyes: where the project asks for it, another person than the author approves a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from plan_land import Land, cleared, draft, drawn
from sqlalchemy import text

from gisgrid.errors import Conflict, Forbidden, NotFound, RulesBroken, StaleVersion, WrongState
from gisgrid.model.people import Actor, Role
from gisgrid.services.approve_plan import approve_plan, submit_plan
from gisgrid.services.edit_plan import move_cells
from gisgrid.services.plan_reviews import ask_for_two, view_reviews
from gisgrid.services.publish_plan import bring_into_force, publish_plan, withdraw_plan
from gisgrid.services.view_plan import view_plan
from gisgrid.storage.engine import SYSTEM, transaction

TODAY = date.today()
LATER = TODAY + timedelta(days=3)


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    """The land of a project that asks for two persons."""
    ask(drawn_land, two=True)
    return cleared(drawn_land)


@pytest.fixture
def plan(land: Land) -> int:
    return draft(land)


def ask(land: Land, *, two: bool) -> None:
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE project SET two_person = :two"), {"two": two})


def submit(
    land: Land, plan_id: int, day: date = TODAY, version: int = 1, **options: object
) -> dict:
    call = {"base_version": version, "effective_from": day} | options
    return submit_plan(land.engine, land.planner, plan_id, **call)


def approve(land: Land, plan_id: int, who: Actor | None = None) -> dict:
    return approve_plan(land.engine, who or land.colleague, plan_id)


def test_one_submits_another_approves_and_the_plan_is_in_force(land, plan):
    assert submit(land, plan)["state"] == "submitted"
    assert approve(land, plan)["state"] == "effective"
    with transaction(land.engine, SYSTEM) as conn:
        who = conn.execute(text("SELECT submitted_by, approved_by FROM plan")).one()
    assert who == (land.planner.account_id, land.colleague.account_id)


def test_an_approved_plan_waits_for_its_day(land, plan):
    submit(land, plan, LATER)
    assert approve(land, plan)["state"] == "approved"
    assert bring_into_force(land.engine) == []


def test_nobody_approves_his_own_plan(land, plan):
    submit(land, plan)
    with pytest.raises(Forbidden) as caught:
        approve(land, plan, land.planner)
    assert caught.value.key == "own_plan"
    assert view_plan(land.engine, land.planner, plan)["plan"]["is_own"]
    assert not view_plan(land.engine, land.colleague, plan)["plan"]["is_own"]


def test_who_began_a_plan_does_not_approve_it_when_another_submitted_it(land, plan):
    call = {"base_version": 1, "effective_from": TODAY}
    submit_plan(land.engine, land.colleague, plan, **call)
    with pytest.raises(Forbidden):
        approve(land, plan, land.planner)


def test_one_person_cannot_publish_where_two_are_asked_for(land, plan):
    call = {"base_version": 1, "effective_from": TODAY}
    for who in (land.planner, land.colleague):
        with pytest.raises(Forbidden) as caught:
            publish_plan(land.engine, who, plan, **call)
        assert caught.value.key == "two_person"
    ask(land, two=False)
    assert publish_plan(land.engine, land.planner, plan, **call)["state"] == "effective"


def test_a_submitted_plan_is_not_edited_until_it_is_sent_back(land, plan):
    submit(land, plan)
    gesture = {"kind": "brush", "moves": [[land.cells[1], 0, 1]], "base_version": 1}
    with pytest.raises(WrongState):
        move_cells(land.engine, land.planner, plan, **gesture)
    assert withdraw_plan(land.engine, land.colleague, plan)["state"] == "draft"
    move_cells(land.engine, land.planner, plan, **gesture)
    reasons = {"0": "老旧小区"}
    assert submit(land, plan, version=2, exceptions=reasons)["state"] == "submitted"


def test_a_draft_is_not_approved(land, plan):
    with pytest.raises(WrongState) as caught:
        approve(land, plan)
    assert caught.value.key == "not_submitted"


def test_a_submission_names_the_newest_version_and_keeps_the_rules(land, plan):
    gesture = {"kind": "brush", "moves": [[land.cells[1], 0, 1]], "base_version": 1}
    move_cells(land.engine, land.planner, plan, **gesture)
    with pytest.raises(StaleVersion):
        submit(land, plan)
    with pytest.raises(RulesBroken):
        submit(land, plan, version=2)


def test_of_two_submitted_plans_the_second_must_be_begun_anew(land, plan):
    other = draft(land)
    submit(land, plan)
    submit(land, other)
    approve(land, plan)
    with pytest.raises(Conflict) as caught:
        approve(land, other)
    assert caught.value.key == "stale_base"


def test_only_planners_submit_and_approve(land, plan):
    for who in (land.staff, land.leader, None):
        with pytest.raises(Forbidden):
            approve_plan(land.engine, who, plan)
        with pytest.raises(Forbidden):
            submit_plan(land.engine, who, plan, base_version=1, effective_from=TODAY)


def test_who_drew_a_plan_does_not_approve_it(land, plan):
    gesture = {"kind": "brush", "moves": [[land.cells[1], 0, 1]], "base_version": 1}
    move_cells(land.engine, land.colleague, plan, **gesture)
    submit(land, plan, version=2, exceptions={"0": "老旧小区"})
    with pytest.raises(Forbidden) as caught:
        approve(land, plan, land.colleague)
    assert caught.value.key == "own_plan"
    assert view_plan(land.engine, land.colleague, plan)["plan"]["is_own"]


def test_decisions_are_kept_with_their_comments(land, plan):
    submit(land, plan)
    withdraw_plan(land.engine, land.colleague, plan, comment=" 001 格太大 ")
    submit(land, plan)
    approve_plan(land.engine, land.colleague, plan, comment="同意")
    told = [(r["act"], r["who"], r["comment"]) for r in view_reviews(land.engine, land.staff, plan)]
    assert told == [
        ("submit_plan", "planner", None),
        ("withdraw_plan", "colleague", "001 格太大"),
        ("submit_plan", "planner", None),
        ("approve_plan", "colleague", "同意"),
        ("plan_in_force", None, None),
    ]


def test_decisions_are_told_inside_the_scope_only(land, plan):
    with pytest.raises(NotFound):
        view_reviews(land.engine, land.stranger, plan)


def test_an_administrator_decides_whether_two_persons_are_asked_for(land, plan):
    admin = replace(land.planner, role=Role.ADMINISTRATOR)
    assert ask_for_two(land.engine, admin, two=False) == {"two_person": False}
    call = {"base_version": 1, "effective_from": TODAY}
    assert publish_plan(land.engine, land.planner, plan, **call)["state"] == "effective"
    assert ask_for_two(land.engine, admin, two=True) == {"two_person": True}
    for who in (land.planner, land.staff, land.leader, None):
        with pytest.raises(Forbidden):
            ask_for_two(land.engine, who, two=False)
