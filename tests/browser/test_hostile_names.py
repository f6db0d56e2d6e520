"""Names that are code elsewhere (S20, S21) stand in the database: pages show them as letters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from sqlalchemy import text
from walking import begin_draft, get, grids_in_force, open_workbench, pixel, see, wait_for_district

from gisgrid.storage import embedded
from gisgrid.storage.engine import SYSTEM, open_engine, transaction

Opener = Callable[..., Page]
SUM = "{{7*7}}{% for x in range(9) %}"
IMAGE = "<img src=x onerror=ran(1)>"
SCRIPT = "</script><script>ran(2)</script>`${ran(3)}`');ran(4)//"
HOSTILE = {
    "project": ("name", SUM),
    "unit": ("name", f"{SUM}{IMAGE}"),
    "plan": ("name", f"{IMAGE}{SUM}"),
    "plan_grid": ("leader_name", f"{SCRIPT}{SUM}"),
    "building": ("name", f"{IMAGE}{SUM}"),
    "service_point": ("name", f"{SCRIPT}{SUM}"),
    "street": ("name", f"{IMAGE}{SUM}"),
    "account": ("display_name", f"{IMAGE}{SUM}"),
    "incident": ("text", f"{IMAGE}{SUM}"),
}


@pytest.fixture(scope="module")
def site(serve: Callable[..., Site]) -> Site:
    """A community in which everything that bears a name bears a hostile one."""
    site = serve("--size", "community")
    engine = open_engine(embedded.status(site.data).url or "")
    with transaction(engine, SYSTEM) as conn:
        for table, (column, name) in HOSTILE.items():
            conn.execute(text(f"UPDATE {table} SET {column} = :name"), {"name": name})
        conn.execute(text("UPDATE incident SET category_text = :name"), {"name": SCRIPT})
        conn.execute(text("UPDATE incident_event SET note = :name"), {"name": SCRIPT})
        conn.execute(text("UPDATE plan_grid SET name = :name"), {"name": f"{IMAGE}{SUM}"})
        conn.execute(text("UPDATE building SET address = :name"), {"name": SCRIPT})
        categories = "UPDATE category SET name_zh = :name, name_en = :name"
        conn.execute(text(categories), {"name": SCRIPT})
        kinds = "UPDATE service_kind SET name_zh = :name, name_en = :name, source = :name"
        conn.execute(text(kinds), {"name": f"{IMAGE}{SUM}"})
    engine.dispose()
    return site


@pytest.fixture
def planner(site: Site, enter: Opener) -> Page:
    return enter(site, "planner", "/")


def harmless(page: Page, *names: str) -> None:
    """The page shows each name to the letter; nothing was computed, no element was made."""
    shown = page.inner_text("body")
    for name in names:
        assert name in shown, name
    assert "49{%" not in shown
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("document.querySelectorAll('script:not([src])').length") == 0


def test_the_overview_and_its_card(planner, picture):
    grids = grids_in_force(planner)
    wait_for_district(planner, grids)
    planner.mouse.click(*pixel(planner, grids[0]["x"], grids[0]["y"]))
    expect(planner.locator("#grid-card")).to_be_visible()
    harmless(planner, HOSTILE["project"][1], HOSTILE["unit"][1], HOSTILE["plan_grid"][1])
    planner.keyboard.press("/")
    planner.keyboard.type("001")
    expect(planner.locator("#search-list [role=option]").first).to_contain_text(SUM)
    harmless(planner)
    picture(planner, "14-hostile-overview")


def test_the_plans_and_the_workbench(planner, picture):
    draft = begin_draft(planner, grids_in_force(planner)[0]["unit"])
    planner.goto("/plans")
    expect(planner.locator("#plan-rows tr a").first).to_be_visible()
    harmless(planner, HOSTILE["plan"][1], HOSTILE["unit"][1])
    planner.click("#new-plan")
    harmless(planner)
    view = open_workbench(planner, draft)
    expect(planner.locator("#rules .rule-chip")).to_have_count(13)
    cell = next(iter(view.cells.values()))
    planner.mouse.click(*pixel(planner, cell["x"], cell["y"]))
    expect(planner.locator("#grid-card")).to_contain_text("ran(2)")
    harmless(planner, HOSTILE["unit"][1], HOSTILE["plan_grid"][1])
    planner.click("#tab-history")
    harmless(planner)
    planner.click("#open-publish")
    expect(planner.locator("#publish-dialog")).to_be_visible()
    harmless(planner)
    picture(planner, "14-hostile-workbench")


def test_the_circles(planner, picture):
    planner.goto("/coverage?kind=shop")
    expect(planner.locator("#headline b").first).to_be_visible()
    services = get(planner, "/api/services?kind=shop")
    planner.mouse.click(*pixel(planner, services["lon"][0], services["lat"][0]))
    expect(planner.locator("#circle h2")).to_have_text(HOSTILE["service_point"][1])
    expect(planner.locator(".service-name")).to_have_text(HOSTILE["service_point"][1])
    harmless(planner, HOSTILE["service_point"][1], f"{IMAGE}{SUM}")
    picture(planner, "14-hostile-circles")


def test_the_incidents_and_their_card(planner, picture):
    planner.goto("/incidents")
    planner.locator("#states button").last.click()
    planner.locator("#list button[data-incident]").first.click()
    expect(planner.locator("#card")).to_be_visible()
    expect(planner.locator("#card h1")).to_contain_text("ran(2)")
    harmless(planner, HOSTILE["incident"][1], SCRIPT)
    assert see(planner, "incidents") > 0
    picture(planner, "14-hostile-incidents")


def test_the_data(planner):
    planner.goto("/data")
    expect(planner.locator("#figures b").first).to_be_visible()
    harmless(planner, HOSTILE["project"][1])


def test_the_telephone_of_the_leader(site, enter, picture):
    phone = enter(site, "leader", "/", width=390, height=844, has_touch=True)
    expect(phone.locator(".phone-figures")).to_be_visible()
    harmless(phone, HOSTILE["service_point"][1])
    for tab, name in (("buildings", "building"), ("incidents", "incident"), ("me", "account")):
        phone.click(f"[data-tab={tab}]")
        harmless(phone, HOSTILE[name][1])
    picture(phone, "14-hostile-telephone")


def test_the_sign_in_and_a_page_that_is_missing(site, planner, open_page, watch):
    watch.pardons.append("404")
    page = open_page(base_url=site.url)
    page.goto("/login")
    harmless(page, HOSTILE["project"][1])
    planner.goto("/plans/999999999")
    harmless(planner, HOSTILE["project"][1])
    planner.goto("/{{7*7}}<img src=x onerror=ran(1)>")
    harmless(planner, HOSTILE["project"][1])


def test_a_hostile_name_typed_by_hand_stays_a_name(planner):
    draft = begin_draft(planner, grids_in_force(planner)[0]["unit"])
    view = open_workbench(planner, draft)
    cell = next(iter(view.cells.values()))
    planner.mouse.click(*pixel(planner, cell["x"], cell["y"]))
    planner.locator("#grid-card button[aria-label='设网格长']").click()
    planner.fill("#grid-card .sub input", f"{IMAGE}7")
    planner.keyboard.press("Enter")
    expect(planner.locator("#grid-card .sub")).to_contain_text(f"{IMAGE}7")
    expect(planner.locator("#plan-saved")).to_contain_text("已保存")
    heads = get(planner, f"/api/plans/{draft}")["grids"]
    assert f"{IMAGE}7" in {head["leader"] for head in heads}
