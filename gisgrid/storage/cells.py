"""Cells: writing a set of them, with their buildings and neighbours, and which set is current."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, text

from gisgrid.storage.bulk import copy_rows
from gisgrid.storage.sql import sql


def new_set(conn: Connection, community_id: int, *, ground_version: int) -> int:
    """Begin the current set of a community; the former one stays for the plans made on it."""
    wanted = {"community": community_id, "version": ground_version}
    conn.execute(
        text("UPDATE cell_set SET current = false WHERE community_id = :community AND current"),
        wanted,
    )
    added = conn.execute(
        text(
            "INSERT INTO cell_set (community_id, ground_version) VALUES (:community, :version)"
            " RETURNING id"
        ),
        wanted,
    )
    return int(added.scalar_one())


def add_cells(conn: Connection, cells: gpd.GeoDataFrame) -> list[int]:
    """Write cells (cell_set_id, community_id, water, area_m2, x, y, geom in EPSG:4326); their ids.

    Ids ascend in the order of the rows.
    """
    reserve = text(
        "SELECT nextval(pg_get_serial_sequence('cell', 'id')) FROM generate_series(1, :n)"
    )
    ids = [int(i) for i in conn.execute(reserve, {"n": len(cells)}).scalars()]
    copy_rows(conn, "cell", cells.assign(id=ids))
    return ids


def add_buildings(conn: Connection, rows: pd.DataFrame) -> None:
    """Say which cell each building is in: cell_id, building_id, cell_set_id, community_id."""
    copy_rows(conn, "cell_building", rows)


def add_neighbours(conn: Connection, rows: gpd.GeoDataFrame) -> None:
    """Write pairs of cells, and outer borders with `b_id` empty; geom is a MultiLineString."""
    copy_rows(conn, "cell_neighbour", rows)


def drop_unused_sets(conn: Connection) -> int:
    """Delete sets that are not current and that no plan was made on; how many."""
    return conn.execute(sql("cells_drop_unused")).rowcount


def analyze(conn: Connection) -> None:
    """Tell the query planner about the new rows at once."""
    for table in ("cell", "cell_building", "cell_neighbour"):
        conn.execute(text(f"ANALYZE {table}"))
