"""The pieces that a line has cut: cells of a set of their own, beside the set they were cut of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql


def parents(conn: Connection, cells: Sequence[int]) -> dict[int, int | None]:
    """The cell that each gave way for, None for the cells of a set."""
    found = text("SELECT id, parent_id FROM cell WHERE id = ANY(:cells)")
    return {row.id: row.parent_id for row in conn.execute(found, {"cells": list(cells)})}


def buildings(conn: Connection, cells: Sequence[int]) -> Sequence[Row[Any]]:
    """id, cell, lon, lat of the buildings on cells, retired ones too; by id."""
    return conn.execute(sql("cut_buildings"), {"cells": list(cells)}).all()


def borders(conn: Connection, cells: Sequence[int]) -> Sequence[Row[Any]]:
    """a, b, barrier, crossing, joined of the borders of cells with others."""
    found = text(
        "SELECT a_id AS a, b_id AS b, barrier, crossing, joined FROM cell_neighbour"
        " WHERE b_id IS NOT NULL AND (a_id = ANY(:cells) OR b_id = ANY(:cells))"
    )
    return conn.execute(found, {"cells": list(cells)}).all()


def begin(conn: Connection, cell_set_id: int) -> int:
    """A set for the pieces of one cut of a cell set; its id."""
    added = text(
        "INSERT INTO cell_set (community_id, ground_version, current, cut_of)"
        " SELECT community_id, ground_version, false, id FROM cell_set WHERE id = :set"
        " RETURNING id"
    )
    return int(conn.execute(added, {"set": cell_set_id}).scalar_one())


def add_pieces(conn: Connection, set_id: int, pieces: Mapping[str, Sequence[Any]]) -> list[int]:
    """Write pieces: parent, area_m2, x, y, wkb (EPSG:4326), each (k,); their ids in this order."""
    return list(conn.execute(sql("cut_add_pieces"), {"set": set_id, **pieces}).scalars())


def add_buildings(
    conn: Connection, set_id: int, cells: Sequence[int], building_ids: Sequence[int]
) -> None:
    """Say which piece each building stands on."""
    statement = text(
        "INSERT INTO cell_building (cell_id, building_id, cell_set_id, community_id)"
        " SELECT given.cell, given.building, cell_set.id, cell_set.community_id"
        " FROM unnest(CAST(:cells AS int[]), CAST(:buildings AS int[])) AS given (cell, building),"
        " cell_set WHERE cell_set.id = :set"
    )
    values = {"cells": list(cells), "buildings": list(building_ids), "set": set_id}
    conn.execute(statement, values)


COLUMNS = ("a", "b", "shared_m", "barrier", "crossing", "joined", "wkb")


def add_borders(conn: Connection, set_id: int, rows: pd.DataFrame) -> None:
    """Write borders: `COLUMNS`, `a` < `b` ids of cells, `b` 0 on the border of the community."""
    columns = {name: rows[name].tolist() for name in COLUMNS}
    conn.execute(sql("cut_add_borders"), {"set": set_id, **columns})
