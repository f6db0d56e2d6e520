"""Incidents by the hundred thousand: as columns of whole numbers, as hot spots, by their ids."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, text

from gisgrid.model.incidents import FINISHED, Channel
from gisgrid.storage.sql import source, sql

RECORD = (
    ("id", "i4"), ("lon", "i4"), ("lat", "i4"), ("reported", "i4"), ("due", "i4"),
    ("closed", "i4"), ("grid", "i4"), ("community", "i4"), ("category", "i2"), ("state", "i2"),
    ("channel", "i2"), ("marks", "i2"),
)  # fmt: skip
"""Columns of `incident_columns.sql` with their sizes, in its order."""

_HEAD_BYTES, _TAIL_BYTES = 19, 2  # of PostgreSQL's binary COPY
_COPIED = np.dtype(
    [("fields", ">i2")]
    + [part for name, kind in RECORD for part in ((f"{name}_bytes", ">i4"), (name, f">{kind}"))]
)

Table = npt.NDArray[Any]


def categories(conn: Connection) -> Sequence[Row[Any]]:
    """(key, code, zh, en) of the categories met with in scope; names where the code is ours."""
    found = text(
        "SELECT key, code, category.name_zh AS zh, category.name_en AS en"
        " FROM (SELECT DISTINCT coalesce(category_code, category_text, '') AS key, category_code"
        "       FROM incident) AS met"
        " LEFT JOIN category ON category.code = met.category_code ORDER BY key"
    )
    return conn.execute(found).all()


def columns(
    conn: Connection,
    *,
    keys: Sequence[str],
    met: Sequence[str],
    since: datetime | None,
    until: datetime | None,
) -> Table:
    """(n,) records `RECORD` of the placed incidents in scope, oldest first.

    `category`, `state` and `channel` count from 1 in `keys`, `met` and the order of `Channel`;
    `marks` is the level, + 16 near a border, + 32 finished. The database writes the records and
    nothing is read row by row.
    """
    values = {
        "categories": list(keys),
        "states": list(met),
        "channels": [channel.value for channel in Channel],
        "finished": list(FINISHED),
        "since": since,
        "until": until,
    }
    cursor = conn.connection.cursor()
    statement = cursor.mogrify(source("incident_columns"), values).decode()
    held = io.BytesIO()
    cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT binary)", held)
    body = held.getbuffer()[_HEAD_BYTES : held.tell() - _TAIL_BYTES]
    return np.frombuffer(body, _COPIED)


def hotspots(conn: Connection, **wanted: Any) -> Sequence[Row[Any]]:
    """Hot spots of the incidents wanted, most incidents first; see `incident_hotspots.sql`."""
    values = {"finished": list(FINISHED), **wanted}
    return conn.execute(sql("incident_hotspots"), values).all()


def briefs(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """What a list says of each incident that the transaction may see: id and text."""
    found = text("SELECT id, text FROM incident WHERE id = ANY(:ids)")
    return conn.execute(found, {"ids": list(ids)}).all()


def places(conn: Connection, wanted: dict[str, Any]) -> Sequence[Row[Any]]:
    """(id, x, y) in metres of the placed incidents of a category in a period, newest first."""
    return conn.execute(sql("incident_places"), {"finished": list(FINISHED), **wanted}).all()


def tray(conn: Connection, *, limit: int) -> Sequence[Row[Any]]:
    """Incidents in scope that wait for a place, the open and newest first, with their `total`."""
    return conn.execute(sql("incident_tray"), {"finished": list(FINISHED), "limit": limit}).all()


def exported(conn: Connection, **wanted: Any) -> Sequence[Row[Any]]:
    """Incidents in scope that fit, as they leave the house; see `incident_export.sql`."""
    return conn.execute(sql("incident_export"), {"finished": list(FINISHED), **wanted}).all()
