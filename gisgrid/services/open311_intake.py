"""Open311 GeoReport v2: reports and updates of other systems."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.geo.datum import Datum, shapes_to_wgs84
from gisgrid.language import translate
from gisgrid.model.incidents import Channel
from gisgrid.services.open311 import Telling, attributes, one_request, services
from gisgrid.services.report_incident import LONGEST_TEXT, Contact, Report, report_incident
from gisgrid.storage import incident_life, open311
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gisgrid.services.api_keys import Client

_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>")
_LINK = re.compile(r"https?://[^\s<>\"']{3,2000}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A service request as it was sent; texts, nothing read yet. Empty is the same as absent."""

    service_code: str = ""
    lat: str = ""
    long: str = ""
    address_string: str = ""
    address_id: str = ""
    description: str = ""
    media_url: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    crs: str = ""
    requested_datetime: datetime | None = None
    attributes: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What another system says became of a request."""

    service_request_id: str
    update_id: str
    status: str
    updated_datetime: datetime
    description: str
    media_url: str = ""


def take_request(
    engine: Engine, client: Client, posted: Posted, key: str | None, language: str = "zh"
) -> dict[str, Any]:
    """Store what another system reports; the same `key` of a client again is the same request.

    Returns
    -------
    service_request_id, service_notice, account_id, as GeoReport answers a POST.

    Raises
    ------
    NotFound
        ``no_service``: there is no such service code.
    InvalidInput
        A part is missing or wrong: ``service_code_missing``, ``no_location``, ``bad_place``,
        ``attribute_missing``, ``bad_attribute``, ``text_too_long``, ``markup``, ``bad_link``.
    """
    if not posted.service_code:
        raise InvalidInput("service_code is missing", code="service_code_missing")
    if posted.service_code not in {each["service_code"] for each in services(engine)}:
        raise NotFound(f"no service {posted.service_code!r}", code="no_service")
    source = f"open311:{client.name}"
    told = report_incident(engine, SYSTEM, _report(engine, posted, source), key)
    reason = told["located_reason"]
    return {
        "service_request_id": str(told["id"]),
        "service_notice": translate(language, NOTICES[reason]) if reason in NOTICES else None,
        "account_id": None,
    }


NOTICES = {"no_place": "open311.notice_no_place", "outside": "open311.notice_outside"}


def take_update(engine: Engine, client: Client, update: Update) -> dict[str, Any]:
    """Log an update of another system with its request. It never closes one: the desk verifies.

    Raises
    ------
    NotFound
        There is no such public request.
    InvalidInput
        ``update_known``: this client sent this update before; ``text_too_long``, ``markup``.
    """
    incident_id = number_of(update.service_request_id)
    one_request(engine, incident_id, Telling())
    _require_text(update.description)
    source = f"open311:{client.name}"
    facts = {
        "source": source,
        "update_id": update.update_id,
        "status": update.status,
        "updated_datetime": update.updated_datetime.isoformat(),
    }
    with transaction(engine, SYSTEM) as conn:
        standing = incident_life.standing(conn, incident_id)  # holds the incident
        if standing is None or open311.knows_update(conn, source, update.update_id):
            raise InvalidInput("this update_id was sent before", code="update_known")
        state = standing["state"]
        event = incident_life.log(
            conn,
            incident_id,
            transition="comment",
            from_state=state,
            to_state=state,
            note=f"{client.body}：{update.description}",
            facts=facts,
        )
    return {"update_id": str(event)}


def number_of(text: str) -> int:
    """The id of a request; NotFound for what can be none."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or not 0 < int(text) < 2**31:
        raise NotFound(f"there is no service request {text[:40]!r}", code="no_request")
    return int(text)


