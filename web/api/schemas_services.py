"""Fields of the requests about services and coverage."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow.fields import Field, Float, Integer, NaiveDateTime, String

from gisgrid.services.view_coverage import RADIUS, WALK
from web.requests import Moment

KIND = validate.Regexp(r"^[a-z0-9_]{1,64}\Z")
MINUTES = validate.Range(1, 60)
SPEED = validate.Range(2, 7)
MOST = 20
_PLACE = re.compile(r"(-?\d{1,3}(?:\.\d{1,12})?),(-?\d{1,2}(?:\.\d{1,12})?)")


class Places(Field[tuple[tuple[float, float], ...]]):
    """Places as ``lon,lat;lon,lat``, in degrees."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[tuple[float, float], ...]:
        found = [_PLACE.fullmatch(part) for part in str(value).split(";") if part]
        places = [(float(each[1]), float(each[2])) for each in found if each is not None]
        sound = all(abs(lon) <= 180 and abs(lat) <= 80 for lon, lat in places)
        if len(places) != len(found) or len(places) > MOST or not sound:
            raise ValidationError("places are lon,lat;lon,lat")
        return tuple(places)


class Ids(Field[tuple[int, ...]]):
    """Keys of the database as ``1,2,3``."""

    most = MOST

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[int, ...]:
        parts = [part for part in str(value).split(",") if part]
        if len(parts) > self.most or not all(re.fullmatch(r"[0-9]{1,9}", part) for part in parts):
            raise ValidationError("ids are 1,2,3")
        return tuple(int(part) for part in parts)


class Kind(Schema):
    """One kind of service, or all."""

    kind = String(validate=KIND)


class Speed(Schema):
    """How fast; the project's own speed when not said."""

    speed = Float(validate=SPEED)


class Walk(Speed):
    """How long, and how fast."""

    minutes = Float(validate=MINUTES, load_default=15.0)


class Covered(Speed):
    """Which kind, a walk other than the kind's own limit, what counts as served, open when."""

    kind = String(required=True, validate=KIND)
    minutes = Float(validate=MINUTES)
    mode = String(validate=validate.OneOf([WALK, RADIUS]), load_default=WALK)
    at = NaiveDateTime(format="%Y-%m-%dT%H:%M", validate=Moment())


class Trial(Covered):
    """Services that open, as places, and that close, as ids."""

    opened = Places(load_default=())
    closed = Ids(load_default=())


class Sites(Covered):
    """How many new services."""

    new = Integer(validate=validate.Range(1, 10), load_default=1)
