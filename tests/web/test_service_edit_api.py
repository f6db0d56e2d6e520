"""Service points and kinds changed over HTTP: who may, what is refused with which sentence.

The district is that of conftest; its one pharmacy stands at the corner (0, 0).
"""

from __future__ import annotations

import pytest
from conftest import EAST, EPSG, NORTH
from pyproj import Transformer

from gisgrid.services.store_circles import store_circles

FIVE = "kind=pharmacy&minutes=5&speed=2.4"
TO_DEGREES = Transformer.from_crs(EPSG, 4326, always_xy=True)


def place(x: float, y: float) -> dict[str, float]:
    lon, lat = TO_DEGREES.transform(EAST + x, NORTH + y)
    return {"lon": lon, "lat": lat}


def covered(browser) -> int:
    return browser.get(f"/api/coverage?{FIVE}").json["covered"]


def test_a_point_is_added_moved_retired_and_restored_and_coverage_follows(browse, district):
    staff = browse("staff")
    assert covered(staff) == 600
    body = {"kind": "pharmacy", "name": "新", **place(400, 200)}
    made = staff.post("/api/services", json=body)
    assert made.status_code == 201
    service = made.json["service"]["id"]
    assert covered(staff) > 600
    points = staff.get("/api/services?kind=pharmacy").json
    assert points["opening_hours"] == [None, None]
    assert points["by_hand"] == [False, True]
    moved = staff.post(f"/api/services/{service}", json=place(0, 0)).json
    assert moved["warnings"][0]["code"] == "twice"
    assert covered(staff) == 600
    staff.post(f"/api/services/{district.service}/retire", json={})
    assert covered(staff) == 600  # the other stands at the same place
    assert [row["id"] for row in staff.get("/api/services/retired").json] == [district.service]
    staff.post(f"/api/services/{service}/retire", json={})
    assert covered(staff) == 0
    staff.post(f"/api/services/{district.service}/restore", json={})
    assert covered(staff) == 600


@pytest.mark.parametrize("login", ["planner", "leader"])
def test_who_does_not_keep_services_may_not_change_them(browse, district, login):
    browser = browse(login)
    for path in ("", f"/{district.service}", f"/{district.service}/retire", "/kinds"):
        assert browser.post(f"/api/services{path}", json={}).status_code == 403


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"lon": 0, "lat": 0}, "place_at_zero", "empty field"),
        ({"lon": 10, "lat": 50}, "place_outside", "outside the district"),
        ({"kind": "nonsense"}, "unknown_service_kind", "choose one of the list"),
        ({"opening_hours": "早八点"}, "bad_hours", "cannot be read"),
        ({"kind": None}, "invalid_fields", "not right"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(browse, body, code, words):
    staff = browse("staff")
    staff.client.set_cookie("gisgrid_language", "en")
    wanted = {"kind": "pharmacy", **place(50, 50), **body}
    answer = staff.post("/api/services", json=wanted)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, code)
    assert words in answer.json["error"]["message"]


def test_swapped_axes_and_a_missing_kind_get_their_sentence(browse):
    staff = browse("staff")
    spot = place(50, 50)
    body = {"kind": "pharmacy", "lon": spot["lat"], "lat": spot["lon"]}
    assert staff.post("/api/services", json=body).json["error"]["code"] == "place_swapped"
    assert staff.post("/api/services", json=spot).json["error"]["code"] == "invalid_fields"


def test_the_standard_of_a_kind_is_changed_with_its_source(browse, district):
    staff = browse("staff")
    store_circles(district.engine)
    wanted = {
        "minutes": 10,
        "radius_m": 500,
        "source": "本区公共服务设施规划 2026",
        "verified": True,
    }
    answer = staff.post("/api/services/kinds/pharmacy", json=wanted).json
    assert answer["before"]["minutes"] == 5
    (kind,) = staff.get("/api/services/kinds").json
    assert kind == answer["kind"]
    assert (kind["minutes"], kind["source"], kind["verified"]) == (10, wanted["source"], True)
    seen = staff.get("/api/coverage?kind=pharmacy").json
    assert (seen["minutes"], seen["kind"]["source"]) == (10, wanted["source"])


def test_a_kind_is_added_once_and_can_be_used(browse):
    staff = browse("staff")
    kind = {
        "key": "talk_point", "zh": "说事点", "en": "Talk point", "minutes": 5, "radius_m": 300,
        "tier": 5, "source": "FQ11",
    }  # fmt: skip
    assert staff.post("/api/services/kinds", json=kind).status_code == 201
    again = staff.post("/api/services/kinds", json=kind)
    assert (again.status_code, again.json["error"]["code"]) == (422, "kind_exists")
    made = staff.post("/api/services", json={"kind": "talk_point", **place(50, 50)}).json
    assert made["circles"] == 3
    assert covered(staff) == 600


@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"tier": 7}, {"radius_m": -1}, {"source": ""}, {"zh": ""}]
)
def test_a_kind_that_measures_nothing_is_refused(browse, wrong):
    answer = browse("staff").post("/api/services/kinds/pharmacy", json=wrong)
    assert answer.status_code == 422


def test_an_unknown_kind_or_point_is_not_found(browse):
    staff = browse("staff")
    for path in ("/api/services/kinds/none", "/api/services/999999"):
        assert staff.post(path, json={}).status_code == 404


def test_a_leaders_page_follows_what_staff_change(browse, district):
    leader, staff = browse("leader"), browse("staff")

    def pharmacy() -> tuple[str, float]:
        (found,) = leader.get("/api/my").json["services"]
        return found["name"], found["metres"]

    before = pharmacy()
    made = staff.post("/api/services", json={"kind": "pharmacy", "name": "近", **place(100, 100)})
    assert pharmacy()[0] == "近"
    assert pharmacy()[1] < before[1]
    staff.post(f"/api/services/{made.json['service']['id']}", json={"name": "改名"})
    assert pharmacy()[0] == "改名"
    staff.post(f"/api/services/{made.json['service']['id']}/retire", json={})
    assert pharmacy() == before
