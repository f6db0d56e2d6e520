"""What happens to incidents by itself: overdue ones rise a level, rounds come due, rules alert.

The server's worker calls `tick` every minute; `gisgrid incidents tick` does so by hand.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gisgrid.incidents.deadlines import Due
from gisgrid.incidents.effects import Facts
from gisgrid.language import DEFAULT_LANGUAGE
from gisgrid.model.incidents import LEVELS, Channel
from gisgrid.services.alert_words import alert_sentence
from gisgrid.services.move_incident import take
from gisgrid.services.report_incident import Report, begin
from gisgrid.services.set_up_project import load_incident_vocabulary
from gisgrid.storage import incident_life, incident_timers, incidents, plans
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST_AT_ONCE = 200
ALERT = "2111"
SERVICE_OF = {"2106": "market"}
"""Category of complaints → the kind of service they ask for."""
END_OF_WORK = time(18)


def tick(engine: Engine) -> dict[str, int]:
    """Do what is due by the database's clock; how many escalated, rounds and alerts there are.

    Called twice at once, or twice in a row, it does everything once.
    """
    load_incident_vocabulary(engine)
    with transaction(engine, SYSTEM) as conn:
        if not incident_timers.take_turn(conn):
            return {"escalated": 0, "rounds": 0, "alerts": 0}
        return {"escalated": _escalate(conn), "rounds": _rounds(conn), "alerts": _alerts(conn)}


def _escalate(conn: Connection) -> int:
    """Raise what has used all its time by one level, once a deadline; the highest stays."""
    risen = 0
    for row in incident_timers.overdue(conn, most=MOST_AT_ONCE):
        standing = incident_life.standing(conn, row.id)
        if standing is None or standing["due_at"] != row.due_at:
            continue
        if standing["level"] < max(LEVELS):
            take(conn, SYSTEM, standing, "escalate", Facts())
            risen += 1
        incident_life.change(conn, row.id, {"escalated_due": row.due_at})
    return risen


def _rounds(conn: Connection) -> int:
    """Make the items of the rounds that are due, each with the end of its turn as deadline."""
    if not incidents.has_project(conn):
        return 0
    zone = ZoneInfo(incident_life.calendar(conn).timezone)
    made = incident_timers.rounds_due(conn, plans.today(conn))
    for row in made:
        begin(conn, row.id, None, Report())
        last = datetime.combine(row.ends - timedelta(days=1), END_OF_WORK, zone)
        incident_life.set_stages(conn, row.id, [Due("round", last)])
    return len(made)


def _alerts(conn: Connection) -> int:
    """Report what the rules find: 3 of a kind near each other, many overdue, a gap of coverage."""
    made = 0
    for rule in incident_timers.alert_rules(conn):
        if not rule.active:
            continue
        service = SERVICE_OF.get(rule.category_code or "")
        for found in incident_timers.alerts_due(conn, rule, service=service):
            made += _report(conn, rule, found)
    return made


def _report(conn: Connection, rule: Any, found: Any) -> bool:
    details = {
        "rule": rule.key,
        "of": found.category,
        "n": found.n,
        "ids": list(found.ids)[:50],
        "days": rule.days,
        "metres": rule.metres,
        "category": rule.category_code,
    }
    values = {
        "source": "alert",
        "source_id": f"{rule.key}:{found.category}:{found.first}:{incident_life.now(conn):%G-W%V}",
        "kind": "case",
        "state": "reported",
        "channel": Channel.PLATFORM,
        "category": ALERT,
        "text": _stored_text(conn, details),
        "address": None,
        "details": details,
        "private": False,
        "major": False,
        "reporter": None,
        "compound": None,
        "building": None,
        "reported_at": None,
        "lon": found.lon,
        "lat": found.lat,
    }
    incident_id = incident_life.report(conn, values)
    if incident_id is not None:
        begin(conn, incident_id, None, Report(category=ALERT))
    return incident_id is not None


def _stored_text(conn: Connection, details: dict[str, Any]) -> str | None:
    names = {row.code: row.name_zh for row in incidents.categories(conn)}
    return alert_sentence(details, names, DEFAULT_LANGUAGE)
