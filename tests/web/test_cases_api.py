"""The desk over HTTP: queue, steps, bulk, wishes, figures, agenda, settings."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest
from sqlalchemy import text

from gisgrid.services.set_up_project import load_incident_vocabulary
from gisgrid.storage.engine import SYSTEM, transaction
from tests.incidents.conftest import place
from tests.web.conftest import HOSTILE

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def vocabulary(district):
    load_incident_vocabulary(district.engine)


@pytest.fixture
def staff(browse):
    return browse("staff")


def make(browser, x=30, y=30, **values):
    lon, lat = place(x, y)
    body = {"text": "路边有垃圾", "category": "0102", "lon": lon, "lat": lat} | values
    answer = browser.post("/api/cases", json=body)
    assert answer.status_code == 201, answer.data
    return answer.json["id"]


def go(browser, case, step, status=200, headers=None, **facts):
    answer = browser.post(
        f"/api/cases/{case}/steps", json={"step": step, **facts}, headers=headers or {}
    )
    assert answer.status_code == status, answer.data
    return answer.json


def close(browser, case, satisfied=None):
    for step, facts in (
        ("accept", {}),
        ("dispatch", {"body": "环卫所"}),
        ("start", {}),
        ("handle", {"note": "已清运"}),
        ("verify", {"reason": "fixed"}),
    ):
        go(browser, case, step, **facts)
    if satisfied is not None:
        go(browser, case, "rate", satisfied=satisfied)


def ask(district, statement, **values):
    with transaction(district.engine, SYSTEM) as conn:
        result = conn.execute(text(statement), values)
        return result.scalar() if result.returns_rows else None


def test_the_queue_tells_what_waits_and_how_much_of_it(staff):
    first, second = make(staff), make(staff, category="0505")
    go(staff, second, "accept")
    inbox = staff.get("/api/cases").json
    assert [row["id"] for row in inbox["rows"]] == [first]
    assert (inbox["tabs"]["inbox"], inbox["tabs"]["accepted"], inbox["total"]) == (1, 1, 1)
    assert inbox["rows"][0]["label"] == {"zh": "待受理", "en": "Reported"}
    both = staff.get("/api/cases?tab=all&limit=1&offset=1").json
    assert (len(both["rows"]), both["total"]) == (1, 2)


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("category=01", 1),
        ("category=0505", 1),
        ("channel=patrol", 1),
        ("channel=platform", 0),
        ("level=1", 2),
        ("level=2", 0),
        ("kind=wish", 0),
        ("text=堵住", 1),
        ("text=乱停放", 1),
        ("text=%25", 0),
    ],
)
def test_the_queue_is_filtered(staff, browse, query, n):
    make(staff)
    make(browse("leader"), category="0505", text="堵住门口")
    assert staff.get(f"/api/cases?tab=all&{query}").json["total"] == n


def test_a_step_that_the_table_does_not_have_is_409_and_one_without_facts_422(staff):
    case = make(staff)
    assert go(staff, case, "verify", 409, reason="fixed")["error"]["code"] == "no_step"
    assert go(staff, case, "reject", 422)["error"]["code"] == "facts_needed"
    assert go(staff, case, "teleport", 422)["error"]["code"] == "unknown_step"
    assert go(staff, 999_999, "accept", 404)["error"]["code"] == "not_found"


def test_a_leader_works_on_the_own_grid_and_nowhere_else(staff, browse):
    own, foreign = make(staff), make(staff, x=250)
    leader = browse("leader")
    go(leader, foreign, "comment", 404, note="x")
    go(leader, own, "accept", 403)
    assert go(leader, own, "self_handle", note="当场清走")["state"] == "handled"
    assert leader.get("/api/cases").status_code == 403
    seen = leader.get(f"/api/incidents/{own}").json
    assert {s["step"] for s in seen["steps"]} >= {"comment", "urge"}
    assert "verify" not in {s["step"] for s in seen["steps"]}


def test_the_same_key_takes_a_step_once(staff):
    case = make(staff)
    answers = [go(staff, case, "urge", headers={"Idempotency-Key": "u1"}) for _ in range(3)]
    assert answers[0] == answers[2]
    assert staff.get(f"/api/incidents/{case}").json["urged"] == 1


def test_many_are_assigned_at_once(staff, district):
    account = district.account["staff"]
    staff.post("/api/cases/settings/workers", json={"account": account, "body": "城管中队"})
    cases = [make(staff) for _ in range(3)]
    told = staff.post(
        "/api/cases/steps", json={"ids": cases, "step": "assign", "assignee": account}
    )
    assert told.json == {"done": cases, "refused": []}
    assert staff.get("/api/cases?tab=mine").json["total"] == 3
    staff.post("/api/cases/steps", json={"ids": cases[:2], "step": "unassign"})
    assert staff.get("/api/cases?tab=mine").json["total"] == 1
    again = staff.post("/api/cases/steps", json={"ids": cases, "step": "verify", "reason": "fixed"})
    assert [r["code"] for r in again.json["refused"]] == ["no_step"] * 3


def test_a_wish_is_claimed_by_who_comes_first(staff, browse):
    wish = make(staff, kind="wish", category="2110", text="想要一副老花镜")
    go(staff, wish, "accept")
    go(staff, wish, "offer")
    leader, other = browse("leader_of_nothing"), browse("planner_b")
    assert [w["id"] for w in leader.get("/api/cases/wishes").json["wishes"]] == [wish]
    go(leader, wish, "claim")
    assert go(other, wish, "claim", 409)["error"]["code"] == "already_claimed"
    assert leader.get("/api/cases/wishes").json["wishes"][0]["mine"] is True
    assert leader.get(f"/api/incidents/{wish}").status_code == 404


def test_what_is_public_is_masked_and_shows_no_name(staff):
    case = make(staff, text="电话 13812345678 找赵女士")
    public = staff.get(f"/api/cases/{case}/public").json
    assert public["text"] == "电话 138****5678 找赵女士"
    assert not {"reporter", "contact", "assignee", "assignee_name"} & set(public)


def test_53_000_rated_of_whom_51_940_are_satisfied_are_98_per_cent(staff, district):
    ask(
        district,
        "INSERT INTO incident (source, source_id, state, channel, reported_at, closed_at, due_at,"
        " handled_at, community_id, grid_now, category_code, level, satisfied)"
        " SELECT '12345', n::text, 'rated', 'resident', '2025-03-01', '2025-03-03', '2025-03-04',"
        " '2025-03-02', :unit, :grid, '0102', 1 + (n % 10 = 0)::int + (n % 50 = 0)::int,"
        " CASE WHEN n <= 53000 THEN n <= 51940 END FROM generate_series(1, 53600) AS n",
        unit=district.unit["a"],
        grid=district.grid["a1"],
    )
    told = staff.get("/api/cases/figures?by=channel").json
    whole = told["whole"]
    assert whole["satisfaction"] == {"n": 51_940, "total": 53_000, "percent": 98.0}
    assert (whole["unrated"], whole["total"]) == (600, 53_600)
    assert (whole["median_days"], whole["on_time"]["percent"]) == (1.0, 100.0)
    shares = [whole["resolved"][level]["percent"] for level in ("grid", "community", "above")]
    assert shares == [90.0, 8.0, 2.0]
    assert round(sum(shares), 1) == 100
    assert [p["part"] for p in told["parts"]] == ["resident"]
    assert told["gauges"]["staffed"] == {"n": 1, "total": 4, "percent": 25.0}
    assert told["gauges"]["rated"]["total"] == 53_600


def test_figures_by_part_add_up_to_the_whole(staff):
    for x in (30, 150, 250):
        close(staff, make(staff, x=x), satisfied=True)
    make(staff, x=30)
    for by in ("grid", "month", "channel", "community", "category"):
        told = staff.get(f"/api/cases/figures?by={by}").json
        assert sum(part["total"] for part in told["parts"]) == told["whole"]["total"] == 4
    assert len(staff.get("/api/cases/figures?by=grid").json["parts"]) == 3
    assert staff.get("/api/cases/figures?by=colour").status_code == 422


def test_every_number_of_the_evaluation_opens_a_list_of_that_many(staff, district):
    for x, satisfied in ((30, True), (150, False), (250, None)):
        close(staff, make(staff, x=x), satisfied=satisfied)
    make(staff, x=30, category="0505")
    go(staff, make(staff, x=250), "reject", note="无此地")
    since = "2020-01-01T00:00:00Z"
    told = staff.get("/api/cases/figures", query_string={"by": "community", "from": since}).json
    for figures, part in [(told["whole"], None), *((p, p["part"]) for p in told["parts"])]:
        numbers = {n: figures[n] for n in ("total", "closed", "rejected", "overdue", "unrated")}
        numbers |= figures["routes"] | figures["reasons"]
        numbers |= {f"at_{level}": of["n"] for level, of in figures["resolved"].items()}
        for whole, (some, all_of) in (
            ("satisfaction", ("satisfied", "rated")), ("on_time", ("on_time", "with_deadline")),
        ):  # fmt: skip
            numbers |= {some: figures[whole]["n"], all_of: figures[whole]["total"]}
        of_part = {"by": "community", "part": part} if part is not None else {}
        for figure, n in numbers.items():
            asked = {"tab": "all", "figure": figure, "from": since, **of_part}
            assert staff.get("/api/cases", query_string=asked).json["total"] == n, (figure, part)
    assert (told["whole"]["total"], told["whole"]["unrated"]) == (5, 1)


def test_the_map_of_193_petitions_adds_up_and_says_where_they_come_from(staff, district):
    for unit, n in (("a", 120), ("b", 70), (None, 3)):
        ask(
            district,
            "INSERT INTO incident (source, source_id, kind, state, community_id, reported_at,"
            " level) SELECT 'x', :unit || ':' || n, 'petition',"
            " CASE WHEN n <= 10 THEN 'closed' ELSE 'accepted' END, CAST(:id AS int), now(),"
            " CASE n WHEN 1 THEN 3 WHEN 2 THEN 2 ELSE 1 END FROM generate_series(1, :n) AS n",
            unit=unit or "-", id=unit and district.unit[unit], n=n,
        )  # fmt: skip
    make(staff)
    told = staff.get("/api/cases/areas?kind=petition").json
    counts = [area["figures"]["total"] for area in told["areas"]]
    assert (counts, told["elsewhere"], told["total"]) == ([120, 70], 3, 193)
    for area in told["areas"]:
        shares = [level["percent"] for level in area["figures"]["resolved"].values()]
        assert (shares, sum(shares)) == ([80.0, 10.0, 10.0], 100)
        asked = {"tab": "all", "figure": "total", "kind": "petition"}
        asked |= {"by": "community", "part": area["name"]}
        listed = staff.get("/api/cases", query_string=asked).json["total"]
        assert listed == area["figures"]["total"]
        assert len(area["outline"][0][0]) >= 5
    assert staff.get("/api/cases/areas").json["total"] == 194


def test_a_ranking_is_frozen_once_private_and_needs_a_minimum(browse, district):
    closed = "'2025-03-01 10:00+08'::timestamptz"
    for grid, n, late in (("a1", 12, False), ("a2", 15, True), ("b1", 3, False)):
        ask(
            district,
            "INSERT INTO incident (source, source_id, state, reported_at, closed_at, handled_at,"
            " due_at, community_id, grid_now, late)"
            f" SELECT 'x', :grid || ':' || n, 'closed', {closed}, {closed}, {closed},"
            f" {closed} + interval '1 day', :unit, :grid_id, :late"
            " FROM generate_series(1, :n) AS n",
            grid=grid, n=n, late=late, grid_id=district.grid[grid], unit=district.unit[grid[0]],
        )  # fmt: skip
    admin, leader = browse("admin"), browse("leader")
    assert (
        browse("staff").post("/api/cases/rankings", json={"month": "2025-03-01"}).status_code == 403
    )
    assert admin.post("/api/cases/rankings", json={"month": "2025-03-01"}).status_code == 201
    again = admin.post("/api/cases/rankings", json={"month": "2025-03-01"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "ranking_frozen")
    now = admin.post("/api/cases/rankings", json={"month": f"{datetime.now(CHINA):%Y-%m}-01"})
    assert now.json["error"]["code"] == "month_not_over"
    (kept,) = admin.get("/api/cases/rankings").json["rankings"]
    assert [(r["grid"][-6:], r["rank"]) for r in kept["rows"]] == [
        ("001001", 1), ("001002", 2), ("002001", None),
    ]  # fmt: skip
    month = {"from": kept["since"], "to": kept["until"], "tab": "all", "by": "grid"}
    for row in kept["rows"]:
        asked = {**month, "part": row["grid"], "figure": "closed"}
        assert admin.get("/api/cases", query_string=asked).json["total"] == row["closed"]
    ask(district, "UPDATE incident SET late = false")
    assert admin.get("/api/cases/rankings").json["rankings"][0] == kept, "frozen is frozen"
    assert leader.get("/api/cases/rankings").json["rankings"] == []
    admin.post("/api/cases/rankings/shown", json={"month": "2025-03-01", "public": True})
    assert len(leader.get("/api/cases/rankings").json["rankings"]) == 1


def this_week():
    year, week, _ = datetime.now(CHINA).isocalendar()
    return f"{year}-W{week:02d}"


def test_the_agenda_lists_exactly_the_open_cases_of_the_community(staff, district):
    opened = [make(staff), make(staff, x=150, text="电话 13812345678")]
    close(staff, make(staff))
    make(staff, x=250)  # the community next door
    query = {"unit": district.unit["a"], "week": this_week()}
    told = staff.get("/api/cases/agenda", query_string=query).json
    assert sorted(row["id"] for row in told["rows"]) == opened
    assert told["at_grid"] == {"n": 1, "total": 1, "percent": 100.0}
    week = {"tab": "all", "closed_from": told["since"], "closed_to": told["until"]}
    for figure in ("closed", "at_grid"):
        asked = {**week, "figure": figure, "community": district.unit["a"]}
        assert staff.get("/api/cases", query_string=asked).json["total"] == 1, "opens its list"
    book = openpyxl.load_workbook(
        io.BytesIO(staff.get("/api/cases/agenda.xlsx", query_string=query).data)
    )
    cells = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell]
    assert {str(case) for case in opened} <= set(cells)
    assert "13812345678" not in "".join(cells)
    paper = pypdf.PdfReader(io.BytesIO(staff.get("/api/cases/agenda.pdf", query_string=query).data))
    printed = "".join(page.extract_text() for page in paper.pages)
    assert all(str(case) in printed for case in opened)
    assert "网格周例会议程" in printed
    before = {"unit": district.unit["a"], "week": "2020-W01"}
    assert staff.get("/api/cases/agenda", query_string=before).json["rows"] == []
    bad = {"unit": district.unit["a"], "week": "2025-W60"}
    assert staff.get("/api/cases/agenda", query_string=bad).json["error"]["code"] == "bad_week"


def test_the_agenda_of_another_community_is_not_found(browse, district):
    query = {"unit": district.unit["a"], "week": this_week()}
    assert browse("planner_b").get("/api/cases/agenda", query_string=query).status_code == 404


def test_a_day_that_the_district_sets_moves_deadlines(staff):
    today = datetime.now(CHINA).date()
    days = [today + timedelta(days=n) for n in range(1, 6)]
    for day in days:
        staff.post("/api/cases/settings/days", json={"day": day.isoformat(), "working": False})
    told = staff.post(
        "/api/cases/settings/days",
        json={"day": (today + timedelta(days=6)).isoformat(), "working": True, "note": "补班"},
    ).json
    assert len(told["calendar"]["days"]) == 6
    case = make(staff, category="0505")  # one working day
    due = datetime.fromisoformat(staff.get(f"/api/incidents/{case}").json["due_at"])
    assert due.astimezone(CHINA).date() == today + timedelta(days=6)
    cleared = {"day": days[0].isoformat(), "working": None}
    told = staff.post("/api/cases/settings/days", json=cleared).json
    assert len(told["calendar"]["days"]) == 5
    assert told["calendar"]["known_until"].endswith("-12-31")


def test_rules_are_set_and_used(staff, district):
    stages = [{"stage": "handle", "amount": 30, "unit": "day"}]
    staff.post("/api/cases/settings/deadlines", json={"category": "0102", "stages": stages})
    unit = district.unit["district"]
    bodies = {"category": "01", "unit": unit, "bodies": ["环卫所"]}
    staff.post("/api/cases/settings/bodies", json=bodies)
    case = make(staff)
    assert staff.get(f"/api/cases/{case}/route").json == {"bodies": ["环卫所"], "route": "dispatch"}
    due = datetime.fromisoformat(staff.get(f"/api/incidents/{case}").json["due_at"])
    assert (due - datetime.now(CHINA)).days == 29
    plan = {
        "name": "管井",
        "category": "2112",
        "unit": unit,
        "every_days": 7,
        "starts_on": "2025-01-01",
    }
    made = staff.post("/api/cases/settings/rounds", json=plan)
    assert made.status_code == 201
    (kept,) = made.json["rounds"]
    staff.post(f"/api/cases/settings/rounds/{kept['id']}", json={"active": False})
    alert = {"n": 5, "days": 14, "metres": 100, "active": False}
    told = staff.post("/api/cases/settings/alerts/cluster", json=alert).json
    assert next(a for a in told["alerts"] if a["key"] == "cluster")["n"] == 5
    assert told["rounds"][0]["active"] is False
    unknown = {"category": "9999", "stages": stages}
    assert staff.post("/api/cases/settings/deadlines", json=unknown).status_code == 422
    assert staff.post("/api/cases/settings/alerts/none", json=alert).status_code == 404


def test_only_the_desk_sets_rules(browse):
    for login in ("planner", "leader"):
        assert browse(login).get("/api/cases/settings").status_code == 403


def test_hostile_words_come_back_as_words(staff):
    case = make(staff, text=HOSTILE)
    go(staff, case, "comment", note=HOSTILE)
    seen = staff.get(f"/api/incidents/{case}").json
    assert seen["text"] == HOSTILE
    assert seen["events"][-1]["note"] == HOSTILE
