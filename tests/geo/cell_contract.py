"""The contract of cells, asked by every test of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from gisgrid.geo.cells import NO_CELL, Cells

Geometries = npt.NDArray[np.object_]


def assert_contract(area: shapely.Geometry, buildings: Geometries, cells: Cells) -> None:
    """One exact coverage of the area, one valid polygon a cell, one cell a building."""
    geometry = cells.geometry
    assert (shapely.get_type_id(geometry) == 3).all()
    assert shapely.is_valid(geometry).all()
    assert shapely.coverage_is_valid(geometry)
    assert shapely.area(geometry).sum() == pytest.approx(area.area, rel=1e-6)
    union = shapely.coverage_union_all(geometry)
    assert shapely.symmetric_difference(union, area).area <= 1e-6 * area.area
    assert len(cells.building_cell) == len(buildings)
    overlap = shapely.area(shapely.intersection(buildings, area))
    inside = cells.building_cell != NO_CELL
    assert inside[overlap > 0.02].all()
    assert not inside[overlap == 0].any()
    used = cells.building_cell[inside]
    assert ((used >= 0) & (used < len(geometry))).all()
    near = shapely.distance(buildings[inside], geometry[used])
    assert (near < 1.0).all(), "a straightened border may leave a kiosk, not a house"
    assert len(cells.enclosure) == len(cells.water) == len(geometry)
    assert (np.diff(cells.enclosure) >= 0).all()
