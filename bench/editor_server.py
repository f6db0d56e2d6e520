"""Twenty planners who draw at once: how long a stroke takes, and whether any is lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from statistics import median

from editor_client import Client, quantile
from editor_page import LARGE
from editor_report import Report
from wide_district import PLANNERS


def drafts(clients: list[Client]) -> list[int]:
    """One draft of a community of its own for each planner."""
    return [
        int(client.post("/api/plans", {"unit": LARGE + 1 + i, "start": "effective"})["id"])
        for i, client in enumerate(clients)
    ]


class Stroker:
    """A planner who brushes cells to and fro in a draft, and notes what was acknowledged."""

    def __init__(self, client: Client, plan: int, seed: int) -> None:
        self.client, self.plan, self.choose = client, plan, Random(seed)
        answer = client.json(f"/api/plans/{plan}")
        self.version = answer["plan"]["version"]
        cells = answer["cells"]
        self.grid = dict(zip(cells["id"], cells["grid"], strict=True))
        self.ids = cells["id"]

    def stroke(self) -> float:
        """One brush stroke of ten cells; seconds until it was acknowledged."""
        first = self.choose.randrange(len(self.ids) - 10)
        to = self.choose.randrange(8)
        chosen = [c for c in self.ids[first : first + 10] if self.grid[c] != to]
        if not chosen:
            return 0.0
        moves = [[cell, self.grid[cell], to] for cell in chosen]
        body = {"base_version": self.version, "kind": "brush", "moves": moves}
        began = time.perf_counter()
        self.version = self.client.post(f"/api/plans/{self.plan}/edits", body)["version"]
        seconds = time.perf_counter() - began
        self.grid |= dict.fromkeys(chosen, to)
        return seconds

    def kept(self) -> bool:
        """Whether the server has exactly what it acknowledged."""
        cells = self.client.json(f"/api/plans/{self.plan}")["cells"]
        return dict(zip(cells["id"], cells["grid"], strict=True)) == self.grid


def strokers(clients: list[Client]) -> list[Stroker]:
    """A planner for each client, on a draft of her own."""
    pairs = zip(clients, drafts(clients), strict=True)
    return [Stroker(client, plan, i) for i, (client, plan) in enumerate(pairs)]


def measure_server(report: Report, url: str, *, strokes: int = 15, every_s: float = 1.0) -> None:
    clients = [Client(url, f"planner-{i + 1:02d}") for i in range(PLANNERS)]
    planners = strokers(clients)

    def work(planner: Stroker) -> list[float]:
        seconds = []
        for _ in range(strokes):
            time.sleep(planner.choose.uniform(0.5, 1.5) * every_s)
            seconds.append(planner.stroke())
        return seconds

    with ThreadPoolExecutor(PLANNERS) as pool:
        waits = [1000 * s for part in pool.map(work, planners) for s in part if s]
    report.line("stroke acknowledged, 20 planners at once, median", median(waits), "ms")
    report.line(
        "stroke acknowledged, 20 planners at once, p95", quantile(waits, 0.95), "ms", most=150
    )
    lost = sum(not planner.kept() for planner in planners)
    report.line("plans that differ from what was acknowledged", lost, "", most=0)
    for planner in planners:
        planner.client.delete(f"/api/plans/{planner.plan}")
