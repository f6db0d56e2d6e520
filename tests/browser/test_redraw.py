"""Minutes 2 to 4: a draft is begun, cells move to the neighbour, and nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import (
    PlanView,
    bar,
    begin_draft,
    get,
    grids_in_force,
    heavy_and_light,
    number,
    open_workbench,
    pixel,
    place,
    plan_view,
    saved,
    see,
    take_brush,
    wait_for_cells,
    wait_for_district,
)

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]


@pytest.fixture
def draft(planner: Page, demo: Site) -> PlanView:
    """A draft of a community, open in the workbench."""
    unit = grids_in_force(planner)[0]["unit"]
    return open_workbench(planner, begin_draft(planner, unit))


def chip(page: Page, way: str) -> tuple[int, int]:
    """Households before and after, as the chip beside the pointer tells them."""
    change = page.locator(f"#live .chip.{way} .change").text_content() or ""
    before, after = change.split("→")
    return number(before), number(after)


def test_a_draft_is_begun_from_the_card_and_copies_the_grids_in_force(planner, demo, picture):
    planner.goto("/")
    grids = grids_in_force(planner)
    wait_for_district(planner, grids)
    heavy = max(grids, key=lambda grid: grid["households"])
    planner.mouse.click(*pixel(planner, heavy["x"], heavy["y"]))
    planner.click("#grid-card >> text=重划网格")
    planner.wait_for_url(re.compile(r"/plans/\d+$"))
    draft = plan_view(planner, int(planner.url.rsplit("/", 1)[1]))
    in_force = plan_view(planner, heavy["plan"])
    assert draft.id != in_force.id
    assert (draft.answer["plan"]["state"], in_force.answer["plan"]["state"]) == (
        "draft",
        "effective",
    )
    assert draft.grid == in_force.grid
    expect(planner.locator("#plan-state")).to_have_text("草案")
    expect(planner.locator("#rules .rule-chip")).to_have_count(13)
    picture(planner, "02-draft")


def test_a_click_moves_one_cell_and_both_counts_change_before_the_button_is_let_go(
    planner, demo, draft, picture
):
    donor, receiver, (cell, _) = heavy_and_light(draft)
    before, n = draft.households, draft.cells[cell]["households"]
    take_brush(planner, receiver)
    planner.mouse.move(*place(planner, draft, cell))
    planner.mouse.down()
    assert chip(planner, "receiver") == (before[receiver], before[receiver] + n)
    assert chip(planner, "donor") == (before[donor], before[donor] - n)
    assert plan_view(planner, draft.id).grid == draft.grid
    picture(planner, "03-before-mouse-up")
    planner.mouse.up()
    codes = {p: draft.head(p)["code"] for p in (donor, receiver)}
    assert bar(planner, codes[receiver]) == before[receiver] + n
    assert bar(planner, codes[donor]) == before[donor] - n
    saved(planner)
    after = plan_view(planner, draft.id)
    assert {c: p for c, p in after.grid.items() if draft.grid[c] != p} == {cell: receiver}
    history = get(planner, f"/api/plans/{draft.id}/edits")
    assert (history[0]["kind"], history[0]["n"]) == ("click", 1)


def test_a_stroke_paints_cells_live_and_undo_and_redo_walk_back_and_forth(
    planner, demo, draft, picture
):
    donor, receiver, cells = heavy_and_light(draft)
    before = draft.households
    take_brush(planner, receiver)
    planner.mouse.move(*place(planner, draft, cells[0]))
    planner.mouse.down()
    planner.mouse.move(*place(planner, draft, cells[1]), steps=12)
    told = {"receiver": chip(planner, "receiver"), "donor": chip(planner, "donor")}
    picture(planner, "03-brush")
    planner.mouse.up()
    saved(planner)
    painted = plan_view(planner, draft.id)
    moved = {c for c, p in painted.grid.items() if draft.grid[c] != p}
    assert moved >= set(cells)
    assert {painted.grid[c] for c in moved} == {receiver}
    assert told["receiver"] == (before[receiver], painted.households[receiver])
    assert told["donor"] == (before[donor], painted.households[donor])
    planner.click("#undo")
    saved(planner)
    assert bar(planner, draft.head(donor)["code"]) == before[donor]
    assert plan_view(planner, draft.id).grid == draft.grid
    planner.click("#redo")
    saved(planner)
    assert bar(planner, draft.head(donor)["code"]) == painted.households[donor]
    assert plan_view(planner, draft.id).grid == painted.grid


def test_a_reload_keeps_the_draft_and_its_undo_and_leaves_the_plan_in_force_alone(
    planner, demo, draft
):
    in_force = plan_view(planner, draft.answer["plan"]["base_plan"])
    donor, receiver, (cell, _) = heavy_and_light(draft)
    take_brush(planner, receiver)
    planner.mouse.click(*place(planner, draft, cell))
    saved(planner)
    reopened = open_workbench(planner, draft.id)
    assert reopened.grid == {**draft.grid, cell: receiver}
    assert bar(planner, draft.head(donor)["code"]) == reopened.households[donor]
    untouched = plan_view(planner, in_force.id)
    assert untouched.grid == in_force.grid
    assert untouched.answer["plan"] == in_force.answer["plan"]
    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid
    assert bar(planner, draft.head(donor)["code"]) == draft.households[donor]


def test_escape_drops_the_stroke_and_control_z_and_y_walk(planner, demo, draft):
    _, receiver, (cell, _) = heavy_and_light(draft)
    take_brush(planner, receiver)
    planner.mouse.move(*place(planner, draft, cell))
    planner.mouse.down()
    expect(planner.locator("#live .verdict")).to_be_visible()
    planner.keyboard.press("Escape")
    expect(planner.locator("#live .verdict")).to_be_hidden()
    planner.mouse.up()
    planner.keyboard.press("v")
    assert (
        get(planner, f"/api/plans/{draft.id}")["plan"]["version"] == draft.answer["plan"]["version"]
    )
    planner.keyboard.press("b")
    planner.mouse.click(*place(planner, draft, cell))
    saved(planner)
    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid
    planner.keyboard.press("Control+y")
    saved(planner)
    assert plan_view(planner, draft.id).grid == {**draft.grid, cell: receiver}


def test_the_question_mark_opens_the_sheet_of_keys_and_escape_closes_it(planner, draft, picture):
    planner.keyboard.press("?")
    sheet = planner.locator("#keys-dialog")
    expect(sheet).to_be_visible()
    for key in ("V", "B", "Ctrl Z", "Esc", "?"):
        expect(sheet.locator("kbd", has_text=key).first).to_be_visible()
    picture(planner, "04-keys")
    planner.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_locked_grid_gives_and_takes_nothing(planner, draft):
    donor, receiver, (cell, _) = heavy_and_light(draft)
    planner.keyboard.press("k")
    planner.mouse.click(*place(planner, draft, cell))
    expect(planner.locator(".toast")).to_contain_text("已锁定")
    take_brush(planner, receiver)
    planner.mouse.click(*place(planner, draft, cell))
    expect(planner.locator(".toast")).to_contain_text("楼栋不进不出")
    saved(planner)
    locked = plan_view(planner, draft.id)
    assert locked.head(donor)["locked"]
    assert locked.grid == draft.grid


def test_a_gesture_made_while_the_server_is_away_is_kept_and_sent_later(planner, draft, watch):
    watch.pardons.append("ERR_INTERNET_DISCONNECTED")
    _, receiver, (cell, _) = heavy_and_light(draft)
    take_brush(planner, receiver)
    planner.context.set_offline(True)
    planner.mouse.click(*place(planner, draft, cell))
    expect(planner.locator("#message-waiting")).to_be_visible()
    planner.context.set_offline(False)
    saved(planner)
    expect(planner.locator("#message-waiting")).to_have_count(0)
    assert plan_view(planner, draft.id).grid == {**draft.grid, cell: receiver}


def test_what_a_closed_tab_took_along_is_shown_and_restored_by_asking(
    planner, draft, watch, picture
):
    watch.pardons.append("ERR_INTERNET_DISCONNECTED")
    _, receiver, (cell, _) = heavy_and_light(draft)
    take_brush(planner, receiver)
    planner.context.set_offline(True)
    planner.mouse.click(*place(planner, draft, cell))
    expect(planner.locator("#message-waiting")).to_be_visible()
    context = planner.context
    planner.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"/plans/{draft.id}")
    expect(page.locator("#message-unsaved")).to_contain_text("没有保存")
    assert plan_view(page, draft.id).grid == draft.grid
    picture(page, "05-unsaved")
    page.click("#message-unsaved >> text=恢复")
    saved(page)
    after = plan_view(page, draft.id)
    assert after.grid[cell] == receiver
    page.reload()
    wait_for_cells(page, after)
    expect(page.locator("#message-unsaved")).to_have_count(0)


def test_the_cells_wear_the_colour_of_the_plan_that_is_drawn(planner, draft):
    """The canvas follows the move in the next frame, before the server has answered."""
    _, receiver, (cell, _) = heavy_and_light(draft)
    at = [draft.cells[cell]["x"], draft.cells[cell]["y"]]
    assert see(planner, "worn", at) != receiver
    take_brush(planner, receiver)
    planner.mouse.move(*place(planner, draft, cell))
    planner.mouse.down()
    assert see(planner, "worn", at) == receiver
    planner.keyboard.press("Escape")
    assert see(planner, "worn", at) != receiver
    planner.mouse.up()
