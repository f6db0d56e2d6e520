"""Landing page, conformance, collections, items, one item, and what describes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from gisgrid.errors import GisGridError
from gisgrid.services import ogc_features
from gisgrid.services.ogc_features import Ask, Collection, Page
from gisgrid.services.view_district import require_project
from web.auth import actor, engine
from web.language import current_language, t
from web.ogc import openapi, tiles
from web.ogc.answers import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    Table,
    address,
    answer,
    answer_error,
    answer_http,
    link,
    self_links,
)
from web.ogc.parameters import DEFAULT_LIMIT, ask, only
from web.requests import blueprint_of_a_standard

bp = blueprint_of_a_standard("ogc", "/ogc")
bp.register_error_handler(GisGridError, answer_error)
bp.register_error_handler(HTTPException, answer_http)
tiles.register(bp)

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}"
    for part in ("core", "oas30", "html", "geojson")
]
SHOWN_COLUMNS = 12


@bp.get("/")
def landing() -> ResponseReturnValue:
    """Where everything is."""
    only()
    title = f"{require_project(engine()).name} · {t('common.brand')}"
    links = [
        *self_links(),
        link("service-desc", address("api"), OPENAPI, "OpenAPI 3.0"),
        link("service-doc", address("api", {"f": "html"}), HTML, "OpenAPI 3.0"),
        link("conformance", address("conformance"), JSON, t("ogc.conformance")),
        link("data", address("collections"), JSON, t("ogc.collections")),
        *tiles.links(),
    ]
    body = {"title": title, "description": t("ogc.description"), "links": links}
    return answer(body, title=title)


@bp.get("/conformance")
def conformance() -> ResponseReturnValue:
    """The conformance classes that are kept."""
    only()
    body = {"conformsTo": CONFORMANCE, "links": self_links()}
    return answer(body, title=t("ogc.conformance"), table=Table([""], [[c] for c in CONFORMANCE]))


@bp.get("/api")
def api() -> ResponseReturnValue:
    """The description in OpenAPI 3.0."""
    only()
    found = ogc_features.list_collections(engine(), actor(), current_language())
    title = require_project(engine()).name
    document = openapi.describe(found, server=address("landing"), title=title)
    rows = [["GET", path, what["get"]["summary"]] for path, what in document["paths"].items()]
    return answer(document, title="OpenAPI 3.0", kind=OPENAPI, table=Table(["", "", ""], rows))


@bp.get("/collections")
def collections() -> ResponseReturnValue:
    """Every collection that the caller may see."""
    only()
    found = ogc_features.list_collections(engine(), actor(), current_language())
    links = [
        *self_links(),
        *(link("item", address("collection", key=c.key), JSON, c.title) for c in found),
    ]
    body = {"links": links, "collections": [_described(each) for each in found], "crs": [CRS84]}
    return answer(body, title=t("ogc.collections"))


@bp.get("/collections/<key>")
def collection(key: str) -> ResponseReturnValue:
    """One collection."""
    only()
    found = ogc_features.view_collection(engine(), actor(), key, current_language())
    body = _described(found)
    body["links"] = [*self_links(), *body["links"]]
    rows = [[f.name, t(f"export.column_{f.name}"), f.kind] for f in found.fields]
    return answer(body, title=found.title, table=Table(["", "", ""], rows))


@bp.get("/collections/<key>/items")
def items(key: str) -> ResponseReturnValue:
    """A page of features."""
    found = ogc_features.view_collection(engine(), actor(), key, current_language())
    asked = ask(found.filters)
    page = ogc_features.list_items(engine(), actor(), key, asked, current_language())
    links = [
        *self_links(GEOJSON),
        *_next(key, page, asked),
        link("collection", address("collection", key=key), JSON, found.title),
    ]
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(page.features),
        **({} if page.matched is None else {"numberMatched": page.matched}),
        "links": links,
        "features": page.features,
    }
    return answer(body, title=found.title, kind=GEOJSON, table=_table(found, page.features))


@bp.get("/collections/<key>/items/<id:item_id>")
def item(key: str, item_id: int) -> ResponseReturnValue:
    """One feature."""
    only()
    found = ogc_features.view_collection(engine(), actor(), key, current_language())
    feature = ogc_features.view_item(engine(), actor(), key, item_id, current_language())
    up = link("collection", address("collection", key=key), JSON, found.title)
    body = feature | {"links": [*self_links(GEOJSON), up]}
    rows = [[t(f"export.column_{k}"), v] for k, v in feature["properties"].items()]
    title = f"{found.title} {item_id}"
    return answer(body, title=title, kind=GEOJSON, table=Table(["", ""], rows))


def _described(found: Collection) -> dict[str, Any]:
    links = [
        link("items", address("items", key=found.key), GEOJSON, found.title),
        link("items", address("items", {"f": "html"}, key=found.key), HTML, found.title),
    ]
    extent: dict[str, Any] = {}
    if found.bounds is not None:
        extent["spatial"] = {"bbox": [list(found.bounds)], "crs": CRS84}
    if any(found.span):
        moments = [None if m is None else m.isoformat() for m in found.span]
        extent["temporal"] = {"interval": [moments], "trs": GREGORIAN}
    body: dict[str, Any] = {"id": found.key, "title": found.title, "itemType": "feature"}
    return body | {"crs": [CRS84], "extent": extent, "links": links}


def _next(key: str, page: Page, asked: Ask) -> list[dict[str, str]]:
    if page.after is None:
        return []
    query = {k: v for k, v in request.args.items() if k not in {"after", "limit"}}
    query |= {"limit": str(asked.limit), "after": str(page.after)}
    return [link("next", address("items", query, key=key), GEOJSON)]


def _table(found: Collection, features: list[dict[str, Any]]) -> Table:
    fields = found.fields[:SHOWN_COLUMNS]
    rows = [[each["properties"][f.name] for f in fields] for each in features[:DEFAULT_LIMIT]]
    return Table([t(f"export.column_{f.name}") for f in fields], rows)


@bp.after_request
def vary(response: Response) -> Response:
    """What is answered depends on who asks, and for which representation."""
    response.headers.add("Vary", "Accept, Authorization, Cookie")
    return response
