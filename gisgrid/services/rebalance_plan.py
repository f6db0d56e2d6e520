"""Proposals of the engine for a draft: a whole rebalance, or single fixes. Nothing is stored.

To accept a proposal, send its moves, or some of them, through `edit_plan.move_cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.model.plans import GridKind, Plan, PlanGrid
from gisgrid.planning import Band, Reason, rebalance, suggest
from gisgrid.services.jobs import start_job, view_job
from gisgrid.services.plan_access import require_planner, require_reader
from gisgrid.services.plan_problem import Scene, scene
from gisgrid.storage import plans
from gisgrid.storage.engine import As, Engine, transaction

PATIENCE_S = 60.0
"""The longest a preview may search; the best plan found until then is the answer."""

HUNDRED = 100
Progress = Callable[[int, int, str], None]

MOST_SUGGESTIONS = 10

OUTSIDE = frozenset(
    {"grid_above_band", "grid_below_band", "locked_outside", "locked_ring", "no_neighbour"}
)
"""Kinds of reasons that name a grid left outside the band."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a rebalance should do. None: as the plan has it.

    `only`: positions of the grids that may change; `prefer`: 0 fewest households moved, 1 shorter
    borders.
    """

    target: int | None = None
    low: int | None = None
    high: int | None = None
    only: tuple[int, ...] | None = None
    prefer: float = 0.0


def start_rebalance(engine: Engine, actor: As, plan_id: int, wish: Wish) -> int:
    """Begin a job that works out what `preview_rebalance` answers; its id.

    Raises
    ------
    InvalidInput
        A band or grids that make no sense.
    """
    require_planner(actor)
    _, _, ground = read_scene(engine, actor, plan_id, wish)
    _only(ground, wish.only)
    return start_job(engine, actor, "balance", {"plan": plan_id, "wish": asdict(wish)})


def rebalance_job(
    engine: Engine, actor: As, payload: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """The job behind `start_rebalance`."""
    wish = dict(payload["wish"])
    only = wish.pop("only")
    chosen = Wish(**wish, only=None if only is None else tuple(only))
    return preview_rebalance(engine, actor, payload["plan"], chosen, progress=progress)


def rebalance_outcome(engine: Engine, actor: As, plan_id: int, job_id: int) -> dict[str, Any]:
    """The preview that a job of `start_rebalance` worked out for this plan.

    Raises
    ------
    NotFound
        The actor has no such job, or it has not ended well.
    """
    job = view_job(engine, actor, job_id)
    preview = job["result"] if job["kind"] == "balance" else None
    if preview is None or preview["plan"] != plan_id:
        raise NotFound(f"there is no job {job_id}", code="job_not_found", job=job_id)
    return dict(preview)


def preview_rebalance(
    engine: Engine, actor: As, plan_id: int, wish: Wish, *, progress: Progress | None = None
) -> dict[str, Any]:
    """What the engine would do to a plan; locked and dedicated grids stay as they are.

    `progress` hears how many hundredths are done; what it raises ends the search.

    Returns
    -------
    ``plan`` and its ``version``, ``moves`` (cell, from, to by position), ``grids`` (positions)
    with ``households_before`` and ``households_after`` in their order, ``moved_households`` and
    its proven ``lower_bound``, ``in_band``, ``reasons`` (``kind``, ``facts``, ``cells`` ids,
    ``grids`` positions, ``shorts``) and ``seconds``.

    Raises
    ------
    InvalidInput
        A band or grids that make no sense.
    """
    require_planner(actor)
    plan, grids, ground = read_scene(engine, actor, plan_id, wish)
    only = _only(ground, wish.only)
    watch = _Watched(progress)
    result = rebalance(
        ground.problem,
        prefer=wish.prefer,
        only=only,
        deadline_s=PATIENCE_S,
        progress=watch.tell,
        cancelled=watch.look,
    )
    before = households_of(ground, ground.problem.current)
    reasons = [r for r in result.reasons if not _of_dedicated(r, ground, grids)]
    return {
        "plan": plan_id,
        "version": plan.version,
        "moves": [list(move) for move in ground.moves(result.grid)],
        "grids": list(ground.positions),
        "households_before": before,
        "households_after": households_of(ground, result.grid),
        "moved_households": result.moved_households,
        "lower_bound": result.lower_bound,
        "in_band": result.in_band or OUTSIDE.isdisjoint(r.kind for r in reasons),
        "reasons": [told_reason(reason, ground, grids) for reason in reasons],
        "seconds": round(result.seconds, 2),
    }


@dataclass(slots=True)
class _Watched:
    """Tells a share of the search in hundredths, and again whenever the engine looks up."""

    progress: Progress | None
    done: int = 0

    def tell(self, share: float) -> None:
        self.done = min(int(share * HUNDRED), HUNDRED - 1)
        self.look()

    def look(self) -> bool:
        if self.progress is not None:
            self.progress(self.done, HUNDRED, "workbench.computing")
        return False


def list_suggestions(engine: Engine, actor: As, plan_id: int) -> list[dict[str, Any]]:
    """Single fixes of a plan, the best first.

    Returns
    -------
    ``moves``, ``from`` and ``to`` (positions), ``households`` (before and after of both), ``n``
    cells, ``border_m`` (how much longer the borders become) and ``solves``.
    """
    require_reader(actor)
    _, _, ground = read_scene(engine, actor, plan_id, Wish())
    return [
        {
            "moves": [
                [ground.cells[c], ground.positions[one.origin], ground.positions[one.target]]
                for c in one.cells
            ],
            "from": ground.positions[one.origin],
            "to": ground.positions[one.target],
            "households": {
                "from": [one.before[0], one.after[0]],
                "to": [one.before[1], one.after[1]],
            },
            "n": len(one.cells),
            "border_m": round(one.boundary_m, 1),
            "solves": one.solves,
        }
        for one in suggest(ground.problem, most=MOST_SUGGESTIONS)
    ]


def read_scene(
    engine: Engine, actor: As, plan_id: int, wish: Wish
) -> tuple[Plan, dict[int, PlanGrid], Scene]:
    """A plan, its grids by position, and its ground as the engine sees it."""
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        grids = plans.grids(conn, plan_id)
        fixed = [g.position for g in grids.values() if g.locked or g.kind is GridKind.DEDICATED]
        band = _band(plan, wish)
        return plan, grids, scene(conn, plan.cell_set_id, band, plan_id=plan_id, locked=fixed)


def _band(plan: Plan, wish: Wish) -> Band:
    low, high = wish.low or plan.low, wish.high or plan.high
    target = wish.target or min(max(plan.target, low), high)
    if not 0 < low <= target <= high:
        raise InvalidInput(
            f"the target {target} lies outside the band {low}–{high}",
            code="target_outside_band",
            target=target,
            low=low,
            high=high,
        )
    return Band(low, high, target)


def _only(ground: Scene, positions: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if positions is None:
        return None
    chosen = [ground.grid_of(position) for position in positions]
    unknown = [p for p, grid in zip(positions, chosen, strict=True) if grid is None]
    if unknown:
        raise InvalidInput(
            f"the plan has no grid at position {unknown[0]}",
            code="grid_not_found",
            position=unknown[0],
        )
    return tuple(grid for grid in chosen if grid is not None)


def households_of(ground: Scene, grid: Any) -> list[int]:
    """Households of each grid, by the scene's own index."""
    sums = [0] * len(ground.positions)
    for index, weight in zip(grid.tolist(), ground.problem.weight.tolist(), strict=True):
        sums[index] += weight
    return sums


def _of_dedicated(reason: Reason, ground: Scene, grids: dict[int, PlanGrid]) -> bool:
    """Whether a reason says that a dedicated grid is outside the band, which does not bind it."""
    named = [grids[position] for position in _positions(ground, reason.grids[:1])]
    return reason.kind in OUTSIDE and any(grid.kind is GridKind.DEDICATED for grid in named)


def told_reason(reason: Reason, ground: Scene, grids: dict[int, PlanGrid]) -> dict[str, Any]:
    """A reason of the engine in ids and positions."""
    positions = _positions(ground, reason.grids)
    return {
        "kind": reason.kind,
        "facts": dict(reason.facts),
        "cells": [ground.cells[i] for i in reason.cells],
        "grids": positions,
        "shorts": [grids[position].short for position in positions],
    }


def _positions(ground: Scene, indices: Sequence[int]) -> list[int]:
    return [ground.positions[i] for i in indices]
