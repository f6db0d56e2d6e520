"""Service circles: who walks there in time along the streets, and what a plain circle claims."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import get, number, pixel, rows, see, wait

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]


@pytest.fixture
def coverage(demo: Site, enter: Opener) -> Page:
    page = enter(demo, "planner", "/coverage")
    choose(page, "market")
    return page


def choose(page: Page, kind: str) -> None:
    page.select_option("#kind", kind)
    answer = get(page, f"/api/coverage?kind={kind}&minutes={minutes(page)}&speed=4")
    expect(page.locator("#headline b").first).to_have_text(
        f"{answer['covered']:,} / {answer['total']:,} 户"
    )


def minutes(page: Page) -> int:
    return int(page.get_attribute("#minutes button[aria-pressed=true]", "value") or 0)


def test_the_coverage_of_markets_is_that_of_the_api_and_closes_over_the_grids(coverage, picture):
    page = coverage
    answer = get(page, f"/api/coverage?kind=market&minutes={minutes(page)}&speed=4")
    district = get(page, "/api/district")["totals"]
    assert answer["total"] == district["households"]
    assert number(page.locator("#headline .big").text_content()) == int(answer["percent"])
    lines = page.locator("#grids tbody tr")
    assert lines.count() == len(answer["grids"]) == district["grids"] + district["dedicated"]
    total = [number(td.text_content()) for td in page.locator("#grids tfoot td.number").all()[:2]]
    assert total == [answer["total"], answer["total"] - answer["covered"]]
    assert sum(g["uncovered"] for g in answer["grids"]) == sum(answer["uncovered"]["households"])
    shares = [g["percent"] for g in answer["grids"] if g["percent"] is not None]
    assert number(lines.first.locator("td.number").last.text_content()) == int(min(shares))
    assert answer["straight_covered"] >= answer["covered"]
    expect(page.locator("#legend")).to_contain_text("4.0 km/h")
    page.wait_for_load_state("networkidle")
    picture(page, "12-coverage")


def test_a_click_on_a_market_draws_its_circle_with_the_households_of_the_api(coverage, picture):
    page = coverage
    market = rows(get(page, "/api/services?kind=market"))[0]
    page.mouse.click(*pixel(page, market["lon"], market["lat"]))
    circle = get(page, f"/api/services/{market['id']}/circle?minutes={minutes(page)}&speed=4")
    card = page.locator("#circle")
    expect(card).to_be_visible()
    expect(card.locator("h2")).to_have_text(market["name"])
    shown = [number(b.text_content()) for b in card.locator(".circle-facts b").all()]
    assert shown == [circle["households"][f"{m:g}"] for m in circle["minutes"]]
    assert shown == sorted(shown)
    assert circle["households_straight"] >= shown[-1]
    drawn = see(page, "rings")
    assert drawn == {"all": 2 * len(circle["minutes"]) + 1, "straight": 1}
    expect(page.locator(".service-name")).to_have_text(market["name"])
    page.wait_for_timeout(400)
    picture(page, "12-circle")
    page.uncheck("#straight")
    wait(page, "walksOnly")


def test_fewer_minutes_cover_fewer_households(coverage):
    page = coverage
    shares = []
    for wanted in (5, 10, 15):
        page.click(f"#minutes button[value='{wanted}']")
        choose(page, "market")
        shares.append(number(page.locator("#headline b").first.text_content()))
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_a_slower_walk_covers_fewer_households(coverage):
    page = coverage
    before = number(page.locator("#headline b").first.text_content())
    page.select_option("#speed", "3.0")
    slower = get(page, f"/api/coverage?kind=market&minutes={minutes(page)}&speed=3")["covered"]
    expect(page.locator("#headline b").first).to_contain_text(f"{slower:,} /")
    assert slower <= before
    expect(page.locator("#legend")).to_contain_text("3.0 km/h")


def test_a_row_of_the_table_leads_to_its_grid(coverage):
    page = coverage
    page.locator("#grids tbody tr").first.click()
    assert see(page, "zoom") == 17
