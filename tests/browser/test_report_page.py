"""Reporting: a click, a search, photos, the same matter; on a phone; and without network."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from conftest import Site, Watch
from PIL import Image
from playwright.sync_api import Page, expect
from walking import get, grids_in_force, rows, see, speak

Opener = Callable[..., Page]
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def ready(page: Page) -> Page:
    page.wait_for_selector("body[data-ready=true]")
    return page


def photo() -> dict[str, Any]:
    written = io.BytesIO()
    Image.effect_noise((900, 600), 50).convert("RGB").save(written, "JPEG")
    return {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def mark(page: Page, grid: dict[str, Any]) -> None:
    """Click the middle of a grid, and wait until its code is told."""
    x, y = see(page, "pixel", [grid["x"], grid["y"]])
    page.mouse.click(x, y)
    expect(page.locator(f"[data-grid='{grid['code']}']")).to_be_visible()


def sent(page: Page, n: int = 1) -> None:
    expect(page.locator("#queue li[data-state=sent]")).to_have_count(n)


def newest(page: Page) -> dict[str, Any]:
    answer = get(page, "/api/incidents")
    held = rows({k: v for k, v in answer.items() if k not in {"unlocated", "categories"}})
    return max(held, key=lambda row: row["id"])


def test_a_click_a_category_and_a_photo_make_a_case_in_its_grid(demo, enter, picture):
    page = ready(enter(demo, "staff", "/report"))
    grid = grids_in_force(page)[3]
    page.click("#quick [data-code='0110']")
    page.click("#send")
    expect(page.locator("#form-error")).to_be_visible()
    mark(page, grid)
    page.fill("textarea[name=text]", "人行道塌了一块，电话 13912345678")
    page.set_input_files("#photo-files", photo())
    expect(page.locator("#photos figure")).to_have_count(1)
    picture(page, "14-report")
    page.click("#send")
    sent(page)
    row = page.locator("#queue li").first
    expect(row).to_contain_text("照片 1 / 1")
    case = newest(page)
    assert (case["grid_code_now"], case["channel"]) == (grid["code"], "resident")
    (kept,) = get(page, f"/api/reports/{case['id']}/photos")
    assert (kept["width"], kept["height"]) == (900, 600)
    row.scroll_into_view_if_needed()
    picture(page, "14-report-sent")
    row.locator("a", has_text="查看").click()
    expect(page.locator("#card")).to_contain_text("人行道塌了一块")
    expect(page.locator("#card .photo-strip img")).to_be_visible()
    page.click("#card .photo-strip button")
    expect(page.locator("#card .photo-strip button")).to_have_text("不公开")
    assert get(page, f"/api/reports/{case['id']}/photos")[0]["private"]
    picture(page, "14-report-card")


def test_what_is_open_nearby_is_offered_first_and_tied(demo, enter, picture):
    page = ready(enter(demo, "staff", "/report"))
    grid = grids_in_force(page)[9]
    for attempt in (1, 2):
        page.click("#quick [data-code='2102']")
        mark(page, grid)
        page.fill("textarea[name=text]", f"门禁坏了 {attempt}")
        if attempt == 2:
            expect(page.locator("#similar")).to_contain_text("门禁坏了 1")
            page.locator("#similar [data-same]").first.click()
            picture(page, "14-similar")
        page.click("#send")
        sent(page, attempt)
    expect(page.locator("#queue li").first).to_contain_text("已并入")
    second = newest(page)
    one = get(page, f"/api/incidents/{second['id']}")
    assert one["state"] == "duplicate"
    assert second["id"] in get(page, f"/api/incidents/{one['duplicate_of']}")["followers"]


def test_a_street_is_found_by_name(demo, enter):
    page = ready(enter(demo, "staff", "/report"))
    page.fill("#place-words", "望春")
    page.locator("#place-found button", has_text="望春").first.click()
    expect(page.locator("#place-told .told").first).not_to_contain_text("还没有位置")


def test_without_a_place_it_goes_to_the_tray(demo, enter):
    page = ready(enter(demo, "staff", "/report"))
    before = get(page, "/api/incidents/tray")["total"]
    page.click("#quick [data-code='2108']")
    page.fill("input[name=address]", "老街口，不知道哪一栋")
    page.click("#send")
    sent(page)
    expect(page.locator("#queue li").first).to_contain_text("待定位")
    assert get(page, "/api/incidents/tray")["total"] == before + 1


def test_outside_the_district_is_said_at_once_and_kept(demo, enter):
    page = ready(enter(demo, "staff", "/report"))
    box = page.locator("#map-holder").bounding_box() or {}
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] - 60)
    expect(page.locator("#place-told")).to_contain_text("辖区外")
    page.click("#quick [data-code='0102']")
    page.click("#send")
    sent(page)
    expect(page.locator("#queue li").first).to_contain_text("待定位")


def test_a_leader_reports_from_the_own_page_on_a_phone_in_english(demo, enter, picture):
    own = get(enter(demo, "leader", "/my"), "/api/my")["grid"]["code"]
    grid = next(g for g in grids_in_force(enter(demo, "planner", "/")) if g["code"] == own)
    where = {"longitude": grid["x"], "latitude": grid["y"]}
    page = enter(demo, "leader", "/my", **PHONE, geolocation=where, permissions=["geolocation"])
    page.locator("a[href='/report']").first.click()
    ready(page)
    page.click(".phone-language button")
    page.wait_for_selector("html[data-language=en]", state="attached")
    ready(page)
    page.click("#locate")
    expect(page.locator(f"[data-grid='{grid['code']}']")).to_be_visible()
    page.click("#quick [data-code='0505']")
    page.fill("textarea[name=text]", "fire lane blocked")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "14-report-phone")
    page.click("#send")
    sent(page)
    case = next(row for row in [newest(page)] if row["text"] == "fire lane blocked")
    assert case["channel"] == "patrol"
    picture(page, "14-report-phone-sent")
    page.click(".phone-language button")
    page.wait_for_selector("html[data-language=zh]", state="attached")


def test_a_phone_without_network_keeps_writes_and_sends_once(
    demo: Site, enter: Opener, watch: Watch, picture: Callable[[Page, str], None]
):
    """Opened once, then without network: page, queue and photo work; connected, it is one case."""
    watch.pardons += [r"ERR_INTERNET_DISCONNECTED", r"Failed to fetch", r"net::ERR"]
    page = ready(enter(demo, "staff", "/report", **PHONE))
    page.wait_for_selector("body[data-offline=ready]")
    page.reload()
    ready(page)
    before = len(get(page, "/api/incidents")["id"])
    page.context.set_offline(True)
    page.reload()
    ready(page)
    box = page.locator("#map-holder").bounding_box() or {}
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 150)
    expect(page.locator("#place-told")).to_contain_text("离线")
    page.click("#quick [data-code='2107']")
    page.fill("textarea[name=text]", "写于断网时")
    page.set_input_files("#photo-files", photo())
    expect(page.locator("#photos figure")).to_have_count(1)
    page.click("#send")
    waiting = page.locator("#queue li[data-state=queued]")
    expect(waiting).to_have_count(1)
    expect(page.locator("#queue-pill")).to_contain_text("1 条待发送")
    picture(page, "14-offline")
    page.reload()
    ready(page)
    expect(waiting).to_have_count(1)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    sent(page)
    expect(page.locator("#queue-pill")).to_be_hidden()
    answer = get(page, "/api/incidents")
    texts = [*answer["text"], *(row["text"] for row in answer["unlocated"])]
    assert texts.count("写于断网时") == 1
    assert len(answer["id"]) >= before
    picture(page, "14-offline-sent")


def test_the_page_speaks_english_on_a_wide_screen(demo, enter, picture):
    page = enter(demo, "staff", "/incidents")
    page.wait_for_selector("#incidents-ready", state="attached")
    speak(page, "en")
    page.wait_for_selector("#incidents-ready", state="attached")
    page.click("#report")
    ready(page)
    expect(page.locator("h1")).to_have_text("Report an incident")
    picture(page, "14-report-en")
    page.click(".phone-language button")
    page.wait_for_selector("html[data-language=zh]", state="attached")


def test_keys_of_other_systems_are_shown_once(demo, enter, picture):
    page = enter(demo, "administrator", "/keys")
    name = f"热线 {page.evaluate('Date.now()')}"
    page.fill("input[name=name]", name)
    page.fill("input[name=body]", "市 12345 中心")
    page.click("#key-form button")
    key = page.locator("#new-key").text_content() or ""
    assert key.startswith("gg_")
    row = page.locator(f"tr[data-key='{name}']")
    expect(row).to_contain_text(key[-4:])
    picture(page, "14-keys")
    page.reload()
    assert key not in page.content()
    page.locator(f"tr[data-key='{name}'] button").click()
    page.locator(f"tr[data-key='{name}'] button").click()
    expect(row).to_contain_text("收回")
    picture(page, "14-keys-revoked")
