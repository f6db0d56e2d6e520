"""Ink: pens, texts and hatches on the canvas of a paper."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from gisgrid.io.paper_fonts import use_font

INK = "#1b2430"

Hatch = Literal["slash", "backslash", "cross", "dots"]
Bounds: TypeAlias = tuple[float, float, float, float]
Point: TypeAlias = tuple[float, float]


def pen(canvas: Canvas, colour: str, thick: float, dash: tuple[float, ...]) -> None:
    """Set colour, width and dashes of the lines to come."""
    canvas.setStrokeColor(HexColor(colour))
    canvas.setLineWidth(thick)
    canvas.setDash(list(dash))
    canvas.setLineJoin(1)
    canvas.setLineCap(0 if dash else 1)


def set_text(
    canvas: Canvas, at: Point, words: str, size: float, *, fill: str, outline: float = 0
) -> None:
    """Write words, made heavier by an outline of so many points."""
    pen(canvas, fill, outline, ())
    text = canvas.beginText(*at)
    text.setFont(use_font(), size)
    text.setFillColor(HexColor(fill))
    text.setTextRenderMode(2 if outline else 0)
    text.textOut(words)
    text.setTextRenderMode(0)
    canvas.drawText(text)


def hatched(canvas: Canvas, path: Any, box: Bounds, kind: Hatch, colour: str) -> None:
    """Hatch the inside of a path that lies in `box`."""
    canvas.saveState()
    canvas.clipPath(path, stroke=0, fill=0, fillMode=0)
    if kind == "dots":
        _dots(canvas, box, colour)
    else:
        pen(canvas, colour, 0.45, ())
        for direction in {"slash": (1,), "backslash": (-1,), "cross": (1, -1)}[kind]:
            canvas.lines(_strokes(box, direction))
    canvas.restoreState()


def _strokes(box: Bounds, direction: int, step: float = 5.0) -> list[Bounds]:
    """Parallel lines at 45° over a box; they run on from one shape to its neighbour."""
    x0, y0, x1, y1 = box
    high = y1 - y0
    start = math.floor((x0 - direction * y0 - high) / step) * step
    count = math.ceil((x1 - x0 + 2 * high) / step) + 2
    offsets = (start + i * step for i in range(count))
    return [(c + direction * y0, y0, c + direction * y1, y1) for c in offsets]


def _dots(canvas: Canvas, box: Bounds, colour: str, step: float = 5.0) -> None:
    canvas.setFillColor(HexColor(colour))
    x0, y0, x1, y1 = box
    for i in range(math.floor(x0 / step), math.ceil(x1 / step) + 1):
        for j in range(math.floor(y0 / step), math.ceil(y1 / step) + 1):
            canvas.circle(i * step, j * step, 0.55, stroke=0, fill=1)
