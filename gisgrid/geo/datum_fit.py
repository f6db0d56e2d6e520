"""How well a layer fits ground that is known, in figures: the evidence for its datum.

Three kinds of evidence, each a number that is small where the datum is right:

- surfaces that fill the district: how far the district's border runs from the layer's edges;
- points that name the unit they lie in: the share that lies in another one;
- buildings: the share that a street runs through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gisgrid.geo.edges import Bools, Floats, Geometries

EARTH_DEGREE_M = 111_320.0
STEPS = 400
NEAR_M = 2500.0
MOST_BUILDINGS = 3000
LEAST_STREETS = 20


@dataclass(frozen=True, slots=True)
class Fit:
    """What was measured and how it came out: metres for "border", a share of 1 for the others."""

    evidence: str
    figure: float


def metres(shapes: Geometries, middle: tuple[float, float]) -> Geometries:
    """(n,) shapes in EPSG:4326 on a plane in metres around `middle`; for some kilometres."""
    scale = np.array([np.cos(np.radians(middle[1])), 1.0]) * EARTH_DEGREE_M
    origin = np.asarray(middle)
    return np.asarray(shapely.transform(shapes, lambda xy: (xy - origin) * scale), dtype=object)


def border_distance(surfaces: Geometries, district: BaseGeometry) -> float | None:
    """Median distance in metres from the district's border to the nearest edge of the layer.

    Only border within `NEAR_M` of an edge counts, so that a layer of part of the district can be
    told too. None where less than a twentieth of the border is that near.
    """
    middle = _middle(district)
    edges = shapely.get_parts(shapely.boundary(metres(surfaces, middle)))
    edges = edges[~shapely.is_empty(edges) & shapely.is_valid(edges)]
    border = metres(np.array([district], dtype=object), middle)[0].boundary
    if not len(edges) or border.is_empty:
        return None
    along = np.linspace(0, 1, STEPS, endpoint=False)
    lines = np.full(STEPS, _longest(border), dtype=object)
    points = shapely.line_interpolate_point(lines, along, normalized=True)
    tree = shapely.STRtree(edges)
    distance = shapely.distance(points, edges[tree.nearest(points)])
    near = distance[distance < NEAR_M]
    return float(np.median(near)) if len(near) >= STEPS / 20 else None


def _longest(border: BaseGeometry) -> BaseGeometry:
    lines: list[BaseGeometry] = list(shapely.get_parts(border))
    return max(lines, key=lambda line: line.length)


def _middle(shape: BaseGeometry) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    return (west + east) / 2, (south + north) / 2


def misnamed_share(
    points: Geometries, names: Sequence[str | None], units: Mapping[str, BaseGeometry]
) -> float | None:
    """Share of the points that lie outside the unit they name.

    None where fewer than 50 name a known unit.
    """
    known = np.array([name in units for name in names], dtype=bool)
    if known.sum() < 50:
        return None
    outside = 0
    chosen = np.array([name if name in units else "" for name in names], dtype=object)
    for name in sorted(set(chosen[known])):
        shapely.prepare(units[name])
        outside += int((~shapely.intersects(units[name], points[chosen == name])).sum())
    return outside / int(known.sum())


def crossed_share(buildings: Geometries, streets: Geometries) -> float | None:
    """Share of the buildings that a street runs through.

    None where there are too few of either to tell.
    """
    step = max(len(buildings) // MOST_BUILDINGS, 1)
    some = buildings[::step]
    some = some[shapely.is_valid(some)]
    if len(some) < 50 or len(streets) < LEAST_STREETS:
        return None
    near = shapely.STRtree(streets).query(some, predicate="dwithin", distance=0.002)[0]
    beside = np.unique(near)
    if len(beside) < 50:
        return None
    crossed = shapely.STRtree(streets).query(some[beside], predicate="intersects")[0]
    return len(np.unique(crossed)) / len(beside)


def clearly_better(given: Fit, other: Fit) -> bool:
    """Whether another datum fits so much better that the one given is in doubt."""
    if given.evidence == "border":
        return other.figure < 0.8 * given.figure and given.figure - other.figure > 25
    return other.figure < 0.6 * given.figure and given.figure - other.figure > 0.01


def inside_share(lonlat: Floats, district: BaseGeometry) -> float:
    """Share of positions in the district, or within a fifth of its size around it."""
    return float(near_district(lonlat, district).mean()) if len(lonlat) else 0.0


def near_district(lonlat: Floats, district: BaseGeometry) -> Bools:
    """(n,) whether positions lie in the district, or within a fifth of its size around it."""
    west, south, east, north = district.bounds
    wide, high = 0.2 * (east - west), 0.2 * (north - south)
    with np.errstate(invalid="ignore"):
        x, y = lonlat[:, 0], lonlat[:, 1]
        inside = (x > west - wide) & (x < east + wide) & (y > south - high) & (y < north + high)
    return np.asarray(inside)
