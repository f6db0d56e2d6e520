"""The rows of a foreign file on their way into the tables, in the transaction of their import.

Buildings of a source that had none yet go straight into their table while the file is still being
read; everything else waits in a temporary table until it is whole. Either way nothing is kept
unless everything is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from gisgrid.errors import GisGridError, InvalidInput, NotFound
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.parent import Running
from gisgrid.model.people import Actor
from gisgrid.model.project import Project
from gisgrid.services.file_ground import community_depth
from gisgrid.services.foreign_file import ForeignFile
from gisgrid.services.import_grids import store_grids
from gisgrid.storage import (
    imports,
    incidents,
    incoming,
    new_rows,
    people,
    projects,
    succession,
    units,
)
from gisgrid.storage.bulk import Written
from gisgrid.storage.copying import stage
from gisgrid.storage.engine import As, Connection

Told: TypeAlias = dict[str, Any]
Extra: TypeAlias = Told

SAVED_CHOICES = ("level", "service", "encoding")
TOLD = (
    "format", "layer", "encoding", "encoding_guessed", "headings", "mapping", "place", "repaired",
    "findings", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file on its way in.

    `choices` name its source; `reading` gives its rows; `read` is called once they are all there.
    """

    actor: As
    file: ForeignFile
    choices: Choices
    sha256: str
    reading: Running
    read: Callable[[], None]

    @property
    def source(self) -> str:
        return str(self.choices.source)

    @property
    def account_id(self) -> int | None:
        return self.actor.account_id if isinstance(self.actor, Actor) else None


@dataclass(frozen=True, slots=True)
class _Stored:
    """What became of a file: what its reader `found`, rows `written`, counts `extra` of a kind."""

    found: Mapping[str, Any]
    written: Written
    extra: Extra
    retired: int = 0


def store_import(conn: Connection, delivery: Delivery) -> Told:
    """Write everything that an import writes, in the caller's transaction; the answer to its owner.

    Raises
    ------
    InvalidInput
        ``rows_quarantined``, ``rows_unknown``: some rows cannot be stored, and the good ones alone
        were not chosen.
    """
    file, choices = delivery.file, delivery.choices
    run_id = incoming.begin(
        conn,
        {
            "what": file.what,
            "file_name": file.name[:200],
            "sha256": delivery.sha256,
            "account_id": delivery.account_id,
            "source": delivery.source,
            "choices": choices.told(),
            "mends": file.mends,
        },
    )
    stored = _put(conn, delivery, run_id)
    found = stored.found
    refused = found["would"]["quarantined"] + stored.extra.pop("unknown", 0)
    told = _told(run_id, file, stored, refused)
    values = {
        "read": told["read"],
        "stored": told["stored"],
        "updated": told["updated"],
        "rejected": refused,
        "summary": told,
    }
    projects.raise_ground_version(conn)
    incoming.finish(conn, run_id, values)
    saved = {name: getattr(choices, name) for name in SAVED_CHOICES}
    if found["headings"] and file.mends is None:
        incoming.save_profile(conn, file.what, found["headings_key"], found["mapping"], saved)
    facts = {"sha256": delivery.sha256, "read": told["read"], "stored": told["stored"]}
    whose = delivery.account_id
    people.note(conn, "import", f"{file.what} {run_id}", account_id=whose, facts=facts)
    return told


def _told(run_id: int, file: ForeignFile, stored: _Stored, refused: int) -> Told:
    found, would = stored.found, stored.found["would"]
    told = {
        "run": run_id,
        "repeated": False,
        "what": file.what,
        "file": file.name,
        "read": would["read"],
        "stored": stored.written.stored,
        "updated": stored.written.updated,
        "quarantined": refused,
        "reasons": would["reasons"],
        "snapped": would["snapped"],
        "repairs": found["repairs"][:100],
        **{name: found.get(name) for name in TOLD},
    }
    return told | stored.extra | {"retired": stored.retired}


def _put(conn: Connection, delivery: Delivery, run_id: int) -> _Stored:
    file = delivery.file
    straight = file.what == "buildings" and file.mends is None
    if straight and new_rows.is_new(conn, file.what, delivery.source):
        return _put_new_buildings(conn, delivery, run_id)
    return _put_staged(conn, delivery, run_id)


