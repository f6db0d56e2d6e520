"""GCJ-02 and BD-09, there and back."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from gisgrid.geo import datum
from gisgrid.geo.datum import Datum

EARTH = Geod(ellps="WGS84")
PLACES = {  # name: (lon, lat, metres GCJ-02 lies off, metres BD-09 lies off)
    "Shuangliu": (103.92, 30.57, 369, 901),
    "Fuqing": (119.38, 25.72, 578, 1206),
    "Wuchang": (114.32, 30.55, 587, 1210),
    "Xifeng": (107.65, 35.73, 433, 1200),
}


def metres(here, there) -> float:
    return EARTH.inv(here[0], here[1], there[0], there[1])[2]


def one(shift, lon, lat) -> tuple[float, float]:
    x, y = shift(np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


def test_the_published_vector_of_gcj02():
    found = one(datum.gcj02_from_wgs84, 120.0, 40.0)
    assert found == pytest.approx((120.00567568355486, 40.0013047896019), abs=1e-12)


@pytest.mark.parametrize("place", PLACES)
def test_the_offsets_of_districts_we_know(place):
    lon, lat, gcj_m, bd_m = PLACES[place]
    # the points stand for whole districts: the offset varies by some tens of metres within them
    assert metres((lon, lat), one(datum.gcj02_from_wgs84, lon, lat)) == pytest.approx(gcj_m, abs=40)
    assert metres((lon, lat), one(datum.bd09_from_wgs84, lon, lat)) == pytest.approx(bd_m, abs=60)


@given(st.floats(74, 135), st.floats(4, 54))
def test_there_and_back_is_a_millimetre_at_most(lon, lat):
    for there, back in (
        (datum.gcj02_from_wgs84, datum.wgs84_from_gcj02),
        (datum.bd09_from_gcj02, datum.gcj02_from_bd09),
        (datum.bd09_from_wgs84, datum.wgs84_from_bd09),
    ):
        assert metres((lon, lat), one(back, *one(there, lon, lat))) < 0.001
        assert metres((lon, lat), one(there, *one(back, lon, lat))) < 0.001


def test_outside_china_gcj02_shifts_nothing():
    assert one(datum.gcj02_from_wgs84, -8.61, 41.15) == (-8.61, 41.15)
    assert one(datum.wgs84_from_gcj02, -8.61, 41.15) == (-8.61, 41.15)


@pytest.mark.parametrize("name", list(Datum))
def test_shapes_come_back_and_a_coverage_stays_one(name):
    cells = np.array(
        [shapely.box(116.4 + i / 1e3, 39.9, 116.401 + i / 1e3, 39.901) for i in range(9)]
    )
    cells = np.array(shapely.set_precision(cells, 1e-9))
    there = datum.shapes_from_wgs84(cells, name)
    assert shapely.coverage_is_valid(there)
    back = datum.shapes_to_wgs84(there, name)
    assert shapely.get_coordinates(back) == pytest.approx(shapely.get_coordinates(cells), abs=1e-8)


def test_missing_and_empty_shapes_stay_what_they_are():
    given_shapes = np.array([None, shapely.Point(), shapely.Point(120, 40)], dtype=object)
    out = datum.shapes_from_wgs84(given_shapes, Datum.GCJ02)
    assert out[0] is None
    assert out[1].is_empty
    assert (out[2].x, out[2].y) == pytest.approx((120.0056757, 40.0013048), abs=1e-7)
