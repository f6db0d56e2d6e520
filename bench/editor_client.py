"""What `bench/editor.py` asks a server with: a kept connection, signed in, that fails on faults."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from wide_district import PASSWORD

PATIENCE_S = 120
KEPT_S = 3.0


class Client:
    """One connection; signed in when a login is given."""

    def __init__(
        self, url: str, login: str | None = None, *, cookies: dict[str, str] | None = None
    ) -> None:
        self.host = urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=PATIENCE_S)
        self.cookies = dict(cookies or {})
        self.token = ""
        self.used = 0.0
        if login:
            self._sign_in(login)

    def _sign_in(self, login: str) -> None:
        self._send("GET", "/login")
        form = urlencode({"login": login, "password": PASSWORD, "csrf_token": self.token})
        self._send("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
        self._send("GET", "/plans")

    def _send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> bytes:
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **(headers or {})}
        if time.monotonic() - self.used > KEPT_S:
            self.connection.close()  # the server has let go of it; it opens anew by itself
        self.used = time.monotonic()
        self.connection.request(method, path, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.split(";")[0].partition("=")
                self.cookies[key] = rest
        found = re.search(rb'name="csrf-token" content="([^"]+)"', content)
        self.token = found[1].decode() if found else self.token
        if answer.status >= 400:
            raise ValueError(f"{answer.status} {method} {path} {content[:200]!r}")
        return content

    def get(self, path: str) -> bytes:
        return self._send("GET", path)

    def tile(self, path: str) -> bytes:
        """A vector tile as a browser asks for it; what came stays packed."""
        return self._send("GET", path, headers={"Accept-Encoding": "gzip"})

    def timed(self, path: str) -> float:
        """Milliseconds until the whole answer is here."""
        began = time.perf_counter()
        self.get(path)
        return 1000 * (time.perf_counter() - began)

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def post(self, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        return json.loads(self._send("POST", path, json.dumps(body), headers))

    def delete(self, path: str) -> None:
        self._send("DELETE", path, headers={"X-CSRFToken": self.token})


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of all lie."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def when_ready(url: str, path: str) -> str:
    """The url, once the server behind it answers 200."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(url + path, timeout=5) as answer:
                if answer.status == 200:
                    return url
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(f"{url} did not answer")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """`gisgrid serve` on the folder's database."""
    port = free_port()
    environment = {**os.environ, "GISGRID_DATA": str(folder.resolve()), "DATABASE_URL": ""}
    server = subprocess.Popen(
        [sys.executable, "-m", "gisgrid.cli", "serve", "--port", str(port)],
        env=environment,
        cwd=Path(__file__).resolve().parents[1],
    )
    try:
        yield when_ready(f"http://127.0.0.1:{port}", "/health")
    finally:
        server.terminate()
        server.wait()
