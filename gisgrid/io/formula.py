"""Text in spreadsheets that is never taken for a formula."""

from __future__ import annotations

from typing import Any

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet may run what begins with one of these; the full-width ones where it folds them."""


def harmless(value: Any) -> str:
    """A value as the text of a CSV cell: what looks like a formula gets an apostrophe before it.

    Blanks before the sign do not hide it. Numbers are left alone. `bare` takes it back.

    >>> harmless("=1+1"), harmless(-9), harmless(None), harmless(" @SUM(A1)")
    ("'=1+1", '-9', '', "' @SUM(A1)")
    """
    if value is None:
        return ""
    text = str(value)
    return "'" + text if isinstance(value, str) and is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might take `text` for a formula, or for the mark of one."""
    return text.startswith(FORMULA_SIGNS) or text.lstrip().startswith((*FORMULA_SIGNS, "'"))


def bare(text: str) -> str:
    """The text that `harmless` was given.

    >>> bare(harmless("=1+1")), bare(harmless("'=1+1")), bare("it's")
    ('=1+1', "'=1+1", "it's")
    """
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
