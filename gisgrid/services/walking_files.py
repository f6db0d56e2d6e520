"""Streets, services and buildings from files, brought onto one walking network; no database.

One OpenStreetMap file may serve as all three. A layer of a file with several is ``FILE:LAYER``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.graph import Network
from gisgrid.access.network import build_network
from gisgrid.access.snap import snap
from gisgrid.access.walls import Walls, build_walls, snap_round_walls
from gisgrid.errors import InvalidInput, MissingColumn
from gisgrid.geo.crs import metric_epsg, to_metric, to_wgs84
from gisgrid.io import osm_tags
from gisgrid.io.buildings import buildings_from_layer, source_ids
from gisgrid.io.layers import read_layer, read_osm_apart
from gisgrid.io.osm import OsmLayers
from gisgrid.model.ground import LineKind, estimate_households
from gisgrid.services.walking_notes import (
    Note,
    Places,
    Shapes,
    Texts,
    doubled,
    islanded,
    missed,
    torn,
)

_OSM = (".osm", ".pbf", ".osm.gz", ".osm.bz2")
_FAR_DEGREES = 3.0


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the three layers are, and which columns hold kind, households and opening hours."""

    streets: str
    services: str | None = None
    buildings: str | None = None
    kind: str | None = None
    households: str | None = None
    opening: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WalkingFiles:
    """Everything that circles and sites are computed from; `kind` and `hours` are the services'."""

    epsg: int
    network: Network
    services: Places
    kind: Texts
    hours: Texts
    buildings: Places
    households: npt.NDArray[np.int64]
    notes: tuple[Note, ...]
    walls: Walls | None = None

    def only(self, which: npt.NDArray[np.bool_]) -> WalkingFiles:
        """With the services that `which` selects."""
        services, kind = self.services.take(which), self.kind[which]
        return replace(self, services=services, kind=kind, hours=self.hours[which])


def read_walking_files(sources: Sources) -> WalkingFiles:
    """Read the three layers and put services and buildings on the streets.

    Parameters
    ----------
    sources
        Files; services and buildings default to the streets' file.

    Raises
    ------
    UnreadableFile, MissingColumn, CrsMismatch
        A file cannot be read, lacks a named column, or does not say its coordinate system.
    InvalidInput
        No walkable street, no service or no building: ``no_streets``, ``no_services``,
        ``no_buildings``.
    """
    lines, walkable = _streets(sources.streets)
    epsg = metric_epsg(*_middle(lines))
    network = build_network(to_metric(lines, epsg), walkable)
    points, ids, kind, hours = _services(sources)
    named = np.array([isinstance(each, str) and bool(each.strip()) for each in kind], bool)
    if not named.any():
        raise InvalidInput("no service has a kind", code="no_services")
    homes, home_ids, households = _buildings(sources, epsg)
    walls = _walls(sources, epsg)
    services = placed(network, points[named], ids[named], epsg=epsg, walls=walls)
    buildings = placed(network, homes, home_ids, epsg=epsg, walls=walls)
    lacking = int((~named).sum())
    nameless = [Note("access.services_without_kind", {"n": lacking})] if lacking else []
    notes = (
        *torn(network),
        *islanded(network, services),
        *nameless,
        *missed("service", services, lines),
        *doubled(services, kind[named]),
        *missed("building", buildings, lines),
    )
    return WalkingFiles(
        epsg, network, services, kind[named], hours[named], buildings, households, notes, walls
    )


def placed(
    network: Network, points: Shapes, ids: Texts, *, epsg: int, walls: Walls | None = None
) -> Places:
    """Points in EPSG:4326 put on the streets, round walls; what is a continent away is on none."""
    xy = np.full((len(points), 2), np.nan)
    middle = to_wgs84(np.array([shapely.Point(network.node_xy.mean(axis=0))]), epsg)
    away = np.abs(shapely.get_coordinates(points) - shapely.get_coordinates(middle))
    possible = (away < _FAR_DEGREES).all(axis=1)
    xy[possible] = shapely.get_coordinates(to_metric(points[possible], epsg))
    doors = snap(network, xy) if walls is None else snap_round_walls(network, xy, walls)[0]
    return Places(ids, points, xy, doors)


def _walls(sources: Sources, epsg: int) -> Walls | None:
    """Walls and gates of an OpenStreetMap file that serves as streets; other files tell none."""
    if not is_osm(sources.streets):
        return None
    read = _osm(sources.streets)
    lines = read.lines.geometry[read.lines["kind"] == LineKind.WALL].to_numpy()
    if not len(lines):
        return None
    gates = to_metric(read.gates.geometry.to_numpy(), epsg)
    return build_walls(to_metric(lines, epsg), shapely.get_coordinates(gates))


