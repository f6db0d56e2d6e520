"""The change notice: sums are equal, all concerned are named, on paper and in the workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from plan_land import Land, cleared, draft, drawn
from pypdf import PdfReader

from gisgrid.services.change_notice import notice_paper, notice_workbook
from gisgrid.services.compare_plans import view_comparison
from gisgrid.services.edit_plan import move_cells, set_grid
from gisgrid.services.new_plan import new_plan
from gisgrid.services.paper_words import say_in
from gisgrid.services.publish_plan import publish_plan

TODAY = date.today()
LEADERS = ("甲明", "乙芳", "丙强", "丁兰")
MOVED = 130


@pytest.fixture(scope="module")
def land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield cleared(land)


@pytest.fixture(scope="module")
def plan(land: Land) -> int:
    """A copy of the plan in force (``AABB/ACBD/CCDD``): the second cell goes from A to B."""
    first = draft(land)
    for position, leader in enumerate(LEADERS):
        options = {"base_version": 1 + position, "changes": {"leader_name": leader}}
        set_grid(land.engine, land.planner, first, position, **options)
    publish_plan(land.engine, land.planner, first, base_version=5, effective_from=TODAY)
    copy = new_plan(land.engine, land.planner, land.unit, start="effective")
    gesture = {"kind": "brush", "moves": [[land.cells[1], 0, 1]], "base_version": 1}
    move_cells(land.engine, land.planner, copy, **gesture)
    return copy


def workbook(land: Land, plan: int, language: str = "zh") -> openpyxl.Workbook:
    made = notice_workbook(land.engine, land.planner, plan, "force", say_in(language))
    return openpyxl.load_workbook(io.BytesIO(made))


def words(land: Land, plan: int, language: str = "zh") -> str:
    made = notice_paper(land.engine, land.planner, plan, "force", say_in(language))
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def rows(sheet) -> list[tuple]:
    return [row for row in sheet.iter_rows(values_only=True) if any(v is not None for v in row)]


def test_households_before_and_after_close_in_the_workbook(land, plan):
    *grids, total = rows(workbook(land, plan).worksheets[0])[2:]
    before, after = (sum(row[column] or 0 for row in grids) for column in (4, 5))
    assert before == after == total[4] == total[5] == 1460


def test_every_moved_building_is_listed_with_both_grids_and_leaders(land, plan):
    *buildings, total = rows(workbook(land, plan).worksheets[1])[2:]
    ((_, _, code_before, leader_before, code_after, leader_after, households),) = buildings
    assert (code_before[-3:], leader_before) == ("001", "甲明")
    assert (code_after[-3:], leader_after) == ("002", "乙芳")
    assert households == total[-1] == MOVED


def test_what_leaves_the_grids_is_what_comes_to_them(land, plan):
    told = view_comparison(land.engine, land.planner, plan, "force")
    gained = sum(leader["gained_households"] for leader in told["leaders"])
    lost = sum(leader["lost_households"] for leader in told["leaders"])
    assert gained == lost == told["sums"]["moved_households"] == MOVED


def test_the_leaders_concerned_are_told_what_comes_and_goes(land, plan):
    leaders = rows(workbook(land, plan).worksheets[2])[1:]
    assert leaders == [
        ("乙芳", "002", 1, MOVED, None, None),
        ("甲明", "001", None, None, 1, MOVED),
    ]


def test_the_paper_names_figures_grids_leaders_and_equal_sums(land, plan):
    told = words(land, plan)
    for expected in (
        "阳光社区网格调整通知",
        "130",
        "350 → 220",
        "340 → 470",
        "甲明",
        "乙芳",
        "1,460 = 1,460",
    ):
        assert expected in told


def test_the_paper_is_written_in_english_too(land, plan):
    told = words(land, plan, "en")
    assert "change of grids" in told and "Page 1 of" in told
    assert "papers." not in told and "comparison." not in told


def test_the_paper_is_written_in_chinese_throughout(land, plan):
    told = words(land, plan)
    assert "papers." not in told and "comparison." not in told


def test_a_plan_that_changes_nothing_says_so(land, plan):
    copy = new_plan(land.engine, land.planner, land.unit, start="effective")
    told = words(land, copy)
    assert "0 栋楼、0 户调整所属网格" in told.replace("\n", "")
    assert "全部网格沿用原编码" in told.replace("\n", "")
