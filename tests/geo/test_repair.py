"""The gate for polygons from outside."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gisgrid.geo.repair import Reject, repair_polygons

BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def repaired(*geometries, **options):
    return repair_polygons(np.array(geometries, dtype=object), **options)


def star(points: int) -> Polygon:
    """A star drawn in one stroke: every side crosses nearly every other."""
    step = 2 * math.pi * (points // 2) / points
    return Polygon([(math.cos(i * step), math.sin(i * step)) for i in range(points)])


def test_a_good_polygon_passes_untouched():
    result = repaired(box(0, 0, 2, 2))
    assert result.geometry[0].equals(box(0, 0, 2, 2))
    assert not result.mended.any()
    assert result.rejects == ()


def test_parts_are_taken_apart_and_know_where_they_came_from():
    two = MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)])
    result = repaired(box(9, 9, 10, 10), two)
    assert result.source.tolist() == [0, 1, 1]


def test_a_bow_tie_is_mended_into_its_two_halves():
    result = repaired(BOW_TIE)
    assert shapely.area(result.geometry).tolist() == [1.0, 1.0]
    assert result.mended.all()


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, Reject.MISSING),
        (Polygon(), Reject.MISSING),
        (Point(1, 1), Reject.NOT_POLYGON),
        (LineString([(0, 0), (1, 1)]), Reject.NOT_POLYGON),
        (shapely.from_wkt("POLYGON ((0 0, NaN 1, 1 1, 0 0))"), Reject.NOT_FINITE),
        (Polygon([(0, 0), (1e308, 1), (1, 1)]), Reject.NOT_FINITE),
        (Point(0, 0).buffer(1, quad_segs=6_000), Reject.TOO_MANY_VERTICES),
        (Polygon([(0, 0), (1, 1), (2, 2)]), Reject.TOO_SMALL),
    ],
)
def test_what_cannot_be_used_is_turned_away_with_the_reason(geometry, reason):
    result = repaired(box(0, 0, 1, 1), geometry)
    assert result.rejects == ((1, reason),)
    assert result.source.tolist() == [0]


def test_a_hostile_star_is_turned_away_at_once():
    start = time.process_time()
    assert repaired(star(2001)).rejects == ((0, Reject.INVALID),)
    assert time.process_time() - start < 2


def test_small_parts_are_dropped_and_height_is_forgotten():
    speck = MultiPolygon([box(0, 0, 5, 5), box(8, 8, 8.1, 8.1)])
    lifted = Polygon([(0, 0, 7), (4, 0, 7), (4, 4, 7)])
    result = repaired(speck, lifted, min_area=1.0)
    assert result.source.tolist() == [0, 1]
    assert not shapely.has_z(result.geometry).any()


def test_nothing_in_nothing_out():
    result = repaired()
    assert len(result.geometry) == len(result.source) == 0
