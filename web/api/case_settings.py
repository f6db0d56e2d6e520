"""What a district sets for its cases: calendar, deadlines, bodies, workers, rounds, alerts."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from gisgrid.incidents.deadlines import Rule, Unit
from gisgrid.services import incident_settings as settings
from web.api.schemas_cases import Alert, Bodies, Day, Deadlines, Round, Scheme, Switch, Worker
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("case_settings", "/api/cases/settings")


@bp.get("")
def all_settings() -> ResponseReturnValue:
    """Every setting."""
    return settings.view_settings(engine(), actor())


@bp.post("/days")
@takes(Day)
def day(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Say whether a day is worked."""
    told = {"working": json_data["working"], "note": json_data["note"]}
    settings.set_day(engine(), actor(), json_data["day"], **told)
    return settings.view_settings(engine(), actor())


@bp.post("/deadlines")
@takes(Deadlines)
def deadlines(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Replace the stages of a category."""
    stages = [Rule(s["stage"], s["amount"], Unit(s["unit"])) for s in json_data["stages"]]
    settings.set_deadlines(engine(), actor(), json_data["category"], stages)
    return settings.view_settings(engine(), actor())


@bp.post("/scheme")
@takes(Scheme)
def scheme(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Choose what the steps are called."""
    settings.set_scheme(engine(), actor(), json_data["scheme"])
    return settings.view_settings(engine(), actor())


@bp.post("/bodies")
@takes(Bodies)
def bodies(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Say who answers for a category in a unit."""
    settings.set_bodies(engine(), actor(), *(json_data[n] for n in ("category", "unit", "bodies")))
    return settings.view_settings(engine(), actor())


@bp.post("/workers")
@takes(Worker)
def worker(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Put an account on the list of those who may be assigned, or take it off."""
    settings.set_worker(engine(), actor(), json_data["account"], json_data["body"])
    return settings.view_settings(engine(), actor())


@bp.post("/rounds")
@takes(Round)
def new_round(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Plan a round."""
    settings.add_round(engine(), actor(), **json_data)
    return settings.view_settings(engine(), actor()), 201


@bp.post("/rounds/<id:round_id>")
@takes(Switch)
def switch(round_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Let a round go on or pause."""
    settings.switch_round(engine(), actor(), round_id, active=json_data["active"])
    return settings.view_settings(engine(), actor())


@bp.post("/alerts/<key>")
@takes(Alert)
def alert(key: str, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Change a rule of alerts."""
    settings.change_alert(engine(), actor(), key, **json_data)
    return settings.view_settings(engine(), actor())
