"""Faces: the pieces that all border lines together cut, and whose cell each belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gisgrid.geo.blocks import Blocks, Housed
from gisgrid.geo.edges import Bools, Floats, Geometries, Ints, segments
from gisgrid.geo.nearest import Walls, nearest_building
from gisgrid.geo.rim import CLEAR_STEPS, off_rim

OWN_SHARE = 0.2
"""A building with less than this share of its footprint to itself shares the cell of the building
that covers it."""

SLIVER_M2 = 10.0
SLIVER_WIDTH_M = 1.0
"""An empty block smaller or narrower (2 × area ÷ perimeter) than this joins a neighbour."""


@dataclass(frozen=True, slots=True)
class Faces:
    """`geometry` (f,) polygons tiling the area · `block` (f,) · `owner` (f,) building, -1 in an
    empty block · `built` (f,) whether the face is under the owner's footprint · `host` (m,) the
    building whose cell a building shares, mostly itself, -1 outside the area."""

    geometry: Geometries
    block: Ints
    owner: Ints
    built: Bools
    host: Ints


@dataclass(frozen=True, slots=True)
class Grouping:
    """`of_face` (f,) cell of a face · `block` (n,) block of a cell · `of_building` (m,) cell."""

    of_face: Ints
    block: Ints
    of_building: Ints


def cut_faces(
    blocks: Blocks, borders: Geometries, ground: Geometries, *, grid_m: float
) -> tuple[Geometries, Ints]:
    """Node all lines on the grid and polygonize them: (faces, block of each)."""
    inner = np.concatenate([borders, shapely.boundary(ground)])
    inner = off_rim(inner, blocks.rim, clear=CLEAR_STEPS * grid_m)
    drawn = np.concatenate([shapely.boundary(blocks.geometry), inner])
    net = shapely.unary_union(drawn, grid_size=grid_m)
    faces = shapely.get_parts(shapely.polygonize([net]))
    tree = shapely.STRtree(blocks.geometry)
    face, block = tree.query(shapely.point_on_surface(faces), predicate="intersects")
    face, first = np.unique(face, return_index=True)
    return faces[face], block[first].astype(np.int64)


def give_faces(geometry: Geometries, block: Ints, housed: Housed, walls: Walls) -> Faces:
    """Owner of each face: the smallest footprint over it, else the nearest building."""
    ground, home, rank = housed.ground, housed.home, housed.rank
    inner = shapely.point_on_surface(geometry)
    face, over = shapely.STRtree(ground).query(inner, predicate="intersects")
    here = home[over] == block[face]
    face, over = face[here], over[here].astype(np.int64)
    order = np.lexsort((rank[over], face))
    covered, first = np.unique(face[order], return_index=True)
    owner = np.full(len(geometry), -1, dtype=np.int64)
    owner[covered] = over[order[first]]
    built = owner >= 0
    free = np.flatnonzero(~built)
    owner[free] = nearest_building(shapely.get_coordinates(inner[free]), block[free], walls, home)
    host = _hosts(geometry, owner, built, (face, over), ground)
    host[home < 0] = -1
    owner = np.where(owner >= 0, host[owner], -1) if len(host) else owner
    return Faces(geometry, block, owner, built, host)


def _hosts(
    faces: Geometries, owner: Ints, built: Bools, cover: tuple[Ints, Ints], ground: Geometries
) -> Ints:
    """Building whose cell each building lives in: itself, unless others cover nearly all of it."""
    m = len(ground)
    host = np.arange(m, dtype=np.int64)
    face, over = cover
    size = shapely.area(faces)
    own = np.bincount(owner[built], weights=size[built], minlength=m)[:m]
    little = own < OWN_SHARE * shapely.area(ground)
    lost = little[over] & (owner[face] != over)
    taken = pd.DataFrame({"a": over[lost], "b": owner[face[lost]], "m2": size[face[lost]]})
    taken = taken.groupby(["a", "b"])["m2"].sum().reset_index().sort_values(["m2", "b"])
    host[taken["a"].to_numpy()] = taken["b"].to_numpy()
    without = np.setdiff1d(np.flatnonzero(host == np.arange(m)), owner)
    without = without[~shapely.is_empty(ground[without])]
    if len(without):
        at = shapely.STRtree(faces).nearest(shapely.point_on_surface(ground[without]))
        host[without] = np.where(owner[at] >= 0, owner[at], without)
    while (host[host] != host).any():
        host = host[host]
    return host


def absorb(faces: Faces, fixed: Geometries, *, reach: float) -> Grouping:
    """Group faces into cells: one connected piece for every owner and for every empty block.

    Nothing is joined across a line of `fixed` (a segment whose middle is within `reach` of it).
    """
    key = np.where(faces.owner >= 0, faces.owner, len(faces.host) + faces.block)
    side = segments(faces.geometry)
    other, length = side.neighbour(), side.length()
    inner = other >= 0
    pair = (side.owner[inner], other[inner])
    piece = _pieces(pair, key)
    kind = _Pieces.of(faces, piece, key)
    middle = (side.xy[side.start[inner]] + side.xy[side.end[inner]]) / 2
    open_ = np.ones(len(middle), dtype=bool)
    open_[_along(middle, fixed, reach)] = False
    pieces = piece[pair[0][open_]], piece[pair[1][open_]]
    target = _settle(kind, pieces, length[inner][open_])
    return _number(faces, piece, kind, target)


def _along(points: Floats, lines: Geometries, reach: float) -> Ints:
    """Rows of `points` within `reach` of any of `lines`."""
    if not len(lines):
        return np.empty(0, dtype=np.int64)
    at = np.asarray(shapely.points(points), dtype=object)
    return np.unique(shapely.STRtree(lines).query(at, predicate="dwithin", distance=reach)[0])


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Connected faces with one key: `block`, `key`, `main` (its key's best piece), `sliver`."""

    block: Ints
    key: Ints
    main: Bools
    sliver: Bools

    @staticmethod
    def of(faces: Faces, piece: Ints, key: Ints) -> _Pieces:
        size = shapely.area(faces.geometry)
        n = int(piece.max(initial=-1)) + 1
        area = np.bincount(piece, weights=size, minlength=n)
        built = np.bincount(piece, weights=size * faces.built, minlength=n)
        _, first = np.unique(piece, return_index=True)
        block, keys = faces.block[first], key[first]
        order = np.lexsort((np.arange(n), -area, -built, keys))
        main = np.zeros(n, dtype=bool)
        main[order[np.unique(keys[order], return_index=True)[1]]] = True
        around = np.bincount(piece, weights=shapely.length(faces.geometry), minlength=n)
        thin = (area < SLIVER_M2) | (2 * area < SLIVER_WIDTH_M * around)
        return _Pieces(block, keys, main, thin & (keys >= len(faces.host)))


