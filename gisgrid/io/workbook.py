"""Workbooks (XLSX) as an office opens them: headings that stay, right types, no live formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

LONGEST_TITLE = 31
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
WIDEST, NARROWEST = 60, 8
_NOT_IN_TITLES = str.maketrans("", "", "[]:*?/\\")
_BOLD = Font(bold=True)
_HEADING = PatternFill("solid", fgColor="E8EDF2")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its headings stay in view, its rows keep the types of their values.

    Parameters
    ----------
    rows
        One sequence a row, as long as `headings`; str, int, float, bool, date, datetime, None.
    note
        A sentence above the headings: source, date, formula.
    widths
        In characters, one a column; None: as wide as the headings ask.
    """

    title: str
    headings: tuple[str, ...]
    rows: Iterable[Sequence[Any]]
    note: str = ""
    widths: tuple[int, ...] | None = None


def write_workbook(sheets: Sequence[Sheet], *, timezone: str = "Asia/Shanghai") -> bytes:
    """A workbook of `sheets`, in their order.

    Text is never taken for a formula, whatever it begins with. Times with a zone are written as
    the clock of `timezone` shows them, since a workbook knows no zones. A row beyond what a sheet
    holds (1,048,576) begins a further sheet.
    """
    book = Workbook(write_only=True)
    zone = ZoneInfo(timezone)
    titles: set[str] = set()
    for sheet in sheets:
        _write(book, sheet, titles, zone)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Workbook, sheet: Sheet, titles: set[str], zone: ZoneInfo) -> None:
    page: Any = None
    used = 0
    for row in sheet.rows:
        if page is None or used >= MOST_ROWS:
            page, used = _begin(book, sheet, titles)
        page.append([_cell(page, value, zone) for value in row])
        used += 1
    if page is None:
        _begin(book, sheet, titles)


def _begin(book: Workbook, sheet: Sheet, titles: set[str]) -> tuple[Any, int]:
    """A new page with the note and the headings; how many rows it has."""
    page: Any = book.create_sheet(_title(sheet.title, titles))
    above = 1 if sheet.note else 0
    page.freeze_panes = f"A{above + 2}"
    for number, width in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    if sheet.note:
        page.append([_text(page, sheet.note)])
    page.append([_heading(page, heading) for heading in sheet.headings])
    return page, above + 1


def _title(wanted: str, titles: set[str]) -> str:
    """A title that a workbook takes and no other sheet has."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", wanted).translate(_NOT_IN_TITLES).strip(" '") or "1"
    title, number = plain[:LONGEST_TITLE], 1
    while title.casefold() in titles:
        number += 1
        title = f"{plain[: LONGEST_TITLE - 4]} {number}"
    titles.add(title.casefold())
    return title


def _widths(sheet: Sheet) -> Iterable[int]:
    if sheet.widths is not None:
        return sheet.widths
    # a Chinese sign is as wide as two Latin ones
    signs = (sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) for text in sheet.headings)
    return (min(max(count + 4, NARROWEST), WIDEST) for count in signs)


def _heading(page: Any, heading: str) -> Any:
    cell = _text(page, heading)
    cell.font, cell.fill, cell.alignment = _BOLD, _HEADING, _WRAPPED
    return cell


def _cell(page: Any, value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | time):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None  # neither NaN nor infinity fits a sheet
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return value
    return _text(page, str(value))


def _text(page: Any, words: str) -> Any:
    """Text that stays text: set as such after the cell has looked for a formula in it."""
    cell: Any = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", words)[:LONGEST_TEXT])
    cell.data_type = "s"
    return cell
