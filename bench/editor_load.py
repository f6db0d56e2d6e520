"""Ten minutes of everybody: 20 planners draw, 500 viewers look."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

from editor_client import Client, quantile
from editor_report import Report
from editor_server import Stroker, strokers
from editor_tiles import addresses
from wide_district import PLANNERS, VIEWERS


def measure_load(
    report: Report, url: str, folder: Path, minutes: float, viewers: int = 500
) -> None:
    """20 planners draw, 500 viewers look at a screen of tiles every half minute."""
    clients = [Client(url, f"planner-{i + 1:02d}") for i in range(PLANNERS)]
    planners = strokers(clients)
    cookies = [Client(url, f"viewer-{i + 1:02d}").cookies for i in range(VIEWERS)]
    tiles = addresses(folder, 15, 400)
    until, stop = time.monotonic() + minutes * 60, Event()
    strokes: list[float] = []
    waits: list[float] = []
    faults: list[str] = []

    def draw(planner: Stroker) -> None:
        while time.monotonic() < until and not stop.is_set():
            time.sleep(planner.choose.uniform(2, 4))
            _try(faults, lambda: strokes.append(1000 * planner.stroke()))

    def look(number: int) -> None:
        client, choose = Client(url, cookies=cookies[number % VIEWERS]), Random(number)
        time.sleep(choose.uniform(0, 30))
        while time.monotonic() < until and not stop.is_set():
            first = choose.randrange(len(tiles) - 8)
            for x, y in tiles[first : first + 8]:
                _try(faults, lambda: waits.append(client.timed(f"/api/tiles/base/15/{x}/{y}.mvt")))  # noqa: B023
            time.sleep(choose.uniform(20, 40))

    with ThreadPoolExecutor(PLANNERS + viewers) as pool:
        for planner in planners:
            pool.submit(draw, planner)
        for number in range(viewers):
            pool.submit(look, number)
    print(f"  ({minutes:g} min: {len(strokes)} strokes, {len(waits)} tiles; {faults[:3]})")
    report.line("answers of 500 and above, or none at all", len(faults), "", most=0)
    lost = sum(not planner.kept() for planner in planners)
    report.line("plans that differ from what was acknowledged", lost, "", most=0)
    report.line("tiles, 500 viewers, p95", quantile(waits, 0.95), "ms", most=300)
    report.line("strokes meanwhile, p95", quantile(strokes, 0.95), "ms", most=150)
    for planner in planners:
        planner.client.delete(f"/api/plans/{planner.plan}")


def _try(faults: list[str], act: Callable[[], Any]) -> None:
    try:
        act()
    except (OSError, ValueError) as error:
        faults.append(str(error))
