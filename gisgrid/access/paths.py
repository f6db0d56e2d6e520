"""The walk itself: the line on the ground from a building to a service."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from gisgrid.access.graph import Coordinates, Network, Snapped
from gisgrid.access.reach import Ids, doors, reach_from


class Walk(NamedTuple):
    """A walk along streets, foot of leg to foot of leg, and its metres with both legs."""

    metres: float
    line: shapely.LineString


def nearest_services(
    network: Network, building: Snapped, services: Snapped, *, count: int = 8, limit_m: float
) -> tuple[Ids, Coordinates]:
    """The services nearest to one building.

    Returns
    -------
    Their indices, nearest first, and the walks in metres; fewer than `count` where fewer are
    within `limit_m`, none for a building on no street.
    """
    metres = reach_from(network, building, services, limit_m=limit_m)
    nearest = np.argsort(metres, kind="stable")[:count]
    nearest = nearest[np.isfinite(metres[nearest])]
    return nearest, metres[nearest]


def walk(network: Network, origin: Snapped, goal: Snapped, *, limit_m: float) -> Walk | None:
    """The shortest walk between two snapped points, or None beyond `limit_m`.

    Parameters
    ----------
    network
        Streets.
    origin, goal
        One snapped point each.
    limit_m
        Longest walk, access legs included.
    """
    if not (len(origin) and len(goal)) or min(origin.edge[0], goal.edge[0]) < 0:
        return None
    metres, ends = _best_ends(network, origin, goal, limit_m)
    if not metres <= limit_m:
        return None
    return Walk(metres, shapely.LineString(_course(network, origin, goal, ends)))


def _best_ends(
    network: Network, origin: Snapped, goal: Snapped, limit_m: float
) -> tuple[float, list[int] | None]:
    """Metres of the best walk and the nodes it passes; None for one that stays on its edge."""
    a, b = doors(network, origin), doors(network, goal)
    starts, first_m = [int(a.start[0]), int(a.end[0])], [a.to_start_m[0], a.to_end_m[0]]
    goals, last_m = [int(b.start[0]), int(b.end[0])], [b.to_start_m[0], b.to_end_m[0]]
    between, before = dijkstra(
        network.arcs, indices=starts, limit=limit_m, return_predecessors=True
    )
    total = between[:, goals] + np.add.outer(first_m, last_m)
    i, j = np.unravel_index(total.argmin(), total.shape)
    direct_m = np.inf
    if origin.edge[0] == goal.edge[0]:
        along_m = abs(origin.offset_m[0] - goal.offset_m[0])
        direct_m = float(along_m + origin.leg_m[0] + goal.leg_m[0])
    if direct_m <= total[i, j]:
        return direct_m, None
    node = goals[int(j)]
    nodes = [node]
    while node != starts[int(i)]:
        node = int(before[i, node])
        nodes.append(node)
    return float(total[i, j]), nodes[::-1]


def _course(
    network: Network, origin: Snapped, goal: Snapped, nodes: list[int] | None
) -> Coordinates:
    edge, offset_m = int(origin.edge[0]), float(origin.offset_m[0])
    goal_edge, goal_m = int(goal.edge[0]), float(goal.offset_m[0])
    if nodes is None:
        return part_of_edge(network, edge, offset_m, goal_m)
    pieces = [part_of_edge(network, edge, offset_m, _end_m(network, edge, nodes[0], offset_m))]
    for tail, head in pairwise(nodes):
        pieces.append(_along(network, tail, head))
    pieces.append(
        part_of_edge(network, goal_edge, _end_m(network, goal_edge, nodes[-1], goal_m), goal_m)
    )
    return np.concatenate(pieces)


def _end_m(network: Network, edge: int, node: int, near_m: float) -> float:
    """Where on its edge a node is: 0 or the length; the nearer end of a loop."""
    length_m = float(network.length_m[edge])
    if network.start[edge] == network.end[edge]:
        return 0.0 if near_m < length_m / 2 else length_m
    return 0.0 if network.start[edge] == node else length_m


def _along(network: Network, tail: int, head: int) -> Coordinates:
    """The course of the shortest edge from one node to the next."""
    out, back = (_between(network, a, b) for a, b in ((tail, head), (head, tail)))
    edges = np.concatenate([out, back])
    edge = int(edges[network.length_m[edges].argmin()])
    length_m = float(network.length_m[edge])
    forth = network.start[edge] == tail
    return part_of_edge(network, edge, 0.0 if forth else length_m, length_m if forth else 0.0)


def _between(network: Network, start: int, end: int) -> Ids:
    order, first = network.leaving
    edges = order[first[start] : first[start + 1]]
    return np.asarray(edges[network.end[edges] == end])


def part_of_edge(network: Network, edge: int, from_m: float, to_m: float) -> Coordinates:
    """The course of an edge between two offsets, in the direction of the walk."""
    span = slice(network.first_vertex[edge], network.first_vertex[edge + 1])
    walked, xy = network.vertex_m[span], network.vertex_xy[span]
    low, high = sorted((from_m, to_m))
    inner = walked[(walked > low) & (walked < high)]
    stops = np.concatenate([[low], inner, [high]])
    course = np.stack([np.interp(stops, walked, axis) for axis in xy.T], axis=1)
    return course if from_m <= to_m else course[::-1]
