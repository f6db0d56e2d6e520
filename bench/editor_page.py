"""The page of the plan editor under the hands of one planner, in Chromium."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from editor_client import Client, quantile
from editor_report import Report
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
EYES = ROOT / "tests" / "browser" / "eyes.js"
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
    page.select_option("#receiver", label=page.locator("#receiver option").last.inner_text())
    box = page.locator(".leaflet-container").bounding_box()
    assert box
    before = page.locator("#bars").inner_text()
    page.mouse.move(box["x"] + 60, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 80, box["y"] + box["height"] - 120, steps=5)
    page.mouse.up()
    page.wait_for_timeout(1500)
    after = page.locator("#bars").inner_text()
    assert after != before, "the rectangle has moved nothing"
    print(f"  (before the rectangle {before.split()!r}, after {after.split()!r})")
    _heard(page)
    page.keyboard.press("Control+z")
    handlers, frames = _heard(page)
    report.line("undo of it: handlers and frame", max(handlers) + max(frames), "ms", most=50)


def heap_mb(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6