def _pieces(pair: tuple[Ints, Ints], key: Ints) -> Ints:
    """(f,) connected component of each face among faces of its key."""
    same = key[pair[0]] == key[pair[1]]
    ones = np.ones(int(same.sum()), dtype=np.int8)
    graph = coo_matrix((ones, (pair[0][same], pair[1][same])), shape=(len(key), len(key)))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _settle(kind: _Pieces, pair: tuple[Ints, Ints], length: Floats) -> Ints:
    """Piece that each piece joins, over the longest shared border; main pieces join nobody.

    Pieces cut off from their building stay within their block; only slivers of empty blocks may
    cross a line.
    """
    table = pd.DataFrame({"a": pair[0], "b": pair[1], "m": length})
    table = table[table["a"] != table["b"]].groupby(["a", "b"])["m"].sum().reset_index()
    a, b = table["a"].to_numpy(), table["b"].to_numpy()
    order = np.lexsort((b, -table["m"].to_numpy(), a))
    a, b = a[order], b[order]
    same = kind.block[a] == kind.block[b]
    target = np.where(kind.main & ~kind.sliver, np.arange(len(kind.key)), -1)
    for allowed in (same, np.ones(len(a), dtype=bool)):
        _join(target, a[allowed], b[allowed])
    alone = target < 0
    target[alone] = np.flatnonzero(alone)
    return target


def _join(target: Ints, a: Ints, b: Ints) -> None:
    """Let unsettled `a` join its first settled neighbour `b`, round by round; changes `target`."""
    while True:
        ready = (target[a] < 0) & (target[b] >= 0)
        if not ready.any():
            return
        piece, first = np.unique(a[ready], return_index=True)
        target[piece] = target[b[ready][first]]


def _number(faces: Faces, piece: Ints, kind: _Pieces, target: Ints) -> Grouping:
    """Number cells by block, then by key."""
    roots = np.unique(target)
    roots = roots[np.lexsort((kind.key[roots], kind.block[roots]))]
    cell_of_piece = np.full(len(target), -1, dtype=np.int64)
    cell_of_piece[roots] = np.arange(len(roots))
    cell_of_piece = cell_of_piece[target]
    main = np.flatnonzero(kind.main)
    of_key = np.full(len(faces.host) + int(faces.block.max(initial=-1)) + 1, -1, dtype=np.int64)
    of_key[kind.key[main]] = cell_of_piece[main]
    of_building = np.where(faces.host >= 0, of_key[faces.host], -1)
    return Grouping(cell_of_piece[piece], kind.block[roots], of_building)


def dissolve_faces(faces: Geometries, cell: Ints) -> Geometries:
    """(n,) union of the faces of each cell."""
    order = np.argsort(cell, kind="stable")
    _, start = np.unique(cell[order], return_index=True)
    groups = np.split(faces[order], start[1:])
    out = np.empty(len(groups), dtype=object)
    out[:] = [g[0] if len(g) == 1 else shapely.coverage_union_all(g) for g in groups]
    single = shapely.get_num_geometries(out) == 1
    out[single] = shapely.get_geometry(out[single], 0)
    return out
