"""Succession tables: old code, new code, day. One for one, many into one, or one into many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gisgrid.io.incoming.gathering import Gathering, refuse_doubles
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.row_kinds import Columns, Setting
from gisgrid.io.incoming.rows import quarantine_ids
from gisgrid.io.incoming.shapes import Gate
from gisgrid.io.incoming.source import Batch
from gisgrid.io.incoming.tables import EXTRA
from gisgrid.io.incoming.values import broken_text, code_of, day_of, text_of, texts

SPLIT = ("split", "拆", "分设", "分立", "划分", "析置", "一分为")
"""What a row says that stands for one part of a unit which was split."""


@dataclass(frozen=True, slots=True)
class _Table:
    """(n,) old and new codes, days as ISO text, and whether a row says it is part of a split."""

    old: Sequence[str]
    new: Sequence[str]
    day: Sequence[str]
    split: Sequence[bool]

    def label(self, row: int) -> str:
        return f"{self.old[row]}>{self.new[row]}"


def prepare_succession(batch: Batch, setting: Setting, seen: Gathering) -> Columns:
    """Rows that can be carried out; the others are in quarantine, each with its reason."""
    rows = batch.rows.drop(columns=[EXTRA], errors="ignore")
    count = len(rows)
    gate = Gate(np.full(count, None, dtype=object), np.full(count, "", dtype=object))
    gate.refuse(broken_text(rows), "control_character")
    cells = {ours: rows[theirs] for ours, theirs in setting.mapping.items() if theirs in rows}
    table = _Table(
        [code_of(v) or "" for v in cells["old_code"]],
        [code_of(v) or "" for v in cells["new_code"]],
        _days(cells["date"], gate),
        [_is_split(v) for v in cells["change"]] if "change" in cells else [False] * count,
    )
    _check(table, gate, setting.ground, seen)
    names = _names(cells, count)
    labels = [table.label(row) for row in range(count)]
    seen.refuse(batch, gate, (labels, names))
    good = gate.good()
    seen.read += count
    seen.kept += len(good)
    columns: Columns = {
        "number": batch.numbers.tolist(),
        "quarantine_id": quarantine_ids(cells, count),
        "source_id": labels,
        "old_code": list(table.old),
        "new_code": list(table.new),
        "day": list(table.day),
        "name": names,
    }
    return {name: [values[row] for row in good] for name, values in columns.items()}


def _names(cells: dict[str, Any], count: int) -> list[str]:
    pairs = [texts(cells[n]) if n in cells else [None] * count for n in ("old_name", "new_name")]
    return [" → ".join(filter(None, pair)) for pair in zip(*pairs, strict=True)]


def _is_split(value: Any) -> bool:
    words = (text_of(value) or "").casefold()
    return any(word in words for word in SPLIT)


def _days(values: Any, gate: Gate) -> list[str]:
    found = [day_of(value) for value in values]
    today = datetime.now(UTC).date()
    gate.refuse(np.array([day is None and not why for day, why in found], dtype=bool), "no_day")
    for word in ("date_1899", "date_unread"):
        gate.refuse(np.array([why == word for _, why in found], dtype=bool), word)
    gate.refuse(
        np.array([(day or date.min) > today for day, _ in found], dtype=bool), "day_to_come"
    )
    return [day.isoformat() if day else "" for day, _ in found]


def _check(table: _Table, gate: Gate, ground: Ground, seen: Gathering) -> None:
    count = len(table.old)
    gate.refuse(np.array([not code for code in table.new], dtype=bool), "no_successor")
    refuse_doubles(gate, [table.label(r) for r in range(count)], seen, id_reason="same_id")
    _check_known(table, gate, ground)
    _check_splits(table, gate)
    _check_cycles(table, gate)
    _check_order(table, gate, ground)


def _check_known(table: _Table, gate: Gate, ground: Ground) -> None:
    """Codes nobody has, and old ones that ended otherwise than the row says."""
    valid = set(ground.units["code"])
    done = set(ground.succeeded)
    for row in gate.good():
        old, new = table.old[row], table.new[row]
        lost = next((code for code in (old, new) if code not in valid | set(ground.ended)), None)
        if lost is not None:
            _refuse(gate, row, "unknown_code", {"code": lost})
        elif old not in valid and f"{table.label(row)}@{table.day[row]}" not in done:
            _refuse(gate, row, "already_ended", {"day": ground.ended[old]})


def _check_splits(table: _Table, gate: Gate) -> None:
    """Two successors of one unit must both say that it was split, on one day."""
    parts: dict[str, list[int]] = defaultdict(list)
    for row in gate.good():
        parts[table.old[row]].append(int(row))
    for rows in parts.values():
        if len(rows) > 1 and not all(table.split[row] for row in rows):
            gate.refuse(rows, "two_successors")
        for row in rows[1:]:
            if table.day[row] != table.day[rows[0]]:
                _refuse(gate, row, "days_disordered", {"day": table.day[rows[0]]})


def _check_cycles(table: _Table, gate: Gate) -> None:
    """Codes that in the end succeed themselves."""
    good = gate.good()
    codes = {code: at for at, code in enumerate({c for r in good for c in _ends(table, r)})}
    if not codes:
        return
    ends = np.array([[codes[code] for code in _ends(table, row)] for row in good])
    graph = coo_array((np.ones(len(good)), (ends[:, 0], ends[:, 1])), shape=(len(codes),) * 2)
    _, group = connected_components(graph, connection="strong")
    gate.refuse(good[group[ends[:, 0]] == group[ends[:, 1]]], "succession_cycle")


def _ends(table: _Table, row: int) -> tuple[str, str]:
    return table.old[row], table.new[row]


def _check_order(table: _Table, gate: Gate, ground: Ground) -> None:
    """A unit ends after it began, and is not succeeded by one that had ended by then."""
    done = set(ground.succeeded)
    begun = dict(ground.began)
    for row in gate.good():
        begun[table.new[row]] = max(begun.get(table.new[row], ""), table.day[row])
    for row in gate.good():
        since = begun.get(table.old[row], "")
        if since >= table.day[row] and f"{table.label(row)}@{table.day[row]}" not in done:
            _refuse(gate, row, "days_disordered", {"day": since})
    ended = dict(ground.ended)
    for row in gate.good():
        ended.setdefault(table.old[row], table.day[row])
    for row in gate.good():
        until = ended.get(table.new[row], "9999")
        if until <= table.day[row] and f"{table.label(row)}@{table.day[row]}" not in done:
            _refuse(gate, row, "days_disordered", {"day": until})


def _refuse(gate: Gate, row: int, reason: str, facts: dict[str, Any]) -> None:
    gate.facts[int(row)] = facts
    gate.refuse([int(row)], reason)
