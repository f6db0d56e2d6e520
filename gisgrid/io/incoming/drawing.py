"""Some shapes of a file as GeoJSON, to be seen on the map before anything is stored."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from gisgrid.geo.readings import Reading, reading_of, to_wgs84
from gisgrid.io.incoming.place import Verdict
from gisgrid.io.incoming.source import Facts

DRAWN_SHAPES, DRAWN_VERTICES, DRAWN_READINGS = 400, 4_000, 4


def drawn(shapes: Any, verdict: Verdict, reading: Reading) -> Facts:
    """Some shapes as GeoJSON, read in each likely way, the way that would be taken first."""
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    there = [(np.abs(shapely.get_coordinates(shape)) > 1e-6).any() for shape in present]
    present = present[np.array(there, dtype=bool)]
    some = present[:: max(len(present) // DRAWN_SHAPES, 1)][:DRAWN_SHAPES]
    while len(some) > 1 and shapely.get_num_coordinates(some).sum() > DRAWN_VERTICES * 10:
        some = some[: len(some) // 2]
    keys = [reading.key, *(g["key"] for g in verdict.guesses)]
    return {key: _geojson(to_wgs84(some, reading_of(key))) for key in
            list(dict.fromkeys(keys))[:DRAWN_READINGS]}  # fmt: skip


def _on_the_map(xy: Any) -> bool:
    """Whether a shape can be shown: not without numbers, not at (0, 0), not off the earth."""
    if not np.isfinite(xy).all() or (np.abs(xy) < 1e-6).all(axis=1).any():
        return False
    return bool((np.abs(xy[:, 0]) <= 180).all() and (np.abs(xy[:, 1]) <= 90).all())


def _geojson(shapes: Any) -> Facts:
    finite = [s for s in shapes if _on_the_map(shapely.get_coordinates(s))]
    if not finite:
        return {"bounds": None, "shapes": {"type": "GeometryCollection", "geometries": []}}
    west, south, east, north = shapely.total_bounds(np.array(finite, dtype=object))
    fine = max(east - west, north - south) / 2000
    light = shapely.force_2d(shapely.simplify(np.array(finite, dtype=object), fine))
    light = light[~shapely.is_empty(light)]
    rounded = shapely.set_precision(light, 1e-7, mode="pointwise")
    shapes_ = [json.loads(text) for text in shapely.to_geojson(rounded)]
    box = [round(float(v), 7) for v in (west, south, east, north)]
    return {"bounds": box, "shapes": {"type": "GeometryCollection", "geometries": shapes_}}
