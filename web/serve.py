"""Serve the application with gunicorn: one process, several threads, one pool of connections."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from gisgrid.errors import Unavailable
from web import create_app

if TYPE_CHECKING:
    from flask import Flask

    from gisgrid.settings import Settings

SHUTDOWN_S = 30


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by us and by nobody's environment."""

    def __init__(self, application: Flask, options: dict[str, Any]) -> None:
        self.application, self.options = application, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.application


def run(settings: Settings, host: str = "127.0.0.1", port: int = 8000, threads: int = 8) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first.

    A worker process for long work runs beside, and ends with the server.

    Raises
    ------
    Unavailable
        The port is in use, or may not be opened (``port_in_use``).
    DatabaseMissing, DatabaseDown
        The database of `settings` cannot be opened.
    """
    require_port(host, port)
    options = {
        "bind": f"{host}:{port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": threads,
        "timeout": 120,
        "graceful_timeout": SHUTDOWN_S,
        "keepalive": 5,
        "limit_request_line": 4094,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    app = create_app(settings)
    app.extensions["engine"].dispose()
    with _worker(settings):
        _Server(app, options).run()


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """A process that carries out jobs, so that long work holds up no request."""
    command = [sys.executable, "-m", "gisgrid.cli", "--data", str(settings.data)]
    worker = subprocess.Popen([*command, "work", "--parent", str(os.getpid())])
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=SHUTDOWN_S)
        except subprocess.TimeoutExpired:
            worker.kill()


def require_port(host: str, port: int) -> None:
    """Raise Unavailable unless `port` can be opened on `host`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"port {port} on {host} cannot be opened: {error.strerror}",
                code="port_in_use",
                port=port,
            ) from error
