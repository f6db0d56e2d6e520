"""Plans drawn as text: letters are cells, rows are parted by a stroke."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gisgrid.planning import Band, Problem


def plan(
    drawing: str, *, weight: Sequence[int] | int = 100, band: tuple[int, int] = (200, 400)
) -> Problem:
    """Square cells of 10 m, the letter is the present grid, ``.`` none, a blank no ground.

    ``plan("AAB / ABB")`` is two rows of three cells in grids 0 (A) and 1 (B).
    """
    rows = [row.strip("\n") for row in drawing.split(" / ")]
    place = {
        (x, y): letter
        for y, row in enumerate(rows)
        for x, letter in enumerate(row)
        if letter != " "
    }
    index = {at: i for i, at in enumerate(place)}
    pairs = sorted(
        (min(i, index[near]), max(i, index[near]))
        for (x, y), i in index.items()
        for near in ((x + 1, y), (x, y + 1))
        if near in index
    )
    letters = sorted({letter for letter in place.values() if letter != "."})
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    current = np.array([letters.index(c) if c != "." else -1 for c in place.values()], np.int64)
    n = len(place)
    households = np.full(n, weight) if isinstance(weight, int) else np.array(weight)
    return Problem(
        weight=households.astype(np.int64),
        a=a.copy(),
        b=b.copy(),
        shared_m=np.full(len(a), 10.0),
        barrier=np.zeros(len(a), np.int64),
        band=Band(*band, sum(band) // 2),
        xy=np.array([[10.0 * x, -10.0 * y] for x, y in place], float).reshape(-1, 2),
        current=current,
    )
