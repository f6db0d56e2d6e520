"""The pages of the product. Records never pass through here: scripts fetch them from the API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gisgrid.model.people import Role
from gisgrid.model.project import Project
from gisgrid.services.view_district import find_grid_in_force, find_project, uses_openstreetmap
from gisgrid.services.view_holdings import draw_outline
from web.auth import actor, actor_or_none, engine
from web.map.compose import ComposedMap, compose
from web.routes import may

bp = Blueprint("pages", __name__)

NAVIGATION = ("overview", "plans", "coverage", "incidents", "desk", "data", "my")
"""Pages of the top bar, in its order; a role sees those it may call."""


@bp.get("/")
def overview() -> ResponseReturnValue:
    """The district at a glance; a leader is taken to the own grid."""
    if actor().role is Role.LEADER:
        return redirect(url_for("pages.my"))
    return _map_page("overview")


@bp.get("/plans")
def plans() -> str:
    """The list of plans."""
    return render_template("plans.html", page="plans")


@bp.get("/plans/<id:plan_id>")
def workbench(plan_id: int) -> str:
    """The workbench of one plan."""
    return _map_page("workbench", plan_id=plan_id)


@bp.get("/plans/compare")
def compare() -> str:
    """Two plans beside each other; which ones is in the query, read by the page's script."""
    return _map_page("compare")


@bp.get("/coverage")
def coverage() -> str:
    """Service circles and coverage."""
    return _map_page("coverage")


@bp.get("/incidents")
def incidents() -> str:
    """Incidents, list and map."""
    return _map_page("incidents")


@bp.get("/desk")
def desk() -> str:
    """The desk: cases taken in, sent out, verified; figures and rules."""
    return _map_page("desk")


@bp.get("/data")
def data() -> str:
    """What was imported, from where, when."""
    return render_template("data.html", page="data")


@bp.get("/data/import")
def imports() -> str:
    """A file on its way in, or what became of one; which is in the query, read by the script."""
    return _map_page("imports")


@bp.get("/report")
def report() -> str:
    """Report an incident, or put one of the tray on the map; works without network."""
    return _map_page("report")


@bp.get("/report-worker.js")
def report_worker() -> Response:
    """The service worker of the page of reports; it serves that page and nothing else."""
    response = current_app.send_static_file("js/report/worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/keys")
def keys() -> str:
    """Keys of other systems."""
    return render_template("keys.html", page="keys")


@bp.get("/my")
def my() -> str:
    """The grid of the leader who is signed in."""
    return _map_page("my")


@bp.get("/g/<code>")
def grid_by_code(code: str) -> ResponseReturnValue:
    """Where the QR code of a grid leads: the grid in force that bears it, on the reader's page."""
    grid = find_grid_in_force(engine(), actor(), code)
    page = "pages.my" if actor().role is Role.LEADER else "pages.overview"
    return redirect(url_for(page, grid=grid))


@bp.get("/outline.svg")
def outline() -> Response:
    """The district's outline in greys, for the page of sign-in: no name, no figure."""
    response = Response(draw_outline(engine()), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@bp.get("/map/<page>.js")
def map_script(page: str) -> Response:
    """The script that Folium composed for a page: constants and URLs."""
    response = Response(_composed(page).source, mimetype="text/javascript")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.app_context_processor
def common() -> dict[str, Any]:
    """What every template may name: the actor, the project, the pages of its role."""
    return {"actor": actor_or_none(), "project": _project(), "nav": _navigation()}


def _map_page(page: str, **values: Any) -> str:
    return render_template(f"{page}.html", page=page, composed=_composed(page), **values)


def _composed(page: str) -> ComposedMap:
    return compose(page, openstreetmap=uses_openstreetmap(engine()))


def _project() -> Project | None:
    return find_project(engine())


def _navigation() -> list[dict[str, Any]]:
    acting = actor_or_none()
    if acting is None:
        return []
    shown = [key for key in NAVIGATION if may(acting.role, f"pages.{key}")]
    if acting.role is Role.LEADER:
        shown.remove("overview")
    return [
        {
            "endpoint": f"pages.{key}",
            "key": f"common.{key}",
            "url": url_for(f"pages.{key}"),
            "current": request.endpoint == f"pages.{key}",
        }
        for key in shown
    ]
