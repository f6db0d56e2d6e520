"""A seeded district of 300,000 buildings and 2,000 grids, straight into a data folder's database.

    python bench/wide_district.py FOLDER

One community of 12,000 parcels in 80 grids, and 240 of 1,200 parcels in 8 grids; a parcel is a cell
of 36 m × 30 m with one building of 1 to 5 households in it; streets run every ten parcels. It is
built as rows, not by the engines, so that the editor alone is measured on it. Logins: planner-01 …
planner-20, viewer-01 …, all with the password `PASSWORD`.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from sqlalchemy import Connection, text

from gisgrid.model.people import Role
from gisgrid.model.project import Project
from gisgrid.services.accounts import NewAccount, add_accounts
from gisgrid.services.keep_database import ready_database
from gisgrid.services.set_up_project import set_up_project
from gisgrid.settings import Settings
from gisgrid.storage.bulk import copy_rows
from gisgrid.storage.engine import SYSTEM, transaction

EPSG, EAST, NORTH, SEED = 4548, 440_000.0, 4_400_000.0, 7
PARCEL = (36.0, 30.0)
BUILDING = (8.0, 8.0, 28.0, 22.0)
PASSWORD = "wide-district-1"
PLANNERS, VIEWERS = 20, 20
FIGURES = ("households", "residents", "buildings", "area_m2", "cells")


@dataclass(frozen=True, slots=True)
class Block:
    """A community: parcels across and down, grids across and down, its corner in parcels."""

    number: int
    across: int
    down: int
    grids: tuple[int, int]
    corner: tuple[int, int]


def blocks() -> list[Block]:
    """The large community in the south, 16 rows of 15 small ones north of it."""
    large = Block(0, 120, 100, (10, 8), (0, 0))
    small = [
        Block(1 + i, 40, 30, (4, 2), (40 * (i % 15), 100 + 30 * (i // 15))) for i in range(240)
    ]
    return [large, *small]


class Ids:
    """Numbers for the rows of one table after the other."""

    def __init__(self) -> None:
        self.next = 1

    def take(self, n: int) -> np.ndarray:
        self.next += n
        return np.arange(self.next - n, self.next)


def degrees(metres: np.ndarray) -> np.ndarray:
    """(n, 2) metres of the project as degrees."""
    lon, lat = Transformer.from_crs(EPSG, 4326, always_xy=True).transform(*metres.T)
    return np.column_stack([lon, lat])


def boxes(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Rectangles between two corners each, in degrees."""
    west, south, east, north = low[:, 0], low[:, 1], high[:, 0], high[:, 1]
    ring = np.stack(
        [np.column_stack(c) for c in ((west, south), (east, south), (east, north), (west, north))],
        axis=1,
    )
    corners = degrees(ring.reshape(-1, 2)).reshape(-1, 4, 2)
    return shapely.polygons(np.concatenate([corners, corners[:, :1]], axis=1))


