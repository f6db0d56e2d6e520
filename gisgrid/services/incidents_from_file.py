"""Incidents of an uploaded table (CSV, XLSX): each row stored, in the tray, or in quarantine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gisgrid.errors import Forbidden
from gisgrid.io.incoming.choices import Choices
from gisgrid.model.people import Actor, Role
from gisgrid.services.import_file import ForeignFile, import_file
from gisgrid.services.import_incidents import SOURCE
from gisgrid.services.quarantine import view_quarantine
from gisgrid.storage import people
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

INTAKE = frozenset({Role.STAFF, Role.ADMINISTRATOR})
ENDINGS = (".csv", ".xlsx", ".tsv", ".txt")
DEGREES = "EPSG:4326"


def import_table(
    engine: Engine, actor: Actor, stream: IO[bytes], *, name: str, source: str = SOURCE
) -> dict[str, Any]:
    """Store the incidents of an upload; nothing is lost, and the same file doubles nothing.

    The file is read apart, by the reader of all foreign files. Rows without a usable place wait in
    the tray; rows without a time or a category, or with an id that came before, in quarantine.

    Returns
    -------
    `read` = `stored` + `updated` + `rejected`; `located` (has a place in the district), `run` (its
    quarantine), `rejects` (line, reason, the first ones), `file`.

    Raises
    ------
    Forbidden
        The actor takes in no incidents.
    InvalidInput
        The file cannot be read, or is no list of incidents.
    """
    if actor.role not in INTAKE:
        raise Forbidden(f"a {actor.role} may not import incidents")
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"incidents{ending if ending in ENDINGS else '.csv'}"
        path.write_bytes(stream.read())
        path.parent.chmod(0o755)  # its reader is another user where it may be one
        path.chmod(0o644)
        file = ForeignFile("incidents", (path,), name[:200])
        told = import_file(
            engine, SYSTEM, file, Choices(source=source, good_rows=True, whole=False, crs=DEGREES)
        )
    with transaction(engine, SYSTEM) as conn:
        facts = {"run": told["run"], "read": told["read"], "stored": told["stored"]}
        people.note(conn, "import_incidents", source, account_id=actor.account_id, facts=facts)
    return _answer(engine, told) | {"file": name[:200]}


def _answer(engine: Engine, told: dict[str, Any]) -> dict[str, Any]:
    stored, updated = told["stored"], told["updated"]
    if told["repeated"]:
        stored, updated = 0, stored + updated
    held = view_quarantine(engine, SYSTEM, told["run"]) if told["quarantined"] else []
    return {
        "read": told["read"],
        "stored": stored,
        "updated": updated,
        "located": told.get("located", 0),
        "rejected": told["quarantined"],
        "rejects": [{"line": row["number"], "reason": row["reason"]} for row in held],
        "run": told["run"],
    }
