"""Shapes through the gate: sound ones pass, small clear faults are mended, the rest is quarantined.

A repair is clear and small when it changes the area by at most a hundredth (or a square metre).
Where an outline crosses itself often, mending could take minutes: such a shape is not tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gisgrid.geo.crs import positions
from gisgrid.geo.edges import Floats, Geometries, strokes
from gisgrid.geo.outlines import Outlines, outlines
from gisgrid.geo.readings import flat
from gisgrid.geo.repair import MAX_MEND_VERTICES
from gisgrid.io.incoming.source import Facts

MOST_CROSSINGS = 64
MOST_MENDED = 5_000
SMALL_SHARE, SMALL_M2 = 0.01, 1.0
SLIVER_M2, SLIVER_WIDTH_M = 0.5, 0.02
_PLACE = re.compile(r"\[([-\d.e+]+) ([-\d.e+]+)\]")
_TYPES = {"surface": (3, 6), "line": (1, 5), "point": (0, 4), "maybe": (0, 4)}
_WRONG = {"surface": "no_surface", "line": "no_line", "point": "no_point", "maybe": "no_point"}


@dataclass(slots=True)
class Gate:
    """What became of (n,) shapes: `reason` "" where the shape is good, `facts` of a few rows.

    `areas` (n,) of surfaces in square metres; None before they are measured.
    """

    shapes: Geometries
    reason: Any
    facts: dict[int, Facts] = field(default_factory=dict)
    repairs: dict[int, Facts] = field(default_factory=dict)
    suggestions: dict[int, BaseGeometry] = field(default_factory=dict)
    areas: Floats | None = None

    def refuse(self, rows: Any, reason: str) -> None:
        """Give rows that are still good a reason."""
        mask = np.zeros(len(self.shapes), dtype=bool)
        mask[rows] = True
        self.reason[mask & (self.reason == "")] = reason

    def good(self) -> Any:
        """Rows that are still good."""
        return np.flatnonzero(self.reason == "")


def through_gate(
    shapes: Geometries, wanted: str, *, metric_epsg: int, most_vertices: int, accept: bool = False
) -> Gate:
    """Check (n,) shapes in EPSG:4326 of one kind ("surface", "line", "point"), and mend them.

    Parameters
    ----------
    metric_epsg
        In which areas are measured.
    most_vertices
        Of one shape; more is refused before anything is computed.
    accept
        Take every repair that can be made, also one that changes much: the user has seen it.
    """
    plane = flat(shapes)
    gate = Gate(plane, np.full(len(plane), "", dtype=object))
    gate.refuse(shapely.is_missing(plane) | shapely.is_empty(plane), "no_shape")
    _check_positions(gate)
    gate.refuse(shapely.get_num_coordinates(plane) > most_vertices, "too_many_points")
    kind = shapely.get_type_id(plane)
    if wanted == "surface":
        _take_surfaces_out(gate, kind)
        kind = shapely.get_type_id(gate.shapes)
    gate.refuse(~np.isin(kind, _TYPES[wanted]), _WRONG[wanted])
    if wanted in ("surface", "line"):
        _drop_repeated(gate)
    if wanted == "surface":
        _mend(gate, metric_epsg, accept=accept)
        _check_slivers(gate, metric_epsg)
    return gate


def _check_positions(gate: Gate) -> None:
    xy, row = shapely.get_coordinates(gate.shapes, return_index=True)
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(xy).all(axis=1)
        wild = ~((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90))
        nought = (np.abs(xy) < 1e-9).all(axis=1)
    gate.refuse(np.unique(row[~finite]), "not_finite")
    gate.refuse(np.unique(row[wild]), "outside_earth")
    gate.refuse(np.unique(row[nought]), "zero_coordinates")


def _take_surfaces_out(gate: Gate, kind: Any) -> None:
    """The surfaces of a collection, and of a closed line, are what was meant."""
    for row in np.flatnonzero((kind == 7) & (gate.reason == "")):
        parts = [p for p in shapely.get_parts(gate.shapes[row]) if p.geom_type == "Polygon"]
        if parts:
            gate.shapes[row] = shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]
    for row in np.flatnonzero((kind == 1) & (gate.reason == "")):
        if (
            shapely.is_closed(gate.shapes[row])
            and shapely.get_num_coordinates(gate.shapes[row]) > 3
        ):
            gate.shapes[row] = shapely.Polygon(gate.shapes[row])
            gate.repairs[int(row)] = {"kind": "line_to_surface"}


def _drop_repeated(gate: Gate) -> None:
    good = gate.good()
    good = good[_repeats(gate.shapes[good])]
    good = good[shapely.is_valid(gate.shapes[good])]  # the others are mended as a whole
    before = gate.shapes[good]
    after = shapely.remove_repeated_points(before)
    fewer = shapely.get_num_coordinates(after) < shapely.get_num_coordinates(before)
    sound = fewer & ~shapely.is_empty(after)
    gate.shapes[good[sound]] = after[sound]
    for row in good[sound]:
        gate.repairs[int(row)] = {"kind": "repeated_points"}


def _repeats(shapes: Geometries) -> Any:
    """(n,) whether a shape may have a point twice in a row; never False where it has."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    twice = (xy[1:] == xy[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    found = np.zeros(len(shapes), dtype=bool)
    found[owner[1:][twice]] = True
    return found


