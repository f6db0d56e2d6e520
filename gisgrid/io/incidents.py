"""Incidents from a CSV file: every row is either stored or rejected with its line and reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gisgrid.errors import UnreadableFile
from gisgrid.io import frames
from gisgrid.io.columns import INCIDENT_HEADINGS, map_columns
from gisgrid.io.files import first_bytes
from gisgrid.io.osm import Progress

CHUNK = 20_000
_ENCODINGS = ("utf-8-sig", "gb18030")
_TIME_FORMATS = (
    "ISO8601",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
)


@dataclass(frozen=True, slots=True)
class IncidentFile:
    """What an incident file gave: `len(incidents) + len(rejects) == read`.

    Attributes
    ----------
    incidents
        Keeps the contract; column `unplaced` says why a row has no geometry ("" where it has one).
    rejects
        Columns ``what, source_id, reason, line`` (line in the file, the heading is line 1).
    read
        Rows of the file below its heading; blank lines are no rows.
    """

    incidents: gpd.GeoDataFrame
    rejects: pd.DataFrame
    read: int


def read_incidents_csv(
    path: str | Path,
    *,
    timezone: str = "Asia/Shanghai",
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> IncidentFile:
    """Read an incident list, in chunks.

    A row without usable coordinates (none, 0/0, outside the earth, rounded to whole degrees) is
    kept without geometry, to be located by hand. A row without a readable time of report, with an
    id that came before, or with more fields than headings is rejected.

    Parameters
    ----------
    path
        UTF-8 (with or without BOM) or GB 18030; comma, semicolon or tab.
    timezone
        Where times without an offset were written down; times are returned in UTC.
    mapping
        Our column -> their heading, where the guess is not right.

    Raises
    ------
    UnreadableFile
        If the file is missing, empty, or its text can be read in neither encoding (``not_text``).
    MissingColumn
        If category or time of report is not recognised among the headings.
    """
    source = Path(path)
    first_bytes(source)
    encoding = _encoding_of(source)
    tables, rejects, read = [], [], 0
    for headings, rows in _chunks(source, encoding):
        read += len(rows)
        table, bad = _chunk(headings, rows, timezone, mapping)
        tables.append(table)
        rejects.append(bad)
        if progress is not None:
            progress("read", read, None)
    table, doubles = _without_doubles(pd.concat(tables, ignore_index=True))
    incidents = frames.frame_of(
        frames.INCIDENTS,
        {str(name): list(table[name]) for name in table.columns if name not in ("shape", "line")},
        table["shape"],
    )
    return IncidentFile(incidents, pd.concat([*rejects, doubles], ignore_index=True), read)


def _encoding_of(source: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            with source.open(encoding=encoding) as stream:
                while stream.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableFile(
        f"{source.name} is text in neither UTF-8 nor GB 18030; save it as UTF-8",
        code="not_text",
        file=source.name,
    )


Line = tuple[int, list[str]]


def _chunks(source: Path, encoding: str) -> Iterator[tuple[list[str], list[Line]]]:
    """Headings and up to `CHUNK` numbered rows at a time; at least one chunk, even if empty."""
    with source.open(encoding=encoding, newline="") as stream:
        opening = stream.readline()
        stream.seek(0)
        delimiter = max(",;\t", key=opening.count)
        lines = csv.reader(stream, delimiter=delimiter)
        try:
            headings = [heading.strip() for heading in next(lines)]
            rows: list[Line] = []
            for fields in lines:
                if any(fields):
                    rows.append((lines.line_num, fields))
                if len(rows) == CHUNK:
                    yield headings, rows
                    rows = []
        except csv.Error as damage:
            raise UnreadableFile(
                f"{source.name} is no table (line {lines.line_num})",
                code="not_a_table",
                file=source.name,
                line=lines.line_num,
            ) from damage
        yield headings, rows


def _chunk(
    headings: list[str], rows: list[Line], timezone: str, mapping: Mapping[str, str] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of one chunk under our names, and those that are rejected."""
    width = len(headings)
    frame = pd.DataFrame(
        [(fields + [""] * width)[:width] for _, fields in rows], columns=headings, dtype="object"
    )
    columns = map_columns(
        frame, INCIDENT_HEADINGS, mapping=mapping, needed=("category", "reported_at")
    )
    table = _texts(columns, len(rows))
    table["line"] = [line for line, _ in rows]
    table["source_id"] = _ids(columns.get("source_id"), rows)
    table["reported_at"] = parse_times(columns["reported_at"], timezone)
    table["closed_at"] = (
        parse_times(columns["closed_at"], timezone) if "closed_at" in columns else pd.NaT
    )
    table["shape"], table["unplaced"] = _places(columns.get("lon"), columns.get("lat"), len(rows))
    too_long = np.array([len(fields) > width for _, fields in rows], dtype=bool)
    reason = np.select(
        [too_long, table["reported_at"].isna(), table["category"].isna()],
        ["too_many_fields", "no_time", "no_category"],
        default="",
    )
    return table[reason == ""], _rejected(table, reason)


