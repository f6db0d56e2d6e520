"""The plot of a block: its own frame, its gates, the ways inside, the wall round it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from gisgrid.demo.fill import free_intervals
from gisgrid.demo.network import Shapes

GATE_M = 5.0
"""Half the width of the opening that a gate leaves in a wall."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A block's own frame: its middle, and the direction of its rows."""

    x: float
    y: float
    angle: float

    def local(self, shape: Any) -> Any:
        moved = affinity.translate(shape, -self.x, -self.y)
        return affinity.rotate(moved, -self.angle, origin=(0, 0), use_radians=True)

    def ground(self, shape: Any) -> Any:
        turned = affinity.rotate(shape, self.angle, origin=(0, 0), use_radians=True)
        return affinity.translate(turned, self.x, self.y)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a block is entered: a bend of the street (ground) and the gate (own frame)."""

    street: Point
    gate: Point


def frame_of(shape: Polygon) -> Frame:
    """Rows run along the side that is nearest to east–west, so that homes face south."""
    sides = np.diff(shapely.get_coordinates(shape.minimum_rotated_rectangle), axis=0)
    angles = (np.arctan2(sides[:, 1], sides[:, 0]) + np.pi / 2) % np.pi - np.pi / 2
    angle = float(np.clip(angles[np.argmin(np.abs(angles))], -0.35, 0.35))
    return Frame(shape.centroid.x, shape.centroid.y, angle)


def largest(shape: BaseGeometry) -> Polygon:
    """The largest piece of a shape."""
    parts: list[Polygon] = list(shapely.get_parts(shape))
    return max(parts, key=lambda part: part.area)


def without_spine(inner: Polygon, x: float, half: float) -> Any:
    """The plot without the way that runs through it at x."""
    _, south, _, north = inner.bounds
    return inner.difference(box(x - half, south, x + half, north))


def entries_of(plot: Polygon, frame: Frame, corners: Shapes, *, two: bool) -> list[Entry]:
    """Gates in the northern and southern sides, opposite a bend of a street; the better one first.

    No entry where the block touches no small street in the north or south.
    """
    near = corners[shapely.dwithin(corners, frame.ground(plot), 24)]
    found: list[tuple[float, Entry]] = []
    for side in (-1, 1):
        spots = [
            (spot, street) for street in near if _opposite(plot, spot := frame.local(street), side)
        ]
        gates = [
            (abs(spot.x), Entry(street, gate))
            for spot, street in spots
            if (gate := _gate(plot, spot)) is not None
        ]
        found += sorted(gates, key=lambda entry: entry[0])[:1]
    found.sort(key=lambda entry: entry[0])
    return [entry for _, entry in found[: 2 if two else 1]]


def _opposite(plot: Polygon, spot: Point, side: int) -> bool:
    west, south, east, north = plot.bounds
    beside = west + 0.2 * (east - west) < spot.x < west + 0.8 * (east - west)
    edge = north if side > 0 else south
    outside = not plot.contains(spot) and abs(spot.y - edge) < 0.35 * (north - south)
    return bool(beside and outside)


def _gate(plot: Polygon, street: Point) -> Point | None:
    """Where the way straight from the street meets the fence, None when it passes by."""
    inward = 1 if plot.centroid.y > street.y else -1
    ray = LineString([(street.x, street.y), (street.x, street.y + inward * 300)])
    met = shapely.get_coordinates(ray.intersection(plot.exterior))
    if not len(met):
        return None
    return Point(met[np.argmin(np.abs(met[:, 1] - street.y))])


def ways_of(
    inner: Polygon, alleys: Sequence[float], entries: Sequence[Entry], frame: Frame
) -> tuple[LineString, ...]:
    """Ways on the ground: a spine from gate to gate, and an alley on either side of it."""
    if not entries:
        return ()
    first = entries[0].gate
    crossed = {y: ends for y in alleys if (ends := _alley(inner, y, first.x))}
    if not crossed:
        return tuple(_stub(entry, frame) for entry in entries)
    upward = first.y < np.mean(list(crossed))
    stops = [(first.x, y) for y in sorted(crossed, reverse=not upward)]
    spine = [first.coords[0], *stops]
    if len(entries) > 1:
        spine.append(entries[1].gate.coords[0])
    ways = [_from_street(entries, spine, frame)]
    for (west, east), y in ((ends, y) for y, ends in crossed.items()):
        ways.append(frame.ground(LineString([(west, y), (first.x, y), (east, y)])))
    return tuple(ways)


def _alley(inner: Polygon, y: float, x: float) -> tuple[float, float] | None:
    """West and east end of the alley at y that crosses the spine."""
    for west, east in free_intervals(inner, y - 1, y + 1):
        if west + 8 < x < east - 8:
            return west + 3, east - 3
    return None


def _from_street(
    entries: Sequence[Entry], spine: Sequence[tuple[float, ...]], frame: Frame
) -> LineString:
    """The spine with the exact bends of the streets at its ends, so that they share a vertex."""
    middle = shapely.get_coordinates(frame.ground(LineString(spine)))
    ends = [shapely.get_coordinates(entry.street) for entry in entries]
    return LineString(np.concatenate([ends[0], middle, *ends[1:2]]))


def _stub(entry: Entry, frame: Frame) -> LineString:
    """A short way in: street, gate, and ten metres of yard."""
    street = frame.local(entry.street)
    inward = 1 if entry.gate.y > street.y else -1
    yard = (entry.gate.x, entry.gate.y + inward * 10)
    return _from_street([entry], [entry.gate.coords[0], yard], frame)


def walls_of(plot: Polygon, ways: Sequence[LineString]) -> Iterator[LineString]:
    """The wall round a plot, open where a way passes."""
    ring = largest(plot.simplify(0.3).buffer(-1.0)).exterior
    open_at = shapely.union_all([way.buffer(GATE_M) for way in ways])
    merged = shapely.line_merge(ring.difference(open_at))
    yield from (part for part in shapely.get_parts(merged) if part.length > 3)
