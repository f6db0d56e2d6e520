"""What the routes of plans read: fields, types and limits."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow.fields import Boolean, Date, Dict, Float, Integer, List, Nested, Raw, String

from gisgrid.model.plans import GESTURES, MOST_MOVES, GridKind
from web.requests import LARGEST_ID

NAME = validate.Length(min=1, max=120)
STARTS = ("effective", "engine", "whole")


def number(low: int = 1, high: int = LARGEST_ID, **options: Any) -> Integer:
    """A whole JSON number within limits."""
    return Integer(strict=True, validate=validate.Range(low, high), **options)


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


def three_numbers_each(moves: Any) -> None:
    """Refuse anything but ``[[cell, from, to], …]``."""
    if not isinstance(moves, list) or not 0 < len(moves) <= MOST_MOVES:
        raise ValidationError("expected a list of moves")
    for move in moves:
        if not (isinstance(move, list) and len(move) == 3 and all(map(_is_id, move))):
            raise ValidationError("a move is [cell, from, to]")


def a_start(start: Any) -> None:
    """Refuse anything but the name of a start or the id of a plan."""
    if start not in STARTS and not (_is_id(start) and start > 0):
        raise ValidationError("expected effective, engine, whole, or the id of a plan")


class Listed(Schema):
    """Which unit, and the day on which the plans were in force."""

    unit = Integer(validate=validate.Range(1, LARGEST_ID))
    at = Date()


class New(Schema):
    """A plan to begin."""

    unit = number(required=True)
    name = String(validate=NAME)
    start = Raw(required=True, validate=a_start)
    grids = number(high=999)
    target = number(high=100_000)


class NewOfStreet(Schema):
    """A draft for every community of a unit above them."""

    unit = number(required=True)
    name = String(validate=NAME)
    start = String(required=True, validate=validate.OneOf(["effective", "engine"]))
    target = number(high=100_000)


class Named(Schema):
    """A new name."""

    name = String(required=True, validate=NAME)


class Version(Schema):
    """The version that the client has seen."""

    base_version = number(required=True)


class Gesture(Version):
    """One operation on cells."""

    kind = String(required=True, validate=validate.OneOf(sorted(GESTURES)))
    moves = Raw(required=True, validate=three_numbers_each)


class Jump(Version):
    """Back to how the plan was after this edit."""

    seq = number(required=True)


class Checkpoint(Version):
    """A name for the plan as it is now."""

    name = String(required=True, validate=NAME)


class GridFields(Version):
    """Fields of a grid that may be set."""

    locked = Boolean(truthy={True}, falsy={False})
    leader_name = String(validate=NAME, allow_none=True)
    name = String(validate=NAME, allow_none=True)
    kind = String(validate=validate.OneOf(list(GridKind)))


class HistoryPage(Schema):
    """Which part of the history."""

    before = Integer(validate=validate.Range(1, LARGEST_ID))
    limit = Integer(validate=validate.Range(1, 200), load_default=50)


class BandFields(Schema):
    """Households that a grid may have."""

    low = number(high=100_000, required=True)
    high = number(high=100_000, required=True)


class Balance(Schema):
    """What a rebalance should do."""

    target = number(high=100_000)
    band = Nested(BandFields)
    chosen = List(number(low=0, high=32_767), data_key="only", validate=validate.Length(1, 999))
    prefer = Float(validate=validate.Range(0, 1), load_default=0.0)


class Decision(Schema):
    """Why a plan is approved or sent back."""

    comment = String(load_default="", validate=validate.Length(max=1000))


class Publish(Version):
    """When, over which plan, and with which reasons."""

    effective_from = Date(required=True)
    exceptions = Dict(
        keys=String(validate=validate.Regexp(r"^\d{1,5}$")),
        values=String(validate=validate.Length(max=1000)),
        load_default=dict,
    )
    replaces = number()
