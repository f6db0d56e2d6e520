"""Deadlines in working hours and days, with the Chinese calendar and what a district adds to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisgrid.incidents.calendar import WorkCalendar, known_until
from gisgrid.incidents.deadlines import Rule, Unit, due, rules_for, stages
from gisgrid.incidents.vocabulary import deadline_rules

CHINA = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 10, 12), True),  # a Saturday worked in exchange (调休)
        (date(2024, 10, 13), False),
        (date(2024, 10, 1), False),
        (date(2025, 1, 26), True),  # a Sunday before the Spring Festival
        (date(2025, 1, 28), False),
    ],
)
def test_holidays_and_exchanged_days_are_known(day, works):
    assert CALENDAR.is_workday(day) is works


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2024-10-08 10:00", 4, Unit.WORKING_HOUR, "2024-10-08 15:00"),  # over the noon break
        ("2024-10-11 16:00", 4, Unit.WORKING_HOUR, "2024-10-12 11:00"),  # Saturday is worked
        ("2024-10-12 17:00", 2, Unit.WORKING_HOUR, "2024-10-14 10:00"),
        ("2024-10-13 03:00", 4, Unit.WORKING_HOUR, "2024-10-14 14:00"),
        ("2024-09-30 09:30", 2, Unit.WORKING_DAY, "2024-10-09 18:00"),  # over the national holiday
        ("2024-10-10 09:30", 2, Unit.WORKING_DAY, "2024-10-12 18:00"),
        ("2024-10-12 17:00", 5, Unit.HOUR, "2024-10-12 22:00"),
        ("2024-10-12 17:00", 2, Unit.DAY, "2024-10-14 17:00"),
    ],
)
def test_a_deadline_is_counted_in_its_unit(start, amount, unit, end):
    assert due(CALENDAR, at(start), Rule("handle", amount, unit)) == at(end)


def test_unauthorised_building_has_three_stages_one_after_another():
    rules = rules_for("0101", deadline_rules())
    assert [(r.amount, r.unit) for r in rules] == [
        (4, "working_hour"), (7, "working_day"), (20, "working_day"),
    ]  # fmt: skip
    found = stages(CALENDAR, at("2024-10-08 09:00"), rules)
    assert [d.due_at for d in found] == [
        at("2024-10-08 14:00"), at("2024-10-16 18:00"), at("2024-11-13 18:00"),
    ]  # fmt: skip


def test_a_category_without_a_rule_has_that_of_its_group_or_five_working_days():
    assert rules_for("0504", deadline_rules())[0].amount == 1
    assert rules_for(None, deadline_rules())[0].amount == 5
    assert rules_for("7777", deadline_rules())[0].unit is Unit.WORKING_DAY


def test_past_the_end_of_the_librarys_data_the_districts_own_days_count():
    beyond = date(known_until().year + 1, 1, 1)
    beyond += timedelta(days=(0 - beyond.weekday()) % 7)  # a Monday nobody knows anything about
    assert CALENDAR.is_workday(beyond) is True
    own = WorkCalendar(overrides={beyond: False})
    assert own.is_workday(beyond) is False
    start = datetime.combine(beyond - timedelta(days=3), datetime.min.time(), CHINA)
    shifted = due(own, start, Rule("handle", 1, Unit.WORKING_DAY))
    assert shifted.date() == beyond + timedelta(days=1)


def test_a_calendar_without_work_is_refused_and_does_not_run_for_ever():
    days = {date(2024, 1, 1) + timedelta(days=n): False for n in range(4000)}
    with pytest.raises(ValueError, match="no working day"):
        WorkCalendar(overrides=days).add_hours(at("2024-01-01 09:00"), 1)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 31)),
    st.integers(1, 60),
)
def test_the_hours_between_start_and_deadline_are_those_that_were_given(start, hours):
    start = start.replace(tzinfo=CHINA)
    end = CALENDAR.add_hours(start, hours)
    assert CALENDAR.hours_between(start, end) == pytest.approx(hours)
    assert CALENDAR.hours_between(end, start) == pytest.approx(-hours)
    assert CALENDAR.is_workday(end.date())
