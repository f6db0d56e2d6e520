"""The ground of an area in metres: what encloses, what separates, what crosses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gisgrid.geo.crs import to_metric
from gisgrid.geo.edges import Geometries, Ints
from gisgrid.model.ground import BARRIER_OF_STREET, Barrier, LineKind, StreetClass
from gisgrid.storage import ground
from gisgrid.storage.engine import Connection

Area: TypeAlias = Polygon | MultiPolygon

_BARRIER_OF_LINE = {
    LineKind.RIVER: Barrier.RIVER,
    LineKind.RAIL: Barrier.RAIL,
    LineKind.WALL: Barrier.WALL,
    "drawn": Barrier.NONE,  # encloses, but nobody is kept from walking across
}


@dataclass(frozen=True, slots=True)
class MetricGround:
    """Lines that enclose, with their `Barrier` class; bridges and tunnels; water. Metric CRS."""

    lines: Geometries
    barrier: Ints
    crossings: Geometries
    water: Geometries


def metric_ground(conn: Connection, area: BaseGeometry, *, epsg: int) -> MetricGround:
    """Streets, lines and water of `area` (EPSG:4326).

    Footpaths enclose nothing, and neither does what runs over or under the ground.
    """
    streets = ground.streets_in(conn, area)
    others = ground.lines_in(conn, area)
    barrier = np.array(
        [BARRIER_OF_STREET[StreetClass(word)] for word in streets.street_class], dtype=np.int64
    )
    encloses = ~streets.crossing & (barrier > Barrier.NONE)
    lines = np.concatenate([streets.geometry[encloses], others.geometry])
    kinds = [_BARRIER_OF_LINE[kind] for kind in others.kind]
    return MetricGround(
        lines=to_metric(lines, epsg),
        barrier=np.concatenate([barrier[encloses], np.array(kinds, dtype=np.int64)]),
        crossings=to_metric(streets.geometry[streets.crossing], epsg),
        water=_sound(to_metric(ground.water_in(conn, area), epsg)),
    )


def _sound(water: Geometries) -> Geometries:
    """Water without the few surfaces that are not valid: they are drawn, but enclose nothing."""
    return water[shapely.is_valid(water) & ~shapely.is_empty(water)]
