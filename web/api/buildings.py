"""Buildings of a cell, and their households set by hand."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import Integer

from gisgrid.services.set_households import MOST_HOUSEHOLDS, buildings_on_cell, set_households
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("buildings", "/api")


class Households(Schema):
    """Households set by hand; null takes the setting back."""

    households = Integer(
        required=True,
        strict=True,
        allow_none=True,
        validate=validate.Range(0, MOST_HOUSEHOLDS),
    )


@bp.get("/cells/<id:cell_id>/buildings")
def of_cell(cell_id: int) -> ResponseReturnValue:
    """Buildings on a cell."""
    return jsonify(buildings_on_cell(engine(), actor(), cell_id))


@bp.post("/buildings/<id:building_id>")
@takes(Households)
def change(building_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Set a building's households by hand."""
    return set_households(engine(), actor(), building_id, json_data["households"])
