"""Incidents: filters, list and map agree; clusters, heat, hot spots and gaps open their lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import Site
from playwright.sync_api import Locator, Page, expect
from walking import get, grids_in_force, number, rows, see, speak

Opener = Callable[..., Page]
CHANNELS = {
    "resident": "居民反馈",
    "patrol": "巡查发现",
    "scheduled": "网上定排",
    "platform": "平台预警",
}
FINISHED = {"closed", "rated", "rejected", "duplicate"}


@pytest.fixture
def incidents(demo: Site, enter: Opener) -> Page:
    return opened(enter(demo, "administrator", "/incidents"))


def opened(page: Page) -> Page:
    page.wait_for_selector("#incidents-ready", state="attached")
    page.select_option("#period", "all")
    agree(page, fitting(page, state="open"))
    return page


def fitting(page: Page, **wanted: str) -> list[dict[str, Any]]:
    """Incidents of the API that fit, with a place."""
    answer = get(page, "/api/incidents")
    held = rows({n: c for n, c in answer.items() if n not in {"unlocated", "categories"}})
    state = wanted.get("state", "all")
    kept: dict[str, Callable[[dict[str, Any]], bool]] = {
        "open": lambda row: row["state"] not in FINISHED,
        "closed": lambda row: row["state"] in FINISHED,
        "overdue": lambda row: row["overdue"],
        "all": bool,
    }
    return [
        row
        for row in held
        if kept[state](row)
        and wanted.get("channel") in (None, row["channel"])
        and wanted.get("since", "") <= row["reported_at"]
    ]


def listed(page: Page) -> int:
    return number(page.locator("#list-count").text_content())


def agree(page: Page, expected: list[dict[str, Any]]) -> None:
    expect(page.locator("#list-count")).to_have_text(f"{len(expected):,}")
    assert see(page, "incidents") == len(expected)
    shown = {
        int(b.get_attribute("data-incident") or 0)
        for b in page.locator("#list button[data-incident]").all()
    }
    assert shown <= {row["id"] for row in expected}
    assert len(shown) == min(50, len(expected))


def state(page: Page, name: str) -> Locator:
    return page.locator(f"#states [data-state={name}]")


def test_open_incidents_are_shown_first_and_list_and_map_agree(incidents, picture):
    shown = [number(state(incidents, s).text_content()) for s in ("open", "overdue", "closed")]
    assert shown == [len(fitting(incidents, state=s)) for s in ("open", "overdue", "closed")]
    assert number(state(incidents, "all").text_content()) == len(fitting(incidents))
    expect(incidents.locator("#list .due").first).to_have_class("due overdue")
    first = incidents.locator("#list [data-text]").first
    expect(first).not_to_be_empty()
    assert see(incidents, "drawnIncidents")["n"] == len(fitting(incidents, state="open"))
    picture(incidents, "13-incidents")


@pytest.mark.parametrize("name", ["overdue", "closed", "all"])
def test_every_figure_opens_its_list(incidents, name):
    state(incidents, name).click()
    agree(incidents, fitting(incidents, state=name))
    assert number(state(incidents, name).text_content()) == listed(incidents)


def test_the_shares_of_the_channels_add_up_and_each_narrows(incidents):
    state(incidents, "all").click()
    shares = incidents.locator("#channels .channel")
    counts = [number(b.text_content()) for b in shares.locator("b").all()]
    assert sum(counts) == len(fitting(incidents))
    assert counts == [len(fitting(incidents, channel=c)) for c in CHANNELS]
    for other in ("居民反馈", "网上定排", "平台预警"):
        shares.filter(has_text=other).click()
    agree(incidents, fitting(incidents, channel="patrol"))


def test_a_category_and_a_level_narrow_list_and_map_alike(incidents, picture):
    state(incidents, "all").click()
    option = incidents.locator("#category option").nth(1)
    expected = number((option.text_content() or "").split("（")[-1])
    incidents.select_option("#category", option.get_attribute("value"))
    expect(incidents.locator("#list-count")).to_have_text(f"{expected:,}")
    assert see(incidents, "incidents") == expected
    incidents.select_option("#level", "5")
    expect(incidents.locator("#list-count")).to_have_text("0")
    expect(incidents.locator("#list .empty")).to_be_visible()
    picture(incidents, "13-nothing-fits")


def test_the_time_slider_narrows_and_a_bar_opens_its_own_list(incidents):
    state(incidents, "all").click()
    everything = listed(incidents)
    low = incidents.locator("#time-strip input").first
    low.focus()
    for _ in range(40):
        low.press("ArrowRight")
    later = listed(incidents)
    assert 0 < later < everything
    expect(incidents.locator("#time-strip output")).to_contain_text(f"{later:,} 件")
    canvas = incidents.locator("#time-strip canvas")
    box = canvas.bounding_box() or {}
    canvas.click(position={"x": box["width"] - 3, "y": 20})
    assert 0 < listed(incidents) < later
    incidents.click("#time-reset")
    assert listed(incidents) == everything


def test_heat_takes_the_place_of_the_marks(incidents, picture):
    state(incidents, "all").click()
    incidents.click("#drawn-as [data-mode=heat]")
    assert see(incidents, "drawnIncidents") == {"n": 0, "marks": 0}
    expect(incidents.locator(".for-heat")).to_be_visible()
    picture(incidents, "13-heat")
    incidents.click("#drawn-as [data-mode=marks]")
    assert see(incidents, "drawnIncidents")["n"] > 0


def test_a_hot_spot_opens_the_list_of_its_incidents(incidents, picture):
    state(incidents, "all").click()
    incidents.click("[data-tab=spots]")
    spot = incidents.locator(".spot").first
    n = number(spot.locator(".spot-n b").text_content())
    assert n >= 5
    expect(incidents.locator("#spot-head")).to_contain_text("100")
    picture(incidents, "13-hot-spots")
    spot.locator(".spot-n").click()
    expect(incidents.locator("#list-count")).to_have_text(f"{n:,}")
    assert see(incidents, "incidents") == n
    expect(incidents.locator("#subset")).to_contain_text(f"{n:,} 件")
    incidents.click("#subset")
    assert listed(incidents) > n


def test_complaints_within_and_beyond_the_walk_open_their_lists(incidents, picture):
    state(incidents, "all").click()
    incidents.click("[data-tab=gap]")
    sides = {
        name: number(incidents.locator(f"[data-side={name}] b").text_content())
        for name in ("outside", "inside")
    }
    option = incidents.locator("#gap-form [name=category] option:checked")
    assert "买菜难" in (option.text_content() or "")
    expect(incidents.locator("#gap .verdict")).to_be_visible()
    picture(incidents, "13-gap")
    incidents.click("[data-side=inside]")
    expect(incidents.locator("#list-count")).to_have_text(f"{sides['inside']:,}")


def test_a_cluster_opens_its_members(incidents):
    state(incidents, "all").click()
    n = len(fitting(incidents))
    place = incidents.evaluate(
        """async () => {
          const { map, layers } = await (await import('/map/incidents.js')).ready
          const item = layers.incidents.items.reduce((a, b) => (a.n > b.n ? a : b))
          const point = L.point(item.x, item.y).subtract(map.getPixelOrigin())
          const at = map.layerPointToContainerPoint(point)
          const box = map.getContainer().getBoundingClientRect()
          return [at.x + box.x, at.y + box.y, item.n]
        }"""
    )
    assert 1 < place[2] < n
    incidents.mouse.click(place[0], place[1])
    expect(incidents.locator("#list-count")).to_have_text(f"{place[2]:,}")


def test_a_mark_and_a_row_open_the_same_card(incidents, picture):
    x, y, number_ = see(incidents, "singleMark")
    incidents.mouse.click(x, y)
    card = incidents.locator("#card")
    expect(card).to_be_visible()
    one = get(incidents, f"/api/incidents/{number_}")
    expect(card).to_contain_text(one["text"])
    assert one["grid_code_now"] in (card.text_content() or "").replace(" ", "").replace(
        "\u2009", ""
    )
    picture(incidents, "13-incident-card")


def test_incidents_of_a_csv_appear_on_list_and_map_and_in_the_tray(incidents, demo, picture):
    grid = grids_in_force(incidents)[0]
    now = datetime.now(UTC)
    line = f"web-{now:%H%M%S%f},{now:%Y-%m-%dT%H:%M:%SZ},井盖丢失,东门井盖不见了,巡查发现"
    table = (
        f"id,reported_at,category,text,channel,lon,lat\n{line},{grid['x']},{grid['y']}\nx{line},,\n"
    )
    before = len(fitting(incidents, state="open"))
    incidents.set_input_files(
        "#import-file",
        {"name": "事件.csv", "mimeType": "text/csv", "buffer": table.encode()},
    )
    expect(incidents.locator("#message-import")).to_contain_text("新增 2")
    expect(incidents.locator("#list-count")).to_have_text(f"{before + 1:,}")
    incidents.click("[data-tab=tray]")
    row = incidents.locator("#unlocated .tray-row", has_text="东门井盖不见了").first
    expect(row).to_be_visible()
    picture(incidents, "13-tray")
    row.click()
    expect(incidents.locator(".placing")).to_contain_text("井盖")
    incidents.wait_for_selector("body[data-ready=true]")
    x, y = see(incidents, "pixel", [grid["x"], grid["y"]])
    incidents.mouse.click(x, y)
    expect(incidents.locator(f"[data-grid='{grid['code']}']")).to_be_visible()
    incidents.click("#send")
    expect(incidents.locator("#placed")).to_be_visible()
    picture(incidents, "13-placed")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_the_page_speaks_english_and_fits_a_phone(demo, enter, picture, size):
    page = enter(demo, "administrator", "/incidents", width=size[0], height=size[1])
    page.wait_for_selector("#incidents-ready", state="attached")
    if size[0] > 700:
        speak(page, "en")
        page.wait_for_selector("#incidents-ready", state="attached")
        expect(page.locator("#report")).to_contain_text("Report")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size[0]
    expect(page.locator("#report")).to_be_in_viewport()
    picture(page, f"13-incidents-{size[0]}")
    if size[0] > 700:
        speak(page, "zh")
