"""Carry out the jobs that wait: one at a time a caller, each with a heartbeat."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from threading import Event, Thread
from typing import Any, Protocol

from gisgrid.errors import Forbidden, GisGridError, JobCancelled
from gisgrid.model.people import Actor
from gisgrid.services.database_faults import known_fault
from gisgrid.services.job_kinds import KINDS
from gisgrid.storage import jobs, people
from gisgrid.storage.engine import SYSTEM, Engine, transaction

WRITE_EVERY_S = 0.3
BEAT_EVERY_S = 10.0
LOST_AFTER_S = 60

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Progress:
    """What a task calls to say how far it is; it does not return once the job is called off."""

    engine: Engine
    job_id: int
    _written: float = field(default=0.0, init=False)

    def __call__(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Tell that `done` of `total` steps are done; `message` is a key of the catalogue.

        Written at most three times a second.

        Raises
        ------
        JobCancelled
            The job was called off; the task lets it fly and leaves nothing half done.
        """
        now = time.monotonic()
        if now - self._written < WRITE_EVERY_S and done != total:
            return
        self._written = now
        with transaction(self.engine, SYSTEM) as conn:
            stop = jobs.beat(conn, self.job_id, done=done, total=total, message=message)
        if stop:
            raise JobCancelled("the job was called off")

    def keep_file(self, name: str, media_type: str, content: bytes) -> None:
        """Store the one file that the job makes; it is fetched from ``/api/jobs/<id>/file``."""
        with transaction(self.engine, SYSTEM) as conn:
            jobs.keep_file(conn, self.job_id, name, media_type, content)


class Task(Protocol):
    """The function behind a kind of job."""

    def __call__(
        self, engine: Engine, actor: Actor, payload: dict[str, Any], progress: Progress
    ) -> dict[str, Any]:
        """Do the work; its result, in JSON."""


def run_next(engine: Engine) -> bool:
    """Carry out the job that waits longest; False when none waits.

    However the task ends, the job says so: an error of ours with its code and facts, any other as
    ``unexpected``, its trace in the log only.
    """
    with transaction(engine, SYSTEM) as conn:
        row = jobs.take(conn)
        actor = None if row is None else people.actor(conn, row.account_id)
    if row is None:
        return False
    with _heart(engine, row.id):
        state, outcome = _carry_out(engine, actor, row.id, row.kind, dict(row.payload))
    with transaction(engine, SYSTEM) as conn:
        jobs.end(conn, row.id, state, **outcome)
    return True


def end_lost_jobs(engine: Engine) -> int:
    """Fail the jobs whose worker went away without a word; how many."""
    with transaction(engine, SYSTEM) as conn:
        return jobs.end_lost(conn, LOST_AFTER_S, {"code": "job_lost", "facts": {}})


def _carry_out(
    engine: Engine, actor: Actor | None, job_id: int, kind: str, payload: dict[str, Any]
) -> tuple[str, Mapping[str, Any]]:
    try:
        result = _task(kind)(engine, _active(actor), payload, Progress(engine, job_id))
    except JobCancelled:
        return "cancelled", {}
    except GisGridError as error:
        return "failed", {"error": _told(error)}
    except Exception as error:  # a worker outlives any fault of a task
        fault = known_fault(error)
        if fault is not None:
            return "failed", {"error": _told(fault)}
        log.exception("job %s (%s) failed", job_id, kind)
        return "failed", {"error": {"code": "unexpected", "facts": {}}}
    return "done", {"result": result}


def _active(actor: Actor | None) -> Actor:
    if actor is None:
        raise Forbidden("the account that asked is switched off")
    return actor


def _task(kind: str) -> Task:
    module, _, name = KINDS[kind].partition(":")
    task: Task = getattr(import_module(module), name)
    return task


def _told(error: GisGridError) -> dict[str, Any]:
    return {"code": error.key, "facts": {k: _plain(v) for k, v in error.facts.items()}}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


@contextmanager
def _heart(engine: Engine, job_id: int) -> Iterator[None]:
    """Beats while a task computes and says nothing."""
    stopped = Event()

    def beat() -> None:
        while not stopped.wait(BEAT_EVERY_S):
            try:
                with transaction(engine, SYSTEM) as conn:
                    jobs.stay_alive(conn, [job_id])
            except Exception as error:  # noqa: BLE001 - the database may be away for a moment
                log.warning("job %s: no heartbeat (%s)", job_id, error)

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
