"""Which unit a code means on a day: codes change over the years."""

from __future__ import annotations

from datetime import date
from typing import Any

from gisgrid.storage import succession
from gisgrid.storage.engine import SYSTEM, Engine, transaction


def units_on(engine: Engine, code: str, day: date) -> list[dict[str, Any]]:
    """The units that a code means on a day, by code; borders and names are everybody's to know.

    The one that bore the code then; where it had ended, what became of it (several after a split);
    where it had not begun, what it was made of. Each with ``id, code, name, valid_from, valid_to``
    (days as ISO text) and ``own``: whether it bore the code itself. Empty where nobody ever did.
    """
    with transaction(engine, SYSTEM) as conn:
        rows = [dict(row._mapping) for row in succession.unit_on(conn, code, day)]
    for row in rows:
        row["valid_from"] = row["valid_from"].isoformat()
        row["valid_to"] = row["valid_to"] and row["valid_to"].isoformat()
    return rows
