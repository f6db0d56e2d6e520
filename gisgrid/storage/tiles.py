"""Vector tiles, made by PostGIS: geometry and ids. The envelope is transformed, never the column.

None of these is filtered by row-level security (`&&` is not leakproof: the index would be lost), so
each carries its own scope, or draws what everybody may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql

BUILDINGS_FROM = 13
STREETS_FROM = 13
ARTERIALS_FROM = 9
BORDERS_FROM = 13


def base(conn: Connection, z: int, x: int, y: int) -> bytes:
    """Water, green, streets, lines and building outlines of a tile; empty for nothing."""
    zoom = {
        "z": z,
        "x": x,
        "y": y,
        "least": smallest_extent(z),
        "classes": ["arterial"] if z < STREETS_FROM - 1 else ["arterial", "collector"],
        "every": z >= STREETS_FROM,
        "buildings": z >= BUILDINGS_FROM,
    }
    return _bytes(conn.execute(sql("tile_base"), zoom).scalar_one())


def cells(conn: Connection, cell_set_id: int, z: int, x: int, y: int) -> bytes:
    """Cells of one set; from `BORDERS_FROM` on also their borders and buildings."""
    values = {"set": cell_set_id, "z": z, "x": x, "y": y, "near": z >= BORDERS_FROM}
    return _bytes(conn.execute(sql("tile_cells"), values).scalar_one())


def plan_cells(conn: Connection, plan_id: int, z: int, x: int, y: int) -> bytes:
    """The same of a plan that a line has cut."""
    values = {"plan": plan_id, "z": z, "x": x, "y": y, "near": z >= BORDERS_FROM}
    return _bytes(conn.execute(sql("tile_plan_cells"), values).scalar_one())


def cell_set(conn: Connection, cell_set_id: int) -> Row[Any] | None:
    """(id, community_id) of a cell set of which the transaction may see a cell."""
    found = text(
        "SELECT id, community_id FROM cell_set WHERE id = :set"
        " AND EXISTS (SELECT FROM cell WHERE cell.cell_set_id = cell_set.id)"
    )
    return conn.execute(found, {"set": cell_set_id}).one_or_none()


def visible_grids(conn: Connection, day: date | None = None) -> Sequence[Row[Any]]:
    """(plan_id, version, grid ids) of the plans in force, now or on a day, that the transaction may
    see.
    """
    return conn.execute(sql("tile_visible_grids"), {"day": day}).all()


def drawn(
    conn: Connection, shapes: Sequence[tuple[int, int, bytes]], communities: Sequence[int], at: Any
) -> bytes:
    """A tile of grid outlines, given as (id, plan, WKB in EPSG:3857), and of community lines."""
    values = {
        "id": [row[0] for row in shapes],
        "plan": [row[1] for row in shapes],
        "wkb": [row[2] for row in shapes],
        "communities": list(communities),
        "z": at.z,
        "x": at.x,
        "y": at.y,
    }
    return _bytes(conn.execute(sql("tile_district"), values).scalar_one())


def smallest_extent(z: int) -> float:
    """Side in EPSG:3857 units of what is still worth drawing at `z`: two pixels."""
    return float(2 * 156543.03392804097 / 2**z)


def _bytes(tile: Any) -> bytes:
    return b"" if tile is None else bytes(tile)
