"""Papers of one plan: map book, sheet of QR codes, workbook."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import String

from gisgrid.services.jobs import start_job
from gisgrid.services.leader_sheet import leader_sheet
from gisgrid.services.paper_words import say_in
from gisgrid.services.plan_workbook import plan_workbook
from gisgrid.services.view_plan import require_plan
from web.auth import actor, engine
from web.downloads import PDF, XLSX, download
from web.language import current_language, t
from web.requests import api_blueprint, takes

bp = api_blueprint("plan_papers", "/api/plans")


class BookWish(Schema):
    """The format of a map book."""

    size = String(load_default="A4", validate=validate.OneOf(["A4", "A3"]))


def server_address() -> str:
    """The server as the reader's browser reached it, without a final slash."""
    return request.host_url.rstrip("/")


@bp.post("/<id:plan_id>/book")
@takes(BookWish)
def book(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin a map book; the job's file is the PDF."""
    require_plan(engine(), actor(), plan_id)
    payload = {
        "plan": plan_id,
        "size": json_data["size"],
        "language": current_language(),
        "address": server_address(),
    }
    return {"job": start_job(engine(), actor(), "map_book", payload)}, 202


@bp.get("/<id:plan_id>/leaders.pdf")
def leaders(plan_id: int) -> ResponseReturnValue:
    """Cards with the QR codes of the grids."""
    say = say_in(current_language())
    sheet = leader_sheet(engine(), actor(), plan_id, address=server_address(), say=say)
    return download(sheet, f"{t('papers.file_sheet')}-{plan_id}.pdf", PDF)


@bp.get("/<id:plan_id>/plan.xlsx")
def workbook(plan_id: int) -> ResponseReturnValue:
    """The plan as a workbook."""
    made = plan_workbook(engine(), actor(), plan_id, say_in(current_language()))
    return download(made, f"{t('papers.file_workbook')}-{plan_id}.xlsx", XLSX)
