"""A plan from its beginning to its end: begun, edited, checked, published, superseded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from plan_land import TWELVE, Land, cleared, draft, draw, drawn, redraw_cells
from sqlalchemy import text

from gisgrid.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    Locked,
    NotFound,
    RulesBroken,
    StaleVersion,
    WrongState,
)
from gisgrid.services.check_plan import check_plan
from gisgrid.services.dissolve_grid import preview_dissolve
from gisgrid.services.edit_plan import move_cells, redo, set_grid, undo
from gisgrid.services.new_plan import Wish, delete_plan, new_plan
from gisgrid.services.publish_plan import bring_into_force, publish_plan, withdraw_plan
from gisgrid.services.rebalance_plan import Wish as Balance
from gisgrid.services.rebalance_plan import list_suggestions, preview_rebalance
from gisgrid.services.view_plan import grid_table, grids_csv, list_plans, view_history, view_plan
from gisgrid.storage.engine import SYSTEM, transaction

TODAY = date.today()


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    return cleared(drawn_land)


@pytest.fixture
def plan(land: Land) -> int:
    """``AABB/ACBD/CCDD``: 350, 340, 400 and 370 households."""
    return draft(land)


@pytest.fixture
def divided(land: Land) -> int:
    """Four grids by the engine."""
    return new_plan(land.engine, land.planner, land.unit, start="engine")


def unbalance(land: Land, plan_id: int) -> None:
    """The second cell goes from A to B: 220 and 470 households."""
    brush(land, plan_id, [land.cells[1], 0, 1])


def view(land: Land, plan_id: int) -> dict:
    return view_plan(land.engine, land.planner, plan_id)


def grid_of(land: Land, plan_id: int) -> dict[int, int]:
    cells = view(land, plan_id)["cells"]
    return dict(zip(cells["id"], cells["grid"], strict=True))


def households(land: Land, plan_id: int) -> dict[int, int]:
    return {
        row["position"]: row["households"] for row in grid_table(land.engine, land.planner, plan_id)
    }


def some_move(land: Land, plan_id: int) -> list[int]:
    """A cell on a border, that its grid can spare."""
    seen = view(land, plan_id)
    grid, near = seen["cells"]["grid"], seen["neighbours"]
    for a, b in zip(near["a"], near["b"], strict=True):
        if b >= 0 and grid[a] != grid[b] and grid.count(grid[a]) > 1:
            return [seen["cells"]["id"][a], grid[a], grid[b]]
    raise AssertionError("no border")


def brush(land: Land, plan_id: int, *moves: list[int], **options) -> dict:
    version = options.pop("base_version", None) or view(land, plan_id)["plan"]["version"]
    who = options.pop("who", land.planner)
    gesture = {"kind": "brush", "moves": moves, "base_version": version} | options
    return move_cells(land.engine, who, plan_id, **gesture)


def publish(land: Land, plan_id: int, day: date = TODAY, **options) -> dict:
    version = view(land, plan_id)["plan"]["version"]
    options = {"base_version": version, "effective_from": day} | options
    return publish_plan(land.engine, land.planner, plan_id, **options)


def test_the_engine_divides_a_community_into_grids_in_the_band(land, divided):
    load = households(land, divided)
    assert len(load) == 4
    assert all(300 <= n <= 500 for n in load.values())
    assert sum(load.values()) == sum(map(sum, TWELVE))


def test_grids_are_numbered_from_one_in_fifteen_digits(land, divided):
    codes = [grid["code"] for grid in view(land, divided)["grids"]]
    assert codes == [f"990101004007{n:03d}" for n in (1, 2, 3, 4)]


def test_touching_grids_differ_in_colour(land, divided):
    seen = view(land, divided)
    colour = {grid["position"]: grid["colour"] for grid in seen["grids"]}
    grid, near = seen["cells"]["grid"], seen["neighbours"]
    pairs = {(grid[a], grid[b]) for a, b in zip(near["a"], near["b"], strict=True) if b >= 0}
    assert all(colour[g] != colour[h] for g, h in pairs if g != h)


@pytest.mark.parametrize(
    ("wish", "grids"), [(Wish(grids=3), 3), (Wish(target=480), 3), (Wish(target=310), 4)]
)
def test_the_engine_is_told_a_number_or_a_target(land, wish, grids):
    plan_id = new_plan(land.engine, land.planner, land.unit, start="engine", wish=wish)
    assert len(view(land, plan_id)["grids"]) == grids


def test_a_whole_plan_is_one_grid(land):
    plan_id = new_plan(land.engine, land.planner, land.unit, start="whole")
    assert set(grid_of(land, plan_id).values()) == {0}


def test_a_start_without_a_plan_in_force_says_so(land):
    with pytest.raises(WrongState) as caught:
        new_plan(land.engine, land.planner, land.unit)
    assert caught.value.key == "no_plan_in_force"


def test_cells_without_ground_say_so(land):
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE cell_set SET current = false"))
    with pytest.raises(WrongState) as caught:
        new_plan(land.engine, land.planner, land.unit, start="engine")
    assert caught.value.key == "no_cells"


def test_a_move_changes_both_grids_and_says_their_sums(land, plan):
    cell, source, target = some_move(land, plan)
    before = households(land, plan)
    answer = brush(land, plan, [cell, source, target])
    after = households(land, plan)
    assert {g["position"]: g["households"] for g in answer["grids"]} == {
        source: after[source],
        target: after[target],
    }
    assert before[source] - after[source] == after[target] - before[target] != 0
    assert grid_of(land, plan)[cell] == target
    assert answer["undo"] == {"seq": answer["seq"], "kind": "brush", "n": 1}
    assert answer["redo"] is None


def test_undo_and_redo_go_all_the_way_back_and_forth(land, plan):
    states = [grid_of(land, plan)]
    for _ in range(3):
        brush(land, plan, some_move(land, plan))
        states.append(grid_of(land, plan))
    version = 4
    for state in reversed(states[:-1]):
        answer = undo(land.engine, land.planner, plan, base_version=version)
        version = answer["version"]
        assert grid_of(land, plan) == state
    assert answer["undo"] is None
    for state in states[1:]:
        answer = redo(land.engine, land.planner, plan, base_version=version)
        version = answer["version"]
        assert grid_of(land, plan) == state
    assert answer["redo"] is None
    for state in reversed(states[:-1]):
        version = undo(land.engine, land.planner, plan, base_version=version)["version"]
        assert grid_of(land, plan) == state


def test_an_undo_names_the_gesture_behind_it(land, plan):
    brush(land, plan, some_move(land, plan), kind="lasso")
    undone = undo(land.engine, land.planner, plan, base_version=2)
    assert undone["redo"]["kind"] == "lasso"
    redone = redo(land.engine, land.planner, plan, base_version=3)
    assert redone["undo"]["kind"] == "lasso"
    history = view_history(land.engine, land.planner, plan)
    assert [(e["seq"], e["kind"], e["undoes"]) for e in history] == [
        (4, "redo", 3),
        (3, "undo", 2),
        (2, "lasso", None),
    ]


def test_a_gesture_after_an_undo_ends_what_redo_could_bring_back(land, plan):
    brush(land, plan, some_move(land, plan))
    undo(land.engine, land.planner, plan, base_version=2)
    brush(land, plan, some_move(land, plan))
    with pytest.raises(Conflict) as caught:
        redo(land.engine, land.planner, plan, base_version=4)
    assert caught.value.key == "nothing_to_redo"


def test_nothing_can_be_undone_in_a_fresh_plan(land, plan):
    with pytest.raises(Conflict) as caught:
        undo(land.engine, land.planner, plan, base_version=1)
    assert caught.value.key == "nothing_to_undo"


def test_a_stale_edit_is_refused_with_what_changed_since(land, plan):
    theirs = some_move(land, plan)
    brush(land, plan, theirs, who=land.colleague)
    with pytest.raises(StaleVersion) as caught:
        brush(land, plan, some_move(land, plan), base_version=1)
    assert caught.value.facts["version"] == 2
    assert caught.value.facts["moves_since"] == [theirs]


def test_a_cell_must_be_where_the_move_takes_it_from(land, plan):
    cell, source, target = some_move(land, plan)
    elsewhere = next(p for p in range(4) if p not in (source, target))
    with pytest.raises(Conflict) as caught:
        brush(land, plan, [cell, elsewhere, target])
    assert caught.value.key == "cells_elsewhere"
    assert view(land, plan)["plan"]["version"] == 1


def test_a_grid_that_is_not_there_is_refused(land, plan):
    cell, source, _ = some_move(land, plan)
    with pytest.raises(NotFound):
        brush(land, plan, [cell, source, 99])


@pytest.mark.parametrize(
    "moves", [[], [[1, 0, 0]], [[1, 0, 1], [1, 1, 2]]], ids=["none", "nowhere", "twice"]
)
def test_moves_that_make_no_sense_are_refused(land, plan, moves):
    with pytest.raises(InvalidInput):
        brush(land, plan, *moves)


def test_nothing_enters_or_leaves_a_locked_grid_not_even_by_undo(land, plan):
    cell, source, target = some_move(land, plan)
    brush(land, plan, [cell, source, target])
    lock = {"locked": True}
    set_grid(land.engine, land.planner, plan, target, base_version=2, changes=lock)
    for version, act in ((3, undo),):
        with pytest.raises(Locked):
            act(land.engine, land.planner, plan, base_version=version)
    with pytest.raises(Locked):
        brush(land, plan, [cell, target, source])
    set_grid(land.engine, land.planner, plan, target, base_version=3, changes={"locked": False})
    undo(land.engine, land.planner, plan, base_version=4)
    assert grid_of(land, plan)[cell] == source


def test_a_brush_never_takes_the_last_cell_but_a_merge_does_and_undo_brings_it_back(land, plan):
    before = view(land, plan)
    cells = [c for c, g in grid_of(land, plan).items() if g == 0]
    all_of_it = [[cell, 0, 1] for cell in cells]
    with pytest.raises(Conflict) as caught:
        brush(land, plan, *all_of_it)
    assert caught.value.key == "grid_emptied"
    brush(land, plan, *all_of_it, kind="merge")
    assert len(view(land, plan)["grids"]) == 3
    undo(land.engine, land.planner, plan, base_version=2)
    after = view(land, plan)
    assert after["grids"] == before["grids"]
    assert after["cells"] == before["cells"]


@pytest.mark.parametrize("kind", ["merge", "dissolve"])
def test_a_grid_without_cells_is_told_apart_and_its_place_stays_its_own(land, plan, kind):
    cells = [c for c, g in grid_of(land, plan).items() if g == 3]
    brush(land, plan, *([cell, 3, 2] for cell in cells), kind=kind)
    seen = view(land, plan)
    assert [g["short"] for g in seen["grids"]] == ["001", "002", "003"]
    assert [(g["position"], g["short"]) for g in seen["empty_grids"]] == [(3, "004")]
    assert seen["next_code"] == "990101004007005"
    brush(land, plan, [land.cells[0], 0, 4], kind="cut")
    assert view(land, plan)["grids"][-1]["code"] == "990101004007005"


def test_a_published_plan_has_no_next_code(land, plan):
    publish(land, plan, exceptions={str(p): "市场" for p in range(4)})
    assert view(land, plan)["next_code"] is None


def test_a_dissolved_grid_goes_to_its_neighbours_in_whole_pieces(land, plan):
    proposal = preview_dissolve(land.engine, land.planner, plan, 3)
    assert proposal["lower_bound"] == 370
    assert sum(proposal["households_after"]) == sum(map(sum, TWELVE))
    brush(land, plan, *proposal["moves"], kind="dissolve")
    assert set(grid_of(land, plan).values()) == {0, 1, 2}
    rules = {entry["rule"]: entry for entry in check_plan(land.engine, land.planner, plan)}
    assert rules["V05"]["passed"]
    undo(land.engine, land.planner, plan, base_version=2)
    assert len(view(land, plan)["grids"]) == 4


def test_a_grid_among_locked_neighbours_cannot_be_dissolved(land, plan):
    for version, position in enumerate((0, 1, 2), start=1):
        changes = {"locked": True}
        options = {"base_version": version, "changes": changes}
        set_grid(land.engine, land.planner, plan, position, **options)
    with pytest.raises(Conflict) as caught:
        preview_dissolve(land.engine, land.planner, plan, 3)
    assert caught.value.key == "no_open_neighbour"
    with pytest.raises(Locked):
        preview_dissolve(land.engine, land.planner, plan, 0)
    with pytest.raises(NotFound):
        preview_dissolve(land.engine, land.planner, plan, 9)
    with pytest.raises(Forbidden):
        preview_dissolve(land.engine, land.staff, plan, 3)


def test_a_split_makes_a_grid_with_the_next_code(land, plan):
    cells = [c for c, g in grid_of(land, plan).items() if g == 1]
    brush(land, plan, [cells[0], 1, 4], kind="split")
    new = view(land, plan)["grids"][-1]
    assert (new["position"], new["short"]) == (4, "005")
    with pytest.raises(InvalidInput):
        brush(land, plan, [cells[1], 1, 9], kind="split")
    undo(land.engine, land.planner, plan, base_version=2)
    assert len(view(land, plan)["grids"]) == 4


def test_the_fields_of_a_grid_are_set_and_kept_in_the_history(land, plan):
    changes = {"leader_name": "王敏", "name": "东区", "kind": "dedicated"}
    answer = set_grid(land.engine, land.planner, plan, 2, base_version=1, changes=changes)
    assert answer["version"] == 2
    shown = {k: answer["grid"][k] for k in ("leader", "name", "kind")}
    assert shown == {"leader": "王敏", "name": "东区", "kind": "dedicated"}
    assert view_history(land.engine, land.planner, plan)[0]["facts"]["position"] == 2


def test_a_rebalance_is_a_proposal_that_an_edit_accepts(land, plan):
    unbalance(land, plan)
    before = households(land, plan)
    preview = preview_rebalance(land.engine, land.planner, plan, Balance())
    assert households(land, plan) == before
    assert preview["in_band"]
    assert preview["lower_bound"] <= preview["moved_households"]
    brush(land, plan, *preview["moves"], kind="balance")
    after = households(land, plan)
    assert list(after.values()) == preview["households_after"]
    assert all(300 <= n <= 500 for n in after.values())


def test_a_rebalance_leaves_locked_and_unchosen_grids_alone(land, plan):
    unbalance(land, plan)
    set_grid(land.engine, land.planner, plan, 3, base_version=2, changes={"locked": True})
    preview = preview_rebalance(land.engine, land.planner, plan, Balance())
    assert 3 not in {p for move in preview["moves"] for p in move[1:]}
    chosen = preview_rebalance(land.engine, land.planner, plan, Balance(only=(0, 1)))
    assert {p for move in chosen["moves"] for p in move[1:]} <= {0, 1}


def test_a_suggestion_mends_a_grid(land, plan):
    unbalance(land, plan)
    best = list_suggestions(land.engine, land.planner, plan)[0]
    brush(land, plan, *best["moves"], kind="suggestion")
    after = households(land, plan)
    assert after[best["from"]] == best["households"]["from"][1]
    assert after[best["to"]] == best["households"]["to"][1]


def test_a_good_plan_passes_every_rule_that_must_hold(land, divided):
    report = {entry["rule"]: entry for entry in check_plan(land.engine, land.planner, divided)}
    assert list(report) == [f"V{n:02d}" for n in range(1, 14)]
    failing = {rule for rule, entry in report.items() if not entry["passed"]}
    assert failing == {"V09", "V13"}
    assert not any(entry["blocks"] for entry in report.values())


def test_publishing_closes_the_plan_and_puts_it_in_force(land, plan):
    head = publish(land, plan)
    assert (head["state"], head["editable"]) == ("effective", False)
    with pytest.raises(WrongState):
        brush(land, plan, some_move(land, plan))


def test_a_plan_in_force_tells_who_lives_there_now_and_a_superseded_one_who_did(land, plan):
    publish(land, plan)
    later = new_plan(land.engine, land.planner, land.unit, start="effective")
    publish(land, later)
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE building SET households_override = 1"))
    then, now = sum(map(sum, TWELVE)), len(land.cells)
    assert sum(households(land, plan).values()) == then
    assert sum(households(land, later).values()) == now
    listed = {row["id"]: row["households"] for row in list_plans(land.engine, land.planner)}
    assert (listed[plan], listed[later]) == (then, now)


def test_a_plan_out_of_the_band_needs_a_reason(land, plan):
    unbalance(land, plan)
    with pytest.raises(RulesBroken) as caught:
        publish(land, plan)
    assert caught.value.facts["rules"] == ["V07"]
    reasons = {"0": "market street"}
    assert publish(land, plan, exceptions=reasons)["exceptions"] == reasons


def test_a_torn_grid_cannot_be_published(land, plan):
    brush(land, plan, [land.cells[11], 3, 0])
    with pytest.raises(RulesBroken) as caught:
        publish(land, plan, exceptions={str(p): "because" for p in range(4)})
    assert caught.value.facts["rules"] == ["V05"]
    report = check_plan(land.engine, land.planner, plan)
    torn = next(e for e in report if e["rule"] == "V05")["findings"][0]
    assert torn["cells"] == [land.cells[11]]
    west, south, east, north = torn["bounds"]
    assert west < east
    assert south < north


def test_the_next_plan_supersedes_and_both_stay_to_be_seen(land, plan):
    publish(land, plan, TODAY - timedelta(days=9))
    draft = new_plan(land.engine, land.planner, land.unit)
    assert grid_of(land, draft) == grid_of(land, plan)
    brush(land, draft, some_move(land, draft))
    publish(land, draft, exceptions={str(p): "trial" for p in range(4)})
    states = {p["id"]: p for p in list_plans(land.engine, land.planner)}
    assert (states[plan]["state"], states[draft]["state"]) == ("superseded", "effective")
    assert states[plan]["effective_to"] == states[draft]["effective_from"] == TODAY.isoformat()
    assert states[draft]["moved_households"] > 0
    assert len(view(land, plan)["grids"]) == 4


def test_a_plan_for_a_later_day_waits_and_then_takes_over(land, plan):
    publish(land, plan, TODAY - timedelta(days=9))
    draft = new_plan(land.engine, land.planner, land.unit)
    head = publish(land, draft, TODAY + timedelta(days=30))
    assert head["state"] == "approved"
    assert bring_into_force(land.engine) == []
    another = new_plan(land.engine, land.planner, land.unit)
    with pytest.raises(Conflict) as caught:
        publish(land, another)
    assert caught.value.key == "plan_waiting"
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(
            text("UPDATE plan SET effective_from = current_date WHERE id = :p"), {"p": draft}
        )
    assert bring_into_force(land.engine) == [draft]
    assert bring_into_force(land.engine) == []
    assert view(land, plan)["plan"]["state"] == "superseded"


def test_a_waiting_plan_can_be_withdrawn_and_edited_again(land, plan):
    publish(land, plan, TODAY + timedelta(days=30))
    assert withdraw_plan(land.engine, land.planner, plan)["editable"]
    brush(land, plan, some_move(land, plan))
    with pytest.raises(WrongState):
        withdraw_plan(land.engine, land.planner, plan)


def test_publishing_twice_answers_the_same(land, plan):
    first = publish(land, plan)
    assert publish(land, plan) == first
    with pytest.raises(WrongState):
        publish(land, plan, TODAY + timedelta(days=1))


def test_a_draft_begun_under_an_older_plan_is_not_published_unseen(land, plan):
    publish(land, plan, TODAY - timedelta(days=9))
    drafts = [new_plan(land.engine, land.planner, land.unit) for _ in range(2)]
    publish(land, drafts[0], TODAY - timedelta(days=1))
    with pytest.raises(Conflict) as caught:
        publish(land, drafts[1])
    assert caught.value.key == "stale_base"
    assert caught.value.facts["plan"] == drafts[0]
    assert publish(land, drafts[1], replaces=drafts[0])["state"] == "effective"


def test_a_date_before_the_plan_in_force_began_is_refused(land, plan):
    publish(land, plan)
    draft = new_plan(land.engine, land.planner, land.unit)
    with pytest.raises(Conflict) as caught:
        publish(land, draft, TODAY - timedelta(days=1))
    assert caught.value.key == "too_early"


def test_codes_stay_with_their_grids_and_retired_ones_are_never_given_again(land, plan):
    publish(land, plan, TODAY - timedelta(days=9))
    reasons = {str(p): "trial" for p in range(9)}
    merged = new_plan(land.engine, land.planner, land.unit)
    third = [[c, 2, 3] for c, g in grid_of(land, merged).items() if g == 2]
    brush(land, merged, *third, kind="merge")
    publish(land, merged, TODAY - timedelta(days=5), exceptions=reasons)
    assert [g["short"] for g in view(land, merged)["grids"]] == ["001", "002", "004"]
    split = new_plan(land.engine, land.planner, land.unit)
    cell = next(c for c, g in grid_of(land, split).items() if g == 3)
    brush(land, split, [cell, 3, 4], kind="split")
    assert view(land, split)["grids"][-1]["short"] == "005"
    publish(land, split, exceptions=reasons)
    revived = new_plan(land.engine, land.planner, land.unit, start=plan)
    publish(land, revived, exceptions=reasons)
    shorts = [g["short"] for g in view(land, revived)["grids"]]
    # 003 was given up; the grid holds all that lived in 005
    assert shorts == ["001", "002", "005", "004"]


def test_a_new_division_keeps_the_codes_of_grids_that_stay_mostly_the_same(land, divided):
    publish(land, divided)
    again = new_plan(land.engine, land.planner, land.unit, start="engine")
    assert [g["code"] for g in view(land, again)["grids"]] == [
        g["code"] for g in view(land, divided)["grids"]
    ]
    fewer = new_plan(land.engine, land.planner, land.unit, start="engine", wish=Wish(grids=3))
    shorts = {g["short"] for g in view(land, fewer)["grids"]}
    assert shorts <= {"001", "002", "003", "004", "005", "006", "007"}
    assert len(shorts) == 3


def test_incidents_follow_the_plan_in_force(land, plan):
    publish(land, plan, TODAY - timedelta(days=9))
    cell, source, target = some_move(land, plan)
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(
            text(
                "INSERT INTO incident (source, source_id, reported_at, geom, community_id,"
                " grid_at_report, grid_now)"
                " SELECT 'test', '1', now(), ST_PointOnSurface(cell.geom), cell.community_id,"
                " grid_id, grid_id FROM cell JOIN plan_cell ON cell_id = cell.id"
                " WHERE cell.id = :cell AND plan_id = :plan"
            ),
            {"cell": cell, "plan": plan},
        )
    draft = new_plan(land.engine, land.planner, land.unit)
    brush(land, draft, [cell, source, target])
    publish(land, draft, exceptions={str(p): "trial" for p in range(4)})
    ids = {g["position"]: g["id"] for g in view(land, draft)["grids"]}
    old = {g["position"]: g["id"] for g in view(land, plan)["grids"]}
    with transaction(land.engine, SYSTEM) as conn:
        row = conn.execute(text("SELECT grid_at_report, grid_now FROM incident")).one()
    assert tuple(row) == (old[source], ids[target])


def test_a_draft_carries_over_to_newer_cells(land, plan):
    publish(land, plan)
    cells = redraw_cells(land)
    draft = new_plan(land.engine, land.planner, land.unit)
    now, before = grid_of(land, draft), grid_of(land, plan)
    assert [now[c] for c in cells] == [before[c] for c in land.cells]


def test_a_draft_can_be_deleted_and_a_published_plan_cannot(land, plan):
    draft = new_plan(land.engine, land.planner, land.unit, start=plan)
    brush(land, draft, some_move(land, draft))
    delete_plan(land.engine, land.planner, draft)
    with pytest.raises(NotFound):
        view(land, draft)
    publish(land, plan)
    with pytest.raises(WrongState):
        delete_plan(land.engine, land.planner, plan)


def test_only_planners_write_and_leaders_do_not_read_plans(land, plan):
    cell_move = some_move(land, plan)
    for who in (land.staff, land.leader):
        with pytest.raises(Forbidden):
            brush(land, plan, cell_move, who=who)
        with pytest.raises(Forbidden):
            new_plan(land.engine, who, land.unit, start="engine")
    assert list_plans(land.engine, land.staff)
    with pytest.raises(Forbidden):
        list_plans(land.engine, land.leader)


def test_a_planner_of_another_community_finds_nothing(land, plan):
    cell_move = some_move(land, plan)
    assert list_plans(land.engine, land.stranger) == []
    with pytest.raises(NotFound):
        view_plan(land.engine, land.stranger, plan)
    with pytest.raises(NotFound):
        brush(land, plan, cell_move, who=land.stranger)
    with pytest.raises(NotFound):
        new_plan(land.engine, land.stranger, land.unit, start="engine")


def test_the_table_of_grids_opens_in_a_spreadsheet_and_runs_nothing(land, plan):
    bad = {"leader_name": "=HYPERLINK(1)"}
    set_grid(land.engine, land.planner, plan, 0, base_version=1, changes=bad)
    heading = {"code": "编码", "leader": "网格长", "households": "户数", "deviation": "偏差"}
    table = grids_csv(land.engine, land.planner, plan, heading)
    assert table.startswith(b"\xef\xbb\xbf")
    lines = table.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "编码,网格长,户数,偏差"
    assert lines[1].startswith("990101004007001,'=HYPERLINK(1),")
    assert len(lines) == 6


def test_a_river_without_a_bridge_parts_a_grid_unless_a_reason_is_given(engine):
    land = draw(engine, river_after=1)
    plan_id = draft(land, "AABB/AABB/CCDD")
    brush(land, plan_id, [land.cells[2], 1, 0])
    without = {str(p): "trial" for p in (1, 2, 3)}
    with pytest.raises(RulesBroken) as caught:
        publish(land, plan_id, exceptions=without)
    assert caught.value.facts["rules"] == ["V05", "V07"]
    ferry = {"0": "a ferry runs here"}
    assert publish(land, plan_id, exceptions=without | ferry)["state"] == "effective"


def test_a_draft_on_old_cells_must_be_copied_before_it_is_published(land, plan):
    redraw_cells(land)
    assert not view(land, plan)["plan"]["cells_current"]
    with pytest.raises(Conflict) as caught:
        publish(land, plan)
    assert caught.value.key == "cells_outdated"
    copy = new_plan(land.engine, land.planner, land.unit, start=plan)
    assert publish(land, copy)["state"] == "effective"


def test_a_building_that_came_after_the_cells_is_told(land, plan):
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(
            text(
                "INSERT INTO building (source, source_id, households_given, community_id, geom)"
                " SELECT 'late', '1', 33, community_id, geom FROM building LIMIT 1"
            )
        )
    report = check_plan(land.engine, land.planner, plan)
    found = next(e for e in report if e["rule"] == "V04")["findings"][0]
    assert (found["key"], found["facts"]) == ("unplaced", {"n": 1, "households": 33})


def test_a_dedicated_grid_is_left_alone_by_band_and_rebalance(land, plan):
    unbalance(land, plan)
    fields = {"kind": "dedicated"}
    set_grid(land.engine, land.planner, plan, 0, base_version=2, changes=fields)
    preview = preview_rebalance(land.engine, land.planner, plan, Balance())
    assert 0 not in {p for move in preview["moves"] for p in move[1:]}
    assert 0 not in {p for reason in preview["reasons"] for p in reason["grids"][:1]}
    report = {e["rule"]: e for e in check_plan(land.engine, land.planner, plan)}
    assert {f["grids"][0] for f in report["V07"]["findings"]} <= {1, 2, 3}
