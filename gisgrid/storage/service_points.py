"""Service points and kinds as staff edit them, and the rows of reach that one point changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, insert, text, update

from gisgrid.storage.sql import sql
from gisgrid.storage.tables.services import service_kind, service_point

BY_HAND = "staff"
"""Source of the points that staff drew themselves."""


def find(conn: Connection, service_id: int, *, epsg: int) -> Row[Any] | None:
    """One point, retired or not, with its place in degrees and in `epsg`; locked for a change."""
    asked = {"service": service_id, "epsg": epsg}
    return conn.execute(sql("service_find"), asked).one_or_none()


def retired(conn: Connection, kind: str | None, *, most: int) -> Sequence[Row[Any]]:
    """(id, name, kind, lon, lat, unit, source, retired_at), the last one retired first."""
    return conn.execute(sql("service_retired"), {"kind": kind, "most": most}).all()


def near(
    conn: Connection, kind: str, *, lon: float, lat: float, metres: float, but: int
) -> Row[Any] | None:
    """(id, name, metres) of the nearest point of a kind within `metres` of a place, if any."""
    asked = {"kind": kind, "lon": lon, "lat": lat, "metres": metres, "but": but}
    return conn.execute(sql("service_near"), asked).one_or_none()


def unit_at(conn: Connection, *, lon: float, lat: float) -> int | None:
    """The valid community that holds a place in degrees."""
    unit = conn.execute(sql("service_unit_at"), {"lon": lon, "lat": lat}).scalar()
    return None if unit is None else int(unit)


def extent(conn: Connection) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of the units and buildings there are; None of none."""
    row = conn.execute(sql("service_extent")).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    """A new point by hand: name, kind, opening_hours, unit_id, source_id, lon, lat; its id."""
    row = _with_place(values) | {"source": BY_HAND, "by_hand": True}
    made = insert(service_point).values(row).returning(service_point.c.id)
    return int(conn.execute(made).scalar_one())


def change(conn: Connection, service_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a point by hand; an import will leave it alone from now on."""
    row = _with_place(values) | {"by_hand": True}
    conn.execute(update(service_point).where(service_point.c.id == service_id).values(row))


def retire(conn: Connection, service_id: int, *, again: bool = False) -> None:
    """Take a point out of use, or with `again` back into use."""
    when = "NULL" if again else "now()"
    mark = text(f"UPDATE service_point SET retired_at = {when}, by_hand = true WHERE id = :service")
    conn.execute(mark, {"service": service_id})


def has_kind(conn: Connection, key: str) -> bool:
    """Whether there is a kind of this key."""
    found = text("SELECT EXISTS (SELECT FROM service_kind WHERE key = :key)")
    return bool(conn.execute(found, {"key": key}).scalar())


def add_kind(conn: Connection, values: Mapping[str, Any]) -> None:
    """A new kind of service, the last in order."""
    last = text("SELECT coalesce(max(sort), 0) + 1 FROM service_kind")
    row = dict(values) | {"sort": conn.execute(last).scalar_one()}
    conn.execute(insert(service_kind).values(row))


def change_kind(conn: Connection, key: str, values: Mapping[str, Any]) -> None:
    """Change columns of a kind."""
    conn.execute(update(service_kind).where(service_kind.c.key == key).values(dict(values)))


def revision(conn: Connection, kind: str) -> tuple[int, int] | None:
    """(version of the ground, revision) of a kind's stored reach; None where none is stored."""
    found = text("SELECT network_version, revision FROM kind_reach WHERE kind = :kind")
    row = conn.execute(found, {"kind": kind}).one_or_none()
    return None if row is None else (int(row[0]), int(row[1]))


def raise_revision(conn: Connection, kind: str) -> int:
    """Count a change of a kind's stored reach."""
    raised = text(
        "UPDATE kind_reach SET revision = revision + 1 WHERE kind = :kind RETURNING revision"
    )
    return int(conn.execute(raised, {"kind": kind}).scalar_one())


def reach_rows(conn: Connection, kind: str) -> npt.NDArray[np.float64]:
    """(m, 4) building, metres, straight_m, service (-1: none) of everything stored of a kind."""
    found = text(
        "SELECT building_id, metres, straight_m, coalesce(service_point_id, -1)"
        " FROM reach WHERE kind = :kind"
    )
    rows = conn.execute(found, {"kind": kind}).all()
    return np.array([tuple(row) for row in rows], np.float64).reshape(-1, 4)


def write_reach(conn: Connection, kind: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write rows of reach: lists ``building``, ``metres``, ``straight_m``, ``which`` (-1: none).

    A row whose straight line is infinite is deleted.
    """
    if columns["building"]:
        conn.execute(sql("service_write_reach"), {"kind": kind, **columns})


def homes(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """(id, households) of those `ids` that are inhabited."""
    found = text(
        "SELECT id, households FROM building"
        " WHERE id = ANY(:ids) AND retired_at IS NULL AND households > 0"
    )
    return conn.execute(found, {"ids": list(ids)}).all()


def write_circles(conn: Connection, service_id: int, rings: Sequence[Mapping[str, Any]]) -> None:
    """The stored circles of one point anew; `wkb` of each in degrees, none for none."""
    conn.execute(
        text("DELETE FROM service_circle WHERE service_point_id = :service"),
        {"service": service_id},
    )
    if rings:
        rows = [{"service": service_id, **ring} for ring in rings]
        conn.execute(sql("service_write_circle"), rows)


def _with_place(values: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in values.items() if name not in {"lon", "lat"}}
    if "lon" in values:
        row["geom"] = f"SRID=4326;POINT({values['lon']!r} {values['lat']!r})"
    return row
