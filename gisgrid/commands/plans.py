"""`gisgrid plan new|rebalance|check|suggest`: the planning engine on files, no database."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import numpy as np

from gisgrid.commands.call import Call, progress_bar
from gisgrid.commands.plan_communities import Wish, communities, together
from gisgrid.commands.plan_told import NONE_EXISTS, VALID, Task, summary, tell, verdict
from gisgrid.errors import InvalidInput
from gisgrid.planning import RULES, Problem, Result, check, partition, rebalance, suggest, warm
from gisgrid.planning.batch import solve_all, solved
from gisgrid.planning.identity import renumbered
from gisgrid.planning.outcome import measured
from gisgrid.planning.ration import rationed
from gisgrid.planning.second import Second, eased, second_within
from gisgrid.services.plan_files import (
    Layer,
    band_of,
    labels,
    locks,
    plan_labels,
    problem_of,
    read_layer,
    workload,
    write_plan,
)

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers

INTERRUPTED = 130
_NAMES = 12
_BY = (
    "treat each community of this column apart. --grids and --target hold for each; a band such "
    "as 0.10 is around the mean of each, 300-500 the same for all. Ctrl-C writes the plan so far: "
    "communities not reached keep their grids; exit status 130"
)
_EASED = (
    "second workload, a column or a sum: told for each grid; single cells are then exchanged to "
    "keep it in --also-band as far as the first band allows. It does not change the exit status"
)
_ALSO = {
    "new": _EASED,
    "rebalance": _EASED + "; with --by or --max-moved it is only told",
    "check": "second workload, a column or a sum: a grid outside --also-band counts as a finding",
    "suggest": "second workload; not used by suggestions",
}


_NEIGHBOURS = (
    "table (CSV or Parquet) with the columns a, b (cells) and, if known, shared_m (metres), "
    "barrier (0-5) and joined: false forbids the border to a grid (wall, river), and a pair that "
    "does not touch is joined by a row of its own (bridge, gate). Default: the shared borders"
)
_GROUPS = "column of the compound: cells with the same name stay in one grid; empty: free"
_LOCKED = (
    "CSV with a column cell (cells that keep their grid) or grid (nothing enters or leaves), or "
    "both columns, unused fields empty"
)


def register(subparsers: Subparsers) -> None:
    """Add `plan` with its four actions."""
    plan = subparsers.add_parser("plan", help="divide, rebalance, check: plans from files")
    actions = plan.add_subparsers(required=True, metavar="ACTION")

    new = _action(actions, "new", "a new plan")
    new.add_argument("--grids", type=int, metavar="K", help="number of grids")
    new.add_argument("--target", type=int, help="households a grid should have (400)")
    new.set_defaults(command=new_command)

    again = _action(actions, "rebalance", "bring a plan into the band, moving little")
    again.add_argument("--current", required=True, metavar="COL", help="column of the grid now")
    again.add_argument("--locked", type=Path, help=_LOCKED)
    again.add_argument("--max-moved", type=int, metavar="N", help="households moved at most")
    again.add_argument("--prefer", default="moves", help="moves, shape, or a number from 0 to 1")
    again.add_argument("--grids", type=int, metavar="K", help="add or dissolve grids up to K")
    again.add_argument("--target", type=int, help="add or dissolve grids towards this size")
    again.add_argument("--by", metavar="COL", help=_BY)
    again.add_argument("--scheduler", metavar="URL", help="Dask cluster, tcp://host:port")
    again.set_defaults(command=rebalance_command)

    judge = _action(actions, "check", "every rule, each failure with its place", output=False)
    judge.add_argument("--plan", type=Path, required=True, help="CSV with columns cell, grid")
    judge.set_defaults(command=check_command)

    fixes = _action(actions, "suggest", "ranked single fixes", output=False)
    fixes.add_argument("--current", required=True, metavar="COL", help="column of the grid now")
    fixes.add_argument("--most", type=int, default=10, metavar="N", help="how many (10)")
    fixes.set_defaults(command=suggest_command)


def _action(
    actions: Subparsers, name: str, summary: str, *, output: bool = True
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=summary)
    parser.add_argument("cells", type=Path, metavar="CELLS", help="layer of polygons")
    parser.add_argument(
        "--households",
        default="households",
        metavar="COL",
        help="column of the workload, or a sum: households+0.5*elderly",
    )
    parser.add_argument("--also", metavar="COL", help=_ALSO[name])
    parser.add_argument("--also-band", default="0.2", help="band of the second workload (0.2)")
    parser.add_argument("--neighbours", type=Path, metavar="FILE", help=_NEIGHBOURS)
    parser.add_argument("--groups", metavar="COL", help=_GROUPS)
    parser.add_argument("--band", default="0.10", help="0.10 around the mean, or 300-500")
    if output:
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("-o", "--out", type=Path, required=True, metavar="plan.csv")
    return parser


def new_command(call: Call) -> int:
    """Divide the layer anew, write the plan and sum it up."""
    args = call.args
    layer = read_layer(args.cells, args.neighbours)
    weight = workload(layer, args.households)
    target = 400 if args.target is None and args.grids is None else args.target
    problem = problem_of(layer, weight, band_of(args.band, weight, args.grids, target))
    problem = _grouped(problem, layer, args.groups)
    warm()
    with _interruptible() as stopped, progress_bar(call) as report:
        result = partition(
            problem,
            grids=args.grids,
            seed=args.seed,
            progress=lambda share: report("plan", round(100 * share), 100),
            cancelled=stopped,
        )
        second = _second(call, layer, len(result.households))
        result = _eased(problem, result, second, stopped)
    names = [str(g + 1) for g in range(len(result.households))]
    return _told(call, Task(layer, problem, names, second), result)


def rebalance_command(call: Call) -> int:
    """Rebalance the layer's plan, write it and sum it up."""
    args = call.args
    if args.by and args.max_moved is not None:
        raise InvalidInput("--max-moved cannot be shared out by --by", code="max_moved_by")
    task = _present(call, args.current)
    grids = _towards(task.problem, args.target) if args.grids is None else args.grids
    warm()
    prefer = _preference(args.prefer)
    with _interruptible() as stopped, progress_bar(call) as report:
        if args.by:
            return _by_community(call, task, stopped, report)
        result = rebalance(
            task.problem,
            grids=grids,
            prefer=prefer,
            seed=args.seed,
            progress=lambda share: report("plan", round(100 * share), 100),
            cancelled=stopped,
        )
        second = _second(call, task.layer, len(result.households))
        if args.max_moved is None:
            result = _eased(task.problem, result, second, stopped)
    if args.max_moved is not None and result.moved_households > args.max_moved:
        grid = rationed(task.problem, args.max_moved)
        result = measured(task.problem, grid, len(task.grids), result.lower_bound, result.seconds)
    names = _grown(task.grids, result.origin or range(len(task.grids)))
    return _told(call, replace(task, grids=names, second=second), result)


