"""Files in, measured: a long list, many buildings beside the plain copy, previews of a gigabyte.

Each function answers one row of `bench/io.py`'s table: what, seconds, and what it is measured by.
"""

from __future__ import annotations

import resource
import tempfile
import time
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


def buildings_file(folder: Path, count: int) -> Path:
    """A GeoPackage of `count` square buildings in rows."""
    side = int(np.ceil(np.sqrt(count)))
    column, row = np.arange(count) % side, np.arange(count) // side
    west, south = WEST + column * STEP, SOUTH + row * STEP
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


def large_file(folder: Path, form: str, size: int = 1024**3) -> Path:
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


def timed(act: Any) -> tuple[float, Any]:
    """Seconds that `act` takes, and its answer."""
    begun = time.perf_counter()
    answer = act()
    return time.perf_counter() - begun, answer


def child_megabytes() -> float:
    """The most memory a reading process has held so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


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


def table(engine: Engine, folder: Path, *, scale: float = 1.0) -> list[dict[str, Any]]:
    """Every measure of files in, as rows: what, seconds, beside, target."""
    houses = buildings_file(folder, int(300_000 * scale))
    plain = plain_copy(engine, houses)
    ours, told = with_checks(engine, "buildings", houses)
    assert told["stored"] + told["quarantined"] == told["read"]
    rows = [{"what": "300,000 buildings from GeoPackage, checked", "seconds": ours,
             "beside": plain, "target": "1.5 × plain geopandas + to_postgis"}]  # fmt: skip
    seconds, _ = with_checks(
        engine, "incidents", incidents_file(folder, int(500_000 * scale)), crs="wgs84"
    )
    rows.append({"what": f"500,000 rows of CSV ({child_megabytes():.0f} MB)",
                 "seconds": seconds, "beside": None, "target": "60 s, 500 MB"})  # fmt: skip
    for form, what in (("csv", "services"), ("geojson", "buildings")):
        path = large_file(folder, form, int(1024**3 * scale))
        seconds, _ = preview(engine, what, path)
        path.unlink()
        rows.append({"what": f"preview of 1 GB of {form}", "seconds": seconds, "beside": None,
                     "target": "3 s"})  # fmt: skip
    return rows


def measure(folder: Path, *, scale: float = 1.0) -> bool:
    """Print every measure of files in, on a database of its own in `folder`; whether all hold."""
    engine = open_database(Settings(data=folder / "files-in"))
    upgrade(engine)
    with tempfile.TemporaryDirectory() as files:
        rows = table(engine, Path(files), scale=scale)
    engine.dispose()
    kept = True
    for row in rows:
        beside = row["beside"]
        ratio = f" = {row['seconds'] / beside:.2f} × {beside:.1f} s" if beside else ""
        print(f"{row['what']}: {row['seconds']:.1f} s{ratio} (target {row['target']})")
        most = 1.5 * row["beside"] if row["beside"] else 60.0 if "CSV" in row["what"] else 3.0
        kept &= row["seconds"] <= most
    return kept
