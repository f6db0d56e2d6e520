"""The plan editor at the size of a city: 300,000 buildings, 2,000 grids, Chromium, 20 planners.

    python bench/editor.py FOLDER [--peers FOLDER] [--minutes 10] [--only page,server,tiles,load]

Builds the seeded district of `bench/wide_district.py` in FOLDER at first use (some minutes), serves
it, and prints each figure with its limit. `--peers` names a folder that tipg and uvicorn are
installed in: tiles are then measured against tipg in the same run. `--minutes` sets how long 20
planners and 500 viewers work at once. Frames are counted while the mouse drags the map; times of a
gesture are those of the page's own handlers and of the frame that shows it. Exits with 1 when a
limit is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from threading import Event, Lock
from typing import Any
from urllib.parse import quote

from editor_client import Client, free_port, quantile, serving, when_ready
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import text
from wide_district import PLANNERS, VIEWERS, build

from gisgrid.services.open_database import open_database
from gisgrid.settings import Settings
from gisgrid.storage.engine import SYSTEM, transaction

ROOT = Path(__file__).resolve().parents[1]
EYES = ROOT / "tests" / "browser" / "eyes.js"
AGAIN = 4
"""Many screens show the same tiles: each is asked for this often once it is made."""
LARGE = 3
"""Unit id of the community of 12,000 parcels."""

HEARING = """
window.heard = { handlers: [], frames: [] }
{
  // the time from the first listener of a pointer's or key's event to its last
  const kinds = ["pointerdown", "pointermove", "pointerup", "keydown"]
  for (const kind of kinds) {
    addEventListener(kind, () => (window.heard.began = performance.now()), true)
    addEventListener(kind, () => window.heard.handlers.push(performance.now() - window.heard.began))
  }
  const ask = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (act) =>
    ask((now) => {
      const began = performance.now()
      act(now)
      window.heard.frames.push(performance.now() - began)
    })
  window.plainFrame = ask
}
"""
COUNT_FRAMES = """
() => {
  window.beats = []
  let last = null
  const beat = (now) => {
    if (last !== null) window.beats.push(now - last)
    last = now
    if (window.beats) window.plainFrame(beat)
  }
  window.plainFrame(beat)
}
"""


class Report:
    """Lines as they come, and which missed their limit."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def line(self, what: str, figure: float, unit: str, *, most: float | None = None,
             least: float | None = None) -> None:  # fmt: skip
        fails = (most is not None and figure > most) or (least is not None and figure < least)
        limit = f"  ≤ {most:g}" if most is not None else f"  ≥ {least:g}" if least else ""
        print(f"{what:<66}{figure:>10.4g} {unit}{limit}{' MISSED' if fails else ''}", flush=True)
        if fails:
            self.missed.append(what)


# --- the page ----------------------------------------------------------------------------------


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
        )
        yield browser
        browser.close()


def signed_in(browser: Browser, url: str, client: Client) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=url)
    context.add_cookies([{"name": k, "value": v, "url": url} for k, v in client.cookies.items()])
    context.set_default_timeout(120_000)
    context.add_init_script(path=EYES)
    context.add_init_script(HEARING)
    return context.new_page()


def measure_page(report: Report, url: str) -> None:
    client = Client(url, "planner-01")
    with chromium() as browser:
        page = signed_in(browser, url, client)
        report.line("first map after log-in, warm server", first_map(page, client), "s", most=2)
        _panning(report, page, "overview, 2,000 grids in view")
        with _opened(page, client, copy_of_large(client)):
            _panning(report, page, "workbench, 12,000 buildings")
            _dabs(report, page)
            _border(report, page)
            report.line("JS heap of the workbench", heap_mb(page), "MB", most=150)
        with _opened(page, client, two_grids(client)):
            _great_undo(report, page)


@contextmanager
def _opened(page: Page, client: Client, plan: int) -> Iterator[None]:
    """A plan on the workbench, drawn whole; deleted afterwards."""
    page.goto(f"/plans/{plan}")
    page.wait_for_selector("#bars .bar-row:not(.axis)")
    page.wait_for_timeout(3000)
    yield
    page.goto("/plans")
    client.delete(f"/api/plans/{plan}")


def copy_of_large(client: Client) -> int:
    """A draft of the community of 12,000 parcels: its 80 grids as they are in force."""
    return int(client.post("/api/plans", {"unit": LARGE, "start": "effective"})["id"])


