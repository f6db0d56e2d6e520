"""Papers of a plan: map book, cards with QR codes, workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from plan_land import Land, cleared, draft, drawn
from pypdf import PdfReader

from gisgrid.errors import Forbidden, NotFound
from gisgrid.services.edit_plan import move_cells, set_grid
from gisgrid.services.jobs import job_file, start_job, view_job
from gisgrid.services.leader_sheet import leader_sheet
from gisgrid.services.map_book import grid_address, map_book, map_book_job
from gisgrid.services.new_plan import new_plan
from gisgrid.services.paper_words import say_in
from gisgrid.services.plan_workbook import plan_workbook
from gisgrid.services.publish_plan import publish_plan
from gisgrid.services.run_jobs import Progress
from gisgrid.storage import jobs
from gisgrid.storage.engine import SYSTEM, transaction

ADDRESS = "https://grid.example"
LEADERS = ("甲明", "乙芳", "丙强", "丁兰")
A4, A3 = (210, 297), (297, 420)


@pytest.fixture(scope="module")
def land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield cleared(land)


@pytest.fixture(scope="module")
def plan(land: Land) -> int:
    """``AABB/ACBD/CCDD`` in force, then a draft with the second cell in B."""
    first = draft(land)
    for position, leader in enumerate(LEADERS):
        options = {"base_version": 1 + position, "changes": {"leader_name": leader}}
        set_grid(land.engine, land.planner, first, position, **options)
    day = date.today()
    publish_plan(land.engine, land.planner, first, base_version=5, effective_from=day)
    copy = new_plan(land.engine, land.planner, land.unit, start="effective")
    gesture = {"kind": "brush", "moves": [[land.cells[1], 0, 1]], "base_version": 1}
    move_cells(land.engine, land.planner, copy, **gesture)
    return copy


def book(land: Land, plan: int, size: str = "A4", language: str = "zh") -> PdfReader:
    say = say_in(language)
    made = map_book(land.engine, land.planner, plan, size=size, address=ADDRESS, say=say)
    return PdfReader(io.BytesIO(made))


def words(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_a_book_has_an_overview_and_one_page_a_grid(land, plan):
    pages = [page.extract_text() for page in book(land, plan).pages]
    assert len(pages) == 5
    assert "阳光社区网格图册" in pages[0]
    for number, (page, leader) in enumerate(zip(pages[1:], LEADERS, strict=True), start=1):
        assert f"{number:03d} 网格" in page
        assert leader in page


def test_the_overview_lists_all_grids_with_sums_that_close(land, plan):
    overview = book(land, plan).pages[0].extract_text()
    for expected in ("220", "470", "400", "370", "1,460", "−180", "+70", "300–500"):
        assert expected in overview


def test_every_page_has_scale_north_date_legend_and_page_number(land, plan):
    reader = book(land, plan)
    for number, page in enumerate(reader.pages, start=1):
        told = page.extract_text()
        for expected in ("1 : ", " m", "北", date.today().isoformat()[:4], f"第 {number} / 5 页"):
            assert expected in told


def test_a_page_lists_the_buildings_of_its_grid(land, plan):
    told = book(land, plan).pages[1].extract_text()
    assert "楼栋清单（2 栋）" in told


def test_all_fonts_of_a_book_are_embedded(land, plan):
    fonts = {
        font.get_object()["/BaseFont"]: "/FontFile2"
        in font.get_object().get("/FontDescriptor", {}).get_object()
        for page in book(land, plan).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts and all(fonts.values()), fonts


@pytest.mark.parametrize(("size", "millimetres"), [("A4", A4), ("A3", A3)])
def test_a_book_is_printed_on_the_format_asked_for(land, plan, size, millimetres):
    box = book(land, plan, size).pages[0].mediabox
    assert tuple(round(float(side) / 72 * 25.4) for side in (box.width, box.height)) == millimetres


def test_a_book_is_printed_in_english_too(land, plan):
    told = words(book(land, plan, language="en"))
    assert "map book" in told and "Grid 003" in told
    assert "papers." not in told and "plans." not in told


def test_a_code_leads_to_the_grid_not_to_the_plan(land, plan):
    assert grid_address(ADDRESS, "990101004007003") == f"{ADDRESS}/g/990101004007003"


def test_the_cards_of_the_leaders_name_grid_leader_and_households(land, plan):
    say = say_in("zh")
    made = leader_sheet(land.engine, land.planner, plan, address=ADDRESS, say=say)
    told = words(PdfReader(io.BytesIO(made)))
    for expected in (*LEADERS, "003 网格", "470 户 · 4 栋", "990101004007004"):
        assert expected in told


def test_a_book_is_made_as_a_job_and_fetched_by_who_asked(land, plan):
    payload = {"plan": plan, "size": "A3", "language": "zh", "address": ADDRESS}
    job = start_job(land.engine, land.planner, "map_book", payload)
    with transaction(land.engine, SYSTEM) as conn:
        assert jobs.take(conn).id == job
    told = map_book_job(land.engine, land.planner, payload, Progress(land.engine, job))
    seen = view_job(land.engine, land.planner, job)
    assert (seen["done"], seen["total"], seen["message"]) == (6, 6, "papers.drawing_pages")
    file = job_file(land.engine, land.planner, job)
    assert file.content.startswith(b"%PDF")
    assert file.name == told["file"] == f"网格图册-{plan}-A3.pdf"
    with pytest.raises(NotFound):
        job_file(land.engine, land.colleague, job)


def test_papers_are_for_readers_of_plans_in_their_scope(land, plan):
    options = {"size": "A4", "address": ADDRESS, "say": say_in("zh")}
    with pytest.raises(NotFound):
        map_book(land.engine, land.stranger, plan, **options)
    with pytest.raises(Forbidden):
        map_book(land.engine, land.leader, plan, **options)


def workbook(land: Land, plan: int, language: str = "zh") -> openpyxl.Workbook:
    made = plan_workbook(land.engine, land.planner, plan, say_in(language))
    return openpyxl.load_workbook(io.BytesIO(made))


def test_the_workbook_tells_what_is_adjusted_new_and_the_total(land, plan):
    sheet = workbook(land, plan)["汇总"]
    told = {row[0]: row[1] for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert told["调整网格"] == 2
    assert told["新增网格"] == told["撤销网格"] == 0
    assert told["网格总数（原 → 新）"] == "4 → 4"
    assert (told["移动户数"], told["总户数"]) == (130, 1460)


def test_the_workbook_closes_households_over_grids_and_buildings(land, plan):
    made = workbook(land, plan)
    *grids, total = made["网格"].iter_rows(min_row=3, values_only=True)
    buildings = list(made["楼栋"].iter_rows(min_row=2, values_only=True))
    assert sum(row[4] for row in grids) == total[4] == sum(row[6] for row in buildings) == 1460
    assert {row[0] for row in buildings} == {row[0] for row in grids}


def test_the_workbook_lists_the_thirteen_rules(land, plan):
    rules = list(workbook(land, plan)["规则"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rules] == [f"V{n:02d}" for n in range(1, 14)]
    size = next(row for row in rules if row[0] == "V07")
    assert size[2] == "否" and "001 格 220 户" in size[3]


def test_the_workbook_speaks_english(land, plan):
    made = workbook(land, plan, "en")
    assert made.sheetnames == ["Summary", "Grids", "Buildings", "Rules", "Exceptions"]
    told = [str(v) for sheet in made for row in sheet.iter_rows(values_only=True) for v in row if v]
    assert not [text for text in told if text.startswith(("papers.", "plans.", "rules."))]
