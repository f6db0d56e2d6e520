"""Service circles and coverage from files into one GeoPackage; no database.

Layers written (columns in the README of the command, `gisgrid circles --help`): ``circles``,
``reach``, ``coverage``, ``uncovered``, ``on_no_street``, and ``closed`` where a time is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gisgrid.access.circles import circles
from gisgrid.access.coverage import (
    Coverage,
    Overclaim,
    coverage,
    households_in_circle,
    households_within,
    overclaim,
    straight_metres,
)
from gisgrid.access.graph import Indices, Metres
from gisgrid.access.pairs import nearest_of_pairs, pairs_within, place
from gisgrid.access.reach import Ids, Pairs
from gisgrid.geo.crs import to_wgs84
from gisgrid.model.services import metres_in
from gisgrid.services.layer_files import WGS84, require_writable, write_layers
from gisgrid.services.open_in_files import open_at
from gisgrid.services.walking_files import (
    Sources,
    WalkingFiles,
    read_areas,
    read_walking_files,
)
from gisgrid.services.walking_notes import Note, Places

Progress = Callable[[str, int, int | None], None]
WHOLE = "*"
"""The unit in `coverage` that stands for everything."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How long and how fast; and when, if services that are closed then are not to count."""

    minutes: tuple[float, ...]
    speed_kmh: float
    at: datetime | None = None

    @property
    def limits_m(self) -> tuple[float, ...]:
        return tuple(metres_in(each, speed_kmh=self.speed_kmh) for each in self.minutes)


@dataclass(frozen=True, slots=True)
class KindRow:
    """What is said of one kind at the longest walk."""

    kind: str
    services: int
    covered: int
    total: int
    claimed: int


@dataclass(frozen=True, slots=True, eq=False)
class _Reached:
    """All walks of the files, up to the longest."""

    files: WalkingFiles
    walk: Walk
    kinds: tuple[str, ...]
    kind: Ids  # (s,) index into kinds
    pairs: Pairs
    metres: Metres
    which: Indices


def circles_from_files(
    sources: Sources, walk: Walk, out: Path, *, units: str | None, progress: Progress
) -> tuple[list[KindRow], tuple[Note, ...]]:
    """Measure every walk and write circles, reach and coverage.

    Parameters
    ----------
    sources
        The three layers.
    walk
        Minutes, speed and perhaps the local time at which services must be open.
    out
        GeoPackage to write; one that is there is replaced.
    units
        A layer of units (communities, grids) to count by, besides the whole.
    progress
        Told about the circles drawn so far.

    Returns
    -------
    rows, notes
        One row a kind, and what the reader must know of the files.

    Raises
    ------
    InvalidInput
        `out` is no GeoPackage or in no folder; else as `read_walking_files`.
    """
    require_writable(out)
    files = read_walking_files(sources)
    counted, told = open_at(files, walk.at)
    reached = _reached(files, walk, counted)
    unit, names = _units(reached.files.buildings, units)
    layers = {
        "circles": _circles(reached, progress),
        "reach": _reach(reached),
        "coverage": _coverage(reached, unit, names),
        "uncovered": _uncovered(reached),
        "on_no_street": _on_no_street(files),
    }
    if walk.at is not None:
        layers["closed"] = _closed(files.only(~counted))
    write_layers(out, layers)
    return _rows(reached), (*files.notes, *told)


def _reached(files: WalkingFiles, walk: Walk, counted: npt.NDArray[np.bool_]) -> _Reached:
    """The walks to the services that count; a kind of which none does is a kind all the same."""
    kinds, kind = np.unique(files.kind.astype(str), return_inverse=True)
    files, kind = files.only(counted), kind[counted]
    placed = place(files.network, files.buildings.doors)
    pairs = pairs_within(files.network, files.services.doors, placed, limit_m=max(walk.limits_m))
    shape = (len(kinds), len(files.households))
    return _Reached(files, walk, tuple(kinds), kind, pairs, *nearest_of_pairs(pairs, kind, shape))


def _units(buildings: Places, units: str | None) -> tuple[Ids, list[str]]:
    """Unit of each building, -1 outside all, and the units' names."""
    unit = np.full(len(buildings.id), -1, np.int64)
    if units is None:
        return unit, []
    areas, names = read_areas(units)
    tree = shapely.STRtree(areas)
    building, within = tree.query(buildings.point, predicate="intersects")
    unit[building[::-1]] = within[::-1]  # on a shared border the first counts
    return unit, names


