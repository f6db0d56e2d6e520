"""Settings of the project that an administrator changes."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema
from marshmallow.fields import Boolean

from gisgrid.services.plan_reviews import ask_for_two
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("project", "/api/project")


class Approval(Schema):
    """Whether another person than the author must approve a plan."""

    two_person = Boolean(required=True, truthy={True}, falsy={False})


@bp.post("/approval")
@takes(Approval)
def approval(json_data: dict[str, Any]) -> ResponseReturnValue:
    """How plans are approved from now on."""
    return ask_for_two(engine(), actor(), two=json_data["two_person"])
