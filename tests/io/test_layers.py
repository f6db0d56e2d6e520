"""Layers of somebody's own: opened by an allow-list, columns recognised, nobody doubled."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from gisgrid.errors import CrsMismatch, GisGridError, InvalidInput, MissingColumn
from gisgrid.io.buildings import buildings_from_layer
from gisgrid.io.layers import read_layer
from gisgrid.io.units import units_from_layer


def square(column: int, side: float = 1.0) -> Polygon:
    return box(117 + column * 0.01, 36, 117 + (column + side) * 0.01, 36.01)


def layer(*shapes, crs="EPSG:4326", **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp"])
def test_each_format_comes_back_in_degrees(tmp_path: Path, name):
    layer(square(0), 名称=["东园"]).to_crs(4490).to_file(tmp_path / name)
    found = read_layer(tmp_path / name)
    assert found.crs.to_epsg() == 4326
    assert found["名称"].tolist() == ["东园"]


def test_a_zipped_shapefile_is_read_without_unpacking(tmp_path: Path):
    layer(square(0), name=["a"]).to_file(tmp_path / "a.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("a.???"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    assert len(read_layer(tmp_path / "a.zip")) == 1


def test_metres_become_degrees(tmp_path: Path):
    layer(square(0)).to_crs(4548).to_file(tmp_path / "a.gpkg")
    assert read_layer(tmp_path / "a.gpkg").total_bounds[0] == pytest.approx(117, abs=1e-6)


def test_a_layer_without_coordinate_system_is_refused(tmp_path: Path):
    layer(square(0)).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(CrsMismatch, match="does not say its coordinate system"):
        read_layer(tmp_path / "a.shp")


def test_the_layer_must_be_chosen_when_there_are_several(tmp_path: Path):
    for name in ("one", "two"):
        layer(square(0)).to_file(tmp_path / "a.gpkg", layer=name)
    with pytest.raises(InvalidInput) as question:
        read_layer(tmp_path / "a.gpkg")
    assert question.value.facts["layers"] == "one, two"
    assert len(read_layer(tmp_path / "a.gpkg", layer="two")) == 1


VRT = b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource>"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.vrt", VRT, "format_refused"),
        ("a.geojson", VRT, "format_refused"),
        ("a.gpkg", b"not a database", "format_refused"),
        ("a.csv", b"name,x,y\na,1,2\n", "format_refused"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "file_truncated"),
        ("a.zip", b"PK\x03\x04 nothing", "file_truncated"),
        ("a.shp", b"", "file_empty"),
    ],
)
def test_what_is_not_on_the_list_is_refused(tmp_path: Path, name, content, code):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GisGridError) as failure:
        read_layer(tmp_path / name)
    assert failure.value.key == code


def test_headings_are_recognised_in_both_languages_and_scripts():
    buildings, rejects = buildings_from_layer(
        layer(square(0), square(1), 楼名=["1号楼", "2号楼"], 層數=["６层", None], 居民户数=[48, 52])
    )
    assert rejects.empty
    assert buildings["name"].tolist() == ["1号楼", "2号楼"]
    assert buildings["levels"].fillna(0).tolist() == [6, 0]
    assert buildings["households"].tolist() == [48, 52]


def test_the_mapping_wins_over_the_guess():
    buildings, _ = buildings_from_layer(
        layer(square(0), households=[1], real=[30]), mapping={"households": "real"}
    )
    assert buildings["households"].tolist() == [30]


def test_a_mapping_to_a_heading_that_is_not_there_is_an_error():
    with pytest.raises(MissingColumn) as failure:
        buildings_from_layer(layer(square(0)), mapping={"households": "户"})
    assert failure.value.facts["columns"] == "户"


def test_the_same_layer_twice_gives_the_same_ids_whatever_the_row_order():
    once, _ = buildings_from_layer(layer(square(0), square(1)))
    again, _ = buildings_from_layer(layer(square(1), square(0)))
    assert sorted(once["source_id"]) == sorted(again["source_id"])
    assert once["source_id"].is_unique


def test_a_building_given_twice_is_taken_once():
    buildings, rejects = buildings_from_layer(layer(square(0), square(0)))
    assert len(buildings) == 1
    assert rejects["reason"].tolist() == ["same_id"]


def test_a_building_in_pieces_keeps_the_sum_of_its_households():
    shape = MultiPolygon([square(0), square(2, side=0.5), square(4, side=0.5)])
    buildings, _ = buildings_from_layer(layer(shape, id=["a"], households=[7]))
    assert buildings["source_id"].tolist() == ["a.1", "a.2", "a.3"]
    assert buildings["households"].sum() == 7


def test_a_bow_tie_is_mended_and_a_point_is_rejected():
    bow_tie = Polygon([(117, 36), (117.01, 36.01), (117.01, 36), (117, 36.01)])
    shapes = [bow_tie, Point(117, 36), LineString([(117, 36), (118, 36)]), None]
    buildings, rejects = buildings_from_layer(layer(*shapes, id=["a", "b", "c", "d"]))
    assert buildings.geometry.is_valid.all()
    assert rejects["source_id"].tolist() == ["b", "c", "d"]


def test_an_empty_layer_gives_empty_frames():
    buildings, rejects = buildings_from_layer(layer())
    assert (len(buildings), len(rejects)) == (0, 0)


def test_a_unit_without_code_gets_a_steady_one_beginning_with_99():
    towns = layer(square(0), square(1), district=["柳湖区"] * 2, town=["望春街道", "柳湖街道"])
    units, _ = units_from_layer(towns)
    again, _ = units_from_layer(towns.iloc[::-1].reset_index(drop=True))
    assert units["code"].str.fullmatch(r"99\d{7}").all()
    assert units["code_made"].all()
    assert dict(zip(units["name"], units["code"], strict=True)) == dict(
        zip(again["name"], again["code"], strict=True)
    )
    assert units["level"].tolist() == ["street", "street"]


def test_codes_stay_text_even_when_a_spreadsheet_made_them_numbers():
    units, _ = units_from_layer(layer(square(0), code=[990101004007.0], 社区名称=["东园社区"]))
    assert units["code"].tolist() == ["990101004007"]
    assert not units["code_made"].any()


def test_a_unit_without_name_is_rejected():
    units, rejects = units_from_layer(layer(square(0), square(1), name=["东园", None]))
    assert len(units) == 1
    assert rejects["reason"].tolist() == ["no_name"]


def test_beijing_towns_and_buildings(shared_dir: Path):
    package = shared_dir / "data/beijing_cbd/beijing_cbd.gpkg"
    units, unit_rejects = units_from_layer(read_layer(package, layer="towns_beijing_all"))
    buildings, rejects = buildings_from_layer(read_layer(package, layer="buildings"))
    assert (len(units), len(unit_rejects), units["code"].is_unique) == (331, 0, True)
    assert (len(buildings), len(rejects)) == (5_442, 0)
    assert buildings["levels"].notna().all()


def test_a_gbk_table_without_cpg_is_read_in_chinese(shared_dir: Path):
    counties = read_layer(shared_dir / "data/nasty/shanghai_counties_gbk_no_cpg.shp")
    assert "宝山区" in set(counties["NAME"])


def test_a_star_of_a_thousand_points_is_refused_not_mended():
    angles = np.arange(1_001) * 2 * np.pi * 0.49
    star = Polygon(np.column_stack([117 + 0.001 * np.cos(angles), 36 + 0.001 * np.sin(angles)]))
    buildings, rejects = buildings_from_layer(layer(star, square(1)))
    assert len(buildings) == 1
    assert rejects["reason"].tolist() == ["outline_broken"]
