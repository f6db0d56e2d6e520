"""Long work over HTTP: seen and called off by the one who asked, told in her language."""

from __future__ import annotations

import pytest

from gisgrid.errors import TooLarge
from gisgrid.services.job_kinds import KINDS
from gisgrid.services.jobs import start_job
from gisgrid.services.run_jobs import run_next
from gisgrid.services.sign_in import find_actor


def trial(_engine, _actor, payload, progress):
    progress.keep_file("网格图册.pdf", "application/pdf", b"%PDF-1.7")
    return payload


def fails(*_):
    raise TooLarge("too much")


@pytest.fixture
def begun(district, monkeypatch):
    """Begin a job of the planner's that does `act`; its id."""

    def begin(act="trial"):
        monkeypatch.setitem(KINDS, "trial", f"{__name__}:{act}")
        return start_job(
            district.engine, find_actor(district.engine, district.account["planner"]), "trial", {}
        )

    return begin


def test_a_job_is_followed_and_its_file_fetched(district, browse, begun):
    job = begun()
    planner = browse("planner")
    assert planner.get(f"/api/jobs/{job}").json["state"] == "queued"
    run_next(district.engine)
    assert planner.get(f"/api/jobs/{job}").json["result"] == {}
    file = planner.get(f"/api/jobs/{job}/file")
    assert file.data == b"%PDF-1.7"
    assert "filename*=UTF-8''%E7%BD%91" in file.headers["Content-Disposition"]
    assert [row["id"] for row in planner.get("/api/jobs").json] == [job]


def test_a_job_is_called_off(browse, begun):
    job = begun()
    assert browse("planner").post(f"/api/jobs/{job}/cancel").json["state"] == "cancelled"


def test_a_failure_is_told_in_a_sentence(district, browse, begun):
    job = begun("fails")
    run_next(district.engine)
    error = browse("planner").get(f"/api/jobs/{job}").json["error"]
    assert (error["code"], error["message"]) == ("too_large", "内容太大")


@pytest.mark.parametrize("path", ["", "/file"])
def test_a_job_of_somebody_else_is_not_there(browse, begun, path):
    assert browse("staff").get(f"/api/jobs/{begun()}{path}").status_code == 404
