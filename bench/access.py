"""Walking access on Porto's metro streets: our figures against their limits, peers in the same run.

    python bench/access.py [--peers FOLDER] [--shared FOLDER]

Streets are real, buildings (300,000) and services (5,000 in 8 kinds) are scattered along them from
a fixed seed; polygons are judged on the real buildings of Porto's centre. Times are CPU seconds of
one core, the best of several runs. What one changed service costs, with its database, is measured
by `bench/access_stored.py`. Exits with 1 when a limit is missed, with 77 without the data.
"""

from __future__ import annotations

import argparse
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gisgrid.access.circles import circles
from gisgrid.access.graph import Network, Snapped
from gisgrid.access.network import build_network
from gisgrid.access.pairs import Placed, pairs_within, place
from gisgrid.access.reach import nearest_by_kind, reach_from
from gisgrid.access.siting import best_sites
from gisgrid.access.snap import snap
from gisgrid.geo.crs import to_metric
from gisgrid.io.osm import read_osm
from gisgrid.model.ground import estimate_households

EPSG = 32629
LIMIT_M = 1080.0
SPEED_KMH = LIMIT_M * 60 / 15 / 1000
"""15 minutes at 1.2 m/s, the limit at which the peers were measured first."""

BUILDINGS, SERVICES, KINDS, SEED = 300_000, 5_000, 8, 7
CANDIDATES, NEW_SITES = 2_000, 10
NO_DATA = 77


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is measured on."""

    lines: np.ndarray
    network: Network
    home_xy: np.ndarray
    households: np.ndarray
    service_xy: np.ndarray
    kind: np.ndarray
    homes: Snapped
    services: Snapped


@dataclass(slots=True)
class Report:
    """Lines as they come, and whether one missed its limit."""

    missed: list[str] = field(default_factory=list)

    def line(self, what: str, figure: float, unit: str, limit: float | None = None) -> None:
        fails = limit is not None and figure > limit
        verdict = "" if limit is None else f"  ≤ {limit:g} {'MISSED' if fails else 'ok'}"
        print(f"{what:<66}{figure:>10.4g} {unit}{verdict}", flush=True)
        if fails:
            self.missed.append(what)


def best_of(runs: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of the fastest run, and the answer."""
    seconds, answer = np.inf, None
    for _ in range(runs):
        begin = time.process_time()
        answer = work()
        seconds = min(seconds, time.process_time() - begin)
    return seconds, answer


def scene(metro: Path) -> Scene:
    streets = read_osm(metro).streets
    walkable = streets["walkable"].to_numpy(bool)
    lines = to_metric(streets.geometry.to_numpy(), EPSG)[walkable]
    network = build_network(lines)
    rng = np.random.default_rng(SEED)
    home_xy = along_streets(network, rng)
    households = np.clip(np.rint(rng.lognormal(1.2, 1.0, BUILDINGS)), 1, 200).astype(int)
    near = rng.choice(BUILDINGS, SERVICES, replace=False)
    service_xy = home_xy[near] + rng.normal(0, 10, (SERVICES, 2))
    kind = np.arange(SERVICES) % KINDS
    homes, services = snap(network, home_xy), snap(network, service_xy)
    return Scene(lines, network, home_xy, households, service_xy, kind, homes, services)


def along_streets(network: Network, rng: np.random.Generator) -> np.ndarray:
    """Buildings 6–28 m beside the streets; long country roads get no more than 200 m worth."""
    step = np.diff(network.vertex_xy, axis=0)
    length = np.hypot(*step.T)
    length[network.first_vertex[1:-1] - 1] = 0
    weight = np.minimum(length, 200)
    segment = rng.choice(len(length), BUILDINGS, p=weight / weight.sum())
    across = step[segment][:, ::-1] * (-1, 1) / length[segment, None]
    beside = rng.choice([-1, 1], BUILDINGS) * rng.uniform(6, 28, BUILDINGS)
    return (
        network.vertex_xy[segment]
        + step[segment] * rng.random(BUILDINGS)[:, None]
        + across * beside[:, None]
    )


