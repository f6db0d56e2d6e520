"""Long work: how far it is, calling it off, the file it made."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from gisgrid.language import translate
from gisgrid.services import jobs
from web.auth import actor, engine
from web.language import current_language
from web.requests import api_blueprint

bp = api_blueprint("jobs", "/api/jobs")


@bp.get("")
def listed() -> ResponseReturnValue:
    """The caller's newest jobs."""
    return jsonify([_worded(job) for job in jobs.list_jobs(engine(), actor())])


@bp.get("/<id:job_id>")
def one(job_id: int) -> ResponseReturnValue:
    """How far a job is, or how it ended."""
    return jsonify(_worded(jobs.view_job(engine(), actor(), job_id)))


@bp.post("/<id:job_id>/cancel")
def cancel(job_id: int) -> ResponseReturnValue:
    """Call a job off."""
    return jsonify(_worded(jobs.cancel_job(engine(), actor(), job_id)))


@bp.get("/<id:job_id>/file")
def file(job_id: int) -> ResponseReturnValue:
    """The file that a job made."""
    made = jobs.job_file(engine(), actor(), job_id)
    return Response(
        made.content,
        mimetype=made.media_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(made.name)}"},
    )


def _worded(job: dict[str, Any]) -> dict[str, Any]:
    """The job with its error's sentence in the reader's language."""
    error = job["error"]
    if error is None:
        return job
    message = translate(current_language(), f"error.{error['code']}", **error["facts"])
    return job | {"error": error | {"message": message}}
