"""Upload, look, import, mend, undo: over HTTP, by whoever plans the whole district."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from sqlalchemy import text

SMALL = ("a.csv", b"name,lon,lat\na,1,2\n")
NOBODY = ("leader", "staff", "planner_b", None)


def post_file(browser, what: str, *parts: tuple[str, bytes], **form):
    files = [(io.BytesIO(content), name) for name, content in parts]
    return browser.post("/api/imports/files", data={"what": what, "file": files, **form})


def points(*rows: tuple[str, str, float, float]) -> bytes:
    lines = ["编号,名称,类别,经度,纬度", *(f"{i},{n},药店,{x},{y}" for i, n, x, y in rows)]
    return "\n".join(lines).encode("gb18030")


@pytest.fixture
def inside(district) -> tuple[float, float]:
    """A place in community a."""
    with district.engine.begin() as conn:
        row = conn.execute(
            text("SELECT ST_X(c) x, ST_Y(c) y FROM (SELECT ST_Centroid(geom) c FROM unit"
                 " WHERE name LIKE '社区a%') u")
        ).one()  # fmt: skip
    return row.x, row.y


def test_a_file_goes_from_upload_to_preview_to_the_district(browse, inside):
    planner = browse("planner")
    x, y = inside
    answer = post_file(
        planner, "services", ("点.csv", points(("1", "甲", x, y), ("2", "乙", 0, 0)))
    )
    assert answer.status_code == 201
    token = answer.json["token"]
    look = planner.post(f"/api/imports/files/{token}/preview", json={})
    assert look.status_code == 200
    assert look.json["encoding"] == "gb18030"
    assert look.json["asks"] == ["crs"]
    assert look.json["would"]["reasons"] == {"zero_coordinates": 1}
    refused = planner.post(f"/api/imports/files/{token}", json={"crs": "wgs84"})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "rows_quarantined")
    done = planner.post(f"/api/imports/files/{token}", json={"crs": "wgs84", "good_rows": True})
    assert done.status_code == 201
    assert (done.json["stored"], done.json["quarantined"], done.json["read"]) == (1, 1, 2)
    run = done.json["run"]
    one = planner.get(f"/api/imports/{run}").json
    assert one["quarantine"] == [{"reason": "zero_coordinates", "state": "waiting", "n": 1}]
    waiting = planner.get(f"/api/imports/{run}/quarantine").json
    assert waiting[0]["written"]["名称"] == "乙"
    mended = planner.post(
        f"/api/imports/{run}/quarantine/{waiting[0]['id']}",
        json={"values": {"经度": str(x), "纬度": str(y)}},
    )
    assert (mended.status_code, mended.json["stored"]) == (201, 1), mended.json
    assert planner.get(f"/api/imports/{run}/quarantine").json[0]["state"] == "mended"
    undone = planner.post(f"/api/imports/{mended.json['run']}/undo", json={})
    assert undone.json["removed"] == 1
    assert planner.get(f"/api/imports/{run}/quarantine").json[0]["state"] == "waiting"
    listed = planner.get("/api/imports").json
    assert [row["what"] for row in listed[:2]] == ["services", "services"]
    assert listed[0]["undone_at"] is not None
    assert len(listed[0]["sha256"]) == 64


def test_a_quarantine_is_fetched_as_table_and_as_layer_and_no_cell_is_a_formula(
    browse, district, inside
):
    planner = browse("planner")
    rows = points(("=1+1", "=HYPERLINK(1)", 0, 0), ("2", "＝cmd乙", 0, 0))
    token = post_file(planner, "services", ("a.csv", rows)).json["token"]
    choice = {"crs": "wgs84", "good_rows": True}
    run = planner.post(f"/api/imports/files/{token}", json=choice).json["run"]
    table = planner.get(f"/api/imports/{run}/quarantine.csv").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in table and "'＝cmd乙" in table
    assert ",=HYPERLINK" not in table and ",＝cmd" not in table
    layer = planner.get(f"/api/imports/{run}/quarantine.gpkg").data
    assert layer.startswith(b"SQLite format 3")
    again = table.replace(",0.0,0.0", ",0,0").replace(",0,0", f",{inside[0]},{inside[1]}")
    sent = post_file(planner, "services", ("mended.csv", again.encode()), mends=str(run))
    done = planner.post(f"/api/imports/files/{sent.json['token']}", json=choice)
    assert (done.json["stored"], done.json["reasons"]) == (2, {})
    states = {row["state"] for row in planner.get(f"/api/imports/{run}/quarantine").json}
    assert states == {"mended"}
    with district.engine.begin() as conn:  # the apostrophes of the table were no part of the names
        names = conn.execute(text("SELECT name FROM service_point WHERE source = 'a'")).scalars()
        assert set(names) == {"=HYPERLINK(1)", "＝cmd乙"}


def test_a_file_sent_again_after_a_lost_reply_is_one_import(browse, district, inside):
    planner = browse("planner")
    content = points(("1", "甲", *inside))
    told = []
    for _ in range(3):  # the reply was lost: the same file comes again, each time under a new token
        token = post_file(planner, "services", ("点.csv", content)).json["token"]
        told.append(planner.post(f"/api/imports/files/{token}", json={"crs": "wgs84"}).json)
    assert [each["repeated"] for each in told] == [False, True, True]
    assert len({each["run"] for each in told}) == 1
    again = planner.post(f"/api/imports/files/{token}", json={"crs": "wgs84"})
    assert (again.status_code, again.json["error"]["code"]) == (404, "upload_gone")
    with district.engine.begin() as conn:
        count = "SELECT count(*) FROM service_point WHERE source = '点'"
        assert conn.execute(text(count)).scalar_one() == 1
        assert conn.execute(text("SELECT count(*) FROM import_run")).scalar_one() == 1


@pytest.mark.parametrize("login", NOBODY)
def test_only_who_plans_the_whole_district_imports(browse, login):
    browser = browse(login)
    answer = post_file(browser, "services", ("a.csv", b"name,lon,lat\n"))
    assert answer.status_code in (401, 403)
    assert browser.get("/api/imports").status_code in (401, 403)


def test_another_accounts_upload_is_not_there(browse):
    token = post_file(browse("planner"), "services", ("a.csv", b"name,lon,lat\na,1,2\n")).json[
        "token"
    ]
    assert browse("admin").post(f"/api/imports/files/{token}/preview", json={}).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.vrt", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", 415),
        ("a.geojson", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", 415),
        ("a.gpkg", b"MZ\x90\x00\x03\x00\x00\x00" * 20, 415),
        ("a.kml", b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "b">]><kml/>', 422),
        ("a.json", b'{"type": "FeatureCollection", "features": [NaN]}', 422),
        ("a.json", b"[" * 100_000, 422),
        ("a.csv", b"", 422),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence(browse, name, content, status):
    planner = browse("planner")
    token = post_file(planner, "buildings", (name, content)).json["token"]
    answer = planner.post(f"/api/imports/files/{token}/preview", json={})
    assert answer.status_code == status, answer.json
    assert not answer.json["error"]["message"].startswith("error.")


def test_the_parts_of_a_shapefile_come_together(browse, tmp_path: Path, inside):
    x, y = inside
    frame = gpd.GeoDataFrame(
        {"id": ["a"]}, geometry=[box(x, y, x + 1e-4, y + 1e-4)], crs="EPSG:4326"
    )
    frame.to_file(tmp_path / "houses.shp")
    parts = [(p.name, p.read_bytes()) for p in sorted(tmp_path.iterdir())]
    planner = browse("planner")
    token = post_file(planner, "buildings", *parts).json["token"]
    assert planner.post(f"/api/imports/files/{token}/preview", json={}).json["would"]["good"] == 1
    alone = post_file(planner, "buildings", *[p for p in parts if p[0].endswith(".shp")])
    look = planner.post(f"/api/imports/files/{alone.json['token']}/preview", json={})
    assert (look.status_code, look.json["error"]["code"]) == (422, "shapefile_part_missing")


def test_a_file_name_is_told_back_and_never_a_path(browse, tmp_path: Path):
    planner = browse("planner")
    name = "../../etc/网格<script>.csv"
    token = post_file(planner, "services", (name, b"name,lon,lat\na,1,2\n")).json["token"]
    look = planner.post(f"/api/imports/files/{token}/preview", json={}).json
    assert look["file"].endswith("网格<script>.csv")
    assert not (tmp_path.parent / "etc").exists()
    kept = {p.name for p in (tmp_path / "uploads").rglob("*") if p.is_file()}
    assert kept == {"file.bin"}


def test_an_unknown_choice_is_refused(browse):
    planner = browse("planner")
    token = post_file(planner, "services", ("a.csv", b"name,lon,lat\na,1,2\n")).json["token"]
    assert (
        planner.post(f"/api/imports/files/{token}/preview", json={"path": "/etc"}).status_code
        == 422
    )
    answer = planner.post(f"/api/imports/files/{token}/preview", json={"crs": "/vsicurl/http://x"})
    assert answer.status_code == 422
    assert json.dumps(answer.json)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(browse):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 50_000_000)
    planner = browse("planner")
    token = post_file(planner, "services", ("a.zip", bomb.getvalue())).json["token"]
    answer = planner.post(f"/api/imports/files/{token}/preview", json={})
    assert (answer.status_code, answer.json["error"]["facts"]["why"]) == (422, "ratio")
