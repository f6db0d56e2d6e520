"""Planning services: who is allocated to which centre, what a merger costs, tiers, scenarios."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Site
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from walking import get, grids_in_force, number, pixel, rows, see, speak

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]
GAP = "#fafbf9 gap"


@pytest.fixture
def staff(demo: Site, enter: Opener) -> Callable[..., Page]:
    """The staff's page of service circles with a kind and a tab; a phone when asked."""

    def opened(kind: str, view: str, *, language: str = "zh", **size: int) -> Page:
        page = enter(demo, "staff", "/coverage", **size)
        if page.get_attribute("html", "data-language") != language:
            speak(page, language)
        page.goto(f"/coverage?kind={kind}&view={view}")
        expect(page.locator(f"#tab-{view}")).to_have_attribute("aria-selected", "true")
        page.wait_for_selector("#headline .big", state="attached")  # the map is there by then
        return page

    return opened


def looks(page: Page) -> dict[str, int]:
    return dict(see(page, "looks", [grid["grid"] for grid in grids_in_force(page)]))


def save(page: Page, name: str) -> None:
    page.fill("#scenario-name", name)
    page.click("#scenario-dialog button[type=submit]")
    expect(page.locator("#scenario-dialog")).to_be_hidden()


def kept(page: Page, name: str) -> Any:
    return page.locator(".scenario-list li", has_text=name)


def test_communities_go_to_centres_that_take_four_or_five_each(staff, picture):
    page = staff("party_centre", "allocate")
    answer = get(page, "/api/coverage/catchments?kind=party_centre&speed=4")
    assert [centre["units"] for centre in answer["centres"]] == [5, 5]
    sum_line = page.locator(".task-sum b")
    expect(sum_line).to_have_text(f"{answer['allocated']} / {len(answer['units'])}")
    [left] = [unit for unit in answer["units"] if unit["centre"] is None]
    expect(page.locator(".left-list")).to_contain_text(left["name"])
    expect(page.locator(".left-list")).to_contain_text("都已满")
    painted = looks(page)
    of_left = [g for g in grids_in_force(page) if g["unit"] == left["unit"]]
    assert painted[GAP] == len(of_left)
    assert len(painted) == 3  # two centres and what found no place
    page.wait_for_load_state("networkidle")
    picture(page, "40-allocate")
    page.click("#allocate-answer .note button.btn")  # the bounds that fit all
    expect(sum_line).to_have_text(f"{len(answer['units'])} / {len(answer['units'])}")
    assert GAP not in looks(page)


def test_grids_are_allocated_and_kept_as_a_workbook(staff):
    page = staff("market", "allocate")
    page.click("#allocate-level button[value=grids]")
    page.fill("#allocate-least", "11")
    page.fill("#allocate-most", "12")
    grids = len(grids_in_force(page))
    expect(page.locator(".task-sum b")).to_have_text(f"{grids} / {grids}")
    with page.expect_download() as file:
        page.click("#allocate-answer a[href*='.xlsx']")
    book = load_workbook(io.BytesIO(file.value.path().read_bytes()))
    assert book["单位"].max_row == grids + 2
    taken = [row[1].value for row in list(book["中心"])[2:]]
    assert sum(taken) == grids
    assert set(taken) <= {11, 12}


def test_bounds_that_cannot_be_kept_say_so_and_offer_others(staff, watch):
    watch.pardons += [r"422", r"status of 422"]
    page = staff("service_station", "allocate")  # eleven for eleven communities
    expect(page.locator(".task-sum b")).to_have_text("11 / 11")
    page.fill("#allocate-least", "4")
    expect(page.get_by_role("alert").filter(has_text="不够分")).to_be_visible()
    page.click("#allocate-answer button.btn")
    expect(page.locator(".task-sum b")).to_have_text("11 / 11")


def test_a_centre_is_left_out_by_a_click_on_its_mark(staff):
    page = staff("party_centre", "allocate")
    expect(page.locator(".task-sum b")).to_contain_text("10")
    centre = rows(get(page, "/api/services?kind=party_centre"))[0]
    page.mouse.click(*pixel(page, centre["lon"], centre["lat"]))
    expect(page.locator("#allocate-centres summary")).to_contain_text("1 / 2")
    expect(page.locator(".task-sum b")).to_have_text("5 / 11")
    expect(page.locator("#circle")).to_be_hidden()


