"""What a reader of files must know: what is on no street, on an island, twice, swapped, at 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from gisgrid.access.graph import Network, Snapped
from gisgrid.access.network import on_island, pieces_m
from gisgrid.access.snap import LONG_LEG_M, SNAP_LIMIT_M
from gisgrid.services.sound_place import MARGIN_DEGREES

_JOINED = 0.9
_NAMED = 5
"""Ids named in a sentence; the rest are counted, and listed in the output."""

_AT_ZERO = 1e-6
_TWICE_M = 2.0
Texts = npt.NDArray[np.object_]
Shapes = npt.NDArray[np.object_]


class Note(NamedTuple):
    """Something the reader must know of: a key of the catalogue and its values."""

    key: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Services or buildings.

    Attributes
    ----------
    id
        (n,) of the source, or made from the shape.
    point
        (n,) a point of each in EPSG:4326.
    xy
        (n, 2) the same, metric.
    doors
        (n,) the same on the streets.
    """

    id: Texts
    point: Shapes
    xy: npt.NDArray[np.float64]
    doors: Snapped

    def take(self, which: npt.NDArray[Any]) -> Places:
        """Those that `which` (indices or a mask) selects, in that order."""
        return Places(self.id[which], self.point[which], self.xy[which], self.doors.take(which))


def torn(network: Network) -> list[Note]:
    """A sentence when the streets do not hang together, as lines that cross without a vertex."""
    pieces = pieces_m(network)
    share = pieces[0] / pieces.sum()
    if share >= _JOINED:
        return []
    return [Note("access.streets_in_pieces", {"n": len(pieces), "percent": f"{100 * share:.0f}"})]


def islanded(network: Network, services: Places) -> list[Note]:
    """A sentence where services stand on streets that do not join the others."""
    away = on_island(network, services.doors)
    if not len(away):
        return []
    return [Note("access.services_on_island", {"n": len(away), "ids": _some(services.id[away])})]


def missed(what: str, places: Places, lines: Shapes) -> list[Note]:
    """Sentences on what stands on no street, what has its axes swapped, and what is far off."""
    lost, far = places.doors.missed, places.doors.far(LONG_LEG_M)
    notes = []
    if len(lost):
        facts = {"n": len(lost), "ids": _some(places.id[lost]), "limit": f"{SNAP_LIMIT_M:g}"}
        notes.append(Note(f"access.{what}s_on_no_street", facts))
    notes += _misplaced(what, places, lost, lines)
    if len(far):
        facts = {"n": len(far), "ids": _some(places.id[far]), "limit": f"{LONG_LEG_M:g}"}
        notes.append(Note(f"access.{what}s_far", facts))
    return notes


def _misplaced(what: str, places: Places, lost: npt.NDArray[np.int64], lines: Shapes) -> list[Note]:
    """Why places on no street may be where they are: an empty field, swapped, or far outside."""
    lonlat = shapely.get_coordinates(places.point)[lost]
    zero = (np.abs(lonlat) < _AT_ZERO).all(axis=1)
    swapped = ~zero & _within(lonlat[:, ::-1], lines)
    outside = ~zero & ~swapped & ~_within(lonlat, lines, margin=MARGIN_DEGREES)
    found = (("at_zero", zero), ("swapped", swapped), ("outside", outside))
    return [
        Note(f"access.{what}s_{why}", {"n": int(which.sum()), "ids": _some(places.id[lost][which])})
        for why, which in found
        if which.any()
    ]


def doubled(services: Places, kind: Texts) -> list[Note]:
    """A sentence where services of one kind stand at one place: one may have been entered twice."""
    there = np.flatnonzero(np.isfinite(services.xy).all(axis=1))
    if not len(there):
        return []
    near = cKDTree(services.xy[there]).query_pairs(_TWICE_M, output_type="ndarray")
    pair = there[near][kind[there[near[:, 0]]] == kind[there[near[:, 1]]]]
    if not len(pair):
        return []
    facts = {"n": len(pair), "ids": _some(services.id[np.unique(pair)]), "m": f"{_TWICE_M:g}"}
    return [Note("access.services_doubled", facts)]


def _within(
    lonlat: npt.NDArray[np.float64], lines: Shapes, *, margin: float = 0.0
) -> npt.NDArray[np.bool_]:
    west, south, east, north = shapely.total_bounds(lines)
    low, high = (west - margin, south - margin), (east + margin, north + margin)
    return np.asarray(((lonlat >= low) & (lonlat <= high)).all(axis=1))


def _some(ids: Texts) -> str:
    named = ", ".join(map(str, ids[:_NAMED]))
    return named if len(ids) <= _NAMED else f"{named} …"