def _circles(reached: _Reached, progress: Progress) -> gpd.GeoDataFrame:
    files, walk = reached.files, reached.walk
    count, services = len(files.kind), files.services
    polygons = np.empty((count, len(walk.minutes)), object)
    for i in range(count):
        one = services.doors.take(np.array([i]))
        polygons[i] = circles(
            files.network, one, minutes=walk.minutes, speed_kmh=walk.speed_kmh, walls=files.walls
        )
        progress("circles", i + 1, count)
    within = [
        households_within(reached.pairs, files.households, services=count, limit_m=limit_m)
        for limit_m in walk.limits_m
    ]
    straight = [
        households_in_circle(services.xy, files.buildings.xy, files.households, radius_m=limit_m)
        for limit_m in walk.limits_m
    ]
    table = {
        "service": np.repeat(services.id, len(walk.minutes)),
        "kind": np.repeat(files.kind, len(walk.minutes)),
        "minutes": np.tile(walk.minutes, count),
        "households": np.stack(within, axis=1).ravel().astype(np.int64),
        "households_straight": np.stack(straight, axis=1).ravel().astype(np.int64),
    }
    shapes = to_wgs84(polygons.ravel(), files.epsg)
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=WGS84)


def _reach(reached: _Reached) -> pd.DataFrame:
    files = reached.files
    row, building = np.nonzero(np.isfinite(reached.metres))
    return pd.DataFrame(
        {
            "building": files.buildings.id[building],
            "kind": np.array(reached.kinds, object)[row],
            "metres": reached.metres[row, building].round(1),
            "service": files.services.id[reached.which[row, building]],
        }
    )


def _coverage(reached: _Reached, unit: Ids, names: list[str]) -> pd.DataFrame:
    count = reached.files.households
    tables = []
    for minutes, limit_m in zip(reached.walk.minutes, reached.walk.limits_m, strict=True):
        whole = coverage(reached.metres, count, limit_m=limit_m)
        tables.append(_coverage_rows(whole, [WHOLE], reached.kinds, minutes))
        if names:
            parts = coverage(reached.metres, count, unit, units=len(names), limit_m=limit_m)
            tables.append(_coverage_rows(parts, names, reached.kinds, minutes))
    return pd.concat(tables, ignore_index=True)


def _coverage_rows(
    found: Coverage, units: Sequence[str], kinds: Sequence[str], minutes: float
) -> pd.DataFrame:
    shape = found.covered.shape
    columns: dict[str, Any] = {
        "unit": np.broadcast_to(np.array(units, object), shape),
        "kind": np.broadcast_to(np.array(kinds, object)[:, None], shape),
        "minutes": np.full(shape, minutes),
        "covered": found.covered.astype(np.int64),
        "uncovered": found.uncovered.astype(np.int64),
        "percent": (100 * found.share).round(1),
        "buildings_covered": found.buildings_covered.astype(np.int64),
        "buildings": np.broadcast_to(found.buildings.astype(np.int64), shape),
        "buildings_percent": (100 * found.buildings_share).round(1),
    }
    return pd.DataFrame({name: np.ravel(values) for name, values in columns.items()})


def _uncovered(reached: _Reached) -> gpd.GeoDataFrame:
    """Inhabited buildings beyond the longest walk, once for each kind."""
    files = reached.files
    out_of_reach = ~np.isfinite(reached.metres) & (files.households > 0)
    row, building = np.nonzero(out_of_reach)
    table = {
        "building": files.buildings.id[building],
        "kind": np.array(reached.kinds, object)[row],
        "minutes": np.full(len(row), max(reached.walk.minutes)),
        "households": files.households[building],
    }
    points = files.buildings.point[building]
    return gpd.GeoDataFrame(table, geometry=list(points), crs=WGS84)


def _on_no_street(files: WalkingFiles) -> gpd.GeoDataFrame:
    tables = []
    for what, places in (("service", files.services), ("building", files.buildings)):
        missed = places.doors.missed
        table = {"what": what, "id": places.id[missed]}
        tables.append(gpd.GeoDataFrame(table, geometry=list(places.point[missed]), crs=WGS84))
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=WGS84)


def _closed(files: WalkingFiles) -> gpd.GeoDataFrame:
    table = {"service": files.services.id, "kind": files.kind, "opening_hours": files.hours}
    return gpd.GeoDataFrame(table, geometry=list(files.services.point), crs=WGS84)


def _rows(reached: _Reached) -> list[KindRow]:
    claim = _claim(reached)
    total = int(reached.files.households.sum())
    services = np.bincount(reached.kind, minlength=len(reached.kinds))
    return [
        KindRow(kind, int(services[i]), int(claim.covered[i]), total, int(claim.claimed[i]))
        for i, kind in enumerate(reached.kinds)
    ]


def _claim(reached: _Reached) -> Overclaim:
    files, longest_m = reached.files, max(reached.walk.limits_m)
    straight = straight_metres(
        files.services.xy, reached.kind, files.buildings.xy, kinds=len(reached.kinds)
    )
    return overclaim(
        reached.metres, straight, files.households, limit_m=longest_m, radius_m=longest_m
    )
