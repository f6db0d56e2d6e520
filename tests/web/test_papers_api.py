"""Papers, comparisons, other days and decisions over HTTP: types, names, scope, words."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def planner(browse):
    return browse("planner")


@pytest.fixture
def draft(planner, district) -> int:
    """A copy of community a's plan in force with the second cell in the first grid."""
    body = {"unit": district.unit["a"], "start": "effective"}
    plan = planner.post("/api/plans", json=body).json["id"]
    moves = [[district.cell["a1"], 1, 0]]
    gesture = {"base_version": 1, "kind": "click", "moves": moves}
    assert planner.post(f"/api/plans/{plan}/edits", json=gesture).status_code == 200
    return plan


def test_a_comparison_is_told_in_figures_and_polygons(planner, draft, district):
    told = planner.get(f"/api/plans/{draft}/comparison").json
    assert told["before"]["id"] == district.plan["a"]
    assert told["sums"]["moved_households"] == 200
    assert told["sums"]["households"] == [1000, 1000]
    assert {len(told["map"][side]) for side in ("before", "after")} == {2}
    assert told["map"]["moved"][0]["geometry"]["type"] == "Polygon"


def test_names_of_buildings_stay_data_in_papers(planner, draft):
    notice = planner.get(f"/api/plans/{draft}/notice.pdf").data
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(notice)).pages)
    assert "{{7*7}}<script>alert(1)</script>" in words.replace("\n", "")


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("notice.pdf", PDF),
        ("notice.xlsx", XLSX),
        ("notice.pdf?with=start", PDF),
        ("leaders.pdf", PDF),
        ("plan.xlsx", XLSX),
    ],
)
def test_papers_are_files_with_names_in_the_readers_language(planner, draft, path, media_type):
    answer = planner.get(f"/api/plans/{draft}/{path}")
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert "attachment; filename*=UTF-8''%" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_papers_speak_the_language_of_the_reader(planner, draft):
    planner.client.set_cookie("gisgrid_language", "en")
    cards = planner.get(f"/api/plans/{draft}/leaders.pdf")
    assert "leader-qr-codes" in cards.headers["Content-Disposition"]
    assert "Grid 001" in PdfReader(io.BytesIO(cards.data)).pages[0].extract_text()


def test_a_book_is_begun_as_a_job(planner, draft):
    answer = planner.post(f"/api/plans/{draft}/book", json={"size": "A3"})
    assert answer.status_code == 202
    job = planner.get(f"/api/jobs/{answer.json['job']}").json
    assert (job["kind"], job["state"]) == ("map_book", "queued")
    assert planner.post(f"/api/plans/{draft}/book", json={"size": "A2"}).status_code == 422
    assert planner.post("/api/plans/999999/book", json={}).status_code == 404


@pytest.mark.parametrize("value", ["0", "-1", "x", "99999999999", "force;", "1.0", "²"])
def test_a_plan_to_compare_with_is_an_id_or_a_known_word(planner, draft, value):
    answer = planner.get(f"/api/plans/{draft}/comparison", query_string={"with": value})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path", ["comparison", "notice.pdf", "notice.xlsx", "leaders.pdf", "plan.xlsx", "reviews"]
)
def test_plans_outside_the_scope_are_not_there(browse, draft, path):
    assert browse("planner_b").get(f"/api/plans/{draft}/{path}").status_code == 404


def test_the_district_and_its_plans_are_told_of_a_day(planner, district):
    assert planner.get("/api/district?at=1990-01-01").json["totals"]["grids"] == 0
    assert planner.get("/api/district/grids?at=1990-01-01").json["grid"] == []
    assert planner.get("/api/plans?at=1990-01-01").json == []
    now = planner.get("/api/district/grids").json
    assert planner.get("/api/district/grids?at=2100-01-01").json == now
    for bad in ("yesterday", "2026-02-30", ""):
        assert planner.get(f"/api/district?at={bad}").status_code == 422
        assert planner.get(f"/api/tiles/district/14/13500/6700.mvt?at={bad}").status_code == 422


def test_a_code_leads_to_the_page_of_its_grid(browse, planner, district):
    code = "110101001001001"
    to = planner.get(f"/g/{code}")
    assert (to.status_code, to.headers["Location"]) == (302, f"/?grid={district.grid['a1']}")
    assert planner.get("/g/110101001001999").status_code == 404
    assert planner.get("/g/%27%3B--").status_code == 404


def test_a_name_and_a_comment_have_their_limits(planner, draft):
    for name in ("", "x" * 121):
        assert planner.post(f"/api/plans/{draft}/name", json={"name": name}).status_code == 422
    assert planner.post(f"/api/plans/{draft}/name", json={"name": "秋季"}).json["name"] == "秋季"
    long = {"comment": "x" * 1001}
    assert planner.post(f"/api/plans/{draft}/approve", json=long).status_code == 422


def test_only_administrators_ask_for_two_persons(browse, planner):
    wish = {"two_person": True}
    assert planner.post("/api/project/approval", json=wish).status_code == 403
    admin = browse("admin")
    assert admin.post("/api/project/approval", json={"two_person": "yes"}).status_code == 422
    assert admin.post("/api/project/approval", json=wish).json == wish
    assert admin.get("/api/district").json["project"]["two_person"] is True
    admin.post("/api/project/approval", json={"two_person": False})


def test_the_page_of_a_comparison_needs_no_records(planner):
    page = planner.get("/plans/compare?plan=1&with=<script>")
    assert page.status_code == 200
    assert b"<script>&" not in page.data and b"with=<script>" not in page.data
