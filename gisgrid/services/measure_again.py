"""Distances that are older than the streets: how many, and measuring them again as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.services.jobs import start_job
from gisgrid.services.run_jobs import Progress
from gisgrid.services.store_circles import store_circles
from gisgrid.storage import access
from gisgrid.storage.engine import As, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine


def how_old(engine: Engine, actor: As) -> dict[str, Any]:
    """Kinds with points, and those of them measured before streets or buildings changed."""
    with transaction(engine, actor) as conn:
        row = access.stale(conn)
    at = row.measured_at
    return {
        "kinds": row.kinds,
        "stale": row.stale,
        "measured_at": None if at is None else at.isoformat(),
    }


def start_measuring(engine: Engine, actor: As) -> int:
    """Begin the job that measures every kind that is out of date; its id."""
    return start_job(engine, actor, "circles", {})


def measure_job(
    engine: Engine,
    actor: As,  # noqa: ARG001 - as every job
    payload: dict[str, Any],  # noqa: ARG001
    progress: Progress,
) -> dict[str, Any]:
    """The job behind `start_measuring`: one transaction a kind, so that a cut goes on later.

    Streets and buildings belong to the whole district, so it is measured for all at once.
    """

    def tell(_: str, done: int, total: int | None) -> None:
        progress(done, total, "coverage.measuring")

    done = store_circles(engine, progress=tell)
    return {"kinds": done.kinds, "walks": done.walks, "circles": done.circles}
