"""QR codes on paper: vectors, sharp at any size, with the quiet zone that scanners need."""

from __future__ import annotations

import segno
from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from gisgrid.io.paper_ink import INK

QUIET = 3


class QrCode(Flowable):
    """The code as a block of a paper; made by `qr`."""

    def __init__(self, rows: tuple[tuple[bool, ...], ...], size: float) -> None:
        super().__init__()
        self.width = self.height = size
        self._rows = rows

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        module = self.width / (len(self._rows) + 2 * QUIET)
        self.canv.setFillColor(HexColor("#ffffff"))
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        self.canv.setFillColor(HexColor(INK))
        path = self.canv.beginPath()
        for i, row in enumerate(self._rows):
            y = self.height - (QUIET + i + 1) * module
            for start, length in _runs(row):
                path.rect((QUIET + start) * module, y, length * module, module)
        self.canv.drawPath(path, stroke=0, fill=1)


def qr(address: str, size: float) -> Flowable:
    """A square of `size` points that a phone reads as `address`; a quarter of it may be soiled."""
    code = segno.make(address, error="q", micro=False)
    return QrCode(tuple(tuple(bool(one) for one in row) for row in code.matrix), size)


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules: one rectangle each, without hairlines."""
    runs: list[tuple[int, int]] = []
    for i, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == i:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((i, 1))
    return runs
