"""Measures of shape, and polygons of groups."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from shapely import Point, Polygon, box

from gisgrid.geo.shape import dissolve, polsby_popper, reock

SHAPES = np.array([Point(0, 0).buffer(10, quad_segs=64), box(0, 0, 10, 10), box(0, 0, 100, 1)])


def test_compactness_falls_from_disc_to_square_to_ribbon():
    assert polsby_popper(SHAPES) == pytest.approx([1, math.pi / 4, 0.0308], abs=1e-3)
    assert reock(SHAPES) == pytest.approx([1, 2 / math.pi, 0.0127], abs=1e-3)


def test_an_empty_polygon_has_no_compactness():
    empty = np.array([Polygon()])
    assert np.isnan(polsby_popper(empty)).all()
    assert np.isnan(reock(empty)).all()


def test_dissolve_unites_groups_and_keeps_the_borders_between_them():
    cells = np.array([box(10 * i, 0, 10 * i + 10, 10) for i in range(4)])
    whole, apart = dissolve(cells, np.array([7, 7, 3, 7])), dissolve(cells[:0], np.array([], int))
    assert [g.geom_type for g in whole] == ["Polygon", "MultiPolygon"]
    assert shapely.area(whole).tolist() == [100.0, 300.0]
    assert shapely.coverage_is_valid(whole)
    assert len(apart) == 0
