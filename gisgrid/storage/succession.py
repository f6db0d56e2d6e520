"""Codes over the years: which unit followed which, and which one a code means on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.bulk import Written
from gisgrid.storage.sql import sql


def known(conn: Connection) -> dict[str, Any]:
    """What a succession table is checked against.

    Returns
    -------
    ``ended`` (code -> last day), ``began`` (code -> first day, where another one precedes), and
    ``succeeded``: the successions stored, as "old>new@day".
    """
    ended = text(
        "SELECT code, max(valid_to) AS day FROM unit GROUP BY code"
        " HAVING bool_and(valid_to IS NOT NULL)"
    )
    began = text(
        "SELECT n.code, max(s.day) AS day FROM unit_succession s JOIN unit n ON n.id = s.new_id"
        " GROUP BY n.code"
    )
    done = text(
        "SELECT o.code || '>' || n.code || '@' || s.day FROM unit_succession s"
        " JOIN unit o ON o.id = s.old_id JOIN unit n ON n.id = s.new_id ORDER BY s.id"
    )
    return {
        "ended": {row.code: row.day.isoformat() for row in conn.execute(ended)},
        "began": {row.code: row.day.isoformat() for row in conn.execute(began)},
        "succeeded": tuple(conn.execute(done).scalars()),
    }


def put(conn: Connection) -> tuple[Written, list[Row[Any]]]:
    """Store the staged successions; rows that name no unit come back (number, code, name).

    The old units end on the day and the new ones begin; valid units below an old one go to the
    new. Incidents stay with the unit they were reported in.
    """
    for statement in sql("succession_match").text.split(";"):
        conn.execute(text(statement))
    lost = text(
        "SELECT number, CASE WHEN old_id IS NULL THEN old_code ELSE new_code END AS code, name"
        " FROM incoming WHERE old_id IS NULL OR new_id IS NULL ORDER BY number"
    )
    unknown = list(conn.execute(lost))
    again = int(conn.execute(text("SELECT count(*) FROM incoming WHERE known")).scalar_one())
    stored = int(conn.execute(sql("succession_put")).scalar_one())
    while conn.execute(sql("succession_children")).rowcount:
        pass
    return Written(stored, again), unknown


def changes(conn: Connection, limit: int) -> Sequence[Row[Any]]:
    """Which unit followed which, the latest first.

    Each has day, code, name and dates of both (old_… and new_…), and how many units the old one
    became (``heirs``) and the new one was made of (``forebears``) on that day.
    """
    return conn.execute(sql("succession_list"), {"limit": limit}).all()


def unit_on(conn: Connection, code: str, day: date) -> Sequence[Row[Any]]:
    """The units that a code means on a day, by code: none, one, or several after a split.

    Each has id, code, name, valid_from, valid_to, and `own`: it bore the code itself.
    """
    return conn.execute(sql("succession_unit_on"), {"code": code, "day": day}).all()
