"""Access legs that go round walls: out of a compound one walks by its gates.

The nearest street of a house in a walled compound is often the one behind the wall. Its leg then
goes to the nearest street that no wall hides, or to a gate and on from there: the shorter.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.graph import Coordinates, Metres, Network, Snapped
from gisgrid.access.reach import Ids, first_of_each
from gisgrid.access.snap import SNAP_LIMIT_M, feet, snap, streets_near

GATE_M = 4.0
"""A wall is open this far on both sides of a gate."""

_SAME_M = 0.05
_RINGS_M = (30.0, 60.0, 120.0)
_TRIED = (0, 3, 12, 48, np.inf)
_BLOCK = 2000


@dataclass(frozen=True, eq=False)
class Walls:
    """Walls with holes at their gates, and the gates.

    Attributes
    ----------
    tree
        The walls, metric, without the ground near gates.
    gates
        (g, 2) gates, metric.
    """

    tree: shapely.STRtree
    gates: Coordinates

    def hide(self, origin: Coordinates, goal: Coordinates) -> npt.NDArray[np.bool_]:
        """(n,) whether a wall stands between each origin and goal, both (n, 2)."""
        hidden = np.zeros(len(origin), bool)
        legs = np.asarray(shapely.linestrings(np.stack([origin, goal], axis=1)))
        hidden[self.tree.query(legs, predicate="intersects")[0]] = True
        return hidden


def build_walls(lines: npt.NDArray[np.object_], gates: Coordinates) -> Walls:
    """Open walls at their gates.

    Parameters
    ----------
    lines
        (w,) LineStrings, metric CRS.
    gates
        (g, 2) gates, entrances and gaps; those near no wall do no harm.
    """
    walls = shapely.get_parts(np.asarray(lines, object))
    places = gates.reshape(-1, 2)
    holes = np.asarray(shapely.buffer(shapely.points(places), GATE_M))
    wall, gate = shapely.STRtree(holes).query(walls, predicate="intersects")
    for number in np.unique(wall):  # few: only walls that have a gate
        open_at = shapely.union_all(holes[gate[wall == number]])
        walls[number] = shapely.difference(walls[number], open_at)
    standing = shapely.get_parts(walls)
    return Walls(shapely.STRtree(standing[~shapely.is_empty(standing)]), places)


def snap_round_walls(
    network: Network, xy: Coordinates, walls: Walls, *, limit_m: float = SNAP_LIMIT_M
) -> tuple[Snapped, Ids]:
    """Put points on the nearest street that can be walked to.

    Parameters
    ----------
    network
        Streets, metric CRS.
    xy
        (n, 2) points, metric.
    walls
        What cannot be walked through.
    limit_m
        Longest straight leg; one by a gate may be `SNAP_LIMIT_M` long.

    Returns
    -------
    snapped
        Of n points. The leg to a gate and on is one leg, as long as both together.
    enclosed
        Indices of points that no street and no gate is open to; they keep their straight leg, and
        are to be flagged: a gate is missing from the source.
    """
    found = snap(network, xy, limit_m=limit_m)
    asked = np.flatnonzero(found.edge >= 0)
    asked = asked[walls.hide(xy[asked], feet(network, found.take(asked)))]
    by_gate = _open_gates(network, xy[asked], walls)
    worth_m = np.minimum(by_gate.leg_m, limit_m)
    by_street = _open_streets(network, xy[asked], walls, worth_m)
    nearer = _nearer(by_gate, by_street)
    open_to = nearer.edge >= 0
    edge, offset_m, leg_m = found.edge.copy(), found.offset_m.copy(), found.leg_m.copy()
    mended = asked[open_to]
    edge[mended], offset_m[mended] = nearer.edge[open_to], nearer.offset_m[open_to]
    leg_m[mended] = nearer.leg_m[open_to]
    return Snapped(edge, offset_m, leg_m), asked[~open_to]


def way_round(walls: Walls, origin: Coordinates, foot: Coordinates, leg_m: float) -> Coordinates:
    """(k, 2) the gate that a leg from `origin` to the street at `foot` goes by; (0, 2) for none."""
    by_gate_m = np.hypot(*(walls.gates - origin).T) + np.hypot(*(walls.gates - foot).T)
    near = np.flatnonzero(np.abs(by_gate_m - leg_m) < _SAME_M)
    straight_m = float(np.hypot(*(foot - origin)))
    return walls.gates[near[:1] if leg_m > straight_m + _SAME_M else near[:0]]


def _open_streets(network: Network, xy: Coordinates, walls: Walls, worth_m: Metres) -> Snapped:
    """The nearest street of each point that no wall hides, looked for no further than `worth_m`.

    Edge -1 where there is none.
    """
    best = _nowhere(len(xy))
    left, farthest_m = np.arange(len(xy)), float(worth_m.max(initial=0.0))
    for radius_m in (*(ring for ring in _RINGS_M if ring < farthest_m), farthest_m):
        for block in _blocks(left):
            point, near = streets_near(network, xy[block], limit_m=radius_m)
            point = block[point]
            first = _first_open(walls, (point, near.leg_m), xy[point], feet(network, near))
            _put(best, point[first], near.take(first))
        left = left[(best.edge[left] < 0) & (worth_m[left] > radius_m)]
    return best


def _open_gates(network: Network, xy: Coordinates, walls: Walls) -> Snapped:
    """Each point by the gate that makes its leg shortest; edge -1 where no gate is open to it."""
    best = _nowhere(len(xy))
    if not len(walls.gates):
        return best
    of_gate = snap(network, walls.gates)
    gates = shapely.STRtree(np.asarray(shapely.points(walls.gates)))
    for block in _blocks(np.arange(len(xy))):
        point, gate = gates.query(
            shapely.points(xy[block]), predicate="dwithin", distance=SNAP_LIMIT_M
        )
        point = block[point]
        leg_m = np.hypot(*(walls.gates[gate] - xy[point]).T) + of_gate.leg_m[gate]
        near = np.flatnonzero(leg_m <= SNAP_LIMIT_M)  # NaN, a gate on no street, is not
        point, gate, leg_m = point[near], gate[near], leg_m[near]
        first = _first_open(walls, (point, leg_m), xy[point], walls.gates[gate])
        way = of_gate.take(gate[first])
        _put(best, point[first], Snapped(way.edge, way.offset_m, leg_m[first]))
    return best


def _first_open(
    walls: Walls, legs: tuple[Ids, Metres], origin: Coordinates, goal: Coordinates
) -> Ids:
    """The shortest leg of each point that no wall crosses; legs are (point, metres).

    The shortest few of a point are looked at first: walls are asked about seldom.
    """
    point, leg_m = legs
    order = np.lexsort((leg_m, point))
    begins = np.flatnonzero(np.diff(point[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    is_served = np.zeros(point.max(initial=-1) + 1, bool)
    found = []
    for low, high in pairwise(_TRIED):
        few = order[(rank >= low) & (rank < high) & ~is_served[point[order]]]
        seen = few[~walls.hide(origin[few], goal[few])]
        found.append(seen[first_of_each(leg_m[seen], point[seen])])
        is_served[point[found[-1]]] = True
    return np.concatenate(found)


def _nowhere(count: int) -> Snapped:
    far = np.full(count, np.inf)
    return Snapped(np.full(count, -1, np.int32), np.full(count, np.nan), far)


def _put(best: Snapped, point: Ids, way: Snapped) -> None:
    best.edge[point], best.offset_m[point], best.leg_m[point] = way.edge, way.offset_m, way.leg_m


def _nearer(a: Snapped, b: Snapped) -> Snapped:
    shorter = a.leg_m < b.leg_m
    return Snapped(
        np.where(shorter, a.edge, b.edge),
        np.where(shorter, a.offset_m, b.offset_m),
        np.where(shorter, a.leg_m, b.leg_m),
    )


def _blocks(points: Ids) -> list[Ids]:
    """Points a block at a time, which bounds the table of points × streets."""
    return [points[low : low + _BLOCK] for low in range(0, len(points), _BLOCK)]
