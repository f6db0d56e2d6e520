"""Incidents for the map: columns as one block, hot spots, complaints beside services, the tray."""

from __future__ import annotations

import json
import struct
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import text

from gisgrid.storage.engine import SYSTEM, transaction
from tests.web.conftest import HOSTILE, Builder, point

NOW = "2025-08-10T12:00:00+08:00"


def unpack(block: bytes) -> dict:
    """What the browser reads: the heading, and each column as numbers."""
    assert block[:4] == b"GGI1"
    (length,) = struct.unpack("<I", block[4:8])
    heading = json.loads(block[8 : 8 + length])
    start = 8 + length
    assert start % 8 == 0
    for column in heading.pop("columns"):
        kind = np.dtype(f"<{column['type']}")
        heading[column["name"]] = np.frombuffer(
            block, kind, heading["n"], start + column["offset"]
        ).tolist()
    return heading


def put(district, *incidents: dict) -> list[int]:
    """Store incidents at metres (x, y); `xy` None: without a place."""
    found = []
    with transaction(district.engine, SYSTEM) as conn:
        build = Builder(conn)
        for number, given in enumerate(incidents):
            row = {
                "source": "test", "source_id": str(number), "category_text": "暴露垃圾",
                "text": f"第 {number} 件 {HOSTILE}", "reported_at": "2025-08-01T09:00:00+08:00",
                "community_id": district.unit["a"], "grid_now": district.grid["a1"],
                **given,
            }  # fmt: skip
            xy = row.pop("xy", (30, 30))
            found.append(build.add("incident", point(*xy) if xy else None, **row))
    return found


def columns(browser, query: str = "") -> dict:
    answer = browser.get(f"/api/incidents/columns{query}")
    assert answer.status_code == 200, answer.data[:300]
    return unpack(answer.data)


def test_the_block_tells_every_incident_with_a_place(district, browse):
    first, second, _ = put(
        district,
        {"channel": "patrol", "due_at": "2025-08-02T09:00:00+08:00", "level": 3},
        {
            "reported_at": "2025-08-03T09:00:00+08:00", "state": "closed",
            "category_text": "买菜难",
            "closed_at": "2025-08-04T09:00:00+08:00", "located_reason": "near_border", "level": 1,
        },
        {"xy": None},
    )  # fmt: skip
    block = columns(browse("staff"))
    assert block["id"] == [first, second]
    assert block["n"] == 2
    assert [row["key"] for row in block["categories"]] == ["买菜难", "暴露垃圾"]
    assert block["category"] == [2, 1]
    assert [block["channels"][place - 1] for place in block["channel"]] == ["patrol", "resident"]
    assert [marks & 15 for marks in block["marks"]] == [3, 1]
    assert [bool(marks & 16) for marks in block["marks"]] == [False, True]
    assert [bool(marks & 32) for marks in block["marks"]] == [False, True]
    assert block["due"][0] - block["reported"][0] == 24 * 3600
    assert block["grid"] == [district.grid["a1"]] * 2


def test_places_keep_a_centimetre(district, browse):
    (number,) = put(district, {})
    block = columns(browse("staff"))
    one = browse("staff").get(f"/api/incidents/{number}").json
    assert block["lon"][0] / 1e7 == pytest.approx(one["lon"], abs=1e-7)
    assert block["lat"][0] / 1e7 == pytest.approx(one["lat"], abs=1e-7)


def test_a_period_is_from_a_moment_and_before_another(district, browse):
    put(district, {}, {"reported_at": "2025-08-02T09:00:00+08:00"})
    within = "?from=2025-08-01T09:00:00%2B08:00&to=2025-08-02T09:00:00%2B08:00"
    assert columns(browse("staff"), within)["n"] == 1
    assert columns(browse("staff"), "?from=2026-01-01T00:00:00Z")["n"] == 0


def test_the_last_days_are_counted_by_the_clock_of_the_database(district, browse):
    with transaction(district.engine, SYSTEM) as conn:
        now = conn.execute(text("SELECT now()")).scalar_one()
    put(district, *({"reported_at": now - timedelta(days=n)} for n in (0.5, 6.9, 7.1)))
    assert columns(browse("staff"), "?days=7")["n"] == 2
    assert columns(browse("staff"), "?days=365")["n"] == 3
    assert browse("staff").get("/api/incidents/columns?days=0").status_code == 422


def test_a_block_of_no_incidents_is_a_block(district, browse):
    block = columns(browse("staff"))
    assert (block["n"], block["id"], block["categories"]) == (0, [], [])


