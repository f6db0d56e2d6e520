"""Maps on paper: areas with fill and hatch, lines, labels with a halo, scale, north and legend.

Layers are values in the project's metric CRS; `picture` draws them in order, north up, at a round
scale. Every state has a hatch, a dash or a weight besides its colour, so that greyscale is legible.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import shapely
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from gisgrid.io.paper_fonts import width
from gisgrid.io.paper_ink import INK, Bounds, Hatch, Point, hatched, pen, set_text
from gisgrid.io.paper_legend import METRES_A_POINT, Furniture, View, draw_furniture

SCALES = (250, 500, 750, 1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 7500, 8000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Polygons: filled, hatched over the fill, outlined; each of the three may be missing."""

    shapes: Sequence[shapely.Geometry]
    fill: str | None = None
    hatch: Hatch | None = None
    hatch_colour: str = INK
    line: str | None = None
    width: float = 0.5
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines, on a casing of another colour when given."""

    shapes: Sequence[shapely.Geometry]
    line: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()
    casing: str | None = None
    casing_width: float = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Texts centred on points, on a white halo; lines after the first are smaller. Where a text
    would lie on one already drawn it is left out: the first of a picture survive.
    """

    places: Sequence[Point]
    texts: Sequence[str]
    size: float = 9
    bold: bool = False
    colour: str = INK
    halo: str | None = "#ffffff"
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrows:
    """Arrows from point to point, each with a caption on a dark pill at its middle."""

    ends: Sequence[tuple[Point, Point]]
    captions: Sequence[str]
    colour: str = INK
    size: float = 7.5


Layer: TypeAlias = Areas | Lines | Labels | Arrows


def fit(bounds: Bounds, wide: float, high: float, *, margin: float = 0.04) -> View:
    """The largest round scale at which `bounds` (metres) fit a drawing of wide × high points."""
    west, south, east, north = bounds
    inner = 1 - 2 * margin
    least = max((east - west) / (wide * inner), (north - south) / (high * inner), 0.05)
    metres = round_scale(least / METRES_A_POINT) * METRES_A_POINT
    left = (west + east) / 2 - wide * metres / 2
    bottom = (south + north) / 2 - high * metres / 2
    return View(left, bottom, wide, high, metres)


def round_scale(denominator: float) -> int:
    """The next round number of a scale: 3,400 -> 4,000.

    >>> round_scale(3400), round_scale(8001), round_scale(61000)
    (4000, 10000, 75000)
    """
    tens = 1
    while denominator > SCALES[-1] * tens:
        tens *= 10
    return next(one * tens for one in SCALES if one * tens >= denominator)


class Picture(Flowable):
    """A map as a block of a paper; made by `picture`."""

    def __init__(self, view: View, layers: Sequence[Layer], furniture: Furniture) -> None:
        super().__init__()
        self.width, self.height = view.wide, view.high
        self._view, self._layers, self._furniture = view, layers, furniture

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        draw_map(self.canv, self._view, self._layers)
        draw_furniture(self.canv, self._view, self._furniture)


def picture(
    layers: Sequence[Layer],
    bounds: Bounds,
    *,
    wide: float,
    high: float,
    furniture: Furniture | None = None,
) -> Picture:
    """A block wide × high points that shows `bounds` (west, south, east, north in metres)."""
    return Picture(fit(bounds, wide, high), layers, furniture or Furniture())


def draw_map(canvas: Canvas, view: View, layers: Iterable[Layer]) -> None:
    """Draw layers in order, cut off at the edge of the drawing."""
    canvas.saveState()
    edge = canvas.beginPath()
    edge.rect(0, 0, view.wide, view.high)
    canvas.clipPath(edge, stroke=0, fill=0)
    taken: list[Bounds] = []
    for layer in layers:
        match layer:
            case Areas():
                _areas(canvas, view, layer)
            case Lines():
                _lines(canvas, view, layer)
            case Labels():
                _labels(canvas, view, layer, taken)
            case Arrows():
                _arrows(canvas, view, layer, taken)
    canvas.restoreState()


