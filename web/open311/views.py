"""The calls of GeoReport v2, each one read, one service, one answer."""

from __future__ import annotations

from flask import Response, g, request

from gisgrid.services import open311, open311_intake
from gisgrid.services.api_keys import count_reader
from gisgrid.services.incident_photos import public_photo_file
from gisgrid.services.open311_discovery import discovery as describe
from web.api.reports import as_picture, folder
from web.auth import engine
from web.open311 import asked
from web.open311.answers import answer, require_format
from web.requests import blueprint_of_a_standard

bp = blueprint_of_a_standard("open311", "/open311/v2")


@bp.before_request
def check() -> None:
    """Refuse a jurisdiction that is not ours, and a reader who asks too often."""
    g.language = asked.language()
    asked.require_jurisdiction()
    if request.method == "GET":
        count_reader(engine(), request.remote_addr or "")


@bp.get("/discovery.<ext>")
def discovery(ext: str) -> Response:
    """Where this endpoint is and what it speaks."""
    return answer(require_format(ext), describe(engine(), request.host_url), "discovery")


@bp.get("/services.<ext>")
def services(ext: str) -> Response:
    """What can be reported."""
    found = open311.services(engine(), asked.language())
    return answer(require_format(ext), found, "services", "service")


@bp.get("/services/<code>.<ext>")
def definition(code: str, ext: str) -> Response:
    """What can be told besides of one service."""
    found = open311.service_definition(engine(), code, asked.language())
    return answer(require_format(ext), found, "service_definition")


@bp.get("/requests.<ext>")
def requests(ext: str) -> Response:
    """Requests that fit."""
    found = open311.list_requests(engine(), asked.wanted(), asked.telling())
    return answer(require_format(ext), found, "service_requests", "request")


@bp.get("/requests/<number>.<ext>")
def one(number: str, ext: str) -> Response:
    """One request."""
    incident_id = open311_intake.number_of(number)
    found = open311.one_request(engine(), incident_id, asked.telling())
    return answer(require_format(ext), [found], "service_requests", "request")


@bp.post("/requests.<ext>")
def create(ext: str) -> Response:
    """Take a request of a client with a key."""
    require_format(ext)
    client = asked.client()
    key, language = asked.client_key(), asked.language()
    told = open311_intake.take_request(engine(), client, asked.posted(), key, language)
    return answer(ext, [told], "service_requests", "request")


@bp.get("/media/<name>.jpg")
def media(name: str) -> Response:
    """A photo that everybody may see."""
    return as_picture(public_photo_file(engine(), folder(), name))


@bp.get("/tokens/<token>.<ext>")
def token(token: str, ext: str) -> Response:
    """The request of a token: we answer at once, so a token is the request's own number."""
    incident_id = open311_intake.number_of(token)
    found = open311.one_request(engine(), incident_id, asked.telling())
    told = {"service_request_id": found["service_request_id"], "token": token}
    return answer(require_format(ext), [told], "service_requests", "request")


@bp.get("/servicerequestupdates.<ext>")
def updates(ext: str) -> Response:
    """What became of requests, for a client with a key."""
    require_format(ext)
    asked.client()
    found = open311.list_updates(engine(), asked.wanted(), asked.language())
    return answer(ext, found, "service_request_updates", "request_update")


@bp.post("/servicerequestupdates.<ext>")
def take_update(ext: str) -> Response:
    """Take an update of a client with a key."""
    require_format(ext)
    client = asked.client()
    told = open311_intake.take_update(engine(), client, asked.update())
    return answer(ext, [told], "service_request_updates", "request_update")
