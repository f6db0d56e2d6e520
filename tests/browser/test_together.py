"""Two planners on one plan: seen, followed, merged where apart, asked where they touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import (
    PlanView,
    bar,
    begin_draft,
    grids_in_force,
    heavy_and_light,
    open_workbench,
    place,
    plan_view,
    post,
    saved,
    take_brush,
)

Opener = Callable[..., Page]


@pytest.fixture
def planner(demo: Site, enter: Opener) -> Page:
    return enter(demo, "planner", "/plans")


@pytest.fixture
def draft(planner: Page) -> PlanView:
    """A draft of the community with most grids, open in the workbench."""
    units = [grid["unit"] for grid in grids_in_force(planner)]
    return open_workbench(planner, begin_draft(planner, max(set(units), key=units.count)))


@pytest.fixture
def colleague(demo: Site, enter: Opener, draft: PlanView) -> Page:
    """Another person with the same draft open."""
    page = enter(demo, "administrator", f"/plans/{draft.id}")
    expect(page.locator("#bars")).not_to_be_empty()
    return page


def edit(page: Page, plan: PlanView, moves: list[list[int]]) -> Any:
    body = {"base_version": plan_view(page, plan.id).answer["plan"]["version"]}
    return post(page, f"/api/plans/{plan.id}/edits", body | {"kind": "brush", "moves": moves})


def deaf(page: Page) -> None:
    """The page hears nothing of others until it sends something itself."""
    calm = {"version": -1, "state": "draft", "since": None, "present": []}
    page.route("**/follow", lambda route: route.fulfill(json=calm))


def far_move(view: PlanView, near: set[int]) -> list[int]:
    """A move between two grids that neither are `near` nor touch one of them."""
    beside: dict[int, set[int]] = {}
    for a, b in view.borders:
        beside.setdefault(view.grid[a], set()).add(view.grid[b])
        beside.setdefault(view.grid[b], set()).add(view.grid[a])
    ring = near | {p for grid in near for p in beside[grid]}
    for donor in set(view.households) - ring:
        for receiver in beside[donor] - ring - {donor}:
            cells = view.edge_moves(donor, receiver, most=1)
            if cells:
                return [cells[0], donor, receiver]
    pytest.fail("no two grids lie apart from these")


def test_others_are_seen_and_what_they_change_appears(planner, colleague, draft, picture):
    donor, receiver, (cell, _) = heavy_and_light(draft)
    expect(planner.locator("#present .person")).to_have_count(1)
    edit(colleague, draft, [[cell, donor, receiver]])
    expect(planner.locator(".toast")).to_contain_text("改动了")
    after = plan_view(planner, draft.id)
    assert bar(planner, draft.head(donor)["code"]) == after.households[donor]
    picture(planner, "12-together")


def test_undo_after_following_takes_back_ones_own_gesture_and_the_page_agrees(
    planner, colleague, draft
):
    donor, receiver, (mine, theirs) = heavy_and_light(draft)
    take_brush(planner, receiver)
    planner.mouse.click(*place(planner, draft, mine))
    saved(planner)
    edit(colleague, draft, [[theirs, donor, receiver]])
    expect(planner.locator(".toast")).to_contain_text("改动了")
    planner.keyboard.press("Control+z")
    saved(planner)
    after = plan_view(planner, draft.id)
    assert after.grid == {**draft.grid, theirs: receiver}
    assert bar(planner, draft.head(receiver)["code"]) == after.households[receiver]


def test_changes_of_grids_apart_go_together_unasked(planner, draft):
    donor, receiver, (cell, _) = heavy_and_light(draft)
    deaf(planner)
    move = far_move(draft, {donor, receiver})
    edit(planner, draft, [move])
    take_brush(planner, receiver)
    planner.mouse.click(*place(planner, draft, cell))
    saved(planner)
    expect(planner.locator("#message-conflict")).to_have_count(0)
    after = plan_view(planner, draft.id)
    assert after.grid == {**draft.grid, cell: receiver, move[0]: move[2]}
    for position in (donor, receiver, move[1], move[2]):
        assert bar(planner, draft.head(position)["code"]) == after.households[position]
    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid == {**draft.grid, move[0]: move[2]}


@pytest.fixture
def conflict(planner, draft, watch) -> tuple[int, int, int]:
    """Both changed the same grids: cell of mine, cell of theirs, the grid both went to."""
    watch.pardons.append("409")
    donor, receiver, (mine, theirs) = heavy_and_light(draft)
    deaf(planner)
    edit(planner, draft, [[theirs, donor, receiver]])
    take_brush(planner, receiver)
    planner.mouse.click(*place(planner, draft, mine))
    expect(planner.locator("#message-conflict")).to_be_visible()
    return mine, theirs, receiver


def test_a_conflict_shows_mine_theirs_and_what_was_and_keeps_mine(
    planner, draft, conflict, picture
):
    mine, theirs, receiver = conflict
    for side in ("theirs", "base", "mine"):
        planner.click(f"#message-conflict [data-side={side}]")
        expect(planner.locator("#message-conflict [aria-pressed=true]")).to_have_attribute(
            "data-side", side
        )
        picture(planner, f"13-conflict-{side}")
    planner.click("#message-conflict >> text=保留我的")
    expect(planner.locator("#message-conflict")).to_have_count(0)
    saved(planner)
    assert plan_view(planner, draft.id).grid == {**draft.grid, mine: receiver, theirs: receiver}


def test_a_conflict_may_take_theirs(planner, draft, conflict):
    _, theirs, receiver = conflict
    planner.click("#message-conflict >> text=采用对方的")
    expect(planner.locator("#message-conflict")).to_have_count(0)
    expect(planner.locator("#plan-saved")).to_contain_text("已保存")
    after = plan_view(planner, draft.id)
    assert after.grid == {**draft.grid, theirs: receiver}
    assert bar(planner, draft.head(receiver)["code"]) == after.households[receiver]


def test_a_conflict_may_become_a_copy(planner, draft, conflict):
    mine, theirs, receiver = conflict
    planner.click("#message-conflict >> text=另存副本")
    planner.wait_for_url(lambda url: not url.endswith(f"/{draft.id}"))
    copy = plan_view(planner, int(planner.url.rsplit("/", 1)[1]))
    assert copy.grid == {**draft.grid, mine: receiver, theirs: receiver}
    assert plan_view(planner, draft.id).grid == {**draft.grid, theirs: receiver}