def _mend(gate: Gate, epsg: int, *, accept: bool) -> None:
    good = gate.good()
    broken = good[~shapely.is_valid(gate.shapes[good])]
    for row, why in zip(broken, shapely.is_valid_reason(gate.shapes[broken]), strict=True):
        _mend_one(gate, int(row), str(why), epsg, accept=accept)


def _mend_one(gate: Gate, row: int, why: str, epsg: int, *, accept: bool) -> None:
    shape = gate.shapes[row]
    place = _PLACE.search(why)
    facts: Facts = {"why": why.split("[", maxsplit=1)[0].strip()}
    if place:
        facts["place"] = [float(place.group(1)), float(place.group(2))]
    gate.facts[row] = facts
    if not can_be_mended(shape):
        gate.refuse([row], "outline_broken")
        return
    mended = _mended(shape)
    before, after = area_m2([shape], epsg)[0], 0.0 if mended is None else area_m2([mended], epsg)[0]
    facts |= {"before_m2": round(float(before), 2), "after_m2": round(float(after), 2)}
    if mended is None:
        gate.refuse([row], "outline_broken")
        return
    if accept or abs(after - before) <= max(SMALL_SHARE * before, SMALL_M2):
        gate.shapes[row] = mended
        gate.repairs[row] = {"kind": "self_intersection", **facts}
        return
    gate.suggestions[row] = mended
    gate.refuse([row], "outline_broken")


def _mended(shape: BaseGeometry) -> BaseGeometry | None:
    """A sound surface made of a broken one; None where GEOS finds none."""
    try:
        return _surfaces_of(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    except shapely.errors.GEOSException:
        return None


def can_be_mended(shape: BaseGeometry) -> bool:
    """Whether mending is sure to be quick: few points, or few crossings."""
    count = int(shapely.get_num_coordinates(shape))
    if count <= MAX_MEND_VERTICES:
        return True
    return count <= MOST_MENDED and _crossings(shape) <= MOST_CROSSINGS


def _crossings(shape: BaseGeometry) -> int:
    """How often segments of an outline cross others than their neighbours."""
    rings = shapely.get_rings(shape)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.flatnonzero(ring[1:] == ring[:-1])
    segments = strokes(xy[at], xy[at + 1])
    found = 0
    tree = shapely.STRtree(segments)
    for first in range(0, len(segments), 200):
        a, b = tree.query(segments[first : first + 200], predicate="crosses")
        found += int((a + first < b).sum())
        if found > MOST_CROSSINGS:
            break
    return found


def _surfaces_of(shape: BaseGeometry | None) -> BaseGeometry | None:
    """The surfaces that repair left, slivers dropped; None where nothing is left."""
    if shape is None or shape.is_empty:
        return None
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    if not parts:
        return None
    area = np.array([part.area for part in parts])
    kept = [p for p, a in zip(parts, area, strict=True) if a > 1e-4 * area.max()]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def area_m2(shapes: Any, epsg: int) -> Floats:
    """(n,) areas in square metres of shapes in EPSG:4326."""
    return outlines_m(np.asarray(shapes, dtype=object), epsg).area


def outlines_m(shapes: Geometries, epsg: int) -> Outlines:
    """Measures in metres of (n,) surfaces in EPSG:4326."""
    xy = positions(shapely.get_coordinates(shapes), source=4326, target=epsg)
    return outlines(shapes, xy)


def _check_slivers(gate: Gate, epsg: int) -> None:
    good = gate.good()
    if not len(good):
        return
    found = outlines_m(gate.shapes[good], epsg)
    gate.areas = np.full(len(gate.shapes), np.nan)
    gate.areas[good] = found.area
    with np.errstate(invalid="ignore", divide="ignore"):
        thin = (found.area < SLIVER_M2) | (2 * found.area / found.length < SLIVER_WIDTH_M)
    gate.refuse(good[thin], "sliver")


def places(shapes: Geometries) -> Floats:
    """(n, 2) a position of each shape to look at it by; NaN where there is none."""
    xy = np.full((len(shapes), 2), np.nan)
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    xy[:, 0], xy[:, 1] = (west + east) / 2, (south + north) / 2
    return np.where(np.isfinite(xy), xy, np.nan)