def _report(engine: Engine, posted: Posted, source: str) -> Report:
    _require_text(posted.description)
    if posted.media_url and not _LINK.fullmatch(posted.media_url):
        raise InvalidInput("media_url is no web address", code="bad_link")
    lon, lat = _place(posted)
    building = _building(engine, posted)
    address = posted.address_string[:500] or None
    if lon is None and address is None and building is None:
        raise InvalidInput("lat and long, address_string or address_id", code="no_location")
    name = f"{posted.last_name}{posted.first_name}".strip()
    contact = Contact(name=name or None, phone=posted.phone or None, email=posted.email or None)
    details: dict[str, Any] = {"attributes": _answers(posted)}
    if posted.media_url:
        details["media_url"] = posted.media_url
    return Report(
        lon=lon,
        lat=lat,
        building=building,
        address=address,
        category=posted.service_code,
        text=posted.description,
        channel=Channel.RESIDENT,
        reported_at=posted.requested_datetime,
        contact=contact if any((name, posted.phone, posted.email)) else None,
        source=source,
        details=details,
    )


def _place(posted: Posted) -> tuple[float | None, float | None]:
    if not posted.lat and not posted.long:
        return None, None
    try:
        lat, lon = float(posted.lat), float(posted.long)
    except ValueError:
        lat = lon = math.nan
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise InvalidInput("lat and long are degrees of WGS 84", code="bad_place")
    if lat == 0 and lon == 0:
        return None, None  # nobody is there: it waits in the tray
    return _in_wgs84(posted.crs, lon, lat)


def _in_wgs84(crs: str, lon: float, lat: float) -> tuple[float, float]:
    """The place in WGS 84; of Chinese map services only where the client says so (`crs=gcj02`)."""
    if crs not in {"", *list(Datum)}:
        raise InvalidInput("crs is wgs84, gcj02 or bd09", code="bad_place")
    if crs in {"", Datum.WGS84}:
        return lon, lat
    moved = shapes_to_wgs84(np.array([shapely.Point(lon, lat)]), Datum(crs))[0]
    return float(moved.x), float(moved.y)


def _building(engine: Engine, posted: Posted) -> int | None:
    if not posted.address_id:
        return None
    with transaction(engine, SYSTEM) as conn:
        found = open311.building_of(conn, posted.address_id)
    if found is None:
        raise InvalidInput("there is no building with this address_id", code="no_location")
    return found


def _require_text(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"at most {LONGEST_TEXT}", code="text_too_long", most=LONGEST_TEXT)
    if _MARKUP.search(text):
        raise InvalidInput("a description holds no markup", code="markup")


def _answers(posted: Posted) -> dict[str, Any]:
    """The attributes that the service asks for, checked; others are not kept."""
    found: dict[str, Any] = {}
    for asked in attributes().get(posted.service_code, ()):
        code = asked["code"]
        given = [value for value in posted.attributes.get(code, ()) if value]
        if not given and asked["required"]:
            raise InvalidInput(f"attribute[{code}]", code="attribute_missing", attribute=code)
        if given:
            many = asked["datatype"] == "multivaluelist"
            found[code] = _checked(asked, given if many else given[:1])
    return found


def _checked(asked: dict[str, Any], given: list[str]) -> Any:
    keys = {value[0] for value in asked.get("values", ())}
    kind = asked["datatype"]
    sound = SOUND.get(kind, _is_short)
    if not all(sound(text, keys) for text in given):
        raise InvalidInput("bad attribute", code="bad_attribute", attribute=asked["code"])
    return given if kind == "multivaluelist" else given[0]


def _is_moment(text: str, _: set[str]) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_number(text: str, _: set[str]) -> bool:
    return re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", text) is not None


def _is_listed(text: str, keys: set[str]) -> bool:
    return text in keys


def _is_short(text: str, _: set[str]) -> bool:
    return len(text) <= 500


SOUND: dict[str, Callable[[str, set[str]], bool]] = {
    "number": _is_number,
    "datetime": _is_moment,
    "singlevaluelist": _is_listed,
    "multivaluelist": _is_listed,
}
"""Kind of attribute → whether a text is a value of it."""
