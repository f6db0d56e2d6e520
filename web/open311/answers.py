"""Answers of GeoReport v2 in both formats."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.sax.saxutils import escape

from flask import Response, request

from gisgrid.errors import NotFound

PREFIX = "/open311/"
FORMATS = ("json", "xml")
_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STATUS = frozenset({400, 403, 404, 429})


def require_format(extension: str) -> str:
    """The format, NotFound when we speak no such."""
    if extension not in FORMATS:
        raise NotFound(f"no format {extension!r}", code="no_format")
    return extension


def answer(extension: str, value: Any, *names: str, status: int = 200) -> Response:
    """The value in the format of the extension; `names` of the XML elements, outermost first."""
    if extension == "xml":
        text = f'<?xml version="1.0" encoding="utf-8"?>{_element(names[0], value, names[1:])}'
    else:
        text = json.dumps(value, ensure_ascii=False)
    response = Response(text, status=status, content_type=_TYPES[extension])
    response.headers["Access-Control-Allow-Origin"] = "*"  # what is told here is told to all
    return response


def refuse(status: int, message: str) -> Response:
    """An error as the standard wants it: an array; 404, 403, else 400 (429 past a limit)."""
    if status == 401:
        status = 403
    if status < 500 and status not in _STATUS:
        status = 400
    extension = "xml" if request.path.endswith(".xml") else "json"
    body = [{"code": status, "description": message}]
    return answer(extension, body, "errors", "error", status=status)


def _element(name: str, value: Any, inner: tuple[str, ...] = ()) -> str:
    """An element; a list repeats `inner`'s first name, a list within drops the plural's s."""
    if isinstance(value, dict):
        content = "".join(_element(key, each) for key, each in value.items())
    elif isinstance(value, list):
        each_name = inner[0] if inner else name.removesuffix("s")
        content = "".join(_element(each_name, each, inner[1:]) for each in value)
    elif value is None:
        return f"<{name}/>"
    elif isinstance(value, bool):
        content = "true" if value else "false"
    else:
        content = escape(_NOT_XML.sub("", str(value)))
    return f"<{name}>{content}</{name}>"
