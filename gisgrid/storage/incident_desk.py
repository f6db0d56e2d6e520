"""What the desk reads: its queue, who may be assigned, wishes, and the settings of its work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gisgrid.storage.sql import sql
from gisgrid.storage.tables.incidents import (
    alert_rule,
    case_worker,
    responsibility,
    round_plan,
    work_calendar,
)
from gisgrid.storage.tables.people import account
from gisgrid.storage.tables.territory import unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Which incidents to list; None: any. `category` may be a group, `community` an id.

    `figure` with the `part` of `by` and the period lists what that figure of the evaluation counts.
    """

    tab: str = "inbox"
    kind: str | None = None
    category: str | None = None
    channel: str | None = None
    level: int | None = None
    community: int | None = None
    grid: str | None = None
    assignee: int | None = None
    text: str | None = None
    limit: int = 50
    offset: int = 0
    figure: str | None = None
    by: str | None = None
    part: str = ""
    since: datetime | None = None
    until: datetime | None = None
    closed_since: datetime | None = None
    closed_until: datetime | None = None


def queue(
    conn: Connection, wanted: Queue, account_id: int, *, texts: Sequence[str] | None = None
) -> Sequence[Row[Any]]:
    """Incidents in scope that fit, the most pressing first; each row carries `total`.

    `texts` are the spellings of `wanted.text`: one of them must be in the text or the category.
    """
    values = {**asdict(wanted), "account": account_id, "texts": None if texts is None else [*texts]}
    return conn.execute(sql("incident_queue"), values).all()


def tabs(conn: Connection, account_id: int) -> Row[Any]:
    """How many incidents in scope stand in each tab, and how many took each route."""
    return conn.execute(sql("incident_tabs"), {"account": account_id}).one()


def wishes(conn: Connection, account_id: int) -> Sequence[Row[Any]]:
    """Wishes open to claim, and those that the account claimed and that are not done."""
    found = text(
        "SELECT incident.id, incident.text, state, due_at, assignee_id, unit.name AS community_name"
        " FROM incident LEFT JOIN unit ON unit.id = community_id"
        " WHERE kind = 'wish' AND NOT private AND (state = 'dispatched'"
        " OR assignee_id = :account AND state IN ('claimed', 'in_progress'))"
        " ORDER BY reported_at, incident.id LIMIT 200"
    )
    return conn.execute(found, {"account": account_id}).all()


def label_scheme(conn: Connection) -> str:
    """What the district calls the steps of a case: the key of a scheme."""
    return conn.execute(text("SELECT label_scheme FROM project")).scalar() or "default"


def set_label_scheme(conn: Connection, scheme: str) -> None:
    """Choose the scheme of labels."""
    conn.execute(text("UPDATE project SET label_scheme = :scheme"), {"scheme": scheme})


def own_days(conn: Connection) -> Sequence[Row[Any]]:
    """Days on which the district says itself whether work is done, by date."""
    return conn.execute(select(work_calendar).order_by(work_calendar.c.day)).all()


def set_day(conn: Connection, day: date, *, working: bool | None, note: str | None) -> None:
    """Say whether a day is worked; `working` None: forget what was said."""
    if working is None:
        conn.execute(delete(work_calendar).where(work_calendar.c.day == day))
        return
    values = {"working": working, "note": note}
    said = insert(work_calendar).values(day=day, **values)
    conn.execute(said.on_conflict_do_update(index_elements=["day"], set_=values))


def responsibilities(conn: Connection) -> Sequence[Row[Any]]:
    """(category_code, unit_id, unit_name, body) of every responsibility."""
    columns = (responsibility, unit.c.name.label("unit_name"))
    found = select(*columns).join(unit, unit.c.id == responsibility.c.unit_id)
    return conn.execute(found.order_by(responsibility.c.category_code, unit.c.code)).all()


def set_bodies(conn: Connection, category: str, unit_id: int, bodies: Sequence[str]) -> None:
    """Replace the bodies that answer for a category in a unit."""
    gone = (responsibility.c.category_code == category) & (responsibility.c.unit_id == unit_id)
    conn.execute(delete(responsibility).where(gone))
    rows = [{"category_code": category, "unit_id": unit_id, "body": body} for body in bodies]
    if rows:
        conn.execute(insert(responsibility), rows)


def workers(conn: Connection) -> Sequence[Any]:
    """Active accounts (id, name, role) and for which body they take cases (None: for none)."""
    name = account.c.display_name.label("name")
    found = select(account.c.id, name, account.c.role, case_worker.c.body).outerjoin(
        case_worker, case_worker.c.account_id == account.c.id
    )
    return conn.execute(found.where(account.c.active).order_by(account.c.login)).all()


def set_worker(conn: Connection, account_id: int, body: str | None) -> None:
    """Name an account as one that takes cases for `body`; None: no longer."""
    if body is None:
        conn.execute(delete(case_worker).where(case_worker.c.account_id == account_id))
        return
    said = insert(case_worker).values(account_id=account_id, body=body)
    conn.execute(said.on_conflict_do_update(index_elements=["account_id"], set_={"body": body}))


def rounds(conn: Connection) -> Sequence[Row[Any]]:
    """Every scheduled round, with the name of its unit."""
    found = select(round_plan, unit.c.name.label("unit_name"))
    return conn.execute(found.join(unit).order_by(round_plan.c.id)).all()


def add_round(conn: Connection, **values: Any) -> int:
    """Store a round; its id."""
    added = insert(round_plan).values(values).returning(round_plan.c.id)
    return int(conn.execute(added).scalar_one())


def change_round(conn: Connection, round_id: int, *, active: bool) -> bool:
    """Switch a round on or off; False when there is none."""
    changed = update(round_plan).where(round_plan.c.id == round_id).values(active=active)
    return bool(conn.execute(changed).rowcount)


def change_alert(conn: Connection, key: str, **values: Any) -> bool:
    """Change a rule of alerts; False when there is none."""
    changed = update(alert_rule).where(alert_rule.c.key == key).values(values)
    return bool(conn.execute(changed).rowcount)


def enliven(conn: Connection, source: str) -> None:
    """Give the invented incidents of a demonstration what their states ask for, and a history."""
    conn.execute(sql("incident_demo_life"), {"source": source})
    conn.execute(sql("incident_backfill"), {"source": source})


def let_pass(conn: Connection, ids: Sequence[int]) -> None:
    """Let the deadlines of invented incidents have passed two days ago."""
    past = text(
        "UPDATE incident_deadline SET due_at = now() - interval '2 days'"
        " WHERE incident_id = ANY(:ids) AND met_at IS NULL"
    )
    told = text("UPDATE incident SET due_at = now() - interval '2 days' WHERE id = ANY(:ids)")
    for statement in (past, told):
        conn.execute(statement, {"ids": list(ids)})


def some_places(conn: Connection, n: int) -> Sequence[Row[Any]]:
    """(lon, lat, compound) of `n` dwellings of one community after another, always the same."""
    found = text(
        "SELECT ST_X(ST_PointOnSurface(geom)) AS lon, ST_Y(ST_PointOnSurface(geom)) AS lat,"
        " compound_id AS compound FROM ("
        " SELECT *, row_number() OVER (PARTITION BY community_id ORDER BY compound_id IS NULL,"
        " households DESC, id) AS place FROM building"
        " WHERE retired_at IS NULL AND community_id IS NOT NULL) AS one"
        " ORDER BY place, community_id LIMIT :n"
    )
    return conn.execute(found, {"n": n}).all()
