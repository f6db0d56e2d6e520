"""Reporting: whose ground it is, what is known there, once a key, photos, the tray."""

from __future__ import annotations

import io
import uuid

import pytest
from PIL import Image
from pyproj import Transformer
from sqlalchemy import text

from gisgrid.services.set_up_project import load_incident_vocabulary
from tests.web.conftest import EAST, EPSG, HOSTILE, NORTH


def at(x: float, y: float) -> dict[str, float]:
    lon, lat = Transformer.from_crs(EPSG, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    return {"lon": lon, "lat": lat}


def report(browser, expected: int = 201, **values):
    body = {"key": uuid.uuid4().hex, "category": "0102", "text": f"垃圾 {HOSTILE}", **values}
    answer = browser.post("/api/reports", json=body)
    assert answer.status_code == expected, answer.data
    return answer.json


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), exif: bytes = b"") -> bytes:
    written = io.BytesIO()
    image = Image.effect_noise(size, 40).convert("RGB")
    image.save(written, kind, **({"exif": exif} if exif else {}))
    return written.getvalue()


def with_secrets() -> bytes:
    """A photo as a phone takes it: turned, with a place and a camera in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif.tobytes())


def attach(browser, number: int, given: bytes, expected: int = 201):
    path = f"/api/reports/{number}/photos"
    answer = browser.post(path, data={"file": (io.BytesIO(given), "../../张三的照片.jpg")})
    assert answer.status_code == expected, answer.data
    return answer.json


@pytest.fixture
def staff(browse, district):
    load_incident_vocabulary(district.engine)
    return browse("staff")


def test_a_place_is_told_its_grid_at_once(staff):
    found = staff.get("/api/reports/place", query_string=at(30, 30)).json
    assert found["grid"]["code"] == "110101001001001"
    assert found["located"] == "cell"
    assert found["near"] == []


def test_near_a_border_both_grids_are_told(staff):
    found = staff.get("/api/reports/place", query_string=at(95, 50)).json
    assert found["located"] == "near_border"
    assert found["grid"]["code"] == "110101001001001"
    assert [(g["code"], round(g["metres"])) for g in found["near"]] == [("110101001001002", 5)]
    told = report(staff, **at(95, 50))
    assert (told["grid_code"], told["near"]) == ("110101001001001", ["110101001001002"])


def test_outside_the_district_is_said_before_and_after(staff):
    found = staff.get("/api/reports/place", query_string=at(5000, 50)).json
    assert (found["located"], found["grid"], found["community"]) == ("outside", None, None)
    assert report(staff, **at(5000, 50))["located_reason"] == "outside"


def test_without_a_place_it_waits_and_is_placed_later(staff, browse):
    told = report(staff, address="东门附近")
    assert told["located_reason"] == "no_place"
    (waiting,) = staff.get("/api/incidents/tray").json["unlocated"]
    assert (waiting["id"], waiting["lon"], waiting["lat"]) == (told["id"], None, None)
    path = f"/api/reports/{told['id']}/place"
    assert browse("leader").post(path, json=at(30, 30)).status_code == 403
    placed = staff.post(path, json=at(30, 30)).json
    assert placed["grid_code_now"] == "110101001001001"
    assert staff.get("/api/incidents/tray").json["total"] == 0
    one = staff.get(f"/api/incidents/{told['id']}").json
    assert "locate" in [event["transition"] for event in one["events"]]


def test_sent_five_times_it_is_one_case(staff, district):
    key = uuid.uuid4().hex
    first = report(staff, key=key, **at(30, 30))
    for _ in range(4):
        again = report(staff, 200, key=key, **at(30, 30))
        assert (again["id"], again["created"]) == (first["id"], False)
    with district.engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM incident")).scalar() == 1


def test_a_report_written_before_keeps_its_time_and_place_after_a_redraw(staff, district):
    """Cell a0 goes to grid 2 while the phone is off: the plan in force decides who gets it."""
    with district.engine.begin() as conn:
        values = {"grid": district.grid["a2"], "cell": district.cell["a0"]}
        conn.execute(text("UPDATE plan_cell SET grid_id = :grid WHERE cell_id = :cell"), values)
    told = report(staff, reported_at="2025-08-01T09:30:00+08:00", **at(30, 30))
    assert told["grid_code"] == "110101001001002"
    one = staff.get(f"/api/incidents/{told['id']}").json
    assert one["reported_at"].startswith("2025-08-01T01:30:00")
    assert one["lon"] == pytest.approx(at(30, 30)["lon"], abs=1e-9)


def test_open_cases_of_the_kind_nearby_are_offered_first(staff, browse):
    near = report(staff, **at(30, 30))
    report(staff, **at(30, 32), category="0505")
    report(staff, **at(390, 190))
    found = staff.get("/api/reports/similar", query_string=at(33, 30) | {"category": "0102"}).json
    assert [(one["id"], one["metres"]) for one in found] == [(near["id"], 3)]
    asked = at(33, 30) | {"category": "9999"}
    assert staff.get("/api/reports/similar", query_string=asked).json == []
    foreign = browse("planner_b")
    asked = at(33, 30) | {"category": "0102"}
    assert foreign.get("/api/reports/similar", query_string=asked).json == []


@pytest.mark.parametrize("who", ["staff", "leader"])
def test_the_same_matter_is_tied_both_ways(staff, browse, who):
    first = report(staff, **at(30, 30))
    browser = browse(who)
    second = report(browser, **at(31, 30), same_as=first["id"])
    assert second["state"] == "duplicate"
    assert staff.get(f"/api/incidents/{second['id']}").json["duplicate_of"] == first["id"]
    assert staff.get(f"/api/incidents/{first['id']}").json["followers"] == [second["id"]]


def test_a_report_that_was_stored_and_not_tied_is_tied_when_it_is_sent_again(staff, district):
    first = report(staff, **at(30, 30))
    key, where = uuid.uuid4().hex, at(31, 30)
    stored = report(staff, key=key, **where)  # and here the server died, before it tied the two
    for _ in range(2):
        again = report(staff, 200, key=key, **where, same_as=first["id"])
        assert (again["id"], again["state"]) == (stored["id"], "duplicate")
        assert again["same_as"] == first["id"]
    assert staff.get(f"/api/incidents/{first['id']}").json["followers"] == [stored["id"]]


def test_what_the_desk_took_up_meanwhile_is_not_tied_by_a_late_repetition(staff, district):
    first, key, where = report(staff, **at(30, 30)), uuid.uuid4().hex, at(31, 30)
    stored = report(staff, key=key, **where)
    staff.post(f"/api/cases/{stored['id']}/steps", json={"step": "accept"})
    again = report(staff, 200, key=key, **where, same_as=first["id"])
    assert again["state"] == "accepted"
    assert "same_as" not in again


def test_the_same_as_a_duplicate_is_the_same_as_its_original(staff):
    first = report(staff, **at(30, 30))
    second = report(staff, **at(31, 30), same_as=first["id"])
    third = report(staff, **at(32, 30), same_as=second["id"])
    assert third["same_as"] == first["id"]
    followers = staff.get(f"/api/incidents/{first['id']}").json["followers"]
    assert followers == [second["id"], third["id"]]


def test_the_same_as_what_nobody_sees_is_refused(staff, browse):
    foreign = report(staff, **at(250, 150))
    report(browse("leader"), 404, **at(30, 30), same_as=foreign["id"])


@pytest.mark.parametrize(
    "change",
    [
        {"key": "short"},
        {"category": ""},
        {"lon": 200.0, "lat": 0.0},
        {"lon": 116.4},
        {"text": "x" * 4001},
        {"channel": "fax"},
        {"reported_at": "2025-08-01T09:30:00"},
        {"unknown": 1},
    ],
)
def test_nonsense_is_refused(staff, change):
    report(staff, 422, **change)


def test_a_building_and_a_street_are_found_by_name(staff, browse, district):
    with district.engine.begin() as conn:
        conn.execute(
            text("UPDATE building SET name = '南里 7 号楼', code = 'B7' WHERE source_id = 'a1'")
        )
        conn.execute(text("UPDATE building SET name = '北里 7 号楼' WHERE source_id = 'b1'"))
        conn.execute(text("UPDATE street SET name = '南里路' WHERE source_id = '0'"))
    found = staff.get("/api/reports/search?q=南里").json
    assert [(one["kind"], one["name"]) for one in found] == [
        ("street", "南里路"),
        ("building", "南里 7 号楼"),
    ]
    assert [one["name"] for one in staff.get("/api/reports/search?q=B7").json] == ["南里 7 号楼"]
    assert staff.get("/api/reports/search?q=%25").json == []
    assert browse("planner_b").get("/api/reports/search?q=号楼").json[0]["name"] == "北里 7 号楼"
    told = report(staff, building=found[1]["id"])
    assert told["grid_code"] == "110101001001002"


def test_a_photo_loses_everything_but_the_picture(staff, app):
    number = report(staff, **at(30, 30))["id"]
    told = attach(staff, number, with_secrets())
    assert (told["width"], told["height"]) == (300, 400)  # turned upright
    kept = staff.get(f"/api/reports/photos/{told['name']}.jpg")
    assert kept.status_code == 200
    assert kept.mimetype == "image/jpeg"
    assert b"SECRET" not in kept.data
    assert dict(Image.open(io.BytesIO(kept.data)).getexif()) == {}
    files = [file.name for file in app.config["PHOTOS"].rglob("*.jpg")]
    assert files == [f"{told['name']}.jpg"]


@pytest.mark.parametrize(
    ("kind", "size"), [("PNG", (50, 40)), ("WEBP", (50, 40)), ("JPEG", (4000, 3000))]
)
def test_pictures_of_three_kinds_become_ours(staff, kind, size):
    told = attach(staff, report(staff, **at(30, 30))["id"], picture(kind, size))
    assert max(told["width"], told["height"]) <= 1600


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"no picture",
        picture()[:500],
        b"GIF89a" + bytes(40),
        b"<svg xmlns='x'/>",
        b"\x89PNG\r\n\x1a\n" + bytes(99),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(staff, app, given):
    number = report(staff, **at(30, 30))["id"]
    attach(staff, number, given, 422)
    assert list(app.config["PHOTOS"].rglob("*")) == []
    assert staff.get(f"/api/reports/{number}/photos").json == []


def test_the_same_photo_sent_again_is_one_and_seven_are_too_many(staff):
    number = report(staff, **at(30, 30))["id"]
    given = picture()
    names = {attach(staff, number, given)["name"] for _ in range(3)}
    assert len(names) == 1
    for size in range(101, 106):
        attach(staff, number, picture(size=(size, 50)))
    attach(staff, number, picture(size=(120, 50)), 409)
    assert len(staff.get(f"/api/reports/{number}/photos").json) == 6


def test_photos_are_shown_in_scope_and_in_public_only_where_they_are(staff, browse, client):
    number = report(staff, **at(30, 30))["id"]
    name = attach(staff, number, picture())["name"]
    assert browse("planner_b").get(f"/api/reports/photos/{name}.jpg").status_code == 404
    assert browse("leader").get(f"/api/reports/photos/{name}.jpg").status_code == 200
    assert client.get(f"/api/reports/photos/{name}.jpg").status_code == 401
    public = f"/open311/v2/media/{name}.jpg"
    (told,) = client.get(f"/open311/v2/requests/{number}.json").json
    assert told["media_url"].endswith(public)
    assert client.get(public).status_code == 200
    assert staff.post(f"/api/reports/photos/{name}", json={"private": True}).status_code == 200
    assert client.get(public).status_code == 404
    assert client.get(f"/open311/v2/requests/{number}.json").json[0]["media_url"] is None
    for bad in ("../../etc/passwd", "0" * 40, "x"):
        assert staff.get(f"/api/reports/photos/{bad}.jpg").status_code == 404


def test_the_contact_is_for_the_desk_alone(staff, browse):
    contact = {"name": "赵秀英", "phone": "13912345678"}
    number = report(staff, **at(30, 30), contact=contact)["id"]
    assert "138" not in staff.get(f"/api/incidents/{number}").get_data(as_text=True)
    assert browse("leader").get(f"/api/incidents/{number}").json["contact"] is None


def test_the_form_tells_categories_and_a_token_that_works(staff):
    form = staff.get("/api/reports/form").json
    codes = {row["code"]: row for row in form["categories"]}
    assert codes["0102"]["parent"] == "01"
    headers = {"X-CSRFToken": form["csrf"]}
    body = {"key": uuid.uuid4().hex, "category": "0102"}
    assert staff.client.post("/api/reports", json=body, headers=headers).status_code == 201
