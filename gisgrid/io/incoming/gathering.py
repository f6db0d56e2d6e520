"""Rows on their way: what is kept, what is quarantined and why, what was mended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gisgrid.geo.edges import Geometries, Ints
from gisgrid.geo.outlines import Outlines, outlines
from gisgrid.io.incoming.geojson import CLOSED
from gisgrid.io.incoming.shapes import Gate, places
from gisgrid.io.incoming.source import Batch, Facts
from gisgrid.io.incoming.tables import EXTRA
from gisgrid.io.incoming.values import texts

MOST_REPAIRS = 500
LONGEST_CELL = 1000
HIDDEN = frozenset({EXTRA, CLOSED})
SURFACES = (3, 6)


@dataclass(slots=True)
class Gathering:
    """What one reading has come to so far.

    `ids` and `shape_keys` are those of the rows kept, to find doubles in later batches.
    """

    read: int = 0
    kept: int = 0
    vertices: int = 0
    rejects: list[Facts] = field(default_factory=list)
    repairs: list[Facts] = field(default_factory=list)
    repaired: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    findings: list[Facts] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    shape_keys: dict[bytes, int] = field(default_factory=dict)

    def reasons(self) -> dict[str, int]:
        """Rows in quarantine by reason, the most frequent first."""
        return dict(Counter(each["reason"] for each in self.rejects).most_common())

    def refuse(self, batch: Batch, gate: Gate, labels: tuple[list[str], list[str]]) -> None:
        """Put the rows of a batch that have a reason into quarantine, as they were written."""
        bad = np.flatnonzero(gate.reason != "")
        if not len(bad):
            return
        ids, names = labels
        shapes = gate.shapes[bad]
        cells, geometry, at = written(batch.rows, bad), _ewkb(shapes), places(shapes)
        for place, row in enumerate(bad.tolist()):
            facts = gate.facts.get(row, {})
            there = at[place].tolist() if np.isfinite(at[place]).all() else None
            suggestion = gate.suggestions.get(row)
            self.rejects.append(
                {
                    "number": int(batch.numbers[row]),
                    "source_id": _plain(ids[row]),
                    "name": _plain(names[row]),
                    "reason": str(gate.reason[row]),
                    "facts": {k: v for k, v in facts.items() if k != "place"},
                    "values": cells[place],
                    "place": facts.get("place") or there,
                    "geom": geometry[place],
                    "suggestion": None if suggestion is None else _ewkb([suggestion])[0],
                }
            )

    def note_repairs(self, batch: Batch, gate: Gate, ids: list[str]) -> None:
        """Remember the repairs of the rows that are kept."""
        if not gate.repairs:
            return
        at = places(gate.shapes)
        for row, facts in sorted(gate.repairs.items()):
            if gate.reason[row] != "":
                continue
            self.repaired[facts["kind"]] += 1
            if len(self.repairs) < MOST_REPAIRS and facts["kind"] != "repeated_points":
                place = facts.get("place") or [round(float(v), 7) for v in at[row]]
                where = {"number": int(batch.numbers[row]), "source_id": ids[row][:200]}
                self.repairs.append(facts | where | {"place": place})


def written(rows: pd.DataFrame, places: Ints) -> list[dict[str, str]]:
    """Some rows as their owner wrote them: heading -> text."""
    found: list[dict[str, str]] = [{} for _ in places]
    for heading in rows.columns:
        if heading in HIDDEN:
            continue
        for cells, text in zip(found, texts(rows[heading].iloc[places]), strict=True):
            if text is not None:
                cells[str(heading)] = text[:LONGEST_CELL].encode("utf-8", "replace").decode()
    return found


def _plain(text: str) -> str:
    """Text that can be written down, whatever half characters it had."""
    return text[:200].encode("utf-8", "replace").decode()


def _ewkb(shapes: Any) -> list[str | None]:
    """(n,) shapes as hexadecimal EWKB; None for what the database would not take."""
    given = np.array(shapes, dtype=object)
    xy, owner = shapely.get_coordinates(given, return_index=True)
    given[np.unique(owner[~np.isfinite(xy).all(axis=1)])] = None
    given[shapely.is_empty(given)] = None
    with_srid = shapely.set_srid(given, 4326)
    return list(shapely.to_wkb(with_srid, hex=True, include_srid=True))


def hexes(shapes: Geometries) -> list[str | None]:
    """(n,) shapes as hexadecimal WKB; the column they are bound for knows that it is EPSG:4326."""
    plain = shapely.to_wkb(shapes)  # GEOS takes four times as long to write digits
    return [None if wkb is None else wkb.hex() for wkb in plain]


def refuse_doubles(gate: Gate, ids: list[str], seen: Gathering, *, id_reason: str) -> None:
    """Rows whose id came before, in this batch or an earlier one."""
    good = gate.good()
    own = {ids[row] for row in good}
    if len(own) == len(good) and own.isdisjoint(seen.ids):
        seen.ids |= own
        return
    twice = [False] * len(ids)
    for row in good:
        twice[row] = ids[row] in seen.ids
        seen.ids.add(ids[row])
    gate.refuse(np.array(twice, dtype=bool), id_reason)


def part_ids(gate: Gate, ids: list[str], seen: Gathering) -> list[str]:
    """Ids of lines: the parts of one street share its id, so the second becomes ``id#2``, and on.

    A line with the course of another is refused as its double afterwards, whatever its id.
    """
    own, numbered = set(seen.ids), list(ids)
    for row in gate.good():
        n = 1
        while numbered[row] in own:
            n += 1
            numbered[row] = f"{ids[row]}#{n}"
        own.add(numbered[row])
    return numbered


def _measured(shapes: Geometries) -> Outlines:
    """Measures in degrees of (n,) shapes of any kind."""
    if np.isin(shapely.get_type_id(shapes), SURFACES).all():
        return outlines(shapes)
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    return Outlines(shapely.area(shapes), shapely.length(shapes), middle)


def refuse_same_shapes(
    gate: Gate, numbers: Ints, seen: Gathering, label: Callable[[int], str]
) -> None:
    """Rows whose surface (or whose point and `label`) came before; the fact names the earlier row.

    Compared by middle, area and length to a centimetre: enough to tell copies.
    """
    good = gate.good()
    found = _measured(gate.shapes[good])
    middle = np.round(found.middle, 8)
    area, length = np.round(found.area, 14), np.round(found.length, 9)
    size = np.column_stack([middle, area, length]) + 0.0  # of -0.0 and 0.0 one: bytes compare
    keys = size.view("V32").ravel().tolist()
    rows = []
    flat = (area == 0).tolist()
    for row, key, empty, number in zip(
        good.tolist(), keys, flat, numbers[good].tolist(), strict=True
    ):
        own = key + label(row).encode("utf-8", "surrogatepass") if empty else key
        earlier = seen.shape_keys.setdefault(own, number)
        if earlier != number:
            gate.facts[row] = {"earlier": earlier}
            rows.append(row)
    gate.refuse(rows, "same_shape")


def as_json(value: Any) -> str:
    """JSON for a column of a table."""
    return json.dumps(value, ensure_ascii=False, default=str)
