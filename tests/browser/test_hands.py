"""Every gesture by mouse and by finger: one operation on the server, one undo that restores."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from conftest import Site
from hands import Finger, Hand, Mouse, Place
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
)

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]


@pytest.fixture(params=["mouse", "touch"])
def hand(request: pytest.FixtureRequest, demo: Site, enter: Opener) -> Iterator[Hand]:
    """A hand in the workbench of a planner: of the size of a desk, or of a tablet."""
    if request.param == "mouse":
        yield Mouse(enter(demo, "planner", "/plans"))
    else:
        yield Finger(enter(demo, "planner", "/plans", width=1180, height=820, has_touch=True))


@pytest.fixture
def draft(hand: Hand) -> Iterator[PlanView]:
    """A draft of a community, open in the workbench; removed afterwards."""
    unit = grids_in_force(hand.page)[0]["unit"]
    plan = begin_draft(hand.page, unit)
    yield open_workbench(hand.page, plan)
    hand.page.goto("/plans")
    token = hand.page.get_attribute("meta[name=csrf-token]", "content") or ""
    hand.page.request.delete(f"/api/plans/{plan}", headers={"X-CSRFToken": token})


def choose(hand: Hand, tool: str) -> None:
    """Take a tool from the rail, by the pointer at hand."""
    button = hand.page.locator(f"[data-tool={tool}]")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    hand.tap((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    expect(button).to_have_attribute("aria-pressed", "true")


def middle(hand: Hand, view: PlanView, cell: int) -> Place:
    return pixel(hand.page, view.cells[cell]["x"], view.cells[cell]["y"])


def beside(view: PlanView, *, inhabited: bool = True) -> tuple[int, int]:
    """Neighbouring cells of two grids, the first of which its grid can spare."""
    for one, other in view.borders:
        for cell, near in ((one, other), (other, one)):
            if view.grid[cell] == view.grid[near]:
                continue
            if inhabited and not (
                view.cells[cell]["households"] and view.cells[near]["households"]
            ):
                continue
            rest = [c for c, p in view.grid.items() if p == view.grid[cell] and c != cell]
            if len(view.pieces(rest)) == 1:
                return cell, near
    raise AssertionError("no such cells")


def into(hand: Hand, view: PlanView, position: int) -> None:
    """Say which grid receives what is painted."""
    short = view.head(position)["short"]
    label = hand.page.locator("#receiver option", has_text=short).first.get_attribute("value")
    hand.page.select_option("#receiver", value=label)


def newest(hand: Hand, view: PlanView) -> str:
    return str(get(hand.page, f"/api/plans/{view.id}/edits?limit=1")[0]["kind"])


def assert_one_gesture(hand: Hand, before: PlanView, kind: str) -> PlanView:
    """One edit of this kind was made, and one undo takes it back exactly."""
    saved(hand.page)
    after = plan_view(hand.page, before.id)
    assert after.answer["plan"]["version"] == before.answer["plan"]["version"] + 1
    assert after.grid != before.grid
    assert newest(hand, before) == kind
    assert sum(after.households.values()) == sum(before.households.values())
    hand.page.click("#undo")
    expect(hand.page.locator("#redo")).to_be_enabled()
    saved(hand.page)
    assert plan_view(hand.page, before.id).grid == before.grid
    return after


def test_a_tap_selects_a_grid(hand, draft):
    cell, _ = beside(draft)
    hand.tap(middle(hand, draft, cell))
    short = draft.head(draft.grid[cell])["short"]
    expect(hand.page.locator("#grid-card")).to_contain_text(short)


def test_a_click_of_the_brush_moves_one_building(hand, draft):
    cell, near = beside(draft)
    choose(hand, "brush")
    into(hand, draft, draft.grid[near])
    hand.page.fill("#brush-size", "8")
    hand.tap(middle(hand, draft, cell))
    after = assert_one_gesture(hand, draft, "click")
    assert after.grid[cell] == draft.grid[near]


def test_the_brush_tells_before_it_is_let_go_what_both_grids_would_have(hand, draft, picture):
    cell, near = beside(draft)
    choose(hand, "brush")
    into(hand, draft, draft.grid[near])
    here, there = middle(hand, draft, near), middle(hand, draft, cell)
    hand.draw(here, there, (there[0] + 3, there[1] + 3))
    chip = hand.page.locator("#live .chip.donor")
    expect(chip).to_be_visible()
    expect(chip.locator(".share")).to_contain_text("%")
    expect(hand.page.locator("#live .chip.receiver .needs")).not_to_be_empty()
    picture(hand.page, f"40-brush-{type(hand).__name__.lower()}")
    hand.release()
    assert_one_gesture(hand, draft, "brush")


def test_the_eraser_gives_a_building_to_its_neighbour(hand, draft):
    cell, _ = beside(draft)
    choose(hand, "eraser")
    hand.page.fill("#brush-size", "8")
    place = middle(hand, draft, cell)
    hand.draw(place, (place[0] + 4, place[1]))
    hand.release()
    after = assert_one_gesture(hand, draft, "eraser")
    assert after.grid[cell] != draft.grid[cell]


@pytest.mark.parametrize("tool", ["rect", "lasso"])
def test_what_is_ringed_goes_to_the_receiver(hand, draft, tool):
    cell, near = beside(draft)
    choose(hand, tool)
    into(hand, draft, draft.grid[near])
    x, y = middle(hand, draft, cell)
    ring = [(x - 30, y - 30), (x + 30, y - 30), (x + 30, y + 30), (x - 30, y + 30)]
    hand.draw(ring[0], ring[2]) if tool == "rect" else hand.draw(*ring, ring[0])
    hand.release()
    after = assert_one_gesture(hand, draft, {"rect": "rectangle"}.get(tool, tool))
    assert after.grid[cell] == draft.grid[near]


def test_a_border_is_dragged_round_a_bend_and_back(hand, draft, picture):
    cell, near = beside(draft)
    choose(hand, "border")
    a, b = middle(hand, draft, near), middle(hand, draft, cell)
    line = next(p for p in points(a, b, 60) if grabbed(hand, p, b))
    hand.move((b[0] + (b[1] - a[1]) / 2, b[1] + (b[0] - a[0]) / 2))
    chip = hand.page.locator("#live .chip.donor")
    expect(chip).to_be_visible()
    picture(hand.page, f"41-border-{type(hand).__name__.lower()}")
    hand.move(b)
    hand.move(line)
    hand.release()
    saved(hand.page)
    assert plan_view(hand.page, draft.id).grid == draft.grid
    assert grabbed(hand, line, b)
    hand.release()
    after = assert_one_gesture(hand, draft, "border")
    assert after.grid[cell] == draft.grid[near]


def points(a: Place, b: Place, n: int) -> Iterator[Place]:
    return ((a[0] + (b[0] - a[0]) * i / n, a[1] + (b[1] - a[1]) * i / n) for i in range(1, n))


def grabbed(hand: Hand, at: Place, to: Place) -> bool:
    """Press at a place and pull to another; whether that moves the line between the two."""
    hand.press(at)
    if "on-border" in (hand.page.locator("#map-holder").get_attribute("class") or ""):
        hand.move(to)
        if hand.page.locator("#live .chip.donor").is_visible():
            return True
    hand.page.keyboard.press("Escape")
    hand.release()
    return False


def test_a_line_cuts_a_grid_exactly_and_the_figures_were_told_before(hand, draft, picture):
    whole = max(draft.households, key=lambda p: draft.households[p])
    own = [draft.cells[c] for c, p in draft.grid.items() if p == whole]
    places = sorted(pixel(hand.page, c["x"], c["y"]) for c in own if c["buildings"])
    x = places[len(places) // 2][0] + 5
    top, bottom = min(y for _, y in places), max(y for _, y in places)
    hand.tap(places[0])
    choose(hand, "cut")
    hand.draw((x, top - 15), (x, bottom + 15))
    told = hand.page.locator("#live .chip.receiver .change b")
    expect(told).to_be_visible()
    promised = number(told.text_content())
    picture(hand.page, f"42-cut-{type(hand).__name__.lower()}")
    hand.release()
    rows = hand.page.locator("#bars .bar-row:not(.axis)")
    expect(rows).to_have_count(len(draft.answer["grids"]) + 1)
    after = assert_one_gesture(hand, draft, "cut")
    made = next(p for p in after.households if p not in draft.households)
    assert after.households[made] == promised
    assert after.households[made] + after.households[whole] == draft.households[whole]
    assert after.answer["plan"]["ground"] == 1
    assert len(after.grid) > len(draft.grid)
    expect(rows).to_have_count(len(draft.answer["grids"]))


def test_the_ground_in_a_polygon_becomes_a_grid(hand, draft, picture):
    cell, _ = beside(draft)
    x, y = middle(hand, draft, cell)
    choose(hand, "polygon")
    for place in ((x - 60, y - 45), (x + 55, y - 50), (x + 60, y + 40), (x - 50, y + 50)):
        hand.tap(place)
    told = hand.page.locator("#live .chip.receiver .change b")
    expect(told).to_be_visible()
    promised = number(told.text_content())
    picture(hand.page, f"43-polygon-{type(hand).__name__.lower()}")
    hand.page.click("#polygon-done")
    rows = hand.page.locator("#bars .bar-row:not(.axis)")
    expect(rows).to_have_count(len(draft.answer["grids"]) + 1)
    after = assert_one_gesture(hand, draft, "polygon")
    made = next(p for p in after.households if p not in draft.households)
    assert after.households[made] == promised


def test_two_taps_merge_two_grids(hand, draft):
    cell, near = beside(draft)
    hand.tap(middle(hand, draft, cell))
    choose(hand, "merge")
    hand.tap(middle(hand, draft, near))
    after = assert_one_gesture(hand, draft, "merge")
    assert len(set(after.grid.values())) == len(set(draft.grid.values())) - 1


def test_a_locked_compound_is_hatched_and_no_stroke_takes_it(hand, draft, picture):
    told = get(hand.page, f"/api/plans/{draft.id}/buildings")
    homes = dict(zip(told["buildings"]["cell"], told["buildings"]["compound"], strict=True))
    cell, near = next(
        (c, n)
        for one, other in draft.borders
        for c, n in ((one, other), (other, one))
        if draft.grid[c] != draft.grid[n] and homes.get(c)
    )
    choose(hand, "lock")
    hand.page.click("[data-lock=compound]")
    hand.tap(middle(hand, draft, cell))
    expect(hand.page.locator(".toast")).to_contain_text("已锁定")
    saved(hand.page)
    locks = get(hand.page, f"/api/plans/{draft.id}")["locks"]
    assert [one["id"] for one in locks["compounds"]] == [homes[cell]]
    picture(hand.page, f"44-lock-{type(hand).__name__.lower()}")
    choose(hand, "brush")
    into(hand, draft, draft.grid[near])
    hand.page.fill("#brush-size", "8")
    hand.tap(middle(hand, draft, cell))
    expect(hand.page.locator(".toast")).to_contain_text("不进不出")
    saved(hand.page)
    assert plan_view(hand.page, draft.id).grid == draft.grid
    choose(hand, "lock")
    hand.page.click("#lock-all")
    hand.page.click("#unlock-all")
    saved(hand.page)
    after = get(hand.page, f"/api/plans/{draft.id}")
    assert after["locks"] == {"cells": [], "compounds": []}
    assert not any(grid["locked"] for grid in after["grids"])


def test_a_stray_piece_is_filled_by_one_tap(hand, draft):
    inner = next(
        c
        for c, p in draft.grid.items()
        if draft.cells[c]["households"]
        and all(draft.grid[o] == p for pair in draft.borders if c in pair for o in pair)
    )
    home = draft.grid[inner]
    other = next(p for p in draft.households if p != home)
    moves = {"base_version": 1, "kind": "brush", "moves": [[inner, home, other]]}
    post(hand.page, f"/api/plans/{draft.id}/edits", moves)
    view = open_workbench(hand.page, draft.id)
    choose(hand, "fill")
    hand.tap(middle(hand, view, inner))
    after = assert_one_gesture(hand, view, "fill")
    assert after.grid == draft.grid


def test_the_ruler_reads_metres_and_area_and_changes_nothing(hand, draft):
    cell, _ = beside(draft)
    x, y = middle(hand, draft, cell)
    choose(hand, "ruler")
    hand.tap((x - 60, y))
    hand.tap((x + 60, y))
    read = hand.page.locator("#ruler-read")
    expect(read).to_contain_text("m")
    hand.tap((x + 60, y + 80))
    expect(read).to_contain_text("面积")
    hand.page.keyboard.press("Escape")
    expect(hand.page.locator("#live")).to_be_hidden()
    assert plan_view(hand.page, draft.id).answer["plan"]["version"] == 1


def test_targets_are_large_enough_for_the_hand(hand, draft):
    least = 24 if isinstance(hand, Mouse) else 44
    choose(hand, "brush")
    for target in hand.page.locator("#rail .tool, #options-unit button, #receiver").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= least
