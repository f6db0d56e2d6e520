"""Plans against peers, side by side in one run, on one pinned core.

    taskset -c 0 python bench/planning.py FOLDER [S200 S2k …] [--seeds 10] [--peers DIR] [--slow]

FOLDER holds NAME.parquet (cell, households_before, households, grid, geometry) and
NAME_neighbours.parquet (a, b, shared_m, barrier). Peers are used where they can be imported:
pip install --target DIR pymetis kahip mtkahypar gerrychain spopt. `--slow` adds the last two.
Peers run in a process of their own, for `--patience` seconds at most. Seconds are CPU seconds:
on a busy machine wall time says little. `cut_ratio` and `s_ratio` are a peer's figure divided by
our median; `ratio` is households moved divided by the bound (from scratch: grids named as well
as can be).
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gisgrid.planning import Band, Problem, partition, rebalance, warm
from gisgrid.planning.ground import ROAD, parts
from gisgrid.planning.identity import origins

GRIDS = {"S200": 5, "S2k": 45, "S20k": 450, "S100k": 2000}
EDGE = np.array([1.0, 0.6, 0.25, 0.25, 0.25, 0.25])


def load(folder: Path, name: str, grids: int) -> tuple[Problem, Problem]:
    """The instance as a new-plan problem and as a rebalance problem."""
    cells = gpd.read_parquet(folder / f"{name}.parquet").sort_values("cell", ignore_index=True)
    near = pd.read_parquet(folder / f"{name}_neighbours.parquet")
    middle = cells.geometry.centroid
    before = cells.households_before.to_numpy(np.int64)
    after = cells.households.to_numpy(np.int64)
    new = Problem(
        weight=before,
        a=near.a.to_numpy(np.int64),
        b=near.b.to_numpy(np.int64),
        shared_m=near.shared_m.to_numpy(float),
        barrier=near.barrier.to_numpy(np.int64),
        band=Band.around(before.sum() / grids, 0.10),
        xy=np.column_stack([middle.x, middle.y]),
    )
    band = Band.around(after.sum() / grids, 0.10)
    return new, replace(new, weight=after, band=band, current=cells.grid.to_numpy(np.int64))


def figures(problem: Problem, grid: np.ndarray, grids: int) -> dict[str, float]:
    """What the issue's table asks, from the plan alone."""
    grid = np.unique(grid, return_inverse=True)[1]
    count = int(grid.max()) + 1
    load = np.bincount(grid, problem.weight, count)
    off = np.abs(load / (problem.weight.sum() / grids) - 1)
    same = grid[problem.a] == grid[problem.b]
    piece = parts(len(grid), problem.a[same], problem.b[same])
    pieces = np.bincount(np.unique(np.c_[grid, piece], axis=0)[:, 0])
    barred = same & (problem.barrier >= ROAD)
    return {
        "grids": count,
        "broken": int((pieces > 1).sum()),
        "in5": 100 * float((off <= 0.05 + 1e-9).mean()),
        "in10": 100 * float((off <= 0.10 + 1e-9).mean()),
        "cut_m": float(problem.shared_m[~same].sum()),
        "straddle": 100 * len(np.unique(grid[problem.a[barred]])) / grids,
    }


def ours(problem: Problem, grids: int, seed: int) -> np.ndarray:
    return partition(problem, grids=grids, seed=seed).grid


