"""What the reading process hands over: pieces of rows, each as soon as it is checked, and rejects.

A piece gets its name when it is complete; who waits for it never sees half of one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gisgrid.io.incoming.gathering import as_json
from gisgrid.io.incoming.row_kinds import Columns
from gisgrid.io.incoming.schemas import REJECTS
from gisgrid.io.incoming.source import Facts

BEGIN, REJECTED = "begin.json", "rejects.parquet"
COMPRESSION = "lz4"


def piece_at(folder: Path, number: int) -> Path:
    """Where a piece of rows lies; they count from 0."""
    return folder / f"rows-{number:05}.parquet"


def tell_begin(folder: Path, told: Facts) -> None:
    """Tell what is known before the first row is checked."""
    unfinished = folder / "begin.part"
    unfinished.write_text(json.dumps(told, ensure_ascii=False, default=str), encoding="utf-8")
    unfinished.rename(folder / BEGIN)


def write_pieces(folder: Path, pieces: Iterable[Columns], schema: Mapping[str, pa.DataType]) -> int:
    """Write rows piece by piece; how many there are, the parts of one thing counted each."""
    count = 0
    for number, piece in enumerate(pieces):
        table = pa.table({name: _array(piece[name], kind) for name, kind in schema.items()})
        unfinished = folder / "rows.part"
        pq.write_table(table, unfinished, compression=COMPRESSION)
        unfinished.rename(piece_at(folder, number))
        count += table.num_rows
    return count


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    """A column; of numbers NaN is none."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return pa.array(values, from_pandas=True).cast(kind)
    return pa.array(values, kind)


def write_rejects(folder: Path, rejects: list[Facts]) -> None:
    """Write the rows in quarantine."""
    places = [each["place"] or [None, None] for each in rejects]
    columns = {
        **{name: [each[name] for each in rejects] for name in ("number", "source_id", "name")},
        "reason": [each["reason"] for each in rejects],
        "facts": [as_json(each["facts"]) for each in rejects],
        "values": [as_json(each["values"]) for each in rejects],
        "x": [place[0] for place in places],
        "y": [place[1] for place in places],
        "geom": [each["geom"] for each in rejects],
        "suggestion": [each["suggestion"] for each in rejects],
    }
    table = pa.table({name: pa.array(columns[name], kind) for name, kind in REJECTS.items()})
    pq.write_table(table, folder / REJECTED)
