"""What explains a map on paper: scale bar, north arrow, frame and legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from gisgrid.io.paper_fonts import width
from gisgrid.io.paper_ink import INK, Bounds, Hatch, Point, hatched, pen, set_text

METRES_A_POINT = 0.0254 / 72


@dataclass(frozen=True, slots=True)
class View:
    """Where metres lie on the drawing: points = (metres - origin) / metres a point."""

    left: float
    bottom: float
    wide: float
    high: float
    metres: float

    @property
    def denominator(self) -> int:
        return round(self.metres / METRES_A_POINT)

    def at(self, x: float, y: float) -> Point:
        return (x - self.left) / self.metres, (y - self.bottom) / self.metres

    @property
    def bounds(self) -> Bounds:
        right, top = self.left + self.wide * self.metres, self.bottom + self.high * self.metres
        return self.left, self.bottom, right, top


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands on the map besides the ground. `north` is the letter under the arrow."""

    north: str = "N"
    scale: str = "1 : {n:,}"
    frame: bool = True


def draw_furniture(canvas: Canvas, view: View, furniture: Furniture) -> None:
    """Frame, north arrow and scale bar of a map."""
    _north(canvas, (view.wide - 20, view.high - 40), furniture.north)
    _scale_bar(canvas, view, furniture.scale)
    if furniture.frame:
        pen(canvas, "#7f8c9b", 0.7, ())
        canvas.rect(0, 0, view.wide, view.high, stroke=1, fill=0)


def _north(canvas: Canvas, at: Point, letter: str) -> None:
    x, y = at
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.circle(x, y + 9, 16, stroke=0, fill=1)
    for side, fill in ((-1, INK), (1, "#ffffff")):
        path = canvas.beginPath()
        path.moveTo(x, y + 22)
        path.lineTo(x + side * 5, y + 6)
        path.lineTo(x, y + 9.5)
        path.close()
        pen(canvas, INK, 0.6, ())
        canvas.setFillColor(HexColor(fill))
        canvas.drawPath(path, stroke=1, fill=1)
    set_text(canvas, (x - width(letter, 8) / 2, y - 4), letter, 8, fill=INK, outline=0.2)


def bar_metres(metres_a_point: float, points: float = 90) -> int:
    """The longest round length that fits a bar of so many points.

    >>> bar_metres(1.0), bar_metres(2.5)
    (50, 200)
    """
    most = metres_a_point * points
    tens: int = 10 ** max(math.floor(math.log10(most)), 0)
    return max((one * tens for one in (1, 2, 5) if one * tens <= most), default=1)


def _scale_bar(canvas: Canvas, view: View, words: str) -> None:
    metres = bar_metres(view.metres)
    long = metres / view.metres
    caption = f"{metres:,} m    " + words.format(n=view.denominator)
    wide = max(long, width(caption, 7.5)) + 14
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.rect(0, 0, wide, 25, stroke=0, fill=1)
    for i in range(4):
        pen(canvas, INK, 0.5, ())
        canvas.setFillColor(HexColor(INK if i % 2 == 0 else "#ffffff"))
        canvas.rect(7 + i * long / 4, 6, long / 4, 3, stroke=1, fill=1)
    set_text(canvas, (7, 13), caption, 7.5, fill=INK)


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: a swatch with the look of an area or of a line, and its words."""

    words: str
    fill: str | None = None
    hatch: Hatch | None = None
    line: str | None = None
    width: float = 0.8
    dash: tuple[float, ...] = ()
    is_line: bool = False


class Legend(Flowable):
    """Keys in a row that wraps; made by `legend`."""

    def __init__(self, keys: Sequence[Key], wide: float, size: float = 8) -> None:
        super().__init__()
        self._size, self._rows = size, _rows_of_keys(keys, wide, size)
        self.width, self.height = wide, len(self._rows) * size * 1.9

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        y = self.height
        for row in self._rows:
            y -= self._size * 1.9
            x = 0.0
            for key in row:
                _swatch(self.canv, (x, y + self._size * 0.5), key)
                words = (x + 26, y + self._size * 0.62)
                set_text(self.canv, words, key.words, self._size, fill=INK)
                x += _key_width(key, self._size)


def legend(keys: Sequence[Key], *, wide: float, size: float = 8) -> Flowable:
    """A legend `wide` points wide, as many lines as it needs."""
    return Legend(keys, wide, size)


def _key_width(key: Key, size: float) -> float:
    return 26 + width(key.words, size) + 16


def _rows_of_keys(keys: Sequence[Key], wide: float, size: float) -> list[list[Key]]:
    rows: list[list[Key]] = [[]]
    x = 0.0
    for key in keys:
        need = _key_width(key, size)
        if rows[-1] and x + need - 16 > wide:
            rows.append([])
            x = 0.0
        rows[-1].append(key)
        x += need
    return rows


def _swatch(canvas: Canvas, at: Point, key: Key) -> None:
    x, y = at
    if key.is_line:
        pen(canvas, key.line or INK, key.width, key.dash)
        canvas.line(x, y + 4.5, x + 20, y + 4.5)
        return
    path = canvas.beginPath()
    path.rect(x, y, 20, 9)
    if key.fill:
        canvas.setFillColor(HexColor(key.fill))
        canvas.drawPath(path, stroke=0, fill=1)
    if key.hatch:
        hatched(canvas, path, (x, y, x + 20, y + 9), key.hatch, INK)
    pen(canvas, key.line or INK, key.width, key.dash)
    canvas.rect(x, y, 20, 9, stroke=1, fill=0)
