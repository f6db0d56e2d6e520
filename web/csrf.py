"""A token on every write: in the form, or in the header X-CSRFToken."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect


def protect(app: Flask) -> CSRFProtect:
    """Refuse writes without the session's token (400); the guard, to exempt from it."""
    guard = CSRFProtect()
    guard.init_app(app)
    return guard
