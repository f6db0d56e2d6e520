"""Build cells and check their contract in one go."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from cell_contract import assert_contract

from gisgrid.geo.cells import Cells, build_cells

Build = Callable[..., Cells]


@pytest.fixture
def build() -> Build:
    """Build cells, check the contract, return them."""

    def checked(area: shapely.Geometry, buildings=(), lines=(), water=(), borders=()) -> Cells:
        homes = np.array(list(buildings), dtype=object)
        cells = build_cells(
            area,
            homes,
            lines=np.array(list(lines), dtype=object),
            water=np.array(list(water), dtype=object),
            borders=np.array(list(borders), dtype=object),
        )
        assert_contract(area, homes, cells)
        return cells

    return checked
