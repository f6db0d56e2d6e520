"""Files in, measured: many buildings beside the plain copy, a long list, previews of a gigabyte.

The district has a street of 100 communities, so that every building is checked against it and
finds its community. The plain copy is ``geopandas.read_file`` + ``to_postgis``, which checks
nothing; both are taken in turns with all cores of the machine, and the best of the rounds counts.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Engine, text

from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.limits import AT_THE_CONSOLE
from gisgrid.services.import_file import file_at, import_file, preview_file
from gisgrid.services.open_database import open_database
from gisgrid.settings import Settings
from gisgrid.storage.engine import SYSTEM
from gisgrid.storage.migrate import upgrade

WEST, SOUTH = 117.0, 36.0
STEP = 0.0006
COMMUNITIES = 10
RATIO, SECONDS, MEGABYTES, GLANCE = 1.5, 60.0, 500.0, 3.0
GIGABYTE = 1024**3
SAMPLED_EVERY = 0.02


def side_of(count: int) -> int:
    """Columns of a square of `count` buildings."""
    return int(np.ceil(np.sqrt(count)))


def units_files(folder: Path, count: int) -> list[tuple[str, Path]]:
    """A street over the ground of `count` buildings, and its communities: (level, file)."""
    high = side_of(count) * STEP / COMMUNITIES
    place = np.arange(COMMUNITIES**2)
    west, south = WEST + place % COMMUNITIES * high, SOUTH + place // COMMUNITIES * high
    squares = shapely.box(west, south, west + high, south + high)
    whole = [shapely.union_all(squares)]
    layers = {
        "street": (["370102001"], ["东街"], whole),
        "community": (
            [f"370102001{n + 1:03}" for n in place],
            [f"社区{n}" for n in place],
            squares,
        ),
    }
    files = []
    for level, (codes, names, shapes) in layers.items():
        path = folder / f"{level}-{count}.gpkg"
        columns = {"编码": codes, "名称": names}
        gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path)
        files.append((level, path))
    return files


def buildings_file(folder: Path, count: int) -> Path:
    """A GeoPackage of `count` square buildings in rows."""
    side = side_of(count)
    column, row = np.arange(count) % side, np.arange(count) // side
    west, south = WEST + (column + 0.2) * STEP, SOUTH + (row + 0.2) * STEP
    shapes = shapely.box(west, south, west + STEP / 2, south + STEP / 2)
    table = {"楼栋编码": [f"b{n}" for n in range(count)], "楼名": "楼", "户数": column % 40}
    path = folder / f"buildings-{count}.gpkg"
    gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326").to_file(path)
    return path


def incidents_file(folder: Path, count: int) -> Path:
    """A CSV list of `count` incidents."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "编号": [f"i{n}" for n in range(count)],
            "类别": np.array(["占道经营", "暴露垃圾", "违章停车"])[np.arange(count) % 3],
            "描述": "路口有物品占用人行道，影响通行",
            "上报时间": "2024-03-01 08:30:00",
            "经度": rng.uniform(117.0, 117.1, count).round(6),
            "纬度": rng.uniform(36.0, 36.1, count).round(6),
        }
    )
    path = folder / f"incidents-{count}.csv"
    table.to_csv(path, index=False)
    return path


