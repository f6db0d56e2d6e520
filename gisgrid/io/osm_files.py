"""OpenStreetMap files told apart by what is in them, never by their name alone."""

from __future__ import annotations

import bz2
import gzip
import zlib
from pathlib import Path

from gisgrid.errors import UnreadableFile
from gisgrid.io.files import first_bytes, truncated


def osm_format(path: Path) -> str:
    """The format word osmium needs: "pbf", "osm", "osm.gz" or "osm.bz2".

    Raises
    ------
    UnreadableFile
        If there is no such file, it is empty, or it is not OpenStreetMap data. Codes:
        ``file_missing``, ``file_empty``, ``not_osm``, ``file_truncated``.
    """
    head = first_bytes(path)
    if head.startswith(b"\x1f\x8b"):
        return _xml_or_fail(_unpacked(path, gzip.open), path, "osm.gz")
    if head.startswith(b"BZh"):
        return _xml_or_fail(_unpacked(path, bz2.open), path, "osm.bz2")
    return "pbf" if b"OSMHeader" in head[:64] else _xml_or_fail(head, path, "osm")


def _unpacked(path: Path, opener: type[gzip.GzipFile] | object) -> bytes:
    try:
        with opener(path, "rb") as stream:  # type: ignore[operator]
            return bytes(stream.read(512))
    except (EOFError, OSError, zlib.error) as damage:
        raise truncated(path) from damage


def _xml_or_fail(head: bytes, path: Path, form: str) -> str:
    if b"<osm" in head:
        return form
    raise UnreadableFile(
        f"{path.name} is not OpenStreetMap data; give an .osm.pbf, .osm, .osm.gz or .osm.bz2 file",
        code="not_osm",
        file=path.name,
    )
