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
    """How far an incident is; `incidents/transitions.csv` says what leads from one to another."""

    DRAFT = "draft"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    HANDLED = "handled"
    CLOSED = "closed"
    RATED = "rated"
    REOPENED = "reopened"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


FINISHED = (
    IncidentState.CLOSED,
    IncidentState.RATED,
    IncidentState.REJECTED,
    IncidentState.DUPLICATE,
)
"""States in which nobody has anything left to do; `closed_at` is set in them and only in them."""


class Kind(StrEnum):
    """What sort of matter an incident is: all live on the same machine."""

    CASE = "case"
    PETITION = "petition"
    WISH = "wish"
    TALK = "talk"


class Route(StrEnum):
    """How an incident reached who handles it: one body, a named claimant, a task force, anybody."""

    DISPATCH = "dispatch"
    CLAIM = "claim"
    TASK_FORCE = "task_force"
    OPEN = "open"


class CloseReason(StrEnum):
    """Why an incident is closed: closed is not fixed."""

    FIXED = "fixed"
    NOT_FIXABLE = "not_fixable"
    NOT_RESPONSIBLE = "not_responsible"
    NOTHING_FOUND = "nothing_found"
    WITHDRAWN = "withdrawn"


LEVELS = (1, 2, 3, 4, 5)
"""Grid, community, subdistrict, district, city: one step at a time."""

CO_SIGNERS = 10
"""Names that a petition needs before it is submitted."""

STATE_WORDS = {
    IncidentState.REJECTED: ("rejected", "不予受理"),
    IncidentState.DUPLICATE: ("duplicate", "重复"),
    IncidentState.RATED: ("rated", "已评价"),
    IncidentState.REOPENED: ("reopened", "重开"),
    IncidentState.RETURNED: ("returned", "退回"),
    IncidentState.CLAIMED: ("claimed", "已领单"),
    IncidentState.CLOSED: ("closed", "已结案", "办结", "结案", "完成", "resolved"),
    IncidentState.HANDLED: ("handled", "待核查"),
    IncidentState.DISPATCHED: ("dispatched", "派单"),
    IncidentState.IN_PROGRESS: ("in_progress", "in progress", "handling", "处置"),
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
    ('closed', 'in_progress', 'reported')
    """
    text = (word or "").casefold()
    if text.startswith("待") and text != "待核查":
        return IncidentState.REPORTED
    for state, words in STATE_WORDS.items():
        if any(each in text for each in words):
            return state
    return IncidentState.REPORTED
