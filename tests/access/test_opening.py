"""Services open on some days only."""

from __future__ import annotations

from datetime import date

import pytest

from gisgrid.access.opening import OpenDays, open_on
from gisgrid.errors import InvalidInput


@pytest.mark.parametrize(
    ("rule", "day", "is_open"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=8", date(2026, 11, 8), True),
        ("FREQ=MONTHLY;BYMONTHDAY=8", date(2026, 11, 9), False),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2028, 2, 29), True),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2028, 2, 28), False),
        ("FREQ=WEEKLY;BYDAY=MO,WE", date(2026, 11, 4), True),
        ("freq=weekly;byday=mo,we", date(2026, 11, 5), False),
        ("FREQ=DAILY", date(2026, 11, 5), True),
        ("", date(2026, 11, 5), True),
    ],
)
def test_a_service_is_open_on_the_days_of_its_rule(rule, day, is_open):
    assert OpenDays.parse(rule).on(day) is is_open
    assert open_on(day, [rule, ""]).tolist() == [is_open, True]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY",
     "FREQ=MONTHLY;BYMONTHDAY=8;COUNT=3", "BYMONTHDAY=8", "每月8日"],
)  # fmt: skip
def test_other_rules_are_refused(rule):
    with pytest.raises(InvalidInput) as refusal:
        OpenDays.parse(rule)
    assert refusal.value.key == "bad_open_days"
