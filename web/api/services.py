"""Services, their circles, and who is covered."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import Float, String

from gisgrid.services.service_circles import (
    list_kinds,
    list_services,
    view_circle,
    view_coverage,
)
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("services", "/api")
KIND = validate.Length(max=64)
MINUTES = validate.Range(1, 60)
SPEED = validate.Range(2, 7)


class Kind(Schema):
    """One kind of service, or all."""

    kind = String(validate=KIND)


class Walk(Schema):
    """How long, and how fast; the project's own speed when not said."""

    minutes = Float(validate=MINUTES, load_default=15.0)
    speed = Float(validate=SPEED)


class Covered(Schema):
    """Which kind, and a walk other than the kind's own limit."""

    kind = String(required=True, validate=KIND)
    minutes = Float(validate=MINUTES)
    speed = Float(validate=SPEED)


@bp.get("/services/kinds")
def kinds() -> ResponseReturnValue:
    """Kinds of service with limits and sources."""
    return jsonify(list_kinds(engine(), actor()))


@bp.get("/services")
@takes(Kind, location="query")
def points(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Service points, as columns."""
    return list_services(engine(), actor(), query_data.get("kind"))


@bp.get("/services/<id:service_id>/circle")
@takes(Walk, location="query")
def circle(service_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """The ground within a walk of one service."""
    walk = {"minutes": query_data["minutes"], "speed_kmh": query_data.get("speed")}
    return view_circle(engine(), actor(), service_id, **walk)


@bp.get("/coverage")
@takes(Covered, location="query")
def coverage(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Households within a walk of a kind of service, by grid and in all."""
    walk = {"minutes": query_data.get("minutes"), "speed_kmh": query_data.get("speed")}
    return view_coverage(engine(), actor(), query_data["kind"], **walk)