def test_everybody_gets_the_own_scope_alone(district, browse):
    mine, foreign = put(
        district, {}, {"community_id": district.unit["b"], "grid_now": district.grid["b1"]}
    )
    assert columns(browse("staff"))["id"] == [mine, foreign]
    assert columns(browse("planner_b"))["id"] == [foreign]
    assert columns(browse("leader"))["id"] == [mine]
    assert columns(browse("leader_of_nothing"))["id"] == []
    told = browse("leader").get(f"/api/incidents/texts?ids={mine},{foreign}").json
    assert list(told) == [str(mine)]
    assert HOSTILE in told[str(mine)]


def crowd(n: int, x: float, y: float, **more: object) -> list[dict]:
    return [{"xy": (x + 3 * i, y), **more} for i in range(n)]


def test_hot_spots_tell_how_many_where_of_what_and_open_their_list(district, browse):
    ids = put(
        district,
        *crowd(6, 20, 20),
        *crowd(5, 160, 180, category_text="买菜难", state="closed"),
        *crowd(2, 100, 100),
    )
    found = browse("staff").get("/api/incidents/hotspots?eps_m=20&least=5").json
    assert (found["eps_m"], found["least"]) == (20, 5)
    large, small = found["spots"]
    assert (large["n"], large["open"], large["category"]) == (6, 6, "暴露垃圾")
    assert (small["n"], small["open"], small["category"]) == (5, 0, "买菜难")
    assert sorted(large["ids"]) == ids[:6]
    assert large["radius_m"] <= 10


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("categories=买菜难", [5]),
        ("channels=patrol", []),
        ("state=open", [6]),
        ("state=closed", [5]),
        ("least=7", []),
        ("least=3&eps_m=1000", [13]),
        ("from=2026-01-01T00:00:00Z", []),
    ],
)
def test_hot_spots_are_of_what_fits_the_filters(district, browse, query, sizes):
    put(
        district,
        *crowd(6, 20, 20),
        *crowd(5, 160, 180, category_text="买菜难", state="closed"),
        *crowd(2, 100, 100),
    )
    asked = query if "eps_m" in query else f"{query}&eps_m=20"
    found = browse("staff").get(f"/api/incidents/hotspots?{asked}").json
    assert [spot["n"] for spot in found["spots"]] == sizes


@pytest.mark.parametrize(
    "query", ["eps_m=0", "least=1", "state=x", "channels=fax", "levels=-1", "eps_m=nan", "x=1"]
)
def test_nonsense_about_hot_spots_is_refused(district, browse, query):
    assert browse("staff").get(f"/api/incidents/hotspots?{query}").status_code == 422


def test_complaints_within_and_beyond_the_walk_are_counted_apart(district, browse):
    """The only pharmacy is at (0, 0); 150 m along the streets is as far as one may walk."""
    near = put(district, *crowd(4, 10, 2, category_text="买药难"))
    with transaction(district.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE incident SET source = 'near'"))
    far = put(district, *crowd(8, 360, 198, category_text="买药难"))
    asked = "/api/incidents/gap?category=买药难&kind=pharmacy&minutes=2.25&speed=4"
    found = browse("staff").get(asked).json
    assert found["limit_m"] == pytest.approx(150)
    assert sorted(found["inside"]) == near
    assert sorted(found["outside"]) == far
    assert (found["n"], found["outside_percent"]) == (12, 66.7)
    assert found["households"] == 1100
    share = 100 * found["households_outside"] / found["households"]
    assert found["households_outside_percent"] == pytest.approx(share, abs=0.05)
    expected = "gap" if 1.2 * share < 66.7 else "no_gap"
    assert found["verdict"] == expected


def test_few_complaints_are_told_and_not_judged(district, browse):
    put(district, *crowd(3, 10, 2, category_text="买药难"))
    asked = "/api/incidents/gap?kind=pharmacy&category="
    assert browse("staff").get(asked + "买药难").json["verdict"] == "few"
    assert browse("staff").get(asked + "没有").json["verdict"] == "none"
    assert browse("staff").get(asked.replace("pharmacy", "zoo") + "没有").status_code == 404
    assert browse("leader").get(asked + "买药难").status_code == 403


def test_the_tray_keeps_what_has_no_place(district, browse):
    without, outside, _ = put(
        district,
        {"xy": None, "community_id": None, "grid_now": None, "located_reason": "no_coordinates"},
        {"xy": (5000, 0), "community_id": None, "grid_now": None, "located_reason": "outside"},
        {"located_reason": "cell"},
    )
    tray = browse("staff").get("/api/incidents/tray").json
    assert tray["total"] == 2
    assert {row["id"]: row["reason"] for row in tray["unlocated"]} == {
        without: "no_coordinates",
        outside: "outside",
    }
    assert browse("leader").get("/api/incidents/tray").json["total"] == 0
