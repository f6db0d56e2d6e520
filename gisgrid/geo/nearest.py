"""Nearest building within a block: Voronoi borders of sampled walls, for all blocks at once.

Every block is moved to a place of its own, so far from the others that no building of another
block can be nearest. One Delaunay triangulation then answers for all of them, and so does one
KD-tree: the nearest wall point of the same block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree

from gisgrid.geo.blocks import Housed
from gisgrid.geo.edges import Bools, Floats, Geometries, Ints, distance, strokes

STEP_SHARE = 0.5
STEP_M = (2.0, 8.0)
"""Distance between wall points: this share of the distance to the next building's walls, within
these limits, m. (Two rows of points a gap g apart, d from point to point, make their border zigzag
by up to d² / 8g.)"""

NEIGHBOURS = 8
"""Wall points looked at to find one of another building."""

CORNER_M = 0.3
"""Wall points keep this distance from corners, m: a border starts at the corner of two row houses
because the nearest points on either side are equally far from it."""

PARTY_WALL_M = 0.3
"""A wall nearer than this to another footprint faces no ground of its own, m."""

WAVER_M = 0.08
"""Corners of footprints that stand out by less are not sampled, m."""

STRAIGHTEN_SHARE = 0.1
STRAIGHTEN_M = (0.25, 2.0)
"""Voronoi borders zigzag between wall points; they are straightened by this share of their distance
from the walls, within these limits, m."""


@dataclass(frozen=True, slots=True)
class Walls:
    """Wall points (p, 2) as they lie, their building (p,), and the shift of every block (b, 2)."""

    xy: Floats
    building: Ints
    shift: Floats


def spread(blocks: Geometries) -> Floats:
    """(b, 2) shifts that put blocks on shelves, each at least a diagonal from the next."""
    west, south, east, north = shapely.bounds(blocks).T
    room = np.hypot(east - west, north - south)
    order = np.argsort(-room, kind="stable")
    width = 2.0 * max(float(np.sqrt(((2 * room) ** 2).sum())), float(room.max()))
    shift = np.zeros((len(blocks), 2))
    x = y = 0.0
    shelf = 2.0 * room.max()
    for b in order:
        if x > width:
            x, y, shelf = 0.0, y + shelf, 2.0 * room[b]
        shift[b] = x - west[b], y - south[b]
        x += 2.0 * room[b]
    return shift


def wall_points(housed: Housed, shift: Floats) -> Walls:
    """Sample the walls that face free ground, more densely where another building is near."""
    sides = _sides(shapely.orient_polygons(shapely.simplify(housed.ground, WAVER_M)))
    tree = shapely.STRtree(housed.ground)
    xy, side = _sample(sides, np.full(len(sides.building), STEP_M[1]))
    free = _faces_ground(xy, side, sides, housed, tree)
    xy, side = xy[free], side[free]
    room = _room(xy + shift[housed.home[sides.building[side]]], side, sides.building)
    xy, side = _sample(sides, np.where(room > 0, np.clip(STEP_SHARE * room, *STEP_M), np.inf))
    free = _faces_ground(xy, side, sides, housed, tree)
    return Walls(xy[free], sides.building[side[free]], shift)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Straight walls: `start`, `along` (e, 2), `length` (e,), `out` (e, 2) a step outwards, and
    the `building` (e,)."""

    start: Floats
    along: Floats
    length: Floats
    out: Floats
    building: Ints


def _sides(polygons: Geometries) -> _Sides:
    """The sides of oriented polygons (the inside to the left)."""
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.flatnonzero(ring[1:] == ring[:-1])
    along = xy[at + 1] - xy[at]
    length = np.maximum(distance(xy[at], xy[at + 1]), 1e-9)
    out = np.stack([along[:, 1], -along[:, 0]], axis=1) * (PARTY_WALL_M / length)[:, None]
    return _Sides(xy[at], along, length, out, polygon[ring[at]].astype(np.int64))


def _sample(sides: _Sides, step_m: Floats) -> tuple[Floats, Ints]:
    """Points (p, 2) up to `step_m` (e,) apart, never at a corner, and the side (p,) of each."""
    free = np.maximum(sides.length - 2 * CORNER_M, 0.0)
    count = 1 + np.ceil(free / step_m).astype(np.int64)
    side = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    t = (CORNER_M + free[side] * nth / np.maximum(count[side] - 1, 1)) / sides.length[side]
    t = np.where(count[side] == 1, 0.5, t)
    return sides.start[side] + sides.along[side] * t[:, None], side


def _faces_ground(
    xy: Floats, side: Ints, sides: _Sides, housed: Housed, tree: shapely.STRtree
) -> Bools:
    """(p,) whether a wall point faces ground of its own.

    A step outwards from a party wall, or from a wall inside another footprint, ends in that
    footprint; a step inwards from a wall that two footprints share ends in both, and the one of
    smaller rank keeps the point.
    """
    building, out = sides.building[side], sides.out[side]
    free = np.ones(len(xy), dtype=bool)
    for step, any_rank in ((out, True), (-out, False)):
        seen = np.flatnonzero(free)
        at = np.asarray(shapely.points((xy + step)[seen]), dtype=object)
        point, other = tree.query(at, predicate="intersects")
        own = building[seen[point]]
        hidden = (other != own) & (housed.home[other] == housed.home[own])
        hidden &= (housed.rank[other] < housed.rank[own]) | any_rank
        free[seen[point[hidden]]] = False
    return free


