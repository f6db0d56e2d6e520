"""Compounds (小区): the buildings that belong to each, and the ground around them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gisgrid.storage.sql import sql


def found(conn: Connection, source: str, building: Sequence[str], name: Sequence[str]) -> int:
    """Keep the compounds that buildings of `source` are said to be of; how many buildings changed.

    `building` (n,) ids at the source, `name` (n,) of their compound.
    """
    values = {"source": source, "building": list(building), "name": list(name)}
    return conn.execute(sql("compounds_found"), values).rowcount
