"""Vector tiles for other programs: TileJSON 3.0, and the tiles of the map below /ogc/tiles."""

from __future__ import annotations

import gzip
from typing import Any

from flask import Blueprint, Response, jsonify, url_for
from flask.typing import ResponseReturnValue

from gisgrid.errors import NotFound
from gisgrid.services import view_tiles
from gisgrid.services.view_district import require_project, uses_openstreetmap, view_district
from gisgrid.services.view_tiles import TileAddress
from web.auth import actor, engine
from web.language import t
from web.ogc.answers import JSON, link
from web.ogc.parameters import only

TYPE = "application/vnd.mapbox-vector-tile"
DEEPEST, SHALLOWEST = 18, 0
LAYERS: dict[str, dict[str, dict[str, str]]] = {
    "district": {"grid": {"plan": "Number"}, "community": {}},
    "base": {
        "water": {},
        "green": {},
        "street": {"class": "String", "name": "String", "bridge": "Boolean"},
        "line": {"kind": "String"},
        "building": {},
    },
}


def register(bp: Blueprint) -> None:
    """Add the addresses of the tiles to the blueprint."""
    bp.add_url_rule("/tiles/<name>.json", "tilejson", tilejson)
    bp.add_url_rule("/tiles/<name>/<whole:z>/<whole:x>/<whole:y>.mvt", "tile", tile)


def links() -> list[dict[str, str]]:
    """Links of the landing page to each tileset."""
    return [
        link(
            "describedby",
            _address("tilejson", name=name),
            JSON,
            f"TileJSON: {t(f'ogc.tiles_{name}')}",
        )
        for name in LAYERS
    ]


def tilejson(name: str) -> ResponseReturnValue:
    """A tileset as TileJSON 3.0: its addresses, layers, zooms and bounds in the caller's scope."""
    only()
    layers = _layers(name)
    bounds = view_district(engine(), actor())["bounds"] or [-180.0, -85.0, 180.0, 85.0]
    west, south, east, north = bounds
    template = _address("tile", name=name, z=0, x=0, y=0).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    body: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": f"{require_project(engine()).name} · {t(f'ogc.tiles_{name}')}",
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": SHALLOWEST,
        "maxzoom": DEEPEST,
        "bounds": bounds,
        "center": [(west + east) / 2, (south + north) / 2, 14],
        "vector_layers": [{"id": layer, "fields": fields} for layer, fields in layers.items()],
    }
    if uses_openstreetmap(engine()):
        body["attribution"] = "© OpenStreetMap contributors"
    return jsonify(body)


def tile(name: str, z: int, x: int, y: int) -> ResponseReturnValue:
    """A tile; empty (204) outside the caller's scope."""
    only()
    _layers(name)
    at = TileAddress(z, x, y)
    if name == "district":
        made = view_tiles.district_tile(engine(), actor(), at)
    else:
        made = view_tiles.base_tile(engine(), at)
    if not made.packed:
        return "", 204
    return Response(gzip.decompress(made.packed), mimetype=TYPE)


def _layers(name: str) -> dict[str, dict[str, str]]:
    if name not in LAYERS:
        raise NotFound(f"there are no tiles {name[:40]!r}", code="layer_not_found", layer=name[:40])
    return LAYERS[name]


def _address(endpoint: str, **values: Any) -> str:
    return url_for(f"ogc.{endpoint}", _external=True, **values)