def _second(call: Call, layer: Layer, grids: int) -> Second | None:
    """The workload of `--also` and its band around the mean of `grids` grids."""
    args = call.args
    if args.also is None:
        return None
    weight = workload(layer, args.also)
    return Second(weight, band_of(args.also_band, weight, grids, None))


def _eased(
    problem: Problem, result: Result, second: Second | None, stopped: Callable[[], bool]
) -> Result:
    """The plan with its second workload brought towards its band, if there is one."""
    if second is None:
        return result
    if result.origin:
        problem = renumbered(problem, np.array(result.origin))
    grid = eased(problem, result.grid, second, cancelled=stopped)
    count = len(result.households)
    again = measured(problem, grid, count, result.lower_bound, result.seconds)
    return replace(again, origin=result.origin)


def _told(call: Call, task: Task, result: Result) -> int:
    write_plan(call.args.out, task.layer, result.grid, task.grids)
    summary(call, task, result)
    return verdict(call, task, result)


def check_command(call: Call) -> int:
    """Say every rule that the plan breaks, and where."""
    args = call.args
    layer = read_layer(args.cells, args.neighbours)
    grid, names = plan_labels(args.plan, layer)
    weight = workload(layer, args.households)
    band = band_of(args.band, weight, max(len(names), 1), None)
    problem = _grouped(problem_of(layer, weight, band, grid), layer, args.groups)
    task = Task(layer, problem, names)
    second = _second(call, layer, max(len(names), 1))
    task = replace(task, second=second)
    extra = () if second is None else (second_within(second),)
    found = check(task.problem, rules=(*RULES, *extra))
    tell(call, task, found)
    if not found:
        call.say("planning.faultless", grids=len(names))
    return NONE_EXISTS if any(finding.blocking for finding in found) else VALID


