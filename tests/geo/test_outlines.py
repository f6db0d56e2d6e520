"""Measures of many outlines by arrays agree with those that GEOS takes one by one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from gisgrid.geo.outlines import outlines

SHAPES = np.array(
    [
        box(0, 0, 2, 1),
        Polygon([(4, 4), (7, 4), (5, 9)]).reverse(),
        Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (2, 1), (2, 4)]]),
        MultiPolygon([box(10, 10, 11, 12), box(20, 20, 23, 21)]),
        Polygon([(117.0001, 36.0001), (117.0004, 36.0001), (117.0002, 36.0003)]),
        Polygon([(0, 0), (5, 0), (5, 5), (4, 5), (4, 1), (0, 1)]),
    ]
)


def test_area_length_and_middle_are_those_of_geos():
    found = outlines(SHAPES)
    middle = shapely.get_coordinates(shapely.centroid(SHAPES))
    assert found.area == pytest.approx(shapely.area(SHAPES), rel=1e-9)
    assert found.length == pytest.approx(shapely.length(SHAPES), rel=1e-9)
    assert found.middle == pytest.approx(middle, abs=1e-9)


def test_other_places_measure_the_shapes_there_and_leave_them_as_they_are():
    doubled = shapely.get_coordinates(SHAPES) * 2
    before = shapely.to_wkb(SHAPES).tolist()
    assert outlines(SHAPES, doubled).area == pytest.approx(4 * shapely.area(SHAPES), rel=1e-9)
    assert shapely.to_wkb(SHAPES).tolist() == before


def test_no_shape_has_no_measure_and_none_at_all_have_none():
    found = outlines(np.array([None, Polygon(), box(0, 0, 1, 1)], dtype=object))
    assert np.isnan(found.area[0])
    assert found.area[1:].tolist() == [0, 1]
    assert outlines(np.empty(0, dtype=object)).area.tolist() == []
