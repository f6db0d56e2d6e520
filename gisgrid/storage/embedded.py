"""The private PostGIS cluster of an installation: own files, own unix socket, no port, never root.

It survives `kill -9`: a stale lock file, an unfinished `initdb` or two starts at once end in one
running cluster with everything that was committed. Started by root, it runs as another user, in a
folder which that user can enter.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from sqlalchemy import URL

from gisgrid.errors import DatabaseDown
from gisgrid.storage.binaries import Binaries, find_binaries
from gisgrid.storage.home import Home, discard_home, find_home, open_home, orphans
from gisgrid.storage.processes import living_in, run_as

ROLE = "gisgrid"
DATABASE = "gisgrid"
_START_SECONDS = 180
_LINGER_SECONDS = 20

_CONF = """\
# Written by gisgrid at every start: changes are lost.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 1GB
random_page_cost = 1.1
jit = off
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
autovacuum = on
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_truncate_on_rotation = on
log_min_messages = warning
timezone = 'UTC'
"""


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a cluster without starting it."""

    running: bool
    home: Path | None
    version: int | None
    url: str | None


def start(data: Path, *, durable: bool = True) -> str:
    """Start the cluster of the data folder, made first where there is none; its URL.

    Parameters
    ----------
    data
        Data folder of the installation; made if absent.
    durable
        False gives up crash safety for speed: for throw-away clusters of tests only.

    Raises
    ------
    DatabaseMissing
        If PostgreSQL or PostGIS is not installed.
    DatabaseDown
        If the cluster does not come up; the error carries the end of its log.
    """
    data.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        binaries = find_binaries(_version(find_home(data)))
        if find_home(data) is None:
            for orphan in orphans():  # its data folder was deleted while it ran
                _halt(orphan)
        home = open_home(data)
        if not home.cluster.exists():
            _create(binaries, home, durable=durable)
        if not _answers(home):
            _launch(binaries, home, durable=durable)
        _prepare(home)
    return url(home)


def stop(data: Path) -> bool:
    """Stop the cluster after its open transactions are rolled back; False if none was running."""
    with _alone(data):
        home = find_home(data)
        return home is not None and _halt(home)


def reset(data: Path) -> None:
    """Stop the cluster and delete it with all it holds."""
    with _alone(data):
        home = find_home(data)
        if home is not None:
            _halt(home)
            discard_home(data, home)


def status(data: Path) -> Status:
    """Whether the cluster of the data folder runs, where it lives, and its version."""
    home = find_home(data)
    if home is None or not home.cluster.exists():
        return Status(False, None, None, None)
    running = _answers(home)
    return Status(running, home.folder, _version(home), url(home) if running else None)


def url(home: Home, database: str = DATABASE) -> str:
    """The SQLAlchemy URL of a database in the cluster."""
    return URL.create(
        "postgresql+psycopg2", username=ROLE, database=database, query={"host": str(home.socket)}
    ).render_as_string()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Only one process at a time starts, stops or deletes the cluster; the lock dies with it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "cluster.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _version(home: Home | None) -> int | None:
    """Major version that made the cluster, None where there is none yet."""
    file = home.cluster / "PG_VERSION" if home else None
    return int(file.read_text()) if file and file.exists() else None


def _create(binaries: Binaries, home: Home, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there when complete."""
    unfinished = home.cluster.with_suffix(".new")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    options = "--encoding=UTF8 --no-locale --data-checksums --auth=trust --no-instructions"
    options += "" if durable else " --no-sync"
    made = run_as(home.user, [binaries["initdb"], "-D", unfinished, "-U", ROLE, *options.split()])
    if made.returncode != 0:
        raise DatabaseDown(f"initdb failed: {made.stderr}", reason=made.stderr.strip())
    with (unfinished / "postgresql.conf").open("a") as conf:
        conf.write("include 'gisgrid.conf'\n")
    unfinished.rename(home.cluster)


def _launch(binaries: Binaries, home: Home, *, durable: bool) -> None:
    _await_end_of_former(home)
    conf = _CONF.format(socket=home.socket, durable="on" if durable else "off")
    (home.cluster / "gisgrid.conf").write_text(conf)
    home.open_socket_folder()
    options = f"-w -t {_START_SECONDS} start".split()
    run_as(home.user, [binaries["pg_ctl"], "-D", home.cluster, "-l", home.log, *options])
    if not _answers(home):
        reason = _end_of_log(home)
        raise DatabaseDown(f"the database did not start: {reason}", reason=reason)


def _await_end_of_former(home: Home) -> None:
    """Let what is left of a killed cluster end; then its lock file is stale and may go.

    PostgreSQL removes a stale lock file itself, unless another process (likely in a container,
    where numbers start anew) has got the number it names.
    """
    deadline = time.monotonic() + _LINGER_SECONDS
    while (left := living_in(home.cluster)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if not left:
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)
        (home.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _halt(home: Home) -> bool:
    if not (home.cluster / "postmaster.pid").exists() or not living_in(home.cluster):
        return False
    binaries = find_binaries(_version(home))
    stopped = run_as(
        home.user, [binaries["pg_ctl"], "-D", home.cluster, "-m", "fast", "-w", "stop"]
    )
    if stopped.returncode != 0:
        raise DatabaseDown(f"the database did not stop: {stopped.stderr}", reason=stopped.stderr)
    return True


def _prepare(home: Home) -> None:
    """The database with PostGIS, made if absent (also after a first start cut short)."""
    made = _run(home, "postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
    if not made:
        _run(home, "postgres", f"CREATE DATABASE {DATABASE}")
    _run(home, DATABASE, "CREATE EXTENSION IF NOT EXISTS postgis")


def _run(home: Home, database: str, statement: str) -> list[tuple[object, ...]]:
    conn = psycopg2.connect(host=str(home.socket), user=ROLE, dbname=database)
    try:
        conn.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with conn.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        conn.close()


def _answers(home: Home) -> bool:
    try:
        return bool(_run(home, "postgres", "SELECT 1"))
    except psycopg2.OperationalError:
        return False


def _end_of_log(home: Home) -> str:
    logs = [home.log, *sorted((home.cluster / "log").glob("*.log"))]
    lines = [line for log in logs if log.exists() for line in log.read_text().splitlines()[-6:]]
    return "\n".join(lines)
