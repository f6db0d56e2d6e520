"""The ground of two plans, cut into pieces by both: polygons of their grids, and what moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely

from gisgrid.storage import comparison
from gisgrid.storage.engine import Connection

LEAST_M2 = 25.0
"""Where cells were drawn anew, smaller pieces are slivers of the two drawings, no change."""

THIN_M = 0.5

Geometry: TypeAlias = shapely.Geometry
Cells: TypeAlias = Mapping[int, tuple[str, Geometry]]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Ground (metric CRS) that goes from a grid to another; `parts` are its cells or slices."""

    before: str
    after: str
    ground: Geometry


def cells_of(
    conn: Connection, plan_id: int, final: Mapping[str, str] | None = None, *, epsg: int
) -> Cells:
    """Cell id -> code of its grid (as `final` renames it), polygon in the CRS `epsg`."""
    named = final or {}
    rows = comparison.cells(conn, plan_id, epsg=epsg)
    shapes = shapely.from_wkb([bytes(row.wkb) for row in rows])
    return {
        row.id: (named.get(row.code, row.code), shape)
        for row, shape in zip(rows, shapes, strict=True)
    }


def grid_polygons(cells: Cells) -> dict[str, Geometry]:
    """Code -> polygon of each grid."""
    return {code: shapely.coverage_union_all(shapes) for code, shapes in _by_code(cells).items()}


def moved_ground(before: Cells, after: Cells) -> list[Piece]:
    """Ground that changes grid, joined for each pair of grids.

    Cells that both plans are made of are compared by their ids; where the cells were cut or built
    anew in between, by where they lie.
    """
    pieces: dict[tuple[str, str], list[Geometry]] = {}
    for cell in before.keys() & after.keys():
        (was, shape), (becomes, _) = before[cell], after[cell]
        if was != becomes:
            pieces.setdefault((was, becomes), []).append(shape)
    for was, becomes, shape in _slices(before, after):
        pieces.setdefault((was, becomes), []).append(shape)
    return [Piece(*codes, shapely.union_all(shapes)) for codes, shapes in sorted(pieces.items())]


def _slices(before: Cells, after: Cells) -> list[tuple[str, str, Geometry]]:
    old = _joined([before[cell] for cell in before.keys() - after.keys()])
    new = _joined([after[cell] for cell in after.keys() - before.keys()])
    found = []
    for was, ground in old.items():
        for becomes, other in new.items():
            if was != becomes and shapely.intersects(ground, other):
                found += [(was, becomes, part) for part in _solid(ground, other)]
    return found


def _solid(ground: Geometry, other: Geometry) -> list[Geometry]:
    parts = shapely.get_parts(shapely.intersection(ground, other))
    thick = ~shapely.is_empty(shapely.buffer(parts, -THIN_M))
    keep = (shapely.area(parts) >= LEAST_M2) & thick
    return list(parts[keep])


def _joined(cells: Sequence[tuple[str, Geometry]]) -> dict[str, Geometry]:
    found: dict[str, list[Geometry]] = {}
    for code, shape in cells:
        found.setdefault(code, []).append(shape)
    return {code: shapely.union_all(shapes) for code, shapes in found.items()}


def _by_code(cells: Cells) -> dict[str, list[Geometry]]:
    found: dict[str, list[Geometry]] = {}
    for code, shape in cells.values():
        found.setdefault(code, []).append(shape)
    return found


def arrow(piece: Piece, middles: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    """Two points (metres): an arrow over a piece of ground, from its old grid towards its new one.

    Parameters
    ----------
    middles
        Code of a grid -> a point inside it in the plan that has it, x and y.
    """
    x, y = shapely.get_coordinates(shapely.point_on_surface(largest(piece.ground)))[0]
    start = np.array(middles.get(piece.before, (x, y)))
    end = np.array(middles.get(piece.after, (x, y)))
    along = end - start
    length = float(np.hypot(*along))
    unit = along / length if length else np.array([1.0, 0.0])
    reach = 0.5 * float(np.sqrt(shapely.area(largest(piece.ground)))) + 12.0
    here = np.array([x, y])
    return tuple(map(tuple, (here - unit * reach * 0.8, here + unit * reach * 1.3)))


def largest(ground: Geometry) -> Geometry:
    """The largest part of a shape."""
    parts: list[Geometry] = list(shapely.get_parts(ground))
    return max(parts, key=lambda part: float(shapely.area(part)))


def outlines(ground: Mapping[str, Geometry]) -> list[Geometry]:
    """The border of each grid."""
    return [shapely.boundary(shape) for shape in ground.values()]


def gone_borders(before: Mapping[str, Geometry], after: Mapping[str, Geometry]) -> Geometry:
    """Borders of the old grids that are none of the new ones: more than half a metre away."""
    new = shapely.buffer(shapely.union_all(outlines(after)), THIN_M)
    return shapely.difference(shapely.union_all(outlines(before)), new)
