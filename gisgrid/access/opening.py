"""Services that are open on some days only: a law clinic on the 8th, a market on Wednesdays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from gisgrid.errors import InvalidInput

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


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
