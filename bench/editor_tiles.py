"""Tiles a second, against tipg on the same database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Lock
from urllib.parse import quote

from editor_client import Client, free_port, when_ready
from editor_report import Report
from sqlalchemy import text

from gisgrid.services.open_database import open_database
from gisgrid.settings import Settings
from gisgrid.storage.engine import SYSTEM, transaction

AGAIN = 4
"""Many screens show the same tiles: each is asked for this often once it is made."""


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
