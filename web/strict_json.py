"""JSON, strictly: what the standard allows, shallow, and small; anything else is InvalidInput.

Python's own reader accepts NaN, infinite and duplicate values, and runs out of stack on deep ones.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

from gisgrid.errors import InvalidInput, TooLarge, WrongType

LARGEST_JSON = 1024 * 1024
DEEPEST = 32
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
WRITES = frozenset({"POST", "PUT", "PATCH"})
UPLOADS = frozenset({"incidents.import_file", "reports.photo", "imports.upload"})


class StrictJSON(DefaultJSONProvider):
    """Flask's JSON provider with our reader; answers keep their order and their characters."""

    sort_keys = False
    ensure_ascii = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ARG002
        """The value of `s`; InvalidInput with a place where it breaks a rule."""
        return loads(s)


def install(app: Flask) -> None:
    """Read JSON strictly, on every route, before its view."""
    app.json = StrictJSON(app)
    app.before_request(check)


def check() -> None:
    """Refuse text with control characters, and JSON that is not strict.

    Raises
    ------
    InvalidInput
        Control characters in path, query or form, or JSON that breaks a rule.
    WrongType
        A write below /api whose body is not JSON.
    TooLarge
        JSON of more than a megabyte.
    """
    refuse_control_characters(request.path)
    for name, value in request.args.items(multi=True):
        refuse_control_characters(name + value)
    if request.method not in WRITES or request.endpoint in UPLOADS:
        return
    for value in request.form.values():
        refuse_control_characters(value)
    if request.is_json:
        if (request.content_length or 0) > LARGEST_JSON:
            raise TooLarge("the JSON is larger than a megabyte", limit=LARGEST_JSON)
        request.get_json()
    elif request.path.startswith("/api/") and request.content_length:
        raise WrongType("a write needs a body of type application/json")


def loads(text: str | bytes) -> Any:
    """Read `text` by the standard alone.

    >>> loads('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except RecursionError as error:
        raise InvalidInput("the JSON is nested too deeply", code="json_too_deep") from error
    except ValueError as error:
        raise InvalidInput(f"the body is not JSON: {error}", code="not_json") from error
    check_value(value, DEEPEST)
    return value


def check_value(value: Any, depth: int) -> None:
    """Refuse infinite numbers, control characters, and more than `depth` levels."""
    if depth == 0:
        raise InvalidInput("the JSON is nested too deeply", code="json_too_deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            refuse_control_characters(key)
            check_value(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            check_value(inner, depth - 1)
    elif isinstance(value, str):
        refuse_control_characters(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput("a number is not finite", code="not_json")


def refuse_control_characters(text: str) -> None:
    """InvalidInput where `text` holds a character that no name has, such as NUL."""
    if _CONTROL.search(text):
        raise InvalidInput("the text holds a control character", code="control_character")


def _refuse_constant(name: str) -> Any:
    raise InvalidInput(f"{name} is not JSON", code="not_json")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidInput("the JSON names a key twice", code="not_json")
    return found
