"""Deadlines: stages counted in hours or days, of the clock or of work, from when we were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gisgrid.incidents.calendar import WorkCalendar


class Unit(StrEnum):
    """What a deadline is counted in."""

    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    DAY = "day"
    WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True)
class Rule:
    """One stage of a category's deadline, e.g. demolition within 20 working days."""

    stage: str
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Due:
    """A stage and the moment by which it is to be done."""

    stage: str
    due_at: datetime


DEFAULT = (Rule("handle", 5, Unit.WORKING_DAY),)
"""For a category without a rule of its own or of its group."""


def due(calendar: WorkCalendar, start: datetime, rule: Rule) -> datetime:
    """When the stage of `rule` ends that began at `start`."""
    if rule.unit is Unit.WORKING_HOUR:
        return calendar.add_hours(start, rule.amount)
    if rule.unit is Unit.WORKING_DAY:
        return calendar.add_days(start, rule.amount)
    return start + timedelta(**{f"{rule.unit}s": rule.amount})


def rules_for(category: str | None, rules: Mapping[str, Sequence[Rule]]) -> tuple[Rule, ...]:
    """The stages of a category: its own, else those of its group, else the default."""
    own = rules.get(category or "") or rules.get((category or "")[:2])
    return tuple(own) if own else DEFAULT


def stages(calendar: WorkCalendar, start: datetime, rules: Sequence[Rule]) -> tuple[Due, ...]:
    """The stages with their ends, each after the one before it."""
    found: list[Due] = []
    for rule in rules:
        begin = found[-1].due_at if found else start
        found.append(Due(rule.stage, due(calendar, begin, rule)))
    return tuple(found)
