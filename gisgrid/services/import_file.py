"""Import a foreign file: read apart, checked, then stored in one transaction that can be undone.

Rows that cannot be stored wait in the quarantine of the import: stored + quarantined = read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from gisgrid.errors import Forbidden, GisGridError, InvalidInput, NotFound
from gisgrid.geo.crs import metric_epsg
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.fields import KINDS
from gisgrid.io.incoming.limits import AT_THE_CONSOLE, IMPORT, PREVIEW, Limits
from gisgrid.io.incoming.parent import Answer, Request, apart, looked_at
from gisgrid.model.people import Actor, Role
from gisgrid.model.project import Project
from gisgrid.services.file_ground import community_depth, ground_for
from gisgrid.services.import_grids import store_grids
from gisgrid.services.set_up_project import set_up_project
from gisgrid.services.store_layers import DEFAULT_PRESET
from gisgrid.storage import imports, incidents, incoming, people, projects, succession, units
from gisgrid.storage.bulk import Written
from gisgrid.storage.engine import SYSTEM, As, Connection, Engine, transaction

Progress: TypeAlias = Callable[[str, int, int | None], None]
Told: TypeAlias = dict[str, Any]

SAVED_CHOICES = ("level", "service", "encoding")
TOLD = (
    "format", "layer", "encoding", "encoding_guessed", "headings", "mapping", "place", "repaired",
    "findings", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file to import.

    Attributes
    ----------
    what
        A key of `io.incoming.fields.KINDS`.
    paths
        The file, or the parts of one loose Shapefile.
    name
        What its owner calls it.
    mends
        The import whose quarantine it brings back; None for a file of its own.
    """

    what: str
    paths: tuple[Path, ...]
    name: str
    mends: int | None = None


def file_at(what: str, path: Path) -> ForeignFile:
    """A file on this machine; of a Shapefile, all its parts.

    Raises
    ------
    InvalidInput
        ``bad_choice`` where nothing is called `what`.
    """
    if what not in KINDS:
        raise InvalidInput(f"nothing is called {what}", code="bad_choice", name="what")
    beside = [path]
    if path.suffix.lower() == ".shp" and path.is_file():
        parts = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        beside = sorted(
            p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in parts
        )
    return ForeignFile(what, tuple(beside), path.name)


def preview_file(
    engine: Engine, file: ForeignFile, choices: Choices, *, limits: Limits = PREVIEW
) -> Told:
    """What is in a file, how it would be read, and what would be refused; nothing is stored.

    Returns
    -------
    ``format, layers, layer, encoding, encoding_guessed, rows, rows_counted, headings, mapping,
    fields, first`` (rows as text), ``place`` (`io.incoming.place.Verdict`), ``drawn`` (some shapes
    as GeoJSON by reading), ``would`` (read, good, quarantined, reasons, checked, complete),
    ``rejects, repairs, repaired, findings``, and ``asks``: what its owner must say before it can
    be stored (layer, mapping, crs). With ``asks == ["layer"]`` only ``layers`` is there.

    Raises
    ------
    UnreadableFile, WrongType, TooLarge
        Why it cannot be read.
    """
    request = Request("preview", file.what, file.paths, file.name, choices, limits)
    told = looked_at(request, ground_for(engine, file.what))
    return {"what": file.what, "file": file.name, "bytes": _size(file), **told}


def import_file(
    engine: Engine,
    actor: As,
    file: ForeignFile,
    choices: Choices,
    *,
    limits: Limits = IMPORT,
    progress: Progress | None = None,
) -> Told:
    """Store a file, all its rows or, where chosen so, the good ones; the same file is stored once.

    Returns
    -------
    ``run`` (its id), ``repeated`` (it was stored before, and nothing was done now), ``read``,
    ``stored``, ``updated``, ``quarantined``, ``reasons``, ``retired``, and what was found on the
    way. ``stored + updated + quarantined == read``.

    Raises
    ------
    InvalidInput
        ``rows_quarantined``: some rows cannot be stored, and the good ones alone were not chosen;
        nothing is stored, and the facts list what is wrong.
    CrsMismatch
        ``crs_question``: its place is in doubt and was not chosen.
    Forbidden
        The actor does not plan the whole district.
    """
    require_whole_district(engine, actor)
    sha256 = sha256_of(file.paths)
    choices = _settled(engine, file, choices)
    known = _known(engine, file, choices, sha256)
    if known is not None:
        return known
    _say(progress, "read", 0)
    request = Request("read", file.what, file.paths, file.name, choices, limits)
    with apart(request, ground_for(engine, file.what)) as answer:
        found = answer.result
        refused = found["would"]["quarantined"]
        if refused and not choices.good_rows:
            raise _not_all_good(file, found["would"])
        _say(progress, "store", 0)
        _set_up(engine, file, found)
        with transaction(engine, SYSTEM) as conn:
            told = _store(conn, actor, file, choices, (sha256, answer))
    _say(progress, "store", 1)
    return told