def nearest(report: Report, s: Scene, peers: Path | None) -> None:
    build, _ = best_of(3, lambda: build_network(s.lines))
    report.line("graph from lines (shared vertices, chains drawn together)", build, "s")
    seconds, (metres, _) = best_of(
        7, lambda: nearest_by_kind(s.network, s.services, s.kind, s.homes, limit_m=LIMIT_M)
    )
    report.line("nearest of 8 kinds for 300,000 buildings, edge-exact", seconds, "s", 0.15)
    cold(report, s)
    raw = build_network(s.lines, simplify=False)
    exact = nearest_by_kind(
        raw, snap(raw, s.service_xy), s.kind, snap(raw, s.home_xy), limit_m=LIMIT_M
    )[0]
    both = np.isfinite(metres) & np.isfinite(exact)
    report.line("  simplified against raw streets, largest difference",
                1000 * float(np.abs(metres[both] - exact[both]).max()), "mm", 1.0)  # fmt: skip
    edge = np.isfinite(metres) != np.isfinite(exact)
    report.line("  … and walks found on one of them only", float(edge.sum()), "walks", 0)
    with_pandana(report, s, raw, (build, seconds), peers)
    with_networkx(report, s, raw, seconds)


def cold(report: Report, s: Scene) -> None:
    """The same in a fresh process that reads its arrays from disk."""
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "scene.pickle"
        stored.write_bytes(pickle.dumps((s.network, s.services, s.kind, s.homes)))
        program = (
            "import pickle, sys, time\n"
            "from gisgrid.access.reach import nearest_by_kind\n"
            "network, services, kind, homes = pickle.load(open(sys.argv[1], 'rb'))\n"
            f"nearest_by_kind(network, services, kind, homes, limit_m={LIMIT_M})\n"
            "status = open('/proc/self/status').read()  # ru_maxrss would be the parent's\n"
            "print(time.process_time(), status.split('VmHWM:')[1].split()[0])\n"
        )
        runs = [
            subprocess.run([sys.executable, "-c", program, str(stored)], check=True,
                           capture_output=True, text=True).stdout.split()
            for _ in range(3)
        ]  # fmt: skip
    report.line(
        "  … from a cold process, reading included", min(float(r[0]) for r in runs), "s", 0.5
    )
    report.line("  … its peak memory", min(float(r[1]) for r in runs) / 1024, "MB", 150)


def with_pandana(
    report: Report, s: Scene, raw: Network, ours: tuple[float, float], peers: Path | None
) -> None:
    if peers:
        sys.path.append(str(peers))
    try:
        import pandana  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415
    except ImportError as missing:
        print(f"pandana not measured: {missing}; install it in a folder and give --peers")
        return
    node = pd.DataFrame(raw.node_xy, columns=["x", "y"])
    weight = pd.DataFrame({"m": raw.length_m})
    build, net = best_of(
        1, lambda: pandana.Network(node.x, node.y, pd.Series(raw.start), pd.Series(raw.end), weight)
    )
    places = pd.DataFrame(s.service_xy, columns=["x", "y"])
    homes = net.get_node_ids(s.home_xy[:, 0], s.home_xy[:, 1]).to_numpy()

    def all_kinds() -> np.ndarray:
        rows = []
        for k in range(KINDS):
            of_kind = places[s.kind == k]
            net.set_pois(f"k{k}", LIMIT_M, 1, of_kind.x, of_kind.y)
            rows.append(net.nearest_pois(LIMIT_M, f"k{k}", num_pois=1)[1].reindex(homes).to_numpy())
        return np.array(rows)

    query, _ = best_of(1, all_kinds)
    report.line("pandana, node-snapped: build", build, "s")
    report.line("pandana, node-snapped: nearest of 8 kinds", query, "s")
    report.line("  ours ÷ pandana with its build", ours[1] / (build + query), "", 1 / 20)
    report.line("  … ours with our graph, too", sum(ours) / (build + query), "", 1 / 20)


def with_networkx(report: Report, s: Scene, raw: Network, ours: float) -> None:
    try:
        import networkx as nx  # noqa: PLC0415
    except ImportError:
        return
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(raw.start.tolist(), raw.end.tolist(), raw.length_m.tolist(),
                                      strict=True))  # fmt: skip
    node = shapely.STRtree(shapely.points(raw.node_xy)).nearest(shapely.points(s.service_xy))

    def all_kinds() -> None:
        for k in range(KINDS):
            sources = set(node[s.kind == k].tolist())
            nx.multi_source_dijkstra_path_length(graph, sources, cutoff=LIMIT_M)

    query, _ = best_of(1, all_kinds)
    report.line("networkx, node-snapped: nearest of 8 kinds (nodes only)", query, "s")
    report.line("  ours ÷ networkx", ours / query, "")


