"""Import: files become ground, each import in one transaction. Imported again, rows are updated."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gisgrid.errors import NotFound
from gisgrid.io.buildings import buildings_from_layer
from gisgrid.io.layers import read_layer, read_osm_apart
from gisgrid.io.units import units_from_layer
from gisgrid.services.import_summary import ImportSummary
from gisgrid.services.store_layers import LAYERS, Frames, Origin, Progress, store_layers
from gisgrid.storage.engine import Engine

OSM = "osm"
UNITS = "units"
BUILDINGS = "buildings"
FRAMES = "frames"
DRAWN = "drawn"


def import_osm(
    engine: Engine,
    path: Path,
    *,
    profile: str = "china",
    needs: Collection[str] = (),
    progress: Progress | None = None,
) -> ImportSummary:
    """Import an OpenStreetMap extract.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    profile
        Which administrative levels of the file are which units: a key of `unit_rows.PROFILES`.
    needs
        Layers without which nothing is stored.

    Raises
    ------
    UnreadableFile
        If the file cannot be read.
    NotFound
        If a layer of `needs` is empty.
    """
    read = read_osm_apart(path, progress=progress)
    for name in needs:
        if not len(getattr(read, name)):
            raise NotFound(f"{path.name} has no {name}", code=f"no_{name}_in_file", file=path.name)
    origin = Origin(
        what=OSM,
        file_name=path.name,
        source=OSM,
        sha256=file_sha256(path),
        day=read.dated.date() if read.dated else None,
        partial=True,
        profile=profile,
    )
    frames = {name: getattr(read, name) for name in LAYERS}
    return store_layers(engine, origin, frames, rejects=read.rejects, progress=progress)


def import_buildings(
    engine: Engine,
    path: Path,
    *,
    layer: str | None = None,
    mapping: Mapping[str, str] | None = None,
    source: str | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Import a layer of buildings (GeoPackage, GeoJSON, Shapefile).

    `mapping` is our column -> their heading, where the guess is not right; `source` defaults to
    the file's name without its ending.
    """
    found, rejects = buildings_from_layer(read_layer(path, layer=layer), mapping=mapping)
    origin = Origin(BUILDINGS, path.name, source or path.stem, sha256=file_sha256(path))
    frames = {"buildings": found}
    return store_layers(engine, origin, frames, rejects=rejects, progress=progress)


def import_units(
    engine: Engine,
    path: Path,
    *,
    layer: str | None = None,
    level: str | None = None,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Import a layer of units. `level` is a role or key of the project's levels ("street" …).

    Real communities replace those that were divided along streets where they lie.
    """
    rows = read_layer(path, layer=layer)
    found, rejects = units_from_layer(rows, mapping=mapping, level=level)
    origin = Origin(UNITS, path.name, path.stem, sha256=file_sha256(path))
    return store_layers(engine, origin, {"units": found}, rejects=rejects, progress=progress)


def import_lines(
    engine: Engine,
    path: Path,
    *,
    layer: str | None = None,
    kind: str = DRAWN,
    progress: Progress | None = None,
) -> ImportSummary:
    """Import lines that enclose cells: old grid borders, walls, rivers, drawn lines.

    Surfaces count with their outlines. `kind` is "drawn" (people walk across) or a `LineKind`.
    """
    rows = read_layer(path, layer=layer)
    shapes = rows.geometry[~rows.geometry.isna()].to_numpy()
    outlined = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    parts = shapely.get_parts(shapely.line_merge(outlined))
    found = gpd.GeoDataFrame(geometry=parts, crs=rows.crs).assign(kind=kind, name=None)
    origin = Origin("lines", path.name, path.stem, sha256=file_sha256(path))
    return store_layers(engine, origin, {"lines": found}, progress=progress)


def import_frames(
    engine: Engine, frames: Frames, source: str, *, progress: Progress | None = None
) -> ImportSummary:
    """Import frames that are in memory already, such as the demonstration district's."""
    return store_layers(engine, Origin(FRAMES, source, source), frames, progress=progress)


def file_sha256(path: Path) -> str:
    """What an import remembers a file by."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