def _known(engine: Engine, file: ForeignFile, choices: Choices, sha256: str) -> Told | None:
    """The answer of the same import before, where it still stands."""
    with transaction(engine, SYSTEM) as conn:
        run_id = incoming.same_again(
            conn,
            what=file.what,
            source=str(choices.source),
            sha256=sha256,
            choices=choices.told(),
        )
        run = None if run_id is None else incoming.run_of(conn, run_id)
    if run is None:
        return None
    return {**run.summary, "run": run.id, "repeated": True}


def _settled(engine: Engine, file: ForeignFile, choices: Choices) -> Choices:
    """Choices with a source; a mended quarantine belongs to the source of its import."""
    if file.mends is not None:
        with transaction(engine, SYSTEM) as conn:
            run = incoming.run_of(conn, file.mends)
        if run is None or run.what != file.what or run.undone_at is not None:
            raise NotFound(f"no import {file.mends} to mend", code="no_import", run=file.mends)
        return replace(choices, source=run.source, whole=False)
    stem = Path(file.name).stem or file.what
    return choices if choices.source else replace(choices, source=stem[:200])


def _store(
    conn: Connection, actor: As, file: ForeignFile, choices: Choices, read: tuple[str, Answer]
) -> Told:
    """Everything that is written, in the caller's transaction."""
    sha256, answer = read
    found, source = answer.result, str(choices.source)
    account = actor.account_id if isinstance(actor, Actor) else None
    run_id = incoming.begin(
        conn,
        {
            "what": file.what,
            "file_name": file.name[:200],
            "sha256": sha256,
            "account_id": account,
            "source": source,
            "choices": choices.told(),
            "mends": file.mends,
        },
    )
    incoming.stage(conn, answer.rows)
    incoming.put_rejects(conn, run_id, file.what, answer.rejects)
    written, extra = _STORED[file.what](conn, run_id, choices, actor)
    retired = 0
    if choices.whole and file.what in incoming.GONE and file.mends is None:
        retired = incoming.end_gone(conn, file.what, source)
    if file.mends is not None:
        incoming.mark_mended(conn, file.mends, _key(file.what))
    refused = found["would"]["quarantined"] + extra.pop("unknown", 0)
    told = _told(run_id, file, found, written, refused) | extra | {"retired": retired}
    values = {
        "read": told["read"],
        "stored": written.stored,
        "updated": written.updated,
        "rejected": refused,
        "summary": told,
    }
    projects.raise_ground_version(conn)
    incoming.finish(conn, run_id, values)
    saved = {name: getattr(choices, name) for name in SAVED_CHOICES}
    if found["headings"] and file.mends is None:
        incoming.save_profile(conn, file.what, found["headings_key"], found["mapping"], saved)
    facts = {"sha256": sha256, "read": told["read"], "stored": written.stored}
    people.note(conn, "import", f"{file.what} {run_id}", account_id=account, facts=facts)
    return told


def _told(
    run_id: int, file: ForeignFile, found: Mapping[str, Any], written: Written, refused: int
) -> Told:
    would = found["would"]
    return {
        "run": run_id,
        "repeated": False,
        "what": file.what,
        "file": file.name,
        "read": would["read"],
        "stored": written.stored,
        "updated": written.updated,
        "quarantined": refused,
        "reasons": would["reasons"],
        "snapped": would["snapped"],
        "repairs": found["repairs"][:100],
        **{name: found.get(name) for name in TOLD},
    }


def _key(what: str) -> str:
    return "code" if what in ("units", "statistics") else "source_id"


Extra: TypeAlias = Told