def _texts(columns: Mapping[str, pd.Series[Any]], count: int) -> pd.DataFrame:
    table = pd.DataFrame(index=range(count))
    for name in ("category", "text", "channel", "status", "address"):
        values = columns.get(name)
        blank = pd.Series([None] * count, dtype="object")
        table[name] = blank if values is None else values.str.strip().replace("", None)
    return table


def _rejected(table: pd.DataFrame, reason: Any) -> pd.DataFrame:
    bad = table[reason != ""]
    return pd.DataFrame(
        {
            "what": "incident",
            "source_id": bad["source_id"],
            "reason": reason[reason != ""],
            "line": bad["line"],
        }
    )


def _without_doubles(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    twice = table["source_id"].duplicated().to_numpy()
    return table[~twice], _rejected(table, np.where(twice, "same_id", ""))


def _ids(given: pd.Series[Any] | None, rows: list[Line]) -> list[str]:
    """The id column where it is filled, else an id from what the row says."""
    own = [""] * len(rows) if given is None else list(given.str.strip())
    return [
        theirs or "h" + blake2b("\x1f".join(fields).encode(), digest_size=8).hexdigest()
        for theirs, (_, fields) in zip(own, rows, strict=True)
    ]


def parse_times(texts: pd.Series[Any], timezone: str) -> pd.Series[Any]:
    """Times as UTC, NaT where not readable.

    Understood: ISO 8601 (with or without offset), ``2024/3/1 8:30``, ``2024年3月1日 8:30`` and the
    American ``03/01/2024 08:30:00 AM``. A time without offset is local to `timezone`; in the hour
    that happens twice in autumn it is the first one.
    """
    result = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns, UTC]")
    for form in _TIME_FORMATS:
        open_rows = result.isna() & texts.ne("")
        if not open_rows.any():
            break
        result[open_rows] = _parsed(texts[open_rows].str.strip(), form, timezone)
    return result


def _parsed(texts: pd.Series[Any], form: str, timezone: str) -> pd.Series[Any]:
    with_offset = texts.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    absolute = pd.to_datetime(texts.where(with_offset), format=form, errors="coerce", utc=True)
    naive = pd.to_datetime(texts.mask(with_offset), format=form, errors="coerce")
    local = naive.dt.tz_localize(
        timezone, ambiguous=np.ones(len(naive), dtype=bool), nonexistent="shift_forward"
    )
    return absolute.fillna(local.dt.tz_convert("UTC"))


def _places(
    lon: pd.Series[Any] | None, lat: pd.Series[Any] | None, count: int
) -> tuple[list[Any], list[str]]:
    """Points where the coordinates can be trusted, and the reason where they cannot."""
    x, y = _degrees(lon, count), _degrees(lat, count)
    reason = np.select(
        [
            np.isnan(x) | np.isnan(y),
            (x == 0) & (y == 0),
            (np.abs(x) > 180) | (np.abs(y) > 90),
            (x == np.rint(x)) & (y == np.rint(y)),
        ],
        ["no_coordinates", "zero_coordinates", "outside_earth", "rounded_coordinates"],
        default="",
    )
    points = np.full(count, None, dtype=object)
    points[reason == ""] = shapely.points(x[reason == ""], y[reason == ""])
    return list(points), [str(why) for why in reason]


def _degrees(values: pd.Series[Any] | None, count: int) -> Any:
    if values is None:
        return np.full(count, np.nan)
    return pd.to_numeric(values.str.normalize("NFKC").str.strip(), errors="coerce").to_numpy(float)
