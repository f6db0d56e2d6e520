"""Minutes 4 and 5: auto-balance proposes, the planner takes it or part of it, and publishes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from walking import (
    PlanView,
    bar,
    begin_draft,
    get,
    grids_in_force,
    number,
    open_workbench,
    plan_view,
    post,
    saved,
    wait_for_district,
)

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]
TARGET, LOW, HIGH = 400, 320, 480


def uneven_units(page: Page) -> list[int]:
    """Communities with a grid out of the band, the one with most grids first."""
    units = {u["id"]: u for u in get(page, "/api/district")["units"]}
    grids = grids_in_force(page)
    uneven = {g["unit"] for g in grids if not 300 <= g["households"] <= 500}
    return sorted(uneven, key=lambda u: (-sum(g["unit"] == u for g in grids), units[u]["code"]))


def calm_grids(view: PlanView) -> list[int]:
    """Positions in the target zone, farthest from the heaviest grid first."""
    heavy = max(view.households, key=lambda p: view.households[p])
    x, y = (view.sums(name)[heavy] / list(view.grid.values()).count(heavy) for name in "xy")

    def far(position: int) -> float:
        own = [view.cells[c] for c, p in view.grid.items() if p == position]
        return sum((c["x"] - x) ** 2 + (c["y"] - y) ** 2 for c in own) / len(own)

    calm = [p for p, n in view.households.items() if LOW <= n <= HIGH]
    return sorted(calm, key=lambda p: -far(p))


def ask_balance(page: Page, view: PlanView, locked: list[int]) -> None:
    """Open auto-balance, lock some grids, aim at 400 ± 20 %, and wait for the proposal."""
    page.click("#open-balance")
    for position in locked:
        page.locator(
            ".lock-list button:not([data-only])", has_text=view.head(position)["short"]
        ).click()
    expect(page.locator(".lock-list button[aria-pressed=true]:not([data-only])")).to_have_count(
        len(locked)
    )
    for name, value in (("low", LOW), ("target", TARGET), ("high", HIGH)):
        page.fill(f"#panel-balance input[name={name}]", str(value))
    saved(page)
    page.click("#balance-run")
    expect(page.locator("#balance-accept")).to_be_visible()


def before_after(page: Page, view: PlanView) -> dict[int, tuple[int, int]]:
    """The table of the proposal: position -> households before and after."""
    told = {}
    for line in page.locator("table.before-after tbody tr").all():
        code, was, will_be = (td.text_content() or "" for td in line.locator("td").all()[:3])
        position = next(p for p in view.households if view.head(p)["short"] == code)
        told[position] = (number(was), number(will_be))
    return told


def test_auto_balance_brings_the_plan_nearer_and_one_undo_takes_it_back(planner, demo, picture):
    draft = open_workbench(planner, begin_draft(planner, uneven_units(planner)[0]))
    locked = calm_grids(draft)[:2]
    ask_balance(planner, draft, locked)
    told = before_after(planner, draft)
    assert told
    assert all(before == draft.households[p] for p, (before, _) in told.items())
    assert plan_view(planner, draft.id).grid == draft.grid
    picture(planner, "06-balance-preview")

    planner.click("#balance-accept")
    saved(planner)
    after = plan_view(planner, draft.id)
    assert {p: after.households[p] for p in told} == {p: n for p, (_, n) in told.items()}
    assert after.worst(TARGET) < draft.worst(TARGET)
    assert all(LOW <= n <= HIGH for n in after.households.values())
    assert after.torn() == {}
    for position in locked:
        held = {c for c, p in draft.grid.items() if p == position}
        assert {c for c, p in after.grid.items() if p == position} == held
    assert bar(planner, draft.head(0)["code"]) == after.households[0]
    picture(planner, "07-balanced")

    planner.keyboard.press("Control+z")
    saved(planner)
    assert plan_view(planner, draft.id).grid == draft.grid


def test_part_of_a_proposal_can_be_taken(planner, demo):
    unit = uneven_units(planner)[1]
    draft = open_workbench(planner, begin_draft(planner, unit))
    ask_balance(planner, draft, [])
    boxes = planner.locator("table.pairs input[type=checkbox]")
    if boxes.count() < 2:
        pytest.skip("the proposal moves cells between two grids only")
    boxes.last.uncheck()
    expect(planner.locator("#balance-accept")).to_have_text("采用所选")
    told = before_after(planner, draft)
    planner.click("#balance-accept")
    saved(planner)
    after = plan_view(planner, draft.id)
    assert {p: after.households[p] for p in told} == {p: n for p, (_, n) in told.items()}
    assert after.grid != draft.grid


def test_a_suggestion_is_applied_with_one_press(planner, demo):
    draft = open_workbench(planner, begin_draft(planner, uneven_units(planner)[0]))
    planner.locator("#suggestions >> text=应用").click()
    saved(planner)
    after = plan_view(planner, draft.id)
    assert after.grid != draft.grid
    assert after.torn() == {}
    out = [sum(not 300 <= n <= 500 for n in view.households.values()) for view in (draft, after)]
    assert after.worst(TARGET) <= draft.worst(TARGET)
    assert out[1] <= out[0]


def test_a_published_plan_supersedes_the_old_one_at_its_date(planner, demo, picture):
    unit = uneven_units(planner)[-1]
    before = [g for g in grids_in_force(planner) if g["unit"] == unit]
    old = plan_view(planner, before[0]["plan"])
    draft = open_workbench(planner, begin_draft(planner, unit))
    ask_balance(planner, draft, [])
    planner.click("#balance-accept")
    saved(planner)
    balanced = plan_view(planner, draft.id)
    expect(planner.locator("#rules .rule-chip.blocks")).to_have_count(0)
    planner.click("#open-publish")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    planner.fill("#effective-from", today)
    expect(planner.locator("#publish-go")).to_have_text(f"自 {today} 起生效")
    picture(planner, "08-publish")
    planner.click("#publish-go")
    expect(planner.locator("#plan-state")).to_have_text("现行")

    listed = {plan["id"]: plan for plan in get(planner, f"/api/plans?unit={unit}")}
    assert listed[draft.id]["state"] == "effective"
    assert listed[draft.id]["effective_from"] == listed[old.id]["effective_to"] == today
    assert listed[old.id]["state"] == "superseded"

    planner.goto("/")
    now = [g for g in grids_in_force(planner) if g["unit"] == unit]
    wait_for_district(planner, now)
    assert {g["plan"] for g in now} == {draft.id}
    assert sorted(g["households"] for g in now) == sorted(balanced.households.values())
    planner.goto(f"/?unit={unit}")
    wait_for_district(planner, now)
    picture(planner, "09-overview-after")

    seen = open_workbench(planner, old.id)
    assert seen.grid == old.grid
    expect(planner.locator("#plan-state")).to_have_text("已取代")
    expect(planner.locator("#message-read-only")).to_contain_text("已被取代")
    planner.keyboard.press("b")
    expect(planner.locator("#options")).to_be_hidden()
    picture(planner, "10-superseded")


def test_a_plan_for_next_week_waits_and_changes_nothing_today(planner, demo):
    busy = {p["unit"]["id"] for p in get(planner, "/api/plans") if p["state"] == "approved"}
    busy |= {*uneven_units(planner)}
    units = get(planner, "/api/district")["units"]
    unit = next(u["id"] for u in units if u["role"] == "community" and u["id"] not in busy)
    before = [g for g in grids_in_force(planner) if g["unit"] == unit]
    draft = open_workbench(planner, begin_draft(planner, unit))
    day = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=7)).date().isoformat()
    expect(planner.locator("#rules .rule-chip")).to_have_count(13)
    planner.click("#open-publish")
    planner.fill("#effective-from", day)
    planner.click("#publish-go")
    expect(planner.locator("#plan-state")).to_have_text("待生效")
    assert [g for g in grids_in_force(planner) if g["unit"] == unit] == before
    planner.goto(f"/plans?unit={unit}")
    row = planner.locator("#plan-rows tr", has=planner.locator(f'a[href="/plans/{draft.id}"]'))
    expect(row).to_contain_text(day)
    withdrawn = post(planner, f"/api/plans/{draft.id}/withdraw", {})
    assert withdrawn["state"] == "draft"


def test_a_plan_that_breaks_a_rule_is_not_published(planner, demo, watch, picture):
    """The heaviest grid stands above the band: publishing says so, and asks for a reason."""
    unit = uneven_units(planner)[0]
    draft = open_workbench(planner, begin_draft(planner, unit))
    expect(planner.locator("#rules .rule-chip.blocks")).not_to_have_count(0)
    planner.click("#open-publish")
    dialog = planner.locator("#publish-dialog")
    expect(dialog).to_contain_text("V07")
    expect(dialog.locator(".reasons input")).not_to_have_count(0)
    picture(planner, "08-publish-refused")
    planner.click("#publish-go")
    expect(dialog).to_be_visible()
    assert plan_view(planner, draft.id).answer["plan"]["state"] == "draft"


def test_the_list_of_plans_tells_what_the_plans_hold_and_deletes_a_draft(planner, demo, picture):
    unit = uneven_units(planner)[0]
    draft = begin_draft(planner, unit)
    view = plan_view(planner, draft)
    planner.goto(f"/plans?unit={unit}")
    expect(planner.locator("#plan-rows tr a").first).to_be_visible()
    row = planner.locator("#plan-rows tr", has=planner.locator(f'a[href="/plans/{draft}"]'))
    cells = [td.text_content() or "" for td in row.locator("td.number").all()]
    assert number(cells[0]) == len(view.households)
    assert number(cells[1]) == sum(view.households.values())
    assert abs(number(cells[3])) == view.worst(TARGET)
    assert number(cells[4]) == sum(not 300 <= n <= 500 for n in view.households.values())
    picture(planner, "02-plans")
    row.locator("details.menu summary").click()
    row.get_by_text("删除草案").click()
    planner.locator("#delete-dialog .sure").click()
    expect(row).to_have_count(0)
    assert draft not in [plan["id"] for plan in get(planner, "/api/plans")]


def test_a_new_plan_is_divided_by_the_engine_from_the_dialog(planner, demo, picture):
    unit = uneven_units(planner)[0]
    planner.goto(f"/plans?unit={unit}")
    expect(planner.locator("#plan-rows tr a").first).to_be_visible()
    planner.click("#new-plan")
    planner.check("#new-plan-dialog input[value=target]")
    picture(planner, "02-new-plan")
    planner.click("#create-plan")
    planner.wait_for_url(re.compile(r"/plans/\d+$"), timeout=60_000)
    made = plan_view(planner, int(planner.url.rsplit("/", 1)[1]))
    assert made.torn() == {}
    assert all(300 <= n <= 500 for n in made.households.values())
