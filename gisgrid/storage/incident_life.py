"""The life of incidents in the database: reported, moved step by step, with every step logged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from gisgrid.incidents.calendar import WorkCalendar
from gisgrid.incidents.deadlines import Due, Rule, Unit
from gisgrid.incidents.effects import NOW
from gisgrid.incidents.vocabulary import AlertRule, Category
from gisgrid.storage.busy import or_busy
from gisgrid.storage.sql import sql
from gisgrid.storage.tables.incidents import (
    alert_rule,
    category,
    deadline_rule,
    incident,
    incident_contact,
    incident_deadline,
    incident_event,
    incident_signature,
    work_calendar,
)


def save_vocabulary(
    conn: Connection,
    categories: Iterable[Category],
    rules: Mapping[str, Sequence[Rule]],
    alerts: Iterable[AlertRule],
) -> None:
    """Store what is shipped; what is there already keeps what a user made of it."""
    rows = [
        {"code": c.code, "parent": c.parent, "name_zh": c.zh, "name_en": c.en}
        | {"radius_m": c.radius_m, "self_handle": c.self_handle}
        for c in categories
    ]
    conn.execute(upsert(category).on_conflict_do_nothing(), rows)
    known = set(conn.execute(select(deadline_rule.c.category_code)).scalars())
    for code, stages in rules.items():
        if code not in known:
            set_deadline_rules(conn, code, stages)
    kept = [
        {"key": a.key, "kind": a.kind, "category_code": a.category}
        | {"n": a.n, "days": a.days, "metres": a.metres}
        for a in alerts
    ]
    conn.execute(upsert(alert_rule).on_conflict_do_nothing(), kept)


def has_vocabulary(conn: Connection) -> bool:
    """Whether the shipped categories and rules are stored."""
    return conn.execute(select(alert_rule.c.key)).first() is not None


def set_deadline_rules(conn: Connection, code: str, stages: Sequence[Rule]) -> None:
    """Replace the stages of a category or group; none: the group's, or the default, hold."""
    conn.execute(deadline_rule.delete().where(deadline_rule.c.category_code == code))
    rows = [
        {"category_code": code, "position": n, "stage": r.stage, "amount": r.amount, "unit": r.unit}
        for n, r in enumerate(stages)
    ]
    if rows:
        conn.execute(insert(deadline_rule), rows)


def deadline_rules(conn: Connection) -> dict[str, tuple[Rule, ...]]:
    """Category or group → its stages in order."""
    found: dict[str, tuple[Rule, ...]] = {}
    order = (deadline_rule.c.category_code, deadline_rule.c.position)
    for row in conn.execute(select(deadline_rule).order_by(*order)):
        rule = Rule(row.stage, row.amount, Unit(row.unit))
        found[row.category_code] = (*found.get(row.category_code, ()), rule)
    return found


def calendar(conn: Connection) -> WorkCalendar:
    """The working calendar of the project, with what it says itself of single days."""
    zone = conn.execute(text("SELECT timezone FROM project")).scalar() or "Asia/Shanghai"
    days: dict[date, bool] = {
        row.day: row.working for row in conn.execute(select(work_calendar)).all()
    }
    return WorkCalendar(zone, days)


def now(conn: Connection) -> datetime:
    """The time by the database's clock; the same all through a transaction."""
    return conn.execute(select(func.now())).scalar_one()


def report(conn: Connection, values: Mapping[str, Any]) -> int | None:
    """Insert an incident; None when one of this (source, source_id) is there already."""
    told = {**values, "details": json.dumps(values["details"])}
    with or_busy():
        return conn.execute(sql("incident_report"), told).scalar()


def known_as(conn: Connection, source: str, source_id: str) -> int:
    """The id of the incident that `source` calls `source_id`."""
    found = select(incident.c.id).where(
        incident.c.source == source, incident.c.source_id == source_id
    )
    return int(conn.execute(found).scalar_one())


def standing(conn: Connection, incident_id: int) -> dict[str, Any] | None:
    """An incident in scope as it stands, held for this transaction; None when there is none."""
    with or_busy():
        row = conn.execute(sql("incident_standing"), {"incident": incident_id}).one_or_none()
    return None if row is None else dict(row._mapping)


def change(conn: Connection, incident_id: int, changes: Mapping[str, Any]) -> None:
    """Write columns of an incident; NOW becomes the time of the transaction."""
    if changes:
        values = {name: func.now() if v is NOW else v for name, v in changes.items()}
        conn.execute(update(incident).where(incident.c.id == incident_id).values(values))