def suggest_command(call: Call) -> int:
    """List single fixes, the best first."""
    task = _present(call, call.args.current)
    rows: list[Sequence[object]] = [
        [call.t(f"planning.{key}") for key in ("move", "from", "to", "boundary", "solves")]
    ]
    for s in suggest(task.problem, most=call.args.most):
        cells = " ".join(task.layer.names[c] for c in s.cells)
        origin, target = (task.grids[g] for g in (s.origin, s.target))
        sizes = [
            f"{name}: {b} → {a}"
            for name, b, a in zip((origin, target), s.before, s.after, strict=True)
        ]
        rows.append([cells, *sizes, f"{s.boundary_m:+.0f} m", "✓" if s.solves else "–"])
    if len(rows) == 1:
        call.say("planning.nothing_to_suggest")
    else:
        call.table(rows)
    return VALID


def _present(call: Call, column: str) -> Task:
    """The layer with the plan of its column `column`; refused if a grid is in pieces."""
    args = call.args
    layer = read_layer(args.cells, args.neighbours)
    weight = workload(layer, args.households)
    current, names = labels(layer, column)
    if not names:
        raise InvalidInput("no cell has a grid yet", code="planning_no_current")
    target = getattr(args, "target", None)
    count = getattr(args, "grids", None)
    if count is None and target is None:
        count = len(names)
    problem = problem_of(layer, weight, band_of(args.band, weight, count, target), current)
    _refuse_pieces(problem, names)
    problem = _grouped(problem, layer, args.groups)
    return Task(layer, _with_locks(problem, layer, names, getattr(args, "locked", None)), names)


def _refuse_pieces(problem: Problem, names: list[str]) -> None:
    for finding in check(problem):
        if finding.rule == "grid_in_pieces":
            grid = names[finding.grids[0]]
            raise InvalidInput(
                f"grid {grid} is in pieces in the present plan",
                code="planning_current_in_pieces",
                grid=grid,
                count=len(finding.cells),
            )


def _grouped(problem: Problem, layer: Layer, column: str | None) -> Problem:
    """With the compounds of `column`, whose cells stay together."""
    if column is None:
        return problem
    return replace(problem, group=labels(layer, column)[0])


def _with_locks(problem: Problem, layer: Layer, grids: list[str], path: Path | None) -> Problem:
    if path is None:
        return problem
    cells, locked = locks(path, layer, grids)
    return replace(problem, locked_cells=cells, locked_grids=locked)


def _towards(problem: Problem, target: int | None) -> int | None:
    if target is None:
        return None
    return max(1, round(int(problem.weight.sum()) / target))


def _preference(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _grown(names: list[str], origin: Sequence[int]) -> list[str]:
    """Name of each grid: that of the grid it continues, or one that was not used before."""
    taken = set(names)
    fresh = (str(i) for i in range(1, 2 * len(names) + len(origin) + 1) if str(i) not in taken)
    return [names[g] if g >= 0 else next(fresh) for g in origin]


def _by_community(
    call: Call, task: Task, stopped: Callable[[], bool], report: Callable[[str, int, int], None]
) -> int:
    """Rebalance each community apart, here or on a cluster, and tell the plan put together."""
    args = call.args
    apart = communities(task, args.by, Wish(args.band, args.grids, args.target))
    solve = partial(solved, prefer=_preference(args.prefer), seed=args.seed)
    if not args.scheduler:
        solve = partial(solve, cancelled=stopped)
    found = solve_all(
        [community.job for community in apart],
        solve,
        scheduler=args.scheduler,
        progress=lambda share: report("plan", round(100 * share), 100),
        cancelled=stopped,
    )
    result, inside = together(task.problem, apart, found)
    names = _grown(task.grids, result.origin)
    second = _second(call, task.layer, len(names))
    status = _told(call, replace(task, grids=names, second=second, inside=inside), result)
    left = [one.name for one, result_ in zip(apart, found, strict=True) if result_ is None]
    if left:
        call.say("planning.not_reached", count=len(left), names=" ".join(left[:_NAMES]))
    return INTERRUPTED if stopped() else status


@contextmanager
def _interruptible() -> Iterator[_Stop]:
    """Ctrl-C asks the search for its best plan; a second one ends the program."""
    stop = _Stop()
    before = signal.signal(signal.SIGINT, stop.ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class _Stop:
    """Whether the user has asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked

    def ask(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal; the second interrupts."""
        del number, frame
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
