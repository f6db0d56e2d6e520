"""What the installation holds."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import Date, String

from gisgrid.services.unit_on import list_changes, units_on
from gisgrid.services.view_holdings import view_holdings
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("data", "/api/data")


class Meant(Schema):
    """A code and a day."""

    code = String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z_-]{1,40}\Z"))
    day = Date(required=True)


@bp.get("")
def holdings() -> ResponseReturnValue:
    """Counts, the basis of households, the latest imports."""
    return view_holdings(engine(), actor())


@bp.get("/codes")
def codes() -> ResponseReturnValue:
    """Which unit followed which, the latest first."""
    return jsonify(list_changes(engine()))


@bp.get("/codes/on")
@takes(Meant, location="query")
def code_on(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The units that a code means on a day: none, one, or several after a split."""
    return jsonify(units_on(engine(), query_data["code"], query_data["day"]))
