"""Planning services: catchments, mergers, tiers, and scenarios that are kept and compared."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from gisgrid.services import provision_tables as tables
from gisgrid.services import scenarios
from gisgrid.services.allocate_units import Allocation, allocate_units
from gisgrid.services.check_tiers import check_tier
from gisgrid.services.compare_reach import compare_reach
from gisgrid.services.compare_scenarios import compare_scenarios
from gisgrid.services.coverage_paper import payload_of
from gisgrid.services.coverage_workbook import coverage_workbook
from gisgrid.services.jobs import start_job
from gisgrid.services.reach_if import Change
from gisgrid.services.view_coverage import limits_of
from web.api import schemas_provision as schemas
from web.api.plans import idempotency_key
from web.api.schemas_services import Covered
from web.api.services import download, question
from web.auth import actor, engine
from web.language import current_language, t
from web.requests import api_blueprint, takes

bp = api_blueprint("provision", "/api")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/coverage/coverage.xlsx")
@takes(Covered, location="query")
def workbook(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Coverage of the whole and of every unit, and who is not covered, as a workbook."""
    asked = question(query_data)
    made = coverage_workbook(engine(), actor(), asked, heading=t)
    return download(made, f"coverage-{asked.kind}.xlsx", XLSX)


@bp.post("/coverage/paper")
@takes(Covered)
def paper(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin the paper of coverage on A3; the job's file is the PDF."""
    asked = question(json_data)
    limits_of(engine(), asked)
    payload = payload_of(asked, current_language())
    return {"job": start_job(engine(), actor(), "coverage_paper", payload)}, 202


@bp.get("/coverage/catchments")
@takes(schemas.Allocated, location="query")
def catchments(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Communities or grids divided among centres."""
    return _catchments(query_data)


@bp.get("/coverage/catchments.csv")
@takes(schemas.Allocated, location="query")
def catchments_csv(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Which unit goes to which centre, for a spreadsheet."""
    sheets = tables.catchments(_catchments(query_data), heading=t)
    return download(tables.as_csv(sheets[0]), f"catchments-{query_data['kind']}.csv", "text/csv")


@bp.get("/coverage/catchments.xlsx")
@takes(schemas.Allocated, location="query")
def catchments_xlsx(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The same as a workbook, with a sheet of the centres."""
    sheets = tables.catchments(_catchments(query_data), heading=t)
    return _workbook(sheets, f"catchments-{query_data['kind']}")


@bp.get("/coverage/what-if")
@takes(schemas.WhatIf, location="query")
def what_if(query_data: dict[str, Any]) -> ResponseReturnValue:
    """What opening, moving and closing services changes for whom; nothing is stored."""
    return _what_if(query_data)


@bp.get("/coverage/what-if.xlsx")
@takes(schemas.WhatIf, location="query")
def what_if_xlsx(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Before and after, who gains and who loses, as a workbook."""
    return _workbook(tables.comparison(_what_if(query_data), heading=t), "what-if")


@bp.get("/coverage/compare")
@takes(schemas.Compared, location="query")
def compare(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Two scenarios, or one and today."""
    return _compared(query_data)


@bp.get("/coverage/compare.xlsx")
@takes(schemas.Compared, location="query")
def compare_xlsx(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The same as a workbook."""
    return _workbook(tables.comparison(_compared(query_data), heading=t), "scenarios")


@bp.get("/coverage/tiers")
@takes(schemas.Tier, location="query")
def tiers(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Units without a service of a kind, and those with more than one."""
    return check_tier(engine(), actor(), **query_data)


@bp.get("/coverage/tiers.xlsx")
@takes(schemas.Tier, location="query")
def tiers_xlsx(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The same as a workbook."""
    answer = check_tier(engine(), actor(), **query_data)
    return _workbook(tables.tier(answer, heading=t), f"tiers-{answer['kind']}")


@bp.get("/scenarios")
def scenarios_listed() -> ResponseReturnValue:
    """Every scenario."""
    return jsonify(scenarios.list_scenarios(engine(), actor()))


@bp.post("/scenarios")
@takes(schemas.NewScenario)
def scenario_saved(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Keep a what-if under a name."""
    draft = _draft(json_data)
    return {"id": scenarios.save_scenario(engine(), actor(), draft, key=idempotency_key())}, 201


@bp.get("/scenarios/<id:scenario_id>")
def scenario(scenario_id: int) -> ResponseReturnValue:
    """One scenario with its points."""
    return scenarios.view_scenario(engine(), actor(), scenario_id)


@bp.put("/scenarios/<id:scenario_id>")
@takes(schemas.Scenario)
def scenario_changed(scenario_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Rename it, or put other changes of a kind in the place of its own."""
    scenarios.change_scenario(engine(), actor(), scenario_id, _draft(json_data))
    return scenarios.view_scenario(engine(), actor(), scenario_id)


@bp.delete("/scenarios/<id:scenario_id>")
def scenario_deleted(scenario_id: int) -> ResponseReturnValue:
    """Delete it."""
    scenarios.delete_scenario(engine(), actor(), scenario_id)
    return "", 204


def _catchments(query_data: dict[str, Any]) -> dict[str, Any]:
    names = ("level", "at_least", "at_most", "centres")
    asked = Allocation(*(query_data.pop(name) for name in names))
    return allocate_units(engine(), actor(), question(query_data), asked)


def _what_if(query_data: dict[str, Any]) -> dict[str, Any]:
    change = Change(*(query_data.pop(name) for name in ("opened", "moved", "closed")))
    return compare_reach(engine(), actor(), question(query_data), b=change)


def _compared(query_data: dict[str, Any]) -> dict[str, Any]:
    sides = {name: query_data.pop(name) for name in ("a", "b")}
    return compare_scenarios(engine(), actor(), question(query_data), **sides)


def _draft(json_data: dict[str, Any]) -> scenarios.Draft:
    changes = (tuple(json_data[name]) for name in ("opened", "moved", "closed"))
    return scenarios.Draft(json_data.get("name"), json_data.get("kind"), Change(*changes))


def _workbook(sheets: Any, name: str) -> Response:
    return download(tables.as_workbook(sheets), f"{name}.xlsx", XLSX)
