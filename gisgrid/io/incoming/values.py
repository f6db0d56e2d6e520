"""Cells of foreign tables as what they mean: text, codes, numbers, days, degrees, yes and no."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd

from gisgrid.geo.edges import Floats
from gisgrid.io.text import first_number

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DEGREES = re.compile(
    r"([-+]?\d+(?:\.\d+)?)\s*[°度]\s*(?:(\d+(?:\.\d+)?)\s*['′分])?\s*(?:(\d+(?:\.\d+)?)\s*[\"″秒])?"
)
_YES = frozenset({"1", "yes", "true", "t", "y", "是", "有", "1.0"})
_NO = frozenset({"0", "no", "false", "f", "n", "否", "无", "0.0", "private"})
_NOTHING = frozenset({"", "-", "--", "/", "无", "暂无", "不详", "null", "none", "nan", "n/a", "na"})
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2}))?")
EARLIEST_YEAR = 1901
_GUARDED = frozenset("=+-@＝＋－＠'")


def text_of(value: Any) -> str | None:
    """A cell as text without what frames it; None where it is empty."""
    if type(value) is str:
        return value if value.isalnum() else _plain_text(value)
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return _plain_text(str(value))


def _plain_text(value: str) -> str | None:
    text = value.strip()
    if text[:1] == "'" and text[1:2] in _GUARDED:
        text = text[1:]  # how a table keeps a spreadsheet from taking text for a formula
    return text or None


def texts(values: Any) -> list[str | None]:
    """(n,) cells as text."""
    return [text_of(value) for value in objects(values)]


def objects(values: Any) -> list[Any]:
    """(n,) cells as they are: a list goes many times faster than a column of pandas."""
    return list(np.asarray(values, dtype=object)) if isinstance(values, pd.Series) else list(values)


def codes_of(values: Any) -> list[str | None]:
    """(n,) cells as codes."""
    return [code_of(value) for value in objects(values)]


def code_of(value: Any) -> str | None:
    """A code as text: full-width digits narrow, no spaces, no ".0" of a spreadsheet.

    >>> code_of(330204001.0), code_of(" ３３０２０４ "), code_of("3302 0400 1")
    ('330204001', '330204', '330204001')
    """
    if type(value) is str and value.isascii() and value.isalnum():
        return value
    text = text_of(value)
    if text is None:
        return None
    narrow = text if text.isascii() else unicodedata.normalize("NFKC", text)
    plain = narrow.replace(" ", "").lstrip("'")
    return plain.removesuffix(".0") or None


def broken_text(rows: pd.DataFrame) -> Any:
    """(n,) whether a row holds signs that no name has: control characters, half characters."""
    bad = np.zeros(len(rows), dtype=bool)
    for name in rows.columns:
        cells = objects(rows[name])
        kinds = set(map(type, cells))
        if str not in kinds:
            continue
        if len(kinds) > 1:
            cells = [v if isinstance(v, str) else "" for v in cells]
        if _CONTROL.search("\n".join(cells)):  # seldom: one search tells for a whole column
            bad |= np.array([_CONTROL.search(v) is not None for v in cells], dtype=bool)
    return bad


def numbers(values: Any) -> tuple[Floats, Any]:
    """(n,) numbers, NaN where there is none, and whether something was written that is none.

    >>> numbers(["１２", "6层", "", "many", -3])[0].tolist()
    [12.0, 6.0, nan, nan, -3.0]
    """
    cells = objects(values)
    found = _as_numbers(cells)
    unread = np.zeros(len(cells), dtype=bool)
    for row in np.flatnonzero(np.isnan(found)):
        text = text_of(cells[row])
        if text is None or text.casefold() in _NOTHING:
            continue
        found[row] = first_number(unicodedata.normalize("NFKC", text).replace(",", ""))
        unread[row] = math.isnan(found[row])
    found[~np.isfinite(found)] = np.nan
    return found, unread


def _as_numbers(cells: list[Any]) -> Floats:
    column = pd.Series(cells, dtype="object")
    found = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.array(found, dtype=float)


def degrees(values: Any) -> Floats:
    """(n,) coordinates, also as 116°23′45″, 东经 or full-width; NaN where there is none."""
    cells = objects(values)
    found = _as_numbers(cells)
    for row in np.flatnonzero(np.isnan(found)):
        text = text_of(cells[row])
        if text is not None:
            found[row] = _degrees(unicodedata.normalize("NFKC", text))
    return np.asarray(found, dtype=float)


def _degrees(text: str) -> float:
    found = _DEGREES.search(text)
    if found is None:
        return float("nan") if not re.search(r"\d", text) else _plain(text)
    whole, minutes, seconds = (float(part or 0) for part in found.groups())
    value = abs(whole) + minutes / 60 + seconds / 3600
    south = re.search(r"[SWsw西]|南纬", text) is not None or whole < 0
    return -value if south else value


def _plain(text: str) -> float:
    found = re.fullmatch(r"\D{0,4}([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\D{0,4}", text.strip())
    return float(found.group(1)) if found else float("nan")


def yes(value: Any, *, default: bool) -> bool:
    """Whether a cell says yes; `default` where it says nothing we know."""
    text = (text_of(value) or "").casefold()
    return True if text in _YES else False if text in _NO else default


def day_of(value: Any) -> tuple[date | None, str]:
    """A day, and why there is none: "" (empty cell), "date_unread", "date_1899".

    A spreadsheet that turns an empty or broken date into its own day zero gives 1899 or 1900.

    >>> day_of("2016年9月")[0].isoformat(), day_of("1899-12-30")
    ('2016-09-01', (None, 'date_1899'))
    """
    if isinstance(value, time):
        return None, "date_1899"
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        text = text_of(value)
        if text is None or text.casefold() in _NOTHING:
            return None, ""
        value = _day(unicodedata.normalize("NFKC", text))
        if value is None:
            return None, "date_unread"
    return (None, "date_1899") if value.year < EARLIEST_YEAR else (value, "")


def _day(text: str) -> date | None:
    found = _DAY.search(text)
    if found is None:
        if re.fullmatch(r"\d{8}", text):
            found = re.match(r"(\d{4})(\d\d)(\d\d)", text)
        if found is None:
            return None
    year, month, day = found.groups()
    try:
        return date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
