"""Projections."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely import Point, box

from gisgrid.errors import CrsMismatch
from gisgrid.geo.crs import metric_epsg, require_metres, to_metric, to_wgs84


@pytest.mark.parametrize(
    ("place", "lon", "lat", "epsg"),
    [
        ("Kashgar", 75.99, 39.47, 4534),
        ("Wuhan", 114.30, 30.59, 4547),
        ("Beijing", 116.40, 39.90, 4548),
        ("Shanghai", 121.47, 31.23, 4549),
        ("Fuyuan", 134.30, 48.36, 4554),
        ("Porto", -8.61, 41.15, 32629),
        ("Providence", -71.41, 41.82, 32619),
        ("Porto Alegre", -51.22, -30.03, 32722),
        ("the date line", 180.0, 0.0, 32660),
    ],
)
def test_metric_epsg(place, lon, lat, epsg):
    assert metric_epsg(lon, lat) == epsg, place
    crs = CRS.from_epsg(epsg)
    assert crs.axis_info[0].unit_name == "metre"
    central = crs.coordinate_operation.params[1].value
    assert abs(central - lon) <= 3


@pytest.mark.parametrize(("lon", "lat"), [(500_000.0, 4_400_000.0), (0.0, 89.0), (np.nan, 0.0)])
def test_metric_epsg_refuses_what_is_no_longitude_and_latitude(lon, lat):
    with pytest.raises(CrsMismatch):
        metric_epsg(lon, lat)


def test_there_and_back_is_a_millimetre_at_most_and_shared_vertices_stay_shared():
    cells = np.array([box(116.4 + i / 1e3, 39.9, 116.401 + i / 1e3, 39.901) for i in range(9)])
    cells = np.array(shapely.set_precision(cells, 1e-9))
    metric = to_metric(cells, 4548)
    assert shapely.coverage_is_valid(metric)
    back = to_wgs84(metric, 4548)
    assert shapely.coverage_is_valid(back)
    assert shapely.get_coordinates(back) == pytest.approx(shapely.get_coordinates(cells), abs=1e-8)


def test_east_comes_first():
    (point,) = to_metric(np.array([Point(116.4, 39.9)]), 4548)
    assert 400_000 < point.x < 500_000
    assert 4_400_000 < point.y < 4_500_000


def test_coordinates_without_a_place_in_the_target_are_refused():
    with pytest.raises(CrsMismatch):
        to_metric(np.array([Point(np.nan, 39.9)]), 4548)


@pytest.mark.parametrize("crs", [None, "EPSG:4326", "EPSG:2263"], ids=["none", "degrees", "feet"])
def test_require_metres_refuses(crs):
    with pytest.raises(CrsMismatch):
        require_metres(gpd.GeoSeries([Point(0, 0)], crs=crs))


def test_require_metres_accepts_a_gauss_krueger_zone():
    require_metres(gpd.GeoSeries([Point(0, 0)], crs="EPSG:4548"))
