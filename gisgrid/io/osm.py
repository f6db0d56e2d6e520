"""OpenStreetMap extracts (pbf or xml) to the frames of `gisgrid.io.frames`, through pyosmium.

Nothing is split, simplified or estimated here: streets keep every node, so that two streets that
share a node share exactly equal coordinates, and households stay empty unless a mapper counted
dwellings (`building:flats`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely

from gisgrid.errors import UnreadableFile
from gisgrid.io import frames, osm_tags
from gisgrid.io.files import truncated
from gisgrid.io.osm_files import osm_format
from gisgrid.io.pieces import single_polygons
from gisgrid.io.text import first_number
from gisgrid.model.ground import StreetClass
from gisgrid.model.services import kind_of_osm

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, the steps done, and the steps in all (None while unknown)."""

_EVERY = 5_000
_BROKEN_OUTLINE = "outline_broken"
_BROKEN_LINE = "line_broken"


@dataclass(frozen=True, slots=True)
class OsmLayers:
    """What an extract holds, one frame per contract, and what could not be taken in.

    Attributes
    ----------
    rejects
        Columns ``what, source_id, reason``.
    counts
        Rows by layer, and ``rejects``.
    dated
        The moment of OpenStreetMap the file shows, None when its header does not say.
    """

    streets: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    rejects: pd.DataFrame
    counts: Mapping[str, int]
    dated: datetime | None


@dataclass(slots=True)
class _Rows:
    """Columns in the making, with geometry as hexadecimal WKB."""

    columns: dict[str, list[Any]] = field(default_factory=dict)
    wkb: list[str] = field(default_factory=list)

    def add(self, wkb: str, **values: Any) -> None:
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)
        self.wkb.append(wkb)

    def shapes(self) -> Any:
        return shapely.from_wkb(np.array(self.wkb, dtype=object))


@dataclass(slots=True)
class _Gathering:
    """Everything found while a file is read once."""

    streets: _Rows = field(default_factory=_Rows)
    lines: _Rows = field(default_factory=_Rows)
    areas: _Rows = field(default_factory=_Rows)
    buildings: _Rows = field(default_factory=_Rows)
    services: _Rows = field(default_factory=_Rows)
    gates: _Rows = field(default_factory=_Rows)
    units: _Rows = field(default_factory=_Rows)
    announced: dict[str, str] = field(default_factory=dict)  # buildings seen as way or relation
    rejects: list[tuple[str, str, str]] = field(default_factory=list)


def read_osm(path: str | Path, *, progress: Progress | None = None) -> OsmLayers:
    """Read one OpenStreetMap extract.

    Parameters
    ----------
    path
        A ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2`` file.
    progress
        Told about the objects read so far.

    Returns
    -------
    Frames in EPSG:4326 that keep the contracts of `gisgrid.io.frames`; a layer of which the file
    has nothing is an empty frame.

    Raises
    ------
    UnreadableFile
        If the file is missing, empty, of another format, or cut short.
    """
    source = Path(path)
    form = osm_format(source)
    processor = (
        osmium.FileProcessor(osmium.io.File(str(source), form))
        .with_areas()
        .with_filter(osmium.filter.EmptyTagFilter())
    )
    found = _Gathering()
    try:
        for steps, thing in enumerate(processor, start=1):
            _take(thing, found)
            if progress is not None and steps % _EVERY == 0:
                progress("read", steps, None)
        dated = _date_of(processor.header)
    except RuntimeError as damage:
        raise truncated(source) from damage
    layers = _layers(found, dated)
    if not any(layers.counts.values()):
        raise UnreadableFile(
            f"{source.name} holds no streets, buildings or places",
            code="osm_bare",
            file=source.name,
        )
    return layers


def _take(thing: Any, found: _Gathering) -> None:
    tags = dict(thing.tags)
    if thing.is_node():
        wkb = _WKB.create_point(thing)
        _take_service(f"n{thing.id}", tags, wkb, found)
        if osm_tags.is_gate(tags):
            found.gates.add(str(wkb), source_id=f"n{thing.id}", name=tags.get("name"))
    elif thing.is_way():
        _take_way(thing, tags, found)
    elif thing.is_area():
        _take_surface(thing, tags, found)
    elif tags.get("type") == "multipolygon" and osm_tags.is_building(tags):
        found.announced[f"r{thing.id}"] = "building"


_WKB = osmium.geom.WKBFactory()


def _take_way(way: Any, tags: osm_tags.Tags, found: _Gathering) -> None:
    source_id = f"w{way.id}"
    if osm_tags.is_building(tags):
        found.announced[source_id] = "building"
    street = osm_tags.street_class(tags)
    if street is not None and not (tags.get("area") == "yes" and way.is_closed()):
        if wkb := _line_of(way, "street", found):
            found.streets.add(wkb, source_id=source_id, **_street_columns(tags, street))
    elif (kind := osm_tags.line_kind(tags)) and (wkb := _line_of(way, "line", found)):
        found.lines.add(wkb, kind=kind.value, name=tags.get("name"))


def _street_columns(tags: osm_tags.Tags, street: StreetClass) -> dict[str, Any]:
    return {
        "name": tags.get("name") or tags.get("ref"),
        "class": street.value,
        "walkable": osm_tags.walkable(tags),
        "bridge": osm_tags.is_set(tags, "bridge"),
        "tunnel": osm_tags.is_set(tags, "tunnel"),
        "layer": osm_tags.layer(tags),
    }