def segments(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Straight lines in degrees."""
    points = degrees(np.stack([start, end], axis=1).reshape(-1, 2))
    return shapely.linestrings(points.reshape(-1, 2, 2))


def geo(columns: dict[str, object], shapes: np.ndarray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).rename_geometry("geom")


def write(conn: Connection) -> None:
    """Every row of the district."""
    rng = np.random.default_rng(SEED)
    ids = {name: Ids() for name in ("unit", "cell", "building", "neighbour", "plan", "grid")}
    _units(conn)
    for block in blocks():
        _community(conn, block, ids, rng)
    _streets(conn)
    for table in ("unit", "cell_set", "cell", "building", "cell_neighbour", "plan", "plan_grid"):
        conn.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                f" (SELECT max(id) FROM {table}))"
            )
        )


def _units(conn: Connection) -> None:
    """District, one street and the communities; unit ids are 1, 2 and 3 + number."""
    every = blocks()
    low = np.array([b.corner for b in every]) * PARCEL + (EAST, NORTH)
    high = low + np.array([(b.across, b.down) for b in every]) * PARCEL
    around = boxes(low.min(axis=0)[None], high.max(axis=0)[None])
    shapes = np.concatenate([around, around, boxes(low, high)])
    codes = ["990101", "990101001", *(f"990101001{b.number:03d}" for b in every)]
    columns = {
        "id": np.arange(1, len(codes) + 1),
        "code": codes,
        "name": ["宽河区", "宽河街道", *(f"第{b.number}社区" for b in every)],
        "depth": [1, 2, *([3] * len(every))],
        "parent_id": pd.array([None, 1, *([2] * len(every))], dtype="Int64"),
        "source": "bench",
        "valid_from": "2020-01-01",
    }
    copy_rows(conn, "unit", geo(columns, shapely.multipolygons(shapes, indices=range(len(shapes)))))


def _community(
    conn: Connection, block: Block, ids: dict[str, Ids], rng: np.random.Generator
) -> None:
    unit, number = block.number + 3, block.number + 1
    column, row = (
        part.ravel() for part in np.meshgrid(np.arange(block.across), np.arange(block.down))
    )
    low = (np.column_stack([column, row]) + block.corner) * PARCEL + (EAST, NORTH)
    n = len(low)
    cells, buildings = ids["cell"].take(n), ids["building"].take(n)
    households = rng.integers(1, 5, n, endpoint=True)
    households[:: n // 50 or 1] = 2
    conn.execute(
        text("INSERT INTO cell_set (id, community_id, ground_version) VALUES (:id, :unit, 1)"),
        {"id": number, "unit": unit},
    )
    _cells(conn, cells, low, (number, unit))
    _buildings(conn, buildings, low, households, unit)
    joined = {"cell_id": cells, "building_id": buildings}
    copy_rows(
        conn, "cell_building", pd.DataFrame(joined | {"cell_set_id": number, "community_id": unit})
    )
    _neighbours(conn, block, ids["neighbour"], cells.reshape(block.down, block.across), low, number)
    across, down = block.grids
    position = column * across // block.across + across * (row * down // block.down)
    _plan(conn, ids, (unit, number, block), cells, position, households)


def _cells(conn: Connection, cells: np.ndarray, low: np.ndarray, owner: tuple[int, int]) -> None:
    middle = low + np.array(PARCEL) / 2
    columns = {
        "id": cells,
        "cell_set_id": owner[0],
        "community_id": owner[1],
        "water": False,
        "area_m2": PARCEL[0] * PARCEL[1],
        "x": middle[:, 0],
        "y": middle[:, 1],
    }
    copy_rows(conn, "cell", geo(columns, boxes(low, low + PARCEL)))


def _buildings(
    conn: Connection, ids: np.ndarray, low: np.ndarray, households: np.ndarray, unit: int
) -> None:
    columns = {
        "id": ids,
        "source": "bench",
        "source_id": ids.astype(str),
        "use": "apartments",
        "residential": True,
        "levels": 3.0,
        "households_given": households,
        "community_id": unit,
    }
    copy_rows(conn, "building", geo(columns, boxes(low + BUILDING[:2], low + BUILDING[2:])))


def _neighbours(
    conn: Connection, block: Block, ids: Ids, grid: np.ndarray, low: np.ndarray, cell_set: int
) -> None:
    """Pairs side by side and one above the other; the outer border as lines of one cell each."""
    at = low.reshape(block.down, block.across, 2)
    wide, high = PARCEL
    sides = [
        (grid[:, :-1], grid[:, 1:], at[:, 1:], (0.0, high)),
        (grid[:-1], grid[1:], at[1:], (wide, 0.0)),
        (grid[:, :1], None, at[:, :1], (0.0, high)),
        (grid[:, -1:], None, at[:, -1:] + np.array([wide, 0.0]), (0.0, high)),
        (grid[:1], None, at[:1], (wide, 0.0)),
        (grid[-1:], None, at[-1:] + np.array([0.0, high]), (wide, 0.0)),
    ]
    parts = []
    for first, second, corner, step in sides:
        start = corner.reshape(-1, 2)
        lines = segments(start, start + step)
        columns = {
            "id": ids.take(len(start)),
            "cell_set_id": cell_set,
            "community_id": cell_set + 2,
            "a_id": first.ravel(),
            "b_id": pd.array(
                [None] * len(start) if second is None else second.ravel(), dtype="Int64"
            ),
            "shared_m": max(step),
            "barrier": 0,
            "crossing": False,
            "joined": second is not None,
        }
        parts.append(geo(columns, shapely.multilinestrings(lines, indices=range(len(lines)))))
    copy_rows(conn, "cell_neighbour", pd.concat(parts, ignore_index=True))


def _plan(
    conn: Connection,
    ids: dict[str, Ids],
    owner: tuple[int, int, Block],
    cells: np.ndarray,
    position: np.ndarray,
    households: np.ndarray,
) -> None:
    """The plan in force and its grids, with their frozen figures."""
    unit, cell_set, block = owner
    (plan,) = ids["plan"].take(1)
    count = block.grids[0] * block.grids[1]
    grids = ids["grid"].take(count)
    sums = np.bincount(position, households, count).astype(int)
    sizes = np.bincount(position, minlength=count)
    head = {
        "id": [plan], "unit_id": unit, "cell_set_id": cell_set, "name": f"第{block.number}社区",
        "state": "effective", "band_low": 300, "band_high": 500, "target": 400,
        "effective_from": "2026-01-01",
    }  # fmt: skip
    copy_rows(conn, "plan", pd.DataFrame(head))
    figures = [
        json.dumps(dict(zip(FIGURES, (h, round(h * 2.62), n, n * 1080.0, n), strict=True)))
        for h, n in zip(sums.tolist(), sizes.tolist(), strict=True)
    ]
    rows = {
        "id": grids, "plan_id": plan, "position": np.arange(count),
        "code": [f"990101001{block.number:03d}{i + 1:03d}" for i in range(count)],
        "colour": [(i % block.grids[0] + 3 * (i // block.grids[0])) % 8 for i in range(count)],
        "figures": figures,
    }  # fmt: skip
    copy_rows(conn, "plan_grid", pd.DataFrame(rows))
    copy_rows(
        conn,
        "plan_cell",
        pd.DataFrame({"plan_id": plan, "cell_id": cells, "grid_id": grids[position]}),
    )


def _streets(conn: Connection) -> None:
    """Streets every ten parcels from edge to edge."""
    every = blocks()
    most = np.max([(b.corner[0] + b.across, b.corner[1] + b.down) for b in every], axis=0)
    x, y = np.arange(0, most[0] + 1, 10), np.arange(0, most[1] + 1, 10)
    start = np.concatenate([np.column_stack([x, 0 * x]), np.column_stack([0 * y, y])]) * PARCEL + (
        EAST,
        NORTH,
    )
    end = np.concatenate(
        [np.column_stack([x, 0 * x + most[1]]), np.column_stack([0 * y + most[0], y])]
    ) * PARCEL + (EAST, NORTH)
    number = np.concatenate([x, y])
    columns = {
        "source": "bench",
        "source_id": [f"s{i}" for i in range(len(start))],
        "name": [f"{i}号路" for i in range(len(start))],
        "class": np.where(number % 40 == 0, "arterial", "lane"),
        "walkable": True,
        "bridge": False,
        "tunnel": False,
        "layer": 0,
    }
    copy_rows(conn, "street", geo(columns, segments(start, end)))


def accounts() -> list[NewAccount]:
    """Planners of the whole district, and staff who only look."""
    who = [(Role.PLANNER, f"planner-{i + 1:02d}") for i in range(PLANNERS)]
    who += [(Role.STAFF, f"viewer-{i + 1:02d}") for i in range(VIEWERS)]
    return [NewAccount(login, login, role, PASSWORD, units=(1,)) for role, login in who]


def build(folder: Path) -> None:
    """The district in the database of `folder`, unless it is there already."""
    engine = ready_database(Settings(data=folder.resolve()))
    with transaction(engine, SYSTEM) as conn:
        if conn.execute(text("SELECT count(*) FROM building")).scalar_one():
            engine.dispose()
            return
    began = time.perf_counter()
    set_up_project(engine, Project(name="宽河区", preset="GG4", metric_epsg=EPSG))
    with transaction(engine, SYSTEM) as conn:
        write(conn)
    add_accounts(engine, accounts())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    print(f"300,000 buildings and 2,000 grids written in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
