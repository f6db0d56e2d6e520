"""Files as answers: a name in any language, a type, nothing that a browser would run."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep under `name`."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "private, no-store"
    return response
