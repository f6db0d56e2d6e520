"""Fields of the requests that divide services, close them and keep scenarios."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow.fields import Boolean, Field, Float, Integer, List, String, Tuple

from gisgrid.services.allocate_units import COMMUNITIES, GRIDS
from gisgrid.services.view_coverage import LEVELS
from web.api.schemas_services import KIND, Covered, Ids, Places
from web.requests import LARGEST_ID

MOST = 500
SCENARIO = validate.Range(1, LARGEST_ID)
NAME = validate.And(
    validate.Length(1, 80), validate.Regexp(r"[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*\Z")
)
LON, LAT = Float(validate=validate.Range(-180, 180)), Float(validate=validate.Range(-80, 80))
SERVICE = Integer(strict=True, validate=SCENARIO)
_MOVE = re.compile(r"(\d{1,9}),(-?\d{1,3}(?:\.\d{1,12})?),(-?\d{1,2}(?:\.\d{1,12})?)")


class Stations(Ids):
    """Keys of services, a kind's worth of them."""

    most = MOST


class Moves(Field[tuple[tuple[int, float, float], ...]]):
    """Services that move, as ``id,lon,lat;id,lon,lat``."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[tuple[int, float, float], ...]:
        found = [_MOVE.fullmatch(part) for part in str(value).split(";") if part]
        moves = [(int(m[1]), float(m[2]), float(m[3])) for m in found if m is not None]
        sound = all(abs(lon) <= 180 and abs(lat) <= 80 for _, lon, lat in moves)
        if len(moves) != len(found) or len(moves) > MOST or not sound:
            raise ValidationError("moves are id,lon,lat;id,lon,lat")
        return tuple(moves)


class Allocated(Covered):
    """Units of a level, among which centres, how many to each."""

    level = String(validate=validate.OneOf([COMMUNITIES, GRIDS]), load_default=COMMUNITIES)
    at_least = Integer(validate=validate.Range(0, MOST), load_default=4)
    at_most = Integer(validate=validate.Range(1, MOST), load_default=5)
    centres = Stations(load_default=())


class WhatIf(Covered):
    """Services that open, move and close."""

    opened = Places(load_default=())
    moved = Moves(load_default=())
    closed = Stations(load_default=())


class Compared(Covered):
    """Two scenarios; one that is not named is today."""

    a = Integer(validate=SCENARIO, load_default=None)
    b = Integer(validate=SCENARIO, load_default=None)


class Tier(Schema):
    """A kind, a level, and whether exactly one or at least one is asked of each unit."""

    kind = String(required=True, validate=KIND)
    level = String(validate=validate.OneOf([*LEVELS]), load_default="streets")
    once = Boolean(load_default=True)


class Scenario(Schema):
    """A name, and the changes of one kind that take the place of those it has."""

    name = String(validate=NAME)
    kind = String(validate=KIND)
    opened = List(Tuple((LON, LAT)), validate=validate.Length(0, MOST), load_default=[])
    moved = List(Tuple((SERVICE, LON, LAT)), validate=validate.Length(0, MOST), load_default=[])
    closed = List(SERVICE, validate=validate.Length(0, MOST), load_default=[])


class NewScenario(Scenario):
    """A scenario to keep."""

    name = String(required=True, validate=NAME)
    kind = String(required=True, validate=KIND)
