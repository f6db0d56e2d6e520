"""Store the incidents of a CSV file and give each to the grid it lies in."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gisgrid.io.incidents import read_incidents_csv
from gisgrid.model.incidents import FINISHED, IncidentState, channel_of, state_of
from gisgrid.model.people import Actor
from gisgrid.services.view_district import require_project
from gisgrid.storage import incidents, people
from gisgrid.storage.engine import SYSTEM, As, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

SOURCE = "csv"


def import_incidents(
    engine: Engine, actor: As, path: Path, *, source: str = SOURCE, timezone: str | None = None
) -> dict[str, Any]:
    """Store the incidents of the file at `path`; known ones are updated, never doubled.

    Parameters
    ----------
    actor
        Who imports; written to the audit log. Incidents anywhere in the district are stored,
        whoever imports them; who sees them is decided when they are read.
    source
        Names the list: an id is unique within its source.
    timezone
        Of times without an offset; the project's when None.

    Returns
    -------
    Counts `read`, `stored`, `updated`, `located` (has a place in the district), `rejected`, and
    the `rejects` themselves (line, id, reason), at most 200 of them.
    """
    timezone = timezone or require_project(engine).timezone
    found = read_incidents_csv(path, timezone=timezone)
    account_id = actor.account_id if isinstance(actor, Actor) else None
    counts = store_incidents(
        engine, found.incidents, source, account_id=account_id, facts={"sha256": _sha256(path)}
    )
    return {
        "read": found.read,
        **counts,
        "rejected": len(found.rejects),
        "rejects": found.rejects.head(200)[["line", "source_id", "reason"]].to_dict("records"),
    }


def store_incidents(
    engine: Engine,
    frame: gpd.GeoDataFrame,
    source: str,
    *,
    account_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, int]:
    """Store a frame that keeps the contract INCIDENTS; counts `stored`, `updated`, `located`.

    Extra columns that are used where present: `unplaced` (why there is no place), `due_at`.
    """
    with transaction(engine, SYSTEM) as conn:
        stored, updated = incidents.store(conn, source, _columns(frame))
        located = incidents.locate(conn, source)
        counts = {"stored": stored, "updated": updated, "located": located}
        noted = {"read": len(frame), **counts, **(facts or {})}
        people.note(conn, "import_incidents", source, account_id=account_id, facts=noted)
    return counts


def import_upload(engine: Engine, actor: Actor, stream: IO[bytes], *, name: str) -> dict[str, Any]:
    """Store an uploaded file: written under a name of ours, read, and removed.

    `name` is the file's name as the browser told it; it only names the list in the answer.
    """
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(stream.read())
        file.flush()
        return import_incidents(engine, actor, Path(file.name)) | {"file": name[:200]}


def _columns(frame: gpd.GeoDataFrame) -> dict[str, list[Any]]:
    placed = ~(frame.geometry.is_empty | frame.geometry.isna()).to_numpy()
    lon, lat = shapely.get_x(frame.geometry), shapely.get_y(frame.geometry)
    due_at = frame.due_at if "due_at" in frame else [None] * len(frame)
    unplaced = frame.unplaced if "unplaced" in frame else [""] * len(frame)
    return {
        "source_id": list(frame.source_id),
        "category": list(frame.category),
        "text": [_text(value) for value in frame.text],
        "channel": [channel_of(_text(word)).value for word in frame.channel],
        "state": [_state(at, w) for at, w in zip(frame.closed_at, frame.status, strict=True)],
        "reported_at": [at.to_pydatetime() for at in frame.reported_at],
        "due_at": [_moment(at) for at in due_at],
        "closed_at": [_moment(at) for at in frame.closed_at],
        "lon": [float(x) if ok else None for x, ok in zip(lon, placed, strict=True)],
        "lat": [float(y) if ok else None for y, ok in zip(lat, placed, strict=True)],
        "reason": [_text(reason) for reason in unplaced],
    }


def _state(closed_at: Any, word: Any) -> IncidentState:
    told = state_of(_text(word))
    return told if pd.isna(closed_at) or told in FINISHED else IncidentState.CLOSED


def _moment(at: Any) -> datetime | None:
    return None if pd.isna(at) else pd.Timestamp(at).to_pydatetime()


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value).replace("\x00", "")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
