"""Ground: streets, barriers, buildings, and the estimate of households where none are given."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import numpy as np
import numpy.typing as npt

DWELLING_M2 = 110.0
"""Gross floor area of one dwelling, m² (household estimate; editable in the settings).

The value is the one used in our accessibility measurements: a planning default, not a census
figure.
"""

RESIDENTS_PER_HOUSEHOLD = 2.62
"""Mean persons of a family household in China's Seventh National Population Census (2020)."""

FALLBACK_LEVELS = 3
"""Storeys assumed for a dwelling building whose source gives none."""


class Barrier(IntEnum):
    """What runs between two neighbouring cells, the strongest of what is found there."""

    NONE = 0
    LANE = 1
    ROAD = 2
    RIVER = 3
    RAIL = 4
    WALL = 5


class StreetClass(StrEnum):
    """How a street is drawn and how strongly it separates; from the OSM `highway` value."""

    ARTERIAL = "arterial"
    COLLECTOR = "collector"
    LANE = "lane"
    PATH = "path"


BARRIER_OF_STREET = {
    StreetClass.ARTERIAL: Barrier.ROAD,
    StreetClass.COLLECTOR: Barrier.ROAD,
    StreetClass.LANE: Barrier.LANE,
    StreetClass.PATH: Barrier.NONE,
}


class AreaKind(StrEnum):
    """Ground cover drawn on the base map; water also encloses blocks."""

    WATER = "water"
    GREEN = "green"


class LineKind(StrEnum):
    """Lines that are not streets but separate blocks."""

    RIVER = "river"
    RAIL = "rail"
    WALL = "wall"


def estimate_households(
    footprint_m2: npt.NDArray[np.float64],
    levels: npt.NDArray[np.float64],
    residential: npt.NDArray[np.bool_],
    *,
    dwelling_m2: float = DWELLING_M2,
) -> npt.NDArray[np.int64]:
    """Households of buildings whose source gives none: footprint × levels ÷ dwelling size.

    Parameters
    ----------
    footprint_m2
        (n,) area of each footprint, m².
    levels
        (n,) storeys; NaN or ≤ 0 counts as `FALLBACK_LEVELS`.
    residential
        (n,) whether people live there; others get 0.
    dwelling_m2
        Gross floor area of one dwelling, m².

    Returns
    -------
    (n,) whole households, at least 1 in every residential building; empty for empty input.

    >>> estimate_households(np.array([220.0, 50.0, 900.0]), np.array([6.0, np.nan, 5.0]),
    ...                     np.array([True, True, False]))
    array([12,  1,  0])
    """
    storeys = np.where(np.nan_to_num(levels, nan=0.0) > 0, levels, FALLBACK_LEVELS)
    dwellings = np.rint(footprint_m2 * storeys / dwelling_m2).astype(np.int64)
    return np.where(residential, np.maximum(dwellings, 1), 0)
