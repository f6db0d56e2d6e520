"""What a file is, by what it holds: its name is only told back to its owner."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from enum import StrEnum
from pathlib import Path

from gisgrid.io.files import first_bytes
from gisgrid.io.incoming.refuse import refused, wrong_kind

HEAD = 4096


class Format(StrEnum):
    """The formats that are read."""

    GPKG = "GeoPackage"
    GEOJSON = "GeoJSON"
    SHAPEFILE = "Shapefile"
    KML = "KML"
    CSV = "CSV"
    XLSX = "XLSX"
    OSM = "OpenStreetMap"
    PARQUET = "GeoParquet"
    ZIP = "zip"


_MAGIC = (
    (b"SQLite format 3\x00", Format.GPKG),
    (b"PK\x03\x04", Format.ZIP),
    (b"PK\x05\x06", Format.ZIP),
    (b"\x00\x00\x27\x0a", Format.SHAPEFILE),
    (b"PAR1", Format.PARQUET),
)
_OTHERS = (
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"%PDF",
    b"AC10",
    b"\x89PNG",
    b"\xff\xd8\xff",
)
_ROOT = re.compile(rb"<\s*(?:[\w.-]+:)?(\w+)[\s/>]")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def format_of(path: Path, name: str) -> Format:
    """The format of the file at `path`; `name` is what its owner calls it.

    Raises
    ------
    UnreadableFile
        If it is missing or empty, or an old Excel workbook.
    WrongType
        If it is none of `Format`.
    """
    head = first_bytes(path, count=HEAD)
    for magic, form in _MAGIC:
        if head.startswith(magic):
            return form
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused("old_excel", f"{name} is an old Excel file", file=name)
    if b"OSMHeader" in head[:64] or _packed_osm(path, head):
        return Format.OSM
    if head.startswith(_OTHERS) or head.startswith((b"\x1f\x8b", b"BZh")):
        raise wrong_kind(name)
    return _text_format(head, name)


def _text_format(head: bytes, name: str) -> Format:
    text = head
    for bom in _BOMS:
        text = text.removeprefix(bom)
    text = text.lstrip(b" \t\r\n\x1e")
    if not text:
        raise refused("file_empty", f"{name} holds nothing", file=name)
    if text.startswith((b"{", b"[")):
        return Format.GEOJSON
    if text.startswith(b"<"):
        return _xml_format(text, name)
    if b"\x00" in head and not head.startswith(_BOMS[1:]):
        raise wrong_kind(name)
    return Format.CSV


def _xml_format(text: bytes, name: str) -> Format:
    body = re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", text, flags=re.DOTALL)
    if b"<!DOCTYPE" in body.upper() or b"<!ENTITY" in body.upper():
        raise refused("xml_entities", f"{name} declares XML entities", file=name)
    root = _ROOT.search(body)
    word = root.group(1).lower() if root else b""
    if word == b"kml":
        return Format.KML
    if word == b"osm":
        return Format.OSM
    raise wrong_kind(name)


def _packed_osm(path: Path, head: bytes) -> bool:
    """Whether a gzip or bzip2 file unpacks to OpenStreetMap XML."""
    if not head.startswith((b"\x1f\x8b", b"BZh")):
        return False
    try:
        with (bz2.open if head.startswith(b"BZh") else gzip.open)(path, "rb") as stream:
            return b"<osm" in bytes(stream.read(HEAD))
    except (EOFError, OSError, zlib.error):
        return False