def large_file(folder: Path, form: str, size: int = GIGABYTE) -> Path:
    """A CSV or GeoJSON file of about `size` bytes."""
    path = folder / f"large.{form}"
    if form == "csv":
        head, line, tail = (
            "编号,名称,类别,经度,纬度\n",
            "1,第一药店,药店,117.012345,36.012345\n",
            "",
        )
    else:
        head = '{"type": "FeatureCollection", "features": [\n'
        shape = shapely.to_geojson(shapely.box(117, 36, 117.001, 36.001))
        one = f'{{"type": "Feature", "properties": {{"name": "楼"}}, "geometry": {shape}}}'
        line, tail = one + ",\n", one + "]}"
    piece = (line * 20_000).encode()
    with path.open("wb") as stream:
        stream.write(head.encode())
        for _ in range(max(size // len(piece), 1)):
            stream.write(piece)
        stream.write(tail.encode())
    return path


def large_layer(folder: Path, form: str, size: int = GIGABYTE) -> Path:
    """A GeoPackage or Shapefile of buildings of about `size` bytes."""
    count = max(size // 1100, 1)
    middles = shapely.points(WEST + np.arange(count) % 1000 * STEP, SOUTH + np.arange(count) * 1e-7)
    shapes = shapely.buffer(middles, STEP / 3, quad_segs=16)
    frame = gpd.GeoDataFrame({"name": "楼"}, geometry=shapes, crs="EPSG:4326", index=range(count))
    path = folder / f"large.{form}"
    frame.to_file(path)
    return path


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that `act` takes, and its answer."""
    begun = time.perf_counter()
    answer = act()
    return time.perf_counter() - begun, answer


def resident(process: int) -> int:
    """Bytes that a process holds in memory; 0 once it is gone."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def children() -> list[int]:
    """The processes that this one has started, by any of its threads."""
    lists = Path("/proc/self/task").glob("*/children")
    return [int(each) for path in lists for each in path.read_text().split()]


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """The most megabytes that the reading process and the growth of this one take together."""
    seen, before, done = {"megabytes": 0.0}, resident(os.getpid()), threading.Event()

    def look() -> None:
        while not done.wait(SAMPLED_EVERY):
            held = sum(map(resident, children())) + resident(os.getpid()) - before
            seen["megabytes"] = max(seen["megabytes"], held / 1024**2)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def plain_copy(engine: Engine, path: Path) -> float:
    """Seconds of geopandas' own way, which checks nothing."""

    def act() -> None:
        gpd.read_file(path).to_postgis("plain_copy", engine, if_exists="replace")

    seconds, _ = timed(act)
    with engine.begin() as conn:
        conn.execute(text("DROP TABLE plain_copy"))
    return seconds


def with_checks(engine: Engine, what: str, path: Path, **choices: Any) -> tuple[float, dict]:
    """Seconds of our import, and what came of it."""
    wanted = Choices(good_rows=True, **choices)
    return timed(
        lambda: import_file(engine, SYSTEM, file_at(what, path), wanted, limits=AT_THE_CONSOLE)
    )


def preview(engine: Engine, what: str, path: Path) -> tuple[float, dict]:
    """Seconds of a preview, and what it told."""
    return timed(lambda: preview_file(engine, file_at(what, path), Choices()))


def emptied(engine: Engine, table: str) -> None:
    """Forget the rows of a table and the imports that made them."""
    with engine.begin() as conn:
        conn.execute(text(f"TRUNCATE {table}, import_run CASCADE"))


def buildings_in(engine: Engine, folder: Path, count: int, rounds: int) -> bool:
    """Buildings beside the plain copy."""
    path = buildings_file(folder, count)
    plain, ours = [], []
    for _ in range(rounds):
        plain.append(plain_copy(engine, path))
        emptied(engine, "building")
        seconds, told = with_checks(engine, "buildings", path)
        assert told["stored"] == told["read"] == count
        ours.append(seconds)
    ratio = min(ours) / min(plain)
    print(f"{count:,} buildings from GeoPackage into PostGIS, of {COMMUNITIES**2} communities")
    print(f"  plain geopandas            {min(plain):6.1f} s")
    print(f"  gisgrid import             {min(ours):6.1f} s")
    return said("ratio", ratio, RATIO, "")


def list_in(engine: Engine, folder: Path, count: int) -> bool:
    """A long list of incidents."""
    path = incidents_file(folder, count)
    with watched() as seen:
        seconds, told = with_checks(engine, "incidents", path, crs="wgs84")
    assert told["stored"] == told["read"] == count
    print(f"{count:,} rows of CSV")
    quick = said("gisgrid import", seconds, SECONDS, " s")
    return said("memory", seen["megabytes"], MEGABYTES, " MB") and quick


def glances(engine: Engine, folder: Path, size: int, rounds: int) -> bool:
    """Previews of large files, the best of the rounds."""
    print(f"preview of {size / GIGABYTE:.2g} GB")
    kept = True
    for form, what, make in (
        ("csv", "services", large_file),
        ("geojson", "buildings", large_file),
        ("gpkg", "buildings", large_layer),
        ("shp", "buildings", large_layer),
    ):
        path = make(folder, form, size)
        looks = [preview(engine, what, path) for _ in range(rounds)]
        assert not any(told["would"]["complete"] for _, told in looks)
        kept &= said(form, min(seconds for seconds, _ in looks), GLANCE, " s")
        for part in folder.glob("large.*"):
            part.unlink()
    return kept


def said(what: str, figure: float, most: float, unit: str) -> bool:
    """Print a figure beside its limit; whether it is kept."""
    kept = figure <= most
    print(f"  {what:26} {figure:6.2f}{unit}   (limit {most:g}{unit})  {'ok' if kept else 'MISSED'}")
    return kept


def measure(folder: Path, *, rounds: int = 3, scale: float = 1.0) -> bool:
    """Print every measure of files in, on a database of its own in `folder`; whether all hold."""
    engine = open_database(Settings(data=folder / "files-in"))
    upgrade(engine)
    count = int(300_000 * scale)
    for table in ("incident", "building", "unit"):
        emptied(engine, table)
    with tempfile.TemporaryDirectory() as name:
        files = Path(name)
        for level, path in units_files(files, count):
            with_checks(engine, "units", path, level=level)
        kept = buildings_in(engine, files, count, rounds)
        kept &= list_in(engine, files, int(500_000 * scale))
        kept &= glances(engine, files, int(GIGABYTE * scale), rounds)
    engine.dispose()
    return kept
