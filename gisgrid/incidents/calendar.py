"""Which days and hours count as work: Chinese holidays and 调休, and what a district says itself.

Holidays come from the library `chinese_calendar`, which is extended once a year. Past its end
Monday to Friday are taken as working days, and `known_until` says where that begins: a district
then writes the holidays of the year into its own table, which wins everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar import constants

HOURS = ((time(9), time(12)), (time(13), time(18)))
"""Working hours of a working day: eight."""

SATURDAY = 5
LONGEST_WAIT = 3660
"""Days searched for work before a calendar that has none is refused."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days and hours in `timezone`; `overrides` (day → working) win over the library."""

    timezone: str = "Asia/Shanghai"
    overrides: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_workday(self, day: date) -> bool:
        """Whether `day` is a working day.

        >>> calendar = WorkCalendar()
        >>> calendar.is_workday(date(2024, 10, 12)), calendar.is_workday(date(2024, 10, 13))
        (True, False)
        """
        if day in self.overrides:
            return self.overrides[day]
        if not known_from() <= day <= known_until():
            return day.weekday() < SATURDAY
        return bool(chinese_calendar.is_workday(day))

    def local(self, moment: datetime) -> datetime:
        """The moment as the clocks of the district show it."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def hours_of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The working hours of a day, aware; none on a day off."""
        if not self.is_workday(day):
            return ()
        zone = ZoneInfo(self.timezone)
        return tuple(
            (datetime.combine(day, start, zone), datetime.combine(day, end, zone))
            for start, end in HOURS
        )

    def add_hours(self, start: datetime, hours: float) -> datetime:
        """The moment when `hours` working hours have passed since `start`."""
        left = timedelta(hours=hours)
        day = self.local(start).date()
        for _ in range(LONGEST_WAIT):
            for opens, closes in self.hours_of(day):
                begun = max(opens, self.local(start))
                if begun >= closes:
                    continue
                if begun + left <= closes:
                    return begun + left
                left -= closes - begun
            day += timedelta(days=1)
        raise ValueError("the calendar has no working day in ten years")

    def add_days(self, start: datetime, days: int) -> datetime:
        """The end of work on the `days`-th working day after that of `start`."""
        day = self.local(start).date()
        left = days
        for _ in range(LONGEST_WAIT):
            day += timedelta(days=1)
            left -= self.is_workday(day)
            if left == 0:
                return datetime.combine(day, HOURS[-1][1], ZoneInfo(self.timezone))
        raise ValueError("the calendar has too few working days in ten years")

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Working hours from `start` to `end`; negative when `end` comes first."""
        if end < start:
            return -self.hours_between(end, start)
        begin, finish = self.local(start), self.local(end)
        spent = timedelta()
        for offset in range((finish.date() - begin.date()).days + 1):
            for opens, closes in self.hours_of(begin.date() + timedelta(days=offset)):
                spent += max(min(closes, finish) - max(opens, begin), timedelta())
        return spent.total_seconds() / 3600


def known_until() -> date:
    """The last day for which the library knows the holidays."""
    return date(max(day.year for day in constants.holidays), 12, 31)


def known_from() -> date:
    """The first day for which the library knows the holidays."""
    return date(min(day.year for day in constants.holidays), 1, 1)
