"""What walking is measured on: streets, buildings with households, service points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql


def streets(conn: Connection, *, epsg: int) -> Sequence[Row[Any]]:
    """(wkb, walkable) of every street, in the CRS `epsg`."""
    found = text("SELECT ST_AsBinary(ST_Transform(geom, :epsg)) AS wkb, walkable FROM street")
    return conn.execute(found, {"epsg": epsg}).all()


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


def grid_of_building(conn: Connection) -> Sequence[Row[Any]]:
    """(building, grid, code) of inhabited buildings in the plans in force, as far as visible."""
    return conn.execute(sql("access_grid_of_building")).all()


def kinds(conn: Connection) -> Sequence[Row[Any]]:
    """Every kind of service with the number of its points, in the order of the table."""
    return conn.execute(sql("access_kinds")).all()


def points(conn: Connection, kind: str | None, *, epsg: int) -> Sequence[Row[Any]]:
    """Service points (of one kind) by id: id, name, kind, lon, lat, x, y in `epsg`, unit."""
    return conn.execute(sql("access_points"), {"kind": kind, "epsg": epsg}).all()


def point(conn: Connection, service_id: int, *, epsg: int) -> Row[Any] | None:
    """One service point, with its kind's words; None when there is none."""
    return conn.execute(sql("access_point"), {"service": service_id, "epsg": epsg}).one_or_none()
