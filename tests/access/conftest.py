"""Streets drawn as a small town, and real ones where the shared data are at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
import pyproj
import pytest
import shapely

from gisgrid.access.network import build_network
from gisgrid.model.ground import estimate_households

SHARED = Path(os.environ.get("GISGRID_SHARED", Path(__file__).parents[3] / "shared"))
NOT_LIVED_IN = {"no", "garage", "shed", "roof", "industrial", "church", "school", "hut", "retail"}
NOT_WALKED = {"motorway", "motorway_link", "trunk_link", "construction", "proposed", "raceway"}


def town_lines(blocks: int = 8, side_m: float = 150.0) -> np.ndarray:
    """A chessboard of crooked streets; the river in its middle has one bridge."""
    rng = np.random.default_rng(5)
    xy = np.stack(np.meshgrid(np.arange(blocks + 1), np.arange(blocks + 1)), -1) * side_m
    xy = xy + rng.uniform(-30, 30, xy.shape) + (500_000, 3_000_000)
    lines = []
    for i in range(blocks + 1):
        for j in range(blocks):
            bend = rng.uniform(-15, 15, (2, 2))
            along, across = (xy[i, j], xy[i, j + 1]), (xy[j, i], xy[j + 1, i])
            lines.append([along[0], (along[0] + along[1]) / 2 + bend[0], along[1]])
            if j != blocks // 2 or i == 1:
                lines.append([across[0], (across[0] + across[1]) / 2 + bend[1], across[1]])
    return np.array([shapely.LineString(line) for line in lines], dtype=object)


class City(NamedTuple):
    """An OSM extract, read by the tests themselves: a check that does not lean on our importer."""

    lines: np.ndarray  # walkable ways, metric
    homes: np.ndarray  # (n, 2) middles of dwelling houses
    households: np.ndarray  # (n,)


def city(path: Path) -> City:
    if not path.exists():
        pytest.skip(f"no {path.name}")
    ways, houses, levels = [], [], []
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not way.is_way():
            continue
        course = np.array([(n.lon, n.lat) for n in way.nodes if n.location.valid()])
        if walked(way.tags) and len(course) > 1:
            ways.append(course)
        elif way.tags.get("building", "no") not in NOT_LIVED_IN and len(course) > 3:
            houses.append(course)
            levels.append(float((way.tags.get("building:levels") or "3").split(";")[0]))
    metric = metric_at(*np.concatenate(ways).mean(axis=0))
    lines, rings = (linestrings(metric, courses) for courses in (ways, houses))
    rings = shapely.polygons([shapely.linearrings(ring.coords) for ring in rings])
    dwelling = np.ones(len(rings), bool)
    households = estimate_households(shapely.area(rings), np.array(levels), dwelling)
    return City(lines, shapely.get_coordinates(shapely.centroid(rings)), households)


def walked(tags) -> bool:
    return (
        tags.get("highway", "motorway") not in NOT_WALKED
        and tags.get("foot") != "no"
        and tags.get("access") not in {"private", "no"}
    )


def metric_at(lon: float, lat: float):
    zone = int((lon + 180) // 6) + 1
    return pyproj.Transformer.from_crs(4326, (32600 if lat > 0 else 32700) + zone, always_xy=True)


def linestrings(metric, courses: list[np.ndarray]) -> np.ndarray:
    xy = np.stack(metric.transform(*np.concatenate(courses).T), axis=1)
    return shapely.linestrings(
        xy, indices=np.repeat(np.arange(len(courses)), list(map(len, courses)))
    )


@pytest.fixture(scope="session")
def lines():
    return town_lines()


@pytest.fixture(scope="session")
def town(lines):
    return build_network(lines)


@pytest.fixture(scope="session")
def points(town):
    """300 buildings and 24 services in 3 kinds, beside the town's streets."""
    return points_beside(town, 300), points_beside(town, 24, seed=2)


@pytest.fixture(scope="session")
def beside():
    """A function that scatters points beside a network's streets: (network, count) -> (n, 2)."""
    return points_beside


@pytest.fixture(
    scope="session", params=["beijing_haidian/haidian.osm", "porto/porto_centre.osm.pbf"]
)
def real_city(request):
    return city(SHARED / "data" / request.param)


@pytest.fixture
def shared_osm():
    """A small real OpenStreetMap file with services and buildings."""
    path = SHARED / "data" / "beijing_haidian" / "haidian.osm"
    if not path.exists():
        pytest.skip(f"no {path.name}")
    return path


@pytest.fixture(scope="session")
def real_lines(real_city):
    return real_city.lines


def points_beside(network, count: int, *, seed: int = 1, spread_m: float = 20.0) -> np.ndarray:
    """Points scattered evenly along the streets, some metres off them."""
    rng = np.random.default_rng(seed)
    ends = network.first_vertex[1:] - 1
    walked = network.vertex_m + np.repeat(
        np.cumsum(network.length_m) - network.length_m, np.diff(network.first_vertex)
    )
    place = rng.uniform(0, walked[ends[-1]], count)
    xy = np.stack([np.interp(place, walked, axis) for axis in network.vertex_xy.T], axis=1)
    return xy + rng.normal(0, spread_m, (count, 2))
