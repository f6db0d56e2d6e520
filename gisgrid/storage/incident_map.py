"""Incidents by the hundred thousand: as columns of whole numbers, as hot spots, by their ids."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, text

from gisgrid.model.incidents import Channel
from gisgrid.storage.sql import source, sql

RECORD = (
    ("id", "i4"), ("lon", "i4"), ("lat", "i4"), ("reported", "i4"), ("due", "i4"), ("grid", "i4"),
    ("category", "i2"), ("channel", "i2"), ("marks", "i2"),
)  # fmt: skip
"""Columns of the block with their sizes."""

_SENT = (*RECORD[:6], ("kind", "i8"), *RECORD[7:])  # as incident_columns.sql has them
_HEAD_BYTES, _TAIL_BYTES = 19, 2  # of PostgreSQL's binary COPY
_COPIED = np.dtype(
    [("fields", ">i2")]
    + [part for name, kind in _SENT for part in ((f"{name}_bytes", ">i4"), (name, f">{kind}"))]
)

Columns = dict[str, npt.NDArray[Any]]


def columns(
    conn: Connection,
    *,
    since: datetime | None,
    until: datetime | None,
    days: int | None,
) -> tuple[Columns, Sequence[Row[Any]]]:
    """Columns `RECORD` of the placed incidents in scope, oldest first; the categories met.

    `category` and `channel` count from 1, in the categories and in the order of `Channel`;
    `marks` is the level, + 16 near a border, + 32 finished. The database writes the records in one
    pass and nothing is read row by row: a category comes as the hash of its key, and one incident
    of each tells what it is called. So `conn` must see both at the same moment (REPEATABLE READ).
    """
    values = {
        "channels": [channel.value for channel in Channel],
        "since": since,
        "until": until,
        "days": days,
    }
    cursor = conn.connection.cursor()
    statement = cursor.mogrify(source("incident_columns"), values).decode()
    held = io.BytesIO()
    cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT binary)", held)
    body = held.getbuffer()[_HEAD_BYTES : held.tell() - _TAIL_BYTES]
    copied = np.frombuffer(body, _COPIED)
    found = {name: copied[name].astype(f"<{kind}") for name, kind in _SENT}
    _, first, place = np.unique(found.pop("kind"), return_index=True, return_inverse=True)
    met = conn.execute(_MET, {"ids": found["id"][first].tolist()}).all()
    found["category"] = _places(found["id"][first], met)[place]
    order = np.argsort((found["reported"].astype(np.int64) << 32) | found["id"])
    return {name: column[order] for name, column in found.items()}, met


_MET = text(
    "SELECT coalesce(category_code, category_text, '') AS key, category_code AS code,"
    "       category.name_zh AS zh, category.name_en AS en, incident.id AS example"
    " FROM incident LEFT JOIN category ON category.code = category_code"
    " WHERE incident.id = ANY(:ids) ORDER BY key"
)


def _places(examples: npt.NDArray[Any], met: Sequence[Row[Any]]) -> npt.NDArray[np.int16]:
    """Where in `met`, from 1, the category of each example stands."""
    place = {row.example: number for number, row in enumerate(met, 1)}
    return np.array([place[int(example)] for example in examples], np.int16)


def hotspots(conn: Connection, **wanted: Any) -> Sequence[Row[Any]]:
    """Hot spots of the incidents wanted, most incidents first; see `incident_hotspots.sql`."""
    return conn.execute(sql("incident_hotspots"), wanted).all()


def briefs(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """What a list says of each incident that the transaction may see: id and text."""
    found = text("SELECT id, text FROM incident WHERE id = ANY(:ids)")
    return conn.execute(found, {"ids": list(ids)}).all()


def places(conn: Connection, wanted: dict[str, Any]) -> Sequence[Row[Any]]:
    """(id, x, y) in metres of the placed incidents of a category in a period, newest first."""
    return conn.execute(sql("incident_places"), wanted).all()


def tray(conn: Connection, *, limit: int) -> Sequence[Row[Any]]:
    """Incidents in scope that wait for a place, the open and newest first, with their `total`."""
    return conn.execute(sql("incident_tray"), {"limit": limit}).all()


def exported(conn: Connection, **wanted: Any) -> Sequence[Row[Any]]:
    """Incidents in scope that fit, as they leave the house; see `incident_export.sql`."""
    return conn.execute(sql("incident_export"), wanted).all()
