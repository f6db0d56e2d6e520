"""Where the streets, the river and the railway of the demonstration district run.

Everything is drawn on a sheet of straight lines, noded there once, and only then bent: a smooth
bend keeps what meets together, so streets, blocks and units share their vertices exactly.
Sheet and ground are in metres; the sheet's v axis is 0 at the river and points north.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString

from gisgrid.demo import names

COMMUNITY_WIDTH_M = 880.0
COMMUNITY_HEIGHT_M = 515.0
RIVER_HALF_M = 21.0
QUAY_M = 62.0
NODE_M = 0.01
VERGE_M = 16.0
OVERSHOOT_M = 14.0
BEYOND_M = 45.0
"""How far the river and the railway go on outside the district."""
DIAGONAL_IN = 4
"""Number of the community that a slanting street crosses."""

BEND_EVERY_M = 22.0
TURN = np.deg2rad(4.0)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Size:
    """How many communities: columns west to east, rows north and south of the river.

    The last row in the south has one community less, being wider there.
    """

    columns: int = 3
    north: int = 2
    south: int = 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line on the sheet. `kind`: arterial, collector, lane, river, bank, rail or verge."""

    line: LineString
    kind: str
    name: str | None = None
    border: bool = False  # runs along the border of a community


def bend(points: Floats) -> Floats:
    """(n, 2) sheet metres to ground metres: a gentle curve, then a turn."""
    u, v = points[:, 0], points[:, 1]
    x = u + 55 * np.sin(v / 610 + 0.6) + 18 * np.sin(u / 390 + 1.0)
    y = v + 120 * np.sin(u / 560 + 0.2) + 26 * np.sin(u / 300 + v / 650)
    return np.column_stack(
        [x * np.cos(TURN) - y * np.sin(TURN), x * np.sin(TURN) + y * np.cos(TURN)]
    )


def flatten(points: Floats) -> Floats:
    """(n, 2) ground metres back to the sheet: `bend` undone, to the millimetre."""
    guess = points.copy()
    for _ in range(60):
        guess = guess + (points - bend(guess))
    return guess


class _Sheet:
    """The columns and rows of one district, with the crookedness that is drawn once."""

    def __init__(self, size: Size, rng: np.random.Generator) -> None:
        self.size = size
        inner = size.columns - 1
        self.columns = np.arange(size.columns + 1) * COMMUNITY_WIDTH_M
        self.columns[1:-1] += rng.uniform(-55, 55, inner)
        self.skew = np.concatenate([[0.0], rng.uniform(-0.07, 0.07, inner), [0.02]])
        self.top = size.north * COMMUNITY_HEIGHT_M
        self.bottom = -size.south * COMMUNITY_HEIGHT_M
        self.width = size.columns * COMMUNITY_WIDTH_M

    def column(self, index: int, v: float) -> float:
        """u of the index-th north–south street at v."""
        return float(self.columns[index] + self.skew[index] * v)

    def across(
        self, v: float, *, kind: str, name: str | None, border: bool = False, beyond: float = 0.0
    ) -> Drawn:
        """A line from the western to the eastern edge at v, and a way `beyond` them."""
        west, east = self.column(0, v) - beyond, self.column(self.size.columns, v) + beyond
        return Drawn(LineString([(west, v), (east, v)]), kind, name, border)

    def along(self, index: int, low: float, high: float, **drawn: str | bool | None) -> Drawn:
        """A line on the index-th north–south street between two v."""
        ends = [(self.column(index, low), low), (self.column(index, high), high)]
        return Drawn(LineString(ends), **drawn)  # type: ignore[arg-type]


def sheet_lines(size: Size, rng: np.random.Generator) -> list[Drawn]:
    """All lines of a district on the sheet, not yet noded."""
    sheet = _Sheet(size, rng)
    roads, avenues = names.street_names("ns"), names.street_names("ew")
    small = names.street_names("small")
    lines = [*_water(sheet), *_avenues(sheet, avenues), *_roads(sheet, roads)]
    for number, corners in enumerate(_communities(sheet)):
        lines += _inside(corners, small, rng)
        if number == DIAGONAL_IN:
            lines.append(_small(corners, (0.02, 0.92), (0.97, 0.06), "collector", "团圆斜街"))
    if size.columns >= 3:
        rail = _railway(sheet)
        verges = (shapely.offset_curve(rail, side) for side in (-VERGE_M, VERGE_M))
        lines = [*_stopped_at(rail, lines), Drawn(rail, "rail", "柳湖铁路")]
        lines += [Drawn(LineString(verge.coords), "verge") for verge in verges]
    return lines


def _water(sheet: _Sheet) -> Iterator[Drawn]:
    yield sheet.across(0.0, kind="river", name="小清河", border=True)
    yield sheet.across(RIVER_HALF_M, kind="bank", name=None, beyond=BEYOND_M)
    yield sheet.across(-RIVER_HALF_M, kind="bank", name=None, beyond=BEYOND_M)
    yield sheet.across(QUAY_M, kind="collector", name="清河北路")
    if sheet.size.south:
        yield sheet.across(-QUAY_M, kind="collector", name="清河南路")


def _avenues(sheet: _Sheet, avenues: Iterator[str]) -> Iterator[Drawn]:
    for row in range(sheet.size.north, -sheet.size.south - 1, -1):
        if row:
            v = row * COMMUNITY_HEIGHT_M
            yield sheet.across(v, kind="arterial", name=next(avenues), border=True)


