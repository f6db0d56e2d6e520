"""What a page or a script needs before anything else: is it up, and in which words."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from gisgrid.errors import NotFound
from gisgrid.language import LANGUAGES, catalogue
from gisgrid.services.view_district import check_ready
from web.auth import engine
from web.requests import api_blueprint

bp = api_blueprint("service", "")


@bp.get("/health")
def health() -> ResponseReturnValue:
    """200 when the database answers and holds a project, 503 otherwise."""
    check_ready(engine())
    return {"status": "ok"}


@bp.get("/locale/<language>.json")
def sentences(language: str) -> Response:
    """Every sentence of the screen in one language."""
    if language not in LANGUAGES:
        raise NotFound(f"no language {language!r}")
    response = jsonify(catalogue(language))
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
