"""Rows go into the tables while their file is still being read: as one whole, or not at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Polygon, box
from sqlalchemy import Engine, text

from gisgrid.errors import InvalidInput, JobCancelled, UnreadableFile
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.source import BATCH
from gisgrid.services.import_file import file_at, import_file
from gisgrid.services.undo_import import undo_import
from gisgrid.storage.engine import SYSTEM

WEST, SOUTH = 117.0, 36.0
GOOD = Choices(good_rows=True, source="one")
BUILDING = (
    "SELECT source_id, code, name, address, use, residential, levels, households_given,"
    " households_estimated, households, residents_given, residents, counts, community_id,"
    " retired_at, ST_AsText(geom), ST_SRID(geom), ST_AsText(geom_3857)"
    " FROM building WHERE source_id <> 'older' ORDER BY source_id"
)
INCIDENT = (
    "SELECT source_id, category_code, category_text, text, channel, state, reported_at, closed_at,"
    " ST_AsText(geom), community_id, grid_now, grid_at_report, grids_near, located_reason"
    " FROM incident WHERE source_id <> 'older' ORDER BY source_id"
)


def rows(engine: Engine, statement: str) -> list[tuple]:
    with engine.begin() as conn:
        return [tuple(row) for row in conn.execute(text(statement))]


def take(engine: Engine, what: str, path: Path, choices: Choices = GOOD, **options) -> dict:
    return import_file(engine, SYSTEM, file_at(what, path), choices, **options)


def house(column: int, row: int = 0) -> Polygon:
    west, south = WEST + column * 0.001 + 0.0001, SOUTH + row * 0.001 + 0.0001
    return box(west, south, west + 0.0003, south + 0.0003)


def layer(path: Path, shapes: list, **columns: list) -> Path:
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path)
    return path


def table(path: Path, **columns: list) -> Path:
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


@pytest.fixture
def ground(engine: Engine, tmp_path: Path) -> Engine:
    """One community in one street, its western half a grid in force, its eastern half another."""
    street = layer(
        tmp_path / "s.gpkg", [box(117, 36, 117.02, 36.01)], 编码=["370102001"], 名称=["东街"]
    )
    take(engine, "units", street, Choices(level="street"))
    community = layer(
        tmp_path / "c.gpkg", [box(117, 36, 117.02, 36.01)], 编码=["370102001001"], 名称=["东园"]
    )
    take(engine, "units", community, Choices(level="community"))
    return engine


@pytest.fixture
def divided(ground: Engine, tmp_path: Path) -> Engine:
    """The same with two grids in force, side by side."""
    take(ground, "buildings", layer(tmp_path / "b.gpkg", [house(2, 2), house(17, 2)], 户数=[5, 7]))
    halves = [box(117, 36, 117.01, 36.01), box(117.01, 36, 117.02, 36.01)]
    take(ground, "grids", layer(tmp_path / "g.gpkg", halves, 网格名称=["一", "二"]))
    return ground


def houses_file(tmp_path: Path) -> Path:
    """Houses of every sort: with and without counts, in two pieces, outside every community."""
    pair = MultiPolygon([house(4), house(5)])
    return layer(
        tmp_path / "houses.gpkg",
        [house(1), house(2), pair, house(3, 9), house(21)],
        source_id=["a", "b", "c", "d", "e"],
        name=["一号楼", None, "双子楼", '"quoted", 楼', "外楼"],
        households=[12, None, 9, 0, 3],
        elderly=[None, 4, 5, None, None],
        levels=[6, None, 3, 700, 2],
    )


def incidents_file(tmp_path: Path) -> Path:
    """Incidents in a grid, near its border, outside, and nowhere."""
    return table(
        tmp_path / "incidents.csv",
        编号=["in", "near", "out", "none", "shut"],
        类别=["占道经营", "暴露垃圾", "不认识的事", "占道经营", "占道经营"],
        描述=["一", "二,三", None, "四", "五"],
        上报时间=["2024-03-01 08:30:00"] * 5,
        结案时间=[None, None, None, None, "2024-03-02 08:30:00"],
        经度=[117.005123, 117.010051, 117.031234, None, 117.015123],
        纬度=[36.005123, 36.005123, 36.005123, None, 36.005123],
    )


def test_buildings_of_a_new_source_are_stored_as_those_of_a_known_one(
    ground: Engine, tmp_path: Path
):
    path = houses_file(tmp_path)
    new = take(ground, "buildings", path)
    straight = rows(ground, BUILDING)
    undo_import(ground, SYSTEM, new["run"])
    assert rows(ground, BUILDING) == []

    take(ground, "buildings", layer(tmp_path / "o.gpkg", [house(9)], source_id=["older"]))
    known = take(ground, "buildings", path)

    assert rows(ground, BUILDING) == straight
    assert len(straight) == 6
    counts = ("read", "stored", "updated", "quarantined", "given", "estimated")
    assert [new[name] for name in counts] == [known[name] for name in counts] == [5, 5, 0, 0, 5, 1]


def test_incidents_of_a_new_source_are_stored_as_those_of_a_known_one(
    divided: Engine, tmp_path: Path
):
    path, placed = incidents_file(tmp_path), Choices(good_rows=True, source="one", crs="wgs84")
    new = take(divided, "incidents", path, placed)
    straight = rows(divided, INCIDENT)
    assert {row[0]: row[-1] for row in straight} == {
        "in": "cell", "near": "near_border", "none": "no_coordinates", "out": "outside",
        "shut": "cell",
    }  # fmt: skip
    undo_import(divided, SYSTEM, new["run"])
    assert rows(divided, INCIDENT) == []

    older = table(
        tmp_path / "older.csv", 编号=["older"], 类别=["占道经营"], 上报时间=["2024-01-01 08:00:00"]
    )
    take(divided, "incidents", older, placed)
    known = take(divided, "incidents", path, placed)

    assert rows(divided, INCIDENT) == straight
    counts = ("read", "stored", "updated", "quarantined", "located")
    assert [new[name] for name in counts] == [known[name] for name in counts] == [5, 5, 0, 0, 4]


def long_file(tmp_path: Path, *, ending: str, last: Polygon | None = None) -> Path:
    """A GeoJSON file of more houses than are handed over at once."""
    count = BATCH + 500
    shapes = [house(i % 150, i // 150) for i in range(count)] + ([last] if last else [])
    features = [
        json.dumps(
            {"type": "Feature", "properties": {"id": f"h{i}"}, "geometry": s.__geo_interface__}
        )
        for i, s in enumerate(shapes)
    ]
    path = tmp_path / "long.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + ",\n".join(features) + ending)
    return path


def test_a_file_that_breaks_off_after_many_rows_leaves_nothing(engine: Engine, tmp_path: Path):
    with pytest.raises(UnreadableFile):
        take(engine, "buildings", long_file(tmp_path, ending=""))
    assert rows(engine, "SELECT id FROM building UNION ALL SELECT id FROM import_run") == []
    assert rows(engine, "SELECT name FROM project") == []


def test_a_bad_row_after_many_good_ones_leaves_nothing_where_all_must_be_good(
    engine: Engine, tmp_path: Path
):
    path = long_file(tmp_path, ending="]}", last=house(0))
    with pytest.raises(InvalidInput) as refused:
        take(engine, "buildings", path, Choices(source="one"))
    assert refused.value.key == "rows_quarantined"
    assert rows(engine, "SELECT id FROM building UNION ALL SELECT id FROM import_run") == []

    told = take(engine, "buildings", path)
    assert (told["read"], told["stored"], told["quarantined"]) == (BATCH + 501, BATCH + 500, 1)
    assert rows(engine, "SELECT count(*) FROM building") == [(BATCH + 500,)]


def test_an_import_that_is_called_off_while_it_reads_leaves_nothing(engine: Engine, tmp_path: Path):
    asked = []

    def call_off(stage: str, done: int, total: int | None) -> None:
        del done, total
        asked.append(stage)
        if len(asked) > 1:
            raise JobCancelled("called off", code="job_cancelled")

    with pytest.raises(JobCancelled):
        take(engine, "buildings", long_file(tmp_path, ending="]}"), progress=call_off)
    assert asked == ["read", "read"]
    assert rows(engine, "SELECT id FROM building UNION ALL SELECT id FROM import_run") == []


def test_two_who_confirm_the_same_file_at_once_make_one_import(engine, tmp_path):
    path = layer(tmp_path / "twice.gpkg", [house(n) for n in range(40)], name=["甲"] * 40)
    with ThreadPoolExecutor(2) as pool:
        answers = [*pool.map(lambda _: take(engine, "buildings", path), range(2))]
    assert sorted(answer["repeated"] for answer in answers) == [False, True]
    assert len({answer["run"] for answer in answers}) == 1
    assert rows(engine, "SELECT count(*) FROM import_run") == [(1,)]
    assert rows(engine, "SELECT count(*) FROM building") == [(40,)]
