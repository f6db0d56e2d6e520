"""Incidents as a file: what fits the filters of the map, within the actor's scope."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gisgrid.incidents.masking import masked
from gisgrid.incidents.vocabulary import label
from gisgrid.io.formula import harmless
from gisgrid.io.workbook import Sheet, write_workbook
from gisgrid.language import translate
from gisgrid.model.people import Actor, Role
from gisgrid.services.alert_words import alert_sentences
from gisgrid.services.view_district import require_project
from gisgrid.storage import incident_map, people
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

MOST = 200_000
COLUMNS = (
    "id", "source", "source_id", "category_code", "category", "text", "address", "channel",
    "level", "state", "private", "reported_at", "due_at", "closed_at", "close_reason", "body",
    "community_code", "community", "grid_code_at_report", "grid_code", "located_reason", "lon",
    "lat",
)  # fmt: skip
"""What leaves: no reporter, no contact, no assignee."""

DESK = frozenset({Role.STAFF, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The filters of the map; None: all."""

    since: datetime | None = None
    until: datetime | None = None
    category: str | None = None
    channels: list[str] | None = None
    level: int | None = None
    state: str | None = None


def incidents_csv(engine: Engine, actor: Actor, chosen: Chosen, language: str) -> str:
    """A CSV with a byte order mark; text is never a formula; times with their offset."""
    zone = _zone(engine)
    out = io.StringIO()
    out.write("\ufeff")
    written = csv.writer(out)
    written.writerow(_headings(language))
    for row in _rows(engine, actor, chosen, language):
        values = [
            each.astimezone(zone).isoformat() if isinstance(each, datetime) else each
            for each in row
        ]
        written.writerow([harmless(value) for value in values])
    return out.getvalue()


def incidents_workbook(engine: Engine, actor: Actor, chosen: Chosen, language: str) -> bytes:
    """A workbook of one sheet, its types kept."""
    rows = _rows(engine, actor, chosen, language)
    title = translate(language, "common.incidents")
    note = translate(language, "incidents.export_note", n=len(rows))
    sheet = Sheet(title, _headings(language), rows, note=note)
    return write_workbook([sheet], timezone=_zone(engine).key)


def incidents_geojson(engine: Engine, actor: Actor, chosen: Chosen, language: str) -> str:
    """A FeatureCollection in WGS 84; incidents without a place have a geometry of null."""
    zone = _zone(engine)
    features = []
    for row in _rows(engine, actor, chosen, language):
        told = dict(zip(COLUMNS, row, strict=True))
        lon, lat = told.pop("lon"), told.pop("lat")
        place = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
        properties = {
            name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
            for name, value in told.items()
        }
        features.append(
            {"type": "Feature", "id": told["id"], "geometry": place, "properties": properties}
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _plain(value: Any, zone: ZoneInfo) -> Any:
    return value.astimezone(zone).isoformat() if isinstance(value, datetime) else value


def _rows(engine: Engine, actor: Actor, chosen: Chosen, language: str) -> list[Sequence[Any]]:
    """The rows, words masked for all but the desk; that they left is noted."""
    at_desk = actor.role in DESK
    asked = asdict(chosen) | {"language": language, "private": at_desk, "most": MOST}
    with transaction(engine, actor) as conn:
        found = incident_map.exported(conn, **asked)
        alerts = alert_sentences(conn, [row.id for row in found if row.text], language)
    with transaction(engine, SYSTEM) as conn:
        facts = {"rows": len(found)}
        people.note(conn, "export_incidents", "", account_id=actor.account_id, facts=facts)
    return [
        _told(row, alerts.get(row.id, row.text), at_desk=at_desk, language=language)
        for row in found
    ]


def _told(row: Any, says: str | None, *, at_desk: bool, language: str) -> list[Any]:
    values = {name: getattr(row, name) for name in COLUMNS} | {"text": says}
    if not at_desk:
        values["text"], values["address"] = masked(says), masked(row.address)
    values["state"] = label(row.kind, row.state, language)
    values["channel"] = translate(language, f"incidents.channel_{row.channel}")
    return list(values.values())


def _headings(language: str) -> tuple[str, ...]:
    return tuple(translate(language, f"incidents.column_{name}") for name in COLUMNS)


def _zone(engine: Engine) -> ZoneInfo:
    return ZoneInfo(require_project(engine).timezone)
