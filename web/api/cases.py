"""Cases at the desk: the queue, steps one by one and for many, wishes, figures, the agenda."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from gisgrid.model.incidents import CloseReason, Kind
from gisgrid.services.evaluate_incidents import (
    evaluate,
    evaluate_areas,
    freeze_ranking,
    list_rankings,
    show_ranking,
)
from gisgrid.services.incident_agenda import (
    Agenda,
    agenda_answer,
    agenda_paper,
    agenda_workbook,
    view_agenda,
)
from gisgrid.services.incident_settings import view_vocabulary
from gisgrid.services.move_incident import Facts, move_incident, move_many, route_incident
from gisgrid.services.report_incident import Report, report_incident
from gisgrid.services.view_desk import Queue, view_desk
from gisgrid.services.view_incidents import preview_public, reveal_contact
from gisgrid.services.wishes import list_wishes
from web.api.schemas_cases import Areas, Month, New, Period, Shown, Step, Steps, Wanted, Week
from web.auth import actor, engine
from web.language import current_language
from web.requests import api_blueprint, takes

bp = api_blueprint("cases", "/api/cases")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@takes(Wanted, location="query")
def queue(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The queue of the desk, the most pressing first."""
    return view_desk(engine(), actor(), Queue(**query_data), language=current_language())


@bp.post("")
@takes(New)
def create(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Write a case down."""
    report = Report(**json_data | {"kind": Kind(json_data["kind"])})
    told = report_incident(engine(), actor(), report, request.headers.get("Idempotency-Key"))
    return told, 201 if told["created"] else 200


@bp.get("/vocabulary")
def vocabulary() -> ResponseReturnValue:
    """What the screens choose from."""
    return view_vocabulary(engine(), actor())


@bp.post("/<id:incident_id>/steps")
@takes(Step)
def step(incident_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Take a step with a case."""
    name, facts = _facts(json_data)
    key = request.headers.get("Idempotency-Key")
    return move_incident(engine(), actor(), incident_id, name, facts, key=key)


@bp.post("/steps")
@takes(Steps)
def steps(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Take the same step with many cases; who refuses is named."""
    ids = json_data.pop("ids")
    name, facts = _facts(json_data)
    return move_many(engine(), actor(), ids, name, facts)


@bp.get("/<id:incident_id>/route")
def route(incident_id: int) -> ResponseReturnValue:
    """Who answers for a case."""
    return route_incident(engine(), actor(), incident_id)


@bp.get("/<id:incident_id>/public")
def public(incident_id: int) -> ResponseReturnValue:
    """What is public of a case."""
    return preview_public(engine(), actor(), incident_id, language=current_language())


@bp.post("/<id:incident_id>/contact")
def contact(incident_id: int) -> ResponseReturnValue:
    """How the reporter may be reached; a write, since the asking is logged."""
    return reveal_contact(engine(), actor(), incident_id)


@bp.get("/wishes")
def wishes() -> ResponseReturnValue:
    """Wishes that anybody may claim."""
    return {"wishes": list_wishes(engine(), actor())}


@bp.get("/figures")
@takes(Period, location="query")
def figures(query_data: dict[str, Any]) -> ResponseReturnValue:
    """How well cases are dealt with."""
    return evaluate(engine(), actor(), **query_data)


@bp.get("/areas")
@takes(Areas, location="query")
def areas(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The figures of each community, with its outline."""
    return evaluate_areas(engine(), actor(), **query_data)


@bp.get("/rankings")
def rankings() -> ResponseReturnValue:
    """Frozen rankings that the actor may see."""
    return list_rankings(engine(), actor())


@bp.post("/rankings")
@takes(Month)
def freeze(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Rank a month that is over, and keep that."""
    return freeze_ranking(engine(), actor(), json_data["month"]), 201


@bp.post("/rankings/shown")
@takes(Shown)
def shown(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Show a ranking to everybody, or hide it."""
    return show_ranking(engine(), actor(), json_data["month"], public=json_data["public"])


@bp.get("/agenda")
@takes(Week, location="query")
def agenda(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Open cases of a community in a week."""
    return agenda_answer(_agenda(query_data))


@bp.get("/agenda.xlsx")
@takes(Week, location="query")
def agenda_xlsx(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The agenda as a workbook."""
    told = _agenda(query_data)
    return _file(agenda_workbook(told, current_language()), f"{told.week}.xlsx", XLSX)


@bp.get("/agenda.pdf")
@takes(Week, location="query")
def agenda_pdf(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The agenda as a paper."""
    told = _agenda(query_data)
    return _file(agenda_paper(told, current_language()), f"{told.week}.pdf", "application/pdf")


def _agenda(asked: dict[str, Any]) -> Agenda:
    language = current_language()
    return view_agenda(engine(), actor(), asked["unit"], asked["week"], language=language)


def _file(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=f"agenda-{name}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _facts(told: dict[str, Any]) -> tuple[str, Facts]:
    name = told.pop("step")
    if "reason" in told:
        told["reason"] = CloseReason(told["reason"])
    return name, Facts(**told)