def log(conn: Connection, incident_id: int, **values: Any) -> int:
    """Write what was done: transition, from_state, to_state, account_id, note, facts, private."""
    written = insert(incident_event).values(incident_id=incident_id, **values)
    return int(conn.execute(written.returning(incident_event.c.id)).scalar_one())


def set_stages(conn: Connection, incident_id: int, stages: Sequence[Due]) -> None:
    """Replace the stages of an incident's deadline; the first is what is pressing now."""
    gone = incident_deadline.c.incident_id == incident_id
    conn.execute(incident_deadline.delete().where(gone))
    rows = [
        {"incident_id": incident_id, "position": n, "stage": due.stage, "due_at": due.due_at}
        for n, due in enumerate(stages)
    ]
    conn.execute(insert(incident_deadline), rows)
    press(conn, incident_id)


def stages(conn: Connection, incident_id: int) -> Sequence[Row[Any]]:
    """(position, stage, due_at, met_at) of an incident, in order."""
    found = select(incident_deadline).where(incident_deadline.c.incident_id == incident_id)
    return conn.execute(found.order_by(incident_deadline.c.position)).all()


def meet(conn: Connection, incident_id: int, *, every: bool) -> str | None:
    """Say that the pressing stage is done, or `every` one; its name, None when none was left.

    A stage that is done after its time makes the incident late, for good.
    """
    rows = conn.execute(
        sql("incident_meet"), {"incident": incident_id, "most": None if every else 1}
    ).all()
    press(conn, incident_id)
    return rows[0].stage if rows else None


def unmeet(conn: Connection, incident_id: int) -> None:
    """Take back that the last stage is done: it was not."""
    conn.execute(sql("incident_unmeet"), {"incident": incident_id})
    press(conn, incident_id)


def put_off(conn: Connection, incident_id: int, until: datetime) -> None:
    """Give the pressing stage a later end; the stages after it move by as much.

    An imported incident has a deadline without stages: it becomes the only one.
    """
    conn.execute(sql("incident_only_stage"), {"incident": incident_id})
    conn.execute(sql("incident_put_off"), {"incident": incident_id, "until": until})
    press(conn, incident_id)


def press(conn: Connection, incident_id: int) -> None:
    """Let the incident's deadline be that of its first stage that is not done, else the last."""
    conn.execute(sql("incident_press"), {"incident": incident_id})


def bodies(conn: Connection, category_code: str | None, unit_id: int | None) -> list[str]:
    """Bodies that answer for a category in a unit, by name."""
    values = {"category": category_code, "unit": unit_id}
    return list(conn.execute(sql("incident_bodies"), values).scalars())


def leader(conn: Connection, incident_id: int) -> int | None:
    """The account that leads the grid in which an incident lies."""
    row = conn.execute(sql("incident_leader"), {"incident": incident_id}).one_or_none()
    return None if row is None else int(row.id)


def assignable(conn: Connection) -> Sequence[Row[Any]]:
    """Accounts that may be given an incident: (id, name, role, body, grid_code)."""
    return conn.execute(sql("incident_assignable")).all()


def keep_contact(conn: Connection, incident_id: int, contact: Mapping[str, str | None]) -> None:
    """Keep how the reporter may be reached."""
    conn.execute(insert(incident_contact).values(incident_id=incident_id, **contact))


def contact(conn: Connection, incident_id: int) -> Row[Any] | None:
    """How the reporter may be reached; None when nobody said, or it is not for the actor."""
    found = select(incident_contact).where(incident_contact.c.incident_id == incident_id)
    return conn.execute(found).one_or_none()


def sign(conn: Connection, incident_id: int, signer: bytes) -> bool:
    """Add a co-signer; False when this one has signed already."""
    values = {"incident_id": incident_id, "signer": signer}
    written = upsert(incident_signature).values(values).on_conflict_do_nothing()
    return bool(conn.execute(written).rowcount)


def followers(conn: Connection, incident_id: int) -> list[int]:
    """Incidents that repeat this one."""
    found = select(incident.c.id).where(incident.c.duplicate_of == incident_id)
    return list(conn.execute(found.order_by(incident.c.id)).scalars())


def follow(conn: Connection, before: int, after: int) -> list[int]:
    """Let what repeats `before` repeat `after`; their ids."""
    moved = update(incident).where(incident.c.duplicate_of == before).values(duplicate_of=after)
    return list(conn.execute(moved.returning(incident.c.id)).scalars())
