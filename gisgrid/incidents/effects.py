"""What a step changes in an incident: columns and their values, worked out without a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from gisgrid.errors import Conflict, InvalidInput
from gisgrid.model.incidents import CO_SIGNERS, LEVELS, CloseReason, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What comes with a step; the table of transitions says which steps need which.

    `until`: a new deadline, or the one of a talk item. `original`: the incident this one repeats.
    `signer`: what tells one co-signer from another (kept as a salted hash only). `hearing`: when
    those who signed are heard. `goal` and `acceptance`: what a talk item is to reach and how that
    is seen. `private`: for the desk's eyes.
    """

    note: str | None = None
    category: str | None = None
    body: str | None = None
    task_force: str | None = None
    original: int | None = None
    assignee: int | None = None
    until: datetime | None = None
    reason: CloseReason | None = None
    satisfied: bool | None = None
    signer: str | None = None
    goal: str | None = None
    acceptance: str | None = None
    hearing: datetime | None = None
    private: bool = False

    def given(self) -> dict[str, Any]:
        """The facts that were told, but for the signer, who is kept nowhere."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "signer"}
        told["private"] = self.private or None
        return {name: value for name, value in told.items() if value not in (None, "")}


class _Now:
    """Stands for the time of the transaction, by the database's clock."""


NOW: Final = _Now()
Changes = dict[str, Any]


def require_facts(needs: tuple[str, ...], facts: Facts, standing: Mapping[str, Any]) -> None:
    """Raise InvalidInput unless every needed fact is told, or stands already (a category).

    Raises
    ------
    Conflict
        ``too_few_signatures``: a petition is submitted by its tenth co-signer.
    """
    missing = [name for name in needs if name != "signatures" and not _told(name, facts, standing)]
    if missing:
        raise InvalidInput(
            f"this step needs {', '.join(missing)}", code="facts_needed", needed=missing
        )
    if "signatures" in needs and standing["signatures"] < CO_SIGNERS:
        raise Conflict(
            f"{standing['signatures']} of {CO_SIGNERS} have signed",
            code="too_few_signatures",
            signed=standing["signatures"],
            needed=CO_SIGNERS,
        )


def _told(name: str, facts: Facts, standing: Mapping[str, Any]) -> bool:
    value = getattr(facts, name)
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None or (name == "category" and bool(standing["category_code"]))


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it is taken: what was told, the incident as it stands, and whose account it is."""

    facts: Facts
    standing: Mapping[str, Any]
    account: int | None = None


def changes(step: str, taken: Taken) -> Changes:
    """Columns and new values of an incident that takes `step`; NOW stands for the present moment.

    The state itself, deadlines and signatures are not among them.
    """
    work_out = _WORKED_OUT.get(step)
    return {**_FIXED.get(step, {}), **(work_out(taken) if work_out else {})}


def _category(taken: Taken) -> Changes:
    if not taken.facts.category:
        return {}
    return {"category_code": taken.facts.category, "category_text": None}


def _body(taken: Taken) -> Changes:
    forced = taken.facts.task_force
    return {"body": taken.facts.body} | ({"task_force": forced} if forced else {})


def _level(by: int) -> Callable[[Taken], Changes]:
    def effect(taken: Taken) -> Changes:
        level = taken.standing["level"] + by
        if level not in LEVELS:
            raise Conflict(f"there is no level {level}", code="no_level", level=level)
        return {"level": level}

    return effect


def _one_more(column: str) -> Callable[[Taken], Changes]:
    return lambda taken: {column: taken.standing[column] + 1}


def _details(*names: str) -> Callable[[Taken], Changes]:
    def effect(taken: Taken) -> Changes:
        told = {name: getattr(taken.facts, name) for name in names}
        plain = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in told.items()}
        return {"details": {**taken.standing["details"], **plain}}

    return effect


def _done(taken: Taken) -> Changes:
    return {"accepted_at": taken.standing["accepted_at"] or NOW}


_NOBODY: Changes = {"route": None, "body": None, "task_force": None, "assignee_id": None}
_UNDONE = ("closed_at", "close_reason", "satisfied", "rated_at", "handled_at", "duplicate_of")

_FIXED: dict[str, Changes] = {
    "accept": {"accepted_at": NOW},
    "reject": {"closed_at": NOW, "close_reason": "rejected"},
    "duplicate": {"closed_at": NOW, "close_reason": "duplicate"},
    "dispatch": {"route": Route.DISPATCH, "dispatched_at": NOW},
    "appoint": {"route": Route.CLAIM, "dispatched_at": NOW},
    "task_force": {"route": Route.TASK_FORCE, "dispatched_at": NOW, "major": True},
    "offer": {"route": Route.OPEN, "dispatched_at": NOW, "assignee_id": None},
    "redispatch": {**_NOBODY, "route": Route.DISPATCH, "dispatched_at": NOW},
    "release": {"assignee_id": None},
    "return": _NOBODY,
    "recall": _NOBODY,
    "supervise": {"supervised": True},
    "unassign": {"assignee_id": None},
    "discuss": {"accepted_at": NOW},
    "decide": {"dispatched_at": NOW},
    "handle": {"handled_at": NOW},
    "self_handle": {"handled_at": NOW},
    "send_back": {"handled_at": None},
    "verify": {"closed_at": NOW},
    "rate": {"rated_at": NOW},
    "reopen": {**_NOBODY, **dict.fromkeys(_UNDONE), "late": False},
    "hide": {"private": True},
    "show": {"private": False},
}

_WORKED_OUT: dict[str, Callable[[Taken], Changes]] = {
    "accept": _category,
    "recategorise": _category,
    "duplicate": lambda taken: {"duplicate_of": taken.facts.original},
    "dispatch": _body,
    "appoint": _body,
    "task_force": _body,
    "redispatch": _body,
    "claim": lambda taken: {"assignee_id": taken.account},
    "extend": _one_more("extended"),
    "raise": _level(1),
    "escalate": _level(1),
    "lower": _level(-1),
    "urge": _one_more("urged"),
    "assign": lambda taken: {"assignee_id": taken.facts.assignee},
    "schedule": _details("hearing"),
    "decide": _details("goal", "acceptance"),
    "handle": _done,
    "self_handle": _done,
    "verify": lambda taken: {"close_reason": taken.facts.reason},
    "rate": lambda taken: {"satisfied": taken.facts.satisfied},
}
