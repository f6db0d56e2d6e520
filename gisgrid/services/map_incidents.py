"""Incidents for the map: columns that the browser filters by itself, and hot spots."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gisgrid.language import DEFAULT_LANGUAGE
from gisgrid.model.incidents import Channel
from gisgrid.services.alert_words import alert_sentences, worded
from gisgrid.services.view_district import require_project
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_life, incident_map
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gisgrid.model.people import Actor

MOST_SPOTS = 50
MOST_BRIEFS = 500
LONGEST = timedelta(days=366 * 20)


@dataclass(frozen=True, slots=True)
class Spotting:
    """Which incidents make hot spots, and what one is.

    Attributes
    ----------
    since, until
        Reported from (inclusive) and before; None: since ever, until now.
    categories, channels, levels
        Keys to keep; None: all. Level 0: none given.
    state
        "open", "closed", "overdue" or None for all.
    eps_m, least
        At least `least` incidents (each one counts itself) within `eps_m` of one another.
    """

    since: datetime | None = None
    until: datetime | None = None
    categories: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    levels: tuple[int, ...] | None = None
    state: str | None = None
    eps_m: float = 100.0
    least: int = 5


def incident_columns(
    engine: Engine,
    actor: Actor,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    days: int | None = None,
) -> bytes:
    """The placed incidents in scope as one block of typed arrays, oldest first.

    Reported in [since, until), and within the last `days` by the database's clock.

    The block: 4 bytes "GGI1", the length of the heading (uint32), the heading (JSON, filled up
    with blanks), then the arrays, all little-endian, each filled up to a multiple of 8 bytes. The
    heading: `n`, `now` (seconds, the database's clock is the reader's), `columns` (name, type,
    offset from the end of the heading), `categories`, `channels`.
    """
    one_moment = engine.execution_options(isolation_level="REPEATABLE READ")
    with transaction(one_moment, actor) as conn:
        found, met = incident_map.columns(conn, since=since, until=until, days=days)
        now = incident_life.now(conn)
    names = ("key", "code", "zh", "en")
    heading = {
        "n": len(found["id"]),
        "now": int(now.timestamp()),
        "categories": [{name: getattr(row, name) for name in names} for row in met],
        "channels": [channel.value for channel in Channel],
    }
    return _packed(heading, found)


def find_hotspots(engine: Engine, actor: Actor, wanted: Spotting) -> dict[str, Any]:
    """Where incidents crowd: the `MOST_SPOTS` largest, each with its members.

    Returns
    -------
    `eps_m`, `least`, `since`, `until` as they were used; `spots`, each with n, open, overdue,
    category (the commonest), lon, lat, radius_m, first, last, grid, ids (newest first).
    """
    project = require_project(engine)
    until = wanted.until or datetime.now(UTC)
    since = wanted.since or until - LONGEST
    with transaction(engine, actor) as conn:
        found = incident_map.hotspots(
            conn,
            since=since,
            until=until,
            categories=_list(wanted.categories),
            channels=_list(wanted.channels),
            levels=_list(wanted.levels),
            state=wanted.state,
            epsg=project.metric_epsg,
            eps_m=wanted.eps_m,
            least=wanted.least,
            most=MOST_SPOTS,
        )
    return {
        "eps_m": wanted.eps_m,
        "least": wanted.least,
        "since": plain(since) if wanted.since else None,
        "until": plain(until),
        "spots": [_spot(row) for row in found],
    }


def brief_texts(
    engine: Engine, actor: Actor, ids: list[int], *, language: str = DEFAULT_LANGUAGE
) -> dict[str, str]:
    """What the incidents say, by id; those out of scope are left out."""
    with transaction(engine, actor) as conn:
        rows = incident_map.briefs(conn, ids[:MOST_BRIEFS])
        alerts = alert_sentences(conn, [row.id for row in rows], language)
    return {str(row.id): alerts.get(row.id, row.text) or "" for row in rows}


def list_tray(engine: Engine, actor: Actor, *, language: str = DEFAULT_LANGUAGE) -> dict[str, Any]:
    """Incidents that wait for a place (none given, or outside the district), and how many."""
    with transaction(engine, actor) as conn:
        found = incident_map.tray(conn, limit=MOST_BRIEFS)
        rows = worded(conn, [dict(row._mapping) for row in found], language)
    names = ("id", "category", "text", "channel", "state", "reported_at", "reason", "lon", "lat")
    told = [{name: plain(row[name]) for name in names} for row in rows]
    return {"unlocated": told, "total": rows[0]["total"] if rows else 0}


def _list(chosen: tuple[Any, ...] | None) -> list[Any] | None:
    return None if chosen is None else list(chosen)


def _spot(row: Any) -> dict[str, Any]:
    found = {name: plain(value) for name, value in row._mapping.items()}
    return found | {
        "radius_m": round(row.radius_m),
        "lon": round(row.lon, 7),
        "lat": round(row.lat, 7),
    }


def _packed(heading: dict[str, Any], found: incident_map.Columns) -> bytes:
    parts, places, offset = [], [], 0
    for name, kind in incident_map.RECORD:
        part = found[name].astype(f"<{kind}").tobytes()
        part += bytes(-len(part) % 8)
        places.append({"name": name, "type": kind, "offset": offset})
        parts.append(part)
        offset += len(part)
    told = json.dumps(heading | {"columns": places}, ensure_ascii=False).encode()
    told += b" " * (-(len(told) + 8) % 8)
    return b"".join([b"GGI1", struct.pack("<I", len(told)), told, *parts])
