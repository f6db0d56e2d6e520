"""Long work: carried out for the one who asked, called off, failed with a sentence, never lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from gisgrid.errors import Conflict, Forbidden, NoPlan, NotFound
from gisgrid.model.people import Actor, Role
from gisgrid.services import jobs, run_jobs, work
from gisgrid.services.job_kinds import KINDS
from gisgrid.services.run_jobs import end_lost_jobs, run_next
from gisgrid.storage.engine import SYSTEM, transaction

TASKS: dict[str, Callable[..., dict[str, Any]]] = {}
"""What the job `trial` does in a test."""


def trial(engine: Engine, actor: Actor, payload: dict, progress: run_jobs.Progress) -> dict:
    return TASKS["trial"](engine, actor, payload, progress)


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say what the job `trial` does."""
    monkeypatch.setitem(KINDS, "trial", f"{__name__}:trial")
    return lambda act: monkeypatch.setitem(TASKS, "trial", act)


def account(engine: Engine, login: str) -> Actor:
    add = text(
        "INSERT INTO account (login, display_name, password_hash, role)"
        " VALUES (:login, :login, '-', 'planner') RETURNING id"
    )
    with transaction(engine, SYSTEM) as conn:
        number = conn.execute(add, {"login": login}).scalar_one()
    return Actor(account_id=number, role=Role.PLANNER, display_name=login, communities=(), grids=())


@pytest.fixture
def planner(engine: Engine) -> Iterator[Actor]:
    return account(engine, "planner")


def test_work_is_carried_out_for_the_one_who_asked(engine, planner, does):
    does(lambda _engine, actor, payload, _progress: {"who": actor.display_name} | payload)
    job = jobs.start_job(engine, planner, "trial", {"target": 400})
    assert jobs.view_job(engine, planner, job)["state"] == "queued"
    assert run_next(engine)
    seen = jobs.view_job(engine, planner, job)
    assert (seen["state"], seen["result"]) == ("done", {"who": "planner", "target": 400})
    assert not run_next(engine)


def test_how_far_it_is_can_be_seen_while_it_runs(engine, planner, does):
    seen = []

    def act(engine, actor, payload, progress):
        progress(3, 8, "job.running")
        seen.append(jobs.view_job(engine, planner, job))
        return {}

    does(act)
    job = jobs.start_job(engine, planner, "trial", {})
    run_next(engine)
    assert [(s["done"], s["total"], s["message"]) for s in seen] == [(3, 8, "job.running")]


def test_work_that_waits_is_called_off_at_once(engine, planner, does):
    does(lambda *_: pytest.fail("nobody wants it any more"))
    job = jobs.start_job(engine, planner, "trial", {})
    assert jobs.cancel_job(engine, planner, job)["state"] == "cancelled"
    assert not run_next(engine)


def test_work_under_way_stops_at_its_next_step_and_leaves_nothing(engine, planner, does):
    def act(engine, actor, payload, progress):
        with transaction(engine, SYSTEM) as conn:
            conn.execute(text("UPDATE account SET display_name = 'half done'"))
            jobs.cancel_job(second, planner, job)
            progress(1, 1)
        pytest.fail("it went on")

    does(act)
    second = engine
    job = jobs.start_job(engine, planner, "trial", {})
    run_next(engine)
    assert jobs.view_job(engine, planner, job)["state"] == "cancelled"
    with transaction(engine, SYSTEM) as conn:
        assert conn.execute(text("SELECT display_name FROM account")).scalar_one() == "planner"


def test_what_has_ended_stays_as_it_ended(engine, planner, does):
    does(lambda *_: {"n": 1})
    job = jobs.start_job(engine, planner, "trial", {})
    run_next(engine)
    assert jobs.cancel_job(engine, planner, job)["state"] == "done"


def raises(error: Exception) -> Callable[..., dict]:
    def act(*_: object) -> dict:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NoPlan("too few cells", cells=3), {"code": "no_plan", "facts": {"cells": 3}}),
        (ZeroDivisionError("secret"), {"code": "unexpected", "facts": {}}),
    ],
    ids=["ours", "a fault"],
)
def test_work_that_fails_says_why_and_the_worker_goes_on(engine, planner, does, error, told):
    does(raises(error))
    job = jobs.start_job(engine, planner, "trial", {})
    assert run_next(engine)
    seen = jobs.view_job(engine, planner, job)
    assert (seen["state"], seen["error"]) == ("failed", told)


