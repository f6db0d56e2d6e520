"""Two scenarios side by side, or one against the services as they are today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gisgrid.model.people import Actor
from gisgrid.services.compare_reach import compare_reach, side_answer, sides_of
from gisgrid.services.reach_if import TODAY, Change
from gisgrid.services.scenarios import changes_of
from gisgrid.services.view_coverage import Question

if TYPE_CHECKING:
    from sqlalchemy import Engine

AS_IT_IS = None
"""In the place of a scenario's id: the services of today."""


def compare_scenarios(
    engine: Engine, actor: Actor, question: Question, *, a: int | None, b: int | None
) -> dict[str, Any]:
    """`compare_reach` of the question's kind, and the figures of every kind that either changes.

    Raises
    ------
    NotFound
        No such scenario, or no such kind.
    """
    (name_a, first), (name_b, second) = (_changes(engine, actor, each) for each in (a, b))
    own = first.get(question.kind, TODAY), second.get(question.kind, TODAY)
    kinds = [
        _of_kind(engine, actor, replace(question, kind=kind, minutes=None), first, second)
        for kind in sorted({*first, *second})
    ]
    return compare_reach(engine, actor, question, a=own[0], b=own[1]) | {
        "names": {"a": name_a, "b": name_b},
        "kinds": kinds,
        "changes": {"a": _told(own[0]), "b": _told(own[1])},
    }


def _changes(
    engine: Engine, actor: Actor, scenario: int | None
) -> tuple[str | None, dict[str, Change]]:
    return (None, {}) if scenario is AS_IT_IS else changes_of(engine, actor, scenario)


def _of_kind(
    engine: Engine,
    actor: Actor,
    question: Question,
    first: dict[str, Change],
    second: dict[str, Change],
) -> dict[str, Any]:
    """The figures of both sides of one kind, by its own minutes among others."""
    changes = first.get(question.kind, TODAY), second.get(question.kind, TODAY)
    sides = sides_of(engine, actor, question, a=changes[0], b=changes[1])
    return {
        "kind": sides.limits.kind,
        "minutes": sides.limits.minutes,
        "a": side_answer(sides, sides.a),
        "b": side_answer(sides, sides.b),
        "gained": int(sides.homes.households[sides.gained].sum()),
        "lost": int(sides.homes.households[sides.lost].sum()),
    }


def _told(change: Change) -> dict[str, Any]:
    return {
        "opened": [{"lon": lon, "lat": lat} for lon, lat in change.opened],
        "moved": [{"id": i, "lon": lon, "lat": lat} for i, lon, lat in change.moved],
        "closed": list(change.closed),
    }
