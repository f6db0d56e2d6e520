"""Reading requests: typed blueprints, strict fields, ids in paths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from apiflask import APIBlueprint
from flask import Blueprint, Flask
from marshmallow import Schema, ValidationError
from marshmallow.validate import Validator
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**31 - 1
View = TypeVar("View", bound=Callable[..., Any])

_scaffold = APIBlueprint("fields", __name__)


class IdConverter(IntegerConverter):
    """An integer key of the database: `<id:plan_id>`; anything else is an unknown path (404)."""

    regex = r"\d{1,10}"

    def __init__(self, url_map: Any) -> None:
        super().__init__(url_map, min=1, max=LARGEST_ID)


class WholeConverter(IntegerConverter):
    """A whole number of at most nine digits: `<whole:x>`."""

    regex = r"\d{1,9}"


def install(app: Flask) -> None:
    """Let routes say `<id:…>` and `<whole:…>`."""
    app.url_map.converters.update(id=IdConverter, whole=WholeConverter)


def api_blueprint(name: str, prefix: str) -> Blueprint:
    """A blueprint of the API, listed in its OpenAPI description."""
    return cast(Blueprint, APIBlueprint(name, __name__, url_prefix=prefix))


def blueprint_of_a_standard(name: str, prefix: str) -> Blueprint:
    """A blueprint that speaks as a published standard says, and stays out of our description."""
    return cast(Blueprint, APIBlueprint(name, __name__, url_prefix=prefix, enable_openapi=False))


def takes(schema: type[Schema], *, location: str = "json") -> Callable[[View], View]:
    """Read `location` by `schema`, unknown fields refused, and pass it as ``<location>_data``."""
    decorator = _scaffold.input(schema, location=location, unknown=None)
    return cast("Callable[[View], View]", decorator)


class Moment(Validator):
    """Refuses times that PostgreSQL cannot hold or that no district has known."""

    def __call__(self, value: datetime) -> datetime:
        """The time itself, when its year is one we can mean."""
        if not 1900 <= value.year <= 2200:
            raise ValidationError("year out of range")
        return value
