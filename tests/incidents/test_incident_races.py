"""At once, and in the worst moment: double submits, a redraw meanwhile, a server that dies."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from gisgrid.services.publish_plan import bring_into_force
from gisgrid.services.report_incident import Report, begin, report_incident
from gisgrid.services.view_incidents import view_incident
from gisgrid.storage import incident_life
from gisgrid.storage.engine import SYSTEM, transaction
from tests.incidents.conftest import place
from tests.web.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


def test_eight_who_send_the_same_report_at_once_make_one_case(desk, staff):
    lon, lat = place(30, 30)
    report = Report(lon=lon, lat=lat, category="0102", text="垃圾")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: report_incident(desk.engine, staff, report, "one"), range(8))
        )
    assert len({answer["id"] for answer in answers}) == 1
    assert sum(answer["created"] for answer in answers) == 1
    assert desk.ask("SELECT count(*) FROM incident") == 1
    assert desk.ask("SELECT count(*) FROM incident_event") == 1


def approve_other_plan(desk):
    """A plan of community a that waits for today: all cells in one new grid."""
    plan = desk.ask(
        "INSERT INTO plan (unit_id, cell_set_id, name, state, band_low, band_high, target,"
        " effective_from) SELECT unit_id, cell_set_id, 'new', 'approved', 300, 500, 400,"
        " current_date - 1 FROM plan WHERE id = :old RETURNING id",
        old=desk.district.plan["a"],
    )
    grid = desk.ask(
        "INSERT INTO plan_grid (plan_id, position, code) VALUES (:plan, 0, '110101001001009')"
        " RETURNING id",
        plan=plan,
    )
    desk.ask(
        "INSERT INTO plan_cell SELECT :plan, cell_id, :grid FROM plan_cell WHERE plan_id = :old",
        plan=plan, grid=grid, old=desk.district.plan["a"],
    )  # fmt: skip
    return grid


def test_a_report_during_a_redraw_ends_in_the_new_grid_and_keeps_the_old_one(desk, staff):
    new = approve_other_plan(desk)
    earlier = desk.report()
    lon, lat = place(30, 30)
    values = {"source": "gisgrid", "source_id": "k", "kind": "case", "state": "reported"}
    values |= dict.fromkeys(("category", "text", "address", "reporter", "compound", "building"))
    values |= {"channel": "patrol", "details": {}, "private": False, "major": False}
    values |= {"lon": lon, "lat": lat, "reported_at": None}
    located, published = Event(), Event()

    def publish() -> None:
        located.wait(10)
        bring_into_force(desk.engine)
        published.set()

    thread = Thread(target=publish)
    thread.start()
    with transaction(desk.engine, SYSTEM) as conn:
        incident = incident_life.report(conn, values)
        begin(conn, incident, None, Report())
        located.set()
        assert not published.wait(1), "the redraw waits for the report"
    thread.join(20)
    assert published.is_set()
    for case in (earlier, incident):
        assert desk.ask("SELECT grid_now FROM incident WHERE id = :id", id=case) == new
        seen = view_incident(desk.engine, staff, case)
        assert seen["grid_code_at_report"] == "110101001001001"


def test_reports_all_through_a_redraw_are_all_in_the_new_grid(desk):
    new = approve_other_plan(desk)
    with ThreadPoolExecutor(5) as pool:
        reports = [pool.submit(desk.report, x=30 + n) for n in range(30)]
        pool.submit(bring_into_force, desk.engine).result()
        for report in reports:
            report.result()
    assert desk.ask("SELECT array_agg(DISTINCT grid_now) FROM incident") == [new]


SERVER = """
import os, signal, sys
from pathlib import Path
from werkzeug.serving import make_server
from gisgrid.settings import Settings
from gisgrid.storage.engine import open_engine
from web import create_app

url, data, port, kill = sys.argv[1:]
app = create_app(Settings(data=Path(data)), open_engine(url))
inner = app.wsgi_app

def dies_before_it_answers(environ, start):
    answer = inner(environ, start)
    asked = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if asked == ("POST", kill):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

app.wsgi_app = dies_before_it_answers
make_server("127.0.0.1", int(port), app, threaded=True).serve_forever()
"""


class Phone:
    """A client that keeps its session and sends again."""

    def __init__(self, port: int) -> None:
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.base = f"http://127.0.0.1:{port}"

    def open(self, path: str, body: bytes | None = None, **headers: str) -> str:
        request = urllib.request.Request(self.base + path, body, headers)
        with self.opener.open(request, timeout=60) as answer:
            return answer.read().decode()

    def token(self) -> str:
        return re.search(r'csrf-token" content="([^"]+)', self.open("/login"))[1]

    def sign_in(self, login: str) -> None:
        form = {"login": login, "password": PASSWORD, "csrf_token": self.token()}
        self.open("/login", urllib.parse.urlencode(form).encode())

    def send(self, path: str, report: dict, key: str) -> dict:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token()}
        headers["Idempotency-Key"] = key
        return json.loads(self.open(path, json.dumps(report).encode(), **headers))


def serve(desk, folder: Path, port: int, kill: str) -> subprocess.Popen:
    url = desk.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", SERVER, url, str(folder), str(port), kill]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    process.kill()
    pytest.fail("the server does not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/api/cases", "/api/reports"])
def test_a_server_killed_between_commit_and_answer_leaves_one_case(desk, tmp_path, path):
    port = free_port()
    phone = Phone(port)
    lon, lat = place(30, 30)
    report = {"text": "路边有垃圾", "category": "0102", "lon": lon, "lat": lat}
    report |= {"key": "written-once"} if path == "/api/reports" else {}  # as the phone writes it
    server = serve(desk, tmp_path, port, path)
    try:
        phone.sign_in("leader")
        with pytest.raises((urllib.error.URLError, ConnectionError, http.client.HTTPException)):
            phone.send(path, report, "written-once")
        assert server.wait(10) != 0
        assert desk.ask("SELECT count(*) FROM incident") == 1, "it was stored before it died"
        server = serve(desk, tmp_path, port, "none")
        told = phone.send(path, report, "written-once")
        assert told["created"] is False
        assert desk.ask("SELECT count(*) FROM incident") == 1
        assert desk.ask("SELECT id FROM incident") == told["id"]
    finally:
        server.kill()
        server.wait()
