"""Keys of other systems, for administrators."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import Integer, String

from gisgrid.services.api_keys import PER_MINUTE, list_keys, make_key, revoke_key
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("api_keys", "/api/keys")
NAME = validate.Length(min=1, max=100)


class NewKey(Schema):
    """A system, who runs it, how often it may call."""

    name = String(required=True, validate=NAME)
    body = String(required=True, validate=NAME)
    per_minute = Integer(strict=True, validate=validate.Range(1, 100_000), load_default=PER_MINUTE)


class Named(Schema):
    """A key by its name."""

    name = String(required=True, validate=NAME)


@bp.get("")
def listed() -> ResponseReturnValue:
    """Every key, without the key itself."""
    return jsonify(list_keys(engine()))


@bp.post("")
@takes(NewKey)
def make(json_data: dict[str, Any]) -> ResponseReturnValue:
    """A new key; it is told this once."""
    return make_key(engine(), actor(), **json_data), 201


@bp.post("/revoke")
@takes(Named)
def revoke(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Take a key back."""
    revoke_key(engine(), actor(), json_data["name"])
    return jsonify(list_keys(engine()))
