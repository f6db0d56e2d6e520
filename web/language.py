"""The language of this request, and `t()` for templates."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, has_request_context, request

from gisgrid.language import DEFAULT_LANGUAGE, LANGUAGES, translate

COOKIE = "gisgrid_language"


def install(app: Flask) -> None:
    """Give templates `t` and `language`."""
    app.jinja_env.globals["t"] = t
    app.context_processor(lambda: {"language": current_language()})


def current_language() -> str:
    """The language that the cookie or the call of a standard asks for; Chinese if none of ours."""
    asked = g.get("language", request.cookies.get(COOKIE)) if has_request_context() else None
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def t(key: str, /, **values: Any) -> str:
    """The sentence `key` in the language of this request."""
    return translate(current_language(), key, **values)
