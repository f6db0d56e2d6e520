"""Two people on one plan: following what others change, and being seen."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema

from gisgrid.services.plan_live import follow_plan
from web.api.schemas_plans import number
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("together", "/api/plans")


class Following(Schema):
    """What the page holds, and the grid that is chosen on it."""

    version = number(required=True)
    position = number(low=0, high=32_767, allow_none=True, load_default=None)


@bp.post("/<id:plan_id>/follow")
@takes(Following)
def follow(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """What is new since the page's version, and who else has the plan open."""
    return follow_plan(engine(), actor(), plan_id, **json_data)
