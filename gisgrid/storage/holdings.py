"""What the database holds, for the page of data: counts, the basis of households, imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql


def counts(conn: Connection) -> dict[str, int]:
    """Rows of each kind that the transaction may see."""
    return dict(conn.execute(sql("holdings_counts")).mappings().one())


def household_basis(conn: Connection) -> Sequence[Row[Any]]:
    """(basis, buildings, households): given by the source, estimated, or set by hand."""
    return conn.execute(sql("holdings_basis")).all()


def imports(conn: Connection, *, limit: int) -> Sequence[Row[Any]]:
    """The latest imports, newest first, each with its reasons for refusal as [{reason, n}]."""
    return conn.execute(sql("holdings_imports"), {"limit": limit}).all()


def outline(conn: Connection, *, tolerance_m: float) -> Sequence[tuple[bytes, str]]:
    """Valid communities as (WKB in EPSG:3857, simplified; name), for a picture without figures."""
    found = text(
        "SELECT ST_AsBinary(ST_Simplify(geom_3857, :tolerance_m)), u.name FROM unit u"
        " JOIN project p ON true JOIN unit_level l ON l.preset = p.preset AND l.depth = u.depth"
        " WHERE l.role = 'community' AND u.valid_to IS NULL"
    )
    return [(bytes(row[0]), row[1]) for row in conn.execute(found, {"tolerance_m": tolerance_m})]
