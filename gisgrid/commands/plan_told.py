"""What `gisgrid plan` says of a plan: the summary, each grid's workloads, reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gisgrid.commands.call import Call
from gisgrid.planning import Problem, Reason, Result, check
from gisgrid.planning.ground import parts
from gisgrid.planning.problem import Ints
from gisgrid.planning.rules import Finding
from gisgrid.planning.second import Second, second_within
from gisgrid.services.plan_files import Layer, compactness

VALID, NONE_EXISTS = 0, 1
_SHOWN = 12
_ROWS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A layer as a problem, with the names of its grids and the formulas of its workloads."""

    layer: Layer
    problem: Problem
    grids: list[str]
    second: Second | None = None
    inside: int | None = None
    """Grids in band, where each community has a band of its own."""


def summary(call: Call, task: Task, result: Result) -> None:
    """The figures of a plan in a table; with `--also`, a row for each grid before it."""
    if task.second is not None:
        _each_grid(call, task, task.second, result)
    problem, load, band = task.problem, result.households, task.problem.band
    inside = int(((load >= band.low) & (load <= band.high)).sum())
    ends = f"{band.low}–{band.high}"
    if task.inside is not None:
        inside, ends = task.inside, call.args.band
    same = result.grid[problem.a] == result.grid[problem.b]
    pieces = int(parts(len(problem.weight), problem.a[same], problem.b[same]).max()) + 1
    rows: list[tuple[str, object]] = [
        ("workload", plain(call.args.households)),
        ("grids", len(load)),
        ("in_band", f"{inside} / {len(load)} ({ends})"),
        *_second_row(call, task.second, result),
        ("pieces", pieces),
        ("cut", f"{result.cut_m:,.0f} m"),
        ("compactness", f"{compactness(problem, result.grid):.3f}"),
        ("straddling", f"{100 * result.straddling:.1f} %"),
        *_moved_rows(call, problem, result),
        ("seconds", f"{result.seconds:.2f}"),
    ]
    call.table([(call.t(f"planning.{key}"), value) for key, value in rows])


def plain(formula: str) -> str:
    """A formula with even spaces: ``households+0.5 *elderly`` is ``households + 0.5*elderly``."""
    terms = ["*".join(part.strip() for part in term.split("*")) for term in formula.split("+")]
    return " + ".join(terms)


def _moved_rows(call: Call, problem: Problem, result: Result) -> list[tuple[str, object]]:
    if problem.current is None:
        return []
    bound = result.lower_bound
    gap = f"{100 * (result.moved_households / bound - 1):.1f} %" if bound else "–"
    if result.optimal:
        gap = call.t("planning.optimal")
    return [("moved", result.moved_households), ("bound", bound), ("gap", gap)]


def second_load(second: Second, grid: Ints, grids: int) -> Ints:
    """(k,) second workload of each grid."""
    return np.bincount(grid, second.weight, grids).astype(np.int64)


def _second_row(call: Call, second: Second | None, result: Result) -> list[tuple[str, object]]:
    if second is None:
        return []
    load, band = second_load(second, result.grid, len(result.households)), second.band
    inside = int(((load >= band.low) & (load <= band.high)).sum())
    text = f"{plain(call.args.also)}: {inside} / {len(load)} ({band.low}–{band.high})"
    return [("second_in_band", text)]


def _each_grid(call: Call, task: Task, second: Second, result: Result) -> None:
    heads = (call.t("planning.grid"), plain(call.args.households), plain(call.args.also))
    loads = result.households, second_load(second, result.grid, len(result.households))
    rows = list(zip(task.grids, *(load.tolist() for load in loads), strict=True))
    call.table([heads, *rows[:_ROWS]])
    if len(rows) > _ROWS:
        call.say("planning.more", count=len(rows) - _ROWS)


def verdict(call: Call, task: Task, result: Result) -> int:
    """The reasons in words, and the exit status: 0 for a valid plan in the band, else 1."""
    tell(call, task, result.reasons)
    if task.second is not None:
        planned = replace(task.problem, current=result.grid)
        tell(call, task, check(planned, rules=(second_within(task.second),)))
    return VALID if result.valid and result.in_band else NONE_EXISTS


def tell(call: Call, task: Task, found: Sequence[Reason | Finding]) -> None:
    """One sentence for each reason or finding, with the names of its cells and grids."""
    for item in found[:_SHOWN]:
        key = item.kind if isinstance(item, Reason) else item.rule
        cells = [task.layer.names[c] for c in item.cells[:_SHOWN]]
        grids = [task.grids[g] for g in item.grids]
        values = {
            **item.facts,
            "cell": cells[0] if cells else "",
            "cells": " ".join(cells),
            "grid": grids[0] if grids else "",
            "grids": item.facts.get("grids", ", ".join(grids)),
            "workload": plain(getattr(call.args, "also", None) or ""),
        }
        call.say(f"planning.{key}", **values)
    if len(found) > _SHOWN:
        call.say("planning.more", count=len(found) - _SHOWN)
