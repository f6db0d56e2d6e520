"""A grid is its code: kept where most of its households stay, never given to another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from plan_land import TWELVE, Land, cleared, draft, drawn, redraw_cells
from sqlalchemy import text

from gisgrid.services.compare_plans import view_comparison
from gisgrid.services.edit_plan import move_cells, set_grid
from gisgrid.services.final_codes import continued
from gisgrid.services.new_plan import new_plan
from gisgrid.services.publish_plan import publish_plan
from gisgrid.storage.engine import SYSTEM, transaction

START = date.today() - timedelta(days=400)
REASONS = {str(position): "试点" for position in range(20)}
HOUSEHOLDS = [n for row in TWELVE for n in row]


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    return cleared(drawn_land)


def publish(land: Land, plan: int, n: int) -> int:
    """Publish as the n-th plan; ten days apart."""
    with transaction(land.engine, SYSTEM) as conn:
        found = text("SELECT version FROM plan WHERE id = :plan")
        version = conn.execute(found, {"plan": plan}).scalar_one()
    publish_plan(
        land.engine, land.planner, plan, base_version=version, exceptions=REASONS,
        effective_from=START + timedelta(days=10 * n),
    )  # fmt: skip
    return plan


def copy(land: Land) -> int:
    return new_plan(land.engine, land.planner, land.unit, start="effective")


def codes(land: Land, plan: int) -> list[str]:
    """Short code of the grid of each cell, row by row."""
    found = text(
        "SELECT right(plan_grid.code, 3) FROM plan_cell JOIN plan_grid ON plan_grid.id = grid_id"
        " WHERE plan_cell.plan_id = :plan ORDER BY cell_id"
    )
    with transaction(land.engine, SYSTEM) as conn:
        return list(conn.execute(found, {"plan": plan}).scalars())


def positions(land: Land, plan: int) -> list[int]:
    found = text(
        "SELECT position FROM plan_cell JOIN plan_grid ON plan_grid.id = grid_id"
        " WHERE plan_cell.plan_id = :plan ORDER BY cell_id"
    )
    with transaction(land.engine, SYSTEM) as conn:
        return list(conn.execute(found, {"plan": plan}).scalars())


def gesture(land: Land, plan: int, kind: str, cells: list[int], target: int) -> None:
    with transaction(land.engine, SYSTEM) as conn:
        found = text("SELECT version FROM plan WHERE id = :plan")
        version = conn.execute(found, {"plan": plan}).scalar_one()
    of = positions(land, plan)
    moves = [[land.cells[cell], of[cell], target] for cell in cells]
    move_cells(land.engine, land.planner, plan, base_version=version, kind=kind, moves=moves)


def test_a_grid_keeps_its_code_through_small_changes_of_its_border(land):
    publish(land, draft(land), 0)
    for n, cell in enumerate((1, 5, 1), start=1):
        plan = copy(land)
        of = positions(land, plan)
        target = next(p for p in of if p != of[cell])
        gesture(land, plan, "click", [cell], target)
        publish(land, plan, n)
        assert set(codes(land, plan)) == {"001", "002", "003", "004"}


def test_the_code_goes_with_most_of_the_households_when_a_grid_is_split(land):
    """C is 5, 8 and 9 (150, 130 and 120): the new grid takes two of the three."""
    publish(land, draft(land), 0)
    plan = copy(land)
    gesture(land, plan, "split", [8, 9], 4)
    assert codes(land, plan)[8] == "005"
    publish(land, plan, 1)
    now = codes(land, plan)
    assert (now[8], now[9]) == ("003", "003")
    assert now[5] == "005"


def test_the_notice_of_a_draft_names_the_codes_that_will_be_in_force(land):
    publish(land, draft(land), 0)
    plan = copy(land)
    gesture(land, plan, "split", [8, 9], 4)
    before = view_comparison(land.engine, land.planner, plan, "force")
    publish(land, plan, 1)
    after = view_comparison(land.engine, land.planner, plan, "force")
    for told in ("grids", "flows", "sums"):
        assert before[told] == after[told], told
    assert before["sums"]["moved_households"] == HOUSEHOLDS[5]


def beside(cell: int) -> set[int]:
    """Cells that share a side with one, in three rows of four."""
    row, column = divmod(cell, 4)
    near = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
    return {4 * r + c for r, c in near if 0 <= r < 3 and 0 <= c < 4}


def whole(cells: set[int]) -> bool:
    """Whether cells hang together."""
    seen, open_ = set(), {min(cells)}
    while open_:
        seen |= open_
        open_ = set().union(*(beside(cell) for cell in open_)) & cells - seen
    return seen == cells


def merge_last(land: Land, plan: int) -> None:
    """Give the cells of the last grid to one that touches it."""
    of = positions(land, plan)
    last = [cell for cell, p in enumerate(of) if p == max(of)]
    near = set().union(*(beside(cell) for cell in last)) - set(last)
    gesture(land, plan, "merge", last, of[min(near)])


def split_largest(land: Land, plan: int) -> None:
    """A cell at the rim of the largest grid becomes a grid of its own."""
    of = positions(land, plan)
    largest = int(np.bincount(of).argmax())
    cells = {cell for cell, p in enumerate(of) if p == largest}
    cell = next(c for c in sorted(cells) if whole(cells - {c}))
    gesture(land, plan, "split", [cell], max(of) + 1)


def test_a_code_given_up_is_never_used_again(land):
    standing = set(codes(land, publish(land, draft(land), 0)))
    given_up: set[str] = set()
    for n in range(1, 9):
        plan = copy(land)
        merge_last(land, plan) if n % 2 else split_largest(land, plan)
        publish(land, plan, n)
        now = set(codes(land, plan))
        given_up |= standing - now
        assert not given_up & now
        standing = now
    assert len(given_up) == 4


def test_a_draft_from_an_old_plan_revives_no_code(land):
    first = publish(land, draft(land), 0)
    merged = copy(land)
    gesture(land, merged, "merge", [8, 9, 5], 3)
    publish(land, merged, 1)
    assert set(codes(land, merged)) == {"001", "002", "004"}
    revived = new_plan(land.engine, land.planner, land.unit, start=first)
    publish(land, revived, 2)
    assert set(codes(land, revived)) == {"001", "002", "004", "005"}


def test_new_codes_run_from_west_to_east_and_north_to_south(land):
    """Twelve grids of one cell: nine of them are new, in three rows of four columns."""
    publish(land, draft(land), 0)
    plan = copy(land)
    for cell in range(12):
        of = positions(land, plan)
        if of.count(of[cell]) > 1:
            gesture(land, plan, "split", [cell], max(of) + 1)
    publish(land, plan, 1)
    now = codes(land, plan)
    fresh = [code for code in now if code > "004"]
    assert len(set(now)) == 12
    assert fresh == sorted(fresh)


def test_identity_holds_when_the_cells_were_built_anew(land):
    first = publish(land, draft(land), 0)
    before = codes(land, first)
    redraw_cells(land)
    plan = publish(land, copy(land), 1)
    assert codes(land, plan) == before


def test_where_nobody_lives_the_ground_decides(land):
    """A grid of an empty cell goes on as itself."""
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE building SET households_override = 0"))
    first = draft(land)
    for position in range(4):
        options = {"base_version": position + 1, "changes": {"kind": "dedicated"}}
        set_grid(land.engine, land.planner, first, position, **options)
    publish(land, first, 0)
    plan = publish(land, copy(land), 1)
    assert codes(land, plan) == codes(land, first)


@pytest.mark.parametrize(
    ("shared", "own", "expected"),
    [
        ({}, {0: "a"}, {}),
        ({(0, "a"): 1.0}, {0: "a"}, {0: "a"}),  # as long as it shares ground
        ({(0, "a"): 200.0}, {0: "b"}, {}),  # half of another grid is not most of it
        ({(0, "a"): 201.0}, {0: "b"}, {0: "a"}),
        ({(0, "a"): 250.0, (1, "a"): 150.0}, {0: "x", 1: "a"}, {0: "a"}),
        ({(0, "a"): 150.0, (1, "a"): 250.0}, {0: "a", 1: "x"}, {1: "a"}),
        ({(0, "a"): 400.0, (0, "b"): 370.0}, {0: "b"}, {0: "b"}),  # a merged into b
    ],
)
def test_who_continues_a_grid(shared, own, expected):
    assert continued(shared, own, {"a": 400, "b": 370}) == expected
