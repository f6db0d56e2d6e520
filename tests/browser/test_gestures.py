"""The gestures beyond the brush: each is one operation, one undo, and says its figures before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import (
    PlanView,
    bar,
    begin_draft,
    get,
    grids_in_force,
    number,
    open_workbench,
    pixel,
    plan_view,
    saved,
    wait_for_district,
)

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]


@pytest.fixture
def draft(planner: Page) -> PlanView:
    """A draft of a community, open in the workbench."""
    unit = grids_in_force(planner)[0]["unit"]
    return open_workbench(planner, begin_draft(planner, unit))


def two_beside(view: PlanView) -> tuple[int, int]:
    """Two grids that share a border, the lighter first."""
    pairs = ({view.grid[a], view.grid[b]} for a, b in view.borders)
    one, other = sorted(next(p for p in pairs if len(p) == 2), key=lambda p: view.households[p])
    return one, other


def middle(page: Page, view: PlanView, position: int) -> tuple[float, float]:
    """The middle of some cell well inside a grid."""
    own = [c for c, p in view.grid.items() if p == position]
    edge = {c for pair in view.borders for c in pair if view.grid[pair[0]] != view.grid[pair[1]]}
    cell = view.cells[next((c for c in own if c not in edge), own[0])]
    return pixel(page, cell["x"], cell["y"])


def newest(page: Page, view: PlanView) -> tuple[str, int]:
    edit = get(page, f"/api/plans/{view.id}/edits?limit=1")[0]
    return edit["kind"], edit["n"]


def test_two_grids_merge_under_m_and_the_heavier_keeps_its_code(planner, draft, picture):
    light, heavy = two_beside(draft)
    both = draft.households[light] + draft.households[heavy]
    planner.mouse.click(*middle(planner, draft, light))
    planner.keyboard.press("m")
    planner.mouse.move(*middle(planner, draft, heavy))
    shown = planner.locator("#live .chip.receiver .change")
    expect(shown).to_be_visible()
    assert number(shown.locator("b").text_content()) == both
    picture(planner, "20-merge")
    planner.mouse.click(*middle(planner, draft, heavy))
    rows = planner.locator("#bars .bar-row:not(.axis)")
    expect(rows).to_have_count(len(draft.answer["grids"]) - 1)
    assert bar(planner, draft.head(heavy)["code"]) == both
    saved(planner)
    assert newest(planner, draft) == ("merge", list(draft.grid.values()).count(light))
    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid
    expect(rows).to_have_count(len(draft.answer["grids"]))


def test_a_merge_needs_no_mouse_and_its_undo_survives_a_reload(planner, draft):
    light, _ = two_beside(draft)
    short = draft.head(light)["short"]
    planner.locator("#bars .bar-row", has_text=short).first.press("Enter")
    planner.keyboard.press("m")
    planner.locator("#merge-with").select_option(index=0)
    planner.locator("#merge-go").press("Enter")
    saved(planner)
    merged = open_workbench(planner, draft.id)
    assert len(merged.answer["grids"]) == len(draft.answer["grids"]) - 1
    planner.keyboard.press("Control+z")
    expect(planner.locator("#bars .bar-row:not(.axis)")).to_have_count(len(draft.answer["grids"]))
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid


def test_what_the_lasso_rings_becomes_a_new_grid_with_the_next_code(planner, draft, picture):
    donor = max(draft.households, key=lambda p: draft.households[p])
    box = planner.locator(".folium-map").bounding_box()
    assert box
    x, y = middle(planner, draft, donor)
    planner.keyboard.press("n")
    planner.keyboard.press("r")
    planner.mouse.move(x - 45, y - 45)
    planner.mouse.down()
    planner.mouse.move(x + 45, y + 45, steps=8)
    picture(planner, "21-new-grid")
    planner.mouse.up()
    rows = planner.locator("#bars .bar-row:not(.axis)")
    expect(rows).to_have_count(len(draft.answer["grids"]) + 1)
    saved(planner)
    after = plan_view(planner, draft.id)
    new = next(g for g in after.answer["grids"] if g["code"] == draft.answer["next_code"])
    moved = {c for c, p in after.grid.items() if p == new["position"]}
    assert moved == {c for c, p in after.grid.items() if draft.grid[c] != p}
    assert newest(planner, draft) == ("split", len(moved))
    planner.click("#undo")
    expect(rows).to_have_count(len(draft.answer["grids"]))
    saved(planner)
    planner.click("#redo")
    expect(rows).to_have_count(len(draft.answer["grids"]) + 1)
    saved(planner)
    assert plan_view(planner, draft.id).grid == after.grid


def test_a_dissolved_grid_is_a_proposal_first_and_one_undo_after(planner, draft, picture):
    light, _ = two_beside(draft)
    planner.mouse.click(*middle(planner, draft, light))
    planner.locator("#grid-card button", has=planner.locator("use[href$='#dissolve']")).click()
    expect(planner.locator("#balance-accept")).to_be_visible()
    assert plan_view(planner, draft.id).grid == draft.grid
    picture(planner, "22-dissolve")
    planner.click("#balance-accept")
    rows = planner.locator("#bars .bar-row:not(.axis)")
    expect(rows).to_have_count(len(draft.answer["grids"]) - 1)
    saved(planner)
    assert light not in plan_view(planner, draft.id).grid.values()
    assert newest(planner, draft)[0] == "dissolve"
    planner.click("#undo")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid


def on_border(page: Page, view: PlanView, a: int, b: int) -> tuple[float, float, float, float]:
    """A place on the line between two grids, and the direction from `a` into `b`, in pixels."""
    here, there = next(
        pair if view.grid[pair[0]] == a else pair[::-1]
        for pair in view.borders
        if {view.grid[c] for c in pair} == {a, b}
    )
    from_x, from_y = pixel(page, view.cells[here]["x"], view.cells[here]["y"])
    to_x, to_y = pixel(page, view.cells[there]["x"], view.cells[there]["y"])
    for i in range(1, 200):
        x, y = from_x + (to_x - from_x) * i / 200, from_y + (to_y - from_y) * i / 200
        page.mouse.move(x, y)
        if "on-border" in (page.locator("#map-holder").get_attribute("class") or ""):
            return x, y, to_x - x, to_y - y
    raise AssertionError("the pointer found no line")


def test_a_border_is_dragged_and_cells_flip_under_way(planner, draft, picture):
    receiver, donor = two_beside(draft)
    before = draft.households
    planner.keyboard.press("d")
    x, y, dx, dy = on_border(planner, draft, receiver, donor)
    planner.mouse.down()
    planner.mouse.move(x + dx, y + dy, steps=6)
    told = planner.locator("#live .chip.donor .change")
    expect(told).to_contain_text(f"{before[donor]} →")
    picture(planner, "23-border")
    planner.keyboard.press("Escape")
    planner.mouse.up()
    expect(planner.locator("#live")).to_be_hidden()
    assert plan_view(planner, draft.id).grid == draft.grid
    planner.mouse.move(x, y)
    planner.mouse.down()
    planner.mouse.move(x + dx, y + dy, steps=6)
    planner.mouse.up()
    saved(planner)
    after = plan_view(planner, draft.id)
    moved = {c for c, p in after.grid.items() if draft.grid[c] != p}
    assert {(draft.grid[c], after.grid[c]) for c in moved} == {(donor, receiver)}
    assert newest(planner, draft) == ("border", len(moved))
    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid


def test_a_border_that_is_dragged_back_moves_nothing(planner, draft):
    receiver, donor = two_beside(draft)
    planner.keyboard.press("d")
    x, y, dx, dy = on_border(planner, draft, receiver, donor)
    planner.mouse.down()
    planner.mouse.move(x + dx, y + dy, steps=6)
    planner.mouse.move(x, y, steps=6)
    expect(planner.locator("#live")).to_be_hidden()
    planner.mouse.up()
    saved(planner)
    assert plan_view(planner, draft.id).answer["plan"]["version"] == 1


def test_a_finger_grabs_a_border_from_farther_away(demo, enter, planner, draft):
    receiver, donor = two_beside(draft)
    planner.keyboard.press("d")
    x, y, dx, dy = on_border(planner, draft, receiver, donor)
    length = (dx * dx + dy * dy) ** 0.5
    touch = planner.context.new_cdp_session(planner)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    start = (x - 12 * dx / length, y - 12 * dy / length)
    finger("touchStart", start)
    for i in range(1, 7):
        finger("touchMove", (x + dx * i / 6, y + dy * i / 6))
    expect(planner.locator("#live .verdict")).to_be_visible()
    finger("touchEnd")
    saved(planner)
    after = plan_view(planner, draft.id)
    assert {after.grid[c] for c, p in draft.grid.items() if after.grid[c] != p} == {receiver}


def test_the_strip_moves_a_border_by_one_cell(planner, draft):
    light, _ = two_beside(draft)
    short = draft.head(light)["short"]
    planner.locator("#bars .bar-row", has_text=short).first.press("Enter")
    planner.keyboard.press("d")
    planner.locator("#border-in").press("Enter")
    saved(planner)
    after = plan_view(planner, draft.id)
    assert [after.grid[c] for c, p in draft.grid.items() if after.grid[c] != p] == [light]
    assert newest(planner, draft) == ("border", 1)


def test_a_line_through_a_grid_cuts_it_in_two_along_whole_cells(planner, draft, picture):
    whole = max(draft.households, key=lambda p: draft.households[p])
    own = [
        draft.cells[c] for c, p in draft.grid.items() if p == whole and draft.cells[c]["buildings"]
    ]
    places = sorted(pixel(planner, cell["x"], cell["y"]) for cell in own)
    x = (places[len(places) // 2 - 1][0] + places[len(places) // 2][0]) / 2
    top, bottom = min(y for _, y in places), max(y for _, y in places)
    planner.mouse.click(*places[0])
    planner.keyboard.press("c")
    planner.click("[data-cut=cells]")
    planner.mouse.move(x, top - 15)
    planner.mouse.down()
    planner.mouse.move(x, bottom + 15, steps=10)
    expect(planner.locator("#live .chip.receiver")).to_be_visible()
    picture(planner, "24-cut")
    planner.mouse.up()
    expect(planner.locator("#bars .bar-row:not(.axis)")).to_have_count(
        len(draft.answer["grids"]) + 1
    )
    saved(planner)
    after = plan_view(planner, draft.id)
    moved = {c for c, p in after.grid.items() if draft.grid[c] != p}
    assert {draft.grid[c] for c in moved} == {whole}
    screen = {c: pixel(planner, draft.cells[c]["x"], draft.cells[c]["y"])[0] for c in moved}
    assert all(at < x for at in screen.values()) or all(at > x for at in screen.values())
    assert newest(planner, draft) == ("cut", len(moved))
    planner.click("#undo")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid


def test_the_strip_halves_a_grid_by_households(planner, draft):
    whole = max(draft.households, key=lambda p: draft.households[p])
    short = draft.head(whole)["short"]
    planner.locator("#bars .bar-row", has_text=short).first.press("Enter")
    planner.keyboard.press("c")
    planner.locator("[data-halve=x]").press("Enter")
    saved(planner)
    after = plan_view(planner, draft.id)
    made = max(after.households)
    assert made not in draft.households
    assert after.households[whole] + after.households[made] == draft.households[whole]
    assert abs(after.households[whole] - after.households[made]) < draft.households[whole] / 3


def test_a_checkpoint_is_kept_and_gone_back_to(planner, draft, picture):
    light, _ = two_beside(draft)
    planner.click("#tab-history")
    planner.fill("#checkpoint-name", "街道初审")
    planner.keyboard.press("Enter")
    marked = planner.locator("#history li.checkpoint")
    expect(marked).to_contain_text("街道初审")
    planner.locator("#bars .bar-row", has_text=draft.head(light)["short"]).first.press("Enter")
    planner.keyboard.press("d")
    for _ in range(2):
        planner.locator("#border-in").press("Enter")
    saved(planner)
    assert plan_view(planner, draft.id).grid != draft.grid
    picture(planner, "25-history")
    marked.locator("button", has_text="回到此处").click()
    expect(planner.locator("#history li").first).to_contain_text("回到此前")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid
    assert bar(planner, draft.head(light)["code"]) == draft.households[light]
    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid != draft.grid


@pytest.fixture
def two_persons(demo: Site) -> Iterator[None]:
    """The project asks for a second person while the test runs."""
    env = {**os.environ, "DATABASE_URL": "", "GISGRID_DATA": str(demo.data)}
    command = [sys.executable, "-m", "gisgrid.cli", "project"]
    subprocess.run([*command, "--two-person"], env=env, check=True, capture_output=True)
    yield
    subprocess.run([*command, "--no-two-person"], env=env, check=True, capture_output=True)


@pytest.mark.usefixtures("two_persons")
def test_one_submits_and_another_approves(demo, enter, planner, draft, picture):
    expect(planner.locator("#open-publish")).to_have_text("提交审核")
    expect(planner.locator("#rules .rule-chip")).to_have_count(13)
    planner.click("#open-publish")
    planner.fill("#effective-from", (date.today() + timedelta(days=30)).isoformat())
    for field in planner.locator("#publish-dialog .reasons input").all():
        field.fill("老旧小区")
    planner.click("#publish-go")
    message = planner.locator("#message-read-only")
    expect(message).to_contain_text("等待另一人审批")
    expect(message.locator("button", has_text="批准")).to_have_count(0)
    admin = enter(demo, "administrator", f"/plans/{draft.id}")
    picture(admin, "26-approve")
    admin.click("#message-read-only >> text=批准")
    admin.click("#review-go")
    expect(admin.locator("#plan-state")).to_have_text("待生效")
    admin.click("#message-read-only >> text=退回草案")
    admin.fill("#review-dialog textarea", "请再核对三号楼")
    admin.click("#review-go")
    expect(admin.locator("#plan-state")).to_have_text("草案")


def test_service_points_and_open_incidents_are_shown_over_the_plan(planner, draft, picture):
    planner.click("#layers-button")
    planner.check("#show-services")
    expect(planner.locator(".service-mark").first).to_be_attached()
    planner.check("#show-incidents")
    placed = get(planner, "/api/incidents")
    told = planner.locator("#layers-card .caption")
    expect(told).to_have_text(str(placed["closed_at"].count(None)))
    picture(planner, "27-layers")
    planner.uncheck("#show-incidents")
    expect(planner.locator(".incident-mark")).to_have_count(0)
    planner.uncheck("#show-services")
    expect(planner.locator(".service-mark")).to_have_count(0)
    planner.keyboard.press("Escape")
    expect(planner.locator("#layers-card")).to_be_hidden()


def test_the_overview_has_the_same_layers(planner, picture):
    planner.goto("/")
    wait_for_district(planner, grids_in_force(planner))
    planner.click("#layers-button")
    planner.check("#show-incidents")
    expect(planner.locator(".incident-mark").first).to_be_attached()
    picture(planner, "28-overview-layers")
