"""When services are open: by `opening_hours` of OpenStreetMap, or by days of month and week.

Two notations are read. ``Mo-Fr 08:30-17:30; PH off`` is OpenStreetMap's; it has no word for "the
8th of each month", for which stands the rule of a calendar with hours behind it if need be:
``FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from opening_hours import OpeningHours, validate

from gisgrid.errors import InvalidInput

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RULE = re.compile(r"(FREQ=\S+)(?:\s+(\S.*))?", re.IGNORECASE | re.DOTALL)
_SPANS = re.compile(r"\d{1,2}:\d{2}-\d{1,2}:\d{2}(?:\s*,\s*\d{1,2}:\d{2}-\d{1,2}:\d{2})*")
LONGEST_HOURS = 500
"""Characters of a text of hours; OpenStreetMap allows 255."""


class Openness(StrEnum):
    """Whether a service is open; unknown: nothing is said, or nothing that can be read."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Timetable:
    """Hours of one service, read once.

    Attributes
    ----------
    days
        Days of month or week on which the hours hold; None: every day.
    hours
        Hours as OpenStreetMap writes them; None: all day.
    """

    days: OpenDays | None
    hours: OpeningHours | None

    def at(self, moment: datetime) -> Openness:
        """Whether the service is open at a local time without a zone."""
        if self.days is not None and not self.days.on(moment.date()):
            return Openness.CLOSED
        if self.hours is None or self.hours.is_open(moment):
            return Openness.OPEN
        return Openness.UNKNOWN if self.hours.is_unknown(moment) else Openness.CLOSED


def read_hours(text: str, *, country: str | None = None) -> Timetable:
    """Read hours in either notation.

    Parameters
    ----------
    text
        Not empty.
    country
        ISO code whose public holidays ``PH`` means.

    Raises
    ------
    InvalidInput
        ``bad_hours``: neither notation; ``bad_open_days``: a rule that is not known.

    >>> read_hours("FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30").at(datetime(2026, 11, 8, 10)).value
    'open'
    >>> read_hours("Mo-Fr 08:30-17:30").at(datetime(2026, 11, 8, 10)).value
    'closed'
    """
    clean = text.strip()
    if not clean or len(clean) > LONGEST_HOURS:
        raise _bad_hours(clean)
    if (rule := _RULE.fullmatch(clean)) is None:
        return Timetable(None, _hours(clean, country))
    spans = rule[2]
    if spans is not None and _SPANS.fullmatch(spans) is None:
        raise _bad_hours(clean)
    return Timetable(OpenDays.parse(rule[1]), None if spans is None else _hours(spans, country))


def openness(text: str | None, moment: datetime, *, country: str | None = None) -> Openness:
    """Whether a service with hours `text` is open; unknown without hours or with unreadable ones.

    >>> openness(None, datetime(2026, 11, 8)).value, openness("每天", datetime(2026, 11, 8)).value
    ('unknown', 'unknown')
    """
    timetable = _timetable(text, country) if text else None
    return Openness.UNKNOWN if timetable is None else timetable.at(moment)


def is_readable(text: str) -> bool:
    """Whether hours are in one of the two notations."""
    return _timetable(text, None) is not None


@lru_cache(maxsize=4096)
def _timetable(text: str, country: str | None) -> Timetable | None:
    try:
        return read_hours(text, country=country)
    except InvalidInput:
        return None


def _hours(text: str, country: str | None) -> OpeningHours:
    if not validate(text):
        raise _bad_hours(text)
    return OpeningHours(text, country=country)


def _bad_hours(text: str) -> InvalidInput:
    return InvalidInput(f"opening hours {text!r} are not understood", code="bad_hours", hours=text)


@dataclass(frozen=True, slots=True)
class OpenDays:
    """Days of the month (1–31; -1 the last) and of the week (0 Monday) on which a service is open.

    A service is open on a day that either names; with neither it is open every day.
    """

    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, text: str) -> OpenDays:
        """Read the part of RFC 5545 recurrence rules that is needed here.

        Parameters
        ----------
        text
            Empty (every day), ``FREQ=DAILY``, ``FREQ=WEEKLY;BYDAY=MO,WE`` or
            ``FREQ=MONTHLY;BYMONTHDAY=8,-1``.

        Raises
        ------
        InvalidInput
            ``bad_open_days``: any other rule.

        >>> OpenDays.parse("FREQ=MONTHLY;BYMONTHDAY=8").on(date(2026, 11, 8))
        True
        """
        parts = dict(part.partition("=")[::2] for part in text.upper().split(";") if part.strip())
        match parts:
            case {} if not parts:
                return cls()
            case {"FREQ": "DAILY"} if len(parts) == 1:
                return cls()
            case {"FREQ": "WEEKLY", "BYDAY": days} if len(parts) == 2:
                return cls(weekdays=frozenset(_weekday(day, text) for day in days.split(",")))
            case {"FREQ": "MONTHLY", "BYMONTHDAY": days} if len(parts) == 2:
                return cls(month_days=frozenset(_month_day(day, text) for day in days.split(",")))
        raise _bad(text)

    def on(self, day: date) -> bool:
        """Whether the service is open on `day`."""
        if not self.month_days and not self.weekdays:
            return True
        return (
            day.day in self.month_days
            or (-1 in self.month_days and _is_last(day))
            or day.weekday() in self.weekdays
        )


def open_on(day: date, rules: Sequence[str]) -> npt.NDArray[np.bool_]:
    """(s,) which services are open on `day`, by their rules as text.

    >>> open_on(date(2026, 11, 9), ["", "FREQ=MONTHLY;BYMONTHDAY=8"]).tolist()
    [True, False]
    """
    return np.array([OpenDays.parse(rule).on(day) for rule in rules], bool)


def _weekday(text: str, rule: str) -> int:
    if text not in _WEEKDAYS:
        raise _bad(rule)
    return _WEEKDAYS.index(text)


def _month_day(text: str, rule: str) -> int:
    if text == "-1":
        return -1
    if not text.isdecimal() or not 1 <= int(text) <= 31:
        raise _bad(rule)
    return int(text)


def _is_last(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def _bad(rule: str) -> InvalidInput:
    return InvalidInput(f"opening rule {rule!r} is not understood", code="bad_open_days", rule=rule)