def _put_new_buildings(conn: Connection, delivery: Delivery, run_id: int) -> _Stored:
    houses = new_rows.put_buildings(conn, delivery.source, delivery.reading.pieces())
    found = _whole(delivery, houses.pieces)
    incoming.put_rejects(conn, run_id, delivery.file.what, delivery.reading.rejects)
    extra = _noted_households(conn, houses.given, houses.homes)
    return _Stored(found, Written(houses.rows, 0), extra)


def _put_staged(conn: Connection, delivery: Delivery, run_id: int) -> _Stored:
    file, choices = delivery.file, delivery.choices
    found = _whole(delivery, stage(conn, delivery.reading.pieces()))
    incoming.put_rejects(conn, run_id, file.what, delivery.reading.rejects)
    written, extra = _STORED[file.what](conn, run_id, choices, delivery.actor)
    retired = 0
    if choices.whole and file.what in incoming.GONE and file.mends is None:
        retired = incoming.end_gone(conn, file.what, delivery.source)
    if file.mends is not None:
        incoming.mark_mended(conn, file.mends, _key(file.what))
    return _Stored(found, written, extra, retired)


def _whole(delivery: Delivery, rows: int) -> Mapping[str, Any]:
    """What the reader found, now that it has ended: all `rows` came, and all may be stored."""
    found = delivery.reading.result()
    delivery.read()
    if found["pieces"] != rows:
        raise delivery.reading.broken()
    if found["would"]["quarantined"] and not delivery.choices.good_rows:
        raise _not_all_good(delivery.file, found["would"])
    return found


def _not_all_good(file: ForeignFile, would: Mapping[str, Any]) -> GisGridError:
    return InvalidInput(
        f"{would['quarantined']} of {would['read']} rows cannot be stored; choose the good rows",
        code="rows_quarantined",
        file=file.name,
        n=would["quarantined"],
        read=would["read"],
        reasons=would["reasons"],
    )


def _key(what: str) -> str:
    return "code" if what in ("units", "statistics") else "source_id"


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
    return written, _noted_households(conn, *incoming.households_basis(conn))


def _noted_households(conn: Connection, given: int, homes: int) -> Extra:
    """Note the day of the households; how many buildings come with theirs, and how many do not."""
    projects.set_households_date(conn, datetime.now(UTC).date())
    return {"given": given, "estimated": max(homes - given, 0)}


def _store_plainly(what: str) -> Callable[..., tuple[Written, Extra]]:
    def store(conn: Connection, run_id: int, choices: Choices, actor: As) -> tuple[Written, Extra]:
        del run_id, actor
        return incoming.put(conn, what, str(choices.source)), {}

    return store


def _store_incidents(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del run_id, actor
    source = str(choices.source)
    if new_rows.is_new(conn, "incidents", source):
        stored, located = new_rows.put_incidents(conn, source)
        return Written(stored, 0), {"located": located}
    written = incoming.put(conn, "incidents", source)
    return written, {"located": incidents.locate(conn, source)}


def _store_statistics(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del actor
    written, unknown = incoming.put_statistics(conn)
    _set_aside(conn, run_id, "statistics", choices, unknown)
    projects.set_households_date(conn, datetime.now(UTC).date())
    return written, {"unknown": len(unknown)}


def _store_succession(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, Extra]:
    del actor
    written, unknown = succession.put(conn)
    _set_aside(conn, run_id, "succession", choices, unknown)
    depth = community_depth(projects.levels(conn, _project(conn).preset))
    units.assign_buildings(conn, depth)
    units.assign_services(conn, depth)
    return written, {"unknown": len(unknown)}


def _set_aside(
    conn: Connection, run_id: int, what: str, choices: Choices, unknown: Sequence[Any]
) -> None:
    """Quarantine rows whose code or name is nobody's; refuse all where only all will do."""
    if unknown and not choices.good_rows:
        names = ", ".join(row.code or row.name for row in unknown[:5])
        raise InvalidInput(
            f"{len(unknown)} rows name nothing known: {names}",
            code="rows_unknown",
            n=len(unknown),
            names=names,
        )
    incoming.put_unknown(conn, run_id, what, unknown)


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
