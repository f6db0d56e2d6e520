"""Sign in, sign out, choose a language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gisgrid.errors import GisGridError, NotFound, SignInFailed, TooManyAttempts
from gisgrid.language import LANGUAGES, explain
from gisgrid.model.people import Role
from gisgrid.services.sign_in import choose_language as keep_language
from gisgrid.services.sign_in import (
    demonstration_accounts,
    language_of,
    sign_in,
    sign_in_demonstration,
)
from web.auth import current_session, engine
from web.errors import status_of
from web.language import COOKIE, current_language

bp = Blueprint("sign_in", __name__)
A_YEAR_S = 365 * 24 * 3600


@bp.get("/login")
def form() -> ResponseReturnValue:
    """The page with the form; a demonstration also offers its accounts."""
    return _login_page(None)


@bp.post("/login")
def enter() -> ResponseReturnValue:
    """Sign in with login and password."""
    account = sign_in(
        engine(),
        request.form.get("login", ""),
        request.form.get("password", ""),
        address=request.remote_addr or "",
    )
    return _entered(account)


@bp.post("/login/demo")
def enter_demonstration() -> ResponseReturnValue:
    """Sign in as an account of the demonstration, without a password."""
    role = request.form.get("role", "")
    if role not in list(Role):
        raise NotFound(f"no role {role!r}")
    return _entered(sign_in_demonstration(engine(), Role(role)))


@bp.post("/logout")
def leave() -> ResponseReturnValue:
    """Sign out: the token is worth nothing from now on."""
    current_session().leave()
    return redirect(url_for("sign_in.form"))


@bp.post("/language")
def choose_language() -> ResponseReturnValue:
    """Keep the language in the browser."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise NotFound(f"no language {language!r}")
    if (account := current_session().account_id) is not None:
        keep_language(engine(), account, language)
    return _in_language(language)


@bp.errorhandler(SignInFailed)
@bp.errorhandler(TooManyAttempts)
def try_again(error: GisGridError) -> ResponseReturnValue:
    """The form again, with the reason."""
    response = make_response(_login_page(explain(current_language(), error)), status_of(error))
    if "seconds" in error.facts:
        response.headers["Retry-After"] = str(error.facts["seconds"])
    return response


def _entered(account_id: int) -> Response:
    """Signed in, in the language the browser asks for, else in that of the account."""
    current_session().enter(account_id)
    asked = request.cookies.get(COOKIE)
    return _in_language(asked if asked in LANGUAGES else language_of(engine(), account_id))


def _in_language(language: str) -> Response:
    response = make_response(redirect(_next()))
    response.set_cookie(COOKIE, language, max_age=A_YEAR_S, samesite="Lax", httponly=True)
    return response


def _login_page(failed: str | None) -> str:
    roles = list(demonstration_accounts(engine()))
    return render_template(
        "login.html",
        page="login",
        failed=failed,
        roles=roles,
        demonstration=bool(roles),
        next=request.values.get("next", ""),
    )


def _next() -> str:
    """The page asked for before, only ever one of ours."""
    target = request.form.get("next", "")
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and not parts.scheme and not parts.netloc else url_for("pages.overview")
