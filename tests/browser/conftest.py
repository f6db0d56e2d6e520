"""A real server on a throwaway database, and a real Chromium that may ask nobody else."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from walking import PATIENCE_MS, sign_in

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts"
READY_WITHIN_S = 300
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True)
class Site:
    """A served district: its address, data folder and logins (role -> (login, password))."""

    url: str
    data: Path
    logins: dict[str, tuple[str, str]]


@dataclass
class Watch:
    """What pages did that no page may; `pardons` are patterns of complaints a test expects."""

    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    pardons: list[str] = field(default_factory=list)

    def unpardoned(self) -> list[str]:
        return [
            line for line in self.complaints if not any(re.search(p, line) for p in self.pardons)
        ]

    def follow(self, page: Page) -> None:
        """Note requests to other hosts, answers that failed, errors, dialogs, CSP violations."""
        page.on("request", lambda request: self._ask(request.url))
        page.on("response", self._answer)
        page.on("pageerror", lambda error: self.complaints.append(f"pageerror {error}"))
        page.on("console", lambda line: self._hear(line.type, line.text))
        page.on("dialog", lambda dialog: (self._hear("error", dialog.message), dialog.dismiss()))

    def _ask(self, url: str) -> None:
        if urlsplit(url).hostname not in {"127.0.0.1", None}:
            self.outside.append(url)

    def _answer(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text:
            self.complaints.append(f"{kind} {text}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the server was not ready after {READY_WITHIN_S} s:\n{log.read_text()[-3000:]}")


def environment(**settings: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": "", "GISGRID_DATA": "", **settings}


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Start `gisgrid demo` with some arguments on a folder of its own; it ends with the session."""
    started: list[tuple[subprocess.Popen[bytes], Path]] = []

    def start(*arguments: str) -> Site:
        data = tmp_path_factory.mktemp("site")
        log = data / "server.log"
        port = free_port()
        command = [sys.executable, "-m", "gisgrid.cli", "demo"]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*command, "--data", str(data), "--port", str(port), *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=environment(),
            )
        started.append((server, data))
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, server, log)
        return Site(url, data, logins_in(data))

    yield start
    for server, data in started:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        stop = [sys.executable, "-m", "gisgrid.cli", "db", "stop"]
        env = environment(GISGRID_DATA=str(data))
        subprocess.run(stop, cwd=ROOT, env=env, check=False, capture_output=True)


def logins_in(data: Path) -> dict[str, tuple[str, str]]:
    rows = json.loads((data / "demo-logins.json").read_text())
    return {row["role"]: (row["login"], row["password"]) for row in rows}


@pytest.fixture(scope="session")
def demo(serve: Callable[..., Site]) -> Site:
    """The demonstration district, full size; `GISGRID_SITE` = "url folder" names one that runs."""
    if os.environ.get("GISGRID_SITE"):
        url, folder = os.environ["GISGRID_SITE"].split(" ", 1)
        return Site(url, Path(folder), logins_in(Path(folder)))
    return serve()


@pytest.fixture(scope="session")
def porto(serve: Callable[..., Site], shared_dir: Path) -> Site:
    """Porto from OpenStreetMap; `GISGRID_PORTO` = "url folder" names one that runs."""
    if os.environ.get("GISGRID_PORTO"):
        url, folder = os.environ["GISGRID_PORTO"].split(" ", 1)
        return Site(url, Path(folder), logins_in(Path(folder)))
    extract = shared_dir / "data" / "porto" / "porto_centre.osm.pbf"
    if not extract.exists():
        pytest.skip("Porto's extract is not here")
    return serve("--osm", str(extract))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=[*CHROMIUM]
        )
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the pages of this test did; the test fails when they did what no page may."""
    seen = Watch()
    yield seen
    assert seen.outside == []
    assert seen.unpardoned() == []


@pytest.fixture
def open_page(chromium: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open pages (of some size), each a browser of its own; what they do is watched."""
    contexts: list[BrowserContext] = []

    def opened(base_url: str, width: int = 1440, height: int = 900, **more: Any) -> Page:
        size = {"width": width, "height": height}
        context = chromium.new_context(base_url=base_url, viewport=size, locale="zh-CN", **more)
        contexts.append(context)
        # An account remembers the language that a test before this one chose; the cookie wins.
        context.add_cookies([{"name": "gisgrid_language", "value": "zh", "url": base_url}])
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(path=Path(__file__).with_name("eyes.js"))
        page = context.new_page()
        watch.follow(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def keys() -> dict[tuple[str, str], Any]:
    """Sessions that were opened by the form: (address, role) -> the browser's cookies."""
    return {}


@pytest.fixture
def enter(open_page: Callable[..., Page], keys: dict[tuple[str, str], Any]) -> Callable[..., Page]:
    """Open a page of a site, signed in with a role; paths are then relative to the site."""

    def entered(site: Site, role: str, path: str, **more: Any) -> Page:
        known = keys.get((site.url, role))
        page = open_page(base_url=site.url, storage_state=known, **more)
        if known is None:
            sign_in(page, site.url, site.logins[role])
            keys[site.url, role] = page.context.storage_state()
        page.goto(path)
        return page

    return entered


@pytest.fixture
def planner(demo: Site, enter: Callable[..., Page]) -> Page:
    """A planner at the list of plans."""
    return enter(demo, "planner", "/plans")


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keep a screenshot among the artefacts of the run."""
    ARTEFACTS.mkdir(exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=ARTEFACTS / f"{name}.png")

    return keep
