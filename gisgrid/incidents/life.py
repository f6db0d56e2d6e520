"""The state machine of incidents, read from `transitions.csv`; what it does not list cannot happen.

A row names who may take the step: `desk` (staff, administrators), `leader` (of the grid it lies
in), `reporter`, `system`, `anyone` signed in; and the facts without which it is refused.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gisgrid.errors import Forbidden, InvalidInput, WrongState
from gisgrid.model.incidents import FINISHED, IncidentState, Kind
from gisgrid.model.people import Role

DESK = frozenset({Role.STAFF, Role.ADMINISTRATOR})
STAYS = "="


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table; `target` is None where the state stays."""

    name: str
    kinds: frozenset[Kind]
    sources: frozenset[IncidentState]
    target: IncidentState | None
    who: frozenset[str]
    needs: tuple[str, ...]


@cache
def transitions() -> tuple[Transition, ...]:
    """Every transition there is, in the order of the table."""
    path = files("gisgrid.incidents") / "transitions.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return tuple(_transition(row) for row in rows)


def steps(kind: str, state: str, who: frozenset[str] | None = None) -> tuple[Transition, ...]:
    """Transitions that an incident of `kind` in `state` has, for `who` (None: for anybody)."""
    return tuple(
        row
        for row in transitions()
        if kind in row.kinds and state in row.sources and (who is None or row.who & who)
    )


def step(name: str, *, kind: str, state: str, who: frozenset[str]) -> Transition:
    """The transition `name` of an incident in `state`.

    Raises
    ------
    InvalidInput
        No transition bears that name.
    WrongState
        The table has no such transition for this kind and state.
    Forbidden
        It has, but not for `who`.
    """
    if not any(row.name == name for row in transitions()):
        raise InvalidInput(f"no transition is called {name!r}", code="unknown_step", step=name)
    found = next((row for row in steps(kind, state) if row.name == name), None)
    if found is None:
        raise WrongState(
            f"an incident that is {state} has no step {name}",
            code="no_step",
            step=name,
            state=state,
        )
    if not found.who & who:
        raise Forbidden(
            f"this step, {name}, is for {', '.join(sorted(found.who))}", code="not_your_step"
        )
    return found


def who_is(role: Role | None, *, reporter: bool = False) -> frozenset[str]:
    """The names by which the table knows an account; `role` None is the system."""
    if role is None:
        return frozenset({"system", "desk"})
    names = {"anyone"}
    if role in DESK:
        names.add("desk")
    if role is Role.LEADER:
        names.add("leader")
    if reporter:
        names.add("reporter")
    return frozenset(names)


def _transition(row: dict[str, str]) -> Transition:
    return Transition(
        name=row["name"],
        kinds=frozenset(Kind)
        if row["kinds"] == "any"
        else frozenset(map(Kind, row["kinds"].split())),
        sources=_sources(row["from"]),
        target=None if row["to"] == STAYS else IncidentState(row["to"]),
        who=frozenset(row["who"].split()),
        needs=tuple(row["needs"].split()),
    )


def _sources(words: str) -> frozenset[IncidentState]:
    if words == "any":
        return frozenset(IncidentState)
    if words == "open":
        return frozenset(s for s in IncidentState if s not in (*FINISHED, IncidentState.DRAFT))
    return frozenset(map(IncidentState, words.split()))
