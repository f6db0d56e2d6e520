"""Files of one person never hold up the others: S42, and large uploads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from gisgrid.errors import TooManyAttempts
from gisgrid.services import reading_turns, uploads

SMALL = b"name,lon,lat\na,1,2\n"
THREADS = 8
"""As many as the server has by default."""


def sent(browser, content: bytes = SMALL, name: str = "a.csv") -> str:
    form = {"what": "services", "file": (io.BytesIO(content), name)}
    answer = browser.post("/api/imports/files", data=form)
    assert answer.status_code == 201, answer.json
    return answer.json["token"]


class Hanging:
    """A reader that says it has begun and then hangs until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = Semaphore(0), Event()

    def __call__(self, *_: object, **__: object) -> dict:
        self.begun.release()
        assert self.go.wait(timeout=60)
        return {"asks": []}


@pytest.fixture
def hanging(monkeypatch) -> Iterator[Hanging]:
    reader = Hanging()
    monkeypatch.setattr(uploads, "preview_file", reader)
    monkeypatch.setattr(uploads, "import_file", reader)
    yield reader
    reader.go.set()


@pytest.mark.parametrize("act", ["/preview", ""])
def test_a_hundred_files_of_one_person_leave_the_server_to_the_others(app, browse, hanging, act):
    planner, other = browse("planner"), browse("admin")
    path = f"/api/imports/files/{sent(planner)}{act}"
    headers = {"X-CSRFToken": planner.token()}

    def ask(_: int) -> int:
        client = app.test_client()
        client.set_cookie("gisgrid", planner.client.get_cookie("gisgrid").value)
        return client.post(path, json={}, headers=headers).status_code

    with ThreadPoolExecutor(THREADS) as server:
        asked = [server.submit(ask, n) for n in range(100)]
        for _ in range(reading_turns.AT_ONCE):
            assert hanging.begun.acquire(timeout=30)
        # two hang; whoever comes after the hundred is served while they still do
        assert server.submit(other.get, "/api/data").result(timeout=30).status_code == 200
        refused = [each for each in asked if each.done()]
        assert {each.result() for each in refused} == {429}
        hanging.go.set()
        told = sorted(each.result() for each in asked)
    assert told.count(429) >= 100 - THREADS
    assert 429 not in told[: told.index(429)]
    assert planner.post(path, json={}).status_code != 429  # the turn was given back


def test_all_together_leave_half_of_the_server():
    with (
        reading_turns.turn(1),
        reading_turns.turn(1),
        reading_turns.turn(2),
        reading_turns.turn(3),
        pytest.raises(TooManyAttempts) as refused,
        reading_turns.turn(4),
    ):
        pass
    assert refused.value.key == "too_many_readings"
    with reading_turns.turn(4):
        pass


def test_a_file_larger_than_any_photo_is_taken(browse):
    rows = b"a,117.0,36.0\n" * 1_700_000
    assert len(rows) > 20 * 1024 * 1024
    assert sent(browse("planner"), b"name,lon,lat\n" + rows)


def test_nothing_of_a_file_is_taken_from_who_may_not_import(browse, tmp_path):
    for login in ("leader", "staff", "planner_b"):
        form = {"what": "services", "file": (io.BytesIO(SMALL), "a.csv")}
        assert browse(login).post("/api/imports/files", data=form).status_code == 403
    assert not list((tmp_path / "uploads").glob("*"))


def test_a_token_in_a_form_still_counts(browse):
    planner = browse("planner")
    form = {"login": "planner", "password": "wrong", "csrf_token": "wrong"}
    assert planner.client.post("/login", data=form).status_code == 400
    form["csrf_token"] = planner.token()
    assert planner.client.post("/login", data=form).status_code != 400
