"""What the workbench tells while a planner draws, and what it says when a lock says no."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from walking import (
    PlanView,
    begin_draft,
    get,
    grids_in_force,
    number,
    open_workbench,
    pixel,
    plan_view,
    post,
    saved,
    speak,
)

Keep = Callable[[Page, str], None]


@pytest.fixture
def draft(planner: Page) -> PlanView:
    unit = grids_in_force(planner)[0]["unit"]
    return open_workbench(planner, begin_draft(planner, unit))


def place(page: Page, view: PlanView, cell: int) -> tuple[float, float]:
    return pixel(page, view.cells[cell]["x"], view.cells[cell]["y"])


def border_cell(view: PlanView) -> tuple[int, int]:
    """An inhabited cell and its neighbour in another grid, which both grids can spare."""
    for one, other in view.borders:
        for cell, near in ((one, other), (other, one)):
            if view.grid[cell] == view.grid[near] or not view.cells[cell]["households"]:
                continue
            rest = [c for c, p in view.grid.items() if p == view.grid[cell] and c != cell]
            if len(view.pieces(rest)) == 1:
                return cell, near
    raise AssertionError("no such cells")


def edit(page: Page, view: PlanView, moves: list[list[int]], version: int = 1) -> None:
    body = {"base_version": version, "kind": "brush", "moves": moves}
    post(page, f"/api/plans/{view.id}/edits", body)


def test_the_households_of_a_building_are_set_by_hand_and_taken_back(planner, draft, picture):
    cell = next(c for c, one in draft.cells.items() if one["buildings"] == 1 and one["households"])
    before = draft.cells[cell]["households"]
    planner.mouse.click(*place(planner, draft, cell))
    panel = planner.locator("#cell-buildings")
    expect(panel).to_contain_text(f"{before} 户")
    panel.locator("button.icon-btn").click()
    planner.keyboard.type(str(before + 60))
    picture(planner, "50-households")
    planner.keyboard.press("Enter")
    expect(panel).to_contain_text("人工填写")
    expect(panel).to_contain_text(f"{before + 60} 户")
    code = draft.head(draft.grid[cell])["code"]
    row = planner.locator("#bars .bar-row:not(.axis)", has_text=code[-3:])
    was = draft.households[draft.grid[cell]]
    expect(row.locator(".number").first).to_have_text(f"{was + 60:,}")
    assert plan_view(planner, draft.id).cells[cell]["households"] == before + 60
    panel.locator("button.icon-btn").click()
    panel.locator("button", has_text="恢复原值").click()
    expect(panel).to_contain_text(f"{before} 户")
    expect(row.locator(".number").first).to_have_text(f"{was:,}")
    assert plan_view(planner, draft.id).cells[cell]["households"] == before


def test_an_undo_under_a_lock_says_why_and_the_next_stroke_is_saved(planner, draft, watch):
    watch.pardons.append("409")
    cell, near = border_cell(draft)
    edit(planner, draft, [[cell, draft.grid[cell], draft.grid[near]]])
    body = {"base_version": 2, "locked": True, "cells": [cell]}
    post(planner, f"/api/plans/{draft.id}/locks", body)
    view = open_workbench(planner, draft.id)
    planner.keyboard.press("Control+z")
    expect(planner.locator(".toast")).to_contain_text("已锁定，不进不出")
    other = next(c for pair in view.borders for c in pair if c != cell and spare(view, c))
    planner.keyboard.press("e")
    planner.fill("#brush-size", "8")
    planner.mouse.click(*place(planner, view, other))
    saved(planner)
    assert plan_view(planner, draft.id).grid[other] != view.grid[other]
    expect(planner.locator("#message-refused")).to_have_count(0)


def spare(view: PlanView, cell: int) -> bool:
    own = view.grid[cell]
    beside = {view.grid[c] for pair in view.borders if cell in pair for c in pair} - {own}
    rest = [c for c, p in view.grid.items() if p == own and c != cell]
    return bool(beside) and bool(view.cells[cell]["buildings"]) and len(view.pieces(rest)) == 1


def test_the_piece_that_would_fall_off_is_named_and_hatched(planner, draft, picture):
    cell, near, rest = neck(draft)
    into = draft.grid[near]
    planner.keyboard.press("b")
    short = draft.head(into)["short"]
    value = planner.locator("#receiver option", has_text=short).first.get_attribute("value")
    planner.select_option("#receiver", value=value)
    planner.fill("#brush-size", "8")
    planner.mouse.move(*place(planner, draft, cell))
    planner.mouse.down()
    told = planner.locator("#live .verdict.over")
    expect(told).to_contain_text("将断成两块")
    picture(planner, "51-falls-off")
    planner.keyboard.press("Escape")
    planner.mouse.up()
    assert rest
    assert plan_view(planner, draft.id).grid == draft.grid


def neck(view: PlanView) -> tuple[int, int, int]:
    """A cell whose loss tears its grid, a neighbour in another grid, and how many pieces remain."""
    for one, other in view.borders:
        for cell, near in ((one, other), (other, one)):
            if view.grid[cell] == view.grid[near]:
                continue
            rest = [c for c, p in view.grid.items() if p == view.grid[cell] and c != cell]
            parts = view.pieces(rest)
            if len(parts) > len(view.pieces([*rest, cell])):
                return cell, near, len(parts)
    pytest.fail("no grid of the demonstration has a neck")


def test_open_incidents_are_counted_anew_while_a_stroke_is_under_way(planner, draft, picture):
    cells = get(planner, f"/api/plans/{draft.id}/incidents")["cells"]
    open_at = dict(zip(cells["id"], cells["open"], strict=True))
    planner.click("#plan-incidents summary")
    rows = planner.locator("#plan-incidents tbody tr")
    expect(rows).not_to_have_count(0)
    total = sum(number(row.locator("td").nth(2).text_content()) for row in rows.all())
    assert total == sum(open_at.values())
    cell = next(c for c in open_at if any(draft.grid[o] != draft.grid[c] for o in draft.grid))
    other = next(p for p in draft.households if p != draft.grid[cell])
    short = draft.head(other)["short"]
    planner.keyboard.press("b")
    value = planner.locator("#receiver option", has_text=short).first.get_attribute("value")
    planner.select_option("#receiver", value=value)
    planner.fill("#brush-size", "8")
    planner.mouse.move(*place(planner, draft, cell))
    planner.mouse.down()
    line = planner.locator("#plan-incidents tbody tr", has_text=short)
    expect(line.locator("td").nth(3)).to_have_text(f"+{open_at[cell]}")
    picture(planner, "52-incidents")
    planner.keyboard.press("Escape")
    planner.mouse.up()
    expect(line.locator("td").nth(3)).to_have_text("")


def test_a_chosen_few_grids_are_balanced_and_the_reason_stands_on_the_map(planner, draft, picture):
    cell, near = border_cell(draft)
    donor, receiver = draft.grid[cell], draft.grid[near]
    moves = [[c, donor, receiver] for c, p in draft.grid.items() if p == donor][:-1]
    edit(planner, draft, moves)
    open_workbench(planner, draft.id)
    planner.click("#open-balance")
    far = next(p for p in draft.households if p not in (donor, receiver))
    planner.click(f"[data-only='{far}']")
    expect(planner.locator("#only-told")).to_have_text("只动 1 个网格")
    planner.click("#balance-run")
    expect(planner.locator("#panel-balance .reason").first).to_be_visible()
    expect(planner.locator(".reason-tip").first).to_be_visible()
    picture(planner, "53-reasons")
    planner.locator("#panel-balance .card-actions .btn.quiet").click()
    expect(planner.locator(".reason-tip")).to_have_count(0)
    assert plan_view(planner, draft.id).answer["plan"]["version"] == 2


def test_space_pans_and_the_wheel_zooms_under_any_tool(planner, draft):
    cell, _ = border_cell(draft)
    planner.keyboard.press("b")
    x, y = place(planner, draft, cell)
    planner.mouse.move(x, y)
    planner.keyboard.down(" ")
    planner.mouse.down()
    planner.mouse.move(x - 80, y, steps=6)
    planner.mouse.up()
    planner.keyboard.up(" ")
    planner.wait_for_timeout(600)
    moved = place(planner, draft, cell)
    assert moved[0] < x - 40
    planner.mouse.wheel(0, -300)
    planner.wait_for_timeout(800)
    assert place(planner, draft, cell) != moved
    assert plan_view(planner, draft.id).answer["plan"]["version"] == 1


def test_every_tool_has_a_key_a_name_and_a_line_on_the_sheet_in_both_languages(planner, draft):
    for language in ("zh", "en"):
        speak(planner, language)
        planner.wait_for_selector("#bars .bar-row:not(.axis)")
        planner.keyboard.press("?")
        sheet = planner.locator("#keys-dialog")
        expect(sheet).to_be_visible()
        for tool in planner.locator("#rail .tool").all():
            key = tool.get_attribute("aria-keyshortcuts")
            name = tool.get_attribute("aria-label")
            assert key and name
            expect(sheet.locator("kbd", has_text=key).first).to_be_visible()
            expect(sheet).to_contain_text(name)
        planner.keyboard.press("Escape")
    speak(planner, "zh")


@pytest.mark.parametrize("unit", ["block", "compound"])
def test_one_touch_of_the_brush_takes_a_whole_block_or_compound(planner, draft, unit):
    told = get(planner, f"/api/plans/{draft.id}/buildings")["buildings"]
    homes = dict(zip(told["cell"], told["compound"], strict=True))
    cell, near = next(
        (c, n)
        for one, other in draft.borders
        for c, n in ((one, other), (other, one))
        if draft.grid[c] != draft.grid[n] and homes.get(c) and homes[c] != homes.get(n)
    )
    planner.keyboard.press("b")
    planner.keyboard.press({"block": "2", "compound": "3"}[unit])
    expect(planner.locator(f"[data-unit={unit}]")).to_have_attribute("aria-pressed", "true")
    short = draft.head(draft.grid[near])["short"]
    value = planner.locator("#receiver option", has_text=short).first.get_attribute("value")
    planner.select_option("#receiver", value=value)
    planner.fill("#brush-size", "8")
    planner.mouse.click(*place(planner, draft, cell))
    saved(planner)
    after = plan_view(planner, draft.id)
    moved = {c for c, p in after.grid.items() if draft.grid[c] != p}
    whole = {c for c, home in homes.items() if home == homes[cell]}
    if unit == "compound":
        assert moved == {c for c in whole if draft.grid[c] != draft.grid[near]}
    assert cell in moved
    assert {after.grid[c] for c in moved} == {draft.grid[near]}
    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid


def test_the_rail_is_one_stop_of_the_tab_key_and_arrows_go_through_it(planner, draft):
    planner.focus("#rail [data-tool=select]")
    planner.keyboard.press("ArrowDown")
    planner.keyboard.press("Enter")
    expect(planner.locator("[data-tool=brush]")).to_have_attribute("aria-pressed", "true")
    planner.keyboard.press("End")
    expect(planner.locator("[data-tool=ruler]")).to_be_focused()
    stops = planner.locator("#rail [tabindex='0']")
    expect(stops).to_have_count(1)
    row = planner.locator("#bars .bar-row:not(.axis)").first
    assert "格，" in (row.get_attribute("aria-label") or "")
