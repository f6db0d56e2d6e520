"""Incidents: how they reach the district, and how far they are."""

from __future__ import annotations

from enum import StrEnum

NEAR_BORDER_M = 20.0
"""An incident this near to another grid is noted for both: places are rarely better than that."""


class Channel(StrEnum):
    """How an incident became known; drawn as a shape."""

    RESIDENT = "resident"
    PATROL = "patrol"
    SCHEDULED = "scheduled"
    PLATFORM = "platform"


class IncidentState(StrEnum):
    """How far an incident is."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    CLOSED = "closed"


FINISHED = ("closed", "verified", "rated", "rejected", "duplicate", "cancelled")
"""States in which nobody has to do anything any more: no deadline runs, Open311 says closed."""


class Located(StrEnum):
    """How an incident came to its grid, or why it has none."""

    CELL = "cell"
    NEAR_BORDER = "near_border"
    NO_PLAN = "no_plan"
    OUTSIDE = "outside"
    NO_PLACE = "no_place"


STATE_WORDS = {
    IncidentState.CLOSED: ("closed", "已结案", "办结", "结案", "完成", "resolved"),
    IncidentState.HANDLING: ("dispatched", "in_progress", "in progress", "handled", "处置", "派单"),
    IncidentState.ACCEPTED: ("accepted", "立案", "受理"),
}
"""Words of sources that mean a state; reported where none is found. 待受理 is not yet accepted."""

CHANNEL_WORDS = {
    Channel.RESIDENT: (
        "resident",
        "12345",
        "热线",
        "居民",
        "投诉",
        "反馈",
        "phone",
        "app",
        "online",
    ),
    Channel.PATROL: ("patrol", "巡查", "网格员", "inspection"),
    Channel.SCHEDULED: ("scheduled", "定排", "排查", "定期"),
    Channel.PLATFORM: ("platform", "平台", "预警", "传感", "sensor"),
}
"""Words of sources that mean a channel; a resident's report where none is found."""


def channel_of(word: str | None) -> Channel:
    """The channel that a source's word means.

    >>> channel_of("网格员巡查").value, channel_of("PHONE").value, channel_of(None).value
    ('patrol', 'resident', 'resident')
    """
    text = (word or "").casefold()
    for channel, words in CHANNEL_WORDS.items():
        if any(each in text for each in words):
            return channel
    return Channel.RESIDENT


def state_of(word: str | None) -> IncidentState:
    """The state that a source's word means.

    >>> state_of("已结案").value, state_of("in_progress").value, state_of("待受理").value
    ('closed', 'handling', 'reported')
    """
    text = (word or "").casefold()
    if text.startswith("待"):
        return IncidentState.REPORTED
    for state, words in STATE_WORDS.items():
        if any(each in text for each in words):
            return state
    return IncidentState.REPORTED
