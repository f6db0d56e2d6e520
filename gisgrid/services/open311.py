"""Open311 GeoReport v2: what is told to other systems, and what they report.

The mapping: a category is a service, its group the service's group; a finished state is "closed";
the grid and the level stand in `extended_attributes` alone. Nobody's name, telephone or mail is
ever read for an answer, and the numbers in what people wrote are masked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.incidents.masking import masked
from gisgrid.incidents.vocabulary import label
from gisgrid.model.incidents import FINISHED
from gisgrid.services.alert_words import alert_sentences
from gisgrid.services.view_district import require_project
from gisgrid.storage import incident_life, incidents, open311
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST = 1000
SPAN = timedelta(days=90)
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests: `ids` override all else; `closed` None: open and closed; page from 1."""

    ids: tuple[int, ...] | None = None
    codes: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    closed: bool | None = None
    page: int = 1
    page_size: int = MOST


@dataclass(frozen=True, slots=True)
class Telling:
    """How to tell: language of names, whether with extensions, where photos are served."""

    language: str = "zh"
    extensions: bool = False
    media: str = ""


def jurisdiction(engine: Engine) -> str:
    """The district's code, empty before there is one."""
    with transaction(engine, SYSTEM) as conn:
        return open311.district_code(conn) or ""


def services(engine: Engine, language: str = "zh") -> list[dict[str, Any]]:
    """Every category that can be reported, by code."""
    with transaction(engine, SYSTEM) as conn:
        rows = incidents.categories(conn)
    names = {row.code: getattr(row, f"name_{language}") for row in rows}
    return [
        {
            "service_code": row.code,
            "service_name": names[row.code],
            "description": f"{names[row.parent]} · {names[row.code]}",
            "metadata": row.code in attributes(),
            "type": "realtime",
            "keywords": ", ".join((row.name_zh, row.name_en, names[row.parent])),
            "group": names[row.parent],
        }
        for row in rows
        if row.parent is not None
    ]


def service_definition(engine: Engine, code: str, language: str = "zh") -> dict[str, Any]:
    """What can be told besides of a category.

    Raises
    ------
    NotFound
        There is no such category, or it asks for nothing besides.
    """
    known = {service["service_code"] for service in services(engine)}
    if code not in known or code not in attributes():
        raise NotFound(f"there is no service {code!r} with a definition", code="no_service")
    told = [_attribute(each, order, language) for order, each in enumerate(attributes()[code], 1)]
    return {"service_code": code, "attributes": told}


def list_requests(engine: Engine, wanted: Wanted, telling: Telling) -> list[dict[str, Any]]:
    """Public incidents that fit, newest first: at most 90 days and 1,000 of them.

    Raises
    ------
    InvalidInput
        ``span_too_long``: start and end lie more than 90 days apart.
    """
    zone = ZoneInfo(require_project(engine).timezone)
    with transaction(engine, SYSTEM) as conn:
        since, until = _span(wanted, incident_life.now(conn))
        size = min(wanted.page_size, MOST)
        asked: dict[str, Any] = {"limit": size, "skip": (wanted.page - 1) * size}
        if wanted.ids is not None:
            asked |= {"ids": list(wanted.ids)}
        else:
            codes = None if wanted.codes is None else list(wanted.codes)
            asked |= {"codes": codes, "since": since, "until": until, "finished": wanted.closed}
        rows = open311.requests(conn, **asked)
        alerts = alert_sentences(conn, [row.id for row in rows], telling.language)
    return [_request(row, alerts.get(row.id, row.text), zone, telling) for row in rows]


def one_request(engine: Engine, incident_id: int, telling: Telling) -> dict[str, Any]:
    """One public incident; NotFound when there is none, or it is not public."""
    found = list_requests(engine, Wanted(ids=(incident_id,)), telling)
    if not found:
        raise NotFound(f"there is no service request {incident_id}", code="no_request")
    return found[0]


def list_updates(engine: Engine, wanted: Wanted, language: str = "zh") -> list[dict[str, Any]]:
    """What became of public incidents, newest first; the same limits as for requests."""
    zone = ZoneInfo(require_project(engine).timezone)
    with transaction(engine, SYSTEM) as conn:
        since, until = _span(wanted, incident_life.now(conn))
        ids = wanted.ids
        rows = open311.updates(conn, ids=ids, since=since, until=until, limit=MOST)
    return [
        {
            "update_id": str(row.id),
            "service_request_id": str(row.incident_id),
            "status": _status(row.to_state),
            "updated_datetime": _moment(row.at, zone),
            "description": masked(row.note) or label(row.kind, row.to_state, language),
            "media_url": None,
        }
        for row in rows
    ]


@cache
def attributes() -> dict[str, list[dict[str, Any]]]:
    """Code of a category → what can be told besides."""
    path = files("gisgrid.model") / "open311_attributes.json"
    found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _attribute(given: dict[str, Any], order: int, language: str) -> dict[str, Any]:
    which = LANGUAGES.index(language) + 1
    values = [{"key": value[0], "name": value[which]} for value in given.get("values", ())]
    return {
        "variable": True,
        "code": given["code"],
        "datatype": given["datatype"],
        "required": given["required"],
        "datatype_description": None,
        "order": order,
        "description": given[language],
    } | ({"values": values} if values else {})


def _span(wanted: Wanted, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The period that is meant: 90 days at most, the last ones unless it is told."""
    since, until = wanted.since, wanted.until
    if wanted.ids is not None:
        return since, until
    if since and until and until - since > SPAN:
        raise InvalidInput("start and end lie more than 90 days apart", code="span_too_long")
    if since is None:
        return (until or now) - SPAN, until
    return since, until or min(now, since + SPAN)


def _request(row: Any, says: str | None, zone: ZoneInfo, telling: Telling) -> dict[str, Any]:
    name = getattr(row, f"name_{telling.language}") or row.category_text
    told = {
        "service_request_id": str(row.id),
        "status": _status(row.state),
        "status_notes": label(row.kind, row.state, telling.language),
        "service_name": name,
        "service_code": row.category_code,
        "description": masked(says),
        "agency_responsible": row.body,
        "service_notice": None,
        "requested_datetime": _moment(row.reported_at, zone),
        "updated_datetime": _moment(row.updated_at, zone),
        "expected_datetime": _moment(row.due_at, zone),
        "address": masked(row.address),
        "address_id": row.building_code,
        "zipcode": None,
        "lat": row.lat,
        "long": row.lon,
        "media_url": f"{telling.media}{row.photo}.jpg" if row.photo else None,
    }
    return told | (_extended(row) if telling.extensions else {})


def _extended(row: Any) -> dict[str, Any]:
    given = row.details.get("attributes", {})
    answers = [
        {"code": code, "values": [masked(str(value)) for value in _as_list(values)]}
        for code, values in sorted(given.items())
    ]
    attributes_ = {"grid_code": row.grid_code, "level": row.level, "state": row.state}
    return {"extended_attributes": attributes_, "attributes": answers}


def _as_list(values: Any) -> Sequence[Any]:
    return values if isinstance(values, list) else [values]


def _status(state: str) -> str:
    return "closed" if state in FINISHED else "open"


def _moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")
