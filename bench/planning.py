"""Plans against peers, side by side in one run, on one pinned core.

    taskset -c 0 python bench/planning.py FOLDER [S200 S2k …] [--seeds 10] [--peers DIR] [--slow]

FOLDER holds NAME.parquet (cell, households_before, households, grid, geometry) and
NAME_neighbours.parquet (a, b, shared_m, barrier). Peers are used where they can be imported:
pip install --target DIR pymetis kahip mtkahypar gerrychain spopt. `--slow` adds the last two.
Seconds are CPU seconds of this process: on a busy machine wall time says little.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gisgrid.planning import Band, Problem, partition, rebalance, warm
from gisgrid.planning.ground import ROAD, parts

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


def gerrychain_tree(problem: Problem, grids: int, seed: int) -> np.ndarray:
    networkx, tree = import_module("networkx"), import_module("gerrychain.tree")
    random.seed(seed)
    graph = networkx.Graph(zip(problem.a.tolist(), problem.b.tolist(), strict=True))
    networkx.set_node_attributes(graph, dict(enumerate(problem.weight.tolist())), "households")
    base = import_module("gerrychain").Graph.from_networkx(graph)
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


Method = Callable[[Problem, int, int], np.ndarray]


def methods(*, slow: bool) -> Iterator[tuple[str, Method]]:
    """Our engine, and each peer that is installed."""
    yield "gisgrid", ours
    peers: list[tuple[str, str, Method]] = [
        ("pymetis", "METIS rb", lambda p, k, s: metis(p, k, s, contiguous=False)),
        ("pymetis", "METIS contig", lambda p, k, s: metis(p, k, s, contiguous=True)),
        ("kahip", "KaHIP eco", kahip),
        ("mtkahypar", "Mt-KaHyPar", mtkahypar),
    ]
    if slow:
        peers += [("gerrychain", "gerrychain tree", gerrychain_tree), ("spopt", "MaxP", maxp)]
    yield from ((name, method) for module, name, method in peers if find_spec(module))


def new_plans(problem: Problem, name: str, arguments: argparse.Namespace) -> None:
    for label, method in methods(slow=arguments.slow):
        found = []
        for seed in range(arguments.seeds if label == "gisgrid" else 1):
            began = time.process_time()
            grid = method(problem, GRIDS[name], seed)
            seconds = time.process_time() - began
            found.append({**figures(problem, grid, GRIDS[name]), "s": seconds})
        tell(f"{name} new {label}", pd.DataFrame(found))


def rebalanced(problem: Problem, name: str, arguments: argparse.Namespace) -> None:
    before = problem.shared_m[problem.current[problem.a] != problem.current[problem.b]].sum()
    for prefer in ("moves", "shape"):
        found = []
        for seed in range(arguments.seeds):
            began = time.process_time()
            result = rebalance(problem, prefer=prefer, seed=seed)
            seconds = time.process_time() - began
            load = np.bincount(problem.current, problem.weight)
            over, under = load - problem.band.high, problem.band.low - load
            bound = max(np.maximum(over, 0).sum(), np.maximum(under, 0).sum(), 1)
            row = figures(problem, result.grid, GRIDS[name])
            row |= {
                "ratio": result.moved_households / bound,
                "growth": 100 * (row["cut_m"] / before - 1),
                "s": seconds,
            }
            found.append(row)
        tell(f"{name} rebalance {prefer}", pd.DataFrame(found))


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
    parser.add_argument("--only", choices=["new", "rebalance"])
    arguments = parser.parse_args()
    if arguments.peers:
        sys.path.append(str(arguments.peers))
    print(f"compiled or loaded in {warm():.2f} s")
    for name in arguments.names:
        new, again = load(arguments.folder, name, GRIDS[name])
        if arguments.only != "rebalance":
            new_plans(new, name, arguments)
        if arguments.only != "new":
            rebalanced(again, name, arguments)


if __name__ == "__main__":
    main()
