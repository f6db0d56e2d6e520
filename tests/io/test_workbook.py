"""Workbooks open as an office expects: types right, headings in view, text never a formula."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import numpy as np
import pytest
from openpyxl import load_workbook

from gisgrid.io import workbook
from gisgrid.io.workbook import Sheet, write_workbook


def read(*sheets: Sheet):
    return load_workbook(io.BytesIO(write_workbook(sheets)))


def test_values_keep_their_types():
    row = ("第一网格", 412, 98.5, True, date(2026, 4, 1), None)
    page = read(Sheet("网格", ("名称", "户数", "覆盖率", "锁定", "生效", "备注"), [row])).active
    values = [cell.value for cell in page[2]]
    assert values == ["第一网格", 412, 98.5, True, datetime(2026, 4, 1), None]


@pytest.mark.parametrize(
    "words", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "=", "#N/A"]
)
def test_text_is_never_a_formula(words):
    cell = read(Sheet("a", ("x",), [(words,)])).active["A2"]
    assert (cell.value, cell.data_type) == (words, "s")


def test_a_time_is_shown_as_the_district_clock_shows_it():
    page = read(Sheet("a", ("at",), [(datetime(2026, 3, 1, 16, 30, tzinfo=UTC),)])).active
    assert page["A2"].value == datetime(2026, 3, 2, 0, 30)


def test_headings_stay_in_view_below_the_note():
    page = read(Sheet("a", ("x", "y"), [(1, 2)], note="户数 = 单元 × 2")).active
    assert (page["A1"].value, page["A2"].value, page["B3"].value) == ("户数 = 单元 × 2", "x", 2)
    assert page.freeze_panes == "A3"


def test_a_sheet_without_rows_has_its_headings():
    assert [cell.value for cell in read(Sheet("a", ("x", "y"), [])).active[1]] == ["x", "y"]


def test_titles_are_mended_and_told_apart():
    sheets = [Sheet(title, ("x",), []) for title in ("a/b[1]", "ab1", "AB1", "", "长" * 40)]
    assert read(*sheets).sheetnames == ["ab1", "ab1 2", "AB1 3", "1", "长" * 31]


def test_signs_and_numbers_that_no_sheet_holds_are_left_out():
    page = read(Sheet("a", ("x", "y"), [("a\x00b\x0bc", float("nan"))])).active
    assert [cell.value for cell in page[2]] == ["abc", None]


def test_more_rows_than_a_sheet_holds_go_on_in_a_further_one(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    book = read(Sheet("a", ("x",), [(n,) for n in range(5)]))
    assert [[row[0].value for row in page] for page in book] == [
        ["x", 0, 1],
        ["x", 2, 3],
        ["x", 4],
    ]


def test_numbers_of_numpy_are_numbers():
    page = read(
        Sheet("a", ("x", "y", "z"), [(np.int64(3), np.float32(0.5), np.bool_(True))])
    ).active
    assert [cell.value for cell in page[2]] == [3, 0.5, True]
