"""Projections: store and exchange in EPSG:4326, measure in metres.

CGCS2000 (EPSG:4490) is taken as equal to WGS 84: they differ by centimetres. Coordinates are always
(east, north) or (lon, lat), never the axis order that the EPSG register states.
"""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer

from gisgrid.errors import CrsMismatch
from gisgrid.geo.edges import Floats, Geometries

WGS84 = 4326
CHINA_WEST, CHINA_EAST = 73.5, 136.5
CHINA_SOUTH, CHINA_NORTH = 3.0, 54.0
FIRST_ZONE_EPSG, FIRST_ZONE_LON, LAST_ZONE_LON = 4534, 75, 135


def require_metres(layer: gpd.GeoSeries | gpd.GeoDataFrame) -> None:
    """Raise CrsMismatch unless `layer` is projected, with the metre as its unit."""
    crs = layer.crs
    if crs is None or not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        name = "none" if crs is None else str(crs.name)
        raise CrsMismatch(f"need a projected CRS in metres, got {name}", crs=name)


def metric_epsg(lon: float, lat: float) -> int:
    """EPSG code of a metric CRS that suits a place.

    In China's longitudes and latitudes the nearest CGCS2000 3-degree Gauss–Krüger zone (EPSG 4534,
    central meridian 75°E, to 4554, 135°E; eastings without a zone prefix), elsewhere WGS 84 / UTM.

    Raises
    ------
    CrsMismatch
        If the position is not a longitude and latitude that UTM covers (80°S–84°N).

    >>> metric_epsg(116.4, 39.9), metric_epsg(-8.6, 41.1), metric_epsg(-51.2, -30.0)
    (4548, 32629, 32722)
    """
    if not (-180 <= lon <= 180 and -80 <= lat <= 84):
        raise CrsMismatch(f"({lon}, {lat}) is not a longitude and latitude", crs=f"{lon}, {lat}")
    if CHINA_WEST <= lon <= CHINA_EAST and CHINA_SOUTH <= lat <= CHINA_NORTH:
        meridian = min(max(3 * round(lon / 3), FIRST_ZONE_LON), LAST_ZONE_LON)
        return FIRST_ZONE_EPSG + (meridian - FIRST_ZONE_LON) // 3
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


@lru_cache(maxsize=32)
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(source), CRS.from_epsg(target), always_xy=True)


def project(geometries: Geometries, *, source: int, target: int) -> Geometries:
    """(n,) shapely geometries from one EPSG code to another; Z is dropped, None stays None.

    Equal coordinates in give equal coordinates out, so a coverage stays edge-matched.

    Raises
    ------
    CrsMismatch
        If a coordinate has no place in the target (outside its domain, or not finite).
    """

    def moved(xy: Floats) -> Floats:
        return positions(xy, source=source, target=target)

    return np.asarray(shapely.transform(np.asarray(geometries, dtype=object), moved))


def positions(xy: Floats, *, source: int, target: int) -> Floats:
    """(n, 2) positions from one EPSG code to another, as `project` moves shapes; raises as it."""
    moved = np.column_stack(_transformer(source, target).transform(xy[:, 0], xy[:, 1]))
    if not np.isfinite(moved).all():
        raise CrsMismatch(f"coordinates outside EPSG:{target}", crs=f"EPSG:{target}")
    return moved


def to_metric(geometries: Geometries, epsg: int) -> Geometries:
    """(n,) geometries in EPSG:4326 to the metric CRS `epsg`."""
    return project(geometries, source=WGS84, target=epsg)


def to_wgs84(geometries: Geometries, epsg: int) -> Geometries:
    """(n,) geometries in the metric CRS `epsg` to EPSG:4326."""
    return project(geometries, source=epsg, target=WGS84)
