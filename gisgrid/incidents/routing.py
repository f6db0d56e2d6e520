"""To whom an incident goes: one responsible body, a named claimant, or a task force (三单联动)."""

from __future__ import annotations

from collections.abc import Sequence

from gisgrid.model.incidents import Route


def route_of(bodies: Sequence[str], *, major: bool = False) -> Route:
    """The way that follows from how many bodies answer for the matter.

    One: it is sent to that body (派单). None or several: one is named to claim it (领单). A major
    matter goes to a task force whoever answers for it (埋单).

    >>> route_of(["城管中队"]).value, route_of([]).value
    ('dispatch', 'claim')
    >>> route_of(["城管中队", "住建局"], major=True).value
    'task_force'
    """
    if major:
        return Route.TASK_FORCE
    return Route.DISPATCH if len(set(bodies)) == 1 else Route.CLAIM
