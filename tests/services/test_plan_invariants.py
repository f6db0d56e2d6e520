"""What holds of a plan whatever is done to it, in whatever order (hypothesis on a real database).

The machine keeps its own, simple idea of a plan beside the real one, and compares after each step:

I1  each cell in exactly one grid       I5  households of the grids = households of the ground
I2  union of grids = community          I6  split, then merge back, changes nothing
I3  no overlap                          I8  undo, redo, a jump restore exactly
I4  a published grid is one piece       I10 version and history grow by one, without gaps
I11 a published plan never changes      and a lock, a last cell, an old version are respected

Lines are drawn through it too: a cut or a polygon puts pieces in the place of cells, so that what a
plan is made of changes under all other steps.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from plan_land import EPSG, NORTH, SIDE, TWELVE, WEST, Land, draw
from sqlalchemy import Engine, text

from gisgrid.errors import Conflict, InvalidGeometry, Locked, RulesBroken, StaleVersion
from gisgrid.geo.crs import to_wgs84
from gisgrid.services.cut_plan import cut_grid, draw_grid
from gisgrid.services.edit_plan import move_cells, redo, set_grid, undo
from gisgrid.services.lock_plan import Which, set_locks
from gisgrid.services.new_plan import new_plan
from gisgrid.services.plan_history import jump_to, keep_checkpoint
from gisgrid.services.publish_plan import publish_plan
from gisgrid.services.view_plan import view_plan
from gisgrid.storage.engine import SYSTEM, transaction

PEOPLE = sum(map(sum, TWELVE))
picks = st.integers(0, 10**6)
places = st.tuples(st.floats(-0.2, 4.2), st.floats(-0.2, 3.2))
"""Cells east and south of the north-west corner of the land, and a little beyond."""

GROUND = text(
    "SELECT count(*) = count(DISTINCT cell_id) AS once, sum(ST_Area(cell.geom)) AS sum,"
    " ST_Area(ST_Union(cell.geom)) AS whole,"
    " ST_Area(ST_SymDifference(ST_Union(cell.geom), "
    " (SELECT geom FROM unit WHERE id = :unit))) AS off"
    " FROM plan_cell JOIN cell ON cell.id = cell_id WHERE plan_id = :plan"
)
SEQS = text("SELECT array_agg(seq ORDER BY seq) FROM plan_edit WHERE plan_id = :plan")
TINY = 1e-9
"""Square degrees: about ten square metres, a thousandth of a cell."""


class PlanMachine(RuleBasedStateMachine):
    """A planner, a colleague and a clock."""

    land: Land

    def __init__(self) -> None:
        super().__init__()
        with transaction(self.land.engine, SYSTEM) as conn:
            conn.execute(text("DELETE FROM plan"))
        self.published: dict[int, Any] = {}
        self.begin("engine")

    def begin(self, start: str) -> None:
        self.plan = new_plan(self.land.engine, self.land.planner, self.land.unit, start=start)
        self.version, self.locked, self.still = 1, set(), set()
        self.grid = self.seen()
        self.last = max(self.grid.values())
        self.done: list[dict[int, int]] = []
        self.undone: list[dict[int, int]] = []
        self.past = {1: dict(self.grid)}

    def seen(self) -> dict[int, int]:
        self.view = view_plan(self.land.engine, self.land.planner, self.plan)
        cells = self.view["cells"]
        return dict(zip(cells["id"], cells["grid"], strict=True))

    def send(self, moves: list[list[int]], kind: str = "brush") -> None:
        """Edit, and expect what the rules of editing say."""
        after = self.grid | {cell: target for cell, _, target in moves}
        touched = {p for move in moves for p in move[1:]}
        call = {"base_version": self.version, "kind": kind, "moves": moves}
        if touched & self.locked or self.still & {move[0] for move in moves}:
            with pytest.raises(Locked):
                move_cells(self.land.engine, self.land.planner, self.plan, **call)
        elif kind != "merge" and set(self.grid.values()) - set(after.values()):
            with pytest.raises(Conflict):
                move_cells(self.land.engine, self.land.planner, self.plan, **call)
        else:
            move_cells(self.land.engine, self.land.planner, self.plan, **call)
            self.done.append(self.grid)
            self.undone.clear()
            self.step_to(after)

    def step_to(self, after: dict[int, int]) -> None:
        self.grid = dict(after)
        self.version += 1
        self.last = max(self.last, *after.values())
        self.past[self.version] = dict(after)

    def present(self, pick: int) -> int:
        grids = sorted(set(self.grid.values()))
        return grids[pick % len(grids)]

    def cell(self, pick: int) -> int:
        cells = sorted(self.grid)
        return cells[pick % len(cells)]

    @rule(cells=st.sets(st.integers(0, 30), min_size=1, max_size=5), pick=picks)
    def brush(self, cells: set[int], pick: int) -> None:
        target = self.present(pick)
        chosen = {self.cell(i) for i in cells}
        moves = [[c, self.grid[c], target] for c in chosen if self.grid[c] != target]
        if moves:
            self.send(moves)

    @rule(a=picks, b=picks)
    def merge(self, a: int, b: int) -> None:
        source, target = self.present(a), self.present(b)
        if source != target:
            moves = [[c, source, target] for c, g in self.grid.items() if g == source]
            self.send(moves, kind="merge")

    @rule(i=st.integers(0, 30))
    def split(self, i: int) -> None:
        cell = self.cell(i)
        self.send([[cell, self.grid[cell], self.last + 1]], kind="split")

    @rule(line=st.lists(places, min_size=2, max_size=4, unique=True), pick=picks)
    def cut(self, line: list[tuple[float, float]], pick: int) -> None:
        position = self.present(pick)
        call = {"base_version": self.version, "position": position, "line": lonlat(line)}
        self.draw(lambda: cut_grid(self.land.engine, self.land.planner, self.plan, **call))

    @rule(a=places, b=places, pick=picks, joins=st.booleans())
    def polygon(
        self, a: tuple[float, float], b: tuple[float, float], pick: int, joins: bool
    ) -> None:
        ring = [a, (b[0], a[1] + 0.07), (b[0] - 0.05, b[1]), (a[0], b[1] - 0.03)]
        call = {"base_version": self.version, "ring": lonlat(ring)}
        call["target"] = self.present(pick) if joins else None
        self.draw(lambda: draw_grid(self.land.engine, self.land.planner, self.plan, **call))

    def draw(self, gesture: Any) -> None:
        """Draw a line: it is refused and changes nothing, or is one edit that keeps every lock."""
        held = {c: g for c, g in self.grid.items() if g in self.locked}
        before, area = dict(self.grid), self.areas()
        try:
            gesture()
        except (Conflict, InvalidGeometry):
            assert self.seen() == before
            return
        self.done.append(before)
        self.undone.clear()
        self.step_to(self.seen())
        for position in set(held.values()):
            assert self.areas()[position] == pytest.approx(area[position], abs=0.1)
        self.still = set(self.view["locks"]["cells"])
        assert len(self.still) == len(self.held_before)

    def areas(self) -> dict[int, float]:
        """Square metres by position."""
        sums: dict[int, float] = {}
        for grid, m2 in zip(self.view["cells"]["grid"], self.view["cells"]["area_m2"], strict=True):
            sums[grid] = sums.get(grid, 0.0) + m2
        self.held_before = set(self.view["locks"]["cells"])
        return sums

    @rule(pick=picks)
    def turn_the_lock_of_a_cell(self, pick: int) -> None:
        cell = self.cell(pick)
        self.still ^= {cell}
        call = {"base_version": self.version, "locked": cell in self.still}
        which = Which(cells=(cell,))
        set_locks(self.land.engine, self.land.planner, self.plan, which=which, **call)
        self.step_to(self.grid)

    @rule(i=st.integers(0, 30))
    def split_and_merge_back(self, i: int) -> None:
        before, last = dict(self.grid), self.last
        cell = self.cell(i)
        self.split(i)
        if self.last > last:
            self.send([[cell, self.last, before[cell]]], kind="merge")
            assert self.seen() == before

    @rule(which=st.sampled_from([undo, redo]))
    def undo_or_redo(self, which: Any) -> None:
        stack, other = (self.done, self.undone) if which is undo else (self.undone, self.done)
        call = {"base_version": self.version}
        if not stack:
            with pytest.raises(Conflict):
                which(self.land.engine, self.land.planner, self.plan, **call)
            return
        after = stack[-1]
        if self.is_refused(
            lambda: which(self.land.engine, self.land.planner, self.plan, **call), after
        ):
            return
        other.append(self.grid)
        self.step_to(stack.pop())
        self.still = set(self.seen_locks())

    def seen_locks(self) -> list[int]:
        self.seen()
        return list(self.view["locks"]["cells"])

    def is_refused(self, step: Any, after: dict[int, int]) -> bool:
        """Go to another state; whether a lock forbids it, as it must for whole cells."""
        both = after.keys() & self.grid.keys()
        moved = {c for c in both if after[c] != self.grid[c]}
        touched = {p for c in moved for p in (after[c], self.grid[c])}
        must = bool(touched & self.locked or moved & self.still)
        may = after.keys() != self.grid.keys() and bool(self.locked or self.still)
        try:
            step()
        except Locked:
            assert must or may
            return True
        assert not must
        return False

    @rule(pick=picks)
    def jump(self, pick: int) -> None:
        seq = 1 + pick % self.version
        after = self.past[seq]
        call = {"base_version": self.version, "seq": seq}
        changes = after != self.grid
        if self.is_refused(
            lambda: jump_to(self.land.engine, self.land.planner, self.plan, **call), after
        ):
            return
        if changes:
            self.done.append(self.grid)
            self.undone.clear()
            self.step_to(after)
            self.still = set(self.seen_locks())

    @rule()
    def keep_a_checkpoint(self) -> None:
        call = {"base_version": self.version, "name": "here"}
        keep_checkpoint(self.land.engine, self.land.planner, self.plan, **call)
        self.step_to(self.grid)

    @rule(pick=picks)
    def turn_a_lock(self, pick: int) -> None:
        position = self.present(pick)
        self.locked ^= {position}
        changes = {"locked": position in self.locked}
        call = {"base_version": self.version, "changes": changes}
        set_grid(self.land.engine, self.land.planner, self.plan, position, **call)
        self.step_to(self.grid)

    @rule(pick=picks)
    def a_colleague_edits_an_old_version(self, pick: int) -> None:
        old = pick % self.version
        if not old:
            return
        before = dict(self.grid)
        cell = self.cell(pick)
        source = self.past[old].get(cell, 0)
        moves = [[cell, source, self.present(pick)]]
        if moves[0][1] == moves[0][2]:
            return
        call = {"base_version": old, "kind": "brush", "moves": moves}
        try:
            move_cells(self.land.engine, self.land.colleague, self.plan, **call)
        except StaleVersion as error:
            since = {cell: target for cell, _, target in error.facts["moves_since"]}
            if self.past[old].keys() == before.keys():
                assert self.past[old] | since == before
        except Conflict:
            assert self.seen() == before
        else:
            self.done.append(before)
            self.undone.clear()
            self.step_to(before | {cell: moves[0][2]})

    @rule()
    def publish(self) -> None:
        rival = None
        if self.published:
            rival = new_plan(self.land.engine, self.land.colleague, self.land.unit)
        if self.released(self.plan, self.version):
            self.published[self.plan] = self.frozen(self.plan)
            if rival is not None:
                with pytest.raises(Conflict):
                    self.released(rival, 1)
            self.begin("effective")

    def released(self, plan: int, version: int) -> bool:
        """Publish; whether the rules let it pass, which they do when every grid is one piece."""
        call = {"base_version": version, "effective_from": date(2026, 1, 1)}
        call["exceptions"] = {str(p): "trial" for p in range(self.last + 1)}
        seen = view_plan(self.land.engine, self.land.planner, plan)
        if pieces(seen) > len(seen["grids"]):
            with pytest.raises(RulesBroken):
                publish_plan(self.land.engine, self.land.planner, plan, **call)
            return False
        publish_plan(self.land.engine, self.land.planner, plan, **call)
        return True

    def frozen(self, plan: int) -> Any:
        seen = view_plan(self.land.engine, self.land.planner, plan)
        return seen["grids"], seen["cells"], seen["plan"]["exceptions"], seen["edits"]

    @invariant()
    def the_plan_is_what_was_done_to_it(self) -> None:
        assert self.seen() == self.grid
        assert self.view["plan"]["version"] == self.version
        cells = self.view["cells"]
        assert sum(cells["households"]) == PEOPLE
        assert {g["position"] for g in self.view["grids"]} == set(self.grid.values())
        codes = [g["code"] for g in self.view["grids"]]
        assert len(codes) == len(set(codes))

    @invariant()
    def the_ground_is_covered_once(self) -> None:
        with transaction(self.land.engine, SYSTEM) as conn:
            row = conn.execute(GROUND, {"plan": self.plan, "unit": self.land.unit}).one()
            seqs = conn.execute(SEQS, {"plan": self.plan}).scalar_one() or []
        assert row.once
        assert abs(row.sum - row.whole) < TINY
        assert row.off < TINY
        assert seqs == list(range(2, self.version + 1))

    @invariant()
    def published_plans_stand(self) -> None:
        for plan, kept in self.published.items():
            assert self.frozen(plan) == kept


def pieces(seen: dict[str, Any]) -> int:
    """Connected pieces of equal grids."""
    grid, borders = seen["cells"]["grid"], seen["neighbours"]
    left, count = set(range(len(grid))), 0
    near: dict[int, set[int]] = {i: set() for i in left}
    for a, b, joined in zip(borders["a"], borders["b"], borders["joined"], strict=True):
        if b >= 0 and joined and grid[a] == grid[b]:
            near[a].add(b)
            near[b].add(a)
    while left:
        count += 1
        edge = [left.pop()]
        while edge:
            same = near[edge.pop()] & left
            left -= same
            edge.extend(same)
    return count


def lonlat(metres: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places given in cells east and south of the land's corner, in degrees."""
    points = shapely.points([(WEST + x * SIDE, NORTH - y * SIDE) for x, y in metres])
    return [(p.x, p.y) for p in to_wgs84(np.asarray(points, object), EPSG)]


@pytest.mark.slow
def test_a_plan_keeps_its_invariants_whatever_is_done_to_it(engine: Engine):
    land = draw(engine)
    machine = type("Machine", (PlanMachine,), {"land": land})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_edits_of_different_cells_commute(engine: Engine):
    land = draw(engine)
    ends = []
    for order in ((0, 1), (1, 0)):
        plan = new_plan(land.engine, land.planner, land.unit, start="engine")
        cells = view_plan(land.engine, land.planner, plan)["cells"]
        grid = dict(zip(cells["id"], cells["grid"], strict=True))
        moves = [
            [[land.cells[i], grid[land.cells[i]], (grid[land.cells[i]] + 1) % 4]] for i in (5, 6)
        ]
        for version, which in enumerate(order, start=1):
            call = {"base_version": version, "kind": "brush", "moves": moves[which]}
            move_cells(land.engine, land.planner, plan, **call)
        ends.append(view_plan(land.engine, land.planner, plan)["cells"])
    assert ends[0] == ends[1]
