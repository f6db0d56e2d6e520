"""Locks of cells, of compounds, of everything: nothing in or out, for hand and machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plan_land import Land, cleared, draft, drawn
from sqlalchemy import text
from test_cut_plan import assert_exact, cut, grid_of, households, polygon, seen

from gisgrid.errors import Forbidden, InvalidInput, Locked, NotFound
from gisgrid.services.dissolve_grid import preview_dissolve
from gisgrid.services.edit_plan import move_cells, undo
from gisgrid.services.lock_plan import Which, set_locks
from gisgrid.services.new_plan import new_plan
from gisgrid.services.place_buildings import place_buildings
from gisgrid.services.plan_history import jump_to
from gisgrid.services.rebalance_plan import Wish, list_suggestions, preview_rebalance
from gisgrid.services.view_ground import plan_buildings, plan_incidents
from gisgrid.services.view_plan import view_history
from gisgrid.storage.engine import SYSTEM, transaction


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    with transaction(drawn_land.engine, SYSTEM) as conn:
        conn.execute(text("DELETE FROM compound"))
    return cleared(drawn_land)


@pytest.fixture
def plan(land: Land) -> int:
    """``AABB/ACBD/CCDD``: 350, 340, 400 and 370 households."""
    return draft(land)


def lock(land: Land, plan: int, which: Which, *, locked: bool = True, version: int = 1) -> dict:
    call = {"base_version": version, "locked": locked, "which": which}
    return set_locks(land.engine, land.planner, plan, **call)


def cell(land: Land, *places: int) -> Which:
    return Which(cells=tuple(land.cells[i] for i in places))


def brush(land: Land, plan: int, *moves: list[int], version: int) -> None:
    call = {"base_version": version, "kind": "brush", "moves": list(moves)}
    move_cells(land.engine, land.planner, plan, **call)


def compound(land: Land, *places: int, name: str = "阳光花园") -> int:
    """A compound of the buildings on some cells."""
    with transaction(land.engine, SYSTEM) as conn:
        made = conn.execute(
            text(
                "INSERT INTO compound (source, source_id, name, community_id, geom)"
                " SELECT 'test', :name, :name, :unit, geom FROM unit WHERE id = :unit RETURNING id"
            ),
            {"name": name, "unit": land.unit},
        ).scalar_one()
        conn.execute(
            text(
                "UPDATE building SET compound_id = :made FROM cell_building"
                " WHERE building_id = building.id AND cell_id = ANY(:cells)"
            ),
            {"made": made, "cells": [land.cells[i] for i in places]},
        )
        return int(made)


def test_a_locked_cell_stays_in_its_grid_and_its_neighbours_still_move(land, plan):
    lock(land, plan, cell(land, 1))
    with pytest.raises(Locked) as caught:
        brush(land, plan, [land.cells[1], 0, 1], version=2)
    assert (caught.value.key, caught.value.facts) == ("cell_locked", {"n": 1})
    brush(land, plan, [land.cells[4], 0, 2], version=2)
    assert seen(land, plan)["locks"]["cells"] == [land.cells[1]]
    lock(land, plan, cell(land, 1), locked=False, version=3)
    brush(land, plan, [land.cells[1], 0, 1], version=4)


def test_a_locked_compound_keeps_all_its_cells_and_is_named(land, plan):
    sun = compound(land, 0, 1, 2)
    answer = lock(land, plan, Which(compound=sun))
    held = sorted(land.cells[i] for i in (0, 1, 2))
    assert answer["locks"]["compounds"] == [{"id": sun, "name": "阳光花园", "cells": held}]
    with pytest.raises(Locked) as caught:
        brush(land, plan, [land.cells[2], 1, 0], version=2)
    assert (caught.value.key, caught.value.facts) == ("compound_locked", {"name": "阳光花园"})


def test_an_undo_and_a_jump_respect_locks(land, plan):
    brush(land, plan, [land.cells[1], 0, 1], version=1)
    lock(land, plan, cell(land, 1), version=2)
    for step, more in ((undo, {}), (jump_to, {"seq": 1})):
        with pytest.raises(Locked):
            step(land.engine, land.planner, plan, base_version=3, **more)
    assert seen(land, plan)["edits"]["undo"]["kind"] == "brush"
    lock(land, plan, cell(land, 1), locked=False, version=3)
    undo(land.engine, land.planner, plan, base_version=4)


def test_the_machine_moves_nothing_that_is_locked(land, plan):
    brush(land, plan, [land.cells[1], 0, 1], version=1)
    free = preview_rebalance(land.engine, land.planner, plan, Wish())
    moved = {move[0] for move in free["moves"]}
    assert moved
    places = tuple(i for i, one in enumerate(land.cells) if one in moved)
    lock(land, plan, cell(land, *places), version=2)
    again = preview_rebalance(land.engine, land.planner, plan, Wish())
    assert not moved & {move[0] for move in again["moves"]}
    for one in list_suggestions(land.engine, land.planner, plan):
        assert not moved & {move[0] for move in one["moves"]}


def test_a_grid_with_a_locked_cell_is_not_dissolved(land, plan):
    lock(land, plan, cell(land, 0))
    with pytest.raises(Locked):
        preview_dissolve(land.engine, land.planner, plan, 0)


def test_everything_is_locked_and_unlocked_at_once(land, plan):
    sun = compound(land, 0)
    lock(land, plan, Which(everything=True))
    assert all(grid["locked"] for grid in seen(land, plan)["grids"])
    lock(land, plan, cell(land, 3), version=2)
    lock(land, plan, Which(compound=sun), version=3)
    lock(land, plan, Which(everything=True), locked=False, version=4)
    after = seen(land, plan)
    assert not any(grid["locked"] for grid in after["grids"])
    assert after["locks"] == {"cells": [], "compounds": []}
    line = view_history(land.engine, land.planner, plan)[0]
    assert (line["kind"], line["facts"]) == ("lock", {"what": "everything", "locked": False})
    assert after["edits"]["undo"] is None


def test_a_cut_leaves_locked_cells_whole_and_on_the_side_that_stays(land, plan):
    lock(land, plan, cell(land, 8))
    with pytest.raises(Locked):
        cut(land, plan, 2, (0.5, 1.9), (0.5, 3.1), version=2)
    # the locked cell has 130 of 400 households: the other side goes all the same
    made = cut(land, plan, 2, (1, 1.9), (1, 3.1), version=2)["made"]
    assert households(land, plan)[made] == 270


def test_a_lock_passes_to_the_cell_that_only_got_a_corner(land, plan):
    lock(land, plan, cell(land, 4))
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1), version=2)
    held = seen(land, plan)["locks"]["cells"]
    assert len(held) == 1
    assert held != [land.cells[4]]
    with pytest.raises(Locked):
        brush(land, plan, [held[0], 0, 2], version=3)
    undo(land.engine, land.planner, plan, base_version=3)
    assert seen(land, plan)["locks"]["cells"] == [land.cells[4]]


def test_a_cut_whose_piece_was_locked_is_not_undone(land, plan):
    made = cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))["made"]
    piece = next(c for c, grid in grid_of(land, plan).items() if grid == made)
    lock(land, plan, Which(cells=(piece,)), version=2)
    with pytest.raises(Locked):
        undo(land.engine, land.planner, plan, base_version=3)


def test_a_polygon_leaves_locked_cells_where_they_are(land, plan):
    lock(land, plan, cell(land, 2))
    answer = polygon(land, plan, (1.1, 0.1), (2.9, 0.1), (2.9, 0.9), (1.1, 0.9), version=2)
    assert answer["skipped"] == 1
    assert households(land, plan)[1] == 340
    assert_exact(land, plan)


def test_locks_are_of_one_plan(land, plan):
    lock(land, plan, cell(land, 1))
    copy = new_plan(land.engine, land.planner, land.unit, start=plan)
    assert seen(land, copy)["locks"] == {"cells": [], "compounds": []}


@pytest.mark.parametrize(
    ("which", "error"),
    [
        (Which(), InvalidInput),
        (Which(cells=(10**6,)), NotFound),
        (Which(compound=10**6), NotFound),
        (Which(cells=(1,), everything=True), InvalidInput),
    ],
    ids=["nothing", "no such cell", "no such compound", "two things"],
)
def test_a_lock_names_one_thing_that_there_is(land, plan, which, error):
    with pytest.raises(error):
        lock(land, plan, which)


def test_buildings_and_incidents_are_told_by_cell(land, plan):
    sun = compound(land, 0, 1)
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(
            text(
                "INSERT INTO incident (source, source_id, text, channel, state, reported_at,"
                " community_id, geom) SELECT 'test', state, '', 'resident', state, now(), :unit,"
                " ST_Centroid(cell.geom) FROM cell, unnest(ARRAY['accepted', 'closed']) AS state"
                " WHERE cell.id = :cell"
            ),
            {"unit": land.unit, "cell": land.cells[5]},
        )
    told = plan_buildings(land.engine, land.planner, plan)
    assert told["buildings"]["cell"] == list(land.cells)
    assert told["buildings"]["compound"][:3] == [sun, sun, None]
    assert told["compounds"] == [{"id": sun, "name": "阳光花园"}]
    assert told["unplaced"] == []
    happened = plan_incidents(land.engine, land.planner, plan)
    assert happened["cells"] == {"id": [land.cells[5]], "open": [1], "overdue": [0]}
    assert happened["elsewhere"] == 0


def test_buildings_imported_later_are_named_and_put_where_they_stand(land, plan):
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(
            text(
                "INSERT INTO building (source, source_id, name, residential, households_given,"
                " community_id, geom) SELECT 'later', 'x', '新楼', true, 25, :unit,"
                " ST_Envelope(ST_Buffer(ST_Centroid(geom), 0.00002)) FROM cell WHERE id = :cell"
            ),
            {"unit": land.unit, "cell": land.cells[8]},
        )
    told = plan_buildings(land.engine, land.planner, plan)["unplaced"]
    assert [(one["name"], one["households"]) for one in told] == [("新楼", 25)]
    before = households(land, plan)
    placed = place_buildings(land.engine, land.planner, plan)
    assert placed == {"placed": 1, "left": 0}
    after = households(land, plan)
    grew = {position: after[position] - before[position] for position in after}
    assert sorted(grew.values()) == [0, 0, 0, 0, 25]
    undo(land.engine, land.planner, plan, base_version=2)
    assert households(land, plan)[2] == 400 + 25
    assert plan_buildings(land.engine, land.planner, plan)["unplaced"] == []
    with pytest.raises(Forbidden):
        place_buildings(land.engine, land.staff, plan)
