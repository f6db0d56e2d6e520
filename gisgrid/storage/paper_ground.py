"""What a map on paper shows under a plan: streets, rails, water, green, footprints in a box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql

Box = Sequence[float]
_INSIDE = "geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
_WKB = "ST_AsBinary(ST_Transform(geom, :epsg)) AS wkb"


def streets(conn: Connection, box: Box, *, epsg: int) -> Sequence[Row[Any]]:
    """Streets that touch a box (degrees): class, name, WKB in the CRS `epsg`."""
    found = f"SELECT class, name, {_WKB} FROM street WHERE {_INSIDE} AND NOT tunnel ORDER BY id"
    return _rows(conn, found, box, epsg)


def rails(conn: Connection, box: Box, *, epsg: int) -> Sequence[Row[Any]]:
    """Railways that touch a box: WKB."""
    found = f"SELECT {_WKB} FROM barrier_line WHERE {_INSIDE} AND kind = 'rail' ORDER BY id"
    return _rows(conn, found, box, epsg)


def areas(conn: Connection, box: Box, *, epsg: int) -> Sequence[Row[Any]]:
    """Water and green that touch a box: kind, name, WKB."""
    found = f"SELECT kind, name, {_WKB} FROM ground_area WHERE {_INSIDE} ORDER BY id"
    return _rows(conn, found, box, epsg)


def footprints(conn: Connection, box: Box, *, epsg: int) -> Sequence[Row[Any]]:
    """Buildings in use that touch a box: id, WKB."""
    found = f"SELECT id, {_WKB} FROM building WHERE {_INSIDE} AND retired_at IS NULL ORDER BY id"
    return _rows(conn, found, box, epsg)


def buildings(conn: Connection, plan_id: int) -> Sequence[Row[Any]]:
    """Buildings in use of a plan, by grid: grid (code), id, name, address, code, compound, levels,
    households, residents, residential.
    """
    return conn.execute(sql("paper_buildings"), {"plan": plan_id}).all()


def _rows(conn: Connection, found: str, box: Box, epsg: int) -> Sequence[Row[Any]]:
    west, south, east, north = box
    values = {"west": west, "south": south, "east": east, "north": north, "epsg": epsg}
    return conn.execute(text(found), values).all()
