"""The proven minimum beside a comparison: what no plan within the band can do without."""

from __future__ import annotations

from datetime import date

import pytest

from gisgrid.model.changes import Changes, GridSide, House, changes
from gisgrid.model.plans import GridKind, Plan, PlanState
from gisgrid.services.least_to_move import least_to_move

PLAN = Plan(
    id=1, unit_id=1, unit_name="社区", community_code="990101004007", cell_set_id=1, name="方案",
    state=PlanState.DRAFT, version=1, low=300, high=500, target=400, effective_from=date.today(),
)  # fmt: skip


def side(code: str, households: int, kind: GridKind = GridKind.BASE) -> GridSide:
    return GridSide(code, None, kind, None, households, 0, 1, 1.0)


def told(
    before: dict[str, list[int]], after: list[str] | None = None, kind: GridKind = GridKind.BASE
) -> Changes:
    """Grids as lists of their buildings' households; `after` names the grids that remain, and
    everything else goes to the first of them.
    """
    kept = after or list(before)
    houses = [
        House(10 * g + i, "楼", None, n, 0, code, code if code in kept else kept[0])
        for g, (code, sizes) in enumerate(before.items())
        for i, n in enumerate(sizes)
    ]
    load = {c: sum(h.households for h in houses if h.after == c) for c in kept}
    sides = [side(code, sum(sizes), kind) for code, sizes in before.items()]
    return changes(sides, [side(c, n, kind) for c, n in load.items()], houses, [])


@pytest.mark.parametrize(
    ("before", "least"),
    [
        pytest.param({"001": [200, 200], "002": [200, 200]}, 0, id="within the band"),
        pytest.param({"001": [500, 31], "002": [200, 100]}, 31, id="the excess alone"),
        pytest.param({"001": [450, 81], "002": [200, 100]}, 81, id="buildings stay whole"),
        pytest.param({"001": [400], "002": [286]}, 14, id="what a grid lacks"),
    ],
)
def test_as_many_grids_must_move_what_is_above_or_lacking(before, least):
    assert least_to_move(told(before), PLAN) == least


def test_fewer_grids_must_move_at_least_the_lightest():
    before = {"001": [150, 150], "002": [400], "003": [120]}
    assert least_to_move(told(before, after=["001", "002"]), PLAN) == 120


def test_dedicated_grids_have_no_band_and_prove_nothing():
    alone = told({"001": [700, 100]}, kind=GridKind.DEDICATED)
    assert least_to_move(alone, PLAN) == 0
