"""Fields of the requests that change service points and kinds."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow.fields import Boolean, Float, Integer, String

from web.api.schemas_services import KIND

NAME = validate.Length(max=120)
KIND_NAME = validate.Length(min=1, max=60)
HOURS = validate.Length(max=500)
LON, LAT = validate.Range(-180, 180), validate.Range(-180, 180)  # swapped ones get their sentence


class Change(Schema):
    """A point's columns, those that change."""

    name = String(validate=NAME, allow_none=True)
    kind = String(validate=KIND)
    opening_hours = String(validate=HOURS, allow_none=True)
    lon = Float(validate=LON)
    lat = Float(validate=LAT)


class New(Change):
    """A new point; a missing kind or place gets a sentence of its own."""

    kind = String(required=True, validate=KIND)
    lon = Float(required=True, validate=LON)
    lat = Float(required=True, validate=LAT)


class KindChange(Schema):
    """A kind's columns, those that change."""

    zh = String(validate=KIND_NAME)
    en = String(validate=KIND_NAME)
    minutes = Integer(strict=True, validate=validate.Range(1, 60))
    radius_m = Float(validate=validate.Range(10, 10_000))
    tier = Integer(strict=True, validate=validate.OneOf([5, 10, 15]))
    source = String(validate=validate.Length(min=1, max=300))
    verified = Boolean()
    care = Boolean()


class NewKind(Schema):
    """A new kind; all of it but whether it is checked or cares for the elderly."""

    key = String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{1,63}\Z"))
    zh = String(required=True, validate=KIND_NAME)
    en = String(required=True, validate=KIND_NAME)
    minutes = Integer(required=True, strict=True, validate=validate.Range(1, 60))
    radius_m = Float(required=True, validate=validate.Range(10, 10_000))
    tier = Integer(required=True, strict=True, validate=validate.OneOf([5, 10, 15]))
    source = String(required=True, validate=validate.Length(min=1, max=300))
    verified = Boolean(load_default=False)
    care = Boolean(load_default=False)