def rows(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compressed rows with whole edge weights, as graph partitioners want them."""
    n = len(problem.weight)
    a, b = np.r_[problem.a, problem.b], np.r_[problem.b, problem.a]
    cost = problem.shared_m * EDGE[problem.barrier] * 100 / np.median(problem.shared_m)
    cost = np.maximum(1, np.rint(np.r_[cost, cost])).astype(np.int32)
    order = np.lexsort((b, a))
    start = np.r_[0, np.cumsum(np.bincount(a, minlength=n))].astype(np.int32)
    return start, b[order].astype(np.int32), cost[order]


def metis(problem: Problem, grids: int, seed: int, *, contiguous: bool) -> np.ndarray:
    pymetis = import_module("pymetis")
    start, near, cost = rows(problem)
    options = pymetis.Options(ufactor=30, seed=seed, contig=int(contiguous))
    _, part = pymetis.part_graph(
        grids,
        pymetis.CSRAdjacency(start, near),
        vweights=problem.weight.astype(np.int32),
        eweights=cost,
        recursive=not contiguous,
        options=options,
    )
    return np.array(part)


def kahip(problem: Problem, grids: int, seed: int) -> np.ndarray:
    start, near, cost = rows(problem)
    weights = problem.weight.tolist()
    arguments = (weights, start.tolist(), cost.tolist(), near.tolist(), grids, 0.03, True, seed, 1)
    return np.array(import_module("kahip").kaffpa(*arguments)[1])


def mtkahypar(problem: Problem, grids: int, seed: int) -> np.ndarray:
    library = import_module("mtkahypar")
    machine = library.initialize(1)
    library.set_seed(seed)
    context = machine.context_from_preset(library.PresetType.DEFAULT)
    context.set_partitioning_parameters(grids, 0.03, library.Objective.CUT)
    context.logging = False
    cost = problem.shared_m * EDGE[problem.barrier] * 100 / np.median(problem.shared_m)
    pairs = list(zip(problem.a.tolist(), problem.b.tolist(), strict=True))
    weights = np.maximum(1, np.rint(cost)).astype(int).tolist()
    graph = machine.create_graph(
        context, len(problem.weight), len(pairs), pairs, problem.weight.tolist(), weights
    )
    return np.array(graph.partition(context).get_partition())


def gerrychain_graph(problem: Problem) -> Any:
    """Nodes in the order of the cells: gerrychain numbers them anew as they come."""
    graph = import_module("networkx").Graph()
    for cell, weight in enumerate(problem.weight.tolist()):
        graph.add_node(cell, households=weight)
    graph.add_edges_from(zip(problem.a.tolist(), problem.b.tolist(), strict=True))
    return import_module("gerrychain").Graph.from_networkx(graph)


def gerrychain_tree(problem: Problem, grids: int, seed: int) -> np.ndarray:
    tree = import_module("gerrychain.tree")
    random.seed(seed)
    base = gerrychain_graph(problem)
    found = tree.recursive_tree_part(
        base, range(grids), problem.weight.sum() / grids, "households", 0.05
    )
    return np.array([found[i] for i in range(len(problem.weight))])


def maxp(problem: Problem, grids: int, seed: int) -> np.ndarray:
    np.random.seed(seed)  # spopt draws from the global generator
    frame = gpd.GeoDataFrame({"w": problem.weight}, geometry=gpd.points_from_xy(*problem.xy.T))
    near: dict[int, list[int]] = {i: [] for i in range(len(frame))}
    for a, b in zip(problem.a.tolist(), problem.b.tolist(), strict=True):
        near[a].append(b)
        near[b].append(a)
    weights = import_module("libpysal.weights").W(near)
    floor = 0.9 * problem.weight.sum() / grids
    model = import_module("spopt.region").MaxPHeuristic(frame, weights, ["w"], "w", floor)
    model.solve()
    return np.array(model.labels_)


def flips(problem: Problem, grids: int, seed: int) -> np.ndarray:
    """Single flips from the present plan, none that leaves the band further."""
    del grids
    chain = import_module("gerrychain")
    random.seed(seed)
    low, high = problem.band.low, problem.band.high

    def outside(plan: Any) -> int:
        return sum(max(0, load - high, low - load) for load in plan["load"].values())

    start = chain.Partition(
        gerrychain_graph(problem),
        dict(enumerate(problem.current.tolist())),
        {"load": chain.updaters.Tally("households", "load"), "cut_edges": chain.updaters.cut_edges},
    )
    steps = chain.MarkovChain(
        proposal=chain.proposals.propose_random_flip,
        constraints=[chain.constraints.contiguous],
        accept=lambda plan: plan.parent is None or outside(plan) <= outside(plan.parent),
        initial_state=start,
        total_steps=200 * len(problem.weight),
    )
    plan = next((plan for plan in steps if outside(plan) == 0), start)
    return np.array([plan.assignment[i] for i in range(len(problem.weight))])


Method = Callable[[Problem, int, int], np.ndarray]
Peers = list[tuple[str, str, Method]]
FAST: Peers = [
    ("pymetis", "METIS rb", partial(metis, contiguous=False)),
    ("pymetis", "METIS contig", partial(metis, contiguous=True)),
    ("kahip", "KaHIP eco", kahip),
    ("mtkahypar", "Mt-KaHyPar", mtkahypar),
]
SLOW: Peers = [("gerrychain", "gerrychain tree", gerrychain_tree), ("spopt", "MaxP", maxp)]
FLIPS: Peers = [("gerrychain", "gerrychain flips", flips)]


def installed(peers: Peers) -> Iterator[tuple[str, Method]]:
    yield from ((label, method) for module, label, method in peers if find_spec(module))


def tell_missing(peers: Peers) -> None:
    """One sentence for each peer that is not there."""
    for module in sorted({module for module, _, _ in peers if find_spec(module) is None}):
        print(f"{module} is not installed and left out: pip install --target DIR {module}")


def attempt(method: Method, arguments: tuple[Problem, int, int], patience_s: float) -> Any:
    """(grid, CPU seconds) of a peer in a process of its own, or the reason why there is none."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    child = fork.Process(target=_send, args=(there, method, arguments))
    child.start()
    there.close()
    try:
        return here.recv() if here.poll(patience_s) else f"no plan in {patience_s:.0f} s"
    except EOFError:
        return "failed, see above"
    finally:
        child.terminate()
        child.join()


def _send(there: Connection, method: Method, arguments: tuple[Problem, int, int]) -> None:
    began = time.process_time()
    there.send((method(*arguments), time.process_time() - began))


def new_plans(problem: Problem, name: str, arguments: argparse.Namespace) -> None:
    grids, found = GRIDS[name], []
    for seed in range(arguments.seeds):
        began = time.process_time()
        grid = ours(problem, grids, seed)
        seconds = time.process_time() - began
        found.append({**figures(problem, grid, grids), "s": seconds})
    tell(f"{name} new gisgrid", pd.DataFrame(found))
    mine = pd.DataFrame(found).median()
    for label, method in installed(FAST + SLOW * arguments.slow):
        answer = attempt(method, (problem, grids, 0), arguments.patience)
        if isinstance(answer, str):
            print(f"{name} new {label:24s}", answer, flush=True)
            continue
        row = {**figures(problem, answer[0], grids), "s": answer[1]}
        row |= {"cut_ratio": row["cut_m"] / mine.cut_m, "s_ratio": row["s"] / mine.s}
        tell(f"{name} new {label}", pd.DataFrame([row]))


def least(problem: Problem) -> int:
    """A bound the bench finds by itself: households above the band, or those that lack."""
    load = np.bincount(problem.current, problem.weight)
    over, under = load - problem.band.high, problem.band.low - load
    return int(max(np.maximum(over, 0).sum(), np.maximum(under, 0).sum(), 1))


def change(problem: Problem, grid: np.ndarray, grids: int) -> dict[str, float]:
    """Households moved ÷ the bound, grids named as well as can be; growth of the borders."""
    before = problem.shared_m[problem.current[problem.a] != problem.current[problem.b]].sum()
    grid = np.unique(grid, return_inverse=True)[1]
    name = origins(problem.weight, problem.current, grid, int(grid.max()) + 1)
    moved = problem.weight[name[grid] != problem.current].sum()
    row = figures(problem, grid, grids)
    growth = 100 * (row["cut_m"] / before - 1)
    return row | {"ratio": moved / least(problem), "growth": growth}


def rebalanced(problem: Problem, name: str, arguments: argparse.Namespace) -> None:
    grids = GRIDS[name]
    for prefer in ("moves", "shape"):
        found = []
        for seed in range(arguments.seeds):
            began = time.process_time()
            result = rebalance(problem, prefer=prefer, seed=seed)
            seconds = time.process_time() - began
            found.append({**change(problem, result.grid, grids), "s": seconds})
        tell(f"{name} rebalance {prefer}", pd.DataFrame(found))
    for label, method in installed(FAST + FLIPS * arguments.slow):
        answer = attempt(method, (problem, grids, 0), arguments.patience)
        if isinstance(answer, str):
            print(f"{name} rebalance {label:18s}", answer, flush=True)
            continue
        row = {**change(problem, answer[0], grids), "s": answer[1]}
        tell(f"{name} rebalance {label}", pd.DataFrame([row]))


def tell(label: str, found: pd.DataFrame) -> None:
    """The median of each figure, and the worst seed in brackets where they differ."""
    best_high = {"in5", "in10"}
    texts = []
    for column in found:
        median = found[column].median()
        worst = found[column].min() if column in best_high else found[column].max()
        texts.append(f"{column} {median:,.5g}" + (f" ({worst:,.5g})" if worst != median else ""))
    print(f"{label:28s}", "  ".join(texts), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=["S200", "S2k"])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--peers", type=Path, help="folder of pip install --target")
    parser.add_argument("--slow", action="store_true", help="gerrychain and spopt too")
    parser.add_argument("--patience", type=float, default=60, help="seconds for a peer's plan")
    parser.add_argument("--only", choices=["new", "rebalance"])
    arguments = parser.parse_args()
    if arguments.peers:
        sys.path.append(str(arguments.peers))
    tell_missing(FAST + (SLOW + FLIPS) * arguments.slow)
    print(f"compiled or loaded in {warm():.2f} s")
    for name in arguments.names:
        if not (arguments.folder / f"{name}.parquet").is_file():
            parser.error(f"{arguments.folder} holds no {name}.parquet")
        new, again = load(arguments.folder, name, GRIDS[name])
        if arguments.only != "rebalance":
            new_plans(new, name, arguments)
        if arguments.only != "new":
            rebalanced(again, name, arguments)


if __name__ == "__main__":
    main()
