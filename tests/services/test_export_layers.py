"""Layers and plans into files that GDAL, a spreadsheet and we ourselves read again."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from plan_land import Land, draft, draw
from sqlalchemy import text

from gisgrid.errors import CrsMismatch, GisGridError, InvalidInput, NotFound
from gisgrid.geo.datum import Datum, shapes_to_wgs84
from gisgrid.io.formats import FORMATS
from gisgrid.model.layers import LAYERS
from gisgrid.model.people import Actor, Role
from gisgrid.services.export_layers import Wish, count_rows, export_layers, list_choices, wish_of
from gisgrid.storage.engine import SYSTEM, transaction

FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'quoted", "plain 网格"]


@pytest.fixture
def land(engine) -> Land:
    return draw(engine)


@pytest.fixture
def plan(land: Land) -> int:
    return draft(land)


def made(land: Land, folder: Path, layer: str, form: str, actor=SYSTEM, **options) -> Path:
    wish = Wish((layer,), form, **options)
    return export_layers(land.engine, actor, wish, folder).path


def put_in_force(land: Land, plan: int) -> None:
    with transaction(land.engine, SYSTEM) as conn:
        statement = (
            "UPDATE plan SET state = 'effective', effective_from = '2020-01-01' WHERE id = :p"
        )
        conn.execute(text(statement), {"p": plan})


def read(path: Path) -> gpd.GeoDataFrame:
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    return gpd.read_file(f"/vsizip/{path}" if path.suffix == ".zip" else path)


@pytest.mark.parametrize("form", ["gpkg", "geojson", "shp", "parquet"])
def test_cells_of_a_plan_are_read_by_a_gis_with_their_types_and_borders(land, plan, tmp_path, form):
    frame = read(made(land, tmp_path, "plan_cells", form, plan=plan)).sort_values("cell")
    assert frame["cell"].tolist() == sorted(land.cells)
    assert frame["households"].sum() == 1460
    assert frame.crs.to_epsg() == 4326
    with transaction(land.engine, SYSTEM) as conn:
        stored = conn.execute(text("SELECT ST_AsBinary(geom) FROM cell ORDER BY id")).scalars()
        stored = shapely.from_wkb([bytes(wkb) for wkb in stored])
    assert shapely.equals_exact(
        shapely.normalize(frame.geometry.to_numpy()), shapely.normalize(stored[: len(frame)]), 1e-7
    ).all()


@pytest.mark.parametrize("form", ["gpkg", "geojson", "shp", "csv", "xlsx"])
def test_ogr2ogr_reads_what_left(land, plan, tmp_path, form):
    path = made(land, tmp_path, "plan_cells", form, plan=plan)
    source = f"/vsizip/{path}" if path.suffix == ".zip" else str(path)
    asked = ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source]
    told = subprocess.run(asked, check=True, capture_output=True, timeout=120)
    assert b"ERROR" not in told.stderr
    features = json.loads(told.stdout)["features"]
    rows = [f["properties"] for f in features]
    heading = next(name for name in ("households", "户数") if name in rows[0])
    assert sum(float(row[heading]) for row in rows) == 1460
    assert len(rows) == len(land.cells)
    if form in ("gpkg", "geojson", "shp"):
        assert {f["geometry"]["type"] for f in features} <= {"Polygon", "MultiPolygon"}


def test_every_layer_goes_into_every_format(land, plan, tmp_path):
    put_in_force(land, plan)
    for layer in LAYERS.values():
        for form in FORMATS:
            folder = tmp_path / f"{layer.key}-{form}"
            folder.mkdir()
            path = made(land, folder, layer.key, form, plan=plan if layer.of_plan else None)
            assert path.stat().st_size > 0, (layer.key, form)


@pytest.mark.parametrize("crs", ["4490", "4547", "4526", "3857", "gcj02", "bd09"])
def test_coordinates_leave_in_the_crs_that_was_asked_for(land, plan, tmp_path, crs):
    here = read(made(land, tmp_path, "plan_cells", "gpkg", plan=plan))
    there = read(made(land, tmp_path, "plan_cells", "gpkg", plan=plan, crs=crs))
    if crs in set(Datum):
        assert there.crs is None or there.crs.to_epsg() is None
        back = shapes_to_wgs84(there.geometry.to_numpy(), Datum(crs))
    else:
        assert there.crs.to_epsg() == int(crs)
        back = there.to_crs(4326).geometry.to_numpy()
    far = np.abs(shapely.get_coordinates(back) - shapely.get_coordinates(here.geometry)).max()
    assert far < 1e-8
    if crs in set(Datum):
        off = np.abs(shapely.get_coordinates(there.geometry) - shapely.get_coordinates(back)).max()
        assert off > 0.001


def test_a_shapefile_says_its_encoding_and_explains_its_short_names(land, plan, tmp_path):
    with zipfile.ZipFile(made(land, tmp_path, "plan_grids", "shp", plan=plan)) as archive:
        names = set(archive.namelist())
        assert {f"plan_grids.{s}" for s in ("shp", "shx", "dbf", "prj", "cpg")} <= names
        assert archive.read("plan_grids.cpg").strip() == b"UTF-8"
        key = list(
            csv.DictReader(io.StringIO(archive.read("plan_grids_fields.csv").decode("utf-8-sig")))
        )
    assert all(len(row["field"]) <= 10 for row in key)
    assert {row["name"]: row["heading"] for row in key}["community_code"] == "社区编码"
    frame = gpd.read_file(f"/vsizip/{next(tmp_path.glob('*.zip'))}")
    assert set(frame.columns) == {row["field"] for row in key} | {"geometry"}
    assert frame["code"].tolist() == [f"990101004007{n:03d}" for n in (1, 2, 3, 4)]


def test_geojson_follows_rfc_7946(land, plan, tmp_path):
    whole = json.loads(made(land, tmp_path, "plan_grids", "geojson", plan=plan).read_text())
    assert whole["type"] == "FeatureCollection"
    assert "crs" not in whole
    for feature in whole["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        assert all(part.exterior.is_ccw for part in shape.geoms)
        assert feature["id"] == feature["properties"]["id"]
    with pytest.raises(CrsMismatch):
        made(land, tmp_path, "plan_grids", "geojson", plan=plan, crs="4547")
    shifted = made(land, tmp_path, "plan_grids", "geojson", plan=plan, crs="gcj02")
    assert json.loads(shifted.read_text())["datum"] == "gcj02"


def test_a_workbook_has_chinese_headings_and_right_types(land, plan, tmp_path):
    book = openpyxl.load_workbook(made(land, tmp_path, "plan_grids", "xlsx", plan=plan))
    sheet = book["方案网格"]
    rows = list(sheet.iter_rows(values_only=True))
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [row["户数"] for row in table] == [350, 340, 400, 370]
    assert table[0]["编码"] == "990101004007001"  # a code is text
    assert table[0]["已锁定"] is False
    assert isinstance(table[0]["x"], float)


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_becomes_a_formula(land, plan, tmp_path, name):
    with transaction(land.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE building SET name = :name"), {"name": name})
    path = made(land, tmp_path, "buildings", "csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        names = {row["名称"] for row in csv.DictReader(stream)}
    assert names == {name if name == "plain 网格" else "'" + name}
    book = openpyxl.load_workbook(made(land, tmp_path, "buildings", "xlsx"))
    rows = list(book.active.iter_rows())
    column = [cell.value for cell in rows[0]].index("名称")
    assert {row[column].data_type for row in rows[1:]} == {"s"}


def test_a_negative_deviation_stays_a_number(land, plan, tmp_path):
    path = made(land, tmp_path, "plan_grids", "csv", plan=plan)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["偏差"] for row in csv.DictReader(stream)] == ["-50", "-60", "0", "-30"]


def households_by_actor(land: Land, folder: Path, actor) -> list[float]:
    frame = read(made(land, folder, "buildings", "gpkg", actor=actor))
    return sorted(frame["households"].tolist(), key=lambda n: (not np.isnan(n), n))


def test_counts_below_five_leave_only_for_ones_own_grids(engine, tmp_path):
    land = draw(engine, [[3, 200], [4, 250]], band=(1, 500, 200))
    plan = draft(land, "AB/AB")
    put_in_force(land, plan)
    with transaction(engine, SYSTEM) as conn:
        grid = conn.execute(
            text("SELECT id FROM plan_grid WHERE plan_id = :p AND position = 0"), {"p": plan}
        ).scalar_one()
    leader = Actor(land.leader.account_id, Role.LEADER, grids=(grid,))
    assert households_by_actor(land, tmp_path, leader) == [3, 4]
    told = households_by_actor(land, tmp_path, land.planner)
    assert np.isnan(told[:2]).all()
    assert told[2:] == [200, 250]  # two small ones in one grid: their sum alone tells neither
    assert households_by_actor(land, tmp_path, SYSTEM)[:2] != [3, 4]  # masked unless asked for
    exact = read(made(land, tmp_path, "buildings", "gpkg", exact=True))
    assert sorted(exact["households"]) == [3, 4, 200, 250]
    masked = read(made(land, tmp_path, "buildings", "gpkg", actor=land.planner, exact=True))
    assert masked["households"].isna().sum() == 2  # no account can ask for them
    assert masked["residents"].isna().sum() == 2


@pytest.mark.parametrize("layer", ["buildings", "plan_buildings", "plan_cells"])
def test_the_sum_of_a_grid_does_not_tell_the_only_small_count_in_it(engine, tmp_path, layer):
    land = draw(engine, [[3, 200, 150], [0, 250, 90]], band=(1, 900, 400))
    plan = draft(land, "AAB/ABB")
    put_in_force(land, plan)
    path = made(land, tmp_path, layer, "gpkg", actor=land.planner, plan=plan)
    left = sorted(n for n in read(path)["households"].dropna() if n)
    # A holds 3, 200 and 0: beside the 3 its 200 is hidden; B holds 150, 250 and 90 and no small one
    assert left == [90, 150, 250]


def test_a_role_gets_the_columns_of_its_role(land, plan, tmp_path):
    columns = {
        role: set(read(made(land, tmp_path, "buildings", "gpkg", actor=actor)).columns)
        for role, actor in (("planner", land.planner), ("staff", land.staff))
    }
    assert "households_given" in columns["planner"]
    assert columns["planner"] - columns["staff"] == {
        "households_given", "households_estimated", "households_override", "residents_given",
    }  # fmt: skip


def test_what_lies_outside_the_scope_stays_there(land, plan, tmp_path):
    assert len(read(made(land, tmp_path, "buildings", "gpkg", actor=land.planner))) == 12
    assert len(read(made(land, tmp_path, "buildings", "gpkg", actor=land.stranger))) == 0
    with pytest.raises(NotFound):
        made(land, tmp_path, "plan_cells", "gpkg", actor=land.stranger, plan=plan)
    for layer in ("plan_cells", "circles", "compounds"):
        with pytest.raises(NotFound):
            made(land, tmp_path, layer, "gpkg", actor=land.leader, plan=plan)


def test_a_plan_out_and_in_again_is_the_same_plan(land, plan, tmp_path):
    path = export_layers(land.engine, land.planner, wish_of((), plan), tmp_path).path
    assert set(pyogrio.list_layers(path)[:, 0]) == {"plan_grids", "plan_cells", "plan_buildings"}
    grids = gpd.read_file(path, layer="plan_grids")
    cells = gpd.read_file(path, layer="plan_cells")
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())
    # by the outlines alone, as `import grids` reads them
    points = shapely.point_on_surface(cells.geometry.to_numpy())
    cell, grid = shapely.STRtree(grids.geometry.to_numpy()).query(points, predicate="within")
    assert len(cell) == len(cells)
    assert grids["code"].to_numpy()[grid][np.argsort(cell)].tolist() == cells["grid_code"].tolist()
    with transaction(land.engine, SYSTEM) as conn:
        rows = conn.execute(
            text(
                "SELECT cell_id, code FROM plan_cell JOIN plan_grid ON plan_grid.id = grid_id"
                " WHERE plan_cell.plan_id = :plan"
            ),
            {"plan": plan},
        )
        stored = {row.cell_id: row.code for row in rows}
    assert dict(zip(cells["cell"], cells["grid_code"], strict=True)) == stored


def refusals() -> Iterator[tuple[str, dict, type[GisGridError], str]]:
    yield "nothing", {}, NotFound, "layer_not_found"
    yield "plan_cells", {}, InvalidInput, "layer_needs_plan"
    yield "units", {"form": "dwg"}, InvalidInput, "unknown_export_format"
    yield "units", {"crs": "4327"}, CrsMismatch, "unknown_crs"  # three axes
    yield "units", {"crs": "1; DROP TABLE plan"}, CrsMismatch, "unknown_crs"
    yield "plan_cells", {"plan": 999}, NotFound, "plan_not_found"


@pytest.mark.parametrize(("layer", "options", "kind", "code"), list(refusals()))
def test_refusals_say_what_is_wrong(land, tmp_path, layer, options, kind, code):  # noqa: PLR0917
    options = {"form": "gpkg"} | options
    with pytest.raises(kind) as refused:
        made(land, tmp_path, layer, **options)
    assert refused.value.key == code


def test_an_export_is_counted_first_and_noted_after(land, plan, tmp_path):
    wish = wish_of((), plan)
    rows = count_rows(land.engine, land.planner, wish)
    assert export_layers(land.engine, land.planner, wish, tmp_path).rows == rows == 4 + 12 + 12
    with transaction(land.engine, SYSTEM) as conn:
        note = conn.execute(text("SELECT * FROM audit_log WHERE action = 'export'")).one()
    assert note.account_id == land.planner.account_id
    assert note.facts["rows"] == 28


def test_what_people_wrote_leaves_without_their_numbers_and_private_words_not_at_all(
    land, tmp_path
):
    with transaction(land.engine, SYSTEM) as conn:
        for source, private in (("open", False), ("closed", True)):
            conn.execute(
                text(
                    "INSERT INTO incident (source, source_id, category_text, text, reported_at,"
                    " community_id, private)"
                    " VALUES ('t', :id, 'x', '打 13812345678', now(), :unit, :private)"
                ),
                {"id": source, "unit": land.unit, "private": private},
            )
    frame = read(made(land, tmp_path, "incidents", "gpkg", actor=land.staff))
    assert dict(zip(frame["source_id"], frame["text"].fillna(""), strict=True)) == {
        "open": "打 138****5678",
        "closed": "",
    }
    assert "text" not in read(made(land, tmp_path, "incidents", "gpkg", actor=land.planner))


def test_choices_are_those_of_the_role(land, plan):
    choices = list_choices(land.engine, land.planner, "zh")
    assert {each["key"]: each["rows"] for each in choices["layers"]}["buildings"] == 12
    assert choices["crs"][:2] == ["4326", "4490"]
    leader = {each["key"] for each in list_choices(land.engine, land.leader, "en")["layers"]}
    assert "plan_cells" not in leader
    assert "buildings" in leader
