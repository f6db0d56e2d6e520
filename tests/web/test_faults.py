"""When the database is away, locked or full: a clear answer, and the next request works."""

from __future__ import annotations

import socket
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError

from gisgrid.errors import Unavailable
from gisgrid.settings import Settings
from gisgrid.storage.engine import open_engine
from gisgrid.storage.faults import known
from web import create_app
from web.serve import require_port, run


def test_a_table_that_somebody_holds_is_a_busy_answer_not_a_fault(browse, district):
    browser = browse("planner")
    with district.engine.begin() as conn:
        conn.execute(text("LOCK TABLE incident IN ACCESS EXCLUSIVE MODE"))
        answer = browser.get("/api/incidents")
    assert answer.status_code == 503
    assert answer.json["error"]["code"] == "busy"
    assert answer.headers["Retry-After"]
    assert browser.get("/api/incidents").status_code == 200


def test_connections_that_were_cut_are_made_anew(browse, district):
    browser = browse("planner")
    with district.engine.connect() as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert browser.get("/api/district").status_code == 200


@pytest.mark.parametrize("path", ["/health", "/api/district", "/", "/plans", "/login"])
def test_without_a_database_every_page_says_so_and_when_to_try_again(tmp_path, path):
    away = open_engine("postgresql://nobody@127.0.0.1:1/nothing")
    client = create_app(Settings(data=tmp_path), away).test_client()
    client.set_cookie("gisgrid", "anything")
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "数据库没有回应" in answer.text
    assert "127.0.0.1" not in answer.text


def test_over_https_the_browser_is_told_to_stay_there(district, tmp_path):
    app = create_app(Settings(data=tmp_path, secure=True), district.engine)
    answer = app.test_client().get("/login")
    assert answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_full_pool_is_a_busy_answer():
    fault = known(TimeoutError("QueuePool limit"))
    assert isinstance(fault, Unavailable)
    assert fault.key == "busy"


def test_another_error_is_no_fault_of_the_database():
    assert known(ValueError("x")) is None


def test_a_fault_of_ours_tells_nothing_of_itself(app, browse, monkeypatch):
    def broken(*_):
        raise RuntimeError("secret of the trace")

    monkeypatch.setitem(app.view_functions, "district.district", broken)
    answer = browse("planner").get("/api/district")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json["error"]["code"] == "unexpected"


def test_a_port_in_use_is_said_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=f"port {port}") as told:
            run(Settings(data=tmp_path), "127.0.0.1", port)
    assert told.value.key == "port_in_use"
    require_port("127.0.0.1", port)


def test_two_requests_at_once_keep_to_their_own_scope(browse, district):
    browsers = {login: browse(login) for login in ("planner", "leader")}
    seen: dict[str, set[int]] = {"planner": set(), "leader": set()}

    def ask(login: str) -> None:
        for _ in range(15):
            seen[login].add(len(browsers[login].get("/api/district/grids").json["grid"]))

    threads = [threading.Thread(target=ask, args=(login,)) for login in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"planner": {4}, "leader": {1}}
