"""A real PostGIS for every test that asks: one throw-away cluster a session (and xdist worker).

`conn`      a connection whose work is undone after the test
`engine`    an engine on a fresh, migrated database of its own, for what commits
`shared_dir`   the folder of real data, absent on most machines: the test is skipped there
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, make_url, text

from gisgrid.storage import embedded, migrate
from gisgrid.storage.engine import SYSTEM, enter_scope, open_engine

ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "gisgrid-test-"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgis_url() -> Iterator[str]:
    """URL of a migrated, empty database that serves as the template of all others."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o711)  # so that root's stand-in can enter
    (folder / "pid").write_text(str(os.getpid()))
    try:
        url = embedded.start(folder, durable=False)
        engine = open_engine(url)
        migrate.upgrade(engine)
        engine.dispose()
        yield url
    finally:
        _discard(folder)


@pytest.fixture(scope="session")
def _shared_engine(postgis_url: str) -> Iterator[Engine]:
    yield from _copy_of(postgis_url)


@pytest.fixture
def conn(_shared_engine: Engine) -> Iterator[Connection]:
    """A connection in the scope of the system, whose work is undone after the test."""
    with _shared_engine.connect() as conn, conn.begin() as whole_test:
        enter_scope(conn, SYSTEM)
        yield conn
        whole_test.rollback()


@pytest.fixture
def engine(postgis_url: str) -> Iterator[Engine]:
    """An engine on a database of the test's own: migrated, empty, dropped afterwards."""
    yield from _copy_of(postgis_url)


@pytest.fixture
def second_engine(postgis_url: str) -> Iterator[Engine]:
    """As `engine`, on one more database: to compare with."""
    yield from _copy_of(postgis_url)


@pytest.fixture
def database_url(engine: Engine) -> str:
    """The URL of the test's own database, for programs that open it themselves."""
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real data; the test is skipped where there is none."""
    folder = Path(os.environ.get("GISGRID_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip("no real data on this machine (GISGRID_SHARED)")
    return folder


def _copy_of(template_url: str) -> Iterator[Engine]:
    template = make_url(template_url)
    name = f"test_{next(_numbers)}"
    server = open_engine(str(template.set(database="postgres"))).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with server.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {template.database}"))
    copy = open_engine(str(template.set(database=name)))
    yield copy
    copy.dispose()
    with server.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def _sweep() -> None:
    """End and delete the clusters of test runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder / "pid"
        if pid.exists() and not Path(f"/proc/{pid.read_text()}").exists():
            _discard(folder)


def _discard(folder: Path) -> None:
    embedded.reset(folder)
    shutil.rmtree(folder, ignore_errors=True)
