"""A leader sees the own grid only: by every route, and by SQL as the application's role."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from gisgrid.services.sign_in import find_actor
from gisgrid.storage.engine import transaction

pytestmark = pytest.mark.usefixtures("only_reads")

LEADERS_CELLS = {"a0", "a2"}
SCOPED = ("building", "cell", "cell_building", "plan_grid", "plan_cell")


def actor(district, login):
    return find_actor(district.engine, district.account[login])


def seen(district, login, statement):
    with transaction(district.engine, actor(district, login) if login else None) as conn:
        return conn.execute(text(statement)).scalars().all()


def test_a_leader_finds_the_own_grid_only(browse, district):
    grids = browse("leader").get("/api/district/grids").json
    assert grids["grid"] == [district.grid["a1"]]
    assert grids["households"] == [400]


def test_a_planner_finds_all_grids_of_the_own_communities(browse, district):
    assert len(browse("planner").get("/api/district/grids").json["grid"]) == 4
    codes = browse("planner_b").get("/api/district/grids").json["code"]
    assert codes == ["110101001002001", "110101001002002"]


def test_a_leaders_page_holds_the_own_buildings_only(browse, district):
    answer = browse("leader").get("/api/my").json
    assert set(answer["buildings"]["id"]) == {district.building[c] for c in LEADERS_CELLS}
    assert answer["grid"]["code"] == "110101001001001"
    assert answer["border"]["type"] in ("Polygon", "MultiPolygon")


def test_a_leader_of_nothing_sees_nothing(browse):
    browser = browse("leader_of_nothing")
    assert browser.get("/api/my").status_code == 404
    assert browser.get("/api/district/grids").json["grid"] == []
    assert browser.get("/api/district").json["units"] == []


def test_another_grid_and_no_grid_cannot_be_told_apart(browse, district):
    browser = browse("leader")
    foreign = browser.get(f"/api/my?grid={district.grid['a2']}")
    missing = browser.get("/api/my?grid=999999")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.data == missing.data


def test_cell_tiles_are_for_those_who_see_the_whole_community(browse, district):
    path = f"/api/tiles/cells/{district.cell_set['a']}/14/0/0.mvt"
    assert browse("planner").get(path).status_code == 204
    assert browse("leader").get(path).status_code == 404
    assert browse("planner_b").get(path).status_code == 404


@pytest.mark.parametrize("table", SCOPED)
def test_nobody_in_particular_sees_no_row(district, table):
    assert seen(district, None, f"SELECT count(*) FROM {table}") == [0]


def test_sql_as_a_leader_shows_the_own_grid_only(district):
    assert set(seen(district, "leader", "SELECT id FROM cell")) == {
        district.cell[c] for c in LEADERS_CELLS
    }
    assert set(seen(district, "leader", "SELECT id FROM building")) == {
        district.building[c] for c in LEADERS_CELLS
    }
    assert seen(district, "leader", "SELECT id FROM plan_grid") == [district.grid["a1"]]
    assert set(seen(district, "leader", "SELECT cell_id FROM plan_cell")) == {
        district.cell[c] for c in LEADERS_CELLS
    }


def test_sql_as_a_planner_of_one_community_shows_that_community(district):
    communities = seen(district, "planner_b", "SELECT DISTINCT community_id FROM building")
    assert communities == [district.unit["b"]]


def test_sql_as_an_account_never_shows_passwords_or_sessions(district):
    for statement in ("SELECT password_hash FROM account", "SELECT token_hash FROM session"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            seen(district, "admin", statement)


@pytest.mark.usefixtures("own_database")
def test_a_leader_taken_off_the_grid_loses_it_with_the_next_click(browse, district):
    browser = browse("leader")
    assert browser.get("/api/my").status_code == 200
    with district.engine.begin() as conn:
        conn.execute(text("UPDATE plan_grid SET leader_id = NULL"))
    assert browser.get("/api/my").status_code == 404


def test_many_requests_on_one_connection_never_mix_scopes(browse, district):
    planner, leader = browse("planner"), browse("leader")
    for _ in range(20):
        assert len(planner.get("/api/district/grids").json["grid"]) == 4
        assert planner.get("/api/incidents/1").status_code == 404
        assert len(leader.get("/api/district/grids").json["grid"]) == 1
