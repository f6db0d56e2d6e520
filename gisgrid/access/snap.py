"""Points onto streets: the nearest edge, where along it, and how far off."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.graph import Coordinates, Indices, Metres, Network, Snapped

SNAP_LIMIT_M = 300.0
"""A point further than this from every street is on no street."""

LONG_LEG_M = 100.0
"""Access legs longer than this are flagged to the reader."""


class _Streets(NamedTuple):
    """The straight segments of a network and their spatial index."""

    tree: shapely.STRtree
    edge: Indices
    begin_m: Metres
    begin_xy: Coordinates
    step_xy: Coordinates


_indexed: WeakKeyDictionary[Network, _Streets] = WeakKeyDictionary()


def snap(network: Network, xy: Coordinates, *, limit_m: float = SNAP_LIMIT_M) -> Snapped:
    """Put points on their nearest street.

    Parameters
    ----------
    network
        Streets, metric CRS.
    xy
        (n, 2) points in the same CRS; NaN counts as nowhere.
    limit_m
        Longest access leg.

    Returns
    -------
    Snapped of n points; edge -1 where no street is within `limit_m`. Empty for no points.
    """
    xy = np.asarray(xy, np.float64).reshape(-1, 2)
    usable = np.flatnonzero(np.isfinite(xy).all(axis=1))
    found, segment = _streets(network).tree.query_nearest(
        shapely.points(xy[usable]), max_distance=limit_m, all_matches=False
    )
    point = usable[found]
    return _feet(_streets(network), xy, point, segment)


def feet(network: Network, points: Snapped) -> Coordinates:
    """(n, 2) where on the street each point's access leg begins; NaN for those on no street."""
    known = np.flatnonzero(points.edge >= 0)
    edge, offset_m = points.edge[known], points.offset_m[known]
    after = np.searchsorted(network.along_m, network.begin_m[edge] + offset_m, side="right")
    after = np.clip(after, network.first_vertex[edge] + 1, network.first_vertex[edge + 1] - 1)
    step_m = network.vertex_m[after] - network.vertex_m[after - 1]
    share = (offset_m - network.vertex_m[after - 1]) / step_m
    begin, end = network.vertex_xy[after - 1], network.vertex_xy[after]
    foot = np.full((len(points), 2), np.nan)
    foot[known] = begin + share[:, None] * (end - begin)
    return foot


def streets_near(
    network: Network, xy: Coordinates, *, limit_m: float
) -> tuple[npt.NDArray[np.int64], Snapped]:
    """Points put on every straight piece of street within `limit_m`.

    Parameters
    ----------
    xy
        (n, 2) points, metric.

    Returns
    -------
    point
        (m,) which point, in no order, and …
    snapped
        (m,) … one of the places on the streets near it.
    """
    streets = _streets(network)
    point, segment = streets.tree.query(shapely.points(xy), predicate="dwithin", distance=limit_m)
    return point, _feet(streets, xy[point], np.arange(len(point)), segment)


def _feet(
    streets: _Streets, xy: Coordinates, point: npt.NDArray[np.int64], segment: npt.NDArray[np.int64]
) -> Snapped:
    """Where the perpendicular of each point meets its segment."""
    edge = np.full(len(xy), -1, np.int32)
    offset_m, leg_m = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
    step = streets.step_xy[segment]
    length_m = np.hypot(*step.T)
    away = xy[point] - streets.begin_xy[segment]
    along = np.clip((away * step).sum(axis=1) / length_m**2, 0.0, 1.0)
    edge[point] = streets.edge[segment]
    offset_m[point] = streets.begin_m[segment] + along * length_m
    leg_m[point] = np.hypot(*(away - along[:, None] * step).T)
    return Snapped(edge, offset_m, leg_m)


def _streets(network: Network) -> _Streets:
    """The index of `network`, made at first use and kept as long as the network lives."""
    if network not in _indexed:
        _indexed[network] = _index(network)
    return _indexed[network]


def _index(network: Network) -> _Streets:
    edge = np.repeat(
        np.arange(len(network.length_m), dtype=np.int32), np.diff(network.first_vertex)
    )
    begin = np.flatnonzero(edge[1:] == edge[:-1])
    ends = np.stack([network.vertex_xy[begin], network.vertex_xy[begin + 1]], axis=1)
    return _Streets(
        tree=shapely.STRtree(np.asarray(shapely.linestrings(ends))),
        edge=edge[begin],
        begin_m=network.vertex_m[begin],
        begin_xy=ends[:, 0],
        step_xy=ends[:, 1] - ends[:, 0],
    )
