"""The staff's path on real ground: Porto, where the Douro cuts the circles and bridges are few."""

from __future__ import annotations

import io
import math
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Site
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from shapely.geometry import Point, shape
from test_circles_page import look_at
from walking import get, number, pixel, rows, see

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]
SCHOOL = "Escola Primária do Caminho Novo"
ACROSS = (-8.6165, 41.1378)  # the quay of Gaia, seen from the school over the water
WALK = "minutes=15&speed=4"


@pytest.fixture
def page(porto: Site, enter: Opener) -> Page:
    page = enter(porto, "staff", f"/coverage?kind=primary_school&{WALK}")
    expect(page.locator("#headline .big")).to_be_visible()
    return page


def school(page: Page) -> dict[str, Any]:
    schools = rows(get(page, "/api/services?kind=primary_school"))
    return next(one for one in schools if one["name"] == SCHOOL)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[0] - b[0]) * 111_320 * math.cos(math.radians(a[1]))
    return math.hypot(east, (a[1] - b[1]) * 111_320)


def test_the_douro_cuts_the_circle_of_a_school(page, picture):
    own = school(page)
    answer = get(page, f"/api/services/{own['id']}/circle?{WALK}")
    widest = shape(answer["polygons"]["features"][0]["geometry"])
    assert metres((own["lon"], own["lat"]), ACROSS) < 500 < answer["straight_radius_m"]
    assert widest.contains(Point(own["lon"], own["lat"]))
    assert not widest.contains(Point(*ACROSS))
    assert answer["households"]["15"] < 0.8 * answer["households_straight"]
    look_at(page, own["lon"], own["lat"] - 0.002, zoom=15)
    page.mouse.click(*pixel(page, own["lon"], own["lat"]))
    card = page.locator("#circle")
    expect(card.locator("h2")).to_have_text(SCHOOL)
    shown = [number(b.text_content()) for b in card.locator(".circle-facts b").all()]
    assert shown == [answer["households"][f"{m:g}"] for m in answer["minutes"]]
    assert see(page, "rings")["straight"] == 1
    page.wait_for_timeout(800)
    picture(page, "50-douro")


def test_a_home_across_the_river_walks_over_a_bridge(page, picture):
    own = school(page)
    left = rows(get(page, "/api/coverage?kind=nursing_home&minutes=1&speed=4")["uncovered"])
    home = min(left, key=lambda row: metres((row["x"], row["y"]), ACROSS))
    straight = metres((home["x"], home["y"]), (own["lon"], own["lat"]))
    walk = get(page, f"/api/reach/{home['building']}/{own['id']}")
    assert straight < 700
    assert walk["properties"]["metres"] > max(1000, 2 * straight)
    look_at(page, home["x"], home["y"], zoom=17)
    page.mouse.click(*pixel(page, home["x"], home["y"]))
    services = page.locator("#building .nearest tr")
    expect(page.locator("#building .nearest tr.chosen")).to_have_count(1)
    assert 8 <= services.count() <= 9  # the eight nearest, and the school wherever it stands
    nearest = get(page, f"/api/reach/{home['building']}?speed=4")["services"]
    assert [one["metres"] for one in nearest] == sorted(one["metres"] for one in nearest)
    expect(services.first).to_contain_text(f"{round(nearest[0]['metres'] / 10) * 10:,}")
    expect(page.locator(".walk-caption")).to_have_count(1)
    page.wait_for_timeout(600)
    picture(page, "51-gaia-home")


def test_shares_are_painted_and_the_worst_grid_is_found(page, picture):
    page.select_option("#kind", "market")
    answer = get(page, "/api/coverage?kind=market&minutes=10&speed=4")
    expect(page.locator("#headline b").first).to_contain_text(f"{answer['covered']:,} /")
    page.check("#choropleth")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    picture(page, "52-porto-shares")
    worst = page.locator("#units tbody tr").first
    share = min(g["percent"] for g in answer["grids"] if g["percent"] is not None)
    assert number(worst.locator("td.number").last.text_content()) == int(share)
    worst.click()
    assert see(page, "zoom") > 14
    page.click("#level button[value=streets]")
    expect(page.locator("#units .empty")).to_be_visible()  # Porto has no such level: it says so


def test_schools_are_merged_and_the_river_decides_who_loses(page, picture):
    page.click("#minutes button[value='5']")
    page.click("#tab-merge")
    own = school(page)
    page.locator(".station-list label", has_text=SCHOOL).locator("input").check()
    expect(page.locator("#merge-answer h2")).to_contain_text("失去")
    answer = get(
        page, f"/api/coverage/what-if?kind=primary_school&minutes=5&speed=4&closed={own['id']}"
    )
    lost = rows(answer["lost_buildings"])
    assert number(page.locator("#merge-answer h2").text_content().split("：")[1]) == answer["lost"]
    assert all(row["y"] > 41.1395 for row in lost)  # nobody in Gaia ever walked to it
    page.wait_for_timeout(500)
    picture(page, "53-porto-merge")
    page.locator("#merge-answer .task-links .btn").click()
    name = f"Caminho Novo {uuid.uuid4().hex[:6]}"
    page.fill("#scenario-name", name)
    page.click("#scenario-dialog button[type=submit]")
    page.click("#tab-scenarios")
    expect(page.locator(".scenario-list")).to_contain_text(name)
    expect(page.locator("#scenario-answer .gain b")).to_be_visible()


def test_communities_are_allocated_along_the_streets_and_kept(page, picture):
    page.goto("/coverage?kind=police_station&view=allocate")
    answer = get(page, "/api/coverage/catchments?kind=police_station&speed=4&at_least=1&at_most=5")
    assert all(centre["units"] <= 5 for centre in answer["centres"])
    expect(page.locator(".task-sum b")).to_have_text(
        f"{answer['allocated']} / {len(answer['units'])}"
    )
    page.wait_for_timeout(500)
    picture(page, "54-porto-allocate")
    with page.expect_download() as file:
        page.click("#allocate-answer a[href*='.xlsx']")
    book = load_workbook(io.BytesIO(file.value.path().read_bytes()))
    assert book["单位"].max_row == len(answer["units"]) + 2
