"""What walking is measured on: streets, buildings with households, service points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Row, text

from gisgrid.storage.bulk import copy_rows
from gisgrid.storage.busy import or_busy
from gisgrid.storage.sql import sql


def streets(conn: Connection, *, epsg: int) -> Sequence[Row[Any]]:
    """(wkb, walkable) of every street, in the CRS `epsg`."""
    found = text("SELECT ST_AsBinary(ST_Transform(geom, :epsg)) AS wkb, walkable FROM street")
    return conn.execute(found, {"epsg": epsg}).all()


def walls(conn: Connection, *, epsg: int) -> Sequence[bytes]:
    """WKB of every wall, in the CRS `epsg`."""
    found = text(
        "SELECT ST_AsBinary(ST_Transform(geom, :epsg)) FROM barrier_line WHERE kind = 'wall'"
    )
    return [bytes(wkb) for wkb in conn.execute(found, {"epsg": epsg}).scalars()]


def gates(conn: Connection, *, epsg: int) -> Sequence[Row[Any]]:
    """(x, y) of every gate, in the CRS `epsg`."""
    found = text(
        "SELECT ST_X(place) AS x, ST_Y(place) AS y"
        " FROM (SELECT ST_Transform(geom, :epsg) AS place FROM gate) AS moved"
    )
    return conn.execute(found, {"epsg": epsg}).all()


def has_walkable_streets(conn: Connection) -> bool:
    """Whether there is any street to walk on."""
    return bool(conn.execute(text("SELECT EXISTS (SELECT FROM street WHERE walkable)")).scalar())


def building_places(conn: Connection, *, epsg: int) -> Sequence[Row[Any]]:
    """(id, x, y, lon, lat) of every building's point inside, by id; x and y in the CRS `epsg`."""
    return conn.execute(sql("access_building_places"), {"epsg": epsg}).all()


def households(conn: Connection) -> Sequence[Row[Any]]:
    """(id, households) of inhabited buildings that the transaction may see, by id."""
    found = text(
        "SELECT id, households FROM building"
        " WHERE retired_at IS NULL AND households > 0 ORDER BY id"
    )
    return conn.execute(found).all()


def visible_buildings(conn: Connection) -> Sequence[int]:
    """Ids of all buildings that the transaction may see, ascending."""
    found = text("SELECT id FROM building WHERE retired_at IS NULL ORDER BY id")
    return conn.execute(found).scalars().all()


class Instead(NamedTuple):
    """Walks and straight lines that stand instead of the stored ones, building by building."""

    changed: Sequence[int] = ()
    walks: Sequence[float] = ()
    lines: Sequence[float] = ()

    def asked(self) -> dict[str, list[Any]]:
        """As the queries take them."""
        return {name: list(column) for name, column in self._asdict().items()}


STORED = Instead()


def homes(
    conn: Connection, ids: Sequence[int], kind: str, instead: Instead = STORED
) -> Sequence[Row[Any]]:
    """(id, households, grid, metres, service) of those `ids` that are inhabited and visible."""
    asked = {"ids": list(ids), "kind": kind, **instead.asked()}
    return conn.execute(sql("access_homes"), asked).all()


def building(conn: Connection, building_id: int) -> Row[Any] | None:
    """One building that the transaction may see; None when there is none."""
    return conn.execute(sql("access_building"), {"building": building_id}).one_or_none()


def nearest(conn: Connection, building_id: int) -> Sequence[Row[Any]]:
    """The nearest service of every kind for one building, nearest first."""
    return conn.execute(sql("access_nearest"), {"building": building_id}).all()


def coverage(
    conn: Connection, kind: str, *, limit_m: float, radius_m: float, instead: Instead = STORED
) -> Sequence[Row[Any]]:
    """Sums by grid and community of what is in scope: see the SQL for the columns."""
    limits = {"kind": kind, "limit_m": limit_m, "radius_m": radius_m, **instead.asked()}
    return conn.execute(sql("access_coverage"), limits).all()


def cells_of_plan(
    conn: Connection, plan_id: int, kind: str, *, limit_m: float, instead: Instead = STORED
) -> Sequence[Row[Any]]:
    """(cell, households, covered) of the inhabited cells of a plan that is in scope."""
    asked = {"plan": plan_id, "kind": kind, "limit_m": limit_m, **instead.asked()}
    return conn.execute(sql("access_cells_of_plan"), asked).all()


