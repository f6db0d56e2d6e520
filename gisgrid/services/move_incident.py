"""Take a step with an incident: only what the table of transitions allows, every step logged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Conflict, GisGridError, InvalidInput, NotFound, WrongState
from gisgrid.incidents import life
from gisgrid.incidents.deadlines import Due
from gisgrid.incidents.effects import NOW, Facts, Taken, changes, require_facts
from gisgrid.incidents.routing import route_of
from gisgrid.model.incidents import CO_SIGNERS, IncidentState, Kind, Route
from gisgrid.model.people import Actor
from gisgrid.services.once import once
from gisgrid.services.plan_access import account_of
from gisgrid.services.report_incident import set_deadline
from gisgrid.storage import incident_life, incidents
from gisgrid.storage.engine import SYSTEM, As, Connection, enter_scope, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Facts", "move_incident", "move_many", "route_incident", "take"]

SENT = frozenset({IncidentState.DISPATCHED, IncidentState.CLAIMED, IncidentState.IN_PROGRESS})
NOT_A_REPLY = frozenset({"sign", "urge", "submit", "hide", "show", "escalate"})
NOBODY = Facts()


def move_incident(
    engine: Engine,
    actor: As,
    incident_id: int,
    step: str,
    facts: Facts = NOBODY,
    *,
    key: str | None = None,
) -> dict[str, Any]:
    """Take `step` with an incident; what it is then.

    Parameters
    ----------
    step
        A name of `incidents/transitions.csv`.
    key
        Chosen by the client, one an intent: the step is taken once, however often it is sent.

    Returns
    -------
    id, state, event (id of the logged step), and `then`: steps that followed by themselves (a new
    dispatch when the category changed; the submission by the tenth co-signer).

    Raises
    ------
    NotFound
        There is no such incident in the actor's scope.
    WrongState
        ``no_step``: the table has no such step from here; ``already_claimed``: somebody was first.
    Forbidden
        The step is for others.
    InvalidInput
        ``facts_needed``, ``unknown_category``, ``not_assignable``, ``unknown_step``, ``past``.
    Conflict
        ``claimant_needed``: no single body answers for it; ``no_level``; ``not_simple``.
    """
    body = ["move_incident", incident_id, step, facts.given(), facts.signer]
    with transaction(engine, actor) as conn:

        def act() -> dict[str, Any]:
            visible = incidents.one(conn, incident_id) is not None
            enter_scope(conn, SYSTEM)  # what the account may do is decided here, by the table
            standing = incident_life.standing(conn, incident_id)
            if standing is None or not (visible or _is_open_to(actor, standing, step)):
                raise NotFound(f"there is no incident {incident_id}")
            return take(conn, actor, standing, step, facts)

        return once(conn, actor, key, body, act)


def move_many(
    engine: Engine, actor: As, ids: Sequence[int], step: str, facts: Facts = NOBODY
) -> dict[str, Any]:
    """Take the same step with many incidents, each for itself: {done: [id], refused: [...]}."""
    done: list[int] = []
    refused: list[dict[str, Any]] = []
    for incident_id in dict.fromkeys(ids):
        try:
            move_incident(engine, actor, incident_id, step, facts)
            done.append(incident_id)
        except GisGridError as error:
            refused.append({"id": incident_id, "code": error.key, "facts": error.facts})
    return {"done": done, "refused": refused}


def route_incident(engine: Engine, actor: As, incident_id: int) -> dict[str, Any]:
    """Who answers for an incident: {bodies, route} by category, unit and whether it is major."""
    with transaction(engine, actor) as conn:
        row = incidents.one(conn, incident_id)
        if row is None:
            raise NotFound(f"there is no incident {incident_id}")
        enter_scope(conn, SYSTEM)
        bodies = incident_life.bodies(conn, row.category_code, row.community)
    return {"bodies": bodies, "route": route_of(bodies, major=row.major)}


def take(
    conn: Connection, actor: As, standing: Mapping[str, Any], step: str, facts: Facts
) -> dict[str, Any]:
    """Take a step with an incident that this transaction holds, as the system sees it."""
    incident_id, state = int(standing["id"]), IncidentState(standing["state"])
    row = _allowed(actor, standing, step)
    facts = _completed(conn, standing, step, facts)
    require_facts(row.needs, facts, standing)
    _require_sound(conn, standing, step, facts)
    account = account_of(actor)
    told = changes(step, Taken(facts, standing, account))
    if step not in NOT_A_REPLY and not facts.private and account != standing["reporter_id"]:
        told["first_reply_at"] = standing["first_reply_at"] or NOW
    target = row.target or state
    incident_life.change(conn, incident_id, {**told, "state": target})
    logged = _plain(facts.given())
    logged.pop("note", None)
    event = incident_life.log(
        conn,
        incident_id,
        account_id=account,
        transition=step,
        from_state=state,
        to_state=target,
        note=facts.note,
        private=facts.private,
        facts=logged | _consequences(conn, standing, step, facts),
    )
    then = _what_follows(conn, {**standing, **told, "state": target}, step)
    return {"id": incident_id, "state": then[-1]["state"] if then else target, "event": event} | {
        "then": [one["step"] for one in then]
    }


def _allowed(actor: As, standing: Mapping[str, Any], step: str) -> life.Transition:
    kind, state = standing["kind"], standing["state"]
    try:
        return life.step(step, kind=kind, state=state, who=_who(actor, standing))
    except WrongState as error:
        if step == "claim" and state in SENT:
            raise WrongState("somebody claimed this first", code="already_claimed") from error
        raise


def _who(actor: As, standing: Mapping[str, Any]) -> frozenset[str]:
    if not isinstance(actor, Actor):
        return life.who_is(None)
    names = life.who_is(actor.role, reporter=actor.account_id == standing["reporter_id"])
    return names if standing["grid_now"] in actor.grids else names - {"leader"}


def _is_open_to(actor: As, standing: Mapping[str, Any], step: str) -> bool:
    """Whether somebody who does not see it may take the step: a wish's claimant, a reporter."""
    if not isinstance(actor, Actor):
        return False
    offered = standing["kind"] == Kind.WISH and step == "claim"
    return offered or actor.account_id == standing["reporter_id"]