def test_eight_stations_become_one_and_nobody_vanishes(staff, picture):
    page = staff("service_station", "merge")
    boxes = page.locator(".station-list input")
    expect(boxes).to_have_count(11)
    for i in range(8):
        boxes.nth(i).check()
    target = rows(get(page, "/api/services?kind=service_station"))[2]
    page.select_option("#merge-into", str(target["id"]))
    ids = [s["id"] for s in rows(get(page, "/api/services?kind=service_station"))][:8]
    closed = ",".join(str(i) for i in ids if i != target["id"])
    asked = f"kind=service_station&minutes=5&speed=4&closed={closed}"
    answer = get(page, f"/api/coverage/what-if?{asked}")
    [before], [after] = (
        [m["households"] for m in answer[side]["minutes"] if m["minutes"] == 5] for side in "ab"
    )
    expect(page.locator("#merge-answer .gain b")).to_have_text(f"{before:,} → {after:,}")
    assert before - after == answer["lost"] - answer["gained"] > 0
    assert sum(row["a"] or 0 for row in answer["stations"]) == answer["total"]
    assert sum(row["b"] or 0 for row in answer["stations"]) == answer["total"]
    lost = page.locator(".lost-list li")
    assert number(page.locator("#merge-answer h2").text_content().split("：")[1]) == answer["lost"]
    expect(page.locator("#merge-answer .caption").first).to_contain_text("8 站合并")
    page.wait_for_load_state("networkidle")
    picture(page, "41-merge")
    lost.first.get_by_role("button").click()
    assert see(page, "zoom") == 18
    unstored = get(page, "/api/coverage?kind=service_station&minutes=5&speed=4")
    assert unstored["covered"] == before


def test_a_merger_into_a_new_place_is_kept_and_compared_with_today(staff, picture):
    page = staff("market", "merge")
    boxes = page.locator(".station-list input")
    for i in range(3):
        boxes.nth(i).check()
    page.select_option("#merge-into", "new")
    expect(page.locator(".service-mark.leaflet-marker-draggable")).to_have_count(1)
    expect(page.locator("#merge-answer .gain b")).to_be_visible()
    page.wait_for_load_state("networkidle")
    text = page.locator("#merge-answer .gain b").text_content()
    page.locator("#merge-answer .task-links .btn").click()
    name = f"三站并一处 {uuid.uuid4().hex[:6]}"
    save(page, name)
    page.click("#tab-scenarios")
    expect(kept(page, name)).to_contain_text("新设 1 个，迁移 0 个，停用 3 个")
    kept(page, name).get_by_role("button", name="与今天比较").click()
    expect(page.locator("#scenario-answer .gain b")).to_have_text(text)
    page.click("#scenario-answer .segments button:first-child")
    page.wait_for_load_state("networkidle")
    painted = looks(page)
    assert any(look.startswith(("#fbe6e1", "#f0b7aa")) for look in painted)
    picture(page, "42-scenario")
    page.click("#scenario-swap")
    swapped = " → ".join(reversed(text.split(" → ")))
    expect(page.locator("#scenario-answer .gain b")).to_have_text(swapped)
    with page.expect_download() as file:
        page.click("#scenario-answer a[href*='compare.xlsx']")
    assert "覆盖前后" in load_workbook(io.BytesIO(file.value.path().read_bytes())).sheetnames
    kept(page, name).get_by_role("button", name="删除").click()
    page.click("#scenario-dialog button[type=submit]")
    expect(kept(page, name)).to_have_count(0)


