"""Files in: uploaded, looked at, imported, mended, undone."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, validate
from marshmallow.fields import Boolean, Dict, Float, Integer, Raw, String

from gisgrid.errors import InvalidInput
from gisgrid.services import quarantine, uploads
from gisgrid.services.undo_import import undo_import
from web.auth import actor, engine
from web.language import current_language
from web.requests import LARGEST_ID, api_blueprint, takes

bp = api_blueprint("imports", "/api/imports")

_TEXT = validate.Length(max=200)


class Chosen(Schema):
    """What the owner of a file has chosen about it; see `io.incoming.choices.Choices`."""

    layer = String(allow_none=True, validate=_TEXT)
    encoding = String(allow_none=True, validate=validate.Length(max=40))
    mapping = Dict(keys=String(validate=_TEXT), values=String(validate=_TEXT))
    crs = String(allow_none=True, validate=_TEXT)
    level = String(allow_none=True, validate=_TEXT)
    service = String(allow_none=True, validate=_TEXT)
    source = String(allow_none=True, validate=_TEXT)
    whole = Boolean()
    good_rows = Boolean()
    accept = Boolean()
    snap_m = Float(validate=validate.Range(0, 20))
    expected = Integer(strict=True, allow_none=True, validate=validate.Range(0, 10**9))
    valid_from = String(allow_none=True, validate=validate.Regexp(r"^\d{4}-\d\d-\d\d$"))


class Page(Schema):
    """Which part of a list."""

    offset = Integer(validate=validate.Range(0, LARGEST_ID))


class Rows(Page):
    """Which rows of a quarantine."""

    reason = String(validate=_TEXT)
    state = String(validate=validate.OneOf(["waiting", "mended", "dropped"]))


class Mended(Schema):
    """A row of a quarantine with other values, another shape, or its repair taken as it is."""

    values = Dict(keys=String(validate=_TEXT), values=String(validate=validate.Length(max=1000)))
    shape = Raw(allow_none=True)
    accept = Boolean()


@bp.post("/files")
def upload() -> ResponseReturnValue:
    """Take a file (multipart: `file`, once or for each part of a Shapefile, and `what`)."""
    with uploads.sending(engine(), actor()):
        request.max_content_length = uploads.LARGEST
        parts = [(each.filename or "", each.stream) for each in request.files.getlist("file")]
        mends = request.form.get("mends", "")
        if mends and not (mends.isdigit() and int(mends) <= LARGEST_ID):
            raise InvalidInput("mends is the id of an import", code="bad_choice", name="mends")
        token = uploads.keep_upload(
            engine(),
            actor(),
            current_app.config["UPLOADS"],
            what=request.form.get("what", ""),
            parts=[part for part in parts if part[0]],
            mends=int(mends) if mends else None,
        )
    return {"token": token}, 201


@bp.post("/files/<token>/preview")
@takes(Chosen)
def preview(token: str, json_data: dict[str, Any]) -> ResponseReturnValue:
    """What is in an uploaded file, and what would be refused; nothing is stored."""
    return uploads.preview_upload(engine(), actor(), token, json_data)


@bp.post("/files/<token>")
@takes(Chosen)
def confirm(token: str, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Import an uploaded file: 201 and what became of it, or 202 and ``{"job"}``."""
    told = uploads.import_upload(engine(), actor(), token, json_data)
    return told, 202 if "job" in told else 201


@bp.delete("/files/<token>")
def drop(token: str) -> ResponseReturnValue:
    """Throw an uploaded file away."""
    uploads.drop_upload(engine(), actor(), token)
    return "", 204


@bp.get("")
@takes(Page, location="query")
def listed(query_data: dict[str, Any]) -> ResponseReturnValue:
    """The latest imports, fifty from `offset` on."""
    return jsonify(quarantine.list_imports(engine(), actor(), offset=query_data.get("offset", 0)))


@bp.get("/<id:run_id>")
def one(run_id: int) -> ResponseReturnValue:
    """One import with what it came to."""
    return quarantine.view_import(engine(), actor(), run_id)


@bp.post("/<id:run_id>/undo")
def undo(run_id: int) -> ResponseReturnValue:
    """Take an import back as a whole."""
    return undo_import(engine(), actor(), run_id)


@bp.get("/<id:run_id>/quarantine")
@takes(Rows, location="query")
def rows(run_id: int, query_data: dict[str, Any]) -> ResponseReturnValue:
    """Rows that could not be stored, with their shapes, two hundred from `offset` on."""
    return jsonify(quarantine.view_quarantine(engine(), actor(), run_id, **query_data))


@bp.get("/<id:run_id>/quarantine.csv")
def rows_csv(run_id: int) -> ResponseReturnValue:
    """The rows that wait, as a table to be mended."""
    text = quarantine.quarantine_csv(engine(), actor(), run_id, language=current_language())
    return _file(text.encode(), "text/csv; charset=utf-8", f"quarantine-{run_id}.csv")


@bp.get("/<id:run_id>/quarantine.gpkg")
def rows_gpkg(run_id: int) -> ResponseReturnValue:
    """The rows that wait with their shapes, as a GeoPackage to be mended."""
    content = quarantine.quarantine_gpkg(engine(), actor(), run_id, language=current_language())
    return _file(content, "application/geopackage+sqlite3", f"quarantine-{run_id}.gpkg")


@bp.post("/<id:run_id>/quarantine/<id:reject_id>")
@takes(Mended)
def mend(run_id: int, reject_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Import one row again, mended."""
    return quarantine.mend_row(engine(), actor(), run_id, reject_id, **json_data), 201


@bp.post("/<id:run_id>/quarantine/<id:reject_id>/drop")
def drop_row(run_id: int, reject_id: int) -> ResponseReturnValue:
    """Say that a row is not wanted."""
    quarantine.drop_row(engine(), actor(), run_id, reject_id)
    return "", 204


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)
