"""Reading what a client of GeoReport v2 asks: empty is absent, dates have an offset."""

from __future__ import annotations

import re
from datetime import datetime

from flask import request

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.language import LANGUAGES
from gisgrid.services.api_keys import Client, client_of
from gisgrid.services.open311 import MOST, Telling, Wanted, jurisdiction
from gisgrid.services.open311_intake import Posted, Update
from web.auth import engine

_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_.-]{1,64})\](\[\])?")
_TEXTS = (
    "service_code", "lat", "long", "address_string", "address_id", "description", "media_url",
    "email", "first_name", "last_name", "phone", "crs",
)  # fmt: skip
_OPEN, _CLOSED = "open", "closed"


def parameter(name: str) -> str:
    """A parameter of the query or the form; "" when it is absent."""
    return (request.values.get(name) or "").strip()


def require_jurisdiction() -> None:
    """NotFound when a jurisdiction is named that is not ours: its code, or our host."""
    asked = parameter("jurisdiction_id")
    if asked and asked not in {jurisdiction(engine()), request.host, request.host.split(":")[0]}:
        raise NotFound(f"no jurisdiction {asked!r}", code="no_jurisdiction")


def client() -> Client:
    """Who holds the api_key of this call."""
    return client_of(engine(), parameter("api_key"))


def language() -> str:
    """The language asked for: our own parameter `locale`, else Accept-Language, else Chinese."""
    asked = parameter("locale").lower()[:2]
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "zh"


def telling() -> Telling:
    """How requests are to be told."""
    media = f"{request.host_url}open311/v2/media/"
    return Telling(language(), parameter("extensions").lower() == "true", media)


def wanted() -> Wanted:
    """Which requests are asked for."""
    ids = _parts("service_request_id")
    if ids is not None:
        numbers = tuple(int(each) for each in ids if re.fullmatch(r"[0-9]{1,9}", each))
        return Wanted(ids=numbers[:MOST])
    return Wanted(
        codes=_parts("service_code"),
        since=moment("start_date"),
        until=moment("end_date"),
        closed=_closed(),
        page=_whole("page", 1, most=100_000),
        page_size=_whole("page_size", MOST, most=10_000),
    )


def posted() -> Posted:
    """The service request of this form."""
    given: dict[str, list[str]] = {}
    for name, values in request.form.lists():
        if match := _ATTRIBUTE.fullmatch(name):
            given.setdefault(match[1], []).extend(values)
    texts = {name: (request.form.get(name) or "").strip() for name in _TEXTS}
    return Posted(**texts, requested_datetime=moment("requested_datetime"), attributes=given)


def update() -> Update:
    """The update of this form; all its parts are needed but the picture."""
    names = ("service_request_id", "update_id", "status", "description")
    given = {name: parameter(name) for name in names}
    at = moment("updated_datetime")
    lacking = [name for name, value in given.items() if not value]
    if lacking or at is None:
        missing = ", ".join(lacking or ["updated_datetime"])
        raise InvalidInput(f"missing: {missing}", code="parameter_missing", parameter=missing)
    return Update(**given, updated_datetime=at, media_url=parameter("media_url"))


def client_key() -> str | None:
    """The key of this intent: header Idempotency-Key, or our own parameter of that name."""
    key = request.headers.get("Idempotency-Key") or parameter("idempotency_key")
    if key and not re.fullmatch(r"[\x21-\x7e]{1,200}", key):
        raise InvalidInput("a key has 1 to 200 characters", code="bad_key")
    return key or None


def moment(name: str) -> datetime | None:
    """A time as W3C and ISO 8601 write it, with an offset; InvalidInput for anything else."""
    text = parameter(name).replace(" ", "+")  # a plus that a client did not escape
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1900 <= found.year <= 2200:
        raise InvalidInput(f"{name} is no time with an offset", code="bad_moment", parameter=name)
    return found


def _parts(name: str) -> tuple[str, ...] | None:
    text = ",".join(value for value in request.values.getlist(name) if value.strip())
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else None


def _closed() -> bool | None:
    states = set(_parts("status") or (_OPEN, _CLOSED))
    if states - {_OPEN, _CLOSED}:
        raise InvalidInput("status is open or closed", code="bad_status")
    return None if len(states) == 2 else states == {_CLOSED}


def _whole(name: str, default: int, *, most: int) -> int:
    text = parameter(name)
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise InvalidInput(f"{name} is a whole number", code="bad_number", parameter=name)
    return int(text)
