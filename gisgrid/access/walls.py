"""Access legs that go round walls: out of a compound one walks by its gates.

The nearest street of a house in a walled compound is often the one behind the wall. Its leg then
goes to the nearest street that no wall hides, or to a gate and on from there: the shorter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.graph import Coordinates, Network, Snapped
from gisgrid.access.reach import Ids
from gisgrid.access.snap import SNAP_LIMIT_M, feet, snap, streets_near

GATE_M = 4.0
"""A wall is open this far on both sides of a gate."""


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
    holes = shapely.union_all(shapely.buffer(shapely.points(gates.reshape(-1, 2)), GATE_M))
    standing = shapely.get_parts(shapely.difference(np.asarray(lines, object), holes))
    return Walls(shapely.STRtree(standing[~shapely.is_empty(standing)]), gates.reshape(-1, 2))


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
        Longest access leg, gate included.

    Returns
    -------
    snapped
        Of n points. The leg to a gate and on is one leg, as long as both together.
    enclosed
        Indices of points that no street and no gate is open to; they keep their straight leg, and
        are to be flagged: a gate is missing from the source.
    """
    straight = snap(network, xy, limit_m=limit_m)
    asked = np.flatnonzero(straight.edge >= 0)
    asked = asked[walls.hide(xy[asked], feet(network, straight.take(asked)))]
    edge, offset_m = straight.edge.copy(), straight.offset_m.copy()
    leg_m = straight.leg_m.copy()
    by_gate = snap(network, walls.gates, limit_m=limit_m)
    enclosed = []
    for point in asked:
        street = _open_street(network, xy[point], walls, limit_m)
        gate = _open_gate(xy[point], walls, by_gate, limit_m)
        ways = [way for way in (street, gate) if way is not None]
        if ways:
            edge[point], offset_m[point], leg_m[point] = min(ways, key=lambda way: way[2])
        else:
            enclosed.append(point)
    return Snapped(edge, offset_m, leg_m), np.array(enclosed, np.int64)


def _open_street(
    network: Network, xy: Coordinates, walls: Walls, limit_m: float
) -> tuple[int, float, float] | None:
    """(edge, offset, leg) of the nearest street that no wall hides."""
    near = streets_near(network, xy, limit_m=limit_m)
    near = near.take(np.argsort(near.leg_m, kind="stable"))
    hidden = walls.hide(np.broadcast_to(xy, (len(near), 2)), feet(network, near))
    seen = np.flatnonzero(~hidden)
    if not len(seen):
        return None
    first = seen[0]
    return int(near.edge[first]), float(near.offset_m[first]), float(near.leg_m[first])


def _open_gate(
    xy: Coordinates, walls: Walls, by_gate: Snapped, limit_m: float
) -> tuple[int, float, float] | None:
    """(edge, offset, leg) by the gate that makes the shortest leg."""
    to_gate_m = np.hypot(*(walls.gates - xy).T)
    leg_m = np.where(by_gate.edge >= 0, to_gate_m + by_gate.leg_m, np.inf)
    tried = np.flatnonzero(leg_m <= limit_m)
    tried = tried[~walls.hide(np.broadcast_to(xy, (len(tried), 2)), walls.gates[tried])]
    if not len(tried):
        return None
    gate = tried[leg_m[tried].argmin()]
    return int(by_gate.edge[gate]), float(by_gate.offset_m[gate]), float(leg_m[gate])
