"""Service points and kinds changed by staff."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from gisgrid.services import edit_kinds, edit_services
from web.api import schemas_service_edit as schemas
from web.api.plans import idempotency_key
from web.api.schemas_services import Kind
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("service_edit", "/api/services")


@bp.post("")
@takes(schemas.New)
def add(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Add a service point."""
    return edit_services.add_service(engine(), actor(), json_data, key=idempotency_key()), 201


@bp.post("/<id:service_id>")
@takes(schemas.Change)
def change(service_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Move a point, rename it, give it another kind or other hours."""
    return edit_services.change_service(engine(), actor(), service_id, json_data)


@bp.post("/<id:service_id>/retire")
def retire(service_id: int) -> ResponseReturnValue:
    """Take a point out of use."""
    return edit_services.retire_service(engine(), actor(), service_id)


@bp.post("/<id:service_id>/restore")
def restore(service_id: int) -> ResponseReturnValue:
    """Take a retired point back into use."""
    return edit_services.restore_service(engine(), actor(), service_id)


@bp.get("/retired")
@takes(Kind, location="query")
def retired(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Points out of use."""
    return jsonify(edit_services.list_retired(engine(), actor(), query_data.get("kind")))


@bp.get("/unreadable-hours")
def unreadable_hours() -> ResponseReturnValue:
    """Points whose opening hours cannot be read."""
    return jsonify(edit_services.list_unreadable_hours(engine(), actor()))


@bp.post("/kinds")
@takes(schemas.NewKind)
def add_kind(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Add a kind of service."""
    key = json_data.pop("key")
    return edit_kinds.add_kind(engine(), actor(), key, json_data), 201


@bp.post("/kinds/<string:key>")
@takes(schemas.KindChange)
def change_kind(key: str, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Change a kind of service."""
    return edit_kinds.change_kind(engine(), actor(), key, json_data)
