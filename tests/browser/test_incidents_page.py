"""Incidents: filtered by channel, category, state, time; list and map agree; a CSV comes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import get, grids_in_force, number, rows, see

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]
CHANNELS = {
    "resident": "居民反馈",
    "patrol": "巡查发现",
    "scheduled": "网上定排",
    "platform": "平台预警",
}


@pytest.fixture
def incidents(demo: Site, enter: Opener) -> Page:
    return opened(enter(demo, "administrator", "/incidents"))


def opened(page: Page) -> Page:
    page.select_option("#period", "all")
    agree(page, fitting(page, state="open"))
    return page


def fitting(page: Page, **wanted: str) -> list[dict[str, Any]]:
    """Incidents of the API that fit, with a place."""
    answer = get(page, "/api/incidents")
    held = rows({n: c for n, c in answer.items() if n not in {"unlocated", "categories"}})
    state = wanted.get("state", "all")
    kept: dict[str, Callable[[dict[str, Any]], bool]] = {
        "open": lambda row: row["state"] != "closed",
        "closed": lambda row: row["state"] == "closed",
        "overdue": lambda row: row["overdue"],
        "all": bool,
    }
    return [
        row
        for row in held
        if kept[state](row)
        and wanted.get("channel") in (None, row["channel"])
        and wanted.get("category") in (None, row["category"])
        and wanted.get("since", "") <= row["reported_at"]
    ]


def marks(page: Page) -> int:
    """The same, read from the numbers and signs that are drawn."""
    return sum(
        number(title)
        if (title := mark.get_attribute("title") or "").replace(",", "").isdigit()
        else 1
        for mark in page.locator(".incident-mark").all()
    )


def agree(page: Page, expected: list[dict[str, Any]]) -> None:
    expect(page.locator("#list-count")).to_have_text(f"{len(expected):,}")
    assert see(page, "incidents") == len(expected)
    listed = {
        int(b.get_attribute("data-incident") or 0)
        for b in page.locator("#list button[data-incident]").all()
    }
    assert listed <= {row["id"] for row in expected}
    assert len(listed) == min(200, len(expected))


def test_open_incidents_are_shown_first_and_list_and_map_agree(incidents, picture):
    everything = fitting(incidents)
    shown = [number(b.text_content()) for b in incidents.locator("#sums .figure b").all()]
    assert shown == [len(fitting(incidents, state=s)) for s in ("open", "overdue", "closed")] + [
        len(everything)
    ]
    incidents.wait_for_load_state("networkidle")
    assert marks(incidents) == len(fitting(incidents, state="open"))
    expect(incidents.locator("#list .due").first).to_have_class("due overdue")
    picture(incidents, "13-incidents")


@pytest.mark.parametrize("state", ["overdue", "closed", "all"])
def test_a_state_narrows_list_and_map_alike(incidents, state):
    words = {"overdue": "超时", "closed": "已办结", "all": "全部"}
    incidents.locator("#states button", has_text=words[state]).click()
    agree(incidents, fitting(incidents, state=state))


def test_a_channel_narrows_list_and_map_alike(incidents):
    incidents.locator("#states button", has_text="全部").click()
    for other in ("居民反馈", "网上定排", "平台预警"):
        incidents.locator("#channels button", has_text=other).click()
    agree(incidents, fitting(incidents, channel="patrol"))


def test_a_category_narrows_list_and_map_alike(incidents, picture):
    incidents.locator("#states button", has_text="全部").click()
    category = get(incidents, "/api/incidents")["categories"][0]["key"]
    incidents.select_option("#category", category)
    agree(incidents, fitting(incidents, category=category))
    picture(incidents, "13-category")


def test_a_period_narrows_list_and_map_alike(incidents):
    incidents.locator("#states button", has_text="全部").click()
    agree(incidents, fitting(incidents))
    incidents.select_option("#period", "7")
    since = (datetime.now(UTC) - timedelta(days=7)).isoformat()
    agree(incidents, fitting(incidents, since=since))
    assert len(fitting(incidents, since=since)) < len(fitting(incidents))


def test_the_card_tells_grid_then_and_now_the_deadline_and_the_history(incidents, picture):
    incidents.locator("#list button[data-incident]").first.click()
    card = incidents.locator("#card")
    expect(card).to_be_visible()
    chosen = int(incidents.get_attribute("#list button[aria-current=true]", "data-incident") or 0)
    one = get(incidents, f"/api/incidents/{chosen}")
    text = (card.text_content() or "").replace(" ", "")
    assert one["grid_code_at_report"] in text
    assert one["grid_code_now"] in text
    expect(card).to_contain_text(one["category"])
    expect(card).to_contain_text(CHANNELS[one["channel"]])
    expect(card.locator(".time-line li")).to_have_count(len(one["events"]))
    incidents.wait_for_load_state("networkidle")
    assert see(incidents, "zoom") >= 17
    picture(incidents, "13-incident-card")


def test_incidents_of_a_csv_appear_on_list_and_map_in_their_grid(incidents, demo, picture):
    grid = grids_in_force(incidents)[0]
    now = datetime.now(UTC)
    line = f"web-{now:%H%M%S%f},{now:%Y-%m-%dT%H:%M:%SZ},井盖丢失,东门井盖不见了,巡查发现"
    table = (
        f"id,reported_at,category,text,channel,lon,lat\n{line},{grid['x']},{grid['y']}\nx{line},,\n"
    )
    before = len(fitting(incidents, state="open"))
    token = incidents.get_attribute("meta[name=csrf-token]", "content") or ""
    sent = {"file": {"name": "事件.csv", "mimeType": "text/csv", "buffer": table.encode()}}
    for stored, updated in ((2, 0), (0, 2)):
        answer = incidents.request.post(
            "/api/incidents/import",
            multipart=sent,
            headers={"X-CSRFToken": token},
        )
        assert answer.status == 201, answer.text()
        told = answer.json()
        assert (told["read"], told["stored"], told["updated"]) == (2, stored, updated), told
    incidents.reload()
    opened(incidents)
    assert len(fitting(incidents, state="open")) == before + 1
    incidents.select_option("#category", "井盖丢失")
    found = fitting(incidents, category="井盖丢失", state="open")
    agree(incidents, found)
    assert {row["grid_code_now"] for row in found} == {grid["code"]}
    expect(incidents.locator("#unlocated")).to_contain_text("东门井盖不见了")
    picture(incidents, "13-imported")
