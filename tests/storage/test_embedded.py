"""The embedded cluster: it starts, survives what happens to machines, and goes away when told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gisgrid.errors import DatabaseMissing
from gisgrid.storage import binaries, embedded
from gisgrid.storage.home import Home, find_home
from gisgrid.storage.processes import living_in

START = "import sys, pathlib; from gisgrid.storage import embedded; "
START += "print(embedded.start(pathlib.Path(sys.argv[1]), durable=False))"


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that another user may enter, with whatever cluster the test made in it."""
    folder = Path(tempfile.mkdtemp(prefix="gisgrid-test-"))
    folder.chmod(0o711)
    (folder / "pid").write_text(str(os.getpid()))
    yield folder
    embedded.reset(folder)
    shutil.rmtree(folder)


def start(data: Path) -> str:
    return embedded.start(data, durable=False)


def home_of(data: Path) -> Home:
    home = find_home(data)
    assert home is not None
    return home


def run(url: str, statement: str) -> list[tuple]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as conn:
            result = conn.execute(text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def kill_everything(home: Home) -> None:
    for pid in living_in(home.cluster):
        os.kill(pid, signal.SIGKILL)


def test_nothing_committed_is_lost_when_every_process_is_killed(data):
    url = embedded.start(data)
    run(url, "CREATE TABLE kept (n int)")
    writing = create_engine(url, isolation_level="AUTOCOMMIT").connect()
    for n in range(200):
        writing.execute(text(f"INSERT INTO kept VALUES ({n})"))
    kill_everything(home_of(data))
    assert run(embedded.start(data), "SELECT count(*), sum(n) FROM kept") == [(200, 19900)]


def test_starting_twice_gives_the_same_cluster(data):
    assert start(data) == start(data)
    assert embedded.status(data).running


def test_two_starts_at_once_end_in_one_cluster(data):
    starts = [
        subprocess.Popen([sys.executable, "-c", START, str(data)], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    urls = {process.communicate()[0] for process in starts}
    assert [process.returncode for process in starts] == [0, 0, 0]
    assert len(urls) == 1


def test_a_start_cut_short_is_begun_anew(data):
    start(data)
    embedded.stop(data)
    cluster = home_of(data).cluster
    cluster.rename(cluster.with_suffix(".new"))  # as `initdb` leaves it when it is killed
    (cluster.with_suffix(".new") / "PG_VERSION").unlink()
    assert run(start(data), "SELECT 1") == [(1,)]


def test_a_lock_file_with_a_number_that_is_now_another_process_is_no_obstacle(data):
    start(data)
    home = home_of(data)
    stale = (home.cluster / "postmaster.pid").read_text()
    embedded.stop(data)
    sleeper = subprocess.Popen(["sleep", "60"])
    lines = stale.splitlines()
    lines[0] = str(sleeper.pid)
    (home.cluster / "postmaster.pid").write_text("\n".join(lines) + "\n")
    try:
        assert run(start(data), "SELECT 1") == [(1,)]
    finally:
        sleeper.kill()


def test_stop_says_whether_it_ran(data):
    assert embedded.stop(data) is False
    start(data)
    assert embedded.stop(data) is True
    assert embedded.status(data).running is False


def test_reset_leaves_nothing(data):
    start(data)
    folder = home_of(data).folder
    embedded.reset(data)
    assert not folder.exists()
    assert embedded.status(data) == embedded.Status(False, None, None, None)


def test_it_listens_on_a_private_socket_only(data):
    url = embedded.start(data)
    assert run(url, "SHOW listen_addresses") == [("",)]
    assert run(url, "SHOW fsync") == [("on",)]
    assert run(url, "SHOW data_checksums") == [("on",)]
    socket = home_of(data).socket
    assert socket.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(socket / ".s.PGSQL.5432.lock")) < 107


def test_a_long_path_gets_a_short_socket(data):
    deep = data / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    try:
        assert run(start(deep), "SELECT 1") == [(1,)]
    finally:
        embedded.reset(deep)


def test_a_moved_data_folder_takes_its_cluster_along(data):
    if os.geteuid() == 0 and not (data / "postgres").parent.exists():
        pytest.skip("the cluster lives elsewhere")
    before = data / "before"
    before.mkdir(mode=0o711)
    run(start(before), "CREATE TABLE kept (n int)")
    embedded.stop(before)
    after = before.rename(data / "after")
    try:
        assert run(start(after), "SELECT count(*) FROM kept") == [(0,)]
    finally:
        embedded.reset(after)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may enter folders others may not")
def test_where_its_user_may_not_enter_it_lives_elsewhere(data):
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    try:
        assert run(start(closed), "SELECT 1") == [(1,)]
        assert not home_of(closed).folder.is_relative_to(data)
    finally:
        folder = home_of(closed).folder
        embedded.reset(closed)
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may enter folders others may not")
def test_a_cluster_whose_data_folder_was_deleted_is_stopped_by_the_next(data):
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    start(closed)
    left = home_of(closed)
    shutil.rmtree(closed)
    closed.mkdir(mode=0o700)
    try:
        start(closed)
        assert home_of(closed).folder != left.folder
        assert living_in(left.cluster) == []
        assert left.cluster.exists()  # what it holds is its owner's to delete
    finally:
        embedded.reset(closed)
        shutil.rmtree(left.folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run it as somebody else")
def test_root_runs_it_as_another_user(data):
    start(data)
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in living_in(home_of(data).cluster)}
    assert owners
    assert 0 not in owners


def test_a_machine_without_postgis_is_told_the_one_line(monkeypatch):
    monkeypatch.setattr(binaries, "_has_postgis", lambda _binaries: False)
    with pytest.raises(DatabaseMissing, match=r"sudo apt-get install -y postgresql-\d+-postgis-3"):
        binaries.find_binaries()


def test_a_machine_without_postgresql_is_told_the_one_line(monkeypatch):
    monkeypatch.setattr(binaries, "_installed", lambda: iter(()))
    with pytest.raises(DatabaseMissing, match="sudo apt-get install -y postgresql"):
        binaries.find_binaries()


def test_a_start_that_fails_says_why(data):
    start(data)
    embedded.stop(data)
    with (home_of(data).cluster / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    begun = time.monotonic()
    with pytest.raises(embedded.DatabaseDown, match="no_such_setting"):
        start(data)
    assert time.monotonic() - begun < 30
