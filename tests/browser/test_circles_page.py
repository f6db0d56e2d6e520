"""Service circles: who walks there in time along the streets, and what a plain circle claims."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import (
    PlanView,
    begin_draft,
    get,
    number,
    open_workbench,
    pixel,
    plan_view,
    rows,
    saved,
    see,
    wait,
)

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
    lines = page.locator("#units tbody tr")
    assert lines.count() == len(answer["grids"]) == district["grids"] + district["dedicated"]
    total = [number(td.text_content()) for td in page.locator("#units tfoot td.number").all()[:2]]
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
    assert drawn == {"all": 2 * len(circle["minutes"]) + 2, "straight": 1}
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
    page.locator("#units tbody tr").first.click()
    assert see(page, "zoom") > 15


def test_a_click_on_a_building_tells_its_nearest_services_and_draws_the_walk(coverage, picture):
    page = coverage
    answer = get(page, f"/api/coverage?kind=market&minutes={minutes(page)}&speed=4")
    uncovered = rows(answer["uncovered"])
    home = max(uncovered, key=lambda row: row["households"])
    page.locator("#units tbody tr").first.click()  # nearer, so that a building can be hit
    page.evaluate("new Promise((done) => setTimeout(done, 400))")
    look_at(page, home["x"], home["y"])
    page.mouse.click(*pixel(page, home["x"], home["y"]))
    answer = get(page, f"/api/reach/{home['building']}?speed=4")
    card = page.locator("#building")
    expect(card.locator("tr.chosen")).to_have_count(1)
    market = next(one for one in answer["services"] if one["kind"] == "market")
    assert not market["in_time"]
    expect(card.locator("tr.chosen")).to_contain_text(market["name"])
    walk = get(page, f"/api/reach/{home['building']}/{market['id']}")
    expect(page.locator(".walk-caption")).to_contain_text(f"{walk['properties']['metres']:,} m")
    picture(page, "12-walk")
    card.get_by_role("button", name="关闭").click()
    expect(page.locator(".walk-caption")).to_have_count(0)


def look_at(page: Page, lon: float, lat: float, zoom: int = 18) -> None:
    page.evaluate(
        """async ([lon, lat, zoom]) => {
          const { map } = await (await import("/map/coverage.js")).ready
          map.setView([lat, lon], zoom, { animate: false })
        }""",
        [lon, lat, zoom],
    )
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)


def test_a_suggested_site_is_placed_by_one_click_and_gains_what_it_promised(coverage, picture):
    page = coverage
    site = page.locator("#sites .site").first
    expect(site).to_be_visible()
    answer = get(page, f"/api/coverage/sites?kind=market&minutes={minutes(page)}&speed=4&new=1")
    assert number(page.locator("#sites .site b").text_content().split("再")[1]) == answer["gained"]
    site.get_by_role("button").click()
    gain = page.locator("#trial .gain b")
    expect(gain).to_have_text(f"+{answer['gained']:,}")
    picture(page, "12-trial")
    page.locator("#trial .chips button").click()
    expect(page.locator("#trial")).to_be_hidden()


def test_a_trial_point_is_dragged_and_its_households_follow(coverage):
    page = coverage
    page.click("#drop-trial")
    mark = page.locator(".service-mark.leaflet-marker-draggable")
    gain = page.locator("#trial .gain b")
    expect(gain).to_be_visible()
    before = gain.text_content()
    box = mark.bounding_box()
    x, y = box["x"] + 15, box["y"] + 14
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x - 20 * step, y + 12 * step)
    expect(gain).not_to_have_text(before)  # live: the button is still held
    page.mouse.up()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".trial-gain")).to_have_text(f"{gain.text_content()} 户")
    mark.press("ArrowLeft")
    mark.press("Delete")
    expect(page.locator("#trial")).to_be_hidden()


def test_levels_and_denominators_close_with_each_other(coverage):
    page = coverage
    answer = get(page, f"/api/coverage?kind=market&minutes={minutes(page)}&speed=4")
    for level in ("communities", "streets", "grids"):
        page.click(f"#level button[value={level}]")
        expect(page.locator("#units tbody tr")).to_have_count(len(answer[level]))
        total = page.locator("#units tfoot td.number").first
        expect(total).to_have_text(f"{answer['total']:,}")
    page.click("#count button[value=buildings]")
    expect(page.locator("#headline b").first).to_contain_text(f"{answer['buildings_covered']:,} /")


def test_the_radius_of_the_standard_claims_more_than_the_walk(coverage):
    page = coverage
    walked = number(page.locator("#headline b").first.text_content())
    page.click("#mode button[value=radius]")
    claimed = get(page, "/api/coverage?kind=market&mode=radius")["straight_covered"]
    expect(page.locator("#headline b").first).to_contain_text(f"{claimed:,} /")
    assert claimed > walked
    expect(page.locator("#source")).to_contain_text("GB 50180-2018")


def test_a_kind_that_cares_for_the_elderly_tells_how_many_it_reaches(coverage):
    page = coverage
    expect(page.locator("#headline")).not_to_contain_text("老年人")
    choose(page, "elderly_day_care")
    answer = get(page, "/api/coverage?kind=elderly_day_care&minutes=5&speed=4")
    told = f"可达老年人：{answer['elderly_covered']:,} / {answer['elderly']:,} 位"
    expect(page.locator("#headline")).to_contain_text(told)


@pytest.mark.parametrize("menu", ["#open-at", "#export"])
def test_menus_stay_on_the_screen_of_a_phone(demo, enter, menu):
    page = enter(demo, "planner", "/coverage?kind=market", width=390, height=844)
    page.click(f"{menu} summary")
    box = page.locator(f"{menu} .menu-list").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_table_is_kept_as_a_file(coverage):
    page = coverage
    page.click("#export summary")
    with page.expect_download() as kept:
        page.click("#export a[data-path='units.csv']")
    text = kept.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("层级,编码,名称,户数")


def test_coverage_beside_a_plan_closes_with_the_plan(demo, enter):
    page = enter(demo, "planner", "/plans")
    unit = next(u for u in get(page, "/api/district")["units"] if u["role"] == "community")
    plan = begin_draft(page, unit["id"])
    view = open_workbench(page, plan)
    page.click("#plan-coverage summary")
    page.select_option("#plan-coverage-kind", "market")
    cells = get(page, f"/api/plans/{plan}/coverage?kind=market")["cells"]
    lines = page.locator("#plan-coverage .coverage-rows tr")
    expect(lines).to_have_count(len(view.answer["grids"]))
    expect(page.locator("#plan-coverage .caption")).to_contain_text("10")
    shown = [td.text_content().split("/") for td in lines.locator("td:nth-child(3)").all()]
    assert sum(number(covered) for covered, _ in shown) == sum(cells["covered"])
    assert sum(number(whole) for _, whole in shown) == sum(cells["households"])


def test_coverage_beside_a_plan_follows_its_border_within_fifteen_minutes(demo, enter, picture):
    page = enter(demo, "planner", "/plans")
    unit = next(u for u in get(page, "/api/district")["units"] if u["role"] == "community")
    plan = begin_draft(page, unit["id"])
    view = open_workbench(page, plan)
    page.click("#plan-coverage summary")
    page.select_option("#plan-coverage-kind", "market")
    page.select_option("#plan-coverage-minutes", "15")
    expect(page.locator("#plan-coverage .caption")).to_contain_text("15")
    cells = get(page, f"/api/plans/{plan}/coverage?kind=market&minutes=15")["cells"]
    covered = dict(zip(cells["id"], cells["covered"], strict=True))
    donor, receiver, cell = border_cell(view, covered)
    page.keyboard.press("b")
    page.locator("#brush-size").fill("2")
    page.select_option("#receiver", str(receiver))
    place = view.cells[cell]
    x, y = pixel(page, place["x"], place["y"])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 1, y)
    moved = page.locator("#plan-coverage .coverage-rows td:nth-child(4)", has_text="+")
    expect(moved).to_have_count(1)  # the button is still held: nothing is saved yet
    picture(page, "12-plan-coverage")
    page.mouse.up()
    saved(page)
    after = plan_view(page, plan)
    lines = page.locator("#plan-coverage .coverage-rows tr")
    shown = {
        line.locator("b").text_content(): number(line.locator("td").nth(2).text_content())
        for line in lines.all()
    }
    for position in (donor, receiver):
        own = sum(covered.get(c, 0) for c, held in after.grid.items() if held == position)
        assert shown[after.head(position)["short"]] == own


def border_cell(view: PlanView, covered: dict[int, int]) -> tuple[int, int, int]:
    """A grid, its neighbour, and a cell with covered households that can go there."""
    for a, b in view.borders:
        donor, receiver = view.grid[a], view.grid[b]
        if donor == receiver or not covered.get(a) or view.cells[a]["area_m2"] < 400:
            continue
        rest = [c for c, held in view.grid.items() if held == donor and c != a]
        if len(view.pieces(rest)) == 1:
            return donor, receiver, a
    raise AssertionError("no covered cell lies on a border")
