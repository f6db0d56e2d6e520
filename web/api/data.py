"""What the installation holds."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from gisgrid.services.view_holdings import view_holdings
from web.auth import actor, engine
from web.requests import api_blueprint

bp = api_blueprint("data", "/api/data")


@bp.get("")
def holdings() -> ResponseReturnValue:
    """Counts, the basis of households, the latest imports."""
    return view_holdings(engine(), actor())
