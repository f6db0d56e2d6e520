"""Take in a report: stored once, its grid found at once, its deadline running from now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Forbidden, InvalidInput
from gisgrid.incidents.deadlines import rules_for, stages
from gisgrid.model.incidents import Channel, IncidentState, Kind
from gisgrid.model.people import Actor, Role
from gisgrid.services.plan_access import account_of
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_life, incidents
from gisgrid.storage.engine import SYSTEM, As, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

OWN = "gisgrid"
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the reporter may be reached: for the desk alone."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody reports.

    `lon`, `lat` in EPSG:4326, both None for a report without a place; `building`: the id of one
    that was picked, whose place counts when none is told. `category`: a code; other words are kept
    as text. `channel`: None, the one that goes with who reports. `reported_at`: when it was written
    (a phone without network sends late); None: now. `source`: names who keeps the key.
    """

    lon: float | None = None
    lat: float | None = None
    building: int | None = None
    address: str | None = None
    category: str | None = None
    text: str | None = None
    channel: Channel | None = None
    kind: Kind = Kind.CASE
    draft: bool = False
    major: bool = False
    private: bool = False
    compound: int | None = None
    reported_at: datetime | None = None
    contact: Contact | None = None
    source: str = OWN
    details: dict[str, Any] = field(default_factory=dict)


def report_incident(
    engine: Engine, actor: As, report: Report, key: str | None = None
) -> dict[str, Any]:
    """Store a report and give it to its grid; the same `key` again answers with the first one.

    A report without a place, or outside the district, is kept too: it waits to be located. The
    leader of the grid, where it has one with an account, is given the incident at once.

    Returns
    -------
    id, created (False: the key was known), state, channel, category, community, community_name,
    grid_code, near (codes of other grids within 20 m), located_reason, due_at, assignee.

    Raises
    ------
    InvalidInput
        ``half_place`` when only one coordinate is told, ``text_too_long``.
    Forbidden
        Nobody acts.
    """
    _require_sound(report)
    if actor is None:
        raise Forbidden("only who is signed in reports", code="forbidden")
    account = account_of(actor)
    source_id = key or uuid.uuid4().hex
    if key and account is not None:
        source_id = f"{account}:{key}"  # nobody can take another's key
    with transaction(engine, SYSTEM) as conn:
        incident_id = incident_life.report(conn, _values(report, actor, source_id))
        created = incident_id is not None
        if incident_id is None:
            incident_id = incident_life.known_as(conn, report.source, source_id)
        else:
            begin(conn, incident_id, account, report)
        return {**told(conn, incident_id), "created": created}


def begin(conn: Connection, incident_id: int, account: int | None, report: Report) -> None:
    """Grid, leader, deadline, contact and first event of an incident that was just stored."""
    incidents.locate(conn, only=[incident_id])
    leader = incident_life.leader(conn, incident_id)
    incident_life.change(conn, incident_id, {"assignee_id": leader} if leader else {})
    if not report.draft:
        set_deadline(conn, incident_id, incident_life.now(conn), report.category)
    if report.contact is not None:
        contact = report.contact
        told = {"name": contact.name, "phone": contact.phone, "email": contact.email}
        incident_life.keep_contact(conn, incident_id, told)
    incident_life.log(
        conn,
        incident_id,
        account_id=account,
        transition="report",
        to_state=_state(report),
        facts={"assignee": leader} if leader else {},
    )


def set_deadline(conn: Connection, incident_id: int, start: datetime, category: str | None) -> None:
    """Work out the stages of a category from `start` on; the first is the incident's deadline."""
    rules = rules_for(category, incident_life.deadline_rules(conn))
    found = stages(incident_life.calendar(conn), start, rules)
    incident_life.set_stages(conn, incident_id, found)


def default_channel(actor: As) -> Channel:
    """The channel that goes with who reports: leaders patrol, rules are the platform's own."""
    if not isinstance(actor, Actor):
        return Channel.PLATFORM
    return Channel.PATROL if actor.role is Role.LEADER else Channel.RESIDENT


def told(conn: Connection, incident_id: int) -> dict[str, Any]:
    """What the reporter is told of an incident."""
    row = incidents.one(conn, incident_id)
    assert row is not None  # noqa: S101 - held by this very transaction
    return {
        "id": row.id,
        "state": row.state,
        "kind": row.kind,
        "channel": row.channel,
        "category": row.category_code,
        "community": row.community,
        "community_name": row.community_name,
        "grid_code": row.grid_code_now,
        "near": incidents.grids_near(conn, incident_id),
        "located_reason": row.located_reason,
        "due_at": plain(row.due_at),
        "assignee": row.assignee,
    }


def _state(report: Report) -> IncidentState:
    return IncidentState.DRAFT if report.draft else IncidentState.REPORTED


def _values(report: Report, actor: As, source_id: str) -> dict[str, Any]:
    return {
        "source": report.source,
        "source_id": source_id,
        "kind": report.kind,
        "state": _state(report),
        "channel": report.channel or default_channel(actor),
        "category": report.category or None,
        "text": (report.text or "").strip() or None,
        "address": (report.address or "").strip() or None,
        "details": report.details,
        "private": report.private,
        "major": report.major,
        "reporter": account_of(actor),
        "compound": report.compound,
        "building": report.building,
        "reported_at": report.reported_at,
        "lon": report.lon,
        "lat": report.lat,
    }


def _require_sound(report: Report) -> None:
    if (report.lon is None) != (report.lat is None):
        raise InvalidInput("longitude and latitude come together", code="half_place")
    if report.text and len(report.text) > LONGEST_TEXT:
        raise InvalidInput(
            f"a text has at most {LONGEST_TEXT} characters", code="text_too_long", most=LONGEST_TEXT
        )
