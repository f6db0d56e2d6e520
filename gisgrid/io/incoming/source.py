"""What a reader gives of a foreign file, whatever its format: rows in batches, as written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd

from gisgrid.geo.edges import Geometries, Ints

BATCH = 20_000
"""Rows that are in memory at once."""

Facts: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file.

    `rows` have the headings of the file; `shapes` (n,) are in its own coordinates, None where the
    format has none at all; `numbers` (n,) count the rows from 1.
    """

    rows: pd.DataFrame
    shapes: Geometries | None
    numbers: Ints


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, sheet or table of a file; `rows` None: not counted."""

    name: str
    rows: int | None = None
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A layer that is open.

    Attributes
    ----------
    format, layer, layers
        What the file is, which layer was chosen, and all of them.
    headings
        Of the columns, as written.
    rows, counted
        How many rows; `counted` False: reckoned from the size.
    crs
        What the file says of its coordinate system (WKT or ``EPSG:n``); None: nothing.
    encoding
        Of the text, and whether it was found by reading (``guessed``) or stated.
    bounds
        (west, south, east, north) in the file's own coordinates where it says so without reading.
    findings
        What stood out while opening.
    batches
        Read the rows, at most so many (None: all).
    """

    format: str
    layer: str
    layers: tuple[Layer, ...]
    headings: tuple[str, ...]
    rows: int
    counted: bool
    crs: str | None
    batches: Callable[[int | None], Iterator[Batch]]
    encoding: str | None = None
    guessed: bool = False
    bounds: tuple[float, ...] | None = None
    findings: list[Facts] = field(default_factory=list)


def unique(headings: list[str]) -> list[str]:
    """Headings with a number where one comes twice, and a name where there is none.

    >>> unique(["a", "", "a"])
    ['a', 'column_2', 'a_2']
    """
    seen: dict[str, int] = {}
    names = []
    for place, heading in enumerate(headings, start=1):
        name = heading.strip().lstrip("\ufeff") or f"column_{place}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names
