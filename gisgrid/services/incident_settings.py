"""What a district sets for its incidents: calendar, deadlines, bodies, workers, rounds, alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Forbidden, InvalidInput, NotFound
from gisgrid.incidents import life
from gisgrid.incidents.calendar import HOURS, known_until
from gisgrid.incidents.deadlines import Rule
from gisgrid.incidents.vocabulary import schemes, state_labels
from gisgrid.model.incidents import CO_SIGNERS, CloseReason
from gisgrid.model.people import Actor
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_desk, incident_life, incident_timers, incidents, people, plans
from gisgrid.storage.engine import SYSTEM, Connection, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

AHEAD = 60
"""Days before the end of the known holidays from which the screen asks for those of next year."""


def view_vocabulary(engine: Engine, actor: Actor) -> dict[str, Any]:
    """What the screens choose from: categories, labels of states, reasons, who may be assigned."""
    with transaction(engine, SYSTEM) as conn:
        categories = incidents.categories(conn)
        scheme = incident_desk.label_scheme(conn)
        assignable = incident_life.assignable(conn) if actor.role in life.DESK else ()
    return {
        "categories": [
            {"code": c.code, "parent": c.parent, "zh": c.name_zh, "en": c.name_en}
            | {"radius_m": c.radius_m, "self_handle": c.self_handle}
            for c in categories
        ],
        "labels": [
            {"kind": kind, "state": state, **names}
            for (kind, state), names in state_labels(scheme).items()
        ],
        "schemes": list(schemes()),
        "scheme": scheme,
        "reasons": [reason.value for reason in CloseReason],
        "assignable": [dict(row._mapping) for row in assignable],
        "co_signers": CO_SIGNERS,
    }


def view_settings(engine: Engine, actor: Actor) -> dict[str, Any]:
    """Every setting; `calendar.known_until` says how far the library knows the holidays."""
    _require_desk(actor)
    with transaction(engine, SYSTEM) as conn:
        today = plans.today(conn)
        calendar = incident_life.calendar(conn)
        days = [today + timedelta(days=n) for n in range(14)]
        return {
            "calendar": {
                "known_until": known_until().isoformat(),
                "ends_soon": (known_until() - today).days < AHEAD,
                "hours": [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in HOURS],
                "days": _rows(incident_desk.own_days(conn)),
                "next": [{"day": d.isoformat(), "working": calendar.is_workday(d)} for d in days],
            },
            "deadlines": [
                {"category": code, "stages": [asdict(rule) for rule in rules]}
                for code, rules in sorted(incident_life.deadline_rules(conn).items())
            ],
            "responsibilities": _rows(incident_desk.responsibilities(conn)),
            "workers": _rows(incident_desk.workers(conn)),
            "rounds": _rows(incident_desk.rounds(conn)),
            "alerts": _rows(incident_timers.alert_rules(conn)),
            "schemes": list(schemes()),
            "scheme": incident_desk.label_scheme(conn),
        }


def set_day(
    engine: Engine, actor: Actor, day: date, *, working: bool | None, note: str | None = None
) -> None:
    """Say that a day is worked or not, over what the library knows; None: forget it."""

    def act(conn: Connection) -> None:
        incident_desk.set_day(conn, day, working=working, note=note)

    _change(engine, actor, "set_day", {"day": day.isoformat(), "working": working}, act)


def set_scheme(engine: Engine, actor: Actor, scheme: str) -> None:
    """Choose what the steps are called: names change, the machine does not."""
    if scheme not in schemes():
        raise InvalidInput(f"no scheme {scheme}", code="unknown_scheme", scheme=scheme)

    def act(conn: Connection) -> None:
        incident_desk.set_label_scheme(conn, scheme)

    _change(engine, actor, "set_scheme", {"scheme": scheme}, act)


def set_deadlines(engine: Engine, actor: Actor, category: str, stages: Sequence[Rule]) -> None:
    """Replace the stages of a category or group; what runs already keeps its deadline."""

    def act(conn: Connection) -> None:
        _require_category(conn, category)
        incident_life.set_deadline_rules(conn, category, stages)

    facts = {"category": category, "stages": [asdict(rule) for rule in stages]}
    _change(engine, actor, "set_deadlines", facts, act)


def set_bodies(
    engine: Engine, actor: Actor, category: str, unit: int, bodies: Sequence[str]
) -> None:
    """Say which bodies answer for a category (or group) in a unit and all below it."""
    named = sorted({body.strip() for body in bodies if body.strip()})

    def act(conn: Connection) -> None:
        _require_category(conn, category)
        incident_desk.set_bodies(conn, category, unit, named)

    _change(engine, actor, "set_bodies", {"category": category, "unit": unit, "bodies": named}, act)


def set_worker(engine: Engine, actor: Actor, account: int, body: str | None) -> None:
    """Put an account on the list of those who may be assigned, or (None) take it off."""

    def act(conn: Connection) -> None:
        if account not in {row.id for row in incident_desk.workers(conn)}:
            raise NotFound(f"there is no account {account}")
        incident_desk.set_worker(conn, account, body)

    _change(engine, actor, "set_worker", {"account": account, "body": body}, act)


def add_round(engine: Engine, actor: Actor, **values: Any) -> int:
    """Plan a round: name, category_code, unit_id, every_days, starts_on; its id."""
    made: list[int] = []

    def act(conn: Connection) -> None:
        _require_category(conn, values["category_code"])
        made.append(incident_desk.add_round(conn, **values))

    _change(engine, actor, "add_round", {n: plain(v) for n, v in values.items()}, act)
    return made[0]


def switch_round(engine: Engine, actor: Actor, round_id: int, *, active: bool) -> None:
    """Let a round go on or pause."""

    def act(conn: Connection) -> None:
        if not incident_desk.change_round(conn, round_id, active=active):
            raise NotFound(f"there is no round {round_id}")

    _change(engine, actor, "switch_round", {"round": round_id, "active": active}, act)


def change_alert(engine: Engine, actor: Actor, key: str, **values: Any) -> None:
    """Change the numbers of a rule of alerts, or switch it."""

    def act(conn: Connection) -> None:
        if not incident_desk.change_alert(conn, key, **values):
            raise NotFound(f"there is no rule {key}")

    _change(engine, actor, "change_alert", {"key": key, **values}, act)


def _change(engine: Engine, actor: Actor, action: str, facts: dict[str, Any], act: Any) -> None:
    _require_desk(actor)
    with transaction(engine, SYSTEM) as conn:
        act(conn)
        people.note(conn, action, "incidents", account_id=actor.account_id, facts=facts)


def _require_desk(actor: Actor) -> None:
    if actor.role not in life.DESK:
        raise Forbidden("only staff and administrators set this", code="not_your_step")


def _require_category(conn: Connection, code: str) -> None:
    if not incidents.has_category(conn, code):
        raise InvalidInput(f"no category {code}", code="unknown_category", category=code)


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [{name: plain(value) for name, value in row._mapping.items()} for row in rows]
