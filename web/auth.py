"""Who is asking: the actor of this request, and the engine to act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g, request, session

from gisgrid.errors import SignedOut
from gisgrid.model.people import Actor
from gisgrid.services.basic_sign_in import sign_in_basic
from gisgrid.services.sign_in import find_actor

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from web.sessions import StoredSession


def engine() -> Engine:
    """The application's database."""
    return cast("Engine", current_app.extensions["engine"])


def current_session() -> StoredSession:
    """The browser's session, with our own type."""
    return cast("StoredSession", session)


def actor_or_none() -> Actor | None:
    """The account that is signed in, in the scope it has now; None when nobody is.

    Read once a request, never kept longer: a leader taken off a grid loses it with the next click.
    """
    if "actor" not in g:
        g.actor = current_session().actor or _basic_actor()
    return cast("Actor | None", g.actor)


def _basic_actor() -> Actor | None:
    """The account whose login and password came with this request (HTTP Basic).

    Taken by the OGC API only, where nothing can be changed. Elsewhere a browser that keeps a
    password would act without the token of a form.
    """
    given = request.authorization
    if request.blueprint != "ogc" or given is None or given.type != "basic":
        return None
    login, password = given.username or "", given.password or ""
    account_id = sign_in_basic(engine(), login, password, address=request.remote_addr or "")
    return find_actor(engine(), account_id)


def actor() -> Actor:
    """The account that is signed in; SignedOut when nobody is."""
    found = actor_or_none()
    if found is None:
        raise SignedOut("nobody is signed in")
    return found
