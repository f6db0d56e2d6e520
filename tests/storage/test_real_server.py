"""A real server, where our user is no superuser and its administrator has to prepare things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, make_url, text

from gisgrid.errors import Unavailable
from gisgrid.model.people import Actor, Role
from gisgrid.storage import migrate
from gisgrid.storage.engine import SYSTEM, open_engine, transaction

USER, DATABASE = "ordinary", "ordinary_database"


@pytest.fixture
def administrator(postgis_url: str) -> Iterator[Engine]:
    """The server's administrator, after making an ordinary user a database of his own."""
    server = open_engine(str(make_url(postgis_url).set(database="postgres")))
    server = server.execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        conn.execute(text(f"CREATE ROLE {USER} LOGIN"))
        conn.execute(text(f"CREATE DATABASE {DATABASE} OWNER {USER}"))
    yield server
    with server.connect() as conn:
        conn.execute(text(f"DROP DATABASE {DATABASE} WITH (FORCE)"))
        conn.execute(text(f"DROP ROLE {USER}"))
    server.dispose()


@pytest.fixture
def ordinary(administrator: Engine) -> Iterator[Engine]:
    engine = open_engine(str(administrator.url.set(username=USER, database=DATABASE)))
    yield engine
    engine.dispose()


def prepared(administrator: Engine, statement: str) -> None:
    """Run what the error asks for, in the user's database, as the administrator."""
    engine = open_engine(str(administrator.url.set(database=DATABASE)))
    with engine.begin() as conn:
        conn.execute(text(statement))
    engine.dispose()


def test_what_the_administrator_must_do_is_said_statement_by_statement(administrator, ordinary):
    asked = []
    for _ in range(5):
        try:
            migrate.upgrade(ordinary)
        except Unavailable as error:
            assert error.key == "database_rights"
            asked.append(error.facts["statement"])
            prepared(administrator, asked[-1])
    assert asked == ["CREATE EXTENSION postgis", f'GRANT gisgrid_app TO "{USER}"']
    assert migrate.is_current(ordinary)


def test_an_ordinary_owner_works_and_its_accounts_stay_in_their_scope(administrator, ordinary):
    for statement in ("CREATE EXTENSION postgis", f"GRANT gisgrid_app TO {USER}"):
        prepared(administrator, statement)
    migrate.upgrade(ordinary)
    with transaction(ordinary, SYSTEM) as conn:
        conn.execute(
            text(
                "INSERT INTO incident (source, source_id, reported_at, community_id)"
                " VALUES ('test', '1', now(), NULL)"
            )
        )
        assert conn.execute(text("SELECT count(*) FROM incident")).scalar_one() == 1
    for role, seen in ((Role.STAFF, 1), (Role.LEADER, 0)):
        with transaction(ordinary, Actor(account_id=1, role=role)) as conn:
            assert conn.execute(text("SELECT count(*) FROM incident")).scalar_one() == seen
