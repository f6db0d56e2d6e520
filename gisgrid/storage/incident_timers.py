"""What the clock asks for: incidents past their deadline, rounds that are due, alerts by rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select, text

from gisgrid.storage.sql import sql
from gisgrid.storage.tables.incidents import alert_rule

LOCK = 730_311
"""One ticker at a time, whatever process it runs in."""

QUERIES = {
    "cluster": "incident_clusters",
    "overdue": "incident_grids_overdue",
    "coverage_gap": "incident_gap_alerts",
}


def take_turn(conn: Connection) -> bool:
    """Whether nobody else ticks just now; held until the end of the transaction."""
    return bool(conn.execute(text("SELECT pg_try_advisory_xact_lock(:n)"), {"n": LOCK}).scalar())


def overdue(conn: Connection, *, most: int) -> Sequence[Row[Any]]:
    """(id, level, due_at) of open incidents past a deadline on which nobody acted yet."""
    return conn.execute(sql("incident_overdue"), {"most": most}).all()


def rounds_due(conn: Connection, today: date) -> Sequence[Row[Any]]:
    """Store what the rounds ask for on `today`: (id, ends) of what is new."""
    return conn.execute(sql("incident_rounds"), {"today": today}).all()


def alert_rules(conn: Connection) -> Sequence[Row[Any]]:
    """Every rule of alerts, on or off, by key."""
    return conn.execute(select(alert_rule).order_by(alert_rule.c.key)).all()


def alerts_due(conn: Connection, rule: Row[Any], *, service: str | None) -> Sequence[Row[Any]]:
    """What `rule` finds and nobody was told yet: (category, n, ids, lon, lat, first).

    `category` is the category of a cluster, the code of the grid otherwise.
    """
    values = {
        "key": rule.key,
        "category": rule.category_code,
        "n": rule.n,
        "days": rule.days,
        "metres": rule.metres,
        "service": service,
    }
    wanted = sql(QUERIES[rule.kind])
    return conn.execute(wanted, {n: values[n] for n in wanted.compile().params}).all()


def alert_facts(conn: Connection, ids: Sequence[int]) -> Sequence[Any]:
    """(id, details) of the alerts among `ids`."""
    found = text("SELECT id, details FROM incident WHERE source = 'alert' AND id = ANY(:ids)")
    return conn.execute(found, {"ids": list(ids)}).all()