def _store_units(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del run_id, actor
    written = incoming.put(conn, "units", str(choices.source))
    depth = community_depth(projects.levels(conn, _project(conn).preset))
    imports.retire_divided(conn, depth)
    imports.place_units(conn)
    incoming.set_parents(conn)
    units.assign_buildings(conn, depth)
    units.assign_services(conn, depth)
    return written, {}


def _store_buildings(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del run_id, actor
    written = incoming.put(conn, "buildings", str(choices.source))
    projects.set_households_date(conn, datetime.now(UTC).date())
    given, homes = incoming.households_basis(conn)
    return written, {"given": given, "estimated": max(homes - given, 0)}


def _store_plainly(what: str) -> Callable[..., tuple[Written, Extra]]:
    def store(conn: Connection, run_id: int, choices: Choices, actor: As) -> tuple[Written, Extra]:
        del run_id, actor
        return incoming.put(conn, what, str(choices.source)), {}

    return store


def _store_incidents(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del run_id, actor
    written = incoming.put(conn, "incidents", str(choices.source))
    return written, {"located": incidents.locate(conn, str(choices.source))}


def _store_statistics(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del actor
    written, unknown = incoming.put_statistics(conn)
    if unknown and not choices.good_rows:
        names = ", ".join(row.code or row.name for row in unknown[:5])
        raise InvalidInput(
            f"{len(unknown)} rows name nothing known: {names}",
            code="rows_unknown",
            n=len(unknown),
            names=names,
        )
    incoming.put_unknown(conn, run_id, "statistics", unknown)
    projects.set_households_date(conn, datetime.now(UTC).date())
    return written, {"unknown": len(unknown)}


def _store_succession(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del actor
    written, unknown = succession.put(conn)
    if unknown and not choices.good_rows:
        names = ", ".join(row.code for row in unknown[:5])
        raise InvalidInput(
            f"{len(unknown)} rows name no unit: {names}",
            code="rows_unknown",
            n=len(unknown),
            names=names,
        )
    incoming.put_unknown(conn, run_id, "succession", unknown)
    depth = community_depth(projects.levels(conn, _project(conn).preset))
    units.assign_buildings(conn, depth)
    units.assign_services(conn, depth)
    return written, {"unknown": len(unknown)}


_STORED: dict[str, Callable[..., tuple[Written, Extra]]] = {
    "units": _store_units,
    "buildings": _store_buildings,
    "services": _store_plainly("services"),
    "streets": _store_plainly("streets"),
    "incidents": _store_incidents,
    "statistics": _store_statistics,
    "succession": _store_succession,
    "grids": store_grids,
}


def _project(conn: Connection) -> Project:
    project = projects.find(conn)
    if project is None:
        raise NotFound("nothing has been imported yet", code="no_project")
    return project


def _set_up(engine: Engine, file: ForeignFile, found: Mapping[str, Any]) -> None:
    """A project, where nobody has set one up: named as the file, measured where it lies."""
    with transaction(engine, SYSTEM) as conn:
        if projects.find(conn) is not None:
            return
    guesses = found["place"]["guesses"]
    box = next((g["bounds"] for g in guesses if g["key"] == found["place"]["reading"]), None)
    if box is None:
        raise NotFound("nothing has been imported yet", code="no_project")
    epsg = metric_epsg((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    name = Path(file.name).stem[:100] or file.what
    set_up_project(engine, Project(name=name, preset=DEFAULT_PRESET, metric_epsg=epsg))


def _not_all_good(file: ForeignFile, would: Mapping[str, Any]) -> GisGridError:
    return InvalidInput(
        f"{would['quarantined']} of {would['read']} rows cannot be stored; choose the good rows",
        code="rows_quarantined",
        file=file.name,
        n=would["quarantined"],
        read=would["read"],
        reasons=would["reasons"],
    )


def require_whole_district(engine: Engine, actor: As) -> None:
    """Refuse whoever does not plan the whole district: a file may change any of its ground.

    Raises
    ------
    Forbidden
        ``import_needs_district``.
    """
    if not isinstance(actor, Actor):
        if actor is None:
            raise Forbidden("nobody may import", code="import_needs_district")
        return
    if actor.role not in (Role.PLANNER, Role.ADMINISTRATOR):
        raise Forbidden(f"a {actor.role} may not import", code="import_needs_district")
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        depth = community_depth(projects.levels(conn, project.preset)) if project else 0
        all_of_them = {unit.id for unit in units.at_depth(conn, depth)}
    if not all_of_them <= set(actor.communities):
        raise Forbidden("an import needs the whole district", code="import_needs_district")


def sha256_of(paths: Sequence[Path]) -> str:
    """The hash of a file, or of the parts of one together; "" where there is none to read."""
    whole = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.suffix):
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        if len(paths) == 1:
            return digest.hex()
        whole.update(digest)
    return whole.hexdigest()


def _size(file: ForeignFile) -> int:
    return sum(path.stat().st_size for path in file.paths if path.is_file())


def _say(progress: Progress | None, stage: str, done: int) -> None:
    if progress is not None:
        progress(stage, done, 1)


__all__ = [
    "AT_THE_CONSOLE",
    "ForeignFile",
    "file_at",
    "import_file",
    "preview_file",
    "require_whole_district",
    "sha256_of",
]
