"""The gate for polygons from outside: what is harmless passes, what can be mended is, the rest is
named.

Mending a polygon can take GEOS minutes (a star of 1,000 points has half a million crossings), and
nothing inside a process can stop it. So size is checked before mending, checking validity is cheap
whatever the size, and mending is only tried on small polygons.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from gisgrid.geo.edges import Bools, Geometries, Ints

MAX_VERTICES = 20_000
MAX_MEND_VERTICES = 200
MAX_COORDINATE = 1e8


class Reject(StrEnum):
    """Why a polygon was turned away; stable keys for the catalogue."""

    MISSING = "missing"
    NOT_POLYGON = "not_polygon"
    NOT_FINITE = "not_finite"
    TOO_MANY_VERTICES = "too_many_vertices"
    INVALID = "invalid"
    TOO_SMALL = "too_small"


@dataclass(frozen=True, slots=True)
class Repaired:
    """Polygons fit for measuring.

    `geometry` (k,) valid single Polygons · `source` (k,) row each came from · `mended` (k,) whether
    it was changed · `rejects` (row, reason) of rows that gave no polygon at all.
    """

    geometry: Geometries
    source: Ints
    mended: Bools
    rejects: tuple[tuple[int, Reject], ...]


def repair_polygons(
    geometries: Geometries,
    *,
    min_area: float = 0.0,
    max_vertices: int = MAX_VERTICES,
    max_mend_vertices: int = MAX_MEND_VERTICES,
) -> Repaired:
    """Gate and mend polygons, and take multipolygons apart.

    Parameters
    ----------
    geometries
        (n,) anything; None and empty allowed. Z is dropped.
    min_area
        Parts of this area or less are dropped, in the unit of the CRS squared.
    max_vertices, max_mend_vertices
        Geometries with more vertices are turned away; invalid ones with more than the second are
        not mended but turned away (mending is super-linear).

    Returns
    -------
    Repaired, in the order of the input; empty for empty input. Bow-ties and overlapping rings are
    mended by structure (`shapely.make_valid`, "structure"), which keeps the area a ring encloses.

    >>> bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> repair_polygons(np.array([bow, None])).rejects
    ((1, <Reject.MISSING: 'missing'>),)
    """
    given = shapely.force_2d(np.asarray(geometries, dtype=object))
    reason = _gate(given, max_vertices)
    passed = np.array([r is None for r in reason], dtype=bool)
    broken = np.flatnonzero(passed)[~shapely.is_valid(given[passed])]
    large = shapely.get_num_coordinates(given[broken]) > max_mend_vertices
    for row in broken[large]:
        reason[row], passed[row] = Reject.INVALID, False
    mend = broken[~large]
    given[mend] = shapely.make_valid(given[mend], method="structure", keep_collapsed=False)
    parts, rows = shapely.get_parts(given[passed], return_index=True)
    source = np.flatnonzero(passed)[rows].astype(np.int64)
    good = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > min_area)
    good &= shapely.is_valid(parts)
    for row in np.setdiff1d(np.flatnonzero(passed), source[good]):
        reason[row] = Reject.TOO_SMALL
    rejects = tuple((i, r) for i, r in enumerate(reason) if r is not None)
    return Repaired(parts[good], source[good], np.isin(source[good], mend), rejects)


def _gate(given: Geometries, max_vertices: int) -> list[Reject | None]:
    """Reason to turn a geometry away before anything is computed; cheapest check first."""
    xy, row = shapely.get_coordinates(given, return_index=True)
    wild = ~(np.abs(xy) <= MAX_COORDINATE).all(axis=1)
    reason: list[Reject | None] = [None] * len(given)
    checks = (
        (np.isin(np.arange(len(given)), row[wild]), Reject.NOT_FINITE),
        (shapely.get_num_coordinates(given) > max_vertices, Reject.TOO_MANY_VERTICES),
        (~np.isin(shapely.get_type_id(given), (3, 6)), Reject.NOT_POLYGON),
        (shapely.is_missing(given) | shapely.is_empty(given), Reject.MISSING),
    )
    for failed, why in checks:
        for i in np.flatnonzero(failed):
            reason[i] = why
    return reason
