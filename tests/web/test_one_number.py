"""One word, one number: how many are overdue is the same on every page, in every list and file."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from sqlalchemy import text

from gisgrid.services.incident_timers import tick
from gisgrid.services.set_up_project import load_incident_vocabulary
from gisgrid.storage.engine import SYSTEM, transaction
from tests.web.conftest import Builder, point
from tests.web.test_incident_map import unpack

LATE = "2025-08-02T09:00:00+08:00"
KINDS = {
    "late": {},
    "late in no grid": {"grid_now": None},
    "late without a place": {"xy": None, "grid_now": None, "community_id": None},
    "late next door": {"community": "b"},
    "in time": {"due_at": "2099-01-01T00:00:00Z"},  # beyond what 31 bits count
    "no deadline": {"due_at": None},
    "collecting names": {"state": "draft", "kind": "petition"},
    "closed by a file": {"state": "closed"},
    "rated by a file": {"state": "rated"},
    "refused by a file": {"state": "rejected"},
    "a duplicate by a file": {"state": "duplicate"},
    "closed late": {"state": "closed", "closed_at": "2025-08-09T09:00:00+08:00"},
}
"""Files tell of cases that are finished, and not when."""


@pytest.fixture
def cases(district) -> dict[str, int]:
    load_incident_vocabulary(district.engine)
    found = {}
    with transaction(district.engine, SYSTEM) as conn:
        for number, (name, given) in enumerate(KINDS.items()):
            unit = given.get("community", "a")
            values = {
                "source": "test", "source_id": str(number), "category_code": "0102",
                "text": name, "reported_at": "2025-08-01T09:00:00+08:00", "due_at": LATE,
                "state": "accepted", "community_id": district.unit[unit],
                "grid_now": district.grid[f"{unit}1"], "level": 1,
                **{key: value for key, value in given.items() if key not in ("xy", "community")},
            }  # fmt: skip
            place = None if "xy" in given else point(30, 30)
            found[name] = Builder(conn).add("incident", place, **values)
    return found


def of_the_map(browser) -> int:
    block = unpack(browser.get("/api/incidents/columns").data)
    due, marks = np.array(block["due"]), np.array(block["marks"])
    return int(((marks & 32 == 0) & (due > 0) & (due < block["now"])).sum())


def of_the_file(browser) -> int:
    answer = browser.get("/api/incidents/export.csv?state=overdue")
    return len(list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))))


@pytest.mark.parametrize(("who", "n"), [("staff", 4), ("planner_b", 2)])
def test_the_badge_the_desk_the_evaluation_and_the_file_say_the_same(browse, cases, who, n):
    browser = browse(who)
    desk = browser.get("/api/cases?tab=overdue").json
    listed = browser.get("/api/incidents?overdue=true").json
    told = {
        "badge": browser.get("/api/district").json["totals"]["overdue"],
        "tab": desk["tabs"]["overdue"],
        "list of the tab": desk["total"],
        "rows that say so": sum(row["overdue"] for row in desk["rows"]),
        "evaluation": browser.get("/api/cases/figures").json["whole"]["overdue"],
        "its list": browser.get("/api/cases?tab=all&figure=overdue").json["total"],
        "list of incidents": listed["total"],
        "its sum": listed["overdue_total"],
        "file": of_the_file(browser),
    }
    assert set(told.values()) == {n}, told  # what has no place is everybody's to place


def test_the_map_says_it_of_what_has_a_place_and_hot_spots_of_what_they_gather(browse, cases):
    staff = browse("staff")
    assert of_the_map(staff) == 3
    block = unpack(staff.get("/api/incidents/columns").data)
    due = dict(zip(block["id"], block["due"], strict=True))
    assert [due[cases[name]] for name in ("no deadline", "in time")] == [0, 2**31 - 1]
    (spot,) = staff.get("/api/incidents/hotspots?least=3&eps_m=10").json["spots"]
    assert (spot["n"], spot["overdue"], spot["open"]) == (11, 3, 6)
    overdue = staff.get("/api/incidents/hotspots?least=3&eps_m=10&state=overdue").json["spots"]
    assert [spot["n"] for spot in overdue] == [3]
    grids = staff.get("/api/district/grids").json
    assert grids["overdue"] == [1, 0, 1, 0]


def test_the_clock_raises_what_is_overdue_and_does_not_stop_at_what_a_file_finished(
    browse, cases, district
):
    assert tick(district.engine)["escalated"] == 4
    with transaction(district.engine, SYSTEM) as conn:
        raised = text("SELECT array_agg(text ORDER BY id) FROM incident WHERE level = 2")
        names = conn.execute(raised).scalar_one()
    assert names == [name for name in KINDS if name.startswith("late")]
