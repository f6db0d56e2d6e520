"""A whole district as one file, and into an empty installation again: all of it or nothing."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from gisgrid.errors import Conflict, Unavailable
from gisgrid.io.bundle import (
    BundleWriter,
    Hashed,
    Manifest,
    open_bundle,
    read_manifest,
    require_whole,
)
from gisgrid.storage import bundles, people
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Bundled:
    """What went out or came in."""

    project: str
    tables: int
    rows: int
    photos: int


def export_bundle(engine: Engine, file: Path, *, photos: Path | None = None) -> Bundled:
    """Write everything of the district into `file`, as of one moment.

    Two bundles of the same state are the same bytes. Passwords, keys of programs, sessions and work
    under way stay behind.

    Parameters
    ----------
    photos
        Folder of the pictures of incidents, where there is one.

    Raises
    ------
    Unavailable
        The database holds no project yet (``no_project``).
    """
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as stream:
        try:
            with zipfile.ZipFile(stream, "w") as archive, bundles.snapshot(engine) as conn:
                bundled = _write(conn, BundleWriter(archive), photos)
        except BaseException:
            Path(stream.name).unlink()
            raise
    os.replace(stream.name, file)  # noqa: PTH105 - whole or not at all
    with transaction(engine, SYSTEM) as conn:
        people.note(conn, "export_bundle", bundled.project, facts={"rows": bundled.rows})
    return bundled


def import_bundle(engine: Engine, file: Path, *, photos: Path | None = None) -> Bundled:
    """Store everything of a bundle in an empty database; nothing at all where any of it is wrong.

    Every entry is checked against the manifest before the first row is stored.

    Raises
    ------
    UnreadableFile, WrongType
        No file, no bundle, or a damaged one.
    Conflict
        ``project_not_empty``: a district is here already; ``bundle_revision``: the bundle was made
        by another version of gisgrid.
    """
    with open_bundle(file) as archive:
        manifest = read_manifest(archive, file.name)
        with transaction(engine, SYSTEM) as conn:
            _require_fit(conn, manifest)
        require_whole(archive, manifest)
        with transaction(engine, SYSTEM) as conn:
            _require_fit(conn, manifest)
            with bundles.without_triggers(conn):
                bundles.clear(conn)
                for table in bundles.tables():
                    with archive.open(f"tables/{table}.csv") as stream:
                        bundles.copy_in(conn, table, stream)
            bundles.analyze(conn)
            count = _unpack(archive, manifest, photos)
            rows = sum(entry.rows or 0 for entry in manifest.entries)
            people.note(conn, "import_bundle", manifest.project, facts={"rows": rows})
    return Bundled(manifest.project, len(bundles.tables()), rows, count)


def _write(conn: Connection, writer: BundleWriter, photos: Path | None) -> Bundled:
    project = bundles.project_name(conn)
    if project is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    rows = 0
    for table in bundles.tables():

        def write(sink: Hashed, table: str = table) -> int:
            return bundles.copy_out(conn, table, sink)

        rows += writer.table(table, bundles.columns(table), write)
    pictures = _pictures(photos)
    for picture in pictures:
        writer.photo(picture, photos or picture.parent)
    writer.finish(project, bundles.revision(conn))
    return Bundled(project, len(bundles.tables()), rows, len(pictures))


def _require_fit(conn: Connection, manifest: Manifest) -> None:
    ours = bundles.revision(conn)
    named = {e.name: list(e.columns) for e in manifest.entries if e.name.startswith("tables/")}
    wanted = {f"tables/{table}.csv": bundles.columns(table) for table in bundles.tables()}
    if manifest.revision != ours or named != wanted:
        raise Conflict(
            f"the bundle is of {manifest.revision}, this installation of {ours}",
            code="bundle_revision",
            theirs=manifest.revision[:60],
            ours=ours,
        )
    if not bundles.is_empty(conn):
        raise Conflict(
            "a district is here already: a bundle goes into an empty installation",
            code="project_not_empty",
            project=bundles.project_name(conn) or "",
        )


def _pictures(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(folder.glob("*.jpg")) + sorted(folder.glob("??/*.jpg"))


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, folder: Path | None) -> int:
    """Write the pictures into `folder`, under the plain names that the manifest was checked for."""
    names = [e.name for e in manifest.entries if e.name.startswith("photos/")]
    if folder is None or not names:
        return 0
    for name in names:
        file = folder / name.removeprefix("photos/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(archive.read(name))
    return len(names)
