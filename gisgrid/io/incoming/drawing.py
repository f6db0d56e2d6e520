"""Some shapes of a file as GeoJSON, to be seen on the map before anything is stored."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from gisgrid.geo.edges import Bools
from gisgrid.geo.readings import Reading, reading_of, to_wgs84
from gisgrid.io.incoming.place import Verdict
from gisgrid.io.incoming.source import Facts

DRAWN_SHAPES, DRAWN_VERTICES, DRAWN_READINGS = 400, 4_000, 4


def drawn(shapes: Any, verdict: Verdict, reading: Reading) -> Facts:
    """Some shapes as GeoJSON, read in each likely way, the way that would be taken first."""
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    xy, owner = shapely.get_coordinates(present, return_index=True)
    there = np.zeros(len(present), dtype=bool)
    there[owner[(np.abs(xy) > 1e-6).any(axis=1)]] = True
    present = present[there]
    some = present[:: max(len(present) // DRAWN_SHAPES, 1)][:DRAWN_SHAPES]
    while len(some) > 1 and shapely.get_num_coordinates(some).sum() > DRAWN_VERTICES * 10:
        some = some[: len(some) // 2]
    keys = [reading.key, *(g["key"] for g in verdict.guesses)]
    return {key: _geojson(to_wgs84(some, reading_of(key))) for key in
            list(dict.fromkeys(keys))[:DRAWN_READINGS]}  # fmt: skip


def _on_the_map(shapes: Any) -> Bools:
    """(n,) whether a shape can be shown: not without numbers, not at (0, 0), not off the earth."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    with np.errstate(invalid="ignore"):
        near = (np.abs(xy) <= (180, 90)).all(axis=1)  # NaN is not near anything
    shown = np.ones(len(shapes), dtype=bool)
    shown[owner[~near | (np.abs(xy) < 1e-6).all(axis=1)]] = False
    return shown


def _geojson(shapes: Any) -> Facts:
    finite = shapes[_on_the_map(shapes)]
    if not len(finite):
        return {"bounds": None, "shapes": {"type": "GeometryCollection", "geometries": []}}
    west, south, east, north = shapely.total_bounds(finite)
    fine = max(east - west, north - south) / 2000
    light = shapely.force_2d(shapely.simplify(finite, fine))
    light = light[~shapely.is_empty(light)]
    rounded = shapely.set_precision(light, 1e-7, mode="pointwise")
    shapes_ = [json.loads(text) for text in shapely.to_geojson(rounded)]
    box = [round(float(v), 7) for v in (west, south, east, north)]
    return {"bounds": box, "shapes": {"type": "GeometryCollection", "geometries": shapes_}}
