"""The grid of the leader who is signed in."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import Integer

from gisgrid.services.view_my_grid import view_my_grid
from web.auth import actor, engine
from web.language import current_language
from web.requests import LARGEST_ID, api_blueprint, takes

bp = api_blueprint("my", "/api/my")


class Which(Schema):
    """Which of the grids one leads; the first by code when not said."""

    grid = Integer(validate=validate.Range(1, LARGEST_ID))


@bp.get("")
@takes(Which, location="query")
def my_grid(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Figures, border, buildings, services within reach, incidents."""
    return view_my_grid(engine(), actor(), query_data.get("grid"), language=current_language())
