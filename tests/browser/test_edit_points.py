"""Staff edit services on the map: add, drag, undo, change a standard, ask for a time.

Every walk leaves the shared district as it found it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import get, pixel, rows

Opener = Callable[..., Page]


@pytest.fixture
def points(demo: Site, enter: Opener) -> Page:
    page = enter(demo, "staff", "/coverage?kind=pharmacy&view=points")
    expect(page.locator("#point-list li").first).to_be_visible()
    return page


def pharmacies(page: Page) -> list[dict]:
    return rows(get(page, "/api/services?kind=pharmacy"))


def covered(page: Page) -> int:
    return get(page, "/api/coverage?kind=pharmacy")["covered"]


def between(page: Page) -> tuple[float, float]:
    """A place on the screen that is no service: the middle of the district."""
    west, south, east, north = get(page, "/api/district")["bounds"]
    return pixel(page, west + (east - west) * 0.47, south + (north - south) * 0.46)


def test_a_point_is_added_by_a_click_and_taken_back_by_undo(points, picture):
    page, before, count = points, covered(points), len(pharmacies(points))
    page.click("#point-add")
    page.mouse.click(*between(page))
    page.fill("#point-form input[name=name]", "新药店")
    page.fill("#point-form input[name=opening_hours]", "FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30")
    page.click("#point-form button.primary")
    expect(page.locator("#toasts")).to_contain_text("已添加")
    expect(page.locator("#point-list li")).to_have_count(count + 1)
    expect(page.locator("#point-list")).to_contain_text("每月8日 09:00-11:30")
    assert covered(page) > before
    picture(page, "13-points")
    page.click("#toasts button")
    expect(page.locator("#point-list li")).to_have_count(count)
    assert covered(page) == before


def test_a_point_that_is_dragged_moves_and_undo_moves_it_back(points):
    page, before = points, covered(points)
    old = pharmacies(page)[0]
    x, y = pixel(page, old["lon"], old["lat"])
    page.mouse.click(x, y)
    expect(page.locator("#point-form h2")).to_have_text(old["name"])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 50, steps=6)
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("已移动")
    moved = next(row for row in pharmacies(page) if row["id"] == old["id"])
    assert (moved["lon"], moved["lat"]) != (old["lon"], old["lat"])
    page.click("#toasts button")
    expect(page.locator("#point-form .card-head p")).to_contain_text(f"{old['lat']:.6f}")
    assert covered(page) == before


def test_a_standard_is_changed_with_its_source_and_changed_back(points):
    page = points
    row = page.locator("#kind-list tbody tr", has_text="药店")
    row.locator("button").click()
    page.fill("#kind-form input[name=minutes]", "10")
    page.fill("#kind-form input[name=source]", "本区规划 2026")
    page.click("#kind-form button.primary")
    expect(row).to_contain_text("10 分钟")
    expect(row).to_contain_text("本区规划 2026")
    page.click("#toasts button")
    expect(row).to_contain_text("5 分钟")


def test_at_night_closed_services_do_not_count_and_the_legend_says_so(points):
    page = points
    page.click("#tab-coverage")
    page.click("#open-at summary")
    page.fill("#open-at-time", "2026-11-08T23:30")
    page.locator("#open-at-time").blur()
    expect(page.locator("#headline")).to_contain_text("处不开放不计")
    expect(page.locator("#legend")).to_contain_text("2026-11-08 23:30")
    answer = get(page, "/api/coverage?kind=pharmacy&at=2026-11-08T23:30")
    expect(page.locator("#headline b").first).to_have_text(
        f"{answer['covered']:,} / {answer['total']:,} 户"
    )
    page.click("#count button[value=elderly]")
    expect(page.locator("#headline b").first).to_contain_text("位老年人")


def test_a_planner_sees_the_points_but_has_no_tab_to_change_them(demo: Site, enter: Opener):
    page = enter(demo, "planner", "/coverage?kind=pharmacy&view=points")
    expect(page.locator("#headline .big")).to_be_visible()
    expect(page.locator("#tab-points")).to_be_hidden()