def _line_of(way: Any, what: str, found: _Gathering) -> str | None:
    """The way's line; of a way that leaves the file, its longest run of known nodes."""
    try:
        return str(_WKB.create_linestring(way))
    except (RuntimeError, osmium.InvalidLocationError):
        run = max(_known_runs(way.nodes), key=len, default=[])
    if len(set(run)) < 2:
        found.rejects.append((what, f"w{way.id}", _BROKEN_LINE))
        return None
    return str(shapely.to_wkb(shapely.LineString(run), hex=True))


def _known_runs(nodes: Any) -> Iterator[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for node in nodes:
        if node.location.valid():
            run.append((node.location.lon, node.location.lat))
        elif run:
            yield run
            run = []
    yield run


def _take_surface(area: Any, tags: osm_tags.Tags, found: _Gathering) -> None:
    source_id = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
    unit = tags.get("boundary") == "administrative" and "admin_level" in tags
    kind = osm_tags.area_kind(tags)
    building = osm_tags.is_building(tags)
    if not (unit or kind or building or kind_of_osm(tags)):
        return
    wkb = str(_WKB.create_multipolygon(area))
    if building:
        found.buildings.add(wkb, source_id=source_id, **_building_columns(tags))
    if kind:
        found.areas.add(wkb, kind=kind.value, name=tags.get("name"))
    if unit:
        found.units.add(wkb, **_unit_columns(source_id, tags))
    _take_service(source_id, tags, wkb, found)


def _building_columns(tags: osm_tags.Tags) -> dict[str, Any]:
    return {
        "name": tags.get("name"),
        "address": osm_tags.address(tags),
        "levels": osm_tags.levels(tags),
        "use": tags["building"],
        "residential": osm_tags.residential(tags),
        "households": osm_tags.flats(tags),
    }


def _unit_columns(source_id: str, tags: osm_tags.Tags) -> dict[str, Any]:
    code = tags.get("ref:gb2260") or tags.get("ref:CN") or tags.get("ref") or source_id
    return {
        "code": code,
        "name": tags.get("name", source_id),
        "level": tags["admin_level"],
        "source_id": source_id,
    }


def _take_service(source_id: str, tags: osm_tags.Tags, wkb: str, found: _Gathering) -> None:
    if kind := kind_of_osm(tags):
        found.services.add(
            wkb,
            source_id=source_id,
            name=tags.get("name"),
            kind=kind,
            opening_hours=tags.get("opening_hours"),
        )


def _date_of(header: Any) -> datetime | None:
    stamp = header.get("osmosis_replication_timestamp")
    try:
        return datetime.fromisoformat(stamp) if stamp else None
    except ValueError:
        return None


def _layers(found: _Gathering, dated: datetime | None) -> OsmLayers:
    buildings = _buildings(found)
    layers: dict[str, Any] = {
        "streets": _plain(frames.STREETS, found.streets),
        "lines": _plain(frames.LINES, found.lines),
        "areas": _plain(frames.AREAS, found.areas),
        "buildings": buildings,
        "services": _services(found.services),
        "gates": _plain(frames.GATES, found.gates),
        "units": _units(found.units),
        "rejects": frames.rejects_of(found.rejects + _lost_outlines(found)),
    }
    return OsmLayers(
        **layers, counts={name: len(layer) for name, layer in layers.items()}, dated=dated
    )


def _lost_outlines(found: _Gathering) -> list[tuple[str, str, str]]:
    """Buildings announced by a way or relation of which no surface could be made."""
    made = set(found.buildings.columns.get("source_id", ()))
    return [
        (what, source_id, _BROKEN_OUTLINE)
        for source_id, what in found.announced.items()
        if source_id not in made
    ]


def _plain(contract: frames.Contract, rows: _Rows) -> gpd.GeoDataFrame:
    return frames.frame_of(contract, rows.columns, rows.shapes())


def _buildings(found: _Gathering) -> gpd.GeoDataFrame:
    columns, parts = single_polygons(found.buildings.columns, found.buildings.shapes())
    return frames.frame_of(frames.BUILDINGS, columns, parts)


def _services(rows: _Rows) -> gpd.GeoDataFrame:
    return frames.frame_of(frames.SERVICES, rows.columns, shapely.point_on_surface(rows.shapes()))


def _units(rows: _Rows) -> gpd.GeoDataFrame:
    """Administrative areas; codes that repeat give way to the object's own id."""
    units = gpd.GeoDataFrame(
        pd.DataFrame(rows.columns, columns=["code", "name", "level", "source_id"]),
        geometry=list(rows.shapes()),
        crs=frames.CRS,
    )
    units["code"] = units["code"].where(~units["code"].duplicated(keep=False), units["source_id"])
    columns = {name: list(units[name]) for name in ("code", "name", "level")}
    columns["parent"] = _parents(units)
    return frames.frame_of(frames.UNITS, columns, list(units.geometry))


def _parents(units: gpd.GeoDataFrame) -> list[str | None]:
    """Code of the smallest unit of a higher level that holds a point of each unit."""
    if units.empty:
        return []
    depth = units["level"].map(first_number).to_numpy()
    shapes = units.geometry.to_numpy()
    inner, outer = shapely.STRtree(shapes).query(
        shapely.point_on_surface(shapes), predicate="within"
    )
    higher = depth[outer] < depth[inner]
    parent: list[str | None] = [None] * len(units)
    for child, holder in sorted(
        zip(inner[higher], outer[higher], strict=True), key=lambda pair: depth[pair[1]]
    ):
        parent[child] = str(units["code"].iloc[holder])
    return parent
