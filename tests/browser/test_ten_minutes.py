"""The first ten minutes, one after the other, in both languages; then the leader's phone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from conftest import Site
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from walking import (
    PlanView,
    bar,
    get,
    grids_in_force,
    heavy_and_light,
    number,
    open_workbench,
    pixel,
    place,
    plan_view,
    rows,
    saved,
    speak,
    take_brush,
    wait_for_district,
)

from gisgrid.language import translate

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]
TARGET, LOW, HIGH = 400, 320, 480


@pytest.fixture(scope="module")
def town(serve: Callable[..., Site]) -> Site:
    """A district of its own: what is published here changes no other test."""
    return serve()


@pytest.mark.parametrize(("language", "nth"), [("zh", 0), ("en", 1)])
def test_the_first_ten_minutes(town, enter, picture, language, nth):
    page = enter(town, "planner", "/")
    speak(page, language)
    say = lambda key, **values: translate(language, key, **values)  # noqa: E731
    keep = lambda name: picture(page, f"ten-{language}-{name}")  # noqa: E731

    heavy = open_the_district(page, nth)
    keep("0-district")
    read_the_card(page, heavy)
    keep("1-card")
    draft = begin_the_draft(page, heavy, say)
    draft = move_one_building(page, draft)
    keep("2-drawn")
    draft = balance_in_part(page, draft)
    keep("4-balanced")
    draft = split_and_merge(page, draft)
    keep("5-split")
    read_the_coverage(page, say)
    keep("6-coverage")
    open_an_incident(page)
    keep("7-incident")
    compare_and_take_away(page, draft, keep)
    publish(page, draft, say)
    keep("9-published")
    speak(page, "zh")


def open_the_district(page: Page, nth: int) -> dict:
    """Minute 0: grids by colour, figures at the head; the heaviest grid of the nth uneven unit."""
    grids = grids_in_force(page)
    wait_for_district(page, grids)
    shown = number(page.locator("#figures [data-figure=households] dd").text_content())
    assert shown == sum(grid["households"] for grid in grids)
    heaviest: dict[int, dict] = {}
    for grid in sorted(grids, key=lambda g: -g["households"]):
        heaviest.setdefault(grid["unit"], grid)
    return list(heaviest.values())[nth]


def read_the_card(page: Page, heavy: dict) -> None:
    """Minute 1: the card says what API and CSV say."""
    assert heavy["households"] > 500
    page.mouse.click(*pixel(page, heavy["x"], heavy["y"]))
    card = page.locator("#grid-card")
    expect(card).to_contain_text(heavy["code"][-3:])
    shown = [number(dd.text_content()) for dd in card.locator("dl.measures dd").all()[:3]]
    assert shown == [heavy[name] for name in ("households", "residents", "buildings")]


def begin_the_draft(page: Page, heavy: dict, say: Callable[..., str]) -> PlanView:
    """Minute 2: a draft copies the grids in force."""
    page.locator("#grid-card").get_by_text(say("overview.redraw")).click()
    page.wait_for_url(re.compile(r"/plans/\d+$"))
    draft = open_workbench(page, int(page.url.rsplit("/", 1)[1]))
    assert draft.grid == plan_view(page, heavy["plan"]).grid
    expect(page.locator("#rules .rule-chip")).to_have_count(13)
    return draft


def move_one_building(page: Page, draft: PlanView) -> PlanView:
    """Minutes 2 to 4: both counts change, undo and redo, the plan in force stays."""
    donor, receiver, (cell, _) = heavy_and_light(draft)
    take_brush(page, receiver)
    page.mouse.click(*place(page, draft, cell))
    saved(page)
    after = plan_view(page, draft.id)
    moved = {c: p for c, p in after.grid.items() if draft.grid[c] != p}
    assert cell in moved
    assert set(moved.values()) == {receiver}
    for position in (donor, receiver):
        assert bar(page, draft.head(position)["code"]) == after.households[position]
    page.keyboard.press("Control+z")
    saved(page)
    assert plan_view(page, draft.id).grid == draft.grid
    page.keyboard.press("Control+y")
    saved(page)
    assert plan_view(page, draft.id).grid == after.grid
    page.keyboard.press("Escape")
    return after


def balance_in_part(page: Page, draft: PlanView) -> PlanView:
    """Minute 4: 400 ± 20 %, two grids locked, a table before and after, taken in part."""
    calm = sorted(draft.households, key=lambda p: abs(draft.households[p] - TARGET))[:2]
    page.click("#open-balance")
    for position in calm:
        page.locator(
            ".lock-list button:not([data-only])", has_text=draft.head(position)["short"]
        ).click()
    for name, value in (("low", LOW), ("target", TARGET), ("high", HIGH)):
        page.fill(f"#panel-balance input[name={name}]", str(value))
    saved(page)
    page.click("#balance-run")
    expect(page.locator("#balance-accept")).to_be_visible()
    expect(page.locator("table.before-after tbody tr")).not_to_have_count(0)
    boxes = page.locator("table.pairs input[type=checkbox]")
    if boxes.count() > 1:
        boxes.last.uncheck()
        if page.locator("#panel-balance .pill.warn").count():  # that part alone would tear a grid
            boxes.last.check()
    page.click("#balance-accept")
    saved(page)
    after = plan_view(page, draft.id)
    assert after.worst(TARGET) <= draft.worst(TARGET)
    assert after.torn() == {}
    for position in calm:
        assert after.households[position] == draft.households[position]
    page.keyboard.press("k")  # the locks are opened again: the next minute cuts and merges
    page.click("#unlock-all")
    saved(page)
    page.keyboard.press("Escape")
    return plan_view(page, draft.id)


def split_and_merge(page: Page, draft: PlanView) -> PlanView:
    """Minute 5: a line splits a grid in two with a new code; merged again, the code is gone."""
    heavy = max(draft.households, key=lambda p: draft.households[p])
    own = [draft.cells[cell] for cell, position in draft.grid.items() if position == heavy]
    west, east = min(c["x"] for c in own), max(c["x"] for c in own)
    south, north = min(c["y"] for c in own), max(c["y"] for c in own)
    middle = sorted(c["x"] for c in own)[len(own) // 2]
    page.keyboard.press("c")
    far = 0.2 * (north - south)
    assert west < middle < east
    page.mouse.move(*pixel(page, middle, south - far))
    page.mouse.down()
    page.mouse.move(*pixel(page, middle, north + far), steps=12)
    page.mouse.up()
    saved(page)
    expect(page.locator("#bars .bar-row:not(.axis)")).to_have_count(len(draft.households) + 1)
    split = plan_view(page, draft.id)
    assert sum(split.households.values()) == sum(draft.households.values())
    codes = {grid["code"] for grid in split.answer["grids"]}
    (new,) = codes - {grid["code"] for grid in draft.answer["grids"]}
    assert int(new[-3:]) > max(int(grid["code"][-3:]) for grid in draft.answer["grids"])
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.locator("#bars .bar-row:not(.axis)")).to_have_count(len(draft.households))
    return plan_view(page, draft.id)


def read_the_coverage(page: Page, say: Callable[..., str]) -> None:
    """Minute 6: who walks to a market in 15 minutes, and what the straight circle claims."""
    page.goto("/coverage")
    page.select_option("#kind", "market")
    page.click("#minutes button[value='15']")
    answer = get(page, "/api/coverage?kind=market&minutes=15&speed=4")
    expect(page.locator("#headline b").first).to_contain_text(f"{answer['covered']:,}")
    assert answer["straight_covered"] >= answer["covered"]
    expect(page.locator("#legend")).to_contain_text("4.0 km/h")
    page.wait_for_load_state("networkidle")


def open_an_incident(page: Page) -> None:
    """Minute 7: the last thirty days; a late case opens with its clock, its grid and its steps."""
    page.goto("/incidents")
    page.wait_for_selector("#incidents-ready", state="attached")
    page.locator("#states [data-state=overdue]").click()
    page.locator("#list button[data-incident]").first.click()
    card = page.locator("#card")
    expect(card).to_be_visible()
    expect(card.locator("h1, h2, h3").first).not_to_be_empty()


def compare_and_take_away(page: Page, draft: PlanView, keep: Callable[[str], None]) -> None:
    """Minute 8: what changes for whom; the workbook, the shapes and the map book close with it."""
    open_workbench(page, draft.id)
    page.click("#open-compare")
    page.wait_for_url(re.compile("/compare"))
    expect(page.locator("#sums")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    keep("8-compare")
    answer = page.request.get(f"/api/plans/{draft.id}/plan.xlsx")
    book = load_workbook(io.BytesIO(answer.body()))
    words = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {grid["code"] for grid in draft.answer["grids"]} <= words
    assert str(sum(draft.households.values())) in words
    layers = f"/api/exports/file?layers=plan_grids&format=shp&plan={draft.id}"
    names = zipfile.ZipFile(io.BytesIO(page.request.get(layers).body())).namelist()
    assert {name.rsplit(".", 1)[-1] for name in names} >= {"shp", "dbf", "prj", "cpg"}
    notice = page.request.get(f"/api/plans/{draft.id}/notice.pdf")
    assert len(PdfReader(io.BytesIO(notice.body())).pages) >= 1


def publish(page: Page, draft: PlanView, say: Callable[..., str]) -> None:
    """Minute 9: in force today; the old plan is kept, the overview shows the new one."""
    open_workbench(page, draft.id)
    expect(page.locator("#rules .rule-chip")).to_have_count(13)
    page.click("#open-publish")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    page.fill("#effective-from", today)
    for reason in page.locator("#publish-dialog .reasons input").all():
        reason.fill("小区整体，不宜再分")
    page.click("#publish-go")
    expect(page.locator("#plan-state")).to_have_text(say("plans.state_effective"))
    page.goto("/")
    now = [g for g in grids_in_force(page) if g["plan"] == draft.id]
    assert sorted(g["households"] for g in now) == sorted(draft.households.values())
    wait_for_district(page, now)


def test_on_a_phone_the_plan_is_read_and_the_leader_sees_her_grid(town, enter, picture):
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    planner = enter(town, "planner", "/plans", **phone)
    plan = next(p["id"] for p in get(planner, "/api/plans") if p["state"] == "effective")
    planner.goto(f"/plans/{plan}")
    expect(planner.locator("#bars")).to_be_attached()
    assert planner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    planner.wait_for_load_state("networkidle")
    picture(planner, "ten-phone-plan")
    leader = enter(town, "leader", "/my", **phone)
    mine = get(leader, "/api/my")
    expect(leader.locator("body")).to_contain_text(mine["grid"]["code"][-3:])
    assert leader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(leader, "ten-phone-leader")
    assert rows(mine["buildings"])
