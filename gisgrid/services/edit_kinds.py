"""Kinds of service changed by hand: names, minutes, straight radius, tier, source, checked or not.

Distances are stored, not minutes, so nothing is measured again: the new limit is a question away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.model.people import Actor
from gisgrid.services.service_circles import kind_answer
from gisgrid.storage import access, people, service_points
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

COLUMNS = {"zh": "name_zh", "en": "name_en"} | {
    name: name for name in ("minutes", "radius_m", "tier", "source", "verified", "care")
}
"""Name in an answer → column; the key of a kind never changes."""


def add_kind(engine: Engine, actor: Actor, key: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Add a kind of service, without points yet.

    Parameters
    ----------
    key
        Lower-case letters, digits and underscores; never changes.
    wanted
        Every name of `COLUMNS`.

    Raises
    ------
    InvalidInput
        ``kind_exists``.
    """
    with transaction(engine, SYSTEM) as conn:
        if service_points.has_kind(conn, key):
            raise InvalidInput(f"there is a kind {key} already", code="kind_exists", key=key)
        service_points.add_kind(conn, _columns(wanted) | {"key": key})
        return _noted(conn, actor, "add_service_kind", key, None)


def change_kind(
    engine: Engine, actor: Actor, key: str, wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Change some of a kind's columns; the kind as it is now, and as it was under ``before``.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    with transaction(engine, SYSTEM) as conn:
        before = _kind(conn, key)
        if before is None:
            raise NotFound(f"there is no kind of service {key!r}")
        if wanted:
            service_points.change_kind(conn, key, _columns(wanted))
        return _noted(conn, actor, "change_service_kind", key, before)


def _noted(
    conn: Connection, actor: Actor, action: str, key: str, before: dict[str, Any] | None
) -> dict[str, Any]:
    after = _kind(conn, key)
    facts = {"before": before, "after": after}
    people.note(conn, action, key, account_id=actor.account_id, facts=facts)
    return {"kind": after, "before": before}


def _kind(conn: Connection, key: str) -> dict[str, Any] | None:
    return next((kind_answer(row) for row in access.kinds(conn) if row.key == key), None)


def _columns(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {COLUMNS[name]: value for name, value in wanted.items()}
