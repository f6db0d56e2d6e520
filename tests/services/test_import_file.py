"""A foreign file, from the disk into the district and out again: every row accounted for."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, Polygon, box
from sqlalchemy import Engine, text

from gisgrid.errors import Conflict, CrsMismatch, InvalidInput
from gisgrid.io.incoming.choices import Choices
from gisgrid.services.import_file import file_at, import_file, preview_file
from gisgrid.services.undo_import import undo_import
from gisgrid.storage.engine import SYSTEM

WEST, SOUTH = 117.0, 36.0
GOOD = Choices(good_rows=True)


def plot(column: int, row: int = 0, side: float = 0.01) -> Polygon:
    west, south = WEST + column * side, SOUTH + row * side
    return box(west, south, west + side, south + side)


def house(column: int, row: int = 0) -> Polygon:
    west, south = WEST + column * 0.001 + 0.0001, SOUTH + row * 0.001 + 0.0001
    return box(west, south, west + 0.0003, south + 0.0003)


def layer(path: Path, shapes, crs="EPSG:4326", **columns) -> Path:
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(path)
    return path


def take(engine: Engine, what: str, path: Path, choices: Choices = GOOD) -> dict:
    return import_file(engine, SYSTEM, file_at(what, path), choices)


def rows(engine: Engine, statement: str) -> list[tuple]:
    with engine.begin() as conn:
        return [tuple(row) for row in conn.execute(text(statement))]


@pytest.fixture
def ground(engine: Engine, tmp_path: Path) -> Engine:
    """Two communities side by side in one street."""
    street = layer(
        tmp_path / "street.gpkg", [box(117, 36, 117.02, 36.01)], 编码=["370102001"], 名称=["东街"]
    )
    take(engine, "units", street, Choices(level="street"))
    communities = layer(
        tmp_path / "communities.gpkg",
        [plot(0), plot(1)],
        编码=["370102001001", "370102001002"],
        名称=["东园", "西园"],
    )
    take(engine, "units", communities, Choices(level="community"))
    return engine


def test_units_find_their_parents_and_tile_them(ground: Engine):
    found = rows(
        ground,
        "SELECT u.code, p.code FROM unit u LEFT JOIN unit p ON p.id = u.parent_id ORDER BY u.code",
    )
    assert found == [
        ("370102001", None),
        ("370102001001", "370102001"),
        ("370102001002", "370102001"),
    ]


def test_every_row_is_stored_or_in_quarantine(ground: Engine, tmp_path: Path):
    bow = Polygon([(117.001, 36.001), (117.003, 36.003), (117.003, 36.001), (117.001, 36.003)])
    path = layer(
        tmp_path / "houses.gpkg",
        [house(0), house(1), bow, box(100, 30, 100.001, 30.001), house(0), house(5)],
        楼栋编码=["a", "b", "bow", "far", "copy", "a"],
        居民户数=["１２", "40户", "3", "4", "5", "6"],
    )
    told = take(ground, "buildings", path)
    assert told["stored"] + told["updated"] + told["quarantined"] == told["read"] == 6
    assert told["reasons"] == {
        "outline_broken": 1,
        "outside_district": 1,
        "same_shape": 1,
        "same_id": 1,
    }
    assert rows(ground, "SELECT source_id, households_given FROM building ORDER BY 1") == [
        ("a", 12),
        ("b", 40),
    ]
    kept = dict(rows(ground, "SELECT source_id, written->>'居民户数' FROM import_reject"))
    assert kept == {"bow": "3", "far": "4", "copy": "5", "a": "6"}


def test_nothing_is_stored_where_one_row_is_bad_and_good_rows_were_not_chosen(
    ground: Engine, tmp_path: Path
):
    path = layer(tmp_path / "houses.gpkg", [house(0), Point(117, 36).buffer(0)], id=["a", "b"])
    with pytest.raises(InvalidInput) as refusal:
        take(ground, "buildings", path, Choices())
    assert refusal.value.key == "rows_quarantined"
    assert refusal.value.facts["reasons"] == {"no_shape": 1}
    assert rows(ground, "SELECT count(*) FROM building") == [(0,)]
    assert rows(ground, "SELECT count(*) FROM import_reject") == [(0,)]


def test_the_same_file_is_stored_once(ground: Engine, tmp_path: Path):
    path = layer(tmp_path / "houses.gpkg", [house(0), house(1)], id=["a", "b"])
    first, again = take(ground, "buildings", path), take(ground, "buildings", path)
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["run"] == first["run"]
    assert rows(ground, "SELECT count(*) FROM import_run WHERE what = 'buildings'") == [(1,)]


def test_an_import_is_undone_as_a_whole(ground: Engine, tmp_path: Path):
    one = layer(tmp_path / "houses.gpkg", [house(0), house(1)], id=["a", "b"], 户数=[1, 2])
    take(ground, "buildings", one)
    before = rows(
        ground, "SELECT id, source_id, households, retired_at, geom FROM building ORDER BY id"
    )
    (tmp_path / "new").mkdir()
    two = layer(tmp_path / "new" / "houses.gpkg", [house(0), house(2)], id=["a", "c"], 户数=[9, 3])
    changed = take(ground, "buildings", two)
    assert (changed["stored"], changed["updated"], changed["retired"]) == (1, 1, 1)
    undone = undo_import(ground, SYSTEM, changed["run"])
    assert (undone["removed"], undone["restored"]) == (1, 2)
    assert (
        rows(ground, "SELECT id, source_id, households, retired_at, geom FROM building ORDER BY id")
        == before
    )


def test_an_import_is_not_undone_under_a_later_one(ground: Engine, tmp_path: Path):
    one = layer(tmp_path / "houses.gpkg", [house(0)], id=["a"], 户数=[1])
    first = take(ground, "buildings", one)
    (tmp_path / "new").mkdir()
    two = layer(tmp_path / "new" / "houses.gpkg", [house(0)], id=["a"], 户数=[2])
    second = take(ground, "buildings", two)
    with pytest.raises(Conflict) as refusal:
        undo_import(ground, SYSTEM, first["run"])
    assert (refusal.value.key, refusal.value.facts["run"]) == ("import_newer", second["run"])
    undo_import(ground, SYSTEM, second["run"])
    undo_import(ground, SYSTEM, first["run"])
    assert rows(ground, "SELECT count(*) FROM building") == [(0,)]


def test_undone_units_give_their_buildings_back(ground: Engine, tmp_path: Path):
    take(ground, "buildings", layer(tmp_path / "houses.gpkg", [house(0)], id=["a"]))
    in_east = rows(ground, "SELECT u.name FROM building b JOIN unit u ON u.id = b.community_id")
    (tmp_path / "new").mkdir()
    path = layer(
        tmp_path / "new" / "communities.gpkg",
        [box(117, 36, 117.005, 36.01)],
        编码=["370102001003"],
        名称=["新园"],
    )
    told = take(ground, "units", path, Choices(level="community", good_rows=True))
    undo_import(ground, SYSTEM, told["run"])
    assert (
        rows(ground, "SELECT u.name FROM building b JOIN unit u ON u.id = b.community_id")
        == in_east
    )
    assert rows(ground, "SELECT count(*) FROM unit WHERE valid_to IS NULL") == [(3,)]


def test_a_mended_quarantine_is_imported_alone(ground: Engine, tmp_path: Path):
    points = pd.DataFrame(
        {
            "编号": ["p1", "p2", "p3"],
            "名称": ["东园药店", "西园某处", "南园药店"],
            "类别": ["药店", "不知道什么", "药店"],
            "经度": [117.001, 117.002, 0],
            "纬度": [36.001, 36.002, 0],
        }
    )
    points.to_csv(tmp_path / "points.csv", index=False)
    told = take(ground, "services", tmp_path / "points.csv", Choices(crs="wgs84", good_rows=True))
    assert told["reasons"] == {"unknown_kind": 1, "zero_coordinates": 1}
    points.loc[1, "类别"] = "药店"
    points.loc[2, ["经度", "纬度"]] = 117.003, 36.003
    (tmp_path / "mended").mkdir()
    points.iloc[1:].to_csv(tmp_path / "mended" / "points.csv", index=False)
    file = file_at("services", tmp_path / "mended" / "points.csv")
    mended = import_file(
        ground,
        SYSTEM,
        type(file)(file.what, file.paths, file.name, mends=told["run"]),
        Choices(crs="wgs84"),
    )
    assert (mended["stored"], mended["retired"]) == (2, 0)
    assert rows(ground, "SELECT DISTINCT state FROM import_reject") == [("mended",)]
    assert rows(ground, "SELECT count(*) FROM service_point WHERE retired_at IS NULL") == [(3,)]


def test_a_place_in_doubt_is_asked_for_never_assumed(ground: Engine, tmp_path: Path):
    path = layer(tmp_path / "houses.gpkg", [house(0), house(1)], id=["a", "b"], crs="EPSG:4326")
    swapped = gpd.read_file(path)
    swapped.geometry = [Polygon([(y, x) for x, y in s.exterior.coords]) for s in swapped.geometry]
    swapped.to_file(tmp_path / "swapped.gpkg")
    with pytest.raises(CrsMismatch) as question:
        take(ground, "buildings", tmp_path / "swapped.gpkg")
    assert question.value.facts["guess"] == "EPSG:4326/swapped"
    told = take(ground, "buildings", tmp_path / "swapped.gpkg", Choices(crs="EPSG:4326/swapped"))
    assert told["stored"] == 2


def test_a_preview_stores_nothing(ground: Engine, tmp_path: Path):
    path = layer(tmp_path / "houses.gpkg", [house(0), house(1)], 楼名=["甲", "乙"])
    told = preview_file(ground, file_at("buildings", path), Choices())
    assert told["would"]["good"] == 2
    assert told["mapping"]["name"] == "楼名"
    assert rows(ground, "SELECT count(*) FROM building") == [(0,)]


def test_a_mapping_is_kept_for_the_next_file(ground: Engine, tmp_path: Path):
    one = layer(tmp_path / "one.gpkg", [house(0)], 栋=["甲"], 家=[5])
    take(ground, "buildings", one, Choices(mapping={"name": "栋", "households": "家"}))
    two = layer(tmp_path / "two.gpkg", [house(1)], 栋=["乙"], 家=[6])
    told = preview_file(ground, file_at("buildings", two), Choices())
    assert told["mapping"] == {"name": "栋", "households": "家"}


def test_counts_reach_units_and_buildings_and_a_total_is_checked(ground: Engine, tmp_path: Path):
    take(ground, "buildings", layer(tmp_path / "houses.gpkg", [house(0)], id=["a"]))
    table = pd.DataFrame(
        {
            "名称": ["东园", "西园", "无名", "合计"],
            "户数": [25, 81, 28, 135],
            "老年人": [1, 2, 3, 6],
        }
    )
    table.to_excel(tmp_path / "counts.xlsx", index=False)
    told = take(ground, "statistics", tmp_path / "counts.xlsx")
    assert told["stored"] + told["updated"] + told["quarantined"] == told["read"] == 4
    assert {"kind": "sum_differs", "column": "户数", "declared": 135.0, "found": 134.0} in told[
        "findings"
    ]
    found = rows(
        ground, "SELECT name, key, value FROM unit_statistic JOIN unit ON unit.id = unit_id"
    )
    assert set(found) == {
        ("东园", "households", 25.0), ("东园", "老年人", 1.0),
        ("西园", "households", 81.0), ("西园", "老年人", 2.0),
    }  # fmt: skip
    waiting = dict(rows(ground, "SELECT source_id, reason FROM import_reject"))
    assert waiting == {"合计": "total_row", "无名": "unknown_code"}


def test_half_a_million_lines_take_little_memory_is_measured_elsewhere(
    ground: Engine, tmp_path: Path
):
    many = pd.DataFrame(
        {
            "编号": [f"i{n}" for n in range(300)],
            "类别": "占道经营",
            "上报时间": "2024-03-01 08:00:00",
            "经度": np.linspace(117.0001, 117.0199, 300),
            "纬度": 36.005,
        }
    )
    many.to_csv(tmp_path / "list.csv", index=False, encoding="gb18030")
    told = take(ground, "incidents", tmp_path / "list.csv", Choices(crs="wgs84"))
    assert (told["stored"], told["encoding"], told["located"]) == (300, "gb18030", 300)


def test_elderly_persons_are_read_by_their_heading(ground: Engine, tmp_path: Path):
    columns = {"id": ["a", "b"], "60岁以上": [12, None]}
    take(ground, "buildings", layer(tmp_path / "old.gpkg", [house(0), house(1)], **columns))
    counts = "SELECT counts FROM building ORDER BY source_id"
    assert rows(ground, counts) == [({"elderly": 12},), ({},)]


def test_services_that_staff_changed_stay_as_they_are(ground: Engine, tmp_path: Path):
    spots = [Point(WEST + 0.001 * n, SOUTH + 0.001) for n in range(3)]
    columns = {"id": ["a", "b", "c"], "name": ["药店"] * 3, "kind": ["药店"] * 3}
    one = layer(tmp_path / "services.gpkg", spots, **columns)
    take(ground, "services", one)
    with ground.begin() as conn:
        conn.execute(
            text(
                "UPDATE service_point SET by_hand = true, name = '手改',"
                " retired_at = CASE source_id WHEN 'b' THEN now() END WHERE source_id <> 'c'"
            )
        )
    seen = "SELECT source_id, name, retired_at IS NULL FROM service_point ORDER BY source_id"
    before = rows(ground, seen)
    moved = [Point(p.x + 0.0005, p.y) for p in spots[1:]]
    fewer = {name: values[1:] for name, values in columns.items()}
    (tmp_path / "again").mkdir()
    two = layer(tmp_path / "again" / "services.gpkg", moved, **fewer)
    take(ground, "services", two)
    assert rows(ground, seen) == before
    places = "SELECT ST_X(geom) FROM service_point ORDER BY source_id"
    east = [row[0] for row in rows(ground, places)]
    assert east == pytest.approx([spots[0].x, spots[1].x, moved[1].x])


def test_grids_become_a_plan_in_force_and_keep_their_borders(ground: Engine, tmp_path: Path):
    houses = [house(c, r) for c in range(10) for r in range(10)]
    take(ground, "buildings", layer(tmp_path / "h.gpkg", houses, id=range(100)))
    west = box(117, 36, 117.0043, 36.01)
    east = box(117.0043, 36, 117.01, 36.01)
    path = layer(
        tmp_path / "grids.geojson",
        [west, east],
        网格编码=["370102001001007", "x"],
        网格长=["张三", "李四"],
    )
    told = take(ground, "grids", path)
    assert (told["stored"], len(told["in_force"])) == (2, 1)
    found = rows(
        ground,
        "SELECT g.code, g.leader_name, ST_XMax(ST_Extent(c.geom)) FROM plan_grid g"
        " JOIN plan_cell pc ON pc.grid_id = g.id JOIN cell c ON c.id = pc.cell_id"
        " JOIN plan p ON p.id = g.plan_id AND p.state = 'effective' GROUP BY 1, 2 ORDER BY 3",
    )
    assert [row[:2] for row in found] == [("370102001001007", "张三"), ("370102001001008", "李四")]
    assert found[0][2] == pytest.approx(117.0043, abs=1e-6)


def test_parts_of_one_street_share_its_id_and_its_way_back_is_a_double(ground: Engine, tmp_path):
    """As OSMnx writes them: an edge for every stretch between two crossings, in each direction."""
    ends = [(117.0, 36.005), (117.005, 36.005), (117.01, 36.005)]
    first, second = LineString(ends[:2]), LineString(ends[1:])
    edges = layer(
        tmp_path / "edges.gpkg",
        [first, second, LineString([*reversed(ends[:2])])],
        osmid=["7", "7", "7"],
        highway=["residential"] * 3,
    )
    told = take(ground, "streets", edges)
    assert (told["read"], told["stored"], told["reasons"]) == (3, 2, {"same_shape": 1})
    assert rows(ground, "SELECT source_id FROM street ORDER BY 1") == [("7",), ("7#2",)]
    assert take(ground, "streets", edges)["repeated"]
