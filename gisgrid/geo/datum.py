"""The shifted coordinates of Chinese map vendors, and back: GCJ-02 (高德, 腾讯), BD-09 (百度).

GCJ-02 adds to WGS 84 an offset of some hundred metres made of sines; BD-09 adds another to GCJ-02.
The formulas are the public ones (test vector: WGS 84 (120, 40) is GCJ-02 (120.0056756…,
40.0013047…)). They run one way only; the way back is found by iteration, to better than a
millimetre. Outside the rectangle that the formula calls China nothing is shifted by GCJ-02.

CGCS2000 is no business of this module: it equals WGS 84 within centimetres (`geo.crs`).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import shapely

from gisgrid.geo.edges import Floats, Geometries

KRASOVSKY_M = 6378245.0
ECCENTRICITY_2 = 0.00669342162296594323
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271
BD_EAST, BD_NORTH = 0.0065, 0.006
STEPS = 10
CLOSE_DEGREES = 1e-10

Positions: TypeAlias = tuple[Floats, Floats]
Shift: TypeAlias = Callable[[Floats, Floats], Positions]


class Datum(StrEnum):
    """What coordinates in degrees refer to."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def gcj02_from_wgs84(lon: Floats, lat: Floats) -> Positions:
    """GCJ-02 of WGS 84 positions, (n,) degrees each; unchanged outside China.

    >>> [float(round(v[0], 7)) for v in gcj02_from_wgs84(np.array([120.0]), np.array([40.0]))]
    [120.0056757, 40.0013048]
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    east, north = _offset(lon, lat)
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def wgs84_from_gcj02(lon: Floats, lat: Floats) -> Positions:
    """WGS 84 of GCJ-02 positions, (n,) degrees each: the inverse of `gcj02_from_wgs84`."""
    return _undone(gcj02_from_wgs84, lon, lat)


def bd09_from_gcj02(lon: Floats, lat: Floats) -> Positions:
    """BD-09 of GCJ-02 positions, (n,) degrees each."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    turn = np.pi * 3000 / 180
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * turn)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * turn)
    return radius * np.cos(angle) + BD_EAST, radius * np.sin(angle) + BD_NORTH


def gcj02_from_bd09(lon: Floats, lat: Floats) -> Positions:
    """GCJ-02 of BD-09 positions, (n,) degrees each: the inverse of `bd09_from_gcj02`."""
    return _undone(bd09_from_gcj02, lon, lat)


def bd09_from_wgs84(lon: Floats, lat: Floats) -> Positions:
    """BD-09 of WGS 84 positions, (n,) degrees each."""
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def wgs84_from_bd09(lon: Floats, lat: Floats) -> Positions:
    """WGS 84 of BD-09 positions, (n,) degrees each: the inverse of `bd09_from_wgs84`."""
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


_FROM_WGS84: dict[Datum, Shift] = {Datum.GCJ02: gcj02_from_wgs84, Datum.BD09: bd09_from_wgs84}
_TO_WGS84: dict[Datum, Shift] = {Datum.GCJ02: wgs84_from_gcj02, Datum.BD09: wgs84_from_bd09}


def shapes_from_wgs84(shapes: Geometries, datum: Datum) -> Geometries:
    """(n,) shapely geometries in EPSG:4326 to `datum`; Z is dropped, None stays None.

    Equal coordinates in give equal coordinates out: a coverage stays edge-matched.
    """
    return _moved(shapes, _FROM_WGS84.get(datum))


def shapes_to_wgs84(shapes: Geometries, datum: Datum) -> Geometries:
    """(n,) shapely geometries in `datum` to EPSG:4326; the inverse of `shapes_from_wgs84`."""
    return _moved(shapes, _TO_WGS84.get(datum))


def _moved(shapes: Geometries, shift: Shift | None) -> Geometries:
    given = np.asarray(shapes, dtype=object)
    if shift is None:
        return given

    def moved(xy: Floats) -> Floats:
        return np.column_stack(shift(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(given, moved))


def _undone(shift: Shift, lon: Floats, lat: Floats) -> Positions:
    """Where `shift` leads to (lon, lat) from: guess, see how far off, correct, again."""
    x, y = np.array(lon, float), np.array(lat, float)
    for _ in range(STEPS):
        there = shift(x, y)
        east, north = lon - there[0], lat - there[1]
        x, y = x + east, y + north
        if not (np.maximum(np.abs(east), np.abs(north)) > CLOSE_DEGREES).any():
            break
    return x, y


def _offset(lon: Floats, lat: Floats) -> Positions:
    """Degrees that GCJ-02 adds to WGS 84."""
    x, y = lon - 105.0, lat - 35.0
    root = 0.2 * np.sqrt(np.abs(x))
    ripple = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + root + ripple
    north_m += _swell(y, 1, 3, (20, 40)) + _swell(y, 12, 30, (160, 320))
    east_m = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + root / 2 + ripple
    east_m += _swell(x, 1, 3, (20, 40)) + _swell(x, 12, 30, (150, 300))
    sine = np.sin(np.radians(lat))
    w2 = 1 - ECCENTRICITY_2 * sine**2
    meridian_m = KRASOVSKY_M * (1 - ECCENTRICITY_2) / (w2 * np.sqrt(w2))
    parallel_m = KRASOVSKY_M / np.sqrt(w2) * np.cos(np.radians(lat))
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _swell(v: Floats, first: float, second: float, heights: tuple[float, float]) -> Floats:
    waves = heights[0] * np.sin(np.pi * v / first) + heights[1] * np.sin(np.pi * v / second)
    return np.asarray(waves * 2 / 3)
