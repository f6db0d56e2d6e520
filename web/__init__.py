"""The web: turns HTTP into services and back. `create_app` is the only way in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from apiflask import APIFlask

from gisgrid.settings import Settings, secret_key
from web import errors, headers, language, open311, pages, requests, routes, sessions, strict_json
from web.api import BLUEPRINTS as API_BLUEPRINTS
from web.csrf import protect
from web.ogc import bp as ogc_bp

if TYPE_CHECKING:
    from sqlalchemy import Engine

LARGEST_UPLOAD = 20 * 1024 * 1024


def create_app(settings: Settings, engine: Engine | None = None) -> APIFlask:
    """The application over `engine`; over the database of `settings` when none is given.

    Raises
    ------
    DatabaseMissing, DatabaseDown
        When no engine is given and the database of `settings` cannot be opened.
    """
    app = APIFlask(__name__, title="gisgrid", docs_path=None, spec_path="/api/openapi.json")
    app.config.update(
        SECRET_KEY=secret_key(settings),
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        PHOTOS=settings.data / "photos",
        UPLOADS=settings.data / "uploads",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_COOKIE_NAME="gisgrid",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        WTF_CSRF_SSL_STRICT=settings.secure,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["engine"] = engine if engine is not None else _open(settings)
    app.session_interface = sessions.DatabaseSessions()
    for part in (requests, strict_json, language, errors, routes, headers):
        part.install(app)
    protect(app).exempt(open311.bp)  # its clients have keys, not sessions
    for blueprint in (*API_BLUEPRINTS, *pages.BLUEPRINTS, open311.bp, ogc_bp):
        app.register_blueprint(blueprint)
    return app


def _open(settings: Settings) -> Engine:
    from gisgrid.services.open_database import open_database  # noqa: PLC0415

    return open_database(settings)
