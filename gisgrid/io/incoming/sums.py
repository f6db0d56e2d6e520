"""Totals that a table declares, against what its rows add up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from gisgrid.io.incoming.source import Facts
from gisgrid.io.incoming.values import numbers, text_of
from gisgrid.io.text import folded

TOTAL_WORDS = frozenset(
    {"合计", "总计", "小计", "总数", "共计", "全区", "total", "sum", "subtotal", "grandtotal"}
)
_TOTAL_HEADINGS = ("合计", "总计", "总数", "小计", "共计", "total")


def total_rows(rows: pd.DataFrame, columns: Sequence[str]) -> Any:
    """(n,) whether a row is a total of others, by the word in one of `columns`."""
    found = np.zeros(len(rows), dtype=bool)
    for column in columns:
        if column in rows:
            words = [folded(text_of(value) or "") for value in rows[column]]
            found |= np.array([word in TOTAL_WORDS for word in words], dtype=bool)
    return found


def column_sums(rows: pd.DataFrame, total: Any) -> list[Facts]:
    """Each column of numbers whose last total row declares another sum than its rows have."""
    if not total.any():
        return []
    last = int(np.flatnonzero(total)[-1])
    findings = []
    for heading in rows.columns:
        values, unread = numbers(rows[heading])
        parts = values[~total]
        if unread.any() or np.isnan(values[last]) or np.isnan(parts).all():
            continue
        declared, found = float(values[last]), float(np.nansum(parts))
        if abs(declared - found) > 1e-6 * max(abs(declared), 1):
            findings.append(
                {
                    "kind": "sum_differs",
                    "column": str(heading),
                    "declared": declared,
                    "found": found,
                }
            )
    return findings


def row_sums(rows: pd.DataFrame, plain: Sequence[str]) -> dict[int, Facts]:
    """Rows whose own total (a column named 合计, total …) is not the sum of their other numbers.

    Columns of `plain` (codes, names) are no parts. A total column counts only where most rows, or
    the only row nearly, add up to it.
    """
    total = next((h for h in rows.columns if _is_total(str(h)) and h not in plain), None)
    if total is None:
        return {}
    parts = [h for h in rows.columns if h != total and h not in plain and _numeric(rows[h])]
    if len(parts) < 2:
        return {}
    declared = numbers(rows[total])[0]
    found = np.nansum([numbers(rows[h])[0] for h in parts], axis=0)
    with np.errstate(invalid="ignore"):
        off = np.abs(declared - found) > 1e-6
        near = np.abs(declared - found) <= 0.1 * np.abs(declared)
    if np.mean(near) <= 0.5:
        return {}
    return {
        int(row): {"declared": float(declared[row]), "found": float(found[row])}
        for row in np.flatnonzero(off & np.isfinite(declared))
    }


def _is_total(heading: str) -> bool:
    return any(word in folded(heading) for word in _TOTAL_HEADINGS)


def _numeric(column: Any) -> bool:
    values, unread = numbers(column)
    return not unread.any() and bool(np.isfinite(values).any())
