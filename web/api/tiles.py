"""Vector tiles. Private: what a tile holds depends on who asks, so a browser asks every time and is
told 304 when the data is the same."""

from __future__ import annotations

import gzip
from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue

from gisgrid.errors import InvalidInput
from gisgrid.services import view_tiles
from gisgrid.services.view_tiles import Tile, TileAddress
from web.auth import actor, engine
from web.requests import api_blueprint

bp = api_blueprint("tiles", "/api/tiles")
TYPE = "application/vnd.mapbox-vector-tile"


@bp.get("/base/<whole:z>/<whole:x>/<whole:y>.mvt")
def base(z: int, x: int, y: int) -> ResponseReturnValue:
    """Streets, water, green, building outlines."""
    at = TileAddress(z, x, y)
    return _answer(view_tiles.base_tile(engine(), at, known=_known()))


@bp.get("/cells/<id:cell_set>/<whole:z>/<whole:x>/<whole:y>.mvt")
def cells(cell_set: int, z: int, x: int, y: int) -> ResponseReturnValue:
    """Cells, borders, buildings of one cell set."""
    at = TileAddress(z, x, y)
    return _answer(view_tiles.cells_tile(engine(), actor(), cell_set, at, known=_known()))


@bp.get("/cells/plan/<id:plan_id>/<whole:ground>/<whole:z>/<whole:x>/<whole:y>.mvt")
def plan_cells(
    plan_id: int,
    ground: int,  # noqa: ARG001 - a part of the address only
    z: int,
    x: int,
    y: int,
) -> ResponseReturnValue:
    """Cells, borders, buildings of a plan that lines have cut; `ground` keeps addresses apart."""
    at = TileAddress(z, x, y)
    tile = view_tiles.plan_tile(engine(), actor(), plan_id, at, known=_known())
    return _answer(tile)


@bp.get("/district/<whole:z>/<whole:x>/<whole:y>.mvt")
def district(z: int, x: int, y: int) -> ResponseReturnValue:
    """Outlines of grids in force and communities, now or on the day ``?at=``."""
    at = TileAddress(z, x, y)
    return _answer(view_tiles.district_tile(engine(), actor(), at, day=_day(), known=_known()))


def _day() -> date | None:
    text = request.args.get("at")
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("at is a date like 2026-01-31", code="invalid_input") from error


def _known() -> set[str]:
    return request.if_none_match.as_set(include_weak=True)


def _answer(tile: Tile) -> Response:
    if tile.packed is None:
        response = Response(status=304)
    elif not tile.packed:
        response = Response(status=204)
    else:
        response = _body(tile.packed)
    response.set_etag(tile.version)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Encoding"
    return response


def _body(packed: bytes) -> Response:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(gzip.decompress(packed), mimetype=TYPE)
    return Response(packed, mimetype=TYPE, headers={"Content-Encoding": "gzip"})
