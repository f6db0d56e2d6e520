"""Whether a place that somebody gave can be meant: not at (0, 0), not swapped, not far outside."""

from __future__ import annotations

import numpy as np

from gisgrid.errors import InvalidInput
from gisgrid.services.walking_ground import WalkingGround
from gisgrid.storage import service_points
from gisgrid.storage.engine import Connection

MARGIN_DEGREES = 0.03
"""About three kilometres: a service there may still be walked to from inside."""

_DEGREE_KM = 111.0
Box = tuple[float, float, float, float]


def require_sound_place(
    conn: Connection, ground: WalkingGround | None, lon: float, lat: float
) -> None:
    """Raise InvalidInput for a place that cannot be meant.

    Parameters
    ----------
    ground
        Buildings of the district; None or empty: its units tell where it lies.
    lon, lat
        Degrees.

    Raises
    ------
    InvalidInput
        ``place_at_zero``, ``place_swapped`` (longitude and latitude), ``place_outside``.
    """
    if not (np.isfinite(lon) and np.isfinite(lat)):
        raise InvalidInput("a place has a longitude and a latitude", code="place_half")
    if abs(lon) < 1e-6 and abs(lat) < 1e-6:
        raise InvalidInput("(0, 0) is no place but an empty field", code="place_at_zero")
    box = _box(conn, ground)
    if box is None or _away(box, lon, lat) <= MARGIN_DEGREES:
        return
    if _away(box, lat, lon) <= MARGIN_DEGREES:
        raise InvalidInput("longitude and latitude are swapped", code="place_swapped")
    km = round(_away(box, lon, lat) * _DEGREE_KM)
    raise InvalidInput(f"the place is {km} km outside the district", code="place_outside", km=km)


def _box(conn: Connection, ground: WalkingGround | None) -> Box | None:
    if ground is None or not len(ground.lonlat):
        return service_points.extent(conn)
    low, high = ground.lonlat.min(axis=0), ground.lonlat.max(axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _away(box: Box, lon: float, lat: float) -> float:
    """Degrees from a place to a box; 0 inside."""
    west, south, east, north = box
    return max(west - lon, lon - east, south - lat, lat - north, 0.0)
