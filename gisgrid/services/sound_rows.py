"""The last gate before the database: rows with an id of their own and geometry that is sound."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gisgrid.geo.edges import Geometries
from gisgrid.geo.repair import MAX_MEND_VERTICES
from gisgrid.io.frames import rejects_of
from gisgrid.io.identity import geometry_ids

MOST_POINTS = {"unit": 200_000, "area": 200_000}
MOST_POINTS_OF_OTHERS = 20_000
MULTI = {"unit", "area"}
"""Kinds of rows that are stored as MultiPolygons."""

_POINT, _LINE, _POLYGON, _MULTIPOLYGON = (0,), (1,), (3,), (3, 6)
_TYPES = {
    "building": _POLYGON,
    "area": _MULTIPOLYGON,
    "unit": _MULTIPOLYGON,
    "street": _LINE,
    "line": _LINE,
    "service": _POINT,
    "gate": _POINT,
}
_BROKEN = dict.fromkeys(("building", "area", "unit"), "outline_broken")
_BROKEN |= dict.fromkeys(("street", "line"), "line_broken")
_BROKEN |= dict.fromkeys(("service", "gate"), "no_coordinates")


def sound_rows(frame: gpd.GeoDataFrame, what: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Rows that the database takes, and the others with the reason.

    Rows without ids get them from their shape. Small outlines that cross themselves are mended.
    """
    named = frame if _key(frame, what) else _identified(frame)
    ids = named[_key(named, what)]
    shapes = _mended(named.geometry.to_numpy())
    reason = _reasons(shapes, ids, what)
    keep = reason == ""
    if what in MULTI:
        shapes[keep] = _multi(shapes[keep])
    rejects = rejects_of(
        (what, str(ids.iloc[row]), str(reason[row])) for row in np.flatnonzero(~keep)
    )
    return named.set_geometry(shapes, crs=frame.crs)[keep], rejects


def _key(frame: gpd.GeoDataFrame, what: str) -> str:
    """The column that tells rows apart; "" where there is none."""
    column = "code" if what == "unit" else "source_id"
    return column if column in frame.columns else ""


def _identified(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows without ids of their own, named by their shapes."""
    return frame.assign(source_id=geometry_ids(frame.geometry.to_numpy()))


def _mended(shapes: Geometries) -> Geometries:
    """Shapes with small outlines that cross themselves mended; a large one could take minutes."""
    out = shapes.copy()
    crossed = ~shapely.is_valid(out) & (shapely.get_num_coordinates(out) <= MAX_MEND_VERTICES)
    out[crossed] = shapely.make_valid(out[crossed], method="structure")
    return out


def _reasons(shapes: Geometries, ids: pd.Series[str], what: str) -> Geometries:
    reason = np.full(len(shapes), "", dtype=object)
    reason[ids.duplicated().to_numpy()] = "same_id"
    points = shapely.get_num_coordinates(shapes)
    reason[points > MOST_POINTS.get(what, MOST_POINTS_OF_OTHERS)] = "too_many_points"
    fits = np.isin(shapely.get_type_id(shapes), _TYPES[what]) & ~shapely.is_empty(shapes)
    reason[~(fits & shapely.is_valid(shapes))] = _BROKEN[what]
    return reason


def _multi(shapes: Geometries) -> Geometries:
    """Polygons as MultiPolygons of one part."""
    single = shapely.get_type_id(shapes) == 3
    out = shapes.copy()
    out[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    return out
