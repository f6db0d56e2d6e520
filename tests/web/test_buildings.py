"""Households set by hand: by planners, in their own communities, until they take it back."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gisgrid.storage.engine import SYSTEM, transaction


def households_of(browser, district, cell="a0"):
    (building,) = browser.get(f"/api/cells/{district.cell[cell]}/buildings").json
    return building["households"], building["basis"]


def test_a_planner_sees_where_the_households_of_a_building_come_from(browse, district):
    assert households_of(browse("planner"), district) == (100, "given")


def test_households_set_by_hand_count_everywhere_and_can_be_taken_back(browse, district):
    planner = browse("planner")
    url = f"/api/buildings/{district.building['a0']}"
    assert planner.post(url, json={"households": 140}).json["households"] == 140
    assert households_of(planner, district) == (140, "override")
    grids = planner.get("/api/district/grids").json
    assert grids["households"][grids["grid"].index(district.grid["a1"])] == 440
    assert planner.post(url, json={"households": None}).json["households"] == 100
    assert households_of(planner, district) == (100, "given")


def test_what_was_set_is_written_down_with_who_set_it(browse, district):
    url = f"/api/buildings/{district.building['a0']}"
    browse("planner").post(url, json={"households": 7})
    with transaction(district.engine, SYSTEM) as conn:
        row = conn.execute(
            text("SELECT account_id, facts FROM audit_log WHERE action = 'set_households'")
        ).one()
    assert row.account_id == district.account["planner"]
    assert row.facts == {"households": 7, "now": 7}


@pytest.mark.parametrize(("login", "status"), [("planner_b", 404), ("staff", 403), ("leader", 403)])
def test_nobody_else_sets_them(browse, district, login, status):
    url = f"/api/buildings/{district.building['a0']}"
    assert browse(login).post(url, json={"households": 1}).status_code == status
    assert households_of(browse("planner"), district) == (100, "given")


@pytest.mark.parametrize("households", [-1, 20_001, 1.5, "7", True])
def test_a_number_of_households_that_cannot_be_is_refused(browse, district, households):
    planner = browse("planner")
    url = f"/api/buildings/{district.building['a0']}"
    assert planner.post(url, json={"households": households}).status_code == 422
    assert households_of(planner, district) == (100, "given")