def read_points(source: str) -> tuple[Shapes, Texts]:
    """A point inside each shape of a layer, and its id; shapes that are empty are left out."""
    frame = _layer(source)
    shapes = frame.geometry.to_numpy()
    given = next((frame[name] for name in ("source_id", "id", "code") if name in frame), None)
    ids = np.asarray(source_ids(given, shapes), dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return np.asarray(shapely.point_on_surface(shapes[there])), ids[there]


def read_areas(source: str) -> tuple[Shapes, list[str]]:
    """(n,) areas in EPSG:4326, and of each the code, else the name, else the number from 1."""
    frame = _osm(source).units if is_osm(source) else _layer(source)
    column = next((name for name in ("code", "编码", "name", "名称") if name in frame), None)
    given = [None] * len(frame) if column is None else frame[column].tolist()
    names = [str(own) if own else str(number) for number, own in enumerate(given, start=1)]
    return np.asarray(frame.geometry.to_numpy()), names


def is_osm(source: str) -> bool:
    """Whether a source is an OpenStreetMap file, by its name."""
    return source.lower().endswith(_OSM)


@lru_cache(maxsize=2)
def _osm(path: str) -> OsmLayers:
    return read_osm_apart(path)


def _layer(source: str) -> gpd.GeoDataFrame:
    file, _, layer = source.rpartition(":")
    if file and not Path(source).exists():
        return _read_once(file, layer, _changed(file))
    return _read_once(source, None, _changed(source))


@lru_cache(maxsize=4)
def _read_once(file: str, layer: str | None, changed: int) -> gpd.GeoDataFrame:
    """A layer that several steps ask for; read again where the file has changed since."""
    del changed
    return read_layer(file, layer=layer)


def _changed(file: str) -> int:
    path = Path(file)
    return path.stat().st_mtime_ns if path.exists() else 0


def _streets(source: str) -> tuple[Shapes, npt.NDArray[np.bool_]]:
    frame = _osm(source).streets if is_osm(source) else _layer(source)
    lines = frame[frame.geometry.geom_type.isin(["LineString", "MultiLineString"])]
    if lines.empty:
        raise InvalidInput(f"no street lines in {source}", code="no_streets")
    return lines.geometry.to_numpy(), _walkable(lines)


def _walkable(lines: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """By the column `walkable`, else by OSM tags in columns, else everywhere."""
    if "walkable" in lines:
        return np.asarray(lines["walkable"].astype(bool))
    highway = next((name for name in ("highway", "fclass") if name in lines), None)
    if highway is None:
        return np.ones(len(lines), bool)
    names = {highway: "highway"} | {n: n for n in ("foot", "access", "motorroad", "sidewalk")}
    columns = lines[[name for name in names if name in lines]].rename(columns=names)
    return np.array([_open_to_walkers(row) for row in columns.to_dict("records")])


def _open_to_walkers(row: Mapping[str, Any]) -> bool:
    return osm_tags.walkable({key: value for key, value in row.items() if isinstance(value, str)})


def _services(sources: Sources) -> tuple[Shapes, Texts, Texts, Texts]:
    """A point of each service, its id, its kind, and its opening hours or None."""
    source = sources.services or sources.streets
    if is_osm(source):
        frame = _osm(source).services
        ids, kind, hours = (
            frame[name].to_numpy(object) for name in ("source_id", "kind", "opening_hours")
        )
        return frame.geometry.to_numpy(), ids, kind, hours
    points, ids = read_points(source)
    kind = _column(_layer(source), sources.kind, "kind", source)
    kind = kind if len(kind) == len(points) else np.full(len(points), "service", object)
    hours = _column(_layer(source), sources.opening, "opening_hours", source)
    hours = hours if len(hours) == len(points) else np.full(len(points), None, object)
    return points, ids, kind, hours


def _column(frame: gpd.GeoDataFrame, asked: str | None, usual: str, source: str) -> Texts:
    """A column, for the rows that have a shape; empty when nobody asked and it is not there."""
    name = asked or usual
    if name not in frame:
        if asked is None:
            return np.zeros(0, object)
        raise MissingColumn(
            f"{source} has no column {asked}", code="column_not_found", columns=asked,
            headings=", ".join(map(str, frame.columns)),
        )  # fmt: skip
    shapes = frame.geometry.to_numpy()
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return np.asarray(frame[name].to_numpy(object)[there])


def _buildings(sources: Sources, epsg: int) -> tuple[Shapes, Texts, npt.NDArray[np.int64]]:
    source = sources.buildings or sources.streets
    frame = _osm(source).buildings if is_osm(source) else _building_layer(source, sources)
    if frame.empty:
        raise InvalidInput(f"no building in {source}", code="no_buildings")
    shapes = frame.geometry.to_numpy()
    given = frame["households"].to_numpy(float)
    estimate = estimate_households(
        shapely.area(to_metric(shapes, epsg)),
        frame["levels"].to_numpy(float),
        frame["residential"].to_numpy(bool),
    )
    households = np.where(np.isfinite(given), given, estimate).astype(np.int64)
    return shapely.point_on_surface(shapes), frame["source_id"].to_numpy(object), households


def _building_layer(source: str, sources: Sources) -> gpd.GeoDataFrame:
    """Buildings as our importer takes them in; points count one household unless a column says."""
    frame = _layer(source)
    if not (frame.geometry.geom_type == "Point").all():
        mapping = {"households": sources.households} if sources.households else None
        return buildings_from_layer(frame, mapping=mapping)[0]
    given = _column(frame, sources.households, "households", source)
    points, ids = read_points(source)
    table = {"source_id": ids, "levels": np.nan, "residential": True}
    table["households"] = given.astype(float) if len(given) == len(points) else 1.0
    return gpd.GeoDataFrame(table, geometry=list(points), crs=frame.crs)


def _middle(lines: Shapes) -> tuple[float, float]:
    west, south, east, north = shapely.total_bounds(lines)
    return float(west + east) / 2, float(south + north) / 2
