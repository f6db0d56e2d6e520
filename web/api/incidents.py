"""Incidents: listed, read, imported."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import AwareDateTime, Boolean, String

from gisgrid.errors import InvalidInput
from gisgrid.model.incidents import Channel, IncidentState
from gisgrid.services.incidents_from_file import import_table
from gisgrid.services.view_incidents import Filter, list_incidents, view_incident
from web.auth import actor, engine
from web.language import current_language
from web.requests import Moment, api_blueprint, takes

bp = api_blueprint("incidents", "/api/incidents")


class Wanted(Schema):
    """Which incidents: reported from (inclusive) and before, of a category, channel, state."""

    since = AwareDateTime(data_key="from", default_timezone=None, validate=Moment())
    until = AwareDateTime(data_key="to", default_timezone=None, validate=Moment())
    category = String(validate=validate.Length(max=200))
    channel = String(validate=validate.OneOf(list(Channel)))
    state = String(validate=validate.OneOf(list(IncidentState)))
    overdue = Boolean()


@bp.get("")
@takes(Wanted, location="query")
def listed(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Incidents that fit, as columns."""
    return list_incidents(engine(), actor(), Filter(**query_data), language=current_language())


@bp.get("/<id:incident_id>")
def one(incident_id: int) -> ResponseReturnValue:
    """One incident with its history."""
    return view_incident(engine(), actor(), incident_id, language=current_language())


@bp.post("/import")
def import_file() -> ResponseReturnValue:
    """Store the incidents of a CSV file (multipart field `file`)."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidInput("no file was sent in the field `file`", code="no_file")
    return import_table(engine(), actor(), upload.stream, name=upload.filename), 201