def _completed(conn: Connection, standing: Mapping[str, Any], step: str, facts: Facts) -> Facts:
    """The facts, with the body that follows from the responsibilities where none is told."""
    if step not in ("dispatch", "redispatch") or facts.body:
        return facts
    bodies = incident_life.bodies(conn, standing["category_code"], standing["community_id"])
    if route_of(bodies, major=standing["major"]) is not Route.DISPATCH:
        raise Conflict(
            f"{len(bodies)} bodies answer for this: name one to claim it",
            code="claimant_needed",
            bodies=bodies,
            n=len(bodies),
        )
    return replace(facts, body=bodies[0])


def _require_sound(conn: Connection, standing: Mapping[str, Any], step: str, facts: Facts) -> None:
    if facts.category and not incidents.has_category(conn, facts.category):
        raise InvalidInput(
            f"no category {facts.category}", code="unknown_category", category=facts.category
        )
    if step == "assign" and facts.assignee not in {r.id for r in incident_life.assignable(conn)}:
        raise InvalidInput("this account may not be given incidents", code="not_assignable")
    if step in ("extend", "decide", "schedule"):
        _require_later(conn, facts.until or facts.hearing)
    if step == "self_handle" and not incidents.is_simple(conn, standing["category_code"]):
        raise Conflict("this kind of matter goes through the desk", code="not_simple")
    if step == "duplicate":
        _require_original(conn, int(standing["id"]), facts.original)


def _require_later(conn: Connection, moment: datetime | None) -> None:
    if moment is not None and moment <= incident_life.now(conn):
        raise InvalidInput("that moment has passed", code="past")


def _require_original(conn: Connection, incident_id: int, original: int | None) -> None:
    row = incidents.one(conn, original) if original else None
    if row is None or row.id == incident_id or row.duplicate_of is not None:
        raise InvalidInput(
            f"incident {original} cannot be the original", code="bad_original", original=original
        )


def _consequences(
    conn: Connection, standing: Mapping[str, Any], step: str, facts: Facts
) -> dict[str, Any]:
    """What a step does beside the incident's own columns; facts to log with it."""
    incident_id = int(standing["id"])
    if step in ("accept", "recategorise") and facts.category:
        if facts.category != standing["category_code"]:
            set_deadline(conn, incident_id, standing["received_at"], facts.category)
    elif step in ("submit", "reopen"):
        set_deadline(conn, incident_id, incident_life.now(conn), standing["category_code"])
    elif step == "extend" and facts.until:
        incident_life.put_off(conn, incident_id, facts.until)
    elif step == "decide" and facts.until:
        incident_life.set_stages(conn, incident_id, [Due("acceptance", facts.until)])
    elif step == "finish_stage":
        return {"stage": incident_life.meet(conn, incident_id, every=False)}
    elif step in ("handle", "self_handle"):
        incident_life.meet(conn, incident_id, every=True)
    elif step == "send_back":
        incident_life.unmeet(conn, incident_id)
    elif step == "sign" and facts.signer:
        return {"signatures": _sign(conn, standing, facts.signer)}
    elif step == "duplicate" and facts.original:
        return {"moved": incident_life.follow(conn, incident_id, facts.original)}
    return {}


def _sign(conn: Connection, standing: Mapping[str, Any], signer: str) -> int:
    """Add a co-signer, whose name is kept nowhere; how many there are."""
    salted = f"{standing['id']} {standing['received_at'].isoformat()} {signer.strip().casefold()}"
    if not incident_life.sign(conn, standing["id"], hashlib.sha256(salted.encode()).digest()):
        raise Conflict("this co-signer has signed already", code="already_signed")
    return int(standing["signatures"]) + 1


def _what_follows(conn: Connection, standing: Mapping[str, Any], step: str) -> list[dict[str, Any]]:
    """Steps that follow by themselves, taken by the system: [{step, state}]."""
    if step == "sign" and standing["signatures"] + 1 >= CO_SIGNERS:
        signed = {**standing, "signatures": standing["signatures"] + 1}
        return [{"step": "submit", **take(conn, SYSTEM, signed, "submit", NOBODY)}]
    onward = life.steps(standing["kind"], standing["state"])
    if step == "recategorise" and any(row.name == "redispatch" for row in onward):
        return _sent_anew(conn, standing)  # a wish is nobody's duty: it stays with whoever has it
    return []


def _sent_anew(conn: Connection, standing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A changed category has another body: it gets the incident; none or several: the desk."""
    bodies = incident_life.bodies(conn, standing["category_code"], standing["community_id"])
    if bodies == [standing["body"]]:
        return []
    alone = len(bodies) == 1
    step, facts = ("redispatch", Facts(body=bodies[0])) if alone else ("recall", NOBODY)
    return [{"step": step, **take(conn, SYSTEM, standing, step, facts)}]


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in given.items()}
