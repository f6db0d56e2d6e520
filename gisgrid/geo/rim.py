"""Lines near the border of an area: kept from running beside it, so that nothing there is thin.

A community's border mostly *is* a street, a shore or a wall, but each was rounded on its own way
here. Drawn together they would cross and cross again a millimetre apart, and the needles between
them would turn over when the border is put back in its exact place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gisgrid.geo.edges import Geometries

CLEAR_STEPS = 5
"""A line nearer than this to the border of the area becomes the border, in steps of the grid:
enough for both to be rounded without touching."""


def off_rim(lines: Geometries, rim: Any, *, clear: float) -> Geometries:
    """Lines without their parts nearer than `clear` to `rim`; what is left is led straight to it.

    Parameters
    ----------
    lines
        (k,) (Multi)LineStrings. Those near the rim come out noded with each other.
    rim
        The border of the area, a (Multi)LineString.

    Returns
    -------
    (j,) lines in no particular order.

    >>> rim = shapely.box(0, 0, 10, 10).exterior
    >>> beside = shapely.linestrings([[(0.001, 1), (0.002, 9)], [(5, 5), (5, 12)]])
    >>> shapely.to_wkt(off_rim(beside, rim, clear=0.005), rounding_precision=3).tolist()[0]
    'LINESTRING (5 5, 5 9.995)'
    """
    shapely.prepare(rim)
    near = shapely.dwithin(lines, rim, clear)
    if not near.any():
        return lines
    band = shapely.buffer(rim, clear, quad_segs=2, cap_style="square")
    together = shapely.multilinestrings(shapely.get_parts(lines[near]))
    parts = shapely.get_parts(shapely.difference(together, band))
    kept = parts[(shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)]
    return np.concatenate([lines[~near], kept, _led_to(kept, rim, clear)])


def _led_to(lines: Geometries, rim: Any, clear: float) -> Geometries:
    """The shortest way to the rim from the ends that were cut at `clear` from it."""
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    cut = ends[shapely.dwithin(ends, rim, clear * 1.001)]
    return np.asarray(shapely.shortest_line(cut, rim), dtype=object)
