"""Layers and plans as files: small ones at once, large ones by a job."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from flask import Response, jsonify, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, validate
from marshmallow.fields import Field, Integer, List, String

from gisgrid.services import export_layers
from gisgrid.services.export_layers import MOST_AT_ONCE, Wish, wish_of
from web.auth import actor, engine
from web.language import current_language
from web.requests import LARGEST_ID, api_blueprint, takes

bp = api_blueprint("exports", "/api/exports")
CHUNK = 256 * 1024
KEY = validate.Regexp(r"^[a-z_]{1,40}\Z")


class Keys(Field[list[str]]):
    """Keys of layers as ``units,grids``."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[str]:
        keys = [key for key in str(value).split(",") if key]
        if len(keys) > MOST_AT_ONCE:
            raise ValidationError(f"at most {MOST_AT_ONCE} layers")
        for key in keys:
            KEY(key)
        return keys


class _Chosen(Schema):
    format = String(load_default="gpkg", validate=KEY)
    crs = String(load_default="4326", validate=validate.Length(1, 40))
    plan = Integer(load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_ID))


class Asked(_Chosen):
    """The query of a download."""

    layers = Keys(load_default=list)


class Wanted(_Chosen):
    """The body that asks for a file."""

    layers = List(
        String(validate=KEY), load_default=list, validate=validate.Length(0, MOST_AT_ONCE)
    )


@bp.get("")
def choices() -> ResponseReturnValue:
    """What may be taken away: layers with their rows, formats, CRS."""
    return jsonify(export_layers.list_choices(engine(), actor(), current_language()))


@bp.post("")
@takes(Wanted)
def ask(json_data: dict[str, Any]) -> ResponseReturnValue:
    """Ask for a file: ``{"url"}`` where it is made at once, else 202 and ``{"job"}``."""
    wish = _wish(json_data)
    job = export_layers.start_export(engine(), actor(), wish)
    if job is not None:
        return {"job": job}, 202
    chosen: dict[str, Any] = {"format": wish.format, "crs": wish.crs, "plan": wish.plan}
    return {"url": url_for("exports.file", layers=",".join(wish.layers), **chosen)}


@bp.get("/file")
@takes(Asked, location="query")
def file(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The file itself, streamed from the disk it was written to."""
    wish = _wish(query_data)
    with tempfile.TemporaryDirectory() as folder:
        made = export_layers.export_layers(engine(), actor(), wish, Path(folder))
        size = made.path.stat().st_size
        stream = made.path.open("rb")  # goes on to be read when its folder is gone
    response = Response(_read(stream), mimetype=None, content_type=made.media_type)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(made.path.name)}"
    )
    response.call_on_close(stream.close)
    return response


def _wish(chosen: dict[str, Any]) -> Wish:
    rest = {"format": chosen["format"], "crs": chosen["crs"], "language": current_language()}
    return wish_of(tuple(chosen["layers"]), chosen["plan"], **rest)


def _read(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
