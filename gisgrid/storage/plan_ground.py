"""The ground a plan is made of: cells, their neighbours, and what the rules ask about geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class CellColumns:
    """Cells in the order of their ids, each column (n,). `grid` is a position, None without one;
    `x`, `y` are metres, `lon`, `lat` degrees of the label point.
    """

    id: list[int]
    grid: list[int | None]
    community_id: list[int]
    water: list[bool]
    area_m2: list[float]
    x: list[float]
    y: list[float]
    lon: list[float]
    lat: list[float]
    households: list[int]
    residents: list[int]
    buildings: list[int]


@dataclass(frozen=True, slots=True)
class BorderColumns:
    """Borders of cells in the order of ids, each column (e,). `a`, `b` are ids of cells; `b` is 0
    on the border of the community.
    """

    id: list[int]
    a: list[int]
    b: list[int]
    shared_m: list[float]
    barrier: list[int]
    joined: list[bool]


def cells(conn: Connection, cell_set_id: int, plan_id: int | None = None) -> CellColumns:
    """Cells with their sums and label points: of a set, or of a plan, with their grid in it.

    A plan that a line has cut is made of other cells than its set.
    """
    row = conn.execute(sql("plan_cells"), {"cell_set": cell_set_id, "plan": plan_id}).one()
    return CellColumns(**row._mapping)


def borders(
    conn: Connection, cell_set_id: int, cell_ids: Sequence[int] | None = None
) -> BorderColumns:
    """Borders between cells, and of cells with the outside; of the cells of a plan when given."""
    values = {"cell_set": cell_set_id, "cells": None if cell_ids is None else list(cell_ids)}
    row = conn.execute(sql("plan_borders"), values).one()
    return BorderColumns(**row._mapping)


def shapes(conn: Connection, cell_ids: Sequence[int]) -> list[bytes]:
    """Polygons of cells in the order of their ids: WKB, EPSG:4326."""
    found = text("SELECT ST_AsBinary(geom) FROM cell WHERE id = ANY(:cells) ORDER BY id")
    return [bytes(row[0]) for row in conn.execute(found, {"cells": list(cell_ids)})]


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


def footprints(conn: Connection, cell_ids: Sequence[int]) -> list[tuple[int, int, bytes]]:
    """Buildings in use that stand on cells: cell, building, polygon (WKB, EPSG:4326)."""
    found = text(
        "SELECT cell_id, building.id, ST_AsBinary(building.geom) FROM cell_building"
        " JOIN building ON building.id = building_id AND building.retired_at IS NULL"
        " WHERE cell_id = ANY(:cells) ORDER BY building.id"
    )
    return [
        (row[0], row[1], bytes(row[2])) for row in conn.execute(found, {"cells": list(cell_ids)})
    ]


def is_current(conn: Connection, cell_set_id: int) -> bool:
    """Whether a cell set is the newest of its community."""
    found = text("SELECT current FROM cell_set WHERE id = :cell_set")
    return bool(conn.execute(found, {"cell_set": cell_set_id}).scalar_one())


def unplaced(conn: Connection, unit_id: int, cell_set_id: int) -> tuple[int, int]:
    """Buildings of a community that stand in no cell of a cell set, and their households."""
    values = {"unit": unit_id, "cell_set": cell_set_id}
    row = conn.execute(sql("plan_unplaced"), values).one()
    return int(row.buildings), int(row.households)


def unplaced_listed(
    conn: Connection, unit_id: int, cell_set_id: int, *, most: int
) -> Sequence[Row[Any]]:
    """Those buildings: id, name, address, households, lon, lat; most households first."""
    values = {"unit": unit_id, "cell_set": cell_set_id, "most": most}
    return conn.execute(sql("plan_unplaced_listed"), values).all()


def buildings(conn: Connection, plan_id: int) -> Sequence[Row[Any]]:
    """Buildings in use in a plan: id, cell, compound, households, lon, lat; by id."""
    return conn.execute(sql("plan_buildings"), {"plan": plan_id}).all()


def compounds(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """id and name of compounds, by name."""
    found = text("SELECT id, name FROM compound WHERE id = ANY(:ids) ORDER BY name, id")
    return conn.execute(found, {"ids": list(ids)}).all()


def incidents(conn: Connection, plan_id: int) -> Sequence[Row[Any]]:
    """Unfinished incidents of a plan's community by cell: cell (None: in none), open, overdue."""
    return conn.execute(sql("plan_incidents"), {"plan": plan_id}).all()


def place(conn: Connection, unit_id: int, cell_set_id: int) -> None:
    """Put those buildings on the cells under them, in the set and in what was cut of it."""
    values = {"unit": unit_id, "cell_set": cell_set_id}
    conn.execute(sql("plan_place_buildings"), values)
