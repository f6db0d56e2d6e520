"""Division rules on a drawing of grids: one letter a cell of 100 m, 150 households each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gisgrid.model.rules import RULES, PlanFacts, Verdict, Weight, compactness, verdicts

COMMUNITY = "990101004007"
LANE = 1


def facts(
    drawing: str, *, barrier: int = LANE, walls: tuple[tuple[int, int], ...] = ()
) -> PlanFacts:
    """A plan like ``AAB / ABB``; ``-`` is a cell without a grid; `walls` part pairs of cells."""
    rows = drawing.split(" / ")
    width, letters = len(rows[0]), "".join(rows)
    names = sorted(set(letters) - {"-"})
    n, k = len(letters), len(names)
    pairs = [(i, i + 1) for i in range(n) if (i + 1) % width]
    pairs += [(i, i + width) for i in range(n - width)]
    outer = [i for i in range(n) if i % width == 0] + [i for i in range(n) if (i + 1) % width == 0]
    outer += [*range(width), *range(n - width, n)]
    borders = [*pairs, *((i, -1) for i in outer)]
    return PlanFacts(
        community_code=COMMUNITY,
        low=300,
        high=500,
        target=400,
        codes=tuple(f"{COMMUNITY}{i + 1:03d}" for i in range(k)),
        kinds=("base",) * k,
        leaders=("someone",) * k,
        grid=np.array([names.index(x) if x != "-" else -1 for x in letters], np.int64),
        households=np.full(n, 150, np.int64),
        area_m2=np.full(n, 1e4),
        of_community=np.ones(n, np.bool_),
        a=np.array([a for a, _ in borders], np.int64),
        b=np.array([b for _, b in borders], np.int64),
        shared_m=np.full(len(borders), 100.0),
        barrier=np.full(len(borders), barrier, np.int64),
        joined=np.array([pair not in walls for pair in borders], np.bool_),
        community_area_m2=n * 1e4,
        cells_valid=True,
        coverage_valid=True,
        effective_from=date(2026, 1, 1),
    )


GOOD = facts("AAB / ABB")


def verdict(rule: str, plan: PlanFacts) -> Verdict:
    return next(v for v in verdicts(plan) if v.rule == rule)


def keys(rule: str, plan: PlanFacts) -> list[str]:
    return [finding.key for finding in verdict(rule, plan).findings]


def test_a_good_plan_passes_all_thirteen():
    assert len(RULES) == 13
    assert [v.rule for v in verdicts(GOOD) if not v.passed] == []


@pytest.mark.parametrize(
    ("rule", "change", "key"),
    [
        ("V01", {"codes": (f"{COMMUNITY}001", "990101004008002")}, "code"),
        ("V01", {"of_community": np.array([1, 1, 1, 1, 1, 0], bool)}, "cell"),
        ("V02", {"cells_valid": False}, "invalid"),
        ("V03", {"coverage_valid": False}, "overlap"),
        ("V03", {"community_area_m2": 59_998.0}, "overlap"),
        ("V04", {"community_area_m2": 60_002.0}, "gap"),
        ("V08", {"codes": (f"{COMMUNITY}001", f"{COMMUNITY}001")}, "twice"),
        ("V08", {"given_up": frozenset({f"{COMMUNITY}002"})}, "given_up"),
    ],
)
def test_what_must_hold_blocks(rule, change, key):
    plan = replace(GOOD, **change)
    assert keys(rule, plan) == [key]
    assert verdict(rule, plan).blocks


@pytest.mark.parametrize(
    ("rule", "change", "key"),
    [
        ("V04", {"unplaced": (2, 31)}, "unplaced"),
        ("V06", {"cut_buildings": ((77, 0, 0.5),)}, "cut"),
        ("V09", {"leaders": ("someone", None)}, "none"),
        ("V10", {"barrier": np.zeros(len(GOOD.a), np.int64)}, "across"),
        ("V11", {"crs_metric": False}, "degrees"),
        ("V13", {"effective_from": None}, "none"),
    ],
)
def test_advice_is_told_and_does_not_block(rule, change, key):
    plan = replace(GOOD, **change)
    assert key in keys(rule, plan)
    assert not verdict(rule, plan).blocks


def test_a_cell_without_a_grid_blocks():
    found = verdict("V04", facts("AAB / A-B"))
    assert [finding.cells for finding in found.findings] == [(4,)]
    assert found.blocks


@pytest.mark.parametrize(
    ("drawing", "torn"),
    [("AAB / ABB", []), ("ABA / ABB", ["torn"]), ("ABA / BAB", ["torn", "torn", "torn", "torn"])],
)
def test_contiguity_names_each_lesser_piece(drawing, torn):
    assert keys("V05", facts(drawing)) == torn


def test_corners_do_not_join():
    assert keys("V05", facts("AB / BA")) == ["torn", "torn"]


def test_a_wall_parts_and_its_two_sides_need_a_reason():
    """A wall right through ``AAAA``: 300 households on each side could be grids of their own."""
    plan = facts("AAAA", walls=((1, 2),))
    assert keys("V05", plan) == ["apart"]
    assert verdict("V05", plan).blocks
    excused = verdict("V05", replace(plan, excused={0: "a ferry runs here"}))
    assert not excused.blocks
    assert len(excused.excused) == 1


def test_a_small_island_may_belong_to_any_grid():
    assert keys("V05", facts("AAA", walls=((1, 2),))) == []


def test_an_island_must_still_be_whole_in_its_grid():
    """``AAAB`` with a wall after the first cell, and the island of A torn by B behind it."""
    plan = facts("ABAAB", walls=((0, 1),))
    assert keys("V05", plan) == ["torn"]


@pytest.mark.parametrize(
    ("drawing", "found"),
    [("AAB / ABB", []), ("AAAABB", ["over"]), ("AAABBBC", ["under"]), ("A", ["under"])],
)
def test_the_band_is_three_to_five_hundred(drawing, found):
    assert keys("V07", facts(drawing)) == found


def test_out_of_band_needs_a_reason_for_that_grid():
    plan = facts("AAAABB")
    assert verdict("V07", plan).blocks
    assert verdict("V07", replace(plan, excused={1: "wrong grid"})).blocks
    assert verdict("V07", replace(plan, excused={0: "one compound"})).passed


def test_dedicated_grids_have_no_band():
    assert verdict("V07", replace(facts("AAAABB"), kinds=("dedicated", "base"))).passed


@pytest.mark.parametrize(
    "plan",
    [facts("A"), replace(facts("AABB"), households=np.array([0, 700, 150, 150], np.int64))],
    ids=["one grid in all", "one cell above the band"],
)
def test_what_no_border_can_cure_is_only_told(plan):
    found = verdict("V07", plan)
    assert [finding.weight for finding in found.findings] == [Weight.ADVICE]
    assert not found.blocks


def test_compactness_of_a_square_is_a_quarter_pi():
    assert compactness(facts("AA / AA")) == pytest.approx([np.pi / 4])


def test_compactness_falls_with_length():
    long, square = compactness(facts("AAAA"))[0], compactness(facts("AA / AA"))[0]
    assert long == pytest.approx(4 * np.pi * 4e4 / 1000**2)
    assert long < square
