"""Files out and in at the size of a city, against plain geopandas in the same run.

    python bench/io.py FOLDER [--rounds 3] [--only out,in] [--scale 1]

Builds the seeded district of `bench/wide_district.py` (300,000 buildings) in FOLDER at first use.
Out: `gisgrid`'s export of the buildings with grid, community, masks and audit, against
``geopandas.read_postgis`` + ``to_file`` of the same columns of the table alone; both into
GeoPackage, wall-clock, the best of the rounds, taken in turns. In: see `bench/io_in.py`; with
``--scale 0.1`` a tenth of every file. Exits with 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path

import geopandas as gpd
from sqlalchemy import Engine
from wide_district import build

from gisgrid.services.export_layers import Wish, export_layers
from gisgrid.services.open_database import open_database
from gisgrid.settings import Settings
from gisgrid.storage.engine import SYSTEM

LIMIT = 1.2
COLUMNS = (
    "id, source, source_id, code, name, address, use, residential, levels, households, residents,"
    " households_given, households_estimated, households_override, residents_given, updated_at,"
    " geom"
)
FORMATS = ("geojson", "csv", "parquet", "shp")


def plain(engine: Engine, folder: Path) -> int:
    """What anybody would write: a query into a frame, the frame into a file."""
    with engine.connect() as conn:
        frame = gpd.read_postgis(f"SELECT {COLUMNS} FROM building", conn, geom_col="geom")
    frame.to_file(folder / "plain.gpkg", driver="GPKG")
    return len(frame)


def ours(engine: Engine, folder: Path, form: str = "gpkg", crs: str = "4326") -> int:
    """Our export of the layer `buildings`."""
    return export_layers(engine, SYSTEM, Wish(("buildings",), form, crs=crs), folder).rows


def seconds(run: Callable[[Path], int]) -> tuple[float, int]:
    """Wall-clock seconds and rows of one run in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        rows = run(Path(folder))
        return time.perf_counter() - begun, rows


def measure_out(engine: Engine, rounds: int) -> bool:
    """Print the times of both; whether the limit is kept."""
    taken: dict[str, list[float]] = {"plain": [], "ours": []}
    rows = 0
    for _ in range(rounds):
        for name, run in (("plain", plain), ("ours", ours)):
            spent, rows = seconds(lambda folder, run=run: run(engine, folder))
            taken[name].append(spent)
    best = {name: min(times) for name, times in taken.items()}
    ratio = best["ours"] / best["plain"]
    kept = ratio <= LIMIT
    print(f"export of {rows:,} buildings into GeoPackage")
    print(f"  plain geopandas            {best['plain']:6.1f} s")
    print(f"  gisgrid export             {best['ours']:6.1f} s")
    said = "ok" if kept else "MISSED"
    print(f"  ratio                      {ratio:6.2f}    (limit {LIMIT})  {said}")
    for form, crs in (*((form, "4326") for form in FORMATS), ("gpkg", "4548"), ("gpkg", "gcj02")):
        spent, _ = seconds(lambda folder, f=form, c=crs: ours(engine, folder, f, c))
        print(f"  {form:8} {crs:6}            {spent:6.1f} s")
    return kept


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="out,in")
    parser.add_argument("--scale", type=float, default=1.0, help="of the files in")
    args = parser.parse_args()
    kept = True
    if "out" in args.only:
        build(args.folder)
        kept = measure_out(open_database(Settings(args.folder)), args.rounds)
    if "in" in args.only and util.find_spec("io_in") is not None:
        files_in = import_module("io_in")
        kept &= bool(files_in.measure(args.folder, rounds=args.rounds, scale=args.scale))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
