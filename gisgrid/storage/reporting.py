"""What a report needs to know of its place, and its photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gisgrid.model.incidents import NEAR_BORDER_M
from gisgrid.storage.sql import sql
from gisgrid.storage.tables.clients import incident_photo

_PLACE = text(
    "UPDATE incident SET geom = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), located_reason = NULL"
    " WHERE id = :incident"
)


def place(conn: Connection, lon: float, lat: float) -> Row[Any]:
    """(community, grids): what a place belongs to; `grids` nearest first, 0 m is the own one."""
    values = {"lon": lon, "lat": lat, "near_m": NEAR_BORDER_M}
    return conn.execute(sql("reporting_place"), values).one()


def similar(conn: Connection, lon: float, lat: float, category: str) -> Sequence[Row[Any]]:
    """Open incidents in scope that may be the same matter, nearest first."""
    values = {"lon": lon, "lat": lat, "category": category}
    return conn.execute(sql("reporting_similar"), values).all()


def search(conn: Connection, words: Sequence[str], *, most: int) -> Sequence[Row[Any]]:
    """Buildings, compounds and streets whose name holds the words, in any of their spellings."""
    plain = [w.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for w in words]
    starts, parts = [f"{w}%" for w in plain], [f"%{w}%" for w in plain]
    values = {"codes": list(words), "starts": starts, "parts": parts, "most": most}
    return conn.execute(sql("reporting_search"), values).all()


def put(conn: Connection, incident_id: int, lon: float, lat: float) -> None:
    """Give an incident its place; `incidents.locate` then finds the grid."""
    conn.execute(_PLACE, {"incident": incident_id, "lon": lon, "lat": lat})


def count_photos(conn: Connection, incident_id: int) -> int:
    """How many photos an incident has; it is held until the transaction ends."""
    conn.execute(text("SELECT 1 FROM incident WHERE id = :id FOR UPDATE"), {"id": incident_id})
    counted = text("SELECT count(*) FROM incident_photo WHERE incident_id = :id")
    return int(conn.execute(counted, {"id": incident_id}).scalar_one())


def add_photo(conn: Connection, **values: Any) -> None:
    """Note a photo; the same name again changes nothing."""
    conn.execute(insert(incident_photo).values(**values).on_conflict_do_nothing())


def photos(conn: Connection, incident_id: int) -> Sequence[Row[Any]]:
    """The photos of an incident that the transaction may see, oldest first."""
    found = select(incident_photo).where(incident_photo.c.incident_id == incident_id)
    return conn.execute(found.order_by(incident_photo.c.id)).all()


def photo(conn: Connection, name: str) -> Row[Any] | None:
    """A photo that the transaction may see, by its name."""
    return conn.execute(select(incident_photo).where(incident_photo.c.name == name)).one_or_none()


def public_photo(conn: Connection, name: str) -> bool:
    """Whether everybody may see this photo: neither it nor its incident is private."""
    found = text(
        "SELECT 1 FROM incident_photo JOIN incident ON incident.id = incident_id"
        " WHERE name = :name AND NOT incident_photo.private AND NOT incident.private"
        "   AND incident.state <> 'draft' AND incident.kind IN ('case', 'petition')"
    )
    return conn.execute(found, {"name": name}).first() is not None


def set_private(conn: Connection, name: str, *, private: bool) -> None:
    """Keep a photo for the district's own eyes, or show it."""
    wanted = incident_photo.c.name == name
    conn.execute(update(incident_photo).where(wanted).values(private=private))
