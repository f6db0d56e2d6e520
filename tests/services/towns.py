"""A small town drawn by hand: square blocks of 100 m between streets, four houses in each.

  |  A main road every fourth street, lanes between them; north is up.
--+--+--+--+--     Every house has 6 storeys on 20 m × 20 m: 22 households by the estimate.
  |■■|■■|          The town stands in Beijing, in EPSG:4548.
  |■■|■■|
--+--+--+--+--
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gisgrid.geo.crs import to_wgs84
from gisgrid.io import frames

EPSG = 4548
EAST, NORTH = 450_000.0, 4_420_000.0
BLOCK_M = 100.0
HOUSEHOLDS = 22
HOUSES_A_BLOCK = 4


def town(across: int, down: int) -> dict[str, gpd.GeoDataFrame]:
    """Streets and buildings of a town of `across` × `down` blocks."""
    return {"streets": streets(across, down), "buildings": houses(across, down)}


def streets(across: int, down: int) -> gpd.GeoDataFrame:
    """Streets around every block, with ends of 10 m that stick out."""
    width, height = across * BLOCK_M, down * BLOCK_M
    lines = [[(x * BLOCK_M, -10), (x * BLOCK_M, height + 10)] for x in range(across + 1)]
    lines += [[(-10, y * BLOCK_M), (width + 10, y * BLOCK_M)] for y in range(down + 1)]
    number = [*range(across + 1), *range(down + 1)]
    count = len(lines)
    columns = {
        "source_id": [f"w{n}" for n in range(count)],
        "name": [f"第{n}街" for n in range(count)],
        "class": ["arterial" if n % 4 == 0 else "lane" for n in number],
        "walkable": [True] * count,
        "bridge": [False] * count,
        "tunnel": [False] * count,
        "layer": [0] * count,
    }
    return frames.frame_of(frames.STREETS, columns, placed(shapely.linestrings(lines)))


def houses(across: int, down: int) -> gpd.GeoDataFrame:
    """Four houses in every block."""
    west, south = np.meshgrid(np.arange(across * 2) * 50.0 + 15, np.arange(down * 2) * 50.0 + 15)
    boxes = shapely.box(west.ravel(), south.ravel(), west.ravel() + 20, south.ravel() + 20)
    count = len(boxes)
    columns = {
        "source_id": [f"b{n}" for n in range(count)],
        "levels": [6.0] * count,
        "use": ["apartments"] * count,
        "residential": [True] * count,
        "households": [np.nan] * count,
        "residents": [np.nan] * count,
    }
    return frames.frame_of(frames.BUILDINGS, columns, placed(boxes))


def units(*boxes: tuple[float, float, float, float], level: str = "community") -> gpd.GeoDataFrame:
    """Rectangular units (west, south, east, north) in the metres of the town."""
    digits = {"community": "110105001", "street": "110105", "district": "110"}[level]
    columns = {
        "code": [f"{digits}{n:03d}" for n in range(1, len(boxes) + 1)],
        "name": [f"单位{n}" for n in range(1, len(boxes) + 1)],
        "level": [level] * len(boxes),
    }
    return frames.frame_of(frames.UNITS, columns, placed(shapely.box(*np.array(boxes).T)))


def placed(shapes: np.ndarray) -> np.ndarray:
    """Shapes in the metres of the town, in EPSG:4326."""
    moved = shapely.transform(shapes, lambda xy: xy + np.array([EAST, NORTH]))
    return to_wgs84(np.asarray(moved, dtype=object), EPSG)
