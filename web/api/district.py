"""The district at a glance."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema
from marshmallow.fields import Date

from gisgrid.services.view_district import view_district, view_grids
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("district", "/api/district")


class OnDay(Schema):
    """The day to look at; now when not said."""

    at = Date()


@bp.get("")
@takes(OnDay, location="query")
def district(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The project, the units in the actor's scope, and their totals, now or on a day."""
    return view_district(engine(), actor(), query_data.get("at"))


@bp.get("/grids")
@takes(OnDay, location="query")
def grids(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Grids in force, now or on a day, as columns."""
    return view_grids(engine(), actor(), query_data.get("at"))
