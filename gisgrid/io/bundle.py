"""A bundle: a zip of tables and files with a manifest that says what each must be.

The same content gives the same bytes: entries are in order, their dates are fixed, and the
manifest tells no time.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from gisgrid.errors import UnreadableFile, WrongType

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 16 * 1024 * 1024
_NAME = re.compile(
    r"(?:tables/[a-z0-9_]{1,63}\.csv|photos/(?:[A-Za-z0-9_-]{2}/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,199})\Z"
)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the bundle; `rows` and `columns` for a table."""

    name: str
    sha256: str
    bytes: int
    rows: int | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds, and which shape of the database it was made from."""

    project: str
    revision: str
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Hashed:
    """A stream that is hashed and counted on its way through."""

    stream: IO[bytes]
    digest: Any = field(default_factory=hashlib.sha256)
    count: int = 0

    def write(self, data: bytes) -> int:
        """Pass some bytes on."""
        self.digest.update(data)
        self.count += len(data)
        return self.stream.write(data)


class BundleWriter:
    """Writes entries one after the other, then the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries: list[Entry] = []

    def table(self, name: str, columns: Iterable[str], write: Callable[[Hashed], int]) -> int:
        """Add a table that `write` writes; it answers the number of rows."""
        path = f"tables/{name}.csv"
        with self._archive.open(_info(path), "w", force_zip64=True) as stream:
            sink = Hashed(stream)
            rows = write(sink)
        digest = sink.digest.hexdigest()
        self._entries.append(Entry(path, digest, sink.count, rows, tuple(columns)))
        return rows

    def photo(self, file: Path, folder: Path) -> None:
        """Add a file below `folder` as it is."""
        path = f"photos/{file.relative_to(folder).as_posix()}"
        with self._archive.open(_info(path), "w", force_zip64=True) as stream:
            sink = Hashed(stream)
            with file.open("rb") as source:
                while chunk := source.read(CHUNK):
                    sink.write(chunk)
        self._entries.append(Entry(path, sink.digest.hexdigest(), sink.count))

    def finish(self, project: str, revision: str) -> None:
        """Write the manifest."""
        entries = [
            {
                "name": each.name,
                "sha256": each.sha256,
                "bytes": each.bytes,
                **({} if each.rows is None else {"rows": each.rows, "columns": each.columns}),
            }
            for each in self._entries
        ]
        whole = {
            "gisgrid_bundle": FORMAT,
            "project": project,
            "revision": revision,
            "entries": entries,
        }
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        self._archive.writestr(_info(MANIFEST), text.encode())


def open_bundle(path: Path) -> zipfile.ZipFile:
    """The zip at `path`.

    Raises
    ------
    UnreadableFile
        There is no such file (``file_missing``).
    WrongType
        It is no zip with a manifest of ours (``not_a_bundle``).
    """
    if not path.is_file():
        raise UnreadableFile(f"there is no file {path.name}", code="file_missing", file=path.name)
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise _no_bundle(path.name) from error


def read_manifest(archive: zipfile.ZipFile, file: str) -> Manifest:
    """The manifest, once it names exactly the entries that there are.

    Raises
    ------
    WrongType
        ``not_a_bundle``: no manifest, or one of another making.
    UnreadableFile
        ``bundle_damaged``: an entry is missing, comes twice, or is not in the manifest.
    """
    infos = archive.infolist()
    if not any(i.filename == MANIFEST and i.file_size <= LARGEST_MANIFEST for i in infos):
        raise _no_bundle(file)
    try:
        whole = json.loads(archive.read(MANIFEST))
        entries = tuple(
            Entry(
                str(each["name"]),
                str(each["sha256"]),
                int(each["bytes"]),
                each.get("rows"),
                tuple(each.get("columns", ())),
            )
            for each in whole["entries"]
        )
        manifest = Manifest(str(whole["project"]), str(whole["revision"]), entries)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        zipfile.BadZipFile,
    ) as error:
        raise _no_bundle(file) from error
    if whole.get("gisgrid_bundle") != FORMAT:
        raise _no_bundle(file)
    _require_same_names(manifest, [info.filename for info in infos])
    return manifest


def require_whole(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Read every entry and compare its length and hash with the manifest.

    Raises
    ------
    UnreadableFile
        ``bundle_damaged`` with the first entry that differs.
    """
    for entry in manifest.entries:
        digest, count = hashlib.sha256(), 0
        try:
            with archive.open(entry.name) as stream:
                while count <= entry.bytes and (chunk := stream.read(CHUNK)):
                    digest.update(chunk)
                    count += len(chunk)
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise _damaged(entry.name) from error
        if count != entry.bytes or digest.hexdigest() != entry.sha256:
            raise _damaged(entry.name)


def _require_same_names(manifest: Manifest, found: list[str]) -> None:
    named = [MANIFEST, *(entry.name for entry in manifest.entries)]
    for name in found:
        if found.count(name) > 1 or name not in named:
            raise _damaged(name)
    for name in named[1:]:
        if not _NAME.match(name) or name not in found or named.count(name) > 1:
            raise _damaged(name)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _no_bundle(file: str) -> WrongType:
    return WrongType(f"{file} is no bundle of gisgrid", code="not_a_bundle", file=file)


def _damaged(entry: str) -> UnreadableFile:
    return UnreadableFile(
        f"{entry[:200]} in the bundle is damaged", code="bundle_damaged", entry=entry[:200]
    )
