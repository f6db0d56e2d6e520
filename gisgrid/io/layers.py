"""GeoPackage, GeoJSON and Shapefile layers: opened by an allow-list, brought to EPSG:4326."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from gisgrid.errors import CrsMismatch, InvalidInput, UnreadableFile
from gisgrid.io.files import first_bytes, truncated

DRIVERS = frozenset({"GPKG", "GeoJSON", "ESRI Shapefile"})
LARGEST_UNPACKED = 2 * 1024**3
"""Bytes a zipped Shapefile may unpack to; a larger one is refused before it is opened."""


def read_layer(path: str | Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """One layer of a geographic file, in EPSG:4326 and two dimensions.

    Parameters
    ----------
    path
        ``.gpkg``, ``.geojson``/``.json``, ``.shp`` with its companions, or ``.zip`` with one
        Shapefile. What the file is, is judged by its content.
    layer
        Name of the layer; needed when the file has several.

    Returns
    -------
    (n,) rows with the source's own columns; n may be 0. Rows without geometry are kept.

    Raises
    ------
    UnreadableFile
        If the file is missing, empty, damaged, or none of these formats.
    CrsMismatch
        If the layer does not say in which coordinate system it is (``crs_missing``).
    InvalidInput
        If it has several layers and none was chosen (``choose_layer``).
    """
    source = Path(path)
    target, encoding = _opened_as(source)
    try:
        chosen = _chosen_layer(target, layer, source)
        about = pyogrio.read_info(target, layer=chosen, encoding=encoding)
        if about["driver"] not in DRIVERS:
            raise _unknown_format(source)
        frame = pyogrio.read_dataframe(target, layer=chosen, encoding=encoding)
    except (DataSourceError, UnicodeDecodeError) as damage:
        raise truncated(source) from damage
    return _in_4326(frame, source)


def _opened_as(source: Path) -> tuple[str, str | None]:
    """The path GDAL is given, and the encoding of the attributes when we know better than it."""
    head = first_bytes(source)
    suffix = source.suffix.lower()
    if suffix == ".gpkg" and head.startswith(b"SQLite format 3\x00"):
        return str(source), None
    if suffix in (".geojson", ".json") and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return str(source), None
    if suffix == ".shp" and head.startswith(b"\x00\x00\x27\x0a"):
        return str(source), _encoding_beside(source)
    if suffix == ".zip" and head.startswith(b"PK"):
        return _zipped_shapefile(source)
    raise _unknown_format(source)


def _unknown_format(source: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{source.name} is no GeoPackage, GeoJSON or (zipped) Shapefile",
        code="unknown_format",
        file=source.name,
    )


def _encoding_beside(shp: Path) -> str | None:
    dbf = shp.with_suffix(".dbf")
    if shp.with_suffix(".cpg").exists() or not dbf.exists():
        return None
    return _dbf_encoding(dbf.read_bytes())


def _dbf_encoding(table: bytes) -> str:
    """Encoding of a table that does not say: UTF-8 when it reads as such, else GB 18030."""
    header = int.from_bytes(table[8:10], "little")
    try:
        table[header:].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _zipped_shapefile(source: Path) -> tuple[str, str | None]:
    try:
        with zipfile.ZipFile(source) as archive:
            members = {entry.filename: entry.file_size for entry in archive.infolist()}
            shapefiles = [name for name in members if name.lower().endswith(".shp")]
            if len(shapefiles) != 1 or sum(members.values()) > LARGEST_UNPACKED:
                raise _unknown_format(source)
            encoding = _zipped_encoding(archive, PurePosixPath(shapefiles[0]), set(members))
    except zipfile.BadZipFile as damage:
        raise truncated(source) from damage
    return f"/vsizip/{source}/{shapefiles[0]}", encoding


def _zipped_encoding(archive: zipfile.ZipFile, shp: PurePosixPath, members: set[str]) -> str | None:
    dbf = str(shp.with_suffix(".dbf"))
    if str(shp.with_suffix(".cpg")) in members or dbf not in members:
        return None
    return _dbf_encoding(archive.read(dbf))


def _chosen_layer(target: str, layer: str | None, source: Path) -> str:
    names = [str(name) for name, shape in pyogrio.list_layers(target) if shape is not None]
    if layer in names:
        return str(layer)
    if layer is None and len(names) == 1:
        return names[0]
    raise InvalidInput(
        f"choose one layer of {source.name}: {', '.join(names)}",
        code="choose_layer",
        file=source.name,
        layers=", ".join(names),
    )


def _in_4326(frame: Any, source: Path) -> gpd.GeoDataFrame:
    if frame.crs is None:
        raise CrsMismatch(
            f"{source.name} does not say its coordinate system; add it (.prj) and try again",
            code="crs_missing",
            file=source.name,
        )
    moved = frame.to_crs("EPSG:4326")
    return moved.set_geometry(shapely.force_2d(moved.geometry.to_numpy()), crs="EPSG:4326")
