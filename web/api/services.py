"""Services, their circles, who is covered, and what if there were others."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from gisgrid.services import (
    export_coverage,
    measure_again,
    plan_coverage,
    service_circles,
    suggest_sites,
    try_services,
    view_coverage,
)
from gisgrid.services.view_coverage import Question
from web.api import schemas_services as schemas
from web.auth import actor, engine
from web.language import t
from web.requests import api_blueprint, takes

bp = api_blueprint("services", "/api")
GPKG = "application/geopackage+sqlite3"


@bp.get("/services/kinds")
def kinds() -> ResponseReturnValue:
    """Kinds of service with limits and sources."""
    return jsonify(service_circles.list_kinds(engine(), actor()))


@bp.get("/services")
@takes(schemas.Kind, location="query")
def points(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Service points, as columns."""
    return service_circles.list_services(engine(), actor(), query_data.get("kind"))


@bp.get("/services/<id:service_id>/circle")
@takes(schemas.Walk, location="query")
def circle(service_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """The ground within a walk of one service."""
    walk = {"minutes": query_data["minutes"], "speed_kmh": query_data.get("speed")}
    return service_circles.view_circle(engine(), actor(), service_id, **walk)


@bp.get("/reach/<id:building_id>")
@takes(schemas.Speed, location="query")
def reach(building_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """The nearest service of each kind, seen from one building."""
    speed = query_data.get("speed")
    return service_circles.nearest_to_building(engine(), actor(), building_id, speed_kmh=speed)


@bp.get("/reach/<id:building_id>/<id:service_id>")
def walk(building_id: int, service_id: int) -> ResponseReturnValue:
    """The walk from a building to a service."""
    return service_circles.walk_to_service(engine(), actor(), building_id, service_id)


@bp.get("/coverage")
@takes(schemas.Covered, location="query")
def coverage(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Households within a walk of a kind of service, by grid, community, subdistrict and in all."""
    return view_coverage.view_coverage(engine(), actor(), question(query_data))


@bp.get("/plans/<id:plan_id>/coverage")
@takes(schemas.Covered, location="query")
def of_plan(plan_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """Covered households of each cell of a plan."""
    return plan_coverage.plan_coverage(engine(), actor(), plan_id, question(query_data))


@bp.get("/coverage/off-street")
def off_street() -> ResponseReturnValue:
    """Buildings and services that no street is near."""
    return view_coverage.list_off_street(engine(), actor())


@bp.get("/coverage/ground")
@takes(schemas.Covered, location="query")
def ground(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The ground within a walk of any service of a kind."""
    return try_services.reached_ground(engine(), actor(), question(query_data))


@bp.get("/coverage/trial")
@takes(schemas.Trial, location="query")
def trial(query_data: dict[str, Any]) -> ResponseReturnValue:
    """What opening and closing services would change."""
    scenario = try_services.Scenario(query_data.pop("opened"), query_data.pop("closed"))
    return try_services.try_services(engine(), actor(), question(query_data), scenario)


@bp.get("/coverage/sites")
@takes(schemas.Sites, location="query")
def sites(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Where new services would serve the most; {long: true} where that is work for a job."""
    new, asked = query_data.pop("new"), question(query_data)
    if suggest_sites.is_long(engine(), asked):
        return {"long": True}
    return suggest_sites.suggest_sites(engine(), actor(), asked, new=new)


@bp.post("/coverage/sites")
@takes(schemas.Sites)
def sites_as_job(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin to work out where new services would serve the most."""
    new, asked = json_data.pop("new"), question(json_data)
    return {"job": suggest_sites.start_suggesting(engine(), actor(), asked, new=new)}, 202


@bp.get("/coverage/measured")
def measured() -> ResponseReturnValue:
    """How many kinds were measured before streets or buildings changed."""
    return measure_again.how_old(engine(), actor())


@bp.post("/coverage/measured")
def measure() -> ResponseReturnValue:
    """Begin to measure again what is older than the streets."""
    return {"job": measure_again.start_measuring(engine(), actor())}, 202


@bp.get("/coverage/units.csv")
@takes(schemas.Covered, location="query")
def units_csv(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Coverage of every grid, community and subdistrict, for a spreadsheet."""
    asked = question(query_data)
    table = export_coverage.units_csv(engine(), actor(), asked, heading=t)
    return download(table, f"coverage-{asked.kind}.csv", "text/csv")


@bp.get("/coverage/uncovered.csv")
@takes(schemas.Covered, location="query")
def uncovered_csv(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Buildings that are not covered, for a spreadsheet."""
    asked = question(query_data)
    table = export_coverage.uncovered_csv(engine(), actor(), asked, heading=t)
    return download(table, f"uncovered-{asked.kind}.csv", "text/csv")


@bp.get("/coverage/coverage.gpkg")
@takes(schemas.Covered, location="query")
def geopackage(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Circles, services, uncovered buildings and shares, for a GIS."""
    asked = question(query_data)
    layers = export_coverage.geopackage(engine(), actor(), asked)
    return download(layers, f"coverage-{asked.kind}.gpkg", GPKG)


def question(query_data: dict[str, Any]) -> Question:
    """The question that a query asks."""
    speed = query_data.get("speed")
    kind, mode, at = query_data["kind"], query_data["mode"], query_data.get("at")
    return Question(kind, query_data.get("minutes"), speed, mode, at)


def download(content: bytes, name: str, kind: str) -> Response:
    """A file to keep."""
    attached = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=kind, headers=attached)
