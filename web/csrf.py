"""A token on every write: in the header X-CSRFToken, or in the form."""

from __future__ import annotations

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect


class _Guard(CSRFProtect):  # type: ignore[misc]
    """Looks into the header first: a form would be read for it, the whole file of an upload too."""

    def _get_csrf_token(self) -> str | None:
        return request.headers.get("X-CSRFToken") or super()._get_csrf_token()


def protect(app: Flask) -> CSRFProtect:
    """Refuse writes without the session's token (400); the guard, to exempt from it."""
    guard = _Guard()
    guard.init_app(app)
    return guard
