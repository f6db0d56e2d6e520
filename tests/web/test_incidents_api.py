"""Incidents: imported from a CSV file, each given to the grid it lies in."""

from __future__ import annotations

import io

import pytest
from pyproj import Transformer
from sqlalchemy import text

from tests.web.conftest import EAST, EPSG, HOSTILE, NORTH

HEADING = "编号,类别,内容,来源,上报时间,经度,纬度,办结时间\n"


def place(x: float, y: float) -> str:
    lon, lat = Transformer.from_crs(EPSG, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    return f"{lon:.7f},{lat:.7f}"


FILE = HEADING + "\n".join(
    (
        f"1,井盖缺失,{HOSTILE},居民反馈,2025-08-01 09:00,{place(30, 30)},",
        f"2,井盖缺失,靠近网格线,网格员巡查,2025-08-02 09:00,{place(95, 50)},",
        f"3,乱堆物料,邻社区,平台预警,2025-08-03 09:00,{place(250, 150)},2025-08-04 10:00",
        f"4,乱堆物料,区外,居民反馈,2025-08-04 09:00,{place(5000, 50)},",
        "5,噪声,没有坐标,居民反馈,2025-08-05 09:00,,,",
        f"6,噪声,没有时间,居民反馈,,{place(30, 30)},",
    )
)


def send(browser, content: str = FILE, name: str = "事件.csv"):
    file = (io.BytesIO(content.encode()), name)
    return browser.post("/api/incidents/import", data={"file": file})


@pytest.fixture
def imported(browse):
    browser = browse("staff")
    answer = send(browser)
    assert answer.status_code == 201, answer.data
    return browser, answer.json


def by_text(listed: dict) -> dict:
    columns = [name for name, column in listed.items() if isinstance(column, list)]
    columns = [name for name in columns if name not in ("unlocated", "categories")]
    rows = zip(*(listed[name] for name in columns), strict=True)
    return {row["text"]: row for row in (dict(zip(columns, r, strict=True)) for r in rows)}


def test_every_row_is_counted_once(imported):
    _, answer = imported
    counts = {k: answer[k] for k in ("read", "stored", "updated", "located", "rejected")}
    assert counts == {"read": 6, "stored": 5, "updated": 0, "located": 4, "rejected": 1}
    assert answer["rejects"][0]["reason"] == "no_time"


def test_the_same_file_again_doubles_nothing(imported):
    browser, _ = imported
    again = send(browser).json
    assert (again["stored"], again["updated"]) == (0, 5)
    assert browser.get("/api/incidents").json["total"] == 5


def test_each_incident_is_given_to_the_grid_it_lies_in(imported):
    browser, _ = imported
    found = by_text(browser.get("/api/incidents").json)
    assert found[HOSTILE]["grid_code_now"] == "110101001001001"
    assert found[HOSTILE]["grid_code_at_report"] == "110101001001001"
    assert found[HOSTILE]["located_reason"] == "cell"
    assert found["邻社区"]["grid_code_now"] == "110101001002001"
    assert found["邻社区"]["state"] == "closed"
    assert found["区外"]["grid_code_now"] is None
    assert found["区外"]["located_reason"] == "outside"


def test_near_a_border_both_grids_are_noted(imported):
    browser, _ = imported
    row = by_text(browser.get("/api/incidents").json)["靠近网格线"]
    assert row["located_reason"] == "near_border"
    one = browser.get(f"/api/incidents/{row['id']}").json
    assert one["grid_code_now"] == "110101001001001"
    assert one["near"] == ["110101001001002"]


def test_an_incident_without_a_place_waits_to_be_located(imported):
    browser, _ = imported
    (waiting,) = browser.get("/api/incidents").json["unlocated"]
    assert waiting["text"] == "没有坐标"


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("category=乱堆物料", {"邻社区", "区外"}),
        ("channel=patrol", {"靠近网格线"}),
        ("state=closed", {"邻社区"}),
        (
            "from=2025-08-02T00:00:00%2B08:00&to=2025-08-04T00:00:00%2B08:00",
            {"靠近网格线", "邻社区"},
        ),
        ("category=x' OR '1'='1", set()),
    ],
)
def test_filters(imported, query, texts):
    browser, _ = imported
    assert set(by_text(browser.get(f"/api/incidents?{query}").json)) == texts


def test_a_leader_finds_the_incidents_of_the_own_grid_only(imported, browse, district):
    browser, _ = imported
    foreign = by_text(browser.get("/api/incidents").json)["邻社区"]["id"]
    leader = browse("leader")
    listed = leader.get("/api/incidents").json
    assert set(listed["text"]) == {HOSTILE, "靠近网格线"}
    assert listed["total"] == 2
    assert listed["unlocated"] == []
    assert leader.get(f"/api/incidents/{foreign}").status_code == 404
    assert leader.get("/api/my").json["incidents"]["total"] == 2


def test_open_incidents_are_counted_with_their_grid(imported, browse):
    grids = browse("planner").get("/api/district/grids").json
    assert grids["open_incidents"] == [2, 0, 0, 0]


def test_a_planner_may_not_import(browse):
    assert send(browse("planner")).status_code == 403


@pytest.mark.parametrize(
    "content",
    ["", "\x00\x01\x02", "a,b\n1,2\n", HEADING, "<html></html>", "PK\x03\x04"],
)
def test_a_file_that_is_no_list_of_incidents_is_refused_or_empty(browse, district, content):
    answer = send(browse("staff"), content)
    assert answer.status_code in {415, 422} or answer.json["stored"] == 0
    with district.engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM incident")).scalar() == 0


def test_no_file_is_refused(browse):
    assert browse("staff").post("/api/incidents/import", data={}).status_code == 422


def test_a_file_of_more_than_twenty_megabytes_is_refused(browse):
    answer = send(browse("staff"), "x" * (21 * 1024 * 1024))
    assert answer.status_code == 413
