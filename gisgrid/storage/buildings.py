"""Single buildings: what stands on a cell, and the households that a person sets for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql


def on_cell(conn: Connection, cell_id: int) -> Sequence[Row[Any]]:
    """Buildings in use on a cell that the transaction may see, most households first."""
    return conn.execute(sql("buildings_on_cell"), {"cell": cell_id}).all()


def set_households(conn: Connection, building_id: int, households: int | None) -> Row[Any] | None:
    """Set the override (None takes it back); (households, residents), or None out of scope."""
    changed = text(
        "UPDATE building SET households_override = :households, updated_at = now()"
        " WHERE id = :building AND retired_at IS NULL RETURNING households, residents, source_id"
    )
    values = {"building": building_id, "households": households}
    return conn.execute(changed, values).one_or_none()
