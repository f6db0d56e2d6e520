"""The town under a plan on paper: water, green, footprints, streets with their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gisgrid.geo.crs import to_wgs84
from gisgrid.io.paper_ink import Bounds
from gisgrid.io.paper_legend import View
from gisgrid.io.paper_map import Areas, Labels, Layer, Lines
from gisgrid.storage import paper_ground
from gisgrid.storage.engine import Connection

WATER, WATER_EDGE, GREEN = "#cfe0ea", "#8fb0c4", "#e3ecdc"
FOOTPRINT, FOOTPRINT_OUTSIDE = "#b9bfc6", "#dde0e3"
STREET, CASING, RAIL = "#ffffff", "#aab2bb", "#7f8c9b"
WIDTHS = {"arterial": (15.0, 3.0), "collector": (8.5, 2.0), "lane": (4.5, 1.1), "path": (2.0, 0.0)}
"""Class of a street -> its true width in metres, and the least on paper in points."""

NAMED = ("arterial", "collector", "lane")
LEAST_PART_PT = 60


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """Shapes in metres around a plan."""

    streets: Sequence[tuple[str, str | None, shapely.Geometry]]
    rails: Sequence[shapely.Geometry]
    water: Sequence[shapely.Geometry]
    green: Sequence[shapely.Geometry]
    footprints: dict[int, shapely.Geometry]


def town_in(conn: Connection, bounds: Bounds, *, epsg: int) -> Town:
    """Everything that stands in bounds (west, south, east, north in metres)."""
    corners = to_wgs84(np.array([shapely.box(*bounds)]), epsg)
    box: list[float] = shapely.bounds(corners)[0].tolist()
    streets = paper_ground.streets(conn, box, epsg=epsg)
    areas = paper_ground.areas(conn, box, epsg=epsg)
    kinds: dict[str, list[shapely.Geometry]] = {"water": [], "green": []}
    for row, shape in zip(areas, _shapes(areas), strict=True):
        kinds[row.kind].append(shape)
    stand = paper_ground.footprints(conn, box, epsg=epsg)
    return Town(
        streets=[
            (row.__getattr__("class"), row.name, shape)
            for row, shape in zip(streets, _shapes(streets), strict=True)
        ],
        rails=_shapes(paper_ground.rails(conn, box, epsg=epsg)),
        water=kinds["water"],
        green=kinds["green"],
        footprints=dict(zip([row.id for row in stand], _shapes(stand), strict=True)),
    )


def _shapes(rows: Iterable[Any]) -> list[shapely.Geometry]:
    return list(shapely.from_wkb([bytes(row.wkb) for row in rows]))


def ground_layers(town: Town, *, lit: Iterable[int] | None = None) -> list[Layer]:
    """Water, green and footprints; those of `lit` buildings darker (None: all alike dark)."""
    inside = set(town.footprints) if lit is None else set(lit)
    dark = [shape for key, shape in town.footprints.items() if key in inside]
    pale = [shape for key, shape in town.footprints.items() if key not in inside]
    return [
        Areas(shapes=town.green, fill=GREEN),
        Areas(shapes=town.water, fill=WATER, line=WATER_EDGE, width=0.4),
        Areas(shapes=pale, fill=FOOTPRINT_OUTSIDE),
        Areas(shapes=dark, fill=FOOTPRINT, line="#8a929c", width=0.2),
    ]


def street_layers(town: Town, view: View) -> list[Layer]:
    """Streets at their true width, casings first, so that crossings are open; then railways."""
    by_class = {name: [s for kind, _, s in town.streets if kind == name] for name in WIDTHS}
    widths = {name: max(m / view.metres, least) for name, (m, least) in WIDTHS.items()}
    drawn = [name for name in reversed(WIDTHS) if widths[name] >= 1.0]
    casings: list[Layer] = [
        Lines(shapes=by_class[name], line=CASING, width=widths[name] + 0.8) for name in drawn
    ]
    fills: list[Layer] = [
        Lines(shapes=by_class[name], line=STREET, width=widths[name]) for name in drawn
    ]
    rails = Lines(shapes=town.rails, line="#ffffff", width=1.0, dash=(4, 4), casing=RAIL)
    return [*casings, *fills, rails]


def street_names(town: Town, view: View, *, size: float = 6) -> Labels:
    """The name of each street once, at the middle of its longest stretch in view."""
    frame = shapely.box(*view.bounds)
    longest: dict[str, tuple[float, tuple[float, float]]] = {}
    for kind, name, shape in town.streets:
        if not name or kind not in NAMED:
            continue
        seen = shapely.intersection(shape, frame)
        length = float(shapely.length(seen))
        if length / view.metres > max(LEAST_PART_PT, longest.get(name, (0.0,))[0] / view.metres):
            longest[name] = (length, _middle(seen))
    return Labels(
        places=[place for _, place in longest.values()],
        texts=list(longest),
        size=size,
        colour="#465262",
    )


def _middle(shape: shapely.Geometry) -> tuple[float, float]:
    """The point half-way along the longest part of a line."""
    parts = shapely.get_parts(shape)
    longest = parts[[int(np.argmax(shapely.length(parts)))]]
    x, y = shapely.get_coordinates(shapely.line_interpolate_point(longest, 0.5, normalized=True))[0]
    return float(x), float(y)
