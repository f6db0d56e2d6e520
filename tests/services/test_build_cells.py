"""Building cells: an exact coverage of each community, stored with its neighbours."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, text

from gisgrid.errors import InvalidGeometry, NotFound
from gisgrid.geo.crs import to_metric
from gisgrid.model.ground import Barrier
from gisgrid.services import build_cells as module
from gisgrid.services import divide_district as divide_module
from gisgrid.services.build_cells import build_cells
from gisgrid.services.divide_district import divide_district
from gisgrid.services.import_layers import import_frames, import_lines, import_osm
from tests.services import towns

#     4 × 1 blocks in two communities; the street between the blocks of each is a lane
#     +--+--+--+--+
#     |  1  |  2  |
#     +--+--+--+--+
HALVES = ((-10.0, -10.0, 200.0, 110.0), (200.0, -10.0, 410.0, 110.0))


def ask(engine: Engine, statement: str, **values: object) -> list[tuple]:
    with engine.begin() as conn:
        result = conn.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def cells_of(engine: Engine, community: str) -> tuple[np.ndarray, float]:
    """The current cells of a community in metres, and the community's area."""
    rows = ask(
        engine,
        "SELECT ST_AsBinary(c.geom) FROM cell c JOIN cell_set s ON s.id = c.cell_set_id"
        " JOIN unit u ON u.id = s.community_id WHERE s.current AND u.code = :code ORDER BY c.id",
        code=community,
    )
    cells = shapely.from_wkb([bytes(row[0]) for row in rows])
    unit = ask(engine, "SELECT ST_AsBinary(geom) FROM unit WHERE code = :code", code=community)
    area = to_metric(np.array([shapely.from_wkb(bytes(unit[0][0]))]), towns.EPSG)[0].area
    return to_metric(cells, towns.EPSG), area


@pytest.fixture
def town(engine):
    import_frames(engine, towns.town(4, 1) | {"units": towns.units(*HALVES)}, "demo")
    return engine


def test_cells_tile_each_community_and_house_every_building_once(town):
    built = build_cells(town)
    assert [one.buildings for one in built] == [8, 8]
    assert [one.outside for one in built] == [0, 0]
    for code in ("110105001001", "110105001002"):
        cells, area = cells_of(town, code)
        assert shapely.coverage_is_valid(cells)
        assert shapely.area(cells).sum() == pytest.approx(area, rel=1e-6)
        assert set(shapely.get_type_id(cells)) == {3}
    housed = "SELECT count(*), count(DISTINCT building_id) FROM cell_building"
    assert ask(town, housed) == [(16, 16)]
    assert ask(
        town,
        "SELECT count(*) FROM cell_building cb JOIN cell c ON c.id = cb.cell_id"
        " JOIN building b ON b.id = cb.building_id"
        " WHERE NOT ST_Covers(ST_Buffer(c.geom, 1e-8), b.geom)"
        " OR b.community_id <> c.community_id",
    ) == [(0,)]


def test_neighbours_know_what_runs_between_them(town):
    build_cells(town)
    across = ask(
        town,
        "SELECT DISTINCT barrier, joined FROM cell_neighbour n"
        " JOIN cell_building a ON a.cell_id = n.a_id JOIN cell_building b ON b.cell_id = n.b_id"
        " ORDER BY 1",
    )
    assert across == [(int(Barrier.NONE), True), (int(Barrier.LANE), True)]
    rim = "SELECT sum(shared_m) FROM cell_neighbour WHERE b_id IS NULL AND community_id = ("
    rim += "SELECT id FROM unit WHERE code = '110105001001')"
    assert ask(town, rim)[0][0] == pytest.approx(2 * 210 + 2 * 120, rel=1e-6)


def test_every_community_is_connected_by_joined_pairs(town):
    build_cells(town)
    parts = """
        WITH RECURSIVE reached AS (
          SELECT min(id) AS id, community_id FROM cell GROUP BY community_id
          UNION
          SELECT CASE WHEN n.a_id = r.id THEN n.b_id ELSE n.a_id END, r.community_id
          FROM reached r JOIN cell_neighbour n ON n.joined AND r.id IN (n.a_id, n.b_id))
        SELECT (SELECT count(*) FROM reached) = (SELECT count(*) FROM cell)"""
    assert ask(town, parts) == [(True,)]


