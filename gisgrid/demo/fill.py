"""Buildings inside a block: rows of slabs, towers, villas, old lanes, and single institutions.

Everything here works in the block's own frame: metres, rows run along x, y points north.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon, box

from gisgrid.demo.layout import Floats

Rng = np.random.Generator
Shape = Any
"""A polygon, as set operations of shapely give it."""


@dataclass(frozen=True, slots=True)
class House:
    """A building: footprint, use (words of OpenStreetMap), storeys, dwellings."""

    shape: Polygon
    use: str
    levels: int
    dwellings: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a block, and the y of the ways between its rows."""

    houses: tuple[House, ...]
    alleys: tuple[float, ...] = ()
    green: tuple[Polygon, ...] = ()
    water: tuple[Polygon, ...] = field(default=())


def free_intervals(inner: Polygon, low: float, high: float) -> Iterator[tuple[float, float]]:
    """The x intervals in which the whole strip between two y lies inside `inner`."""
    west, _, east, _ = inner.bounds
    outside = shapely.get_parts(box(west - 1, low, east + 1, high).difference(inner))
    edges = sorted((part.bounds[0], part.bounds[2]) for part in outside)
    x = west
    for start, end in edges:
        if start > x:
            yield x, start
        x = max(x, end)
    if x < east:
        yield x, east


