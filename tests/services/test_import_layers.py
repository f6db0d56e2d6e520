"""Importing: every row accounted for, nothing doubled, nothing of a planner's lost."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, text

from gisgrid.services.import_layers import (
    import_buildings,
    import_frames,
    import_osm,
    import_units,
)
from gisgrid.services.import_summary import ImportSummary
from gisgrid.services.set_up_project import find_project
from tests.services import towns


def ask(engine: Engine, statement: str, **values: object) -> list[tuple]:
    with engine.begin() as conn:
        result = conn.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def layer(summary: ImportSummary, what: str) -> tuple[int, int, int, int, int]:
    found = next(one for one in summary.layers if one.what == what)
    return found.read, found.stored, found.updated, found.rejected, found.retired


def test_every_row_is_new_at_first_and_known_afterwards(engine):
    first = import_frames(engine, towns.town(2, 2), "demo")
    assert layer(first, "building") == (16, 16, 0, 0, 0)
    assert layer(first, "street") == (6, 6, 0, 0, 0)
    again = import_frames(engine, towns.town(2, 2), "demo")
    assert layer(again, "building") == (16, 0, 16, 0, 0)
    assert layer(again, "street") == (6, 0, 6, 0, 0)
    assert ask(engine, "SELECT count(*) FROM building") == [(16,)]


def test_households_are_estimated_where_none_are_given(engine):
    frames = towns.town(1, 1)
    frames["buildings"].loc[0, "households"] = 50.0
    frames["buildings"].loc[1, "residential"] = False
    summary = import_frames(engine, frames, "demo")
    assert ask(engine, "SELECT households, residents FROM building ORDER BY source_id") == [
        (50, 131),
        (0, 0),
        (22, 58),
        (22, 58),
    ]
    assert (summary.given, summary.estimated) == (1, 2)


def test_a_correction_by_hand_outlives_the_next_import(engine):
    import_frames(engine, towns.town(1, 1), "demo")
    ask(engine, "UPDATE building SET households_override = 7 WHERE source_id = 'b0'")
    changed = towns.town(1, 1)
    changed["buildings"]["levels"] = 12.0
    import_frames(engine, changed, "demo")
    assert ask(engine, "SELECT households FROM building ORDER BY source_id") == [
        (7,),
        (44,),
        (44,),
        (44,),
    ]


def test_a_building_gone_from_its_source_is_retired_and_may_come_back(engine):
    town = towns.town(1, 1)
    import_frames(engine, town, "demo")
    fewer = import_frames(engine, {"buildings": town["buildings"].iloc[1:]}, "demo")
    assert layer(fewer, "building") == (3, 0, 3, 0, 1)
    retired = "SELECT source_id FROM building WHERE retired_at IS NOT NULL"
    assert ask(engine, retired) == [("b0",)]
    import_frames(engine, town, "demo")
    assert ask(engine, retired) == []


def test_sources_do_not_touch_each_other(engine):
    import_frames(engine, towns.town(1, 1), "one")
    import_frames(engine, towns.town(1, 1), "two")
    assert ask(engine, "SELECT count(*), count(retired_at) FROM building") == [(8, 0)]


def test_doubles_and_broken_outlines_are_rejected_by_name(engine):
    buildings = towns.houses(1, 1)
    west, south = shapely.get_coordinates(buildings.geometry.iloc[1])[0]
    star = shapely.Polygon([(west, south), (west, south), (west, south), (west, south)])
    buildings.loc[1, "geometry"] = star
    buildings.loc[2, "source_id"] = "b0"
    summary = import_frames(engine, {"buildings": buildings}, "demo")
    assert layer(summary, "building") == (4, 2, 0, 2, 0)
    assert summary.rejects.to_dict("records") == [
        {"what": "building", "source_id": "b1", "reason": "outline_broken"},
        {"what": "building", "source_id": "b0", "reason": "same_id"},
    ]
    assert ask(engine, "SELECT source_id, reason FROM import_reject ORDER BY id") == [
        ("b1", "outline_broken"),
        ("b0", "same_id"),
    ]


def test_the_run_is_recorded_with_its_counts(engine):
    import_frames(engine, towns.town(1, 1), "demo")
    counts = "SELECT what, file_name, read, stored, updated, rejected FROM import_run"
    assert ask(engine, counts) == [("frames", "demo", 8, 8, 0, 0)]


def test_a_project_is_set_up_where_nobody_did(engine):
    import_frames(engine, towns.town(1, 1), "demo")
    project = find_project(engine)
    assert project is not None
    assert (project.name, project.preset, project.metric_epsg) == ("demo", "GG4", towns.EPSG)
    assert ask(engine, "SELECT count(DISTINCT preset) FROM unit_level") == [(6,)]
    assert ask(engine, "SELECT count(*) > 20 FROM service_kind") == [(True,)]


def test_an_import_that_fails_leaves_nothing(engine, monkeypatch):
    import_frames(engine, towns.town(1, 1), "demo")

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("gisgrid.storage.imports.record", fail)
    with pytest.raises(RuntimeError):
        import_frames(engine, towns.town(2, 2), "demo")
    assert ask(engine, "SELECT count(*) FROM building") == [(4,)]


def test_hostile_names_are_stored_as_they_are(engine):
    names = ["'; DROP TABLE building; --", '逗号,引号"换行\n', "{{7*7}}", "a\x00b"]
    buildings = towns.houses(1, 1).assign(name=names)
    import_frames(engine, {"buildings": buildings}, "demo")
    stored = ask(engine, "SELECT name FROM building ORDER BY source_id")
    assert [name for (name,) in stored] == [*names[:3], "ab"]


def test_buildings_of_a_layer_with_their_columns_named(engine, tmp_path):
    theirs = gpd.GeoDataFrame(
        {"编号": ["a", "b"], "层数": [6, 3], "名": ["一号楼", "二号楼"]},
        geometry=towns.houses(1, 1).geometry.iloc[:2],
        crs=4326,
    )
    theirs.to_file(tmp_path / "houses.gpkg", layer="houses")
    mapping = {"source_id": "编号", "levels": "层数", "name": "名"}
    summary = import_buildings(engine, tmp_path / "houses.gpkg", mapping=mapping)
    assert (summary.source, layer(summary, "building")) == ("houses", (2, 2, 0, 0, 0))
    assert ask(engine, "SELECT source_id, name, levels, households FROM building ORDER BY 1") == [
        ("a", "一号楼", 6.0, 22),
        ("b", "二号楼", 3.0, 11),
    ]


def test_units_form_a_tree_and_take_in_the_buildings(engine, tmp_path):
    import_frames(engine, towns.town(2, 1), "demo")
    towns.units((0, 0, 200, 100), level="street").to_file(tmp_path / "streets.gpkg")
    halves = towns.units((0, 0, 100, 100), (100, 0, 200, 100))
    halves.to_file(tmp_path / "communities.gpkg")
    import_units(engine, tmp_path / "communities.gpkg", level="community")
    import_units(engine, tmp_path / "streets.gpkg", level="street")
    assert ask(
        engine,
        "SELECT u.code, u.depth, p.code, count(b.id) FROM unit u LEFT JOIN unit p"
        " ON p.id = u.parent_id LEFT JOIN building b ON b.community_id = u.id GROUP BY 1, 2, 3"
        " ORDER BY 1",
    ) == [
        ("110105001", 2, None, 0),
        ("110105001001", 3, "110105001", 4),
        ("110105001002", 3, "110105001", 4),
    ]


def test_units_of_a_level_the_project_does_not_have_are_rejected(engine):
    units = towns.units((0, 0, 200, 100)).assign(level="province")
    summary = import_frames(engine, towns.town(1, 1) | {"units": units}, "demo")
    assert layer(summary, "unit") == (1, 0, 0, 1, 0)
    assert summary.reasons() == {"level_not_used": 1}


def test_porto_keeps_its_account(engine, shared_dir):
    file = shared_dir / "data" / "porto" / "porto_centre.osm.pbf"
    first = import_osm(engine, file)
    assert first.stored + first.updated + first.rejected == first.read
    assert layer(first, "building")[0] > 11_000
    again = import_osm(engine, file)
    assert (again.stored, again.updated) == (0, first.stored)
    assert pd.Series([one.retired for one in again.layers]).sum() == 0


def test_elderly_persons_are_kept_beside_what_other_sources_count(engine):
    layers = towns.town(1, 1)
    layers["buildings"]["elderly"] = [12.0, 0.0, float("nan"), 3.0]
    import_frames(engine, layers, "demo")
    counts = "SELECT counts FROM building ORDER BY source_id"
    assert ask(engine, counts) == [({"elderly": 12},), ({"elderly": 0},), ({},), ({"elderly": 3},)]
    ask(engine, "UPDATE building SET counts = counts || '{\"children\": 2}' WHERE source_id = 'b0'")
    layers["buildings"]["elderly"] = [14.0, 0.0, float("nan"), float("nan")]
    import_frames(engine, layers, "demo")
    assert ask(engine, counts)[0] == ({"elderly": 14, "children": 2},)
    assert ask(engine, counts)[3] == ({"elderly": 3},)  # what is not told any more stays