def first_map(page: Page, client: Client) -> float:
    """Median of five: from the address to all grids under their labels."""
    grids = client.json("/api/district/grids")
    places = [[x, y, g] for x, y, g in zip(grids["x"], grids["y"], grids["grid"], strict=True)]
    some = places[:: max(1, len(places) // 50)]
    seconds = []
    for _ in range(6):
        began = time.perf_counter()
        page.goto("/")
        assert page.evaluate("(given) => eyes.wait(given)", ["knows", ["district", some], 60_000])
        seconds.append(time.perf_counter() - began)
    return median(seconds[1:])


def _panning(report: Report, page: Page, where: str) -> None:
    """Frames while the mouse drags the map to and fro for some seconds."""
    page.mouse.move(600, 450)
    page.keyboard.down("Space")
    page.evaluate(COUNT_FRAMES)
    page.mouse.down()
    for step in range(180):
        page.mouse.move(600 + 200 * _swing(step / 60), 450 + 120 * _swing(step / 45))
    page.mouse.up()
    page.keyboard.up("Space")
    beats = page.evaluate("() => { const all = window.beats; window.beats = null; return all }")
    report.line(f"pan, {where}: frames a second", 1000 / median(beats), "fps", least=55)
    report.line(f"pan, {where}: p95 frame", quantile(beats, 0.95), "ms", most=25)


def _swing(turns: float) -> float:
    part = turns % 1
    return 4 * abs(part - 0.5) - 1


def two_grids(client: Client) -> int:
    """A draft of the large community with a grid of nearly everything and another of the rest."""
    plan = copy_of_large(client)
    cells = client.json(f"/api/plans/{plan}")["cells"]
    rest = set(range(70, 80))
    moves = [
        [cell, grid, 70 if grid in rest else 0]
        for cell, grid in zip(cells["id"], cells["grid"], strict=True)
        if grid not in (0, 70)
    ]
    body = {"base_version": 1, "kind": "merge", "moves": moves}
    client.post(f"/api/plans/{plan}/edits", body)
    return plan


def _heard(page: Page) -> tuple[list[float], list[float]]:
    page.wait_for_timeout(300)
    told = page.evaluate(
        "() => { const h = window.heard; const told = [h.handlers, h.frames];"
        " h.handlers = []; h.frames = []; return told }"
    )
    return told[0], told[1]


def _dabs(report: Report, page: Page) -> None:
    """Dabs of the largest brush, as the planner makes them."""
    page.keyboard.press("b")
    page.locator("#brush-size").fill("80")
    receiver = page.locator("#receiver option").nth(1).get_attribute("value")
    page.select_option("#receiver", receiver)
    dabs = []
    for x in (560, 640, 720):
        _heard(page)
        page.mouse.move(x, 330)
        page.mouse.down()
        page.wait_for_timeout(120)
        handlers, frames = _heard(page)
        dabs.append(max(handlers) + max(frames))
        painted = page.locator("#live").inner_text()
        page.mouse.up()
    print(f"  (the last dab: {painted.split()!r})")
    report.line("a dab of the largest brush: handlers and frame", median(dabs), "ms", most=16)


def _border(report: Report, page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    line = next(point for point in ((620, y) for y in range(150, 800, 3)) if _grabs(page, point))
    page.mouse.down()
    _heard(page)
    for step in range(60):
        page.mouse.move(line[0], line[1] - 2 * step)
    handlers, _ = _heard(page)
    page.keyboard.press("Escape")
    page.mouse.up()
    report.line(
        "border drag step, contiguity checked, p95", quantile(handlers, 0.95), "ms", most=10
    )


def _grabs(page: Page, point: tuple[int, int]) -> bool:
    """Whether the pointer finds a line between two grids there."""
    page.mouse.move(*point)
    held = "(await import('/map/workbench.js')).ready"
    return bool(page.evaluate(f"async () => Boolean((await {held}).layers.territory.view.grabbed)"))


def _great_undo(report: Report, page: Page) -> None:
    """Most cells of the large grid go to the other with one rectangle, and come back."""
    page.keyboard.press("0")
    page.wait_for_timeout(1500)
    page.keyboard.press("r")
    box = page.locator(".leaflet-container").bounding_box()
    assert box
    before = page.locator("#bars").inner_text()
    page.mouse.move(box["x"] + 60, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 80, box["y"] + box["height"] - 120, steps=5)
    page.mouse.up()
    page.wait_for_timeout(1500)
    after = page.locator("#bars").inner_text()
    print(f"  (before the rectangle {before.split()!r}, after {after.split()!r})")
    _heard(page)
    page.keyboard.press("Control+z")
    handlers, frames = _heard(page)
    report.line("undo of it: handlers and frame", max(handlers) + max(frames), "ms", most=50)


def heap_mb(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


# --- the server --------------------------------------------------------------------------------


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


# --- tiles against tipg ------------------------------------------------------------------------


def addresses(folder: Path, zoom: int, most: int) -> list[tuple[int, int]]:
    """Tiles of a zoom that hold buildings, in a seeded order."""
    engine = open_database(Settings(data=folder.resolve()))
    half, size = 20037508.342789244, 2 * 20037508.342789244 / 2**zoom
    found = text(
        "SELECT DISTINCT floor((ST_X(c) + :half) / :size)::int,"
        " floor((:half - ST_Y(c)) / :size)::int"
        " FROM (SELECT ST_Centroid(geom_3857) AS c FROM building) AS middle"
    )
    with transaction(engine, SYSTEM) as conn:
        tiles = sorted(tuple(row) for row in conn.execute(found, {"half": half, "size": size}))
    engine.dispose()
    Random(7).shuffle(tiles)
    return tiles[:most]


def rate(
    fetch: Callable[[tuple[int, int]], int], tiles: list[tuple[int, int]], hands: int = 4
) -> float:
    """Tiles a second, each asked for once, by four connections at a time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(hands) as pool:
        sizes = list(pool.map(fetch, tiles))
    assert sum(sizes) > 0
    return len(tiles) / (time.perf_counter() - began)


@contextmanager
def tipg(folder: Path, peers: Path) -> Iterator[str]:
    """tipg on the same database, with two workers as its documentation advises."""
    engine = open_database(Settings(data=folder.resolve()))
    where = engine.url
    engine.dispose()
    # its settings want a host before the path: the socket's folder, written as one
    socket = quote(str(where.query["host"]), safe="")
    address = f"postgresql://{where.username}@{socket}:{where.port or 5432}/{where.database}"
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(peers), "DATABASE_URL": address,
                   "TIPG_MAX_FEATURES_PER_TILE": "100000", "TIPG_DEFAULT_MINZOOM": "0"}  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "tipg.main:app", "--port", str(port), "--workers", "2",
         "--log-level", "warning"],
        env=environment,
    )  # fmt: skip
    try:
        yield when_ready(f"http://127.0.0.1:{port}", "/healthz")
    finally:
        server.terminate()
        server.wait()


def measure_tiles(report: Report, url: str, folder: Path, peers: Path | None) -> None:
    if peers is None:
        print("tiles not measured against tipg; install tipg and uvicorn in a folder, give --peers")
        return
    with tipg(folder, peers) as peer:
        theirs = [Client(peer) for _ in range(4)]
        ours = [Client(url, f"viewer-{i + 1:02d}") for i in range(4)]
        for zoom, least in ((13, 1.5), (14, 1.5), (16, 10.0)):
            tiles = addresses(folder, zoom, 200)
            path = f"/collections/public.building/tiles/WebMercatorQuad/{zoom}/{{}}/{{}}"
            base = f"/api/tiles/base/{zoom}/{{}}/{{}}.mvt"
            first = rate(_fetch(ours, base), tiles)
            again = rate(_fetch(ours, base), tiles * AGAIN)
            other = rate(_fetch(theirs, path), tiles)
            print(f"  z{zoom}: {len(tiles)} tiles a second: ours {first:.1f} at first,"
                  f" {again:.1f} from then on; tipg {other:.1f}")  # fmt: skip
            report.line(f"tiles a second against tipg, z{zoom}, never made", first / other, "×")
            report.line(f"tiles a second against tipg, z{zoom}", again / other, "×", least=least)


def _fetch(clients: list[Client], path: str) -> Callable[[tuple[int, int]], int]:
    free = list(clients)
    lock = Lock()

    def fetch(tile: tuple[int, int]) -> int:
        with lock:
            client = free.pop()
        try:
            return len(client.tile(path.format(*tile)))
        finally:
            with lock:
                free.append(client)

    return fetch


# --- ten minutes of everybody ------------------------------------------------------------------


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


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("folder", type=Path, help="data folder of the wide district")
    options.add_argument("--peers", type=Path, help="folder that tipg is installed in")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--only", default="page,server,tiles,load")
    given = options.parse_args()
    build(given.folder)
    report, parts = Report(), given.only.split(",")
    with serving(given.folder) as url:
        if "page" in parts:
            measure_page(report, url)
        if "server" in parts:
            measure_server(report, url)
        if "tiles" in parts:
            measure_tiles(report, url, given.folder, given.peers)
        if "load" in parts:
            measure_load(report, url, given.folder, given.minutes)
    print(json.dumps({"missed": report.missed}, ensure_ascii=False))
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
