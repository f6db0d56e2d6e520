"""The district at a glance."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from gisgrid.services.view_district import view_district, view_grids
from web.auth import actor, engine
from web.requests import api_blueprint

bp = api_blueprint("district", "/api/district")


@bp.get("")
def district() -> ResponseReturnValue:
    """The project, the units in the actor's scope, and their totals."""
    return view_district(engine(), actor())


@bp.get("/grids")
def grids() -> ResponseReturnValue:
    """Grids in force, as columns."""
    return view_grids(engine(), actor())