def test_a_river_parts_and_a_bridge_joins(engine):
    frames = towns.town(2, 1)
    river = towns.placed(shapely.linestrings([[(100.0, -20.0), (100.0, 120.0)]]))
    frames["streets"] = frames["streets"].drop(index=1)  # the street where the river runs
    lines = frames["streets"].iloc[:1].set_geometry(river, crs=4326)
    frames["lines"] = lines.assign(kind="river", name=None)[["kind", "name", "geometry"]]
    bridge = towns.placed(shapely.linestrings([[(80.0, 30.0), (120.0, 30.0)]]))
    over = frames["streets"].iloc[:1].set_geometry(bridge, crs=4326)
    over = over.assign(source_id="w99", bridge=True, layer=1)
    frames["streets"] = pd.concat([frames["streets"], over], ignore_index=True)
    frames["units"] = towns.units((-10.0, -10.0, 210.0, 110.0))
    import_frames(engine, frames, "demo")
    build_cells(engine)
    banks = ask(
        engine,
        "SELECT n.barrier, n.crossing, n.joined FROM cell_neighbour n"
        " JOIN cell_building a ON a.cell_id = n.a_id JOIN building x ON x.id = a.building_id"
        " JOIN cell_building b ON b.cell_id = n.b_id JOIN building y ON y.id = b.building_id"
        " WHERE n.barrier = :river ORDER BY 2",
        river=int(Barrier.RIVER),
    )
    assert banks == [(3, False, False), (3, True, True)]


def test_an_imported_line_encloses(town, tmp_path):
    """The border of an old grid runs through a block, between its houses."""
    build_cells(town)
    line = towns.placed(shapely.linestrings([[(50.0, 0.0), (50.0, 100.0)]]))
    gpd.GeoSeries(line, crs=4326).to_file(tmp_path / "old.geojson")
    summary = import_lines(town, tmp_path / "old.geojson")
    assert (summary.read, summary.stored) == (1, 1)
    build_cells(town)
    old_border = shapely.linestrings([(50.0, 1.0), (50.0, 99.0)])
    old_border = to_metric(towns.placed(np.array([old_border])), towns.EPSG)[0]
    cells, _ = cells_of(town, "110105001001")
    rim = shapely.buffer(shapely.union_all(shapely.boundary(cells)), 0.01)
    assert shapely.length(shapely.intersection(rim, old_border)) > 97
    pairs = ask(town, "SELECT count(*) FROM cell_neighbour WHERE b_id IS NOT NULL AND NOT joined")
    assert pairs == [(0,)]


def test_new_cells_replace_the_current_ones_but_not_those_of_a_plan(town):
    build_cells(town)
    ask(
        town,
        "INSERT INTO plan (unit_id, cell_set_id, name, band_low, band_high, target)"
        " SELECT community_id, id, 'P', 300, 500, 400 FROM cell_set ORDER BY id LIMIT 1",
    )
    build_cells(town)
    sets = ask(town, "SELECT community_id, current FROM cell_set ORDER BY id")
    assert [current for _, current in sets] == [False, True, True]
    assert sets[0][0] == sets[1][0]


def test_one_community_can_be_built_alone(town):
    (only,) = ask(town, "SELECT id FROM unit WHERE code = '110105001002'")
    assert [one.community_id for one in build_cells(town, [only[0]])] == [only[0]]
    with pytest.raises(NotFound):
        build_cells(town, [only[0], 999])


def test_cells_that_do_not_tile_are_never_stored(town, monkeypatch):
    tessellate = module.tessellate

    def with_a_hole(*args: object, **kwargs: object) -> object:
        cells = tessellate(*args, **kwargs)
        cells.geometry[0] = shapely.buffer(cells.geometry[0], -0.1)
        return cells

    build_cells(town)
    before = ask(town, "SELECT count(*), max(id) FROM cell")
    monkeypatch.setattr(module, "tessellate", with_a_hole)
    with pytest.raises(InvalidGeometry, match="do not tile"):
        build_cells(town)
    assert ask(town, "SELECT count(*), max(id) FROM cell") == before


def test_nothing_imported_is_said(engine):
    with pytest.raises(NotFound, match="nothing has been imported"):
        build_cells(engine)


def test_two_runs_give_the_same_communities_and_cells(engine, second_engine, monkeypatch):
    monkeypatch.setattr(divide_module, "COMMUNITY_HOUSEHOLDS", 704)
    made = []
    for one in (engine, second_engine):
        import_frames(one, towns.town(6, 6), "demo")
        divide_district(one)
        build_cells(one)
        communities = ask(one, "SELECT code, ST_AsBinary(geom) FROM unit ORDER BY code")
        cells = ask(one, "SELECT id, ST_AsBinary(geom) FROM cell ORDER BY id")
        pairs = ask(one, "SELECT a_id, b_id, shared_m, barrier FROM cell_neighbour ORDER BY id")
        made.append(([(c, bytes(g)) for c, g in communities + cells], pairs))
    assert len(made[0][1]) > 144
    assert made[0] == made[1]


@pytest.mark.slow
def test_porto_from_file_to_cells(engine, shared_dir):
    import_osm(engine, shared_dir / "data" / "porto" / "porto_centre.osm.pbf")
    divided = divide_district(engine)
    built = build_cells(engine)
    assert divided.outside == 0
    assert len(built) == divided.communities
    (buildings,) = ask(engine, "SELECT count(*) FROM building WHERE retired_at IS NULL")
    assert sum(one.buildings for one in built) == buildings[0]
    assert sum(one.outside for one in built) == 0
    assert all(1_500 <= households <= 4_500 for households in divided.households)
