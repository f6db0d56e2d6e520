"""Reporting: what a place belongs to, what is known there, the report, its photos, its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, request, send_file
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from marshmallow import Schema, validate
from marshmallow.fields import AwareDateTime, Boolean, Float, Integer, Nested, String

from gisgrid.errors import InvalidInput
from gisgrid.model.incidents import Channel
from gisgrid.services import incident_photos, report_place
from gisgrid.services.report_incident import LONGEST_TEXT, Contact, Report
from gisgrid.services.send_report import send_report
from web.auth import actor, engine
from web.requests import LARGEST_ID, Moment, api_blueprint, takes

bp = api_blueprint("reports", "/api/reports")
LON, LAT = validate.Range(-180, 180), validate.Range(-85, 85)
KEY = validate.Length(min=8, max=100)
SHORT = validate.Length(max=200)


class At(Schema):
    """A place."""

    lon = Float(required=True, validate=LON)
    lat = Float(required=True, validate=LAT)


class AtOf(At):
    """A place and a category."""

    category = String(required=True, validate=SHORT)


class Words(Schema):
    """What to look for."""

    q = String(required=True, validate=SHORT)


class Reach(Schema):
    """How the reporter may be reached: for the desk alone."""

    name = String(validate=SHORT)
    phone = String(validate=SHORT)
    email = String(validate=SHORT)


class Written(Schema):
    """A report; `key` is made when it is written and sent with every try."""

    key = String(required=True, validate=KEY)
    lon = Float(validate=LON, allow_none=True)
    lat = Float(validate=LAT, allow_none=True)
    building = Integer(strict=True, validate=validate.Range(1, LARGEST_ID), allow_none=True)
    address = String(validate=validate.Length(max=500), allow_none=True)
    category = String(required=True, validate=validate.Length(min=1, max=200))
    text = String(validate=validate.Length(max=LONGEST_TEXT), allow_none=True)
    channel = String(validate=validate.OneOf(list(Channel)), allow_none=True)
    private = Boolean(load_default=False)
    reported_at = AwareDateTime(default_timezone=None, validate=Moment(), allow_none=True)
    same_as = Integer(strict=True, validate=validate.Range(1, LARGEST_ID), allow_none=True)
    contact = Nested(Reach, allow_none=True)


class Private(Schema):
    """Whether a photo is for the district's own eyes."""

    private = Boolean(required=True)


@bp.get("/form")
def form() -> ResponseReturnValue:
    """Categories, who reports, and a fresh form token for what waited without network."""
    told = report_place.report_form(engine())
    who = {"account": actor().account_id, "role": actor().role}
    return told | who | {"csrf": generate_csrf()}


@bp.get("/place")
@takes(At, location="query")
def place(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The grid at a place, and the grids next to it."""
    return report_place.look_at_place(engine(), **query_data)


@bp.get("/similar")
@takes(AtOf, location="query")
def similar(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Open incidents of the kind nearby."""
    return jsonify(report_place.find_similar(engine(), actor(), **query_data))


@bp.get("/search")
@takes(Words, location="query")
def search(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Buildings, compounds and streets by name."""
    return jsonify(report_place.search_places(engine(), actor(), query_data["q"]))


@bp.post("")
@takes(Written)
def create(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Take a report, once a key."""
    key, same_as = json_data.pop("key"), json_data.pop("same_as", None)
    contact = json_data.pop("contact", None)
    channel = json_data.pop("channel", None)
    report = Report(
        **json_data,
        channel=Channel(channel) if channel else None,
        contact=Contact(**contact) if contact else None,
    )
    told = send_report(engine(), actor(), report, key=key, same_as=same_as)
    return told, 201 if told["created"] else 200


@bp.post("/<id:incident_id>/place")
@takes(At)
def give_place(incident_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Put an incident of the tray on the map."""
    return report_place.give_place(engine(), actor(), incident_id, **json_data)


@bp.get("/<id:incident_id>/photos")
def photos(incident_id: int) -> ResponseReturnValue:
    """The photos of an incident."""
    return jsonify(incident_photos.list_photos(engine(), actor(), incident_id))


@bp.post("/<id:incident_id>/photos")
def photo(incident_id: int) -> ResponseReturnValue:
    """Keep a photo (multipart field `file`)."""
    upload = request.files.get("file")
    if upload is None:
        raise InvalidInput("no file was sent in the field `file`", code="no_file")
    given = upload.stream.read()
    return incident_photos.add_photo(engine(), actor(), folder(), incident_id, given), 201


@bp.get("/photos/<name>.jpg")
def picture(name: str) -> Response:
    """One photo, for who may see its incident."""
    return as_picture(incident_photos.photo_file(engine(), actor(), folder(), name))


@bp.post("/photos/<name>")
@takes(Private)
def keep_private(name: str, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Keep a photo for the district's own eyes, or show it again."""
    incident_photos.set_photo_private(engine(), actor(), name, **json_data)
    return json_data


def folder() -> Path:
    """Where photos are kept."""
    return Path(current_app.config["PHOTOS"])


def as_picture(file: Path) -> Response:
    """The answer with a photo; it never changes under its name."""
    answer = send_file(file, mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return answer