def all_pairs(report: Report, s: Scene) -> Placed:
    placed = place(s.network, s.homes)
    seconds, pairs = best_of(
        3, lambda: pairs_within(s.network, s.services, placed, limit_m=LIMIT_M)
    )
    report.line(f"all {len(pairs.service):,} (service, building) pairs", seconds, "s", 0.7)
    return placed


def polygons(report: Report, s: Scene, centre: Path) -> None:
    """The 15-minute polygons of 60 places among real buildings, against exact reach."""
    buildings = read_osm(centre).buildings
    shapes = to_metric(buildings.geometry.to_numpy(), EPSG)
    lived_in = buildings["residential"].to_numpy(bool)
    households = estimate_households(
        shapely.area(shapes), buildings["levels"].to_numpy(float), lived_in
    )
    xy = shapely.get_coordinates(shapely.centroid(shapes))
    homes = snap(s.network, xy)
    rng = np.random.default_rng(SEED)
    places = snap(s.network, xy[rng.choice(len(xy), 60, replace=False)])
    tree = shapely.STRtree(shapely.points(xy))
    truly = over = under = seconds = invalid = not_nested = 0.0
    for i in range(len(places)):
        one = places.take(np.array([i]))
        circles(s.network, one, speed_kmh=SPEED_KMH)
        took, areas = best_of(2, lambda one=one: circles(s.network, one, speed_kmh=SPEED_KMH))
        reached = np.isfinite(reach_from(s.network, one, homes, limit_m=LIMIT_M))
        claimed = np.zeros(len(xy), bool)
        claimed[tree.query(areas[2], predicate="intersects")] = True
        seconds += took
        truly += households[reached].sum()
        over += households[claimed & ~reached].sum()
        under += households[reached & ~claimed].sum()
        invalid += sum(not area.is_valid for area in areas)
        not_nested += not (areas[2].covers(areas[1]) and areas[1].covers(areas[0]))
    report.line("polygons: households over-claimed", 100 * over / truly, "%", 1.2)
    report.line("polygons: households missed", 100 * under / truly, "%", 2.0)
    report.line("polygons: one of them, search included", 1000 * seconds / 180, "ms", 2.0)
    report.line("polygons: not valid or not nested", invalid + not_nested, "of 180", 0)


def sites(report: Report, s: Scene, placed: Placed) -> None:
    """10 new sites of 2,000 candidates, where 500 services (in 8 kinds) are there already."""
    few = np.arange(500)
    metres, _ = nearest_by_kind(
        s.network, s.services.take(few), s.kind[few], s.homes, limit_m=LIMIT_M
    )
    unserved = np.where(np.isinf(metres[0]), s.households, 0)
    rng = np.random.default_rng(SEED)
    candidates = s.homes.take(rng.choice(BUILDINGS, CANDIDATES, replace=False))

    def answer() -> Any:
        pairs = pairs_within(s.network, candidates, placed, limit_m=LIMIT_M)
        return best_sites(pairs, unserved, candidates=CANDIDATES, new=NEW_SITES)

    seconds, best = best_of(2, answer)
    report.line("10 new sites of 2,000 candidates, walks included", seconds, "s", 1.0)
    report.line(f"  {best.total:,} households more, proven bound {best.bound:,}: gap",
                100 * best.gap, "%", 1.0)  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--peers", type=Path, help="folder that pandana is installed in")
    options.add_argument("--shared", type=Path, default=default_shared())
    chosen = options.parse_args()
    porto = chosen.shared / "data" / "porto"
    metro, centre = porto / "porto_metro_streets.osm.pbf", porto / "porto_centre.osm.pbf"
    if not metro.exists():
        print(f"no {metro.name}: nothing measured")
        return NO_DATA
    report = Report()
    ground = scene(metro)
    nearest(report, ground, chosen.peers)
    placed = all_pairs(report, ground)
    polygons(report, ground, centre)
    sites(report, ground, placed)
    print("missed: " + "; ".join(report.missed) if report.missed else "every limit kept")
    return 1 if report.missed else 0


def default_shared() -> Path:
    return Path(os.environ.get("GISGRID_SHARED", Path(__file__).parents[2] / "shared"))


if __name__ == "__main__":
    sys.exit(main())
