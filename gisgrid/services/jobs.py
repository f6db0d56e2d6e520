"""Long work that a person asks for: begun, looked at, called off. A worker carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gisgrid.errors import Conflict, Forbidden, NotFound
from gisgrid.model.people import Actor
from gisgrid.services.job_kinds import KINDS
from gisgrid.storage import jobs
from gisgrid.storage.engine import As, Engine, transaction

MOST_AT_ONCE = 5
"""Jobs that one account may have waiting or running."""

SHOWN = 20


@dataclass(frozen=True, slots=True)
class JobFile:
    """The file that a job made."""

    name: str
    media_type: str
    content: bytes


def start_job(engine: Engine, actor: As, kind: str, payload: Mapping[str, Any]) -> int:
    """Queue work of a kind in `KINDS`; its id. It will see what `actor` sees when it runs.

    Whoever offers the work checks `payload` and the role before.

    Raises
    ------
    Forbidden
        Nobody is signed in: there would be nobody to answer.
    Conflict
        ``too_many_jobs``: five of the account's jobs wait or run already.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no kind of job {kind}; it is added to job_kinds.KINDS")
    if not isinstance(actor, Actor):
        raise Forbidden("long work is begun by somebody who is signed in")
    with transaction(engine, actor) as conn:
        if jobs.unfinished(conn, actor.account_id) >= MOST_AT_ONCE:
            raise Conflict(
                f"{MOST_AT_ONCE} of your jobs wait or run already; wait or cancel one",
                code="too_many_jobs",
                most=MOST_AT_ONCE,
            )
        return jobs.add(conn, actor.account_id, kind, payload)


def view_job(engine: Engine, actor: As, job_id: int) -> dict[str, Any]:
    """State of one of the actor's jobs.

    Returns
    -------
    ``id``, ``kind``, ``state`` (queued, running, done, failed, cancelled), ``done`` and ``total``
    (None: unknown), ``message`` (a key of the catalogue, or None), ``result`` (when done),
    ``error`` (``code``, ``facts``; when failed), ``file_bytes`` (None: it made no file) and the
    times ``created_at``, ``started_at``, ``finished_at``.

    Raises
    ------
    NotFound
        There is no such job, or it is another account's.
    """
    with transaction(engine, actor) as conn:
        row = jobs.one(conn, job_id)
    if row is None:
        raise _missing(job_id)
    return dict(row._mapping)


def list_jobs(engine: Engine, actor: As) -> list[dict[str, Any]]:
    """The actor's newest jobs as `view_job` tells them, without results; at most twenty."""
    with transaction(engine, actor) as conn:
        return [dict(row._mapping) for row in jobs.latest(conn, SHOWN)]


def cancel_job(engine: Engine, actor: As, job_id: int) -> dict[str, Any]:
    """Call off a job: at once when it waits, at its next step when it runs. Its state then.

    A job that has ended stays as it ended.

    Raises
    ------
    NotFound
        There is no such job, or it is another account's.
    """
    with transaction(engine, actor) as conn:
        jobs.ask_to_cancel(conn, job_id)
    return view_job(engine, actor, job_id)


def job_file(engine: Engine, actor: As, job_id: int) -> JobFile:
    """The file that one of the actor's jobs made, for a quarter of an hour after it ended.

    Raises
    ------
    NotFound
        There is no such job, it is another account's, or it made no file; ``job_file_gone``: it is
        not kept any longer.
    """
    with transaction(engine, actor) as conn:
        row = jobs.file(conn, job_id)
        job = jobs.one(conn, job_id) if row is None else None
    if job is not None and job.state == "done":
        minutes = jobs.FILE_KEPT_MINUTES
        raise NotFound("the file is kept no longer", code="job_file_gone", minutes=minutes)
    if row is None:
        raise _missing(job_id)
    return JobFile(row.name, row.media_type, bytes(row.content))


def _missing(job_id: int) -> NotFound:
    return NotFound(f"there is no job {job_id}", code="job_not_found", job=job_id)