def _in_view(view: View, shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    frame = shapely.box(*view.bounds)
    return [shape for shape in shapes if shape is not None and shapely.intersects(shape, frame)]


def _areas(canvas: Canvas, view: View, layer: Areas) -> None:
    for shape in _in_view(view, layer.shapes):
        path = _path(canvas, view, shape)
        if layer.fill:
            canvas.setFillColor(HexColor(layer.fill))
            canvas.drawPath(path, stroke=0, fill=1, fillMode=0)
        if layer.hatch:
            hatched(canvas, path, _box(view, shape), layer.hatch, layer.hatch_colour)
        if layer.line:
            pen(canvas, layer.line, layer.width, layer.dash)
            canvas.drawPath(path, stroke=1, fill=0)


def _lines(canvas: Canvas, view: View, layer: Lines) -> None:
    paths = [_path(canvas, view, shape) for shape in _in_view(view, layer.shapes)]
    if layer.casing:
        pen(canvas, layer.casing, layer.casing_width, ())
        for path in paths:
            canvas.drawPath(path, stroke=1, fill=0)
    pen(canvas, layer.line, layer.width, layer.dash)
    for path in paths:
        canvas.drawPath(path, stroke=1, fill=0)


def _path(canvas: Canvas, view: View, shape: shapely.Geometry) -> Any:
    path = canvas.beginPath()
    for line in _outlines(shape):
        points = [view.at(x, y) for x, y in shapely.get_coordinates(line)]
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        if shapely.is_ring(line):
            path.close()
    return path


def _outlines(shape: shapely.Geometry) -> list[shapely.Geometry]:
    parts: list[shapely.Geometry] = []
    for part in shapely.get_parts(shape):
        rings = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
        parts.extend(ring for ring in rings if not ring.is_empty and ring.geom_type != "Point")
    return parts


def _box(view: View, shape: shapely.Geometry) -> Bounds:
    west, south, east, north = shapely.bounds(shape).tolist()
    return *view.at(west, south), *view.at(east, north)


def _labels(canvas: Canvas, view: View, layer: Labels, taken: list[Bounds]) -> None:
    for place, words in zip(layer.places, layer.texts, strict=True):
        x, y = view.at(*place)
        lines = words.split("\n")
        sizes = [layer.size] + [layer.size * 0.78] * (len(lines) - 1)
        half = max(width(line, size) for line, size in zip(lines, sizes, strict=True)) / 2
        high = sum(sizes) * 1.15
        box = (x - half, y - high / 2, x + half, y + high / 2)
        if not layer.always and _collides(box, taken, view):
            continue
        taken.append(box)
        top = y + high / 2
        for line, size in zip(lines, sizes, strict=True):
            _word(canvas, (x, top - size), line, size, layer)
            top -= size * 1.15


def _collides(box: Bounds, taken: Sequence[Bounds], view: View) -> bool:
    x0, y0, x1, y1 = box
    if x0 < 0 or y0 < 0 or x1 > view.wide or y1 > view.high:
        return True
    return any(
        x0 < d and c > e and y0 < b and f > a for e, a, d, b in taken for c, f in ((x1, y1),)
    )


def _word(canvas: Canvas, at: Point, words: str, size: float, layer: Labels) -> None:
    left = at[0] - width(words, size) / 2
    if layer.halo:
        set_text(canvas, (left, at[1]), words, size, fill=layer.halo, outline=2.4)
    outline = size / 36 if layer.bold and size == layer.size else 0
    set_text(canvas, (left, at[1]), words, size, fill=layer.colour, outline=outline)


def _arrows(canvas: Canvas, view: View, layer: Arrows, taken: list[Bounds]) -> None:
    for (start, end), words in zip(layer.ends, layer.captions, strict=True):
        (x0, y0), (x1, y1) = view.at(*start), view.at(*end)
        pen(canvas, "#ffffff", 2.6, ())
        canvas.line(x0, y0, x1, y1)
        pen(canvas, layer.colour, 1.1, ())
        canvas.line(x0, y0, x1, y1)
        _head(canvas, (x1, y1), math.atan2(y1 - y0, x1 - x0), layer.colour)
        _pill(canvas, ((x0 + x1) / 2, (y0 + y1) / 2 + 9), words, layer.size, taken)


def _head(canvas: Canvas, tip: Point, angle: float, colour: str, length: float = 6) -> None:
    path = canvas.beginPath()
    path.moveTo(*tip)
    for side in (0.42, -0.42):
        at = angle + math.pi + side
        path.lineTo(tip[0] + length * math.cos(at), tip[1] + length * math.sin(at))
    path.close()
    canvas.setFillColor(HexColor(colour))
    canvas.drawPath(path, stroke=0, fill=1)


def _pill(canvas: Canvas, at: Point, words: str, size: float, taken: list[Bounds]) -> None:
    half, high = width(words, size) / 2 + 5, size * 1.5
    x, y = at
    canvas.setFillColor(HexColor(INK))
    pen(canvas, "#ffffff", 1.0, ())
    canvas.roundRect(x - half, y - high / 2, 2 * half, high, high / 2, stroke=1, fill=1)
    taken.append((x - half, y - high / 2, x + half, y + high / 2))
    left = x - width(words, size) / 2
    set_text(canvas, (left, y - size * 0.36), words, size, fill="#ffffff")
