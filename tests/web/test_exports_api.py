"""Files over HTTP: small ones at once, large ones by a job, each within the caller's scope."""

from __future__ import annotations

import csv
import io
import json

import pytest

from gisgrid.services import export_layers
from gisgrid.services.run_jobs import run_next

pytestmark = pytest.mark.usefixtures("only_reads")


def features(answer) -> list[dict]:
    assert answer.status_code == 200, answer.get_json()
    return [each["properties"] for each in json.loads(answer.get_data(as_text=True))["features"]]


def test_choices_name_layers_with_their_rows_in_the_readers_language(browse):
    planner = browse("planner")
    planner.client.set_cookie("gisgrid_language", "zh")
    choices = planner.get("/api/exports").get_json()
    layers = {each["key"]: each for each in choices["layers"]}
    assert layers["buildings"] == {"key": "buildings", "title": "楼栋", "rows": 8, "plan": False}
    assert layers["plan_cells"]["rows"] is None
    assert choices["formats"] == ["gpkg", "geojson", "shp", "csv", "xlsx", "parquet"]
    planner.client.set_cookie("gisgrid_language", "en")
    again = planner.get("/api/exports").get_json()["layers"]
    assert {each["key"]: each["title"] for each in again}["buildings"] == "Buildings"


def test_a_small_file_is_answered_at_once_and_kept_private(browse, district):
    planner = browse("planner")
    asked = planner.post("/api/exports", json={"layers": ["grids"], "format": "geojson"})
    answer = planner.get(asked.get_json()["url"])
    assert {each["code"] for each in features(answer)} == {
        f"{code}{n:03d}" for code in ("110101001001", "110101001002") for n in (1, 2)
    }
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_plan_alone_means_its_grids_cells_and_buildings(browse, district):
    planner = browse("planner")
    asked = planner.post("/api/exports", json={"plan": district.plan["a"], "format": "xlsx"})
    answer = planner.get(asked.get_json()["url"])
    assert answer.data[:2] == b"PK"


def test_a_large_file_is_made_by_a_job_for_its_owner_only(browse, own_database, monkeypatch):
    monkeypatch.setattr(export_layers, "LARGE", 3)
    planner = browse("planner")
    asked = planner.post("/api/exports", json={"layers": ["buildings"], "format": "csv"})
    assert asked.status_code == 202
    job = asked.get_json()["job"]
    assert run_next(own_database.engine)
    assert planner.get(f"/api/jobs/{job}").get_json()["result"]["rows"] == 8
    table = planner.get(f"/api/jobs/{job}/file").data.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(table)))) == 8
    assert browse("planner_b").get(f"/api/jobs/{job}/file").status_code == 404


def test_nobody_takes_more_than_the_scope(browse, district):
    path = "/api/exports/file?format=geojson&layers="
    assert len(features(browse("planner").get(path + "buildings"))) == 8
    assert len(features(browse("planner_b").get(path + "buildings"))) == 4
    own = features(browse("leader").get(path + "buildings"))
    assert {each["grid_code"] for each in own} == {"110101001001001"}
    assert len(own) == 2
    assert features(browse("leader_of_nothing").get(path + "buildings")) == []
    assert "households_given" not in own[0]
    plan = f"{path}plan_cells&plan={district.plan['a']}"
    assert browse("planner_b").get(plan).status_code == 404
    assert browse("leader").get(plan).status_code == 404


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "no_layers"),
        ("layers=plan_cells", 422, "layer_needs_plan"),
        ("layers=account", 404, "layer_not_found"),
        ("layers=units&format=exe", 422, "unknown_export_format"),
        ("layers=units&crs=0", 422, "unknown_crs"),
        ("layers=units&format=geojson&crs=4548", 422, "geojson_crs"),
        ("layers=units&plan=0", 422, "invalid_fields"),
        ("layers=units;drop", 422, "invalid_fields"),
        ("layers=units&exact=1", 422, "invalid_fields"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_reason(browse, query, status, code):
    answer = browse("planner").get(f"/api/exports/file?{query}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_names_of_records_stay_text_in_every_format(browse):
    for form in ("csv", "xlsx", "geojson", "gpkg", "shp", "parquet"):
        answer = browse("planner").get(f"/api/exports/file?layers=services&format={form}")
        assert answer.status_code == 200, form
