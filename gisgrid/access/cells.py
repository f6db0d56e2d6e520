"""A 16 m lattice of the ground, snapped to the streets once: what walking fields are read from."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from gisgrid.access.graph import Network, Snapped
from gisgrid.access.reach import doors
from gisgrid.access.snap import snap
from gisgrid.access.walls import Walls, snap_round_walls

CELL_M = 16.0
"""Side of the lattice; its points lie at whole multiples, so that every window fits every other."""

OFF_STREET_M = 120.0
"""Ground further than this from every street is drawn as out of reach."""

_TILE = 50
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


class Lattice(NamedTuple):
    """A window of lattice points, row by row from the south, seen from both ends of their edge."""

    column: int  # of the westernmost points: x = column × CELL_M
    row: int  # of the southernmost points
    edge: Ints  # (rows, columns), -1 off the streets
    start: Ints
    end: Ints
    to_start_m: Singles
    to_end_m: Singles
    offset_m: Singles


_Tile: TypeAlias = npt.NDArray[np.void]
_TILE_TYPE = np.dtype(
    [("edge", np.int32), ("start", np.int32), ("end", np.int32)]
    + [(name, np.float32) for name in ("to_start_m", "to_end_m", "offset_m")]
)
_Key: TypeAlias = tuple[Walls | None, int, int]
_tiles: WeakKeyDictionary[Network, dict[_Key, _Tile]] = WeakKeyDictionary()


def lattice(
    network: Network, west: float, south: float, side_m: float, walls: Walls | None = None
) -> Lattice:
    """The lattice points of a square; ground seen before is not snapped again.

    Parameters
    ----------
    network
        Streets.
    west, south
        Lower left corner, metric CRS.
    side_m
        Side of the square.
    walls
        What the way from a point to its street goes round, as that of a building does.
    """
    left, bottom = (int(np.floor(low / CELL_M)) for low in (west, south))
    right, top = (int(np.ceil((low + side_m) / CELL_M)) + 1 for low in (west, south))
    window = np.empty((top - bottom, right - left), _TILE_TYPE)
    for j in range(bottom // _TILE, (top - 1) // _TILE + 1):
        for i in range(left // _TILE, (right - 1) // _TILE + 1):
            there_y, here_y = _overlap(j * _TILE, bottom, top)
            there_x, here_x = _overlap(i * _TILE, left, right)
            window[there_y, there_x] = _tile(network, walls, i, j)[here_y, here_x]
    return Lattice(left, bottom, *(window[name] for name in _TILE_TYPE.names or ()))


def _overlap(first: int, low: int, high: int) -> tuple[slice, slice]:
    """The part of [low, high) that a tile beginning at `first` covers: there, and in the tile."""
    begin, end = max(first, low), min(first + _TILE, high)
    return slice(begin - low, end - low), slice(begin - first, end - first)


def _tile(network: Network, walls: Walls | None, i: int, j: int) -> _Tile:
    known = _tiles.setdefault(network, {})
    if (walls, i, j) not in known:
        known[walls, i, j] = _snapped_tile(network, walls, i, j)
    return known[walls, i, j]


def _snapped_tile(network: Network, walls: Walls | None, i: int, j: int) -> _Tile:
    x = np.arange(i * _TILE, (i + 1) * _TILE) * CELL_M
    y = np.arange(j * _TILE, (j + 1) * _TILE) * CELL_M
    xy = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    if walls is None:
        return _as_tile(network, snap(network, xy, limit_m=OFF_STREET_M))
    return _as_tile(network, snap_round_walls(network, xy, walls, limit_m=OFF_STREET_M)[0])


def _as_tile(network: Network, points: Snapped) -> _Tile:
    tile = np.empty(len(points), _TILE_TYPE)
    tile["edge"], tile["offset_m"] = points.edge, points.offset_m
    for name, values in doors(network, points)._asdict().items():
        tile[name] = values
    return tile.reshape(_TILE, _TILE)
