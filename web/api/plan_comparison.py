"""A plan beside another one of its community: for the screen, as a change notice on paper."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields

from gisgrid.services import change_notice, compare_plans
from gisgrid.services.paper_words import say_in
from web.auth import actor, engine
from web.downloads import PDF, XLSX, download
from web.language import current_language, t
from web.requests import LARGEST_ID, api_blueprint, takes

bp = api_blueprint("plan_comparison", "/api/plans")


def a_plan_to_compare(value: str) -> None:
    """Refuse anything but ``force``, ``start`` or the id of a plan."""
    if value in (compare_plans.FORCE, compare_plans.START):
        return
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= LARGEST_ID):
        raise ValidationError("expected force, start, or the id of a plan")


class Against(Schema):
    """The plan to hold this one against."""

    other = fields.String(
        data_key="with", load_default=compare_plans.FORCE, validate=a_plan_to_compare
    )


def _other(query: dict[str, Any]) -> int | str:
    text: str = query["other"]
    return int(text) if text.isdigit() else text


@bp.get("/<id:plan_id>/comparison")
@takes(Against, location="query")
def view(plan_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """What changes from the other plan to this one."""
    return compare_plans.view_comparison(engine(), actor(), plan_id, _other(query_data))


@bp.get("/<id:plan_id>/notice.pdf")
@takes(Against, location="query")
def notice_pdf(plan_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """The change notice as a paper."""
    say = say_in(current_language())
    paper = change_notice.notice_paper(engine(), actor(), plan_id, _other(query_data), say)
    return download(paper, f"{t('papers.file_notice')}-{plan_id}.pdf", PDF)


@bp.get("/<id:plan_id>/notice.xlsx")
@takes(Against, location="query")
def notice_xlsx(plan_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """The change notice as a workbook."""
    say = say_in(current_language())
    book = change_notice.notice_workbook(engine(), actor(), plan_id, _other(query_data), say)
    return download(book, f"{t('papers.file_notice')}-{plan_id}.xlsx", XLSX)
