"""Minutes 8 to 10: two plans side by side, the notice, the map book, any day, the second person."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from conftest import Site
from openpyxl import load_workbook
from playwright.sync_api import Download, Locator, Page, expect
from pypdf import PdfReader
from walking import begin_draft, get, grids_in_force, number, plan_view, post, speak

Enter = Callable[..., Page]
Keep = Callable[[Page, str], None]

SUMS = {"zh": "两方案总户数相等", "en": "Both plans hold the same households"}
MODES = {"zh": ("差异", "卷帘", "并排"), "en": ("Difference", "Swipe", "Side by side")}
NOTICE = {"zh": "网格调整通知", "en": "change of grids"}
BOOK = {"zh": "网格图册", "en": "map book"}


@pytest.fixture
def planner(planner: Page) -> Page:
    """The planner begins in Chinese, whatever the test before has chosen."""
    speak(planner, "zh")
    return planner


@pytest.fixture
def changed(planner: Page) -> int:
    """A draft of a community with one cell given to the neighbour."""
    grids = grids_in_force(planner)
    unit = max(
        {grid["unit"] for grid in grids}, key=lambda one: sum(g["unit"] == one for g in grids)
    )
    draft = begin_draft(planner, unit)
    view = plan_view(planner, draft)
    a, b = next(
        (a, b)
        for a, b in view.borders
        if view.grid[a] != view.grid[b] and view.cells[a]["households"] > 0
    )
    gesture = {"kind": "click", "moves": [[a, view.grid[a], view.grid[b]]]}
    post(planner, f"/api/plans/{draft}/edits", gesture | {"base_version": 1})
    return draft


def row_of(page: Page, plan: int) -> Locator:
    """The row of a plan in the list."""
    return page.locator("#plan-rows tr").filter(has=page.locator(f'a[href="/plans/{plan}"]'))


def pdf_of(download: Download) -> PdfReader:
    return PdfReader(download.path())


def words(reader: PdfReader) -> str:
    """The text of a paper; a browser writes some Chinese signs by their twins among radicals."""
    text = "\n".join(page.extract_text() for page in reader.pages)
    return unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_plans_are_compared_on_the_map_in_three_ways(
    planner: Page, changed: int, picture: Keep, language: str
):
    speak(planner, language)
    planner.goto(f"/plans/compare?plan={changed}")
    expect(planner.locator("#status-totals")).to_contain_text(SUMS[language])
    told = get(planner, f"/api/plans/{changed}/comparison")
    shown = planner.locator("#sums dd b").first
    assert number(shown.text_content()) == told["sums"]["moved_households"] > 0
    rows = planner.locator("#grids tbody tr")
    expect(rows).to_have_count(told["sums"]["changed"])
    picture(planner, f"compare-{language}")
    for mode in MODES[language]:
        planner.click(f"#mode >> text={mode}")
        expect(planner.locator(f'#mode >> text="{mode}"')).to_have_attribute("aria-pressed", "true")
        planner.wait_for_timeout(600)
        picture(planner, f"compare-{language}-{MODES[language].index(mode)}")
    expect(planner.locator(".folium-map")).to_have_count(2)


def test_the_divider_is_moved_by_keys_and_by_the_mouse(planner: Page, changed: int):
    planner.goto(f"/plans/compare?plan={changed}")
    planner.wait_for_selector("#sums dd")
    planner.click("#mode >> text=卷帘")
    divider = planner.locator("#divider")
    divider.focus()
    for _ in range(5):
        planner.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "60")
    box = divider.bounding_box()
    planner.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    planner.mouse.down()
    planner.mouse.move(box["x"] - 200, box["y"] + box["height"] / 2, steps=4)
    planner.mouse.up()
    assert int(divider.get_attribute("aria-valuenow")) < 50
    clip = planner.evaluate("() => document.querySelector('.other-map').style.clipPath")
    assert re.match(r"inset\(0(px)? 0(px)? 0(px)? \d", clip)


def test_both_maps_show_the_same_place(planner: Page, changed: int):
    planner.goto(f"/plans/compare?plan={changed}")
    planner.wait_for_selector("#sums dd")
    planner.click("#mode >> text=并排")
    planner.wait_for_timeout(600)
    labels = planner.locator(".other-map")
    expect(labels).to_be_visible()
    box = planner.locator("#map-holder").bounding_box()
    planner.mouse.move(box["x"] + 100, box["y"] + 200)
    planner.mouse.down()
    planner.mouse.move(box["x"] + 220, box["y"] + 260, steps=5)
    planner.mouse.up()
    moved = planner.evaluate(
        "() => [...document.querySelectorAll('.folium-map .leaflet-map-pane')].map((pane) =>"
        " new DOMMatrix(getComputedStyle(pane).transform)).map(({ e, f }) => [e, f])"
    )
    assert moved[0] != [0, 0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_notice_is_fetched_as_paper_and_as_workbook(planner: Page, changed: int, language: str):
    speak(planner, language)
    planner.goto(f"/plans/compare?plan={changed}")
    planner.wait_for_selector("#notice .notice h3")
    assert NOTICE[language] in planner.locator("#notice h3").text_content()
    files = {}
    for form in ("pdf", "xlsx"):
        planner.click("#export summary")
        with planner.expect_download() as fetched:
            planner.click(f"#notice-{form}")
        files[form] = fetched.value
    told = get(planner, f"/api/plans/{changed}/comparison")
    assert NOTICE[language] in words(pdf_of(files["pdf"]))
    sheets = load_workbook(io.BytesIO(files["xlsx"].path().read_bytes())).worksheets
    *_, total = sheets[1].iter_rows(values_only=True)
    assert total[-1] == told["sums"]["moved_households"]


@pytest.mark.parametrize(("language", "size"), [("zh", "A4"), ("en", "A3")])
def test_the_map_book_is_drawn_as_a_job_and_kept(
    planner: Page, changed: int, language: str, size: str
):
    speak(planner, language)
    planner.goto("/plans")
    row = planner.locator("#plan-rows tr").filter(
        has=planner.locator(f'a[href="/plans/{changed}"]')
    )
    row.locator("details.menu summary").click()
    with planner.expect_download(timeout=120_000) as fetched:
        row.locator(f"details.menu button:has-text('{size}')").click()
    book = pdf_of(fetched.value)
    grids = len(get(planner, f"/api/plans/{changed}")["grids"])
    assert len(book.pages) >= grids + 1
    assert BOOK[language] in book.pages[0].extract_text()
    wide, high = (round(float(side) * 25.4 / 72) for side in book.pages[0].mediabox[2:])
    assert (wide, high) == {"A4": (210, 297), "A3": (297, 420)}[size]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_district_is_looked_at_on_another_day(planner: Page, picture: Keep, language: str):
    speak(planner, language)
    first = min(plan["effective_from"] for plan in get(planner, "/api/plans?at=2100-01-01"))
    before = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    planner.goto("/")
    planner.wait_for_selector("#communities tr.clickable")
    planner.fill("#day", first)
    planner.dispatch_event("#day", "change")
    planner.wait_for_url(f"**/?at={first}")
    expect(planner.locator("#day-note b")).to_contain_text(first)
    expect(planner.locator('[data-figure="grids"] dd')).not_to_have_text("0")
    picture(planner, f"day-{language}")
    planner.goto(f"/?at={before}")
    expect(planner.locator('[data-figure="grids"] dd')).to_have_text("0")
    planner.click("#day-note a")
    planner.wait_for_url(lambda address: "at=" not in address)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_shows_which_plans_were_in_force_on_a_day(planner: Page, language: str):
    speak(planner, language)
    today = date.today().isoformat()
    planner.goto(f"/plans?at={today}")
    expected = len(get(planner, f"/api/plans?at={today}"))
    expect(planner.locator("#plan-rows tr")).to_have_count(expected)
    planner.fill("#day-filter", "1999-01-01")
    planner.dispatch_event("#day-filter", "change")
    expect(planner.locator("#no-plans-words")).to_contain_text("1999-01-01")


def test_a_draft_is_renamed_and_duplicated_from_the_list(planner: Page, changed: int):
    planner.goto("/plans")
    row = planner.locator("#plan-rows tr").filter(
        has=planner.locator(f'a[href="/plans/{changed}"]')
    )
    row.locator("details.menu summary").click()
    row.locator("text=重命名").click()
    planner.fill("#name-dialog input", "秋季 <b>调整</b>")
    planner.click("#name-dialog button.primary")
    expect(row.locator("a").first).to_have_text("秋季 <b>调整</b>")
    row.locator("details.menu summary").click()
    row.locator("text=复制为草案").click()
    planner.wait_for_url(re.compile(r"/plans/\d+$"))
    expect(planner.locator("#plan-name")).to_have_text("秋季 <b>调整</b> 副本")


def test_drafts_for_a_whole_street_are_begun_at_once(planner: Page):
    planner.goto("/plans")
    planner.wait_for_selector("#plan-rows tr a")
    before = planner.locator("#plan-rows .pill.accent").count()
    planner.click("#new-plan")
    street = planner.locator("#new-plan-dialog select optgroup option").first
    value = street.get_attribute("value")
    planner.select_option("#new-plan-dialog select", value)
    planner.fill("#new-plan-dialog input[name=name]", "整街道")
    planner.click("#create-plan")
    expect(planner.locator("#message-street")).to_be_visible(timeout=120_000)
    drafts = number(planner.locator("#message-street span").first.text_content())
    expect(planner.locator("#plan-rows .pill.accent")).to_have_count(before + drafts)


def test_another_person_sends_back_with_a_comment_and_approves(
    demo: Site, enter: Enter, planner: Page, picture: Keep
):
    admin = enter(demo, "administrator", "/plans")
    admin.check("#two-person")
    expect(admin.locator("#toasts")).to_contain_text("另一人")
    try:
        unit = grids_in_force(planner)[0]["unit"]
        draft = begin_draft(planner, unit)
        day = (date.today() + timedelta(days=30)).isoformat()
        wish = {"base_version": 1, "effective_from": day}
        rules = get(planner, f"/api/plans/{draft}/rules")
        wish["exceptions"] = {
            str(g): "现状" for rule in rules for found in rule["findings"] for g in found["grids"]
        }
        post(planner, f"/api/plans/{draft}/submit", wish)
        admin.goto(f"/plans/{draft}")
        admin.click("#message-read-only >> text=退回")
        admin.fill("#review-dialog textarea", "001 格再议")
        admin.click("#review-go")
        expect(admin.locator("#reviews q")).to_have_text("001 格再议")
        post(planner, f"/api/plans/{draft}/submit", wish)
        admin.goto(f"/plans/{draft}")
        admin.click("#message-read-only button >> nth=0")
        admin.fill("#review-dialog textarea", "同意")
        admin.click("#review-go")
        expect(admin.locator("#plan-state")).to_have_text("待生效")
        expect(admin.locator("#reviews q").last).to_have_text("同意")
        picture(admin, "reviews")
        post(planner, f"/api/plans/{draft}/withdraw", {})
    finally:
        admin.goto("/plans")
        admin.wait_for_selector("#two-person:not([disabled])")
        admin.uncheck("#two-person")
        expect(admin.locator("#toasts")).to_contain_text("不再要求")


@pytest.mark.parametrize("path", ["/", "/plans", "/coverage", "/incidents", "/data"])
def test_every_view_prints_with_its_title_and_the_date(planner: Page, path: str):
    planner.goto(path)
    planner.wait_for_load_state("networkidle")
    paper = PdfReader(io.BytesIO(planner.pdf(prefer_css_page_size=True, print_background=True)))
    wide, high = (round(float(side) * 25.4 / 72) for side in paper.pages[0].mediabox[2:])
    assert (wide, high) == (420, 297)
    told = words(paper)
    title = planner.title().split(" · ")[0]
    assert title in told and date.today().strftime("%Y-") in told


def test_the_workbench_prints_its_map_and_figures(planner: Page, changed: int):
    planner.goto(f"/plans/{changed}")
    planner.wait_for_selector("#bars .row, #bars [role=row], #bars button")
    paper = PdfReader(io.BytesIO(planner.pdf(prefer_css_page_size=True, print_background=True)))
    told = words(paper)
    assert "制图" in told and "偏差" in told


def test_a_plan_in_force_leaves_its_map_free_on_a_phone(demo: Site, enter: Callable[..., Page]):
    phone = enter(demo, "planner", "/plans", width=390, height=844, has_touch=True)
    plan = next(row["id"] for row in get(phone, "/api/plans") if row["state"] == "effective")
    phone.goto(f"/plans/{plan}")
    phone.wait_for_selector("#messages:not(:empty)")
    views = phone.locator(".map-view").bounding_box()
    assert views and views["height"] < 60
    said, zoom = (phone.locator(one).bounding_box() for one in ("#messages", ".map-buttons"))
    assert said and zoom and said["y"] + said["height"] <= zoom["y"]