def test_somebody_elses_work_is_not_there(engine, planner, does):
    does(lambda *_: {})
    job = jobs.start_job(engine, planner, "trial", {})
    other = account(engine, "other")
    for look in (jobs.view_job, jobs.cancel_job, jobs.job_file):
        with pytest.raises(NotFound):
            look(engine, other, job)
    assert jobs.list_jobs(engine, other) == []
    assert jobs.view_job(engine, planner, job)["state"] == "queued"


def test_a_file_is_fetched_by_the_one_who_asked(engine, planner, does):
    does(
        lambda _e, _a, _p, progress: (
            progress.keep_file("图册.pdf", "application/pdf", b"%PDF") or {}
        )
    )
    job = jobs.start_job(engine, planner, "trial", {})
    run_next(engine)
    assert jobs.view_job(engine, planner, job)["file_bytes"] == 4
    assert jobs.job_file(engine, planner, job) == jobs.JobFile(
        "图册.pdf", "application/pdf", b"%PDF"
    )


def test_a_file_is_kept_for_a_quarter_of_an_hour(engine, planner, does):
    does(lambda _e, _a, _p, progress: progress.keep_file("a.csv", "text/csv", b"a") or {})
    job = jobs.start_job(engine, planner, "trial", {})
    run_next(engine)

    def age(minutes: int) -> None:
        ended = "UPDATE job SET finished_at = now() - make_interval(mins => :minutes)"
        with transaction(engine, SYSTEM) as conn:
            conn.execute(text(ended), {"minutes": minutes})

    age(14)
    assert jobs.job_file(engine, planner, job).content == b"a"
    age(16)
    with pytest.raises(NotFound) as gone:
        jobs.job_file(engine, planner, job)
    assert gone.value.key == "job_file_gone"
    assert jobs.view_job(engine, planner, job)["file_bytes"] is None
    run_next(engine)  # whoever takes up work throws old files away
    with transaction(engine, SYSTEM) as conn:
        assert conn.execute(text("SELECT count(*) FROM job_file")).scalar_one() == 0


def test_one_account_does_not_fill_the_queue(engine, planner, does):
    does(lambda *_: {})
    for _ in range(jobs.MOST_AT_ONCE):
        jobs.start_job(engine, planner, "trial", {})
    with pytest.raises(Conflict) as refused:
        jobs.start_job(engine, planner, "trial", {})
    assert refused.value.key == "too_many_jobs"


def test_nobody_is_not_served(engine, does):
    with pytest.raises(Forbidden):
        jobs.start_job(engine, None, "trial", {})


def test_an_account_that_was_switched_off_is_not_served_either(engine, planner, does):
    does(lambda *_: pytest.fail("it was carried out"))
    job = jobs.start_job(engine, planner, "trial", {})
    with transaction(engine, SYSTEM) as conn:
        conn.execute(text("UPDATE account SET active = false"))
    run_next(engine)
    assert jobs.view_job(engine, planner, job)["error"]["code"] == "forbidden"


def test_work_whose_worker_went_away_is_told_as_lost(engine, planner, does):
    does(lambda *_: {})
    job = jobs.start_job(engine, planner, "trial", {})
    lost = "UPDATE job SET state = 'running', heartbeat_at = now() - interval '2 minutes'"
    with transaction(engine, SYSTEM) as conn:
        conn.execute(text(lost))
    assert end_lost_jobs(engine) == 1
    assert jobs.view_job(engine, planner, job)["error"]["code"] == "job_lost"


def test_the_worker_takes_jobs_as_they_come_and_stops_when_told(engine, planner, does):
    stopped = threading.Event()
    does(lambda *_: stopped.set() or {"n": 1})
    job = jobs.start_job(engine, planner, "trial", {})
    worker = threading.Thread(target=work.work, args=(engine, stopped))
    worker.start()
    worker.join(timeout=60)
    assert not worker.is_alive()
    assert jobs.view_job(engine, planner, job)["result"] == {"n": 1}


def test_the_worker_outlives_what_fails(engine, monkeypatch):
    done = []
    monkeypatch.setattr(work, "DUE", (raises(ZeroDivisionError()), done.append))
    work.tick(engine)
    assert done == [engine]


def test_every_kind_of_work_has_its_function():
    for kind in KINDS:
        assert callable(run_jobs._task(kind))
