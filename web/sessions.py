"""Sessions kept by the database: the cookie holds a random token and nothing else."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from gisgrid.services.sign_in import forget_session, keep_session, read_session

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gisgrid.model.people import Actor


class StoredSession(CallbackDict[str, Any], SessionMixin):
    """What the database keeps for a browser; `token` is None until it must be kept.

    `actor` is the account in the scope it had when this request began.
    """

    def __init__(
        self,
        token: str | None,
        account_id: int | None,
        values: dict[str, Any],
        actor: Actor | None = None,
    ) -> None:
        super().__init__(values, on_update=_mark)
        self.token = token
        self.account_id = account_id
        self.actor = actor
        self.retired: list[str] = []
        self.modified = False
        self.accessed = False

    def enter(self, account_id: int) -> None:
        """Sign in: a new token, so that one planted before is worth nothing; values start empty."""
        self._renew(account_id)

    def leave(self) -> None:
        """Sign out: the old token dies with its values."""
        self._renew(None)

    def _renew(self, account_id: int | None) -> None:
        if self.token is not None:
            self.retired.append(self.token)
        self.token = None
        self.clear()
        self.account_id, self.actor = account_id, None
        self.modified = True


class DatabaseSessions(SessionInterface):
    """Flask's session interface over the table `session`."""

    def open_session(self, app: Flask, request: Request) -> StoredSession:
        """The session of the request's cookie; a new empty one where the cookie is unknown."""
        token = request.cookies.get(self.get_cookie_name(app))
        found = (
            read_session(_engine(app), token) if token and request.endpoint != "static" else None
        )
        if token is None or found is None:
            return StoredSession(None, None, {})
        kept, actor = found
        return StoredSession(token, kept.account_id, kept.values, actor)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed; nothing is written for a browser that was only looking."""
        stored = cast("StoredSession | None", session)
        if stored is None or not stored.modified:  # None: the database was away from the start
            return
        for token in stored.retired:
            forget_session(_engine(app), token)
        if stored.account_id is None and not stored:
            response.delete_cookie(self.get_cookie_name(app))
            return
        stored.token = stored.token or secrets.token_urlsafe(32)
        keep_session(
            _engine(app),
            stored.token,
            account_id=stored.account_id,
            values=dict(stored),
            lifetime=app.permanent_session_lifetime,
        )
        self._set_cookie(app, stored.token, response)

    def _set_cookie(self, app: Flask, token: str, response: Response) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            token,
            max_age=app.permanent_session_lifetime,
            httponly=self.get_cookie_httponly(app),
            secure=self.get_cookie_secure(app),
            samesite=self.get_cookie_samesite(app),
        )


def _engine(app: Flask) -> Engine:
    return cast("Engine", app.extensions["engine"])


def _mark(session: Any) -> None:
    session.modified = True
