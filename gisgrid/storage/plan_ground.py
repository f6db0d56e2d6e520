"""The ground a plan is made of: cells, their neighbours, and what the rules ask about geometry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.errors import NotFound, WrongState
from gisgrid.storage.sql import sql


def community(conn: Connection, unit_id: int) -> Row[Any]:
    """Name, code, current cell set and the project's band of a community in scope.

    Raises
    ------
    NotFound
        No such unit.
    WrongState
        Its ground has not been divided into cells yet.
    """
    found = text(
        "SELECT unit.id, unit.name, unit.code, cell_set.id AS cell_set_id, project.band_low,"
        " project.band_high, project.target"
        " FROM unit CROSS JOIN project"
        " LEFT JOIN cell_set ON cell_set.community_id = unit.id AND cell_set.current"
        " WHERE unit.id = :unit"
    )
    row = conn.execute(found, {"unit": unit_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no unit {unit_id}", code="unit_not_found", unit=unit_id)
    if row.cell_set_id is None:
        raise WrongState(
            f"{row.name} has no cells yet: build them first", code="no_cells", unit=row.name
        )
    return row


def cells(conn: Connection, cell_set_id: int, plan_id: int | None = None) -> Sequence[Row[Any]]:
    """Cells in the order of their ids, with their sums, label points and grid in a plan."""
    return conn.execute(sql("plan_cells"), {"cell_set": cell_set_id, "plan": plan_id}).all()


def neighbours(conn: Connection, cell_set_id: int) -> Sequence[Row[Any]]:
    """Borders between cells, and of cells with the outside (`b_id` NULL), in the order of ids."""
    found = text(
        "SELECT id, a_id, b_id, shared_m, barrier, joined FROM cell_neighbour"
        " WHERE cell_set_id = :cell_set ORDER BY id"
    )
    return conn.execute(found, {"cell_set": cell_set_id}).all()


def shapes(conn: Connection, cell_set_id: int) -> list[bytes]:
    """Polygons of the cells in the order of their ids: WKB, EPSG:4326."""
    found = text("SELECT ST_AsBinary(geom) FROM cell WHERE cell_set_id = :cell_set ORDER BY id")
    return [bytes(row[0]) for row in conn.execute(found, {"cell_set": cell_set_id})]


def bounds(conn: Connection, unit_id: int) -> list[float]:
    """West, south, east, north of a unit, degrees."""
    found = text(
        "SELECT ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) FROM unit"
        " WHERE id = :unit"
    )
    return [float(side) for side in conn.execute(found, {"unit": unit_id}).one()]


def area_m2(conn: Connection, unit_id: int) -> tuple[float, int]:
    """Area of a unit in the project's metric CRS, and the EPSG code of that CRS."""
    found = text(
        "SELECT ST_Area(ST_Transform(unit.geom, project.metric_epsg)), project.metric_epsg"
        " FROM unit, project WHERE unit.id = :unit"
    )
    row = conn.execute(found, {"unit": unit_id}).one()
    return float(row[0]), int(row[1])


def cut_buildings(
    conn: Connection, plan_id: int, *, whole: float
) -> tuple[tuple[int, int, float], ...]:
    """Buildings with less than `whole` of their footprint in their grid: id, position, share."""
    rows = conn.execute(sql("plan_cut_buildings"), {"plan": plan_id, "whole": whole})
    return tuple((row.id, row.position, float(row.share)) for row in rows)


def is_current(conn: Connection, cell_set_id: int) -> bool:
    """Whether a cell set is the newest of its community."""
    found = text("SELECT current FROM cell_set WHERE id = :cell_set")
    return bool(conn.execute(found, {"cell_set": cell_set_id}).scalar_one())


def unplaced(conn: Connection, unit_id: int, cell_set_id: int) -> tuple[int, int]:
    """Buildings of a community that stand in no cell of a cell set, and their households."""
    values = {"unit": unit_id, "cell_set": cell_set_id}
    row = conn.execute(sql("plan_unplaced"), values).one()
    return int(row.buildings), int(row.households)
