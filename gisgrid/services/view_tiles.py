"""Vector tiles in the actor's scope, each with the version of the data it was made from.

A version is known before a tile is made: a browser that has it already is told so. Made tiles are
kept by this process, compressed, under their version.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisgrid.errors import NotFound
from gisgrid.model.people import Actor
from gisgrid.services.grid_outlines import tile_shapes
from gisgrid.storage import districts, plans, projects, tiles
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

DEEPEST_ZOOM = 22
WORLD_M = 40075016.68557849
BUFFER = 1 / 16


@dataclass(frozen=True, slots=True)
class TileAddress:
    """A tile of the Web Mercator pyramid; NotFound for one that does not exist."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (
            0 <= self.z <= DEEPEST_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z
        ):
            raise NotFound(f"no tile {self.z}/{self.x}/{self.y}")

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) in EPSG:3857, its buffer included."""
        side = WORLD_M / 2**self.z
        west, north = self.x * side - WORLD_M / 2, WORLD_M / 2 - self.y * side
        edge = side * BUFFER
        return west - edge, north - side - edge, west + side + edge, north + edge


@dataclass(frozen=True, slots=True)
class Tile:
    """`packed` is the gzipped tile: empty where nothing is drawn, None when nothing changed."""

    version: str
    packed: bytes | None


def base_tile(engine: Engine, at: TileAddress, *, known: Collection[str] = ()) -> Tile:
    """Streets, water, green and building outlines: the same for everybody."""
    with transaction(engine, SYSTEM) as conn:
        version = f"b{projects.ground_version(conn)}"
    return Tile(version, None if version in known else _base(engine, version, at))


def cells_tile(
    engine: Engine, actor: Actor, cell_set_id: int, at: TileAddress, *, known: Collection[str] = ()
) -> Tile:
    """Cells, borders and buildings of a cell set; NotFound unless the actor sees it whole."""
    with transaction(engine, actor) as conn:
        found = tiles.cell_set(conn, cell_set_id)
        ground = projects.ground_version(conn)
    if found is None or found.community_id not in actor.communities:
        raise NotFound(f"no cell set {cell_set_id}")
    version = f"c{cell_set_id}.{ground}"
    return Tile(version, None if version in known else _cells(engine, version, cell_set_id, at))


def plan_tile(
    engine: Engine, actor: Actor, plan_id: int, at: TileAddress, *, known: Collection[str] = ()
) -> Tile:
    """Cells, borders and buildings of a plan as lines have cut it; NotFound out of scope."""
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        ground = projects.ground_version(conn)
    if plan.unit_id not in actor.communities:
        raise NotFound(f"no plan {plan_id}")
    version = f"p{plan_id}.{plan.ground}.{ground}"
    return Tile(version, None if version in known else _of_plan(engine, version, plan_id, at))


def district_tile(
    engine: Engine,
    actor: Actor,
    at: TileAddress,
    *,
    day: date | None = None,
    known: Collection[str] = (),
) -> Tile:
    """Outlines of the grids in force, now or on a day, and of the communities in scope then."""
    with transaction(engine, actor) as conn:
        in_force = tiles.visible_grids(conn, day)
        ground = projects.ground_version(conn)
        seen = actor.communities or tuple(p.unit_id for p in in_force)
        valid = districts.valid_units(conn, seen, day)
    grids = tuple((p.plan_id, p.version, tuple(p.grids)) for p in in_force)
    communities = tuple(unit for unit in seen if unit in valid)
    version = "d" + hashlib.sha256(repr((ground, grids, communities)).encode()).hexdigest()[:24]
    if version in known:
        return Tile(version, None)
    return Tile(version, _district(engine, version, grids, communities, at))


@lru_cache(maxsize=4096)
def _base(engine: Engine, version: str, at: TileAddress) -> bytes:  # noqa: ARG001
    with transaction(engine, SYSTEM) as conn:
        return pack(tiles.base(conn, at.z, at.x, at.y))


@lru_cache(maxsize=4096)
def _cells(engine: Engine, version: str, cell_set_id: int, at: TileAddress) -> bytes:  # noqa: ARG001
    with transaction(engine, SYSTEM) as conn:
        return pack(tiles.cells(conn, cell_set_id, at.z, at.x, at.y))


@lru_cache(maxsize=1024)
def _of_plan(engine: Engine, version: str, plan_id: int, at: TileAddress) -> bytes:  # noqa: ARG001
    with transaction(engine, SYSTEM) as conn:
        return pack(tiles.plan_cells(conn, plan_id, at.z, at.x, at.y))


@lru_cache(maxsize=1024)
def _district(
    engine: Engine,
    version: str,  # noqa: ARG001
    plans: tuple[tuple[int, int, tuple[int, ...]], ...],
    communities: tuple[int, ...],
    at: TileAddress,
) -> bytes:
    shapes = [row for plan_id, _, grids in plans for row in _in_tile(engine, plan_id, grids, at)]
    with transaction(engine, SYSTEM) as conn:
        return pack(tiles.drawn(conn, shapes, communities, at))


def _in_tile(
    engine: Engine, plan_id: int, grids: tuple[int, ...], at: TileAddress
) -> Iterator[tuple[int, int, bytes]]:
    """(grid id, plan id, WKB) of those of `grids` that touch the tile, as coarse as its zoom."""
    tolerance_m = tiles.smallest_extent(at.z) / 4 if at.z < DEEPEST_ZOOM - 6 else 0.0
    ids, shapes = tile_shapes(engine, plan_id, tolerance_m)
    if not len(ids):
        return
    west, south, east, north = at.bounds
    box = shapely.bounds(shapes)
    inside = (box[:, 0] < east) & (box[:, 2] > west) & (box[:, 1] < north) & (box[:, 3] > south)
    for i in np.flatnonzero(inside & np.isin(ids, grids)):
        yield int(ids[i]), plan_id, shapely.to_wkb(shapes[i])


def pack(tile: bytes) -> bytes:
    """The tile gzipped, quickly; nothing for nothing."""
    return gzip.compress(tile, 1, mtime=0) if tile else b""
