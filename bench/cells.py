"""Cells against momepy's enclosed tessellation, one after the other in one process.

    pip install momepy
    python bench/cells.py FILE.osm.pbf

Both get the same buildings, the same streets and the same rectangle round them. Seconds are those
of the processor (both use one core), so that other work on the machine does not decide; the clock's
are shown beside them. Exits 1 unless ours is an exact coverage and at least twice as fast, 2 when
it cannot run.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gisgrid.geo.cells import build_cells
from gisgrid.geo.crs import metric_epsg, to_metric
from gisgrid.geo.repair import repair_polygons

LEAST_RATIO = 2.0
LEAST_FOOTPRINT_M2 = 20.0
STREETS = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "residential", "unclassified",
    "living_street", "pedestrian", "service",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One tessellation, measured."""

    name: str
    cpu_s: float
    clock_s: float
    cells: Any
    area_m2: float

    @property
    def invalid_edges(self) -> int:
        return int((~shapely.is_empty(shapely.coverage_invalid_edges(self.cells))).sum())

    @property
    def broken(self) -> int:
        return int((~shapely.is_valid(self.cells) | (shapely.get_type_id(self.cells) != 3)).sum())

    @property
    def area_error(self) -> float:
        return float(shapely.area(self.cells).sum() / self.area_m2 - 1)

    def line(self) -> str:
        vertices = shapely.get_num_coordinates(self.cells).mean()
        return (
            f"{self.name:<8}{self.cpu_s:>8.2f}{self.clock_s:>8.2f}{len(self.cells):>9,}"
            f"{self.invalid_edges:>16,}{self.broken:>14,}{self.area_error:>13.1e}{vertices:>10.1f}"
        )


def read_town(path: Path) -> tuple[int, Any, Any]:
    """EPSG code, footprints and streets of an OpenStreetMap extract, in metres."""
    lines = gpd.read_file(path, layer="lines")
    areas = gpd.read_file(path, layer="multipolygons")
    footprints = np.asarray(areas.loc[areas["building"].notna()].geometry, dtype=object)
    west, south, east, north = shapely.total_bounds(footprints)
    epsg = metric_epsg((west + east) / 2, (south + north) / 2)
    streets = np.asarray(lines.loc[lines["highway"].isin(STREETS)].geometry, dtype=object)
    repaired = repair_polygons(to_metric(footprints, epsg), min_area=LEAST_FOOTPRINT_M2)
    return epsg, repaired.geometry, to_metric(streets, epsg)


def measured(name: str, build: Callable[[], Any], area_m2: float) -> Run:
    clock, cpu = time.perf_counter(), time.process_time()
    cells = build()
    return Run(name, time.process_time() - cpu, time.perf_counter() - clock, cells, area_m2)


def with_momepy(momepy: Any, epsg: int, footprints: Any, streets: Any) -> Any:
    """The call that momepy's guide recommends: enclosures first, then the tessellation."""
    limit = gpd.GeoSeries([shapely.box(*shapely.total_bounds(footprints))], crs=epsg)
    blocks = momepy.enclosures(gpd.GeoDataFrame(geometry=streets, crs=epsg), limit=limit)
    homes = gpd.GeoDataFrame(geometry=footprints, crs=epsg)
    return np.asarray(momepy.enclosed_tessellation(homes, blocks, n_jobs=1).geometry, dtype=object)


def compare(momepy: Any, path: Path) -> bool:
    epsg, footprints, streets = read_town(path)
    area = shapely.box(*shapely.total_bounds(footprints))
    print(f"{path.name}: {len(footprints):,} footprints, {len(streets):,} streets, EPSG:{epsg}")
    print("           cpu s clock s    cells cells misfitting  broken cells   area error  vertices")
    ours = measured(
        "gisgrid", lambda: build_cells(area, footprints, lines=streets).geometry, area.area
    )
    print(ours.line())
    peer = measured("momepy", lambda: with_momepy(momepy, epsg, footprints, streets), area.area)
    print(peer.line())
    ratio = peer.cpu_s / ours.cpu_s
    exact = not ours.invalid_edges and not ours.broken and abs(ours.area_error) <= 1e-6
    print(
        f"gisgrid is {ratio:.1f} × as fast and {'an exact' if exact else 'NOT an exact'} coverage"
    )
    return exact and ratio >= LEAST_RATIO


def main() -> int:
    parser = argparse.ArgumentParser(description="Cells against momepy, in one run.")
    parser.add_argument("extract", type=Path, help="an OpenStreetMap extract (.osm.pbf or .osm)")
    path = parser.parse_args().extract
    if not path.exists():
        print(f"{path} does not exist; give the path of an OpenStreetMap extract", file=sys.stderr)
        return 2
    try:
        import momepy  # noqa: PLC0415 - a peer for this comparison, not a dependency
    except ImportError as missing:
        print(f"momepy is not installed ({missing}): pip install momepy", file=sys.stderr)
        return 2
    warnings.filterwarnings("ignore", module="momepy|geopandas|libpysal|pyogrio")
    return 0 if compare(momepy, path) else 1


if __name__ == "__main__":
    sys.exit(main())
