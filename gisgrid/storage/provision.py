"""What dividing services among units asks: who lives where, which unit a service lies in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql


def homes(conn: Connection) -> Sequence[Row[Any]]:
    """(id, households, community, grid) of the buildings that the transaction may see, by id."""
    return conn.execute(sql("provision_homes")).all()


def addresses(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """(id, name, address) of those of the buildings `ids` that the transaction may see."""
    found = text("SELECT id, name, address FROM building WHERE id = ANY(:ids)")
    return conn.execute(found, {"ids": list(ids)}).all()


def places(conn: Connection, kind: str, *, depth: int) -> Sequence[Row[Any]]:
    """(id, name, lon, lat, unit) of the services of a kind; one row a unit of `depth` they meet."""
    return conn.execute(sql("provision_places"), {"kind": kind, "depth": depth}).all()
