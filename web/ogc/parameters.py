"""Parameters of a query, as the standard defines them; everything else is refused (400)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from flask import request

from gisgrid.errors import InvalidInput
from gisgrid.model.layers import Bounds, Field, Kind
from gisgrid.services.ogc_features import Ask, Span
from web.requests import LARGEST_ID

DEFAULT_LIMIT, MOST = 100, 10_000
OPEN = frozenset({"", ".."})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
LONGEST_VALUE = 200


def only(names: Iterable[str] = ()) -> None:
    """Refuse any parameter but `f` and `names`, and one that is given twice.

    Raises
    ------
    InvalidInput
        ``unknown_parameter`` or ``bad_parameter``.
    """
    known = {"f", *names}
    for name in request.args:
        if name not in known:
            raise InvalidInput(
                f"there is no parameter {name[:40]!r}", code="unknown_parameter", name=name[:40]
            )
        if len(request.args.getlist(name)) > 1:
            raise _bad(name)


def ask(filters: Iterable[Field]) -> Ask:
    """What a query asks of a collection with these filters.

    Raises
    ------
    InvalidInput
        A parameter that is unknown, or that has another value than it may have.
    """
    fields = {field.name: field for field in filters}
    only(("limit", "bbox", "datetime", "after", *fields))
    equal = {
        name: _value(fields[name], request.args[name]) for name in fields if name in request.args
    }
    return Ask(_limit(), _after(), _bounds(), _span(), equal)


def _limit() -> int:
    """At most `MOST`: more is no error, it is cut."""
    text = request.args.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) < 1:
        raise _bad("limit")
    return min(int(text), MOST)


def _after() -> int | None:
    text = request.args.get("after")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > LARGEST_ID:
        raise _bad("after")
    return int(text)


def _bounds() -> Bounds | None:
    """West, south, east, north; with heights, these are left out."""
    text = request.args.get("bbox")
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise _bad("bbox") from None
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(abs(n) <= 1e9 for n in numbers):
        raise _bad("bbox")
    west, south, east, north = numbers
    if south > north or not (
        abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 >= abs(north)
    ):
        raise _bad("bbox")
    return west, south, east, north


def _span() -> Span:
    """A moment, or an interval whose ends may be open."""
    text = request.args.get("datetime")
    if text is None:
        return None, None
    first, slash, last = text.partition("/")
    if not slash:
        return _moment(first), _moment(first, end=True)
    if first in OPEN and last in OPEN and not (first or last):
        raise _bad("datetime")
    begin = None if first in OPEN else _moment(first)
    end = None if last in OPEN else _moment(last, end=True)
    if begin is not None and end is not None and begin > end:
        raise _bad("datetime")
    return begin, end


def _moment(text: str, *, end: bool = False) -> datetime:
    try:
        if _DAY.match(text):
            clock = (23, 59, 59, 999_999) if end else (0, 0, 0, 0)
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, *clock, tzinfo=UTC)
        # a plus sign that was not escaped arrives as a blank
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise _bad("datetime") from None
    if moment.tzinfo is None or "T" not in text.upper():
        raise _bad("datetime")
    return moment


def _value(field: Field, text: str) -> Any:
    if len(text) > LONGEST_VALUE:
        raise _bad(field.name)
    if field.kind is Kind.BOOL:
        if text not in {"true", "false"}:
            raise _bad(field.name)
        return text == "true"
    if field.kind is Kind.INT:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise _bad(field.name)
        return int(text)
    if field.kind is Kind.DATE:
        if not _DAY.match(text):
            raise _bad(field.name)
        return _moment(text).date()
    return text


def _bad(name: str) -> InvalidInput:
    return InvalidInput(f"the parameter {name} has a wrong value", code="bad_parameter", name=name)