def test_a_trial_with_a_moved_service_is_kept_taken_up_again_and_renamed(staff):
    page = staff("market", "coverage")
    market = rows(get(page, "/api/services?kind=market"))[0]
    page.mouse.click(*pixel(page, market["lon"], market["lat"]))
    page.get_by_role("button", name="试迁移").click()
    mark = page.locator(".service-mark.leaflet-marker-draggable")
    expect(mark).to_have_count(1)
    gain = page.locator("#trial .gain b")
    expect(gain).to_have_text("0")  # where it is
    for _ in range(12):
        mark.press("ArrowLeft")
    expect(gain).not_to_have_text("0")
    page.locator("#trial .task-links .btn").click()
    name = f"迁移 {uuid.uuid4().hex[:6]}"
    save(page, name)
    page.locator("#trial .icon-btn").click()
    [scenario] = [one for one in get(page, "/api/scenarios") if one["name"] == name]
    [moved] = get(page, f"/api/scenarios/{scenario['id']}")["points"]
    assert (moved["act"], moved["service"]) == ("move", market["id"])
    there = f"opened={moved['lon']},{moved['lat']}&closed={market['id']}"
    told = get(page, f"/api/coverage/trial?kind=market&minutes=10&speed=4&{there}")
    page.click("#tab-scenarios")
    expect(mark).to_have_count(0)
    expect(kept(page, name)).to_contain_text("新设 0 个，迁移 1 个，停用 0 个")
    kept(page, name).get_by_role("button", name="继续试算").click()
    expect(gain).to_be_visible()
    expect(gain).to_have_text(f"{told['gained'] - told['lost']:+,}".replace("-", "−"))
    expect(page.locator("#trial .chips")).to_contain_text(market["name"])
    page.click("#tab-scenarios")
    kept(page, name).get_by_role("button", name="改名").click()
    page.locator("#scenario-dialog input").fill(f"{name}，改")
    page.click("#scenario-dialog button[type=submit]")
    expect(kept(page, f"{name}，改")).to_have_count(1)


def test_every_street_has_exactly_one_centre_and_what_is_missing_is_marked(staff, picture):
    page = staff("party_centre", "tiers")
    centres = page.locator("#tier-centres")
    expect(centres.locator("tbody tr")).to_have_count(2)
    expect(centres.locator("[data-part=state]")).to_have_text("全部齐")
    centres.locator("[data-part=kind]").select_option("health_centre")  # one for two streets
    expect(centres.locator("[data-part=state]")).to_contain_text("缺 1")
    expect(centres.locator("tbody tr").first).to_contain_text("缺")
    assert looks(page)[GAP] > 10
    picture(page, "43-tiers")
    centres.locator("[data-part=kind]").select_option("market")
    expect(centres.locator("[data-part=state]")).to_contain_text("重复 2")
    page.locator("#tier-heads [data-part=kind]").select_option("party_centre")
    expect(page.locator("#tier-heads [data-part=state]")).to_have_text("齐")


def test_the_paper_and_the_workbook_are_kept(staff):
    page = staff("market", "coverage")
    expect(page.locator("#headline .big")).to_be_visible()
    page.click("#export summary")
    with page.expect_download() as file:
        page.click("#export a[data-path='coverage.xlsx']")
    assert load_workbook(io.BytesIO(file.value.path().read_bytes())).sheetnames[0] == "合计"
    page.click("#export summary")
    with page.expect_download(timeout=120_000) as file:
        page.click("#export-pdf")
    first = PdfReader(io.BytesIO(file.value.path().read_bytes())).pages[0].extract_text()
    assert "菜市场" in first
    assert "4.0 km/h" in first


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tasks_fit_a_phone_in_both_languages(staff, picture, language):
    page = staff("market", "merge", language=language, width=390, height=844)
    for view in ("allocate", "merge", "tiers", "scenarios"):
        page.click(f"#tab-{view}")
        panel = page.locator(f"#mode-{view}")
        expect(panel).to_be_visible()
        page.wait_for_load_state("networkidle")
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0
        too_wide = panel.evaluate("(node) => node.scrollWidth - node.clientWidth")
        assert too_wide <= 0, view
    page.click("#tab-merge")
    page.locator(".station-list input").first.check()
    expect(page.locator("#merge-answer .gain b")).to_be_visible()
    picture(page, f"44-phone-{language}")


def test_the_keyboard_goes_from_tab_to_tab(staff):
    page = staff("market", "coverage")
    page.locator("#tab-coverage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-allocate")).to_be_focused()
    expect(page.locator("#mode-allocate")).to_be_visible()
    assert "view=allocate" in page.url
