"""XLSX: values only, no formula is worked out, no link followed; the heading row is looked for."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from gisgrid.io.files import truncated
from gisgrid.io.incoming.refuse import choose
from gisgrid.io.incoming.source import BATCH, Batch, Layer, Source, unique
from gisgrid.io.incoming.tables import EXTRA

TITLE_ROWS = 12
WIDEST = 1000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    ParseError,
    OSError,
    EOFError,
)


def open_workbook(path: Path, name: str, layer: str | None, known: frozenset[str]) -> Source:
    """A sheet of a workbook: the one chosen, or the only one that holds a table.

    `known` are folded headings: the row with most of them is the heading row, else the fullest of
    the first rows; what stands above it (a title) is passed over.
    """
    try:
        stream = path.open("rb")  # by its bytes: openpyxl judges a path by its ending
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheets = {sheet.title: _top(sheet) for sheet in book.worksheets}
    except _BROKEN as damage:
        raise truncated(path) from damage
    filled = [title for title, top in sheets.items() if any(any(r) for r in top)] or list(sheets)
    title = layer if layer in sheets else filled[0] if len(filled) == 1 else ""
    if not title:
        raise choose(name, filled)
    at = _heading_row(sheets[title], known)
    headings = unique([_text(value) for value in sheets[title][at]] if sheets[title] else [])
    while headings and headings[-1].startswith("column_"):
        headings.pop()
    sheet = book[title]

    def batches(most: int | None) -> Iterator[Batch]:
        return _batches(path, sheet, at, headings, most)

    rows = max((sheet.max_row or at + 1) - at - 1, 0)
    return Source(
        format="XLSX",
        layer=title,
        layers=tuple(Layer(each) for each in filled),
        headings=tuple(headings),
        rows=rows,
        counted=False,
        crs=None,
        batches=batches,
    )


def _top(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(max_row=TITLE_ROWS, max_col=WIDEST, values_only=True))


def _heading_row(top: list[tuple[Any, ...]], known: frozenset[str]) -> int:
    """Place of the row that looks most like headings."""
    from gisgrid.io.text import folded  # noqa: PLC0415 - opencc is loaded only where needed

    def worth(row: tuple[Any, ...]) -> tuple[int, int]:
        texts = [value for value in row if isinstance(value, str) and value.strip()]
        return sum(folded(text) in known for text in texts), len(set(texts))

    return max(range(len(top)), key=lambda i: (*worth(top[i]), -i), default=0)


def _batches(
    path: Path, sheet: Any, at: int, headings: list[str], most: int | None
) -> Iterator[Batch]:
    rows: list[list[Any]] = []
    done = 0
    try:
        for row in sheet.iter_rows(min_row=at + 2, max_col=len(headings) or 1, values_only=True):
            if any(value is not None for value in row):
                rows.append([*row, *[None] * (len(headings) - len(row)), ""])
            if len(rows) == BATCH or (rows and done + len(rows) == most):
                yield _batch(rows, headings, done)
                done, rows = done + len(rows), []
            if done == most:
                return
    except _BROKEN as damage:
        raise truncated(path) from damage
    if rows or not done:
        yield _batch(rows, headings, done)


def _batch(rows: list[list[Any]], headings: list[str], done: int) -> Batch:
    frame = pd.DataFrame(rows, columns=[*headings, EXTRA], dtype="object")
    return Batch(frame, None, np.arange(done + 1, done + len(rows) + 1, dtype=np.int64))


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\n", "").strip()
