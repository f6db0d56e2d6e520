"""The streets within a walk: the network that is drawn under a circle."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.graph import Metres, Network, Snapped
from gisgrid.access.nearby import cut_out, metres_from_each
from gisgrid.access.paths import part_of_edge
from gisgrid.access.reach import Ids, doors


class WalkedStreets(NamedTuple):
    """Stretches of street within a walk, each with the walk to its nearer and its further end."""

    line: npt.NDArray[np.object_]  # LineStrings, in the direction of walking
    near_m: Metres
    far_m: Metres


class _Stretches(NamedTuple):
    """Parts of edges from one offset to another, walked in that direction."""

    edge: Ids
    from_m: Metres
    to_m: Metres
    near_m: Metres


def walked_streets(network: Network, service: Snapped, *, limit_m: float) -> WalkedStreets:
    """Every stretch of street that is at most `limit_m` from one service.

    Parameters
    ----------
    network
        Streets, metric CRS.
    service
        One snapped point.
    limit_m
        Longest walk, the service's access leg included.

    Returns
    -------
    WalkedStreets. An edge that is reached from both ends gives two stretches, which meet where
    both walks are equally long. Empty for a service on no street.
    """
    if not len(service) or service.edge[0] < 0:
        return WalkedStreets(np.zeros(0, object), np.zeros(0), np.zeros(0))
    stretch = _stretches(network, service.take(np.array([0])), limit_m)
    lines = [
        shapely.LineString(part_of_edge(network, int(edge), float(start), float(end)))
        for edge, start, end in zip(*stretch[:3], strict=True)
    ]
    far_m = stretch.near_m + np.abs(stretch.to_m - stretch.from_m)
    return WalkedStreets(np.array(lines, dtype=object), stretch.near_m, far_m)


def _stretches(network: Network, service: Snapped, limit_m: float) -> _Stretches:
    """From both ends of every edge but the service's own, and both ways from the service."""
    part = cut_out(network, service, limit_m)
    metres = metres_from_each(part, doors(network, service), limit_m)[0][part.local]
    at_start, at_end = metres[network.start], metres[network.end]
    at_start[service.edge], at_end[service.edge] = np.inf, np.inf
    length_m = network.length_m
    forth_m, back_m = _shares(at_start, at_end, length_m, limit_m)
    forth, back = np.flatnonzero(forth_m > 0), np.flatnonzero(back_m > 0)
    found = (
        _Stretches(forth, np.zeros(len(forth)), forth_m[forth], at_start[forth]),
        _Stretches(back, length_m[back], (length_m - back_m)[back], at_end[back]),
        _both_ways(network, service, limit_m),
    )
    return _Stretches(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _both_ways(network: Network, service: Snapped, limit_m: float) -> _Stretches:
    """Along the service's own edge."""
    offset_m, leg_m = np.repeat(service.offset_m, 2), np.repeat(service.leg_m, 2)
    ends_m = np.array([0.0, network.length_m[service.edge[0]]])
    ahead_m = np.clip(limit_m - leg_m, 0, np.abs(ends_m - offset_m))
    to_m = offset_m + np.array([-1, 1]) * ahead_m
    edge, way = np.repeat(service.edge, 2).astype(np.int64), ahead_m > 0
    return _Stretches(edge[way], offset_m[way], to_m[way], leg_m[way])


def _shares(
    at_start: Metres, at_end: Metres, length_m: Metres, limit_m: float
) -> tuple[Metres, Metres]:
    """How much of each edge is walked from its start and from its end, within the limit."""
    reached = np.isfinite(at_start) | np.isfinite(at_end)
    meet = np.zeros(len(length_m))  # where both walks are equally long
    difference = at_end[reached] - at_start[reached]
    meet[reached] = np.clip((length_m[reached] + difference) / 2, 0, length_m[reached])
    forth_m = np.clip(np.minimum(limit_m - at_start, meet), 0, None)
    back_m = np.clip(np.minimum(limit_m - at_end, length_m - meet), 0, None)
    return forth_m, back_m
