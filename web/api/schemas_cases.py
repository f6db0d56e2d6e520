"""What the views of cases read: queries of the desk, steps with their facts, settings."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow.fields import AwareDateTime, Boolean, Date, Float, Integer, List, Nested, String

from gisgrid.incidents.deadlines import Unit
from gisgrid.model.incidents import Channel, CloseReason, Kind
from gisgrid.services.evaluate_incidents import FIGURES, PARTS
from web.requests import LARGEST_ID, Moment

ID = validate.Range(1, LARGEST_ID)
CODE = validate.Regexp(r"^\d{2,8}\Z")
SHORT = validate.Length(1, 120)
MOST_AT_ONCE = 200
TABS = ("inbox", "accepted", "out", "handled", "closed", "overdue", "mine", "draft", "all")


class Wanted(Schema):
    """Which part of the queue."""

    tab = String(load_default="inbox", validate=validate.OneOf(TABS))
    kind = String(validate=validate.OneOf(list(Kind)))
    category = String(validate=CODE)
    channel = String(validate=validate.OneOf(list(Channel)))
    level = Integer(validate=validate.Range(1, 5))
    community = Integer(validate=ID)
    grid = String(validate=validate.Regexp(r"^\d{15}\Z"))
    assignee = Integer(validate=ID)
    text = String(validate=SHORT)
    limit = Integer(load_default=50, validate=validate.Range(1, 200))
    offset = Integer(load_default=0, validate=validate.Range(0, 1_000_000))
    figure = String(validate=validate.OneOf(FIGURES))
    by = String(validate=validate.OneOf(PARTS))
    part = String(load_default="", validate=validate.Length(max=200))
    since = AwareDateTime(data_key="from", default_timezone=None, validate=Moment())
    until = AwareDateTime(data_key="to", default_timezone=None, validate=Moment())
    closed_since = AwareDateTime(data_key="closed_from", default_timezone=None, validate=Moment())
    closed_until = AwareDateTime(data_key="closed_to", default_timezone=None, validate=Moment())


class Step(Schema):
    """A step and the facts that go with it."""

    step = String(required=True, validate=validate.Length(1, 40))
    note = String(validate=validate.Length(max=4000))
    category = String(validate=CODE)
    body = String(validate=SHORT)
    task_force = String(validate=SHORT)
    original = Integer(validate=ID)
    assignee = Integer(validate=ID)
    until = AwareDateTime(default_timezone=None, validate=Moment())
    reason = String(validate=validate.OneOf(list(CloseReason)))
    satisfied = Boolean()
    signer = String(validate=SHORT)
    goal = String(validate=validate.Length(1, 1000))
    acceptance = String(validate=validate.Length(1, 1000))
    hearing = AwareDateTime(default_timezone=None, validate=Moment())
    private = Boolean()


class Steps(Step):
    """The same step for many."""

    ids = List(Integer(validate=ID), required=True, validate=validate.Length(1, MOST_AT_ONCE))


class New(Schema):
    """A case that the desk writes down itself: a petition, a wish, a talk item, a call."""

    kind = String(load_default="case", validate=validate.OneOf(list(Kind)))
    category = String(validate=CODE)
    text = String(required=True, validate=validate.Length(1, 4000))
    lon = Float(validate=validate.Range(-180, 180))
    lat = Float(validate=validate.Range(-90, 90))
    building = Integer(validate=ID)
    compound = Integer(validate=ID)
    address = String(validate=validate.Length(max=200))
    draft = Boolean()
    major = Boolean()
    private = Boolean()


class Areas(Schema):
    """Reported from (inclusive) and before, of a kind."""

    since = AwareDateTime(data_key="from", default_timezone=None, validate=Moment())
    until = AwareDateTime(data_key="to", default_timezone=None, validate=Moment())
    kind = String(validate=validate.OneOf(list(Kind)))


class Period(Areas):
    """Reported from (inclusive) and before, by a part."""

    by = String(validate=validate.OneOf(PARTS))


class Week(Schema):
    """A community and an ISO week."""

    unit = Integer(required=True, validate=ID)
    week = String(required=True, validate=validate.Regexp(r"^\d{4}-W\d{2}\Z"))


class Month(Schema):
    """A month as its first day."""

    month = Date(required=True)


class Shown(Month):
    """Whether a ranking is shown to everybody."""

    public = Boolean(required=True)


class Day(Schema):
    """What the district says of a day; `working` null: nothing any more."""

    day = Date(required=True)
    working = Boolean(required=True, allow_none=True)
    note = String(load_default=None, allow_none=True, validate=validate.Length(max=120))


class Stage(Schema):
    """One stage of a deadline."""

    stage = String(required=True, validate=validate.Regexp(r"^\w{1,40}\Z"))
    amount = Integer(required=True, validate=validate.Range(1, 1000))
    unit = String(required=True, validate=validate.OneOf(list(Unit)))


class Deadlines(Schema):
    """The stages of a category or group."""

    category = String(required=True, validate=CODE)
    stages = List(Nested(Stage), required=True, validate=validate.Length(0, 6))


class Scheme(Schema):
    """The key of a scheme of labels."""

    scheme = String(required=True, validate=validate.Regexp(r"^\w{1,40}\Z"))


class Bodies(Schema):
    """Who answers for a category in a unit."""

    category = String(required=True, validate=CODE)
    unit = Integer(required=True, validate=ID)
    bodies = List(String(validate=SHORT), required=True, validate=validate.Length(0, 10))


class Worker(Schema):
    """An account on the list of those who may be assigned; `body` null: not on it."""

    account = Integer(required=True, validate=ID)
    body = String(required=True, allow_none=True, validate=SHORT)


class Round(Schema):
    """A scheduled round."""

    name = String(required=True, validate=SHORT)
    category_code = String(data_key="category", required=True, validate=CODE)
    unit_id = Integer(data_key="unit", required=True, validate=ID)
    every_days = Integer(required=True, validate=validate.Range(1, 366))
    starts_on = Date(required=True)


class Switch(Schema):
    """On or off."""

    active = Boolean(required=True)


class Alert(Schema):
    """The numbers of a rule of alerts."""

    n = Integer(required=True, validate=validate.Range(1, 1000))
    days = Integer(required=True, validate=validate.Range(1, 366))
    metres = Integer(required=True, validate=validate.Range(0, 5000))
    active = Boolean(required=True)
