"""The description of the API in OpenAPI 3.0: the collections that the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gisgrid import __version__
from gisgrid.model.layers import Field, Kind
from gisgrid.services.ogc_features import Collection
from web.ogc.answers import GEOJSON, HTML, JSON
from web.ogc.parameters import DEFAULT_LIMIT, MOST

_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INT: {"type": "integer"},
    Kind.FLOAT: {"type": "number"},
    Kind.BOOL: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TIME: {"type": "string", "format": "date-time"},
}
_FORM = {"in": "query", "required": False, "style": "form", "explode": False}
PARAMETERS: dict[str, Any] = {
    "f": {
        "name": "f",
        "description": "The representation of the answer.",
        **_FORM,
        "schema": {"type": "string", "enum": ["json", "html"]},
    },
    "limit": {
        "name": "limit",
        "description": "How many features a page holds at most.",
        **_FORM,
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    },
    "after": {
        "name": "after",
        "description": "The id behind which the page begins; taken from the link `next`.",
        **_FORM,
        "schema": {"type": "integer", "minimum": 0},
    },
    "bbox": {
        "name": "bbox",
        "description": "West, south, east, north in degrees (CRS84), heights left out or ignored.",
        **_FORM,
        "schema": {
            "oneOf": [
                {"type": "array", "items": {"type": "number"}, "minItems": n, "maxItems": n}
                for n in (4, 6)
            ]
        },
    },
    "datetime": {
        "name": "datetime",
        "description": "A date-time, or an interval with a slash, an open end being two dots.",
        **_FORM,
        "schema": {"type": "string"},
    },
}
_LINK = {
    "type": "object",
    "required": ["href"],
    "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
}
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_NUMBERS = {
    "numberMatched": {"type": "integer", "minimum": 0},
    "numberReturned": {"type": "integer", "minimum": 0},
    "timeStamp": {"type": "string", "format": "date-time"},
}
SCHEMAS: dict[str, Any] = {
    "link": _LINK,
    "landingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {
            "title": {"type": "string"}, "description": {"type": "string"}, "links": _LINKS,
        },
    },
    "confClasses": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "links": _LINKS,
            "extent": {"type": "object"},
            "itemType": {"type": "string", "default": "feature"},
            "crs": {"type": "array", "items": {"type": "string"}},
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "collections": {
                "type": "array", "items": {"$ref": "#/components/schemas/collection"},
            },
        },
    },
    "exception": {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    },
}  # fmt: skip


def describe(collections: Sequence[Collection], *, server: str, title: str) -> dict[str, Any]:
    """The document; `server` is the address of the landing page."""
    paths: dict[str, Any] = {
        "/": _path("landing", "The landing page", "landingPage"),
        "/conformance": _path("conformance", "What this API conforms to", "confClasses"),
        "/collections": _path("collections", "The collections", "collections"),
    }
    schemas = dict(SCHEMAS)
    for each in collections:
        base = f"/collections/{each.key}"
        schemas[each.key] = _feature(each.fields)
        schemas[f"{each.key}_page"] = _feature_page(each.key)
        paths[base] = _path(f"{each.key}_collection", each.title, "collection")
        paths[f"{base}/items"] = _items(each)
        paths[f"{base}/items/{{featureId}}"] = _item(each)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": title,
            "version": __version__,
            "description": "Layers within the caller's scope, read-only.",
        },
        "servers": [{"url": server.rstrip("/")}],
        "security": [{"basic": []}, {"session": []}],
        "paths": paths,
        "components": {
            "parameters": PARAMETERS,
            "schemas": schemas,
            "responses": {"error": _error()},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "session": {"type": "apiKey", "in": "cookie", "name": "gisgrid"},
            },
        },
    }


def _path(name: str, summary: str, schema: str) -> dict[str, Any]:
    responses = _responses(schema, JSON)
    return {"get": _get(name, summary, responses, [_named("f")])}


def _items(collection: Collection) -> dict[str, Any]:
    names = ["f", "limit", "after", "bbox", "datetime"]
    own = [
        {
            "name": f.name,
            **_FORM,
            "schema": _TYPES[f.kind],
            "description": "Equal to this.",
        }
        for f in collection.filters
    ]
    responses = _responses(f"{collection.key}_page", GEOJSON)
    parameters = [*map(_named, names), *own]
    return {"get": _get(f"{collection.key}_items", collection.title, responses, parameters)}


def _item(collection: Collection) -> dict[str, Any]:
    where = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer"}}
    responses = _responses(collection.key, GEOJSON)
    return {
        "get": _get(f"{collection.key}_item", collection.title, responses, [where, _named("f")])
    }


def _get(name: str, summary: str, responses: Any, parameters: list[Any]) -> dict[str, Any]:
    return {
        "operationId": name, "summary": summary, "parameters": parameters, "responses": responses,
    }  # fmt: skip


def _responses(schema: str, kind: str) -> dict[str, Any]:
    body = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    page = {"schema": {"type": "string"}}
    wrong = {"$ref": "#/components/responses/error"}
    found = {"description": "Found.", "content": {kind: body, HTML: page}}
    return {"200": found, "400": wrong, "401": wrong, "404": wrong, "default": wrong}


def _error() -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/exception"}}
    return {"description": "What is wrong.", "content": {JSON: schema}}


def _feature(fields: Sequence[Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {
                "type": "object",
                "properties": {f.name: _TYPES[f.kind] | {"nullable": True} for f in fields},
            },
            "links": _LINKS,
        },
    }


def _feature_page(key: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": f"#/components/schemas/{key}"}},
            "links": _LINKS,
            **_NUMBERS,
        },
    }


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}
