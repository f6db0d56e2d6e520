"""Scenarios of services: names, and what each opens, moves and closes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql

from gisgrid.storage.sql import sql
from gisgrid.storage.tables.services import scenario_point, service_scenario


def listed(conn: Connection) -> Sequence[Row[Any]]:
    """Every scenario with its author and what it holds; see the SQL for the columns."""
    return conn.execute(sql("scenario_list"), {"scenario": None}).all()


def find(conn: Connection, scenario_id: int) -> Row[Any] | None:
    """One scenario, as `listed`; None when there is none."""
    return conn.execute(sql("scenario_list"), {"scenario": scenario_id}).one_or_none()


def points(conn: Connection, scenario_id: int) -> Sequence[Row[Any]]:
    """(act, kind, service, name, lon, lat) of what a scenario changes."""
    return conn.execute(sql("scenario_points"), {"scenario": scenario_id}).all()


def add(conn: Connection, name: str, account_id: int | None) -> int | None:
    """A new scenario; its id, None where the name is taken."""
    made = (
        postgresql.insert(service_scenario)
        .values(name=name, created_by=account_id)
        .on_conflict_do_nothing()
        .returning(service_scenario.c.id)
    )
    return conn.execute(made).scalar_one_or_none()


def rename(conn: Connection, scenario_id: int, name: str) -> bool:
    """Give a scenario another name; False where that name is taken."""
    taken = select(service_scenario.c.id).where(
        service_scenario.c.name == name, service_scenario.c.id != scenario_id
    )
    if conn.execute(taken).first() is not None:
        return False
    _change(conn, scenario_id, name=name)
    return True


def remove(conn: Connection, scenario_id: int) -> None:
    """Delete a scenario with its points."""
    conn.execute(delete(service_scenario).where(service_scenario.c.id == scenario_id))


def clear_kind(conn: Connection, scenario_id: int, kind: str) -> None:
    """Take the points of one kind out of a scenario."""
    own = (scenario_point.c.scenario_id == scenario_id, scenario_point.c.kind == kind)
    conn.execute(delete(scenario_point).where(*own))
    _change(conn, scenario_id)


def add_point(conn: Connection, scenario_id: int, point: dict[str, Any]) -> bool:
    """Put {act, kind, service, lon, lat} into a scenario; False where there is no such service."""
    return bool(
        conn.execute(sql("scenario_add_point"), {"scenario": scenario_id, **point}).rowcount
    )


def _change(conn: Connection, scenario_id: int, **values: Any) -> None:
    conn.execute(
        update(service_scenario)
        .where(service_scenario.c.id == scenario_id)
        .values(changed_at=func.now(), **values)
    )
