"""One way to open a foreign file, whatever it is. Runs in the process that may do nothing else."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gisgrid.errors import InvalidInput
from gisgrid.io.files import truncated
from gisgrid.io.incoming.limits import Limits
from gisgrid.io.incoming.refuse import choose, refused, wrong_kind
from gisgrid.io.incoming.sniff import Format, format_of
from gisgrid.io.incoming.source import Source
from gisgrid.io.incoming.tables import open_table
from gisgrid.io.incoming.zips import has_archives, layer_members, looked_through, unpack


@dataclass(frozen=True, slots=True)
class Asked:
    """How to open a file: its owner's name for it, the layer and encoding chosen, known headings.

    `osm_layer` is the layer of an OpenStreetMap extract that is meant.
    """

    name: str
    layer: str | None = None
    encoding: str | None = None
    known: frozenset[str] = frozenset()
    osm_layer: str | None = None


def open_source(paths: Sequence[Path], asked: Asked, folder: Path, limits: Limits) -> Source:
    """Open the file at `paths` (several: the parts of one Shapefile).

    Parameters
    ----------
    paths
        Under names that the server made.
    folder
        Where an archive may be unpacked.

    Raises
    ------
    UnreadableFile, WrongType, TooLarge, InvalidInput
        Each with a sentence: what is wrong, and where.
    """
    main = next((path for path in paths if path.suffix == ".shp"), paths[0])
    return _opened(main, asked, folder, limits, nested=False)


def _opened(path: Path, asked: Asked, folder: Path, limits: Limits, *, nested: bool) -> Source:
    form = format_of(path, asked.name)
    if form is Format.ZIP:
        if nested and path.suffix != ".xlsx":
            raise refused("zip_unsafe", "an archive in an archive", file=asked.name, why="nested")
        return _zipped(path, asked, folder, limits, nested=nested)
    if form is Format.CSV:
        return open_table(path, asked.name, asked.encoding)
    return _shaped(form, path, asked)


def _shaped(form: Format, path: Path, asked: Asked) -> Source:
    """A file that holds shapes; each reader is loaded only where it is needed."""
    if form is Format.GPKG:
        from gisgrid.io.incoming.geopackage import open_geopackage  # noqa: PLC0415

        return open_geopackage(path, asked.name, asked.layer)
    if form is Format.GEOJSON:
        from gisgrid.io.incoming.geojson import open_geojson  # noqa: PLC0415

        return open_geojson(path, asked.name, asked.encoding)
    if form is Format.SHAPEFILE:
        from gisgrid.io.incoming.shapefile import open_shapefile  # noqa: PLC0415

        return open_shapefile(path, asked.name, asked.encoding)
    if form is Format.KML:
        from gisgrid.io.incoming.kml import open_kml  # noqa: PLC0415

        return open_kml(path, asked.name)
    if form is Format.PARQUET:
        from gisgrid.io.incoming.geoparquet import open_parquet  # noqa: PLC0415

        return open_parquet(path, asked.name)
    if form is Format.OSM:
        from gisgrid.io.incoming.osm_source import open_osm  # noqa: PLC0415

        return open_osm(path, asked.name, asked.osm_layer)
    raise wrong_kind(asked.name)


def _zipped(path: Path, asked: Asked, folder: Path, limits: Limits, *, nested: bool) -> Source:
    members = looked_through(path, limits)
    if "[Content_Types].xml" in members and "xl/workbook.xml" in members:
        from gisgrid.io.incoming.workbooks import open_workbook  # noqa: PLC0415

        return open_workbook(path, asked.name, asked.layer, asked.known)
    if nested:
        raise wrong_kind(asked.name)
    return _member(path, members, asked, folder, limits)


def _member(
    path: Path,
    members: dict[str, zipfile.ZipInfo],
    asked: Asked,
    folder: Path,
    limits: Limits,
) -> Source:
    """The layer of an archive that was chosen; "file.gpkg/layer" names one inside a member."""
    names = layer_members(members)
    if not names:
        if has_archives(members):
            raise refused("zip_unsafe", "an archive in an archive", file=asked.name, why="nested")
        raise wrong_kind(asked.name)
    shapefiles = [name for name in names if name.lower().endswith(".shp")]
    main = [name for name in names if name.lower() == "doc.kml"]  # of a KMZ
    only = next((some for some in (names, main, shapefiles) if len(some) == 1), [])
    name = next((n for n in names if asked.layer and _is(asked.layer, n)), only[0] if only else "")
    if not name or (asked.layer and not _is(asked.layer, name) and len(names) > 1):
        raise choose(asked.name, names)
    inner_layer = (asked.layer or "").removeprefix(name).lstrip("/") or None
    inner = Asked(
        PurePosixPath(name).name, inner_layer, asked.encoding, asked.known, asked.osm_layer
    )
    try:
        return _opened(
            unpack(path, members, name, folder, limits), inner, folder, limits, nested=True
        )
    except FileExistsError as twice:
        raise truncated(path) from twice


def _is(layer: str, name: str) -> bool:
    return layer == name or layer.startswith(f"{name}/") or PurePosixPath(name).stem == layer


def layers_of(error: InvalidInput) -> list[str]:
    """The layers that an error of choice names."""
    return str(error.facts.get("layers", "")).split(", ") if error.key == "choose_layer" else []
