"""Codes over the years: which unit followed which, and which one a code means on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from gisgrid.storage import succession
from gisgrid.storage.engine import SYSTEM, Engine, transaction

MOST_CHANGES = 500


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


def list_changes(engine: Engine) -> list[dict[str, Any]]:
    """Which unit followed which, the latest first, at most five hundred.

    Each with ``day, change`` ("split", "merged", "recoded") and the units ``old`` and ``new``, each
    with ``code, name, valid_from, valid_to`` (days as ISO text, None: still valid).
    """
    with transaction(engine, SYSTEM) as conn:
        rows = succession.changes(conn, MOST_CHANGES)
    return [
        {
            "day": row.day.isoformat(),
            "change": _change(row),
            "old": _unit(row, "old"),
            "new": _unit(row, "new"),
        }
        for row in rows
    ]


def _change(row: Any) -> str:
    if row.heirs > 1:
        return "split"
    return "merged" if row.forebears > 1 else "recoded"


def _unit(row: Any, which: str) -> dict[str, Any]:
    told = row._mapping
    begun, ended = told[f"{which}_from"], told[f"{which}_to"]
    return {
        "code": told[f"{which}_code"],
        "name": told[f"{which}_name"],
        "valid_from": begun.isoformat(),
        "valid_to": ended and ended.isoformat(),
    }
