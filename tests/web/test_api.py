"""What the API tells of the small district, by hand-counted figures."""

from __future__ import annotations

import pytest
from shapely.geometry import shape
from sqlalchemy import text

pytestmark = pytest.mark.usefixtures("only_reads")


def test_the_district_adds_up_its_communities(browse, district):
    answer = browse("planner").get("/api/district").json
    units = {unit["code"]: unit for unit in answer["units"]}
    assert units["110101001001"]["households"] == 100 + 200 + 300 + 400
    assert units["110101001002"]["households"] == 10 + 20 + 30 + 40
    assert units["110101"]["households"] == 1100
    assert units["110101"]["role"] == "district"
    assert units["110101001001"]["effective_plan"] == district.plan["a"]
    assert answer["totals"] == {
        "communities": 2, "grids": 4, "dedicated": 0, "households": 1100, "residents": 2882,
        "buildings": 8, "open_incidents": 0, "overdue": 0,
    }  # fmt: skip
    west, south, east, north = answer["bounds"]
    assert west < east
    assert south < north
    assert answer["project"]["band"] == {"low": 300, "high": 500, "target": 400}


def test_a_planner_of_one_community_is_told_of_that_one_only(browse):
    answer = browse("planner_b").get("/api/district").json
    assert [u["code"] for u in answer["units"]] == ["110101", "110101001002"]
    assert answer["totals"]["households"] == 100


def test_grids_have_a_point_for_their_label_and_the_room_round_it(browse):
    grids = browse("planner").get("/api/district/grids").json
    assert grids["households"] == [400, 600, 40, 60]
    assert grids["area_m2"] == [20_000] * 4
    assert all(49 < radius < 51 for radius in grids["radius_m"])  # a strip of 100 m by 200 m
    assert all(116 < x < 117 for x in grids["x"])


def test_a_circle_counts_households_by_walking_not_by_air(browse, district):
    """The pharmacy is at the corner (0, 0); five minutes at 2.4 km/h are 200 m.

    On the way of 200 m lies the door of a0 (50 m along the street and 50 m off it) and those of a1
    and a2 (100 + 50 + 50 m); by air all doors of the west column and its neighbours are as near.
    """
    path = f"/api/services/{district.service}/circle"
    answer = browse("planner").get(f"{path}?minutes=5&speed=2.4").json
    assert answer["straight_radius_m"] == pytest.approx(200)
    assert answer["households"] == {"5": 100 + 200 + 300}
    assert answer["households_straight"] == 100 + 200 + 300
    wider = browse("planner").get(f"{path}?minutes=5.5&speed=2.4").json  # 220 m
    assert wider["households_straight"] == 1000  # (150, 150) is 212 m away by air, 300 m on foot
    assert wider["households"]["5.5"] == 600


def test_rings_lie_inside_each_other(browse, district):
    answer = browse("planner").get(f"/api/services/{district.service}/circle").json
    assert answer["minutes"] == [5, 10, 15]
    rings = [shape(f["geometry"]) for f in answer["polygons"]["features"]]
    assert [f["properties"]["minutes"] for f in answer["polygons"]["features"]] == [15, 10, 5]
    assert rings[0].buffer(1e-5).contains(rings[1])
    assert rings[1].buffer(1e-5).contains(rings[2])


def test_a_circle_tells_a_leader_only_of_the_own_households(browse, district):
    answer = browse("leader").get(f"/api/services/{district.service}/circle").json
    assert answer["households"]["15"] == 400


def test_coverage_by_grid_closes_with_the_total(browse):
    answer = browse("planner").get("/api/coverage?kind=pharmacy&minutes=5&speed=2.4").json
    assert (answer["covered"], answer["total"], answer["percent"]) == (600, 1100, 54.5)
    assert sum(g["uncovered"] for g in answer["grids"]) == 500
    assert sum(answer["uncovered"]["households"]) == 500
    assert [g["percent"] for g in answer["grids"]] == [100.0, 33.3, 0.0, 0.0]
    assert answer["unsnapped"] == 0


def test_kinds_say_where_their_limits_come_from(browse):
    (kind,) = browse("leader").get("/api/services/kinds").json
    assert (kind["key"], kind["points"], kind["source"]) == ("pharmacy", 1, "test")


@pytest.mark.parametrize(
    "path",
    [
        "/api/coverage",
        "/api/coverage?kind=pharmacy&minutes=abc",
        "/api/coverage?kind=pharmacy&minutes=nan",
        "/api/coverage?kind=pharmacy&minutes=inf",
        "/api/coverage?kind=pharmacy&minutes=-1",
        "/api/coverage?kind=pharmacy&speed=1e400",
        "/api/coverage?kind=pharmacy&unknown=1",
        "/api/coverage?kind=%00",
        "/api/coverage?kind=a&kind=b&x",
        "/api/services?kind=" + "x" * 65,
        "/api/services?sort=id;DROP",
        "/api/incidents?from=yesterday",
        "/api/incidents?from=9999-12-31T23:59:59-23:59",
        "/api/incidents?channel=carrier-pigeon",
        "/api/my?grid=-1",
        "/api/my?grid=99999999999999999999",
    ],
)
def test_a_field_that_is_not_right_is_refused_by_name(browse, path):
    browser = browse("leader" if "/my" in path else "planner")
    answer = browser.get(path)
    assert answer.status_code == 422
    assert set(answer.json["error"]) == {"code", "message", "facts"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/services/0/circle",
        "/api/services/999999/circle",
        "/api/services/99999999999999999999/circle",
        "/api/services/abc/circle",
        "/api/incidents/0",
        "/api/incidents/%F0%9F%92%A9",
        "/api/coverage?kind=nothing",
        "/api/nothing",
    ],
)
def test_what_is_not_there_is_not_found(browse, path):
    assert browse("planner").get(path).status_code == 404


def test_a_path_with_a_control_character_is_refused_without_a_fault(browse):
    assert browse("planner").get("/api/%00/x").status_code in (404, 422)


@pytest.mark.usefixtures("own_database")
def test_health_needs_no_account_and_says_when_there_is_nothing_to_serve(client, district):
    assert client.get("/health").json == {"status": "ok"}
    with district.engine.begin() as conn:
        conn.execute(text("DELETE FROM project"))
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_the_sentences_of_the_screen_come_whole(client):
    zh, en = client.get("/locale/zh.json"), client.get("/locale/en.json")
    assert zh.json.keys() == en.json.keys()
    assert client.get("/locale/xx.json").status_code == 404
    tag = {"If-None-Match": zh.headers["ETag"]}
    assert client.get("/locale/zh.json", headers=tag).status_code == 304


def test_the_api_describes_itself(browse):
    paths = browse("planner").get("/api/openapi.json").json["paths"]
    assert {"/api/district", "/api/coverage", "/api/plans/{plan_id}/edits"} <= set(paths)
