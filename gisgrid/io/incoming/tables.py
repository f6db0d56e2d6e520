"""CSV and TSV, in batches: any encoding we know, comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from gisgrid.io.incoming.refuse import refused
from gisgrid.io.incoming.source import BATCH, Batch, Layer, Source, unique
from gisgrid.io.incoming.wording import SAMPLE, Reading, encoding_of

DELIMITERS = ",;\t|，"
LONGEST_FIELD = 1 << 20
MOST_COLUMNS = 1000
EXTRA = "\x00beyond"
"""Column that says a row has more fields than headings."""


def open_table(path: Path, name: str, encoding: str | None = None) -> Source:
    """A table of text. Rows that are wholly blank are none; quotes that never end are refused.

    Raises
    ------
    UnreadableFile
        ``not_text`` or ``not_a_table``.
    """
    size = path.stat().st_size
    reading = _reading(path, name, encoding)
    csv.field_size_limit(LONGEST_FIELD)
    delimiter = _delimiter(path, reading.encoding)
    headings = _headings(path, name, reading.encoding, delimiter)

    def batches(most: int | None) -> Iterator[Batch]:
        return _batches(_lines(path, name, reading.encoding, delimiter), headings, most)

    rows, counted = _count(path, size)
    return Source(
        format="TSV" if delimiter == "\t" else "CSV",
        layer=name,
        layers=(Layer(name, rows),),
        headings=tuple(headings),
        rows=rows,
        counted=counted,
        crs=None,
        encoding=reading.encoding,
        guessed=reading.guessed,
        batches=batches,
    )


def _reading(path: Path, name: str, encoding: str | None) -> Reading:
    """The encoding: the one chosen, or found in the beginning, the middle and the end."""
    if encoding:
        try:
            "".encode(encoding)
        except LookupError as unknown:
            raise refused("not_text", f"no encoding {encoding}", file=name) from unknown
        return Reading(encoding, guessed=False)
    size = path.stat().st_size
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE)
        found = encoding_of(sample)
        if found and found.encoding == "utf-8" and size > SAMPLE:
            found = _unless_later(stream, size) or found
    if found is None:
        raise refused("not_text", f"{name} is text in no encoding known here", file=name)
    return found


def _unless_later(stream: io.BufferedReader, size: int) -> Reading | None:
    """The encoding of later parts where they are no UTF-8: a file may begin in plain ASCII."""
    places = range(SAMPLE, size, max(SAMPLE, size // 64))
    for place in places:
        stream.seek(place)
        piece = stream.read(SAMPLE if size <= 64 * SAMPLE else SAMPLE // 8)
        # whole lines: a character cut in two is none of any encoding
        found = encoding_of(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1])
        if found and found.encoding != "utf-8":
            return found
    return None


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        opening = stream.readline(LONGEST_FIELD)
    return max(DELIMITERS, key=opening.count)


def _headings(path: Path, name: str, encoding: str, delimiter: str) -> list[str]:
    for _, fields in _lines(path, name, encoding, delimiter):
        if len(fields) > MOST_COLUMNS:
            break
        return unique(fields)
    raise refused("not_a_table", f"{name} has no headings", file=name, line=1)


Line = tuple[int, list[str]]


def _lines(path: Path, name: str, encoding: str, delimiter: str) -> Iterator[Line]:
    with path.open(encoding=encoding, newline="") as stream:
        lines = csv.reader(stream, delimiter=delimiter)
        try:
            for fields in lines:
                if any(fields):
                    yield lines.line_num, fields
        except csv.Error as damage:
            raise refused(
                "not_a_table",
                f"{name} is no table (line {lines.line_num})",
                file=name,
                line=lines.line_num,
            ) from damage
        except UnicodeDecodeError as damage:
            raise refused("not_text", f"{name} is not {encoding}", file=name) from damage


def _batches(lines: Iterator[Line], headings: list[str], most: int | None) -> Iterator[Batch]:
    next(lines)
    rows: list[list[str]] = []
    done, width = 0, len(headings)
    for _, fields in lines:
        fields.append("") if len(fields) == width else _fit(fields, width)
        rows.append(fields)
        if len(rows) == BATCH or done + len(rows) == most:
            yield _batch(rows, headings, done)
            done, rows = done + len(rows), []
            if done == most:
                return
    if rows or not done:
        yield _batch(rows, headings, done)


def _fit(fields: list[str], width: int) -> None:
    """Make a row as wide as the headings, and a mark behind them where it was wider."""
    wider = any(fields[width:])
    fields[:] = [*(fields + [""] * width)[:width], "1" if wider else ""]


def _batch(rows: list[list[str]], headings: list[str], done: int) -> Batch:
    frame = pd.DataFrame(rows, columns=[*headings, EXTRA], dtype="object")
    return Batch(frame, None, np.arange(done + 1, done + len(rows) + 1, dtype=np.int64))


def _count(path: Path, size: int) -> tuple[int, bool]:
    """Lines below the heading: counted in files of some megabytes, else reckoned from a sample."""
    with path.open("rb") as stream:
        if size <= 64 * SAMPLE:
            lines = sum(piece.count(b"\n") for piece in iter(lambda: stream.read(SAMPLE), b""))
            stream.seek(max(size - 1, 0))
            return max(lines - (stream.read(1) == b"\n"), 0), True
        sample = stream.read(8 * SAMPLE)
    return int(size / len(sample) * sample.count(b"\n")), False
