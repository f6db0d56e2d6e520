"""The same walk on real ground: Porto from OpenStreetMap, Beijing from layers of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import (
    bar,
    begin_draft,
    get,
    grids_in_force,
    open_workbench,
    pixel,
    plan_view,
    saved,
    wait_for_district,
)

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def beijing(serve: Callable[..., Site], shared_dir) -> Site:
    layers = shared_dir / "data" / "beijing_cbd" / "beijing_cbd.gpkg"
    if not layers.exists():
        pytest.skip("Beijing's layers are not here")
    return serve("--buildings", f"{layers}:buildings", "--units", f"{layers}:towns_touching")


def in_band(page: Page) -> tuple[int, int]:
    """Grids in force of 300–500 households, of how many."""
    held = grids_in_force(page)
    return sum(300 <= grid["households"] <= 500 for grid in held), len(held)


def torn_plans(page: Page) -> dict[int, dict[int, int]]:
    """Plans in force with a grid in pieces; every cell of each lies in a grid, every sum closes."""
    torn = {}
    units = {u["id"]: u for u in get(page, "/api/district")["units"]}
    for plan_id in sorted({grid["plan"] for grid in grids_in_force(page)}):
        view = plan_view(page, plan_id)
        unit = units[view.answer["plan"]["unit"]["id"]]
        assert sum(view.households.values()) == unit["households"], unit["name"]
        if view.torn():
            torn[plan_id] = view.torn()
    return torn


def test_porto_opens_divided_into_contiguous_grids_of_the_band(
    porto, enter, picture, record_property
):
    page = enter(porto, "planner", "/")
    good, all_of_them = in_band(page)
    record_property("grids in 300–500", f"{good} of {all_of_them}")
    wait_for_district(page, [g for g in grids_in_force(page) if g["radius_m"] > 20])
    expect(page.locator("#divided-note")).to_be_visible()
    expect(page.locator(".status")).not_to_contain_text("演示数据")
    picture(page, "20-porto")
    assert all_of_them > 50
    assert good >= 0.9 * all_of_them
    assert torn_plans(page) == {}


def test_porto_is_repainted_rebalanced_undone_and_published(porto, enter, picture):
    page = enter(porto, "planner", "/plans")
    unit = max(
        (u for u in get(page, "/api/district")["units"] if u["role"] == "community"),
        key=lambda u: u["households"],
    )["id"]
    draft = open_workbench(page, begin_draft(page, unit))
    picture(page, "21-porto-workbench")
    donor, receiver, cell = movable(draft)
    page.keyboard.press("b")
    page.locator("#brush-size").fill("8")
    page.select_option("#receiver", str(receiver))
    place = draft.cells[cell]
    page.mouse.click(*pixel(page, place["x"], place["y"]))
    saved(page)
    painted = plan_view(page, draft.id)
    moved = {c for c, p in painted.grid.items() if draft.grid[c] != p}
    assert cell in moved
    assert bar(page, draft.head(donor)["code"]) == painted.households[donor]

    page.click("#open-balance")
    for name, value in (("low", 320), ("target", 400), ("high", 480)):
        page.fill(f"#panel-balance input[name={name}]", str(value))
    page.click("#balance-run")
    expect(page.locator("#balance-accept")).to_be_visible()
    picture(page, "22-porto-balance")
    assert plan_view(page, draft.id).grid == painted.grid
    if page.locator("#balance-accept").is_enabled():
        page.click("#balance-accept")
        saved(page)
        balanced = plan_view(page, draft.id)
        assert balanced.torn() == {}
        assert out_of(balanced, 320, 480) <= out_of(painted, 320, 480)
        page.keyboard.press("Control+z")
    else:
        page.click("#panel-balance >> text=取消")
    saved(page)
    assert plan_view(page, draft.id).grid == painted.grid
    page.keyboard.press("Control+z")
    saved(page)
    assert plan_view(page, draft.id).grid == draft.grid
    page.keyboard.press("Control+y")
    saved(page)

    expect(page.locator("#rules .rule-chip")).to_have_count(13)
    page.click("#open-publish")
    for reason in page.locator(".reasons input").all():
        reason.fill("试行")
    page.fill("#effective-from", datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat())
    page.click("#publish-go")
    expect(page.locator("#plan-state")).to_have_text("现行")
    assert {g["plan"] for g in grids_in_force(page) if g["unit"] == unit} == {draft.id}


def out_of(view, low: int, high: int) -> int:
    return sum(not low <= n <= high for n in view.households.values())


def movable(view) -> tuple[int, int, int]:
    """A grid, its neighbour and an inhabited cell that can go there; both stay in the band."""
    for a, b in view.borders:
        donor, receiver = view.grid[a], view.grid[b]
        n = view.cells[a]["households"]
        if donor == receiver or n == 0 or view.cells[a]["area_m2"] < 400:
            continue
        rest = [c for c, p in view.grid.items() if p == donor and c != a]
        fits = view.households[donor] - n >= 300 and view.households[receiver] + n <= 500
        if fits and len(view.pieces(rest)) == 1:
            return donor, receiver, a
    raise AssertionError("no cell can move")


def test_porto_tells_who_walks_to_a_pharmacy(porto, enter, picture):
    page = enter(porto, "planner", "/coverage?kind=pharmacy")
    answer = get(page, "/api/coverage?kind=pharmacy&minutes=15&speed=4")
    page.click("#minutes button[value='15']")
    expect(page.locator("#headline b").first).to_have_text(
        f"{answer['covered']:,} / {answer['total']:,} 户"
    )
    assert 0 < answer["covered"] <= answer["straight_covered"] <= answer["total"]
    page.wait_for_load_state("networkidle")
    picture(page, "23-porto-coverage")


def test_beijing_is_served_from_its_buildings_and_towns(beijing, enter, picture, record_property):
    page = enter(beijing, "planner", "/")
    answer = get(page, "/api/district")
    good, all_of_them = in_band(page)
    record_property("grids in 300–500", f"{good} of {all_of_them}")
    assert answer["totals"]["buildings"] > 1000
    assert answer["totals"]["grids"] == all_of_them > 0
    assert torn_plans(page) == {}
    wait_for_district(page, [g for g in grids_in_force(page) if g["radius_m"] > 60][:5])
    picture(page, "24-beijing")
