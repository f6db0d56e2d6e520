"""Scenarios: what-ifs that were worth keeping, each a named set of services that open, move, close.

Until it is saved a what-if is nowhere but on the screen. A scenario changes no service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Conflict, Forbidden, NotFound
from gisgrid.model.people import Actor
from gisgrid.services.once import once
from gisgrid.services.plan_access import WRITERS
from gisgrid.services.reach_if import TODAY, Change
from gisgrid.storage import scenarios
from gisgrid.storage.engine import Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

OPEN, MOVE, CLOSE = "open", "move", "close"
COLUMNS = ("id", "name", "author", "kinds", "opened", "moved", "closed")


@dataclass(frozen=True, slots=True)
class Draft:
    """A name to save under, and the changes of one kind (None: of no kind, only the name)."""

    name: str | None = None
    kind: str | None = None
    change: Change = TODAY


def list_scenarios(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """All scenarios, those changed last first, and whether `actor` may change each."""
    with transaction(engine, actor) as conn:
        return [_told(row, actor) for row in scenarios.listed(conn)]


def view_scenario(engine: Engine, actor: Actor, scenario_id: int) -> dict[str, Any]:
    """A scenario with its points.

    Raises
    ------
    NotFound
        There is no such scenario.
    """
    with transaction(engine, actor) as conn:
        row = _require(conn, scenario_id)
        points = scenarios.points(conn, scenario_id)
    names = ("act", "kind", "service", "name", "lon", "lat")
    return _told(row, actor) | {
        "points": [{name: getattr(point, name) for name in names} for point in points]
    }


def save_scenario(engine: Engine, actor: Actor, draft: Draft, *, key: str | None = None) -> int:
    """Keep a what-if under a new name; its id.

    Raises
    ------
    Conflict
        ``scenario_name_taken``.
    NotFound
        A service that moves or closes is not one of the kind.
    """

    def act() -> dict[str, int]:
        made = scenarios.add(conn, draft.name or "", actor.account_id)
        if made is None:
            raise _name_taken(draft.name)
        _put(conn, made, draft)
        return {"id": made}

    with transaction(engine, actor) as conn:
        return int(once(conn, actor, key, [draft.name, draft.kind, _points(draft)], act)["id"])


def change_scenario(engine: Engine, actor: Actor, scenario_id: int, draft: Draft) -> None:
    """Rename a scenario, or put other changes of one kind in the place of those it has.

    Raises
    ------
    NotFound
        No such scenario; or as `save_scenario`.
    Forbidden
        ``scenario_of_another``: it is another person's, and the actor does not plan.
    Conflict
        ``scenario_name_taken``.
    """
    with transaction(engine, actor) as conn:
        _require_own(conn, actor, scenario_id)
        if draft.name is not None and not scenarios.rename(conn, scenario_id, draft.name):
            raise _name_taken(draft.name)
        _put(conn, scenario_id, draft)


def delete_scenario(engine: Engine, actor: Actor, scenario_id: int) -> None:
    """Delete a scenario; raises as `change_scenario`."""
    with transaction(engine, actor) as conn:
        _require_own(conn, actor, scenario_id)
        scenarios.remove(conn, scenario_id)


def changes_of(engine: Engine, actor: Actor, scenario_id: int) -> tuple[str, dict[str, Change]]:
    """The name of a scenario and its change by kind.

    Raises
    ------
    NotFound
        There is no such scenario.
    """
    with transaction(engine, actor) as conn:
        row = _require(conn, scenario_id)
        points = scenarios.points(conn, scenario_id)
    kinds = sorted({point.kind for point in points})
    return row.name, {
        kind: Change(
            tuple((p.lon, p.lat) for p in points if (p.kind, p.act) == (kind, OPEN)),
            tuple((p.service, p.lon, p.lat) for p in points if (p.kind, p.act) == (kind, MOVE)),
            tuple(p.service for p in points if (p.kind, p.act) == (kind, CLOSE)),
        )
        for kind in kinds
    }


def _put(conn: Connection, scenario_id: int, draft: Draft) -> None:
    if draft.kind is None:
        return
    scenarios.clear_kind(conn, scenario_id, draft.kind)
    for point in _points(draft):
        if not scenarios.add_point(conn, scenario_id, point):
            service = point["service"]
            raise NotFound(f"there is no service {service} of the kind {draft.kind}")


def _points(draft: Draft) -> list[dict[str, Any]]:
    """The rows of a draft. A service that moves is not also closed."""
    blank = {"kind": draft.kind, "service": None, "lon": None, "lat": None}
    moving = {service for service, _, _ in draft.change.moved}
    return [
        *(blank | {"act": OPEN, "lon": x, "lat": y} for x, y in draft.change.opened),
        *(
            blank | {"act": MOVE, "service": service, "lon": x, "lat": y}
            for service, x, y in draft.change.moved
        ),
        *(
            blank | {"act": CLOSE, "service": service}
            for service in dict.fromkeys(draft.change.closed)
            if service not in moving
        ),
    ]


def _told(row: Any, actor: Actor) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS} | {
        "created_at": row.created_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "may_change": _may_change(row, actor),
    }


def _may_change(row: Any, actor: Actor) -> bool:
    return row.created_by == actor.account_id or actor.role in WRITERS


def _require(conn: Connection, scenario_id: int) -> Any:
    row = scenarios.find(conn, scenario_id)
    if row is None:
        raise NotFound(f"there is no scenario {scenario_id}", code="scenario_not_found")
    return row


def _require_own(conn: Connection, actor: Actor, scenario_id: int) -> None:
    row = _require(conn, scenario_id)
    if not _may_change(row, actor):
        raise Forbidden(
            f"scenario {scenario_id} is {row.author}'s",
            code="scenario_of_another",
            author=row.author,
        )


def _name_taken(name: str | None) -> Conflict:
    return Conflict(f"there is a scenario {name!r} already", code="scenario_name_taken", name=name)
