"""Two plans beside each other: where each building belongs in both, and the ground of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql


def buildings(conn: Connection, before: int, after: int) -> Sequence[Row[Any]]:
    """Buildings in use of two plans: id, code, name, address, compound, households, residents, and
    the code of their grid `before` and `after` (None: in none).
    """
    return conn.execute(sql("comparison_buildings"), {"before": before, "after": after}).all()


def cells(conn: Connection, plan_id: int, *, epsg: int) -> Sequence[Row[Any]]:
    """Cells of a plan: id, code of the grid, WKB in the CRS `epsg`."""
    found = text(
        "SELECT cell.id, plan_grid.code, ST_AsBinary(ST_Transform(cell.geom, :epsg)) AS wkb"
        " FROM plan_cell JOIN cell ON cell.id = plan_cell.cell_id"
        " JOIN plan_grid ON plan_grid.id = plan_cell.grid_id"
        " WHERE plan_cell.plan_id = :plan ORDER BY cell.id"
    )
    return conn.execute(found, {"plan": plan_id, "epsg": epsg}).all()
