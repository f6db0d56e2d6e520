"""Where a new plan starts: recursive bisection, and the repair that makes each grid one piece."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from gisgrid.planning.ground import Ground, parts
from gisgrid.planning.problem import Bools, Floats, Ints


def bisect(ground: Ground, grids: int, *, units: Ints | None = None, tilt: float = 0.0) -> Ints:
    """Cut the ground across its longer axis until there are `grids` parts of equal weight.

    Parts may be in pieces: see `mended`. Only `units` are divided, if given; `tilt` (radians)
    turns the axes, for other starts.

    Returns
    -------
    (m,) part of each unit, 0..grids-1, none empty if there are as many units.
    """
    part = np.zeros(ground.size, np.int64)
    weight = ground.weight + 1e-3 * max(ground.weight.mean(), 1e-3)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    xy = ground.xy @ turn
    stack = [(np.arange(ground.size) if units is None else units, grids, 0)]
    while stack:
        inside, count, first = stack.pop()
        if count == 1:
            part[inside] = first
            continue
        half = count // 2
        order = inside[_across(xy[inside])]
        running = np.cumsum(weight[order])
        at = int(np.searchsorted(running, running[-1] * half / count)) + 1
        at = min(max(at, half), len(order) - (count - half))
        stack += [(order[:at], half, first), (order[at:], count - half, first + half)]
    return part


def _across(xy: Floats) -> Ints:
    """Order of points along their principal axis."""
    centred = xy - xy.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.argsort(centred @ axes[:, 1], kind="stable")


def mended(ground: Ground, part: Ints, grids: int, takers: Bools | None = None) -> Ints:
    """Each part one piece: the heaviest piece keeps the name, others join a neighbour.

    Units of part -1 (none) join a neighbour too. Every part that has a unit keeps one.
    `takers` (grids,) says which parts may grow; where only others are near, they take it.
    """
    part = part.copy()
    open_to = np.ones(grids, bool) if takers is None else takers
    for _ in range(2 * ground.size + 2):
        piece = parts(ground.size, *_inside(ground, part))
        label, keep = _kept(ground, part, piece)
        if keep.all():
            break
        after = _joined_to_neighbours(ground, piece, label, keep, open_to)[piece]
        if (after == part).all():
            open_to = np.ones(grids, bool)
        part = after
    return part


def _inside(ground: Ground, part: Ints) -> tuple[Ints, Ints]:
    same = (part[ground.a] == part[ground.b]) & (part[ground.a] >= 0)
    return ground.a[same], ground.b[same]


def _kept(ground: Ground, part: Ints, piece: Ints) -> tuple[Ints, Bools]:
    """Part of each piece, and whether it is the heaviest of its part."""
    count = int(piece.max()) + 1
    label = np.zeros(count, np.int64)
    label[piece] = part
    load = np.bincount(piece, ground.weight + 1e-3, count)
    order = np.lexsort((-load, label))
    _, first = np.unique(label[order], return_index=True)
    keep = np.zeros(count, bool)
    keep[order[first]] = True
    return label, keep & (label >= 0)


def _joined_to_neighbours(
    ground: Ground, piece: Ints, label: Ints, keep: Bools, open_to: Bools
) -> Ints:
    """New part of each piece: a loose one takes that of the kept neighbour it borders most."""
    a, b = piece[np.r_[ground.a, ground.b]], piece[np.r_[ground.b, ground.a]]
    metres = np.r_[ground.shared_m, ground.shared_m] + 1e-6
    use = (a != b) & ~keep[a] & keep[b]
    use[use] = open_to[label[b[use]]]
    shape = (len(label), len(open_to))
    border = sp.coo_matrix((metres[use], (a[use], label[b[use]])), shape=shape)
    rows = np.unique(a[use])
    if len(rows) == 0:
        return label
    chosen = np.asarray(border.tocsr()[rows].argmax(axis=1)).ravel()
    label = label.copy()
    label[rows] = chosen
    return label