def _lengths(room: float, wanted: float, gap: float) -> tuple[int, float]:
    """How many pieces of about `wanted` fit into `room`, and how long each becomes."""
    count = int((room + gap) // (wanted * 0.86 + gap))
    return count, min(wanted * 1.25, (room - (count - 1) * gap) / count) if count else 0.0


def _rows(
    inner: Polygon, depth: float, pitch: float, rng: Rng
) -> Iterator[tuple[float, list[tuple[float, float]]]]:
    _, south, _, north = inner.bounds
    count = max(1, int((north - south - depth) // pitch) + 1)
    spare = (north - south) - ((count - 1) * pitch + depth)
    start = south + spare * float(rng.uniform(0.35, 0.65))
    for row in range(count):
        y = start + row * pitch
        yield y, list(free_intervals(inner, y, y + depth))


def slabs(
    inner: Polygon, rng: Rng, *, levels: tuple[int, ...], pitch: float, wanted: float
) -> Filled:
    """Parallel rows facing south, two flats to a stairwell of about 15 m."""
    depth = float(rng.uniform(12.0, 13.6))
    height = int(rng.choice(levels))
    houses, alleys = [], []
    for y, intervals in _rows(inner, depth, pitch, rng):
        alleys.append(y - (pitch - depth) / 2)
        for west, east in intervals:
            gap = float(rng.uniform(9, 13))
            count, length = _lengths(east - west, wanted, gap)
            for n in range(count):
                if rng.random() < 0.08:
                    continue  # a patch of green, a bicycle shed
                x = west + n * (length + gap)
                storeys = height if rng.random() < 0.85 else int(rng.choice(levels))
                flats = max(1, round(length / 15)) * 2 * storeys
                houses.append(House(_slab(x, y, length, depth, rng), "apartments", storeys, flats))
    return Filled(tuple(houses), tuple(alleys))


def _slab(x: float, y: float, length: float, depth: float, rng: Rng) -> Shape:
    """A slab; some have an end that steps back."""
    whole = box(x, y, x + length, y + depth)
    if length < 34 or rng.random() < 0.6:
        return whole
    step = float(rng.uniform(12, 16))
    cut = box(x + length - step, y, x + length, y + 3.2)
    return whole.difference(cut)


def old_slabs(inner: Polygon, rng: Rng) -> Filled:
    """Six storeys without lift, 1980s to 1990s."""
    return slabs(inner, rng, levels=(5, 6, 6), pitch=float(rng.uniform(36, 41)), wanted=46)


def mid_rise(inner: Polygon, rng: Rng) -> Filled:
    """Eleven storeys with lift, wider apart."""
    return slabs(inner, rng, levels=(9, 11, 11), pitch=float(rng.uniform(54, 60)), wanted=34)


def towers(inner: Polygon, rng: Rng) -> Filled:
    """Point towers, staggered, four flats to a storey."""
    pitch, houses, alleys = float(rng.uniform(60, 68)), [], []
    storeys = int(rng.choice([18, 24, 26, 28, 32]))
    for row, (y, intervals) in enumerate(_rows(inner, 23.0, pitch, rng)):
        alleys.append(y - (pitch - 23.0) / 2)
        for west, east in intervals:
            count, length = _lengths(east - west - 12 * (row % 2), 29.0, 30.0)
            for n in range(count):
                x = west + 12 * (row % 2) + n * (length + 30.0)
                levels = storeys - int(rng.integers(0, 3))
                houses.append(House(_cross(x, y, length), "apartments", levels, 4 * levels))
    return Filled(tuple(houses), tuple(alleys))


def _cross(x: float, y: float, width: float) -> Shape:
    """A butterfly plan: a core with four wings."""
    core = box(x + 5, y, x + width - 5, y + 23)
    return core.union(box(x, y + 4, x + width, y + 19)).normalize()


def villas(inner: Polygon, rng: Rng) -> Filled:
    """Single houses, each turned a little its own way."""
    houses, alleys = [], []
    for row, (y, intervals) in enumerate(_rows(inner, 14.0, 31.0, rng)):
        if row % 2 == 0:
            alleys.append(y - 7.0)
        for west, east in intervals:
            count, length = _lengths(east - west, 14.0, 13.0)
            for n in range(count):
                if rng.random() < 0.08:
                    continue
                x = west + n * (length + 13.0)
                plan = box(x, y + 1, x + min(length, 13.5), y + float(rng.uniform(10.5, 12.5)))
                houses.append(
                    House(_turned(plan, rng, 5.0), "detached", int(rng.choice([2, 3, 3])), 1)
                )
    return Filled(tuple(houses), tuple(alleys))


def _turned(shape: Polygon, rng: Rng, most: float) -> Polygon:
    return affinity.rotate(shape, float(rng.uniform(-most, most)))


def old_town(inner: Polygon, rng: Rng) -> Filled:
    """Row houses wall to wall and back to back along narrow lanes."""
    houses: list[House] = []
    alleys = []
    for y, _ in _rows(inner, 18.0, 22.5, rng):
        alleys.append(y - 2.2)
        party = y + float(rng.uniform(8.2, 9.8))  # the wall between the two rows
        for low, high in ((y, party), (party, y + 18.0)):
            for west, east in free_intervals(inner, low, high):
                houses += _terrace(west, east, low, high, rng)
    return Filled(tuple(houses), tuple(alleys))


def _terrace(west: float, east: float, low: float, high: float, rng: Rng) -> Iterator[House]:
    x = west
    while x + 5.5 < east:
        wide = float(rng.choice([7.0, 8.5, 10.0, 12.0, 16.0], p=[0.2, 0.25, 0.25, 0.2, 0.1]))
        end = min(x + wide, east)
        if east - end < 5.5:
            end = east
        if rng.random() > 0.07:  # now and then a yard
            levels = int(rng.choice([1, 2, 2, 3]))
            flats = 1 if wide < 8.6 else int(rng.choice([1, 2, 3]))
            yield House(box(x, low, end, high), "terrace", levels, flats)
        x = end


def _centre(inner: Polygon) -> tuple[float, float]:
    point = inner.centroid if inner.contains(inner.centroid) else inner.representative_point()
    return point.x, point.y


def _kept(inner: Polygon, *houses: House) -> tuple[House, ...]:
    return tuple(house for house in houses if inner.contains(house.shape))


def _placed(inner: Polygon, plan: Sequence[Shape]) -> list[Shape]:
    """The plan around the middle of a plot, as large as fits (at most 1.15, at least 0.4)."""
    x, y = _centre(inner)
    for size in (1.15, 1.0, 0.85, 0.7, 0.55, 0.4):
        scaled = [affinity.scale(shape, size, size, origin=(0, 0)) for shape in plan]
        parts = [affinity.translate(shape, x, y) for shape in scaled]
        if all(inner.contains(part) for part in parts):
            break
    return [part for part in parts if inner.contains(part)]


def school(inner: Polygon, rng: Rng) -> Filled:
    """A teaching building round a court, a hall, and a running track to the south."""
    levels = (int(rng.integers(3, 6)), 2)
    court: Shape = box(-38, 6, 38, 42).difference(box(-26, 6, 26, 29))
    track: Shape = box(-14, -38, 34, -12).buffer(5)
    parts = _placed(inner, (court, box(-44, -36, -24, -6), track))
    houses = [House(part, "school", n) for part, n in zip(parts[:2], levels, strict=False)]
    return Filled(tuple(houses), green=tuple(parts[2:]))


def hospital(inner: Polygon, rng: Rng) -> Filled:
    """An H-shaped ward block and an outpatients' wing."""
    ward: Shape = box(-32, -6, 32, 8).union(box(-32, -26, -19, 28)).union(box(19, -26, 32, 28))
    parts = _placed(inner, (ward, box(-28, -50, 28, -36)))
    levels = (int(rng.integers(8, 12)), 4)
    return Filled(tuple(House(part, "hospital", n) for part, n in zip(parts, levels, strict=False)))


def market(inner: Polygon, rng: Rng) -> Filled:
    """Two halls with a yard between them."""
    parts = _placed(inner, (box(-34, 6, 34, 34), box(-34, -34, float(rng.uniform(8, 30)), -8)))
    return Filled(tuple(House(part, "retail", 2) for part in parts))


def offices(inner: Polygon, rng: Rng) -> Filled:
    """Podiums with office towers on them, drawn as one footprint each."""
    houses = []
    for y, intervals in _rows(inner, 30.0, 62.0, rng):
        for west, east in intervals:
            count, length = _lengths(east - west, 46.0, 18.0)
            for n in range(count):
                x = west + n * (length + 18.0)
                use = str(rng.choice(["office", "commercial", "office", "hotel"]))
                plan = box(x, y, x + length, y + float(rng.uniform(22, 30)))
                houses.append(House(plan, use, int(rng.integers(5, 22))))
    return Filled(tuple(houses))


def works(inner: Polygon, rng: Rng) -> Filled:
    """Long sheds and a small office."""
    houses = []
    for y, intervals in _rows(inner, 24.0, 40.0, rng):
        for west, east in intervals:
            count, length = _lengths(east - west, 74.0, 14.0)
            houses += [
                House(
                    box(x, y, x + length, y + float(rng.uniform(18, 24))),
                    "industrial" if rng.random() < 0.6 else "warehouse",
                    1,
                )
                for x in west + np.arange(count) * (length + 14.0)
            ]
    return Filled(tuple(houses))


def green(inner: Polygon, rng: Rng) -> Filled:
    """Grass and trees to the fence, and in a larger one a small pavilion."""
    if inner.area < 9_000:
        return Filled((), green=(inner.buffer(6),))
    x, y = _centre(inner)
    pavilion = _turned(box(x - 5, y - 5, x + 5, y + 5), rng, 45)
    return Filled(_kept(inner, House(pavilion, "pavilion", 1)), green=(inner.buffer(6),))


def park(inner: Polygon, rng: Rng) -> Filled:
    """A green with a lake and a pavilion at its shore."""
    x, y = _centre(inner)
    reach = np.sqrt(inner.area) * float(rng.uniform(0.17, 0.22))
    turn = float(rng.uniform(0, np.pi))
    angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    radius = reach * (1 + 0.25 * np.sin(2 * angle + turn) + 0.12 * np.sin(3 * angle))
    shore = _around(x, y, 1.45 * radius * np.cos(angle), 0.85 * radius * np.sin(angle))
    lake: Shape = Polygon(shore).intersection(inner.buffer(-6))
    spot = lake.buffer(14).exterior.interpolate(0.1, normalized=True)
    pavilion = _turned(box(spot.x - 6, spot.y - 6, spot.x + 6, spot.y + 6), rng, 45)
    return Filled(
        _kept(inner, House(pavilion, "pavilion", 1)), green=(inner.buffer(6),), water=(lake,)
    )


def _around(x: float, y: float, dx: Floats, dy: Floats) -> Floats:
    return np.column_stack([x + dx, y + dy])


FILLS: dict[str, Callable[[Polygon, Rng], Filled]] = {
    "slab": old_slabs,
    "mid": mid_rise,
    "tower": towers,
    "villa": villas,
    "oldtown": old_town,
    "school": school,
    "hospital": hospital,
    "market": market,
    "office": offices,
    "works": works,
    "park": park,
    "green": green,
}
HOMES = frozenset({"slab", "mid", "tower", "villa", "oldtown"})
