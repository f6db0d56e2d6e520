"""Answers of the OGC API: JSON or HTML as asked for, absolute links, errors of the standard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from gisgrid.errors import GisGridError, InvalidInput, SignedOut
from gisgrid.language import explain, translate
from web.errors import status_of
from web.language import current_language

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
REALM = 'Basic realm="gisgrid", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class Table:
    """What a page in HTML shows below its links: columns and rows, as text."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def link(rel: str, href: str, kind: str, title: str = "") -> dict[str, str]:
    """A link of the standard."""
    return {"rel": rel, "href": href, "type": kind} | ({"title": title} if title else {})


def address(endpoint: str, query: dict[str, Any] | None = None, **values: Any) -> str:
    """The absolute address of a view, with a query."""
    path = url_for(f"ogc.{endpoint}", _external=True, **values)
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def self_links(kind: str = JSON) -> list[dict[str, str]]:
    """This address, in its two representations: the one that is answered is `self`."""
    shown = {kind: "json", HTML: "html"}
    mine = HTML if wants_html() else kind
    links = []
    for each, key in shown.items():
        query = {k: v for k, v in request.args.items(multi=True) if k != "f"}
        href = f"{request.base_url}?{urlencode(query | {'f': key})}"
        links.append(link("self" if each == mine else "alternate", href, each))
    return links


def wants_html() -> bool:
    """Whether the caller asks for a page rather than JSON: by `f`, else by what it accepts.

    Raises
    ------
    InvalidInput
        For an `f` other than json and html.
    """
    form = request.args.get("f")
    if form is not None:
        if form not in {"json", "html"}:
            raise InvalidInput(
                f"f is json or html, not {form[:20]!r}", code="bad_parameter", name="f"
            )
        return form == "html"
    best = request.accept_mimetypes.best_match([JSON, GEOJSON, OPENAPI, HTML], default=JSON)
    return best == HTML


def answer(
    body: dict[str, Any], *, title: str, kind: str = JSON, table: Table | None = None
) -> Response:
    """`body` as JSON, or as a page with its links and a table."""
    if wants_html():
        page = render_template(
            "ogc/page.html", title=title, links=body.get("links", []), table=table, page="data"
        )
        return Response(page, mimetype=HTML)
    return Response(current_app.json.dumps(body), content_type=kind)


def answer_error(error: GisGridError) -> ResponseReturnValue:
    """An error of ours as the standard has them: bad parameters are 400."""
    if isinstance(error, SignedOut):
        return _answer_signed_out(error)
    status = 400 if isinstance(error, InvalidInput) else status_of(error)
    response = _told(status, error.key, explain(current_language(), error))
    if "seconds" in error.facts:
        response.headers["Retry-After"] = str(error.facts["seconds"])
    return response


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """An error of the framework, in the same form."""
    status = error.code or 500
    if status < 400:
        return error
    return _told(status, f"http_{status}", translate(current_language(), "error.http_404"))


def _answer_signed_out(error: SignedOut) -> ResponseReturnValue:
    """A browser is led to the form; a program is asked for login and password."""
    accepts = request.accept_mimetypes
    if request.authorization is None and accepts.accept_html and not accepts.accept_json:
        return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")))
    response = _told(401, error.key, explain(current_language(), error))
    response.headers["WWW-Authenticate"] = REALM
    return response


def _told(status: int, code: str, description: str) -> Response:
    response = make_response({"code": code, "description": description}, status)
    response.headers["Content-Type"] = JSON
    return response
