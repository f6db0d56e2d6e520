"""From error to HTTP: one table, JSON below /api, a page elsewhere, in the reader's language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from gisgrid.errors import (
    Conflict,
    Forbidden,
    GisGridError,
    InvalidInput,
    NoPlan,
    NotFound,
    SignedOut,
    TooLarge,
    TooManyAttempts,
    Unavailable,
    WrongType,
)
from gisgrid.language import explain, translate
from gisgrid.services.database_faults import known_fault
from web.language import current_language
from web.open311.answers import PREFIX as OPEN311
from web.open311.answers import refuse

if TYPE_CHECKING:
    from apiflask import APIFlask
    from apiflask.exceptions import HTTPError

STATUS: dict[type[GisGridError], int] = {
    SignedOut: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 422,
    TooLarge: 413,
    WrongType: 415,
    NoPlan: 422,
    TooManyAttempts: 429,
    Unavailable: 503,
}
RETRY_AFTER_S = "5"

log = logging.getLogger(__name__)


def install(app: APIFlask) -> None:
    """Answer every error by the table."""
    app.register_error_handler(GisGridError, answer)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)
    app.error_callback = answer_fields


def status_of(error: GisGridError) -> int:
    """The status of the nearest class in the table; 500 for an error nobody placed."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def answer(error: GisGridError) -> ResponseReturnValue:
    """The answer to an error of ours."""
    if isinstance(error, SignedOut) and not _is_api() and request.method == "GET":
        return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")))
    message = explain(current_language(), error)
    if isinstance(error, Unavailable):
        log.warning("%s on %s", error, request.path)
        return _answer(status_of(error), error.key, message, {})  # where it runs is nobody's matter
    return _answer(status_of(error), error.key, message, error.facts)


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """The answer to an error of the framework: an unknown path, a wrong method, a large body."""
    if error.code is not None and error.code < 400:
        return error
    if (original := getattr(error, "original_exception", None)) is not None:
        return answer_unexpected(original)
    status = error.code or 500
    key = f"http_{status}"
    message = translate(current_language(), f"error.{key}")
    if message == f"error.{key}":
        message = translate(current_language(), "error.http_400")
    return _answer(status, key, message, {})


def answer_fields(error: HTTPError) -> ResponseReturnValue:
    """The answer to fields that the schema refuses: which, and why."""
    message = translate(current_language(), "error.invalid_fields")
    status = 422 if error.status_code == 400 else error.status_code
    return _answer(status, "invalid_fields", message, {"fields": error.detail})


def answer_unexpected(error: Exception) -> ResponseReturnValue:
    """The answer to a fault: of the database where it is one, else of ours: logged, told without.

    The trace stays in the log.
    """
    fault = error if isinstance(error, GisGridError) else known_fault(error)
    if fault is not None:
        return answer(fault)
    log.error("unexpected error on %s", request.path, exc_info=error)
    message = translate(current_language(), "error.unexpected")
    return _answer(500, "unexpected", message, {})


def _is_api() -> bool:
    return request.path.startswith(("/api/", "/health", "/locale/", "/map/"))


def _answer(status: int, code: str, message: str, facts: dict[str, Any]) -> ResponseReturnValue:
    if request.path.startswith(OPEN311):
        return refuse(status, message)
    if _is_api():
        body: Any = {"error": {"code": code, "message": message, "facts": facts}}
    elif status == STATUS[Unavailable]:
        body = _without_database(code, message)
    else:
        body = render_template("error.html", status=status, code=code, message=message)
    response = make_response(body, status)
    if status in (429, 503):
        response.headers["Retry-After"] = str(facts.get("seconds", RETRY_AFTER_S))
    return response


def _without_database(code: str, message: str) -> str:
    """A page that needs neither a session nor the project, for when neither can be read."""
    language = current_language()
    page = current_app.jinja_env.get_template("unavailable.html")
    retry = translate(language, "error.retry", seconds=RETRY_AFTER_S)
    return page.render(language=language, code=code, message=message, retry=retry)
