"""Zip archives: looked through before anything is unpacked, unpacked under names of ours."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from gisgrid.errors import UnreadableFile
from gisgrid.io.files import truncated
from gisgrid.io.incoming.limits import MEGABYTE, Limits
from gisgrid.io.incoming.refuse import refused, too_large

COMPANIONS = ("shp", "shx", "dbf", "prj", "cpg")
LAYERS = ("shp", "gpkg", "geojson", "json", "kml", "csv", "tsv", "xlsx", "parquet", "pbf", "osm")
ARCHIVES = ("zip", "kmz", "gz", "bz2", "7z", "rar", "tar", "xz")
_ENCRYPTED, _UTF8 = 0x1, 0x800
_SMALL = MEGABYTE


def looked_through(path: Path, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The members of an archive by name, once it keeps every limit; folders are left out.

    Raises
    ------
    TooLarge
        More entries, bytes or a higher ratio than allowed.
    UnreadableFile
        ``zip_unsafe``: encrypted, links, paths that lead outside, names that come twice, entries
        that overlap; or the archive is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError) as damage:
        raise truncated(path) from damage
    if len(entries) > limits.entries:
        raise too_large("entries", limits.entries, len(entries))
    _check_sizes(path, entries, limits)
    names: set[str] = set()
    for entry in entries:
        _check_entry(entry, names)
    _check_overlap(entries, path.stat().st_size)
    return {shown(entry): entry for entry in entries if not entry.is_dir()}


def shown(entry: zipfile.ZipInfo) -> str:
    """The name of a member as its owner wrote it: UTF-8 where flagged, else GB 18030 if it is."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked:
        raise too_large("unpacked_bytes", limits.unpacked, unpacked)
    if unpacked > max(_SMALL, limits.ratio * path.stat().st_size):
        raise _unsafe(path.name, "ratio")
    for entry in entries:
        if entry.file_size > max(_SMALL, limits.ratio * max(entry.compress_size, 1)):
            raise _unsafe(path.name, "ratio")


def _check_entry(entry: zipfile.ZipInfo, names: set[str]) -> None:
    name = shown(entry)
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":" or "\x00" in name:
        raise _unsafe(name, "path")
    if entry.flag_bits & _ENCRYPTED:
        raise _unsafe(name, "encrypted")
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _unsafe(name, "link")
    if str(path).casefold() in names:
        raise _unsafe(name, "twice")
    names.add(str(path).casefold())


def _check_overlap(entries: Iterable[zipfile.ZipInfo], size: int) -> None:
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end or entry.header_offset + entry.compress_size > size:
            raise _unsafe(entry.filename, "overlap")
        end = entry.header_offset + 30 + entry.compress_size


def _unsafe(name: str, reason: str) -> UnreadableFile:
    return refused("zip_unsafe", f"{name} in the archive: {reason}", file=name[:120], why=reason)


def layer_members(members: dict[str, zipfile.ZipInfo]) -> list[str]:
    """Names of the members that can be read as layers; system leftovers are not."""
    return [
        name
        for name in members
        if _suffix(name) in LAYERS
        and not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
        and not (name.lower().endswith(".shp.xml"))
    ]


def has_archives(members: dict[str, zipfile.ZipInfo]) -> bool:
    """Whether an archive lies in the archive."""
    return any(_suffix(name) in ARCHIVES for name in members)


def unpack(
    path: Path, members: dict[str, zipfile.ZipInfo], name: str, folder: Path, limits: Limits
) -> Path:
    """Unpack one member, and with a Shapefile its companions, under names of ours; its path."""
    stem, suffix = str(PurePosixPath(name).with_suffix("")), _suffix(name)
    wanted = {name: suffix}
    if suffix == "shp":
        beside = {f"{stem}.{part}".casefold(): part for part in COMPANIONS}
        wanted = {n: beside[n.casefold()] for n in members if n.casefold() in beside}
    try:
        with zipfile.ZipFile(path) as archive:
            for member, ending in wanted.items():
                _copy(archive, members[member], folder / f"layer.{ending}", limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as damage:
        raise truncated(path) from damage
    return folder / f"layer.{suffix}"


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path, limits: Limits) -> None:
    left = min(entry.file_size, limits.unpacked)
    with archive.open(entry) as packed, to.open("xb") as plain:
        while piece := packed.read(MEGABYTE):
            left -= len(piece)
            if left < 0:
                raise _unsafe(entry.filename, "size")
            plain.write(piece)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")
