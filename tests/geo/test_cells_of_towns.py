"""Cells of real towns: whole, fair to the buildings, quick. Skipped where the files are absent."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from cell_contract import assert_contract

from gisgrid.geo.adjacency import join_islands, neighbours, outer_borders
from gisgrid.geo.cells import build_cells
from gisgrid.geo.crs import metric_epsg, to_metric
from gisgrid.geo.repair import repair_polygons
from gisgrid.model.ground import Barrier

STREETS = ("primary", "secondary", "tertiary", "residential", "unclassified", "living_street")


def kept_share(buildings, cells) -> float:
    """Share of all footprint area that lies in the building's own cell."""
    own = shapely.intersection(buildings, cells.geometry[cells.building_cell])
    return float(shapely.area(own).sum() / shapely.area(buildings).sum())


def test_porto(shared_dir):
    source = shared_dir / "data" / "porto" / "porto_centre.osm.pbf"
    lines = gpd.read_file(source, layer="lines")
    areas = gpd.read_file(source, layer="multipolygons")
    homes = np.asarray(areas.loc[areas.building.notna()].geometry, dtype=object)
    streets = np.asarray(lines.loc[lines.highway.isin(STREETS)].geometry, dtype=object)
    lakes = np.asarray(areas.loc[areas.natural == "water"].geometry, dtype=object)
    homes = repair_polygons(to_metric(homes, 32629)).geometry
    streets, lakes = to_metric(streets, 32629), repair_polygons(to_metric(lakes, 32629)).geometry
    area = shapely.box(*shapely.total_bounds(homes))

    start = time.process_time()
    cells = build_cells(area, homes, lines=streets, water=lakes)
    assert time.process_time() - start < 20
    assert_contract(area, homes, cells)
    assert len(homes) > 11_000
    assert len(homes) - len(np.unique(cells.building_cell)) < 0.01 * len(homes)
    assert kept_share(homes, cells) > 0.985
    assert shapely.get_num_coordinates(cells.geometry).mean() < 16

    start = time.process_time()
    road = np.full(len(streets), int(Barrier.ROAD))
    pairs = neighbours(
        cells.geometry,
        barriers=streets,
        barrier_class=road,
        crossings=np.empty(0, dtype=object),
        water=cells.water,
    )
    assert time.process_time() - start < 4
    same_block = cells.enclosure[pairs.a] == cells.enclosure[pairs.b]
    assert (pairs.barrier[same_block] == Barrier.NONE).mean() > 0.95
    around = 2 * pairs.shared_m.sum() + outer_borders(cells.geometry).shared_m.sum()
    assert around == pytest.approx(shapely.length(cells.geometry).sum(), rel=1e-6)
    assert join_islands(pairs, len(cells.geometry)).joined.sum() >= pairs.joined.sum()


def test_beijing_town_borders_are_never_crossed(shared_dir):
    source = shared_dir / "data" / "beijing_cbd" / "beijing_cbd.gpkg"
    towns = np.asarray(gpd.read_file(source, layer="towns_touching").geometry, dtype=object)
    homes = np.asarray(gpd.read_file(source, layer="buildings").geometry, dtype=object)
    epsg = metric_epsg(*shapely.get_coordinates(shapely.centroid(towns[0]))[0].tolist())
    towns, homes = to_metric(towns, epsg), to_metric(homes, epsg)
    towns = towns[np.unique(shapely.STRtree(towns).query(homes, predicate="intersects")[1])]
    area = shapely.coverage_union_all(towns)
    cells = build_cells(
        area, homes, lines=np.empty(0, dtype=object), borders=shapely.boundary(towns)
    )
    assert_contract(area, homes, cells)
    inner = shapely.point_on_surface(cells.geometry)
    cell, town = shapely.STRtree(towns).query(inner, predicate="within")
    assert cell.tolist() == list(range(len(inner)))
    per_town = np.bincount(town, weights=shapely.area(cells.geometry), minlength=len(towns))
    assert per_town == pytest.approx(shapely.area(towns), rel=1e-6)
