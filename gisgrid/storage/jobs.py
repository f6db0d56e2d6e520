"""Long work: asked for, taken up, on its way, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text, update
from sqlalchemy.dialects.postgresql import insert

from gisgrid.storage.sql import sql
from gisgrid.storage.tables.people import job, job_file

KEPT_DAYS = 7
FILE_KEPT_MINUTES = 15
"""A file is for whoever asked, now: it holds a district, and nobody comes back for it."""


def add(conn: Connection, account_id: int, kind: str, payload: Mapping[str, Any]) -> int:
    """Queue a job; its id."""
    values = {"account_id": account_id, "kind": kind, "payload": dict(payload)}
    return int(conn.execute(insert(job).values(**values).returning(job.c.id)).scalar_one())


def unfinished(conn: Connection, account_id: int) -> int:
    """How many jobs of an account wait or run."""
    counted = text(
        "SELECT count(*) FROM job WHERE account_id = :account AND state IN ('queued', 'running')"
    )
    return int(conn.execute(counted, {"account": account_id}).scalar_one())


def one(conn: Connection, job_id: int) -> Row[Any] | None:
    """A job in scope, with the size of its file in bytes (None: it has none, or none any more)."""
    values = {"job": job_id, "minutes": FILE_KEPT_MINUTES}
    return conn.execute(sql("job_one"), values).one_or_none()


def latest(conn: Connection, limit: int) -> Sequence[Row[Any]]:
    """The newest jobs in scope."""
    values = {"limit": limit, "minutes": FILE_KEPT_MINUTES}
    return conn.execute(sql("job_latest"), values).all()


def file(conn: Connection, job_id: int) -> Row[Any] | None:
    """The file a job made (name, media_type, content); None when there is none in scope.

    Nor is there one `FILE_KEPT_MINUTES` after the job has ended.
    """
    found = text(
        "SELECT name, media_type, content FROM job_file JOIN job ON job.id = job_id"
        " WHERE job_id = :job"
        " AND coalesce(finished_at, now()) >= now() - make_interval(mins => :minutes)"
    )
    values = {"job": job_id, "minutes": FILE_KEPT_MINUTES}
    return conn.execute(found, values).one_or_none()


def ask_to_cancel(conn: Connection, job_id: int) -> bool:
    """End a job that waits, ask one that runs; False when it has ended or is out of scope."""
    return bool(conn.execute(sql("job_cancel"), {"job": job_id}).rowcount)


def take(conn: Connection) -> Row[Any] | None:
    """Take up the job that waits longest: it runs now; None when none waits.

    Lets go of what has ended `KEPT_DAYS` ago, and of files after `FILE_KEPT_MINUTES`.
    """
    gone = text("DELETE FROM job WHERE finished_at < now() - make_interval(days => :days)")
    conn.execute(gone, {"days": KEPT_DAYS})
    stale = text(
        "DELETE FROM job_file USING job WHERE job.id = job_id"
        " AND finished_at < now() - make_interval(mins => :minutes)"
    )
    conn.execute(stale, {"minutes": FILE_KEPT_MINUTES})
    return conn.execute(sql("job_take")).one_or_none()


def beat(
    conn: Connection, job_id: int, *, done: int, total: int | None, message: str | None
) -> bool:
    """Write how far a job is; True when it should stop."""
    values = {"job": job_id, "done": done, "total": total, "message": message}
    asked = conn.execute(sql("job_beat"), values).scalar_one_or_none()
    return asked is None or bool(asked)


def stay_alive(conn: Connection, job_ids: Sequence[int]) -> None:
    """Say that jobs are still being worked on."""
    alive = text("UPDATE job SET heartbeat_at = now() WHERE id = ANY(:ids) AND state = 'running'")
    conn.execute(alive, {"ids": list(job_ids)})


def end(
    conn: Connection,
    job_id: int,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
) -> None:
    """Write how a job ended: ``done``, ``failed`` or ``cancelled``."""
    values = {"state": state, "result": result, "error": error, "finished_at": text("now()")}
    conn.execute(update(job).where(job.c.id == job_id).values(**values))


def keep_file(conn: Connection, job_id: int, name: str, media_type: str, content: bytes) -> None:
    """Store the one file a job makes."""
    values = {"job_id": job_id, "name": name, "media_type": media_type, "content": content}
    conn.execute(insert(job_file).values(**values))


def end_lost(conn: Connection, after_s: int, error: Mapping[str, Any]) -> int:
    """Fail jobs whose worker has said nothing for `after_s` seconds; how many."""
    lost = update(job).where(
        job.c.state == "running",
        text("heartbeat_at < now() - make_interval(secs => :after)").bindparams(after=after_s),
    )
    values = {"state": "failed", "error": dict(error), "finished_at": text("now()")}
    return int(conn.execute(lost.values(**values)).rowcount)
