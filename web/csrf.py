"""A token on every write: in the form, or in the header X-CSRFToken."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect


def protect(app: Flask) -> None:
    """Refuse writes without the session's token (400)."""
    CSRFProtect().init_app(app)
