"""Cells: the land of each building, as one exact coverage of an area.

Streets, rivers, railways, walls and drawn lines enclose blocks; inside a block the ground goes to
the nearest building; a block without a building is one empty cell. (Enclosed tessellation:
Fleischmann, Feliciotti, Romice & Porta 2020, "Morphological tessellation as a way of partitioning
space", Computers, Environment and Urban Systems 80; enclosures: Arribas-Bel & Fleischmann 2022.)

How: all lines (block borders, Voronoi borders, footprint walls) are noded once on a fine grid and
polygonized into *faces*, which therefore tile the area whatever the input. The rest is bookkeeping
on faces: each gets an owner, a piece cut off from its building goes to a neighbour, faces of one
owner are dissolved. No step can open a gap or an overlap; straightening works block by block with
block borders fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from gisgrid.errors import InvalidGeometry
from gisgrid.geo import nearest
from gisgrid.geo.blocks import Blocks, enclose, house
from gisgrid.geo.edges import Bools, Floats, Geometries, Ints
from gisgrid.geo.faces import Faces, absorb, cut_faces, dissolve_faces, give_faces
from gisgrid.geo.finish import broken_cells, onto_border, straighten

Progress = Callable[[int, int], None]
STEPS = 6
FINER = (1.0, 0.1, 0.01)
"""Where the area is as thin as the grid somewhere, a finer grid is tried, by these factors."""

AREA_TOLERANCE = 1e-7
"""Largest relative difference between an area and the sum of its cells."""

NO_CELL = -1
"""`building_cell` of a building that has no ground in the area."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of an area, in its metric CRS, ordered by block.

    geometry
        (n,) single valid Polygons, one exact coverage of the area.
    enclosure
        (n,) block the cell lies in, numbered from 0.
    building_cell
        (m,) the cell of each given building, `NO_CELL` for a building without ground in the area.
        Buildings on the same ground (duplicates, stacked footprints) share a cell.
    water
        (n,) the cell lies on water.
    """

    geometry: Geometries
    enclosure: Ints
    building_cell: Ints
    water: Bools


def build_cells(
    area: Polygon | MultiPolygon,
    buildings: Geometries,
    *,
    lines: Geometries,
    water: Geometries | None = None,
    borders: Geometries | None = None,
    grid_m: float = 0.001,
    progress: Progress | None = None,
) -> Cells:
    """Divide `area` into one cell a building, and one a block without buildings.

    Parameters
    ----------
    area
        Valid (Multi)Polygon in a metric CRS; may have holes and several parts.
    buildings
        (m,) valid, non-empty (Multi)Polygons (`repair.repair_polygons` makes them so). They may
        overlap, touch, repeat, contain each other, cross streets or the border of the area:
        shared ground goes to the smaller footprint; a building across a line belongs to the block
        with most of it; one across the border keeps what is inside.
    lines
        (k,) lines that enclose: streets, rivers, railways, walls, drawn lines.
    water
        Polygons of water; their shores enclose, too. Under 400 m² they are ignored.
    borders
        Lines of unit borders. They enclose like `lines`, and no sliver is merged across them, so
        that every cell can be handed to one unit.
    grid_m
        Vertices of borders are rounded to this grid, m (those on the rim of `area` are not).
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    Cells, the same for the same input. Without buildings: one cell a block; without lines: one
    block a part of `area`.

    Raises
    ------
    InvalidGeometry
        If the area or a building is empty or invalid.
    """
    origin = np.floor(np.nan_to_num(shapely.bounds(area)[:2]))
    _require_polygons(buildings)
    ground = _Ground(
        *(
            _shifted(np.empty(0, dtype=object) if given is None else given, -origin)
            for given in (area, buildings, lines, water, borders)
        )
    )
    for finer in FINER:
        cells = _tessellated(ground, (area, origin), grid_m * finer, progress or _unseen)
        if cells is not None:
            return cells
    raise InvalidGeometry("the cells of this area do not come out whole", reason="not a coverage")


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is given, near the origin."""

    area: Polygon | MultiPolygon
    footprints: Geometries
    lines: Geometries
    water: Geometries
    borders: Geometries


def _unseen(_done: int, _all: int) -> None:
    """Progress that nobody watches."""


def _tessellated(
    ground: _Ground, place: tuple[Polygon | MultiPolygon, Floats], grid_m: float, report: Progress
) -> Cells | None:
    """Cells on one grid, back in their `place` (area, origin); None if they are not exact."""
    area, origin = place
    enclosing = np.concatenate([ground.lines, ground.borders])
    blocks = enclose(ground.area, enclosing, ground.water, grid_m=grid_m)
    report(1, STEPS)
    faces = _owned_faces(blocks, ground.footprints, grid_m, report)
    groups = absorb(faces, ground.borders, reach=2 * grid_m)
    raw = _shifted(dissolve_faces(faces.geometry, groups.of_face), origin)
    report(5, STEPS)
    final = _finished(raw, groups.block, area, grid_m)
    report(STEPS, STEPS)
    if final is None:
        return None
    _, enclosure = np.unique(groups.block, return_inverse=True)
    return Cells(final, enclosure, groups.of_building, blocks.water[groups.block])


def _owned_faces(blocks: Blocks, footprints: Geometries, grid_m: float, report: Progress) -> Faces:
    """Cut the blocks along Voronoi borders and footprints, and give every face its owner."""
    housed = house(footprints, blocks)
    walls = nearest.wall_points(housed, nearest.spread(blocks.geometry))
    borders = nearest.voronoi_borders(walls, housed.home, blocks.geometry)
    report(2, STEPS)
    geometry, block = cut_faces(blocks, borders, housed.ground, grid_m=grid_m)
    report(3, STEPS)
    faces = give_faces(geometry, block, housed, walls)
    report(4, STEPS)
    return faces


def _finished(
    raw: Geometries, block: Ints, area: Polygon | MultiPolygon, grid_m: float
) -> Geometries | None:
    """The most polished version that keeps the contract, None if none does."""
    for cells in (straighten(raw, block), raw):
        polished = onto_border(cells, area, reach=2 * grid_m)
        whole = polished is not cells or not len(broken_cells(cells))
        off = abs(float(shapely.area(polished).sum()) - area.area)
        if whole and off <= AREA_TOLERANCE * area.area:
            return polished
    return None


def _require_polygons(buildings: Geometries) -> None:
    """Raise InvalidGeometry unless every building is a valid, non-empty (Multi)Polygon."""
    good = shapely.is_valid(buildings) & ~shapely.is_empty(buildings)
    good &= np.isin(shapely.get_type_id(buildings), (3, 6))
    if not good.all():
        worst = int(np.flatnonzero(~good)[0])
        raise InvalidGeometry(
            f"building {worst} is not a valid polygon; pass buildings through repair_polygons",
            reason=str(shapely.is_valid_reason(buildings[worst])),
        )


def _shifted(geometry: Any, by: Floats) -> Any:
    """Move geometry near the origin, where a double has bits to spare, or back.

    The way back rounds computed vertices by 1e-9 m: enough to break a coverage where vertices
    crowd, so what is checked must be checked after it.
    """
    return shapely.transform(geometry, lambda xy: xy + by)
