"""Take back an import as a whole: what it made goes, what it changed is as it was before."""

from __future__ import annotations

from typing import Any

from gisgrid.errors import Conflict, NotFound, WrongState
from gisgrid.model.people import Actor
from gisgrid.services.import_file import require_whole_district
from gisgrid.storage import incoming, people, projects, undo
from gisgrid.storage.engine import SYSTEM, As, Engine, transaction


def undo_import(engine: Engine, actor: As, run_id: int) -> dict[str, Any]:
    """Undo an import.

    Buildings and service points that something refers to by now (cells, circles) are retired, not
    deleted.

    Returns
    -------
    ``run``, and the counts ``removed``, ``restored``, ``retired``.

    Raises
    ------
    NotFound
        There is no such import, or it left no notes (older than this feature).
    WrongState
        It is undone already.
    Conflict
        ``import_newer``: a later import changed the same rows: undo that first.
        ``import_in_use``: units of it have cells or plans by now.
    """
    require_whole_district(engine, actor)
    account = actor.account_id if isinstance(actor, Actor) else None
    with transaction(engine, SYSTEM) as conn:
        run = incoming.run_of(conn, run_id)
        if run is None or run.source is None:
            raise NotFound(f"no import {run_id}", code="no_import", run=run_id)
        if run.undone_at is not None:
            raise WrongState(f"import {run_id} is undone", code="import_undone", run=run_id)
        later = undo.later_import(conn, run_id)
        if later is not None:
            raise Conflict(f"import {later} came later", code="import_newer", run=later)
        counts = undo.restore(conn, run_id)
        if counts.pop("held"):
            raise Conflict(f"import {run_id} is in use", code="import_in_use", run=run_id)
        incoming.mark_undone(conn, run_id, account)
        projects.raise_ground_version(conn)
        people.note(conn, "undo_import", str(run_id), account_id=account, facts=counts)
    return {"run": run_id, **counts}
