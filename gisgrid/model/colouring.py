"""Colours of grids on the map: neighbours differ, few colours, the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from gisgrid.model.plans import COLOURS

Pair = tuple[int, int]


def touching(vertices: npt.NDArray[np.float64], owner: npt.NDArray[np.int64]) -> list[Pair]:
    """Pairs of owners that share a vertex: an edge or only a corner.

    Parameters
    ----------
    vertices
        (m, 2) corners of all polygons of a coverage, where neighbours repeat each other's exactly.
    owner
        (m,) owner (grid) of each corner, ≥ 0.

    Returns
    -------
    Pairs ``(a, b)`` with ``a < b``, sorted; empty for no vertices.

    >>> touching(np.array([[0.0, 0], [1, 1], [1, 1], [2, 2]]), np.array([0, 0, 3, 3]))
    [(0, 3)]
    """
    if len(vertices) == 0:
        return []
    _, place = np.unique(vertices, axis=0, return_inverse=True)
    seen = np.unique(np.c_[place.reshape(-1), owner], axis=0)
    found: set[Pair] = set()
    runs = np.split(seen[:, 1], np.flatnonzero(np.diff(seen[:, 0])) + 1)
    for owners in (run.tolist() for run in runs if len(run) > 1):
        found.update((a, b) for i, a in enumerate(owners) for b in owners[i + 1 :])
    return sorted(found)


def colour(
    grids: Sequence[int],
    pairs: Iterable[Pair],
    *,
    kept: Mapping[int, int] | None = None,
    colours: int = COLOURS,
) -> dict[int, int]:
    """A colour 0..`colours`-1 for each grid, by DSATUR.

    The grid with the most colours around it goes first, ties by more neighbours, then by number;
    it takes the least used of the colours free for it, ties by number. Where none is free, the
    colour least used among its neighbours repeats.

    Parameters
    ----------
    grids
        Their numbers.
    pairs
        Neighbours, corners included.
    kept
        Colours that stay as they are (a grid keeps its colour while a plan is edited).

    >>> colour([0, 1, 2, 3], [(0, 1), (1, 2), (2, 3), (3, 0)])
    {0: 0, 1: 1, 2: 0, 3: 1}
    """
    near: dict[int, set[int]] = {grid: set() for grid in grids}
    for a, b in pairs:
        near[a].add(b)
        near[b].add(a)
    chosen = {grid: kept[grid] for grid in grids if kept and grid in kept}
    used = Counter(chosen.values())
    waiting = [grid for grid in grids if grid not in chosen]
    while waiting:
        grid = max(waiting, key=lambda g: (_saturation(near[g], chosen), len(near[g]), -g))
        waiting.remove(grid)
        chosen[grid] = _first_choice(near[grid], chosen, used, colours)
        used[chosen[grid]] += 1
    return {grid: chosen[grid] for grid in grids}


def _saturation(neighbours: set[int], chosen: Mapping[int, int]) -> int:
    return len({chosen[n] for n in neighbours if n in chosen})


def _first_choice(
    neighbours: set[int], chosen: Mapping[int, int], used: Counter[int], colours: int
) -> int:
    around = Counter(chosen[n] for n in neighbours if n in chosen)
    in_use = max(used, default=-1) + 1
    free = [c for c in range(min(in_use, colours)) if not around[c]]
    if free:
        return min(free, key=lambda c: (used[c], c))
    if in_use < colours:
        return in_use
    return min(range(colours), key=lambda c: (around[c], used[c], c))
