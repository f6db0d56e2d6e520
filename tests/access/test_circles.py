"""Polygons of the ground within a walk."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisgrid.access.cells import CELL_M
from gisgrid.access.circles import circles, straight_circle
from gisgrid.access.network import build_network
from gisgrid.access.reach import reach_from
from gisgrid.access.snap import snap
from gisgrid.access.walls import build_walls, snap_round_walls
from gisgrid.demo.district import demo_district
from gisgrid.geo.crs import to_metric

EPSG = 4549


def inside(area, xy: np.ndarray) -> np.ndarray:
    return shapely.covers(area, shapely.points(xy))


def test_circles_of_one_service_are_valid_and_nest(town, points):
    for i in range(12):
        five, ten, fifteen = circles(town, snap(town, points[1]).take([i]))
        assert all(area.is_valid and not area.is_empty for area in (five, ten, fifteen))
        assert ten.covers(five) and fifteen.covers(ten)


def test_circles_of_a_real_city_agree_with_the_exact_walk(real_city, beside):
    """Over-claimed at most 1.2 % of the households truly reached, missed at most 2 %."""
    network = build_network(real_city.lines)
    buildings = snap(network, real_city.homes)
    services = snap(network, beside(network, 40, seed=2))
    over = under = truly = 0
    for i in range(len(services)):
        (area,) = circles(network, services.take([i]), minutes=(15,))
        assert area.is_valid
        reached = np.isfinite(reach_from(network, services.take([i]), buildings, limit_m=1000))
        claimed = inside(area, real_city.homes)
        over += real_city.households[claimed & ~reached].sum()
        under += real_city.households[reached & ~claimed].sum()
        truly += real_city.households[reached].sum()
    assert over <= 0.012 * truly
    assert under <= 0.02 * truly


def test_the_plain_circle_never_claims_fewer_than_the_walk(town, points):
    homes, places = points
    buildings, services = snap(town, homes), snap(town, places)
    for i in range(len(services)):
        reached = np.isfinite(reach_from(town, services.take([i]), buildings, limit_m=500))
        assert inside(straight_circle(places[i], 500.5), homes[reached]).all()


def test_the_river_cuts_a_circle_where_no_bridge_is():
    banks = ["LINESTRING (0 0, 3000 0)", "LINESTRING (0 100, 3000 100)", "LINESTRING (0 0, 0 100)"]
    network = build_network(np.array(shapely.from_wkt(banks)))
    (area,) = circles(network, snap(network, np.array([[2000.0, 0.0]])), minutes=(15,))
    assert inside(area, np.array([[2000.0, 30.0]])).all()
    assert not inside(area, np.array([[2000.0, 90.0]])).any()


@pytest.mark.parametrize("places", [[], [[0.0, 0.0]], [[3.0e6, 5.0e5]]])
def test_a_service_on_no_street_has_empty_circles(town, places):
    placed = snap(town, np.array(places, float).reshape(-1, 2))
    assert [area.is_empty for area in circles(town, placed)] == [True, True, True]


def test_faster_walkers_get_further(town, points):
    service = snap(town, points[1]).take([0])
    slow, fast = (circles(town, service, minutes=(10,), speed_kmh=v)[0] for v in (3.0, 5.0))
    assert fast.covers(slow) and fast.area > slow.area


def test_a_wall_bends_the_circle_to_the_distance_of_its_gate():
    """A compound along the street, its gate at the far side; the yard is further than its wall."""
    around = [(300, 20), (700, 20), (700, 260), (300, 260), (300, 20)]
    streets = ["LINESTRING (0 0, 1400 0)", "LINESTRING (0 0, 0 280, 1400 280)"]
    network = build_network(np.array(shapely.from_wkt(streets)))
    walls = build_walls(np.array([shapely.LineString(around)]), np.array([[500.0, 260.0]]))
    service = snap(network, np.array([[300.0, 5.0]]))
    yard = np.array([[500.0, 60.0], [400.0, 40.0], [600.0, 100.0]])
    ways, _ = snap_round_walls(network, yard, walls)
    assert not np.isfinite(reach_from(network, service, ways, limit_m=667)).any()
    (through,) = circles(network, service, minutes=(10,))
    assert inside(through, yard).all()
    short, long = circles(network, service, minutes=(10, 25), walls=walls)
    assert not inside(short, yard).any()
    assert inside(short, np.array([[500.0, 5.0]])).all()
    assert inside(long, yard).all()
    assert short.is_valid and long.is_valid and long.covers(short)


def test_circles_round_the_walls_of_a_district_agree_with_the_walk():
    """The demonstration has a hundred compounds; over- and under-claim as without walls."""
    district = demo_district()
    lines, homes, places = (
        to_metric(layer.geometry.to_numpy(), EPSG)
        for layer in (district.streets, district.buildings, district.services)
    )
    network = build_network(lines, district.streets["walkable"].to_numpy(bool))
    standing = district.lines[district.lines["kind"] == "wall"].geometry.to_numpy()
    walls = build_walls(to_metric(standing, EPSG), np.zeros((0, 2)))
    xy = shapely.get_coordinates(shapely.point_on_surface(homes))
    buildings, _ = snap_round_walls(network, xy, walls)
    services, _ = snap_round_walls(network, shapely.get_coordinates(places), walls)
    households = district.buildings["households"].fillna(0).to_numpy()
    over = under = truly = 0
    for i in range(0, len(services), 9):
        five, ten, area = circles(network, services.take([i]), walls=walls)
        assert area.is_valid and area.covers(ten) and ten.covers(five)
        rings = shapely.get_rings(shapely.get_parts(area))
        assert shapely.area(shapely.polygons(rings)).min() > CELL_M**2  # no specks behind walls
        reached = np.isfinite(reach_from(network, services.take([i]), buildings, limit_m=1000))
        claimed = inside(area, xy)
        over += households[claimed & ~reached].sum()
        under += households[reached & ~claimed].sum()
        truly += households[reached].sum()
    assert over <= 0.012 * truly
    assert under <= 0.02 * truly