def _room(placed: Floats, side: Ints, building: Ints) -> Floats:
    """(e,) distance from each side to a wall point of another building, or less; 0 if unseen."""
    room = np.full(len(building), np.inf)
    if len(placed):
        k = np.arange(1, min(NEIGHBOURS, len(placed)) + 1)
        apart, nearest = (np.asarray(found) for found in cKDTree(placed).query(placed, k=k))
        foreign = building[side[nearest]] != building[side][:, None]
        near = np.where(foreign, apart, apart[:, -1:]).min(axis=1)
        np.minimum.at(room, side, near)
    return np.where(np.isinf(room), 0.0, room)


def nearest_building(points: Floats, block: Ints, walls: Walls, home: Ints) -> Ints:
    """(n,) the building nearest to each point within its block, -1 in a block without any."""
    found = np.full(len(points), -1, dtype=np.int64)
    if not len(walls.xy):
        return found
    tree = cKDTree(walls.xy + walls.shift[home[walls.building]])
    _, nearest = tree.query(points + walls.shift[block])
    building = walls.building[nearest]
    same = home[building] == block
    found[same] = building[same]
    return found


def voronoi_borders(walls: Walls, home: Ints, blocks: Geometries) -> Geometries:
    """Lines between the grounds of neighbouring buildings, within their blocks."""
    if len(np.unique(walls.building)) < 2:
        return np.empty(0, dtype=object)
    left, right, block = _ridges(walls, home)
    left, right, block = _clip_to_box(left, right, block, shapely.bounds(blocks))
    if not len(block):
        return np.empty(0, dtype=object)
    order = np.argsort(block, kind="stable")
    ridges = strokes(left[order], right[order])
    some, index = np.unique(block[order], return_inverse=True)
    merged = shapely.line_merge(shapely.multilinestrings(ridges, indices=index))
    chains, index = shapely.get_parts(merged, return_index=True)
    chains = _straightened(chains, walls, walls.shift[some[index]], home)
    return shapely.intersection(shapely.multilinestrings(chains, indices=index), blocks[some])


def _straightened(chains: Geometries, walls: Walls, shift: Floats, home: Ints) -> Geometries:
    """Simplify each border by a share of its distance from the walls."""
    middle = shapely.line_interpolate_point(chains, 0.5, normalized=True)
    tree = cKDTree(walls.xy + walls.shift[home[walls.building]])
    gap = np.asarray(tree.query(shapely.get_coordinates(middle) + shift)[0])
    tolerance = np.clip(STRAIGHTEN_SHARE * gap, *STRAIGHTEN_M)
    return np.asarray(shapely.simplify(chains, tolerance, preserve_topology=False))


def _ridges(walls: Walls, home: Ints) -> tuple[Floats, Floats, Ints]:
    """Voronoi edges between wall points of different buildings of one block."""
    block = home[walls.building]
    placed = walls.xy + walls.shift[block]
    low, high = placed.min(axis=0), placed.max(axis=0)
    margin = 4.0 * (float((high - low).max()) + 1.0)
    frame = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * margin + (low + high) / 2
    net = Delaunay(np.vstack([placed, frame]))
    centre = _circumcentres(net.points[net.simplices])
    building = np.append(walls.building, [-1, -1, -1, -1])
    triangle, corner = np.nonzero(net.neighbors > np.arange(len(net.simplices))[:, None])
    p = net.simplices[triangle, (corner + 1) % 3]
    q = net.simplices[triangle, (corner + 2) % 3]
    real = (building[p] != building[q]) & (np.maximum(p, q) < len(placed))
    real &= home[building[p]] == home[building[q]]
    triangle, corner, p = triangle[real], corner[real], p[real]
    left, right = centre[triangle], centre[net.neighbors[triangle, corner]]
    there = block[p]
    finite = np.isfinite(left).all(axis=1) & np.isfinite(right).all(axis=1)
    back = walls.shift[there]
    return (left - back)[finite], (right - back)[finite], there[finite].astype(np.int64)


def _circumcentres(corner: Floats) -> Floats:
    """(t, 2) centre of the circle through three corners (t, 3, 2); inf for a flat triangle."""
    a = corner[:, 0]
    b, c = corner[:, 1] - a, corner[:, 2] - a
    bb, cc = (b * b).sum(axis=1), (c * c).sum(axis=1)
    twice = 2.0 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (c[:, 1] * bb - b[:, 1] * cc) / twice
        y = (b[:, 0] * cc - c[:, 0] * bb) / twice
    return np.asarray(a + np.stack([x, y], axis=1))


def _clip_to_box(
    left: Floats, right: Floats, block: Ints, bounds: Floats
) -> tuple[Floats, Floats, Ints]:
    """Cut segments to the bounding box of their block (Liang & Barsky 1984), drop the rest."""
    low, high = bounds[block, :2] - 1.0, bounds[block, 2:] + 1.0
    along = right - left
    with np.errstate(divide="ignore", invalid="ignore"):
        t1, t2 = (low - left) / along, (high - left) / along
    level = along == 0
    outside = (level & ((left < low) | (left > high))).any(axis=1)
    enter = np.where(level, 0.0, np.minimum(t1, t2)).max(axis=1).clip(0.0, 1.0)
    leave = np.where(level, 1.0, np.maximum(t1, t2)).min(axis=1).clip(0.0, 1.0)
    kept: Bools = (enter < leave) & ~outside
    start = np.where((enter > 0)[:, None], left + along * enter[:, None], left)
    stop = np.where((leave < 1)[:, None], left + along * leave[:, None], right)
    kept &= (start != stop).any(axis=1)
    return start[kept], stop[kept], block[kept]
