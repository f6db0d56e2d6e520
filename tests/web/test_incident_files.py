"""Incidents out of the house and into it: filters, scope, masks; a workbook; real rows."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import Workbook, load_workbook
from pyproj import Transformer
from sqlalchemy import text

from gisgrid.services.set_up_project import load_incident_vocabulary
from gisgrid.storage.engine import SYSTEM, transaction
from tests.web.conftest import EAST, EPSG, NORTH, Builder, point

WORDS = "=HYPERLINK(1) 电话 13912345678"


def degrees(x: float, y: float) -> tuple[float, float]:
    lon, lat = Transformer.from_crs(EPSG, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    return round(lon, 7), round(lat, 7)


@pytest.fixture
def stored(district) -> dict[str, int]:
    load_incident_vocabulary(district.engine)
    rows = {
        "mine": {"text": WORDS, "category_code": "0102", "level": 2, "xy": (30, 30)},
        "foreign": {"community": "b", "channel": "patrol", "state": "closed", "xy": (250, 150)},
        "nowhere": {"text": "没有位置", "xy": None},
        "hidden": {"text": "秘密", "private": True, "xy": (40, 40)},
    }
    found = {}
    with transaction(district.engine, SYSTEM) as conn:
        for number, (name, row) in enumerate(rows.items()):
            xy, community = row.pop("xy"), row.pop("community", "a")
            values = {
                "source": "test", "source_id": f"T-{number}", "category_text": "其他",
                "reported_at": f"2025-08-0{number + 1}T09:00:00+08:00",
                "community_id": district.unit[community],
                "grid_now": district.grid[f"{community}1"],
                **row,
            }  # fmt: skip
            found[name] = Builder(conn).add("incident", point(*xy) if xy else None, **values)
    return found


def table(browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/api/incidents/export.csv{query}")
    assert answer.status_code == 200, answer.data
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_csv_holds_every_incident_in_scope_and_no_formula(stored, browse):
    rows = {int(row["编号"]): row for row in table(browse("staff"))}
    assert set(rows) == set(stored.values())
    mine = rows[stored["mine"]]
    assert mine["内容"] == f"'{WORDS}"
    assert (mine["类别"], mine["状态"], mine["现在网格"]) == (
        "暴露垃圾",
        "待受理",
        "110101001001001",
    )
    assert (float(mine["经度"]), float(mine["纬度"])) == pytest.approx(degrees(30, 30), abs=1e-6)
    assert mine["上报时间"] == "2025-08-01T09:00:00+08:00"
    assert rows[stored["nowhere"]]["经度"] == ""


def test_scope_private_words_and_telephones_stay_inside(stored, browse):
    leader = {int(row["编号"]): row for row in table(browse("leader"))}
    assert set(leader) == {stored[name] for name in ("mine", "nowhere", "hidden")}
    assert "13912345678" not in leader[stored["mine"]]["内容"]
    assert leader[stored["hidden"]]["内容"] == ""
    assert {int(row["编号"]) for row in table(browse("planner_b"))} == {stored["foreign"]}
    assert all("秘密" not in str(row) for row in table(browse("planner")))
    assert any("秘密" in str(row) for row in table(browse("staff")))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?state=closed", "foreign"),
        ("?state=open", "mine nowhere hidden"),
        ("?channels=patrol", "foreign"),
        ("?category=0102", "mine"),
        ("?level=2", "mine"),
        ("?from=2025-08-02T00:00:00Z&to=2025-08-04T00:00:00Z", "foreign nowhere"),
    ],
)
def test_the_filters_of_the_map_go_along(stored, browse, query, names):
    found = {int(row["编号"]) for row in table(browse("staff"), query)}
    assert found == {stored[name] for name in names.split()}


def test_a_workbook_keeps_its_types_and_geojson_its_places(stored, browse):
    staff = browse("staff")
    book = load_workbook(io.BytesIO(staff.get("/api/incidents/export.xlsx").data))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    heading = next(row for row in cells if "编号" in row)
    rows = [dict(zip(heading, row, strict=True)) for row in cells[cells.index(heading) + 1 :]]
    mine = next(row for row in rows if row["编号"] == stored["mine"])
    assert isinstance(mine["经度"], float)
    assert mine["上报时间"].hour == 9
    assert str(mine["内容"]).endswith("13912345678")
    features = staff.get("/api/incidents/export.geojson").get_json(force=True)["features"]
    places = {feature["id"]: feature["geometry"] for feature in features}
    assert places[stored["nowhere"]] is None
    assert places[stored["mine"]]["coordinates"] == pytest.approx(degrees(30, 30), abs=1e-6)
    assert staff.get("/api/incidents/export.shp").status_code == 404


def workbook() -> bytes:
    book = Workbook()
    page = book.active
    page.append(["编号", "类别", "内容", "来源", "上报时间", "经度", "纬度"])
    page.append(["X1", "暴露垃圾", "有垃圾", "巡查", "2025-08-01 09:00", *degrees(30, 30)])
    page.append(["X2", "暴露垃圾", "没有坐标", "居民", "2025-08-01 10:00", None, None])
    page.append(["X3", "暴露垃圾", "取整的坐标", "居民", "2025-08-01 10:00", 116, 40])
    page.append(["X1", "暴露垃圾", "编号重复", "居民", "2025-08-01 10:00", *degrees(30, 30)])
    page.append(["X5", "暴露垃圾", "没有时间", "居民", None, *degrees(30, 30)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_of_a_workbook_every_row_is_stored_or_waits_or_lies_in_quarantine(browse, district):
    load_incident_vocabulary(district.engine)
    staff = browse("staff")
    given = {"file": (io.BytesIO(workbook()), "事件.xlsx")}
    answer = staff.post("/api/incidents/import", data=given)
    assert answer.status_code == 201, answer.data
    told = answer.json
    assert told["read"] == told["stored"] + told["updated"] + told["rejected"] == 5
    assert (told["stored"], told["located"], told["rejected"]) == (3, 1, 2)
    reasons = [row["reason"] for row in staff.get("/api/incidents/tray").json["unlocated"]]
    assert sorted(reasons) == ["no_coordinates", "rounded_coordinates"]
    with district.engine.connect() as conn:
        held = conn.execute(text("SELECT count(*) FROM import_reject")).scalar()
    assert held == 2


def test_ten_thousand_real_rows_lose_nothing(browse, district, shared_dir):
    """Baltimore lies outside the district: every row is kept, in the tray or in quarantine."""
    file = shared_dir / "data" / "incidents" / "baltimore_311_sample.csv"
    given = {"file": (io.BytesIO(file.read_bytes()), "baltimore.csv")}
    answer = browse("staff").post("/api/incidents/import", data=given)
    assert answer.status_code == 201, answer.data
    told = answer.json
    assert told["read"] == 10_000
    assert told["stored"] + told["updated"] + told["rejected"] == 10_000
    with district.engine.connect() as conn:
        kept = conn.execute(text("SELECT count(*) FROM incident")).scalar()
        zero = conn.execute(
            text("SELECT count(*) FROM incident WHERE ST_X(geom) = 0 AND ST_Y(geom) = 0")
        ).scalar()
        held = conn.execute(text("SELECT count(*) FROM import_reject")).scalar()
    assert (kept, zero, held) == (told["stored"], 0, told["rejected"])
    assert browse("staff").get("/api/incidents/tray").json["total"] == kept
