"""A layer on its way into a file: columns of the catalogue, shapes as WKB, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from gisgrid.io.target import Target, moved
from gisgrid.model.layers import Field, Kind

GEOMETRY = "geom"
_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.INT: pa.int64(),
    Kind.FLOAT: pa.float64(),
    Kind.BOOL: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.timestamp("ms", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows: a list a column, and WKB in EPSG:4326 (None: no place)."""

    columns: Mapping[str, Sequence[Any]]
    wkb: Sequence[bytes | None]

    def __len__(self) -> int:
        return len(self.wkb)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A layer: `headings` are what a person reads above its columns; `parts` can be read once."""

    key: str
    title: str
    shape: str
    fields: tuple[Field, ...]
    headings: Mapping[str, str]
    parts: Iterable[Part]


def placed_wkb(part: Part, target: Target) -> Sequence[bytes | None]:
    """The shapes of a part in `target`, as WKB."""
    if target.is_plain:
        return part.wkb
    return list(shapely.to_wkb(moved(shapes_of(part), target)))


def shapes_of(part: Part) -> Any:
    """(n,) geometries in EPSG:4326, None where there is none."""
    return shapely.from_wkb(np.array([*part.wkb, None], dtype=object)[:-1])


def schema(fields: Sequence[Field]) -> pa.Schema:
    """The columns with their types, the shape last."""
    typed = [pa.field(field.name, _TYPES[field.kind]) for field in fields]
    return pa.schema([*typed, pa.field(GEOMETRY, pa.binary())])


def arrow_table(part: Part, fields: Sequence[Field], target: Target) -> pa.Table:
    """The part as an Arrow table of `schema(fields)`, shapes in `target`."""
    arrays = [pa.array(part.columns[field.name], _TYPES[field.kind]) for field in fields]
    arrays.append(pa.array(placed_wkb(part, target), pa.binary()))
    return pa.Table.from_arrays(arrays, schema=schema(fields))
