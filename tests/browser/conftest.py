"""A real server on a real database in a throwaway folder, and a real Chromium that may ask nobody else."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

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
)


@dataclass(frozen=True)
class Site:
    """A served district: its address, data folder and logins (role -> (login, password))."""

    url: str
    data: Path
    logins: dict[str, tuple[str, str]]


@dataclass
class Watch:
    """What a page did that no page may do."""

    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


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


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Start `gisgrid demo` with the given arguments on a folder of its own; ends with the session."""
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
                env={**os.environ, "DATABASE_URL": "", "GISGRID_DATA": ""},
            )
        started.append((server, data))
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, server, log)
        logins = json.loads((data / "demo-logins.json").read_text())
        return Site(url, data, {row["role"]: (row["login"], row["password"]) for row in logins})

    yield start
    for server, data in started:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        stop = [sys.executable, "-m", "gisgrid.cli", "db", "stop"]
        environment = {**os.environ, "DATABASE_URL": "", "GISGRID_DATA": str(data)}
        subprocess.run(stop, cwd=ROOT, env=environment, check=False, capture_output=True)


@pytest.fixture(scope="session")
def demo(serve: Callable[..., Site]) -> Site:
    """The demonstration district, full size."""
    return serve()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=[*CHROMIUM]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages (size, language) that may reach 127.0.0.1 only; any other request fails the test."""
    contexts: list[BrowserContext] = []
    watch = Watch()

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname in {"127.0.0.1", None}:
            route.continue_()
        else:
            watch.outside.append(route.request.url)
            route.abort()

    def opened(*, width: int = 1440, height: int = 900, touch: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, locale="zh-CN"
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.route("**/*", guard)
        page = context.new_page()
        page.on("pageerror", lambda error: watch.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: watch.complaints.append(line.text) if line.type == "error" else None,
        )
        return page

    opened.watch = watch  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert watch.outside == []
    assert watch.complaints == []


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keep a screenshot among the artefacts of the run."""
    ARTEFACTS.mkdir(exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=ARTEFACTS / f"{name}.png")

    return keep


def sign_in(page: Page, site: Site, role: str) -> None:
    """Sign in by the form, as a person does."""
    login, password = site.logins[role]
    page.goto(f"{site.url}/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form[action='/login'] button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