def served(
    conn: Connection, kind: str, *, limit_m: float, instead: Instead = STORED
) -> tuple[int, int]:
    """Households in scope, and those of them within a walk of `limit_m`."""
    asked = {"kind": kind, "limit_m": limit_m, **instead.asked()}
    row = conn.execute(sql("access_served"), asked).one()
    return int(row[0]), int(row[1])


def uncovered(
    conn: Connection, kind: str, limits: Mapping[str, Any], *, straight: bool
) -> Sequence[Row[Any]]:
    """Inhabited buildings in scope that are not served, most households first.

    `limits` holds ``limit_m``, ``radius_m`` and, where it matters, ``instead``.
    """
    instead = limits.get("instead", STORED)
    metres = {name: limits[name] for name in ("limit_m", "radius_m")}
    asked = {"kind": kind, **metres, "straight": straight, **instead.asked()}
    return conn.execute(sql("access_uncovered"), asked).all()


def kinds(conn: Connection) -> Sequence[Row[Any]]:
    """Every kind of service with the number of its points, in the order of the table."""
    return conn.execute(sql("access_kinds")).all()


def points(conn: Connection, kind: str | None, *, epsg: int) -> Sequence[Row[Any]]:
    """Service points (of one kind) by id: id, name, kind, lon, lat, x, y in `epsg`, unit."""
    return conn.execute(sql("access_points"), {"kind": kind, "epsg": epsg}).all()


def state_of_services(conn: Connection) -> str:
    """A word that is another one as soon as any service point or kind is changed."""
    return str(conn.execute(sql("access_state_of_services")).scalar())


def point(conn: Connection, service_id: int, *, epsg: int) -> Row[Any] | None:
    """One service point, with its kind's words; None when there is none."""
    return conn.execute(sql("access_point"), {"service": service_id, "epsg": epsg}).one_or_none()


def street_near(conn: Connection, lon: float, lat: float) -> str | None:
    """Name of the nearest named street; None where there is none within about 300 m."""
    return conn.execute(sql("access_street_near"), {"lon": lon, "lat": lat}).scalar()


def unmeasured(conn: Connection) -> list[str]:
    """Kinds of service whose reach is not that of the ground as it is now."""
    return list(conn.execute(sql("access_unmeasured")).scalars())


def stale(conn: Connection) -> Row[Any]:
    """Kinds with points, how many are not measured on this ground, the oldest measurement."""
    return conn.execute(sql("access_stale")).one()


def lock_reach(conn: Connection, *, patiently: bool = True) -> None:
    """Let nobody else measure until this transaction ends; if not patiently, wait 3 s at most."""
    if not patiently:
        conn.execute(text("SET LOCAL lock_timeout = '3s'"))
    with or_busy():
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('gisgrid.reach'))"))


def replace_reach(conn: Connection, kind: str, frame: pd.DataFrame, version: int) -> None:
    """Store the reach of one kind (building_id, metres, straight_m, service_point_id) anew."""
    conn.execute(text("DELETE FROM reach WHERE kind = :kind"), {"kind": kind})
    if len(frame):
        copy_rows(conn, "reach", frame.assign(kind=kind))
    mark = text(
        "INSERT INTO kind_reach (kind, network_version) VALUES (:kind, :version)"
        " ON CONFLICT (kind) DO UPDATE SET network_version = :version, measured_at = now()"
    )
    conn.execute(mark, {"kind": kind, "version": version})


def replace_circles(conn: Connection, services: Sequence[int], frame: gpd.GeoDataFrame) -> None:
    """Store the circles of some services anew."""
    gone = text("DELETE FROM service_circle WHERE service_point_id = ANY(:services)")
    conn.execute(gone, {"services": list(services)})
    if len(frame):
        copy_rows(conn, "service_circle", frame)


def stored_circles(conn: Connection, service_id: int, *, speed_kmh: float) -> Sequence[Row[Any]]:
    """(minutes, wkb in degrees) of the stored rings of one service; none of older ground."""
    asked = {"service": service_id, "speed": speed_kmh}
    return conn.execute(sql("access_stored_circles"), asked).all()


def reached_ground(
    conn: Connection, kind: str, *, minutes: float, speed_kmh: float, closed: Sequence[int] = ()
) -> str | None:
    """GeoJSON of the ground within the stored circles of a kind; None where none is stored.

    `closed` are services that are left out.
    """
    asked = {"kind": kind, "minutes": minutes, "speed": speed_kmh, "closed": list(closed)}
    return conn.execute(sql("access_reached_ground"), asked).scalar()
