"""Surfaces that must tile their parent: overlaps and gaps found, told, and snapped where tiny."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gisgrid.geo.crs import project
from gisgrid.geo.edges import Geometries
from gisgrid.io.incoming.source import Facts

SNAP_M = 1.0
"""Overlaps and gaps narrower than this are snapped away, metres."""

LEAST_M2 = 0.01
MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Tiled:
    """Surfaces after snapping; `overlaps` (later row, earlier row, m²) and `gaps` are what is left.

    `snapped` counts the overlaps and gaps that were snapped away.
    """

    shapes: Geometries
    overlaps: tuple[tuple[int, int, float], ...]
    findings: list[Facts]
    snapped: int


def tile(
    shapes: Geometries, parent: shapely.Geometry | None, *, epsg: int, snap_m: float = SNAP_M
) -> Tiled:
    """Check (n,) surfaces in EPSG:4326 against each other and against their parent.

    Narrow overlaps and gaps are snapped: the shapes come back edge-matched. The width of an overlap
    or gap is twice its area by its outline. Without `parent`, gaps are the holes that the surfaces
    enclose.
    """
    flat = project(shapes, source=4326, target=epsg)
    wide, narrow = _overlaps(flat, snap_m)
    around = (
        None if parent is None else project(np.array([parent], object), source=4326, target=epsg)
    )
    gaps, cracks = _gaps(flat, None if around is None else around[0], snap_m)
    snapped = len(narrow) + len(cracks)
    out = shapes
    if snapped and not wide and hasattr(shapely, "coverage_clean"):
        clean = np.asarray(shapely.coverage_clean(flat, gap_width=snap_m), dtype=object)
        whole = shapely.is_valid(clean) & ~shapely.is_empty(clean)
        moved = np.abs(shapely.area(clean) - shapely.area(flat)) > LEAST_M2
        change = whole & moved if whole.all() else np.zeros(len(flat), bool)
        out = shapes.copy()
        if whole.all():
            out[:] = project(clean, source=epsg, target=4326)
        snapped = max(int(change.sum()), snapped) if whole.all() else 0
    findings = [_finding("overlap", part, epsg, pair=(a, b)) for a, b, part in wide]
    findings += [_finding("gap", part, epsg) for part in gaps]
    overlaps = tuple((a, b, float(shapely.area(part))) for a, b, part in wide)
    return Tiled(out, overlaps, findings[:MOST_TOLD], snapped)


Pairs = list[tuple[int, int, Any]]


def _overlaps(flat: Geometries, snap_m: float) -> tuple[Pairs, Pairs]:
    """(later row, earlier row, ground in both): wider than `snap_m`, and narrower."""
    a, b = shapely.STRtree(flat).query(flat, predicate="intersects")
    first = a > b
    a, b = a[first], b[first]
    both = shapely.intersection(flat[a], flat[b])
    area = shapely.area(both)
    wide: Pairs = []
    narrow: Pairs = []
    for i in np.flatnonzero(area > LEAST_M2):
        width = 2 * area[i] / max(shapely.length(both[i]), 1e-9)
        (wide if width > snap_m else narrow).append((int(a[i]), int(b[i]), both[i]))
    return wide, narrow


def _gaps(
    flat: Geometries, parent: shapely.Geometry | None, snap_m: float
) -> tuple[list[Any], list[Any]]:
    """Ground that no surface covers: wider than `snap_m`, and narrower."""
    if not len(flat):
        return [], []
    union = shapely.union_all(flat)
    ground = _filled(union) if parent is None else parent
    left = shapely.get_parts(shapely.difference(ground, union))
    parts = [p for p in left if p.geom_type == "Polygon" and p.area > LEAST_M2]
    wide = [p for p in parts if 2 * p.area / p.length > snap_m]
    return sorted(wide, key=lambda p: -p.area), [
        p for p in parts if 2 * p.area / p.length <= snap_m
    ]


def _filled(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.union_all([shapely.Polygon(part.exterior) for part in parts])


def _finding(kind: str, part: Any, epsg: int, *, pair: Sequence[int] | None = None) -> Facts:
    place = project(np.array([shapely.point_on_surface(part)], object), source=epsg, target=4326)[0]
    facts: Facts = {"kind": kind, "area_m2": round(float(part.area), 2)}
    facts["place"] = [round(place.x, 7), round(place.y, 7)]
    if pair is not None:
        facts["rows"] = [int(pair[0]), int(pair[1])]
    return facts
