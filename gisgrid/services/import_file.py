"""Import a foreign file: read apart, checked, then stored in one transaction that can be undone.

Rows that cannot be stored wait in the quarantine of the import: stored + quarantined = read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from gisgrid.errors import Forbidden, NotFound
from gisgrid.geo.crs import metric_epsg
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.limits import IMPORT, PREVIEW, Limits
from gisgrid.io.incoming.parent import Request, begun, looked_at
from gisgrid.model.people import Actor, Role
from gisgrid.model.project import Project
from gisgrid.services.file_ground import community_depth, ground_for
from gisgrid.services.foreign_file import ForeignFile, file_at, sha256_of, size_of
from gisgrid.services.set_up_project import set_up_within
from gisgrid.services.store_import import Delivery, Told, store_import
from gisgrid.services.store_layers import DEFAULT_PRESET
from gisgrid.storage import incoming, projects, units
from gisgrid.storage.engine import SYSTEM, As, Connection, Engine, transaction

__all__ = ["ForeignFile", "file_at", "import_file", "preview_file", "require_whole_district"]

Progress: TypeAlias = Callable[[str, int, int | None], None]


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
    return {"what": file.what, "file": file.name, "bytes": size_of(file.paths), **told}


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
    with transaction(engine, SYSTEM) as conn:
        known = _known(conn, file, choices, sha256)
    if known is not None:
        return known
    _say(progress, "read", 0)
    request = Request("read", file.what, file.paths, file.name, choices, limits)
    ground = ground_for(engine, file.what)
    with begun(request, ground, told=lambda _: _say(progress, "read", 0)) as reading:
        place = reading.began()["place"]
        delivery = Delivery(
            actor, file, choices, sha256, reading, lambda: _say(progress, "store", 0)
        )
        with transaction(engine, SYSTEM) as conn:
            incoming.take_turn(conn, file.what, delivery.source)
            known = _known(conn, file, choices, sha256)  # stored while we were reading
            if known is not None:
                return known
            _set_up(conn, file, place)
            told = store_import(conn, delivery)
    _say(progress, "store", 1)
    return told


def _known(conn: Connection, file: ForeignFile, choices: Choices, sha256: str) -> Told | None:
    """The answer of the same import before, where it still stands."""
    run_id = incoming.same_again(
        conn, what=file.what, source=str(choices.source), sha256=sha256, choices=choices.told()
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
    return choices if choices.source else replace(choices, source=file.stem[:200])


def _set_up(conn: Connection, file: ForeignFile, place: Mapping[str, Any]) -> None:
    """A project, where nobody has set one up: named as the file, measured where it lies."""
    if projects.find(conn) is not None:
        return
    box = next((g["bounds"] for g in place["guesses"] if g["key"] == place["reading"]), None)
    if box is None:
        raise NotFound("nothing has been imported yet", code="no_project")
    epsg = metric_epsg((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    set_up_within(conn, Project(name=file.stem[:100], preset=DEFAULT_PRESET, metric_epsg=epsg))


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


def _say(progress: Progress | None, stage: str, done: int) -> None:
    if progress is not None:
        progress(stage, done, 1)
