"""Lines, locks and what stands on a plan over HTTP: fields, statuses, words, scope."""

from __future__ import annotations

import math

import pytest


@pytest.fixture
def planner(browse):
    return browse("planner")


@pytest.fixture
def draft(planner, district) -> int:
    """A copy of community a's plan in force."""
    body = {"unit": district.unit["a"], "start": "effective"}
    return planner.post("/api/plans", json=body).json["id"]


@pytest.fixture
def frame(planner, draft) -> tuple[float, float, float, float]:
    """West, south, east, north of the community."""
    return tuple(planner.get(f"/api/plans/{draft}").json["bounds"])


def line(frame, *, version: int = 1, position: int = 0) -> dict:
    """A line from west to east, a third of the way up."""
    west, south, east, north = frame
    y = south + (north - south) / 3
    reach = (east - west) / 10
    return {
        "base_version": version,
        "position": position,
        "line": [[west - reach, y], [east + reach, y]],
    }


def test_a_cut_answers_the_new_grid_and_that_the_ground_has_changed(planner, draft, frame):
    answer = planner.post(f"/api/plans/{draft}/cut", json=line(frame))
    assert answer.status_code == 200
    assert answer.json["ground"] == 1
    heads = {grid["position"]: grid for grid in answer.json["grids"]}
    assert answer.json["made"] in heads
    seen = planner.get(f"/api/plans/{draft}").json
    assert seen["plan"]["tiles"] == f"plan/{draft}/1"
    assert sum(seen["cells"]["households"]) == 1000
    undone = planner.post(f"/api/plans/{draft}/undo", json={"base_version": 2}).json
    assert undone["ground"] == 2
    assert len(planner.get(f"/api/plans/{draft}").json["cells"]["id"]) == 4


def test_the_tiles_of_a_plan_that_was_cut_are_those_of_its_planners(planner, browse, draft, frame):
    planner.post(f"/api/plans/{draft}/cut", json=line(frame))
    west, south, east, north = frame
    x, y = tile_of((west + east) / 2, (south + north) / 2, 14)
    url = f"/api/tiles/cells/plan/{draft}/1/14/{x}/{y}.mvt"
    tile = planner.get(url)
    assert tile.status_code == 200
    etag = tile.headers["ETag"]
    assert planner.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert browse("leader").get(url).status_code == 403
    assert browse("planner_b").get(url).status_code == 404


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * n), int(y * n)


def test_the_same_cut_sent_twice_is_made_once(planner, draft, frame):
    key = {"Idempotency-Key": "one-cut"}
    first = planner.post(f"/api/plans/{draft}/cut", json=line(frame), headers=key)
    again = planner.post(f"/api/plans/{draft}/cut", json=line(frame), headers=key)
    assert first.json == again.json
    assert planner.get(f"/api/plans/{draft}").json["plan"]["version"] == 2


def test_a_polygon_over_everything_but_a_corner(planner, draft, frame):
    west, south, east, north = frame
    mid, y = (west + east) / 2, (south + north) / 2
    ring = [[west, south], [mid, south], [mid, y], [west, y]]
    body = {"base_version": 1, "ring": ring}
    answer = planner.post(f"/api/plans/{draft}/polygon", json=body)
    assert answer.status_code == 200, answer.json
    assert answer.json["skipped"] == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("cut", {"position": 0, "line": [[116, 40]]}),
        ("cut", {"position": 0, "line": [[116, 40], [116, "40"]]}),
        ("cut", {"position": 0, "line": [[116, 40], [116, 400]]}),
        ("cut", {"position": -1, "line": [[116, 40], [117, 40]]}),
        ("cut", {"position": 0, "line": [[116, 40], [float("nan"), 40]]}),
        ("polygon", {"ring": [[116, 40], [117, 40]]}),
        ("polygon", {"ring": [[116, 40]] * 2001}),
        ("locks", {"locked": "yes", "everything": True}),
        ("locks", {"locked": True, "cells": []}),
        ("locks", {"locked": True}),
    ],
    ids=[
        "one place",
        "text",
        "no such place",
        "no such grid",
        "not a number",
        "two corners",
        "too many",
        "not a boolean",
        "no cells",
        "nothing",
    ],
)
def test_what_makes_no_sense_is_refused(planner, draft, path, body):
    answer = planner.post(f"/api/plans/{draft}/{path}", json={"base_version": 1, **body})
    assert answer.status_code in (400, 422)
    assert planner.get(f"/api/plans/{draft}").json["plan"]["version"] == 1


def test_a_line_that_cuts_nothing_is_told_in_words(planner, draft, frame):
    _, south, east, north = frame
    body = line(frame) | {"line": [[east + 1, south], [east + 1.1, north]]}
    answer = planner.post(f"/api/plans/{draft}/cut", json=body)
    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "cut_nothing"
    assert answer.json["error"]["message"].startswith("线没有把")


def test_a_locked_cell_is_told_and_keeps_still(planner, draft, district):
    cell = district.cell["a1"]
    body = {"base_version": 1, "locked": True, "cells": [cell]}
    locked = planner.post(f"/api/plans/{draft}/locks", json=body)
    assert locked.json["locks"]["cells"] == [cell]
    moves = {"base_version": 2, "kind": "brush", "moves": [[cell, 1, 0]]}
    refused = planner.post(f"/api/plans/{draft}/edits", json=moves)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "cell_locked")
    body = {"base_version": 2, "locked": False, "everything": True}
    assert planner.post(f"/api/plans/{draft}/locks", json=body).json["locks"]["cells"] == []


@pytest.mark.parametrize(("role", "status"), [("staff", 403), ("leader", 403), ("planner_b", 404)])
def test_only_planners_of_the_community_draw_and_lock(browse, draft, frame, role, status):
    browser = browse(role)
    everything = {"base_version": 1, "locked": True, "everything": True}
    assert browser.post(f"/api/plans/{draft}/cut", json=line(frame)).status_code == status
    assert browser.post(f"/api/plans/{draft}/locks", json=everything).status_code == status


def test_buildings_and_incidents_of_a_plan_are_read_by_those_who_read_plans(browse, draft):
    for path in ("buildings", "incidents"):
        assert browse("planner").get(f"/api/plans/{draft}/{path}").status_code == 200
        assert browse("staff").get(f"/api/plans/{draft}/{path}").status_code == 200
        assert browse("leader").get(f"/api/plans/{draft}/{path}").status_code == 403
        assert browse("planner_b").get(f"/api/plans/{draft}/{path}").status_code == 404


def test_a_planner_puts_buildings_on_the_ground_they_stand_on(browse, draft):
    url = f"/api/plans/{draft}/buildings/place"
    assert browse("planner").post(url, json={}).json == {"placed": 0, "left": 0}
    assert browse("staff").post(url, json={}).status_code == 403
    assert browse("planner_b").post(url, json={}).status_code == 404