def _roads(sheet: _Sheet, roads: Iterator[str]) -> Iterator[Drawn]:
    size = sheet.size
    last_row = sheet.bottom + COMMUNITY_HEIGHT_M if size.south else -RIVER_HALF_M - 3
    for index in range(size.columns + 1):
        outer = index in (0, size.columns)
        low = sheet.bottom if outer and size.south else last_row
        yield sheet.along(index, low, sheet.top, kind="arterial", name=next(roads), border=True)
    for index in range(1, size.columns - 1 if size.south else 0):
        u = sheet.width * index / (size.columns - 1)
        ends = [(u + 25, sheet.bottom), (u - 20, last_row)]
        yield Drawn(LineString(ends), "arterial", next(roads), True)


Corners = tuple[tuple[float, float], tuple[float, float], float, float]
"""A community on the sheet: u at its bottom (west, east), u at its top, v of bottom and top."""


def _communities(sheet: _Sheet) -> Iterator[Corners]:
    """The ground between its streets; a row at the river ends at the quay."""
    size = sheet.size
    for row in range(size.north - 1, -size.south - 1, -1):
        low, high = row * COMMUNITY_HEIGHT_M, (row + 1) * COMMUNITY_HEIGHT_M
        low, high = (QUAY_M if row == 0 else low), (-QUAY_M if row == -1 else high)
        if row == -size.south and size.south and size.columns > 1:
            yield from _wide(sheet, low, high)
            continue
        for index in range(size.columns):
            yield _corners(sheet, index, low, high)


def _corners(sheet: _Sheet, index: int, low: float, high: float) -> Corners:
    def ends(v: float) -> tuple[float, float]:
        return sheet.column(index, v), sheet.column(index + 1, v)

    return ends(low), ends(high), low, high


def _wide(sheet: _Sheet, low: float, high: float) -> Iterator[Corners]:
    """The last row: one column less, its inner streets as `_roads` draws them."""
    count = sheet.size.columns - 1
    edges = [sheet.width * index / count for index in range(count + 1)]

    def at(index: int, v: float) -> float:
        if index in (0, count):
            return sheet.column(0 if index == 0 else sheet.size.columns, v)
        share = (v - sheet.bottom) / COMMUNITY_HEIGHT_M
        return edges[index] + 25 - 45 * share

    for index in range(count):
        bottom = (at(index, low), at(index + 1, low))
        yield bottom, (at(index, high), at(index + 1, high)), low, high


def _inside(corners: Corners, small: Iterator[str], rng: np.random.Generator) -> Iterator[Drawn]:
    """Collectors that quarter a community (more in a wide one), lanes that cut the quarters.

    Every line is drawn a little too long; noding finds where it meets the next one, and
    `network.noded` cuts off what sticks out.
    """
    (w0, e0), _, _, _ = corners
    count = max(2, round((e0 - w0) / 470))
    cuts = [0.0, *((np.arange(1, count) + rng.uniform(-0.12, 0.12, count - 1)) / count), 1.0]
    middle, tilt = float(rng.uniform(0.42, 0.58)), float(rng.uniform(-0.07, 0.07))
    yield _small(corners, (0, middle - tilt), (1, middle + tilt), "collector", next(small))
    for cut in cuts[1:-1]:
        yield _small(corners, (cut - 0.01, 0), (cut + 0.01, 1), "collector", next(small))
    for west, east in pairwise(cuts):
        level = middle + tilt * (west + east - 1)
        for south, north in ((0.0, level), (level, 1.0)):
            for a, b in _lanes(west, east, south, north, rng):
                yield _small(corners, a, b, "lane", next(small))


Point = tuple[float, float]


def _small(corners: Corners, start: Point, end: Point, kind: str, name: str) -> Drawn:
    """A line between two places of a community (shares of its width and height)."""
    (w0, e0), (w1, e1), low, high = corners
    ends = []
    for s, t in (start, end):
        west, east = w0 + (w1 - w0) * t, e0 + (e1 - e0) * t
        ends.append(np.array([west + (east - west) * s, low + (high - low) * t]))
    ahead = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0])) * OVERSHOOT_M
    return Drawn(LineString([ends[0] - ahead, ends[1] + ahead]), kind, name)


def _lanes(
    west: float, east: float, south: float, north: float, rng: np.random.Generator
) -> Iterator[tuple[Point, Point]]:
    """One or two lanes across a quarter, in shares of the community; sometimes none."""
    cut = west + (east - west) * float(rng.uniform(0.36, 0.64))
    level = south + (north - south) * float(rng.uniform(0.4, 0.6))
    pattern = rng.random()
    if pattern < 0.82:
        yield (cut, south), (cut + 0.012, north)
    if pattern < 0.34:
        yield (cut + 0.006, level), (east, level + 0.01)
    elif pattern < 0.5:
        yield (west, level), (cut + 0.006, level - 0.01)


def _railway(sheet: _Sheet) -> LineString:
    """A long curve through the last column, north to south."""
    t = np.linspace(0, 1, 60)
    north, south = sheet.top + BEYOND_M, sheet.bottom - BEYOND_M
    v = north + (south - north) * t
    u = sheet.width - COMMUNITY_WIDTH_M * (0.56 - 0.16 * t - 0.12 * np.sin(np.pi * t))
    return LineString(np.column_stack([u, v]))


def _stopped_at(rail: LineString, lines: list[Drawn]) -> Iterator[Drawn]:
    """Small streets end before the railway; main streets and quays pass it."""
    strip = rail.buffer(24)
    for drawn in lines:
        small = drawn.kind in ("collector", "lane") and not (drawn.name or "").startswith("清河")
        if not small or not drawn.line.intersects(strip):
            yield drawn
            continue
        for piece in shapely.get_parts(drawn.line.difference(strip)):
            if piece.length > 60:
                yield Drawn(piece, drawn.kind, drawn.name, drawn.border)
