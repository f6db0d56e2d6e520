"""What each block is used for, and what that puts on the ground: houses, fences, ways, gates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from gisgrid.demo.fill import FILLS, HOMES, House, Rng
from gisgrid.demo.network import Ground, Shapes
from gisgrid.demo.plots import entries_of, frame_of, largest, walls_of, ways_of, without_spine

WANTED_DWELLINGS = 2_650
"""Dwellings a community builds before it turns to other uses; about one in seven is empty."""

SETBACK_M = 7.0
NARROW_M = 26.0
"""A block nowhere wider than twice this is left green: the quays, the strip along the railway."""
WALLED = frozenset({"slab", "mid", "tower", "villa", "school", "works", "hospital"})
_OPEN = frozenset({"oldtown", "slab", "mid"})

_CHARACTERS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("slab", "slab", "mid"), ("school", "park")),
    (("tower", "slab", "mid", "slab"), ("school", "hospital", "park")),
    (("slab", "mid", "slab"), ("works", "market", "school")),
    (("slab", "slab", "oldtown"), ("school", "market")),
    (("tower", "slab", "mid"), ("office", "school", "market")),
    (("mid", "tower", "villa", "slab"), ("park", "school")),
    (("oldtown", "slab", "oldtown", "slab"), ("market", "school")),
    (("slab", "oldtown", "slab", "mid"), ("school", "office")),
    (("slab", "mid", "slab", "tower"), ("works", "market")),
    (("mid", "slab", "tower"), ("school", "park", "market")),
    (("mid", "slab", "villa", "tower"), ("works", "park", "office")),
)
"""For each community in turn: how people live there, and what else there is."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block in use. Houses, fences and ways are in ground metres."""

    community: int
    use: str
    shape: Polygon
    houses: tuple[House, ...]
    green: tuple[Polygon, ...]
    water: tuple[Polygon, ...]
    walls: tuple[LineString, ...]
    ways: tuple[LineString, ...]
    gates: tuple[Point, ...]


def used_blocks(ground: Ground, rng: Rng) -> list[Block]:
    """Every block of the district with its use, community by community."""
    shapes = np.array(ground.blocks, dtype=object)
    corners = _street_corners(ground)
    blocks: list[Block] = []
    for community, area in enumerate(ground.communities):
        mine = shapes[shapely.within(shapely.point_on_surface(shapes), area)]
        blocks += _community(community, list(mine), corners, rng)
    return blocks


def _street_corners(ground: Ground) -> Shapes:
    """Bends of the streets (never their ends): the places where a gate's way may begin."""
    inner = [shapely.get_coordinates(line)[1:-1] for line in ground.lines("collector", "lane")]
    return np.asarray(shapely.points(np.concatenate(inner)), dtype=object)


def _community(number: int, shapes: list[Polygon], corners: Shapes, rng: Rng) -> Iterator[Block]:
    """Institutions first, then homes until there are enough, then green and work."""
    homes, special = _CHARACTERS[number % len(_CHARACTERS)]
    broad = [shape for shape in shapes if not shape.buffer(-NARROW_M).is_empty]
    yield from (
        _block(number, "green", shape, corners, rng)
        for shape in shapes
        if shape.buffer(-NARROW_M).is_empty
    )
    for use in special:
        if len(broad) > 4:
            yield _block(number, use, broad.pop(_fitting(broad, use)), corners, rng)
    dwellings = 0
    for turn, n in enumerate(rng.permutation(len(broad))):
        use = homes[turn % len(homes)] if dwellings < WANTED_DWELLINGS else str(rng.choice(_REST))
        block = _block(number, use, broad[n], corners, rng)
        dwellings += sum(house.dwellings for house in block.houses)
        yield block


_REST = ("office", "villa", "green", "works", "villa", "office")
"""What the rest of a community is for once enough homes stand."""

_ROOM_M2 = {"school": 16_000, "hospital": 22_000, "market": 11_000, "park": 60_000}


def _fitting(shapes: Sequence[Polygon], use: str) -> int:
    """Index of the block that suits a use best."""
    wanted = _ROOM_M2.get(use, 14_000)

    def misfit(shape: Polygon) -> float:
        """How far the size is off, and how far the shape is from a rectangle."""
        square = shape.area / shape.minimum_rotated_rectangle.area
        return abs(float(np.log(shape.area / wanted))) + 3 * (1 - square)

    return min(range(len(shapes)), key=lambda n: misfit(shapes[n]))


def _block(community: int, use: str, shape: Polygon, corners: Shapes, rng: Rng) -> Block:
    """One block, built up in its own frame and brought back to the ground."""
    frame = frame_of(shape)
    plot = frame.local(shape).simplify(0.3)
    inner = largest(plot.buffer(-SETBACK_M))
    entries = [] if use in ("park", "green") else entries_of(plot, frame, corners, two=use in _OPEN)
    homes = use in HOMES
    half = 2.4 if use == "oldtown" else 4.5
    free = without_spine(inner, entries[0].gate.x, half) if entries and homes else inner
    filled = FILLS[use](free, rng)
    if homes and not filled.houses:  # too small or too crooked to build on
        return _block(community, "green", shape, corners, rng)
    alleys = filled.alleys if use == "oldtown" else filled.alleys[::2]
    ways = ways_of(inner, alleys if homes else (), entries, frame)
    walled = use in WALLED and bool(filled.houses)
    return Block(
        community=community,
        use=use,
        shape=shape,
        houses=tuple(replace(h, shape=frame.ground(h.shape)) for h in filled.houses),
        green=tuple(frame.ground(green) for green in filled.green),
        water=tuple(frame.ground(lake) for lake in filled.water),
        walls=tuple(walls_of(shape, ways)) if walled else (),
        ways=ways,
        gates=tuple(frame.ground(entry.gate) for entry in entries),
    )
