"""Plans: begun, read, edited, balanced, checked, published."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from gisgrid.errors import InvalidInput
from gisgrid.services import draft_street, edit_plan, new_plan, plan_history, view_plan
from gisgrid.services.approve_plan import approve_plan, submit_plan
from gisgrid.services.check_plan import check_plan
from gisgrid.services.dissolve_grid import preview_dissolve
from gisgrid.services.jobs import start_job
from gisgrid.services.plan_reviews import view_reviews
from gisgrid.services.publish_plan import publish_plan, withdraw_plan
from gisgrid.services.rebalance_plan import (
    Wish,
    list_suggestions,
    rebalance_outcome,
    start_rebalance,
)
from web.api import schemas_plans as schemas
from web.api.plans_wording import csv_heading, csv_words, worded_preview, worded_rules
from web.auth import actor, engine
from web.requests import api_blueprint, takes

bp = api_blueprint("plans", "/api/plans")
LONGEST_KEY = 200


def idempotency_key() -> str | None:
    """The client's key of this intent; None when it sends none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput(f"a key has 1 to {LONGEST_KEY} characters", code="bad_key")
    return key


@bp.get("")
@takes(schemas.Listed, location="query")
def listed(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Plans in scope; of one unit, or in force on a day, when asked."""
    asked = query_data.get("unit"), query_data.get("at")
    return jsonify(view_plan.list_plans(engine(), actor(), *asked))


@bp.post("")
@takes(schemas.New)
def create(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin a plan."""
    wish = new_plan.Wish(json_data.get("grids"), json_data.get("target"))
    options = {"start": json_data["start"], "name": json_data.get("name"), "wish": wish}
    return {"id": new_plan.new_plan(engine(), actor(), json_data["unit"], **options)}, 201


@bp.post("/street")
@takes(schemas.NewOfStreet)
def create_of_street(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin a plan for every community of a street, as a job."""
    draft_street.require_street(engine(), actor(), json_data["unit"])
    return {"job": start_job(engine(), actor(), "draft_street", json_data)}, 202


@bp.post("/<id:plan_id>/name")
@takes(schemas.Named)
def rename(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Give a draft another name."""
    return new_plan.rename_plan(engine(), actor(), plan_id, json_data["name"])


@bp.get("/<id:plan_id>")
def one(plan_id: int) -> ResponseReturnValue:
    """A plan with its grids, cells and borders in columns."""
    return view_plan.view_plan(engine(), actor(), plan_id)


@bp.delete("/<id:plan_id>")
def delete(plan_id: int) -> ResponseReturnValue:
    """Remove a draft."""
    new_plan.delete_plan(engine(), actor(), plan_id)
    return "", 204


@bp.post("/<id:plan_id>/edits")
@takes(schemas.Gesture)
def edit(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """One gesture: cells from grid to grid."""
    return edit_plan.move_cells(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/undo")
@takes(schemas.Version)
def undo(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Take the newest gesture back."""
    return edit_plan.undo(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/redo")
@takes(schemas.Version)
def redo(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Bring back what the newest undo took."""
    return edit_plan.redo(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/jump")
@takes(schemas.Jump)
def jump(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Back to how the plan was after an edit, by one new edit."""
    return plan_history.jump_to(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/checkpoints")
@takes(schemas.Checkpoint)
def checkpoint(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """A name in the history for the plan as it is now."""
    key = idempotency_key()
    return plan_history.keep_checkpoint(engine(), actor(), plan_id, **json_data, key=key)


@bp.post("/<id:plan_id>/grids/<whole:position>")
@takes(schemas.GridFields)
def grid(plan_id: int, position: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Lock, name or staff a grid."""
    version = json_data.pop("base_version")
    options = {"base_version": version, "changes": json_data}
    return edit_plan.set_grid(engine(), actor(), plan_id, position, **options)


@bp.post("/<id:plan_id>/grids/<whole:position>/dissolve")
def dissolve(plan_id: int, position: int) -> ResponseReturnValue:
    """Where the cells of a grid would go if it were given up; nothing is stored."""
    return worded_preview(preview_dissolve(engine(), actor(), plan_id, position))


@bp.get("/<id:plan_id>/edits")
@takes(schemas.HistoryPage, location="query")
def edits(plan_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """The history, newest first."""
    page = {"before": query_data.get("before"), "most": query_data["limit"]}
    return jsonify(view_plan.view_history(engine(), actor(), plan_id, **page))


@bp.post("/<id:plan_id>/balance")
@takes(schemas.Balance)
def balance(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Begin to work out what the engine would do; no plan is changed."""
    limits = json_data.pop("band", {})
    only = json_data.pop("chosen", None)
    wish = Wish(**json_data, **limits, only=None if only is None else tuple(only))
    return {"job": start_rebalance(engine(), actor(), plan_id, wish)}, 202


@bp.get("/<id:plan_id>/balance/<id:job_id>")
def balanced(plan_id: int, job_id: int) -> ResponseReturnValue:
    """What the engine would do, once it is worked out."""
    return worded_preview(rebalance_outcome(engine(), actor(), plan_id, job_id))


@bp.get("/<id:plan_id>/suggestions")
def suggestions(plan_id: int) -> ResponseReturnValue:
    """Single fixes, the best first."""
    return jsonify(list_suggestions(engine(), actor(), plan_id))


@bp.get("/<id:plan_id>/rules")
def rules(plan_id: int) -> ResponseReturnValue:
    """Rules V01 to V13 and what they find."""
    return jsonify(worded_rules(check_plan(engine(), actor(), plan_id)))


@bp.post("/<id:plan_id>/publish")
@takes(schemas.Publish)
def publish(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Publish a draft from a date on."""
    return publish_plan(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/submit")
@takes(schemas.Publish)
def submit(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Hand a draft in for another person's approval."""
    return submit_plan(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/approve")
@takes(schemas.Decision)
def approve(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Approve what another person has submitted."""
    return approve_plan(engine(), actor(), plan_id, **json_data)


@bp.post("/<id:plan_id>/withdraw")
@takes(schemas.Decision)
def withdraw(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Make a plan that waits a draft again: taken back, or sent back with a comment."""
    return withdraw_plan(engine(), actor(), plan_id, **json_data)


@bp.get("/<id:plan_id>/reviews")
def reviews(plan_id: int) -> ResponseReturnValue:
    """What was decided about a plan, by whom, with which comment."""
    return jsonify(view_reviews(engine(), actor(), plan_id))


@bp.get("/<id:plan_id>/grids.csv")
def grids_csv(plan_id: int) -> ResponseReturnValue:
    """The table of grids for a spreadsheet."""
    table = view_plan.grids_csv(engine(), actor(), plan_id, csv_heading(), csv_words())
    name = f'attachment; filename="plan-{plan_id}-grids.csv"'
    return Response(table, mimetype="text/csv", headers={"Content-Disposition": name})
