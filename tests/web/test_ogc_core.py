"""OGC API – Features, part 1: each requirement of the classes core, GeoJSON, HTML and OpenAPI 3.0.

Named by the requirement, so that a reader of the standard finds the test of each.
"""

from __future__ import annotations

import base64
import math
from urllib.parse import urlsplit

import pytest
import shapely
from openapi_spec_validator import validate
from sqlalchemy import text

from gisgrid.services import basic_sign_in
from gisgrid.storage.engine import SYSTEM, transaction
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("only_reads")

COLLECTIONS = {
    "units", "buildings", "compounds", "grids", "services", "circles", "streets", "barriers",
    "areas", "incidents", "coverage",
}  # fmt: skip
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def basic(login: str, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


@pytest.fixture
def ogc(app):
    """`ogc(path)`: what a program gets that signs in as the planner with every request."""

    def asked(path: str, login: str = "planner", **headers: str):
        return app.test_client().get(f"/ogc{path}", headers=basic(login) | headers)

    return asked


def links(body: dict, rel: str) -> list[dict]:
    return [each for each in body["links"] if each["rel"] == rel]


def path_of(link: dict) -> str:
    parts = urlsplit(link["href"])
    return parts.path.removeprefix("/ogc") + (f"?{parts.query}" if parts.query else "")


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.get_json()
    return [each["id"] for each in answer.get_json()["features"]]


# 7.2 landing page


def test_core_root_op_and_root_success(ogc):
    body = ogc("/").get_json()
    for rel in ("service-desc", "service-doc", "conformance", "data", "self", "alternate"):
        (found, *_) = links(body, rel)
        assert ogc(path_of(found)).status_code == 200, rel
        assert found["type"]


# 7.3 API definition


def test_core_api_definition_op_and_success(ogc):
    (described,) = links(ogc("/").get_json(), "service-desc")
    answer = ogc(path_of(described))
    assert answer.headers["Content-Type"] == described["type"]
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"


def test_oas30_definition_is_valid_and_names_what_there_is(ogc, app):
    document = ogc("/api").get_json()
    validate(document)
    assert document["openapi"].startswith("3.0")
    named = {p.split("/")[2] for p in document["paths"] if p.startswith("/collections/")}
    assert named == COLLECTIONS
    for path, item in document["paths"].items():
        if "{" not in path:
            assert ogc(path).status_code == 200, path
        assert {"200", "400", "401", "404"} <= set(item["get"]["responses"])


def test_core_fc_limit_bbox_and_time_definition(ogc):
    document = ogc("/api").get_json()
    defined = document["components"]["parameters"]
    for name in ("limit", "bbox", "datetime"):
        assert (defined[name]["in"], defined[name]["required"]) == ("query", False)
        assert (defined[name]["style"], defined[name]["explode"]) == ("form", False)
        used = document["paths"]["/collections/grids/items"]["get"]["parameters"]
        assert {"$ref": f"#/components/parameters/{name}"} in used
    limit = defined["limit"]["schema"]
    assert (limit["type"], limit["minimum"], limit["maximum"], limit["default"]) == (
        "integer", 1, 10_000, 100,
    )  # fmt: skip
    sizes = [(s["minItems"], s["maxItems"]) for s in defined["bbox"]["schema"]["oneOf"]]
    assert sizes == [(4, 4), (6, 6)]


# 7.4 conformance


def test_core_conformance_op_and_success(ogc):
    classes = {c.rsplit("/", 1)[1] for c in ogc("/conformance").get_json()["conformsTo"]}
    assert classes == {"core", "oas30", "html", "geojson"}


# 7.5 HTTP, 7.6 unknown and invalid parameters


@pytest.mark.parametrize(
    "path",
    ["/", "/conformance", "/api", "/collections", "/collections/grids", "/collections/grids/items"],
)
def test_core_query_param_unknown(ogc, path):
    answer = ogc(f"{path}?nonsense=1")
    assert answer.status_code == 400
    assert answer.get_json()["code"] == "unknown_parameter"
    assert "nonsense" in answer.get_json()["description"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=many", "limit=1.5", "limit=", "limit=1&limit=2",
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=", "bbox=116,40,117,39", "bbox=1,2,3,nan",
        "bbox=1,2,3,4,5", "bbox=0,-91,1,0", "bbox=-181,0,1,1", "bbox=1,2,3,inf",
        "datetime=yesterday", "datetime=2020-01-01T00:00:00", "datetime=/", "datetime=",
        "datetime=2021-01-01T00:00:00Z/2020-01-01T00:00:00Z", "datetime=1/2/3",
        "after=-1", "after=99999999999", "f=xml", "plan=x", "effective_from=soon",
    ],
)  # fmt: skip
def test_core_query_param_invalid(ogc, query):
    answer = ogc(f"/collections/grids/items?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["code"] == "bad_parameter"


# 7.12 coordinate reference systems


def test_core_crs84(ogc, district):
    for feature in ogc("/collections/buildings/items").get_json()["features"]:
        west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
        assert 116 < west < east < 117  # longitude comes first
        assert 39 < south < north < 41


# 7.13 collections


def test_core_fc_md_op_success_items_and_links(ogc):
    body = ogc("/collections").get_json()
    assert {each["id"] for each in body["collections"]} == COLLECTIONS
    assert links(body, "self")[0]["type"] == "application/json"
    assert links(body, "alternate")[0]["type"] == "text/html"
    for each in body["collections"]:
        items = links(each, "items")
        assert {link["type"] for link in items} == {"application/geo+json", "text/html"}
        assert ogc(path_of(items[0])).status_code == 200


def test_core_fc_md_extent(ogc):
    found = {each["id"]: each for each in ogc("/collections").get_json()["collections"]}
    spatial = found["buildings"]["extent"]["spatial"]
    assert spatial["crs"] == CRS84
    area = shapely.box(*spatial["bbox"][0])
    for feature in ogc("/collections/buildings/items").get_json()["features"]:
        assert area.covers(shapely.geometry.shape(feature["geometry"]).centroid)
    assert found["grids"]["extent"]["temporal"]["interval"][0][0].startswith("2020-01-01")
    assert found["grids"]["extent"]["spatial"]["bbox"]


def test_core_sfc_md_op_and_success(ogc):
    listed = {each["id"]: each for each in ogc("/collections").get_json()["collections"]}
    one = ogc("/collections/grids").get_json()
    for name in ("id", "title", "itemType", "crs", "extent"):
        assert one[name] == listed["grids"][name]
    assert ogc("/collections/nothing").status_code == 404
    assert ogc("/collections/plan_cells").status_code == 404  # of a plan, not of the district


# 7.15 features


def test_core_fc_op_and_response(ogc):
    for key in COLLECTIONS:
        answer = ogc(f"/collections/{key}/items")
        assert answer.status_code == 200, key
        assert answer.headers["Content-Type"] == "application/geo+json"
        assert answer.get_json()["type"] == "FeatureCollection"
    assert ogc("/collections/nothing/items").status_code == 404


def test_core_fc_limit_response(ogc):
    for key, rows in (("buildings", 8), ("grids", 4)):
        assert len(ids(ogc(f"/collections/{key}/items?limit=3"))) == 3
        assert len(ids(ogc(f"/collections/{key}/items?limit=100000"))) == rows  # cut, no error


@pytest.mark.parametrize(("key", "rows"), [("buildings", 8), ("grids", 4), ("streets", 8)])
def test_pages_follow_each_other_and_hold_every_feature_once(ogc, key, rows):
    path, seen, matched = f"/collections/{key}/items?limit=3", [], []
    while path:
        body = ogc(path).get_json()
        seen += [each["id"] for each in body["features"]]
        assert body["numberReturned"] == len(body["features"])
        matched.append(body.get("numberMatched"))
        following = links(body, "next")
        path = path_of(following[0]) if following else None
    assert seen == sorted(set(seen))
    assert len(seen) == rows
    assert matched[0] == rows


def test_core_fc_bbox_response(ogc):
    whole = ogc("/collections/buildings/items").get_json()["features"]
    first = shapely.geometry.shape(whole[0]["geometry"]).bounds
    box = ",".join(str(side) for side in first)
    assert ids(ogc(f"/collections/buildings/items?bbox={box}")) == [whole[0]["id"]]
    west, south, east, north = first
    high = f"{west},{south},0,{east},{north},9"
    assert ids(ogc(f"/collections/buildings/items?bbox={high}")) == [whole[0]["id"]]
    assert ids(ogc("/collections/buildings/items?bbox=0,0,1,1")) == []
    around = ids(ogc("/collections/buildings/items?bbox=170,-80,-170,80"))  # antimeridian
    assert around == []
    grids = ogc(f"/collections/grids/items?bbox={box}").get_json()["features"]
    assert [each["properties"]["code"] for each in grids] == ["110101001001001"]


def test_core_fc_time_response(ogc, own_database):
    with transaction(own_database.engine, SYSTEM) as conn:
        for source, day in (("a", "2024-05-01"), ("b", "2024-05-02")):
            conn.execute(
                text(
                    "INSERT INTO incident (source, source_id, category_text, text, reported_at,"
                    " community_id, geom) VALUES ('t', :id, 'x', 'x', :at, :unit,"
                    " ST_SetSRID(ST_MakePoint(116.4, 39.9), 4326))"
                ),
                {"id": source, "at": f"{day}T12:00:00Z", "unit": own_database.unit["a"]},
            )

    def found(query: str) -> list[str]:
        body = ogc(f"/collections/incidents/items?datetime={query}").get_json()
        return [each["properties"]["source_id"] for each in body["features"]]

    assert found("2024-05-01T12:00:00Z") == ["a"]
    assert found("2024-05-01T20:00:00%2B08:00") == ["a"]
    assert found("2024-05-01") == ["a"]
    assert found("2024-05-01T12:00:01Z/..") == ["b"]
    assert found("../2024-05-01T12:00:00Z") == ["a"]
    assert found("/2024-05-01T11:59:59Z") == []
    assert found("2024-05-01T00:00:00Z/2024-05-03T00:00:00Z") == ["a", "b"]
    assert found("../..") == ["a", "b"]
    # a collection without times is not thinned out
    assert len(ids(ogc("/collections/streets/items?datetime=1999-01-01"))) == 8


def test_core_fc_links_rel_type_timestamp_and_numbers(ogc):
    body = ogc("/collections/buildings/items?limit=2").get_json()
    assert links(body, "self")[0]["type"] == "application/geo+json"
    assert links(body, "alternate")[0]["type"] == "text/html"
    assert all(each["type"] for each in body["links"])
    assert body["timeStamp"].endswith("Z")
    assert (body["numberMatched"], body["numberReturned"]) == (8, 2)


def test_filters_by_property(ogc):
    def codes(query: str) -> list[str]:
        body = ogc(f"/collections/grids/items?{query}").get_json()
        return [each["properties"]["code"] for each in body["features"]]

    assert codes("code=110101001001002") == ["110101001001002"]
    assert codes("position=0") == ["110101001001001", "110101001002001"]
    assert codes("effective_from=2020-01-01&position=1&community_code=110101001002") == [
        "110101001002002"
    ]
    assert codes("code=';DROP TABLE plan;--") == []


def test_what_is_masked_is_nothing_to_filter_by(ogc):
    for name in ("households", "residents", "households_given"):
        assert ogc(f"/collections/buildings/items?{name}=3").status_code == 400


# 7.16 one feature


def test_core_f_op_success_and_links(ogc):
    whole = ogc("/collections/grids/items").get_json()["features"]
    answer = ogc(f"/collections/grids/items/{whole[1]['id']}")
    assert answer.headers["Content-Type"] == "application/geo+json"
    body = answer.get_json()
    assert {k: body[k] for k in ("type", "id", "geometry", "properties")} == whole[1]
    assert {each["rel"] for each in body["links"]} >= {"self", "alternate", "collection"}
    assert ogc("/collections/grids/items/999999").status_code == 404
    assert ogc("/collections/grids/items/abc").status_code == 404


# HTML


def test_html_definition_and_content(ogc):
    for path in ("/", "/conformance", "/api", "/collections", "/collections/grids",
                 "/collections/services/items"):  # fmt: skip
        for answer in (ogc(f"{path}?f=html"), ogc(path, Accept="text/html")):
            assert answer.status_code == 200, path
            assert answer.headers["Content-Type"].startswith("text/html")
            assert "<script>alert(1)" not in answer.get_data(as_text=True)


# sign-in and scope


def test_a_program_is_asked_for_a_password_and_a_browser_led_to_the_form(app):
    client = app.test_client()
    program = client.get("/ogc/collections")
    assert program.status_code == 401
    assert program.headers["WWW-Authenticate"].startswith("Basic ")
    browser = client.get("/ogc/collections", headers={"Accept": "text/html"})
    assert browser.status_code == 302
    assert browser.headers["Location"].startswith("/login")
    wrong = client.get("/ogc/", headers=basic("planner", "wrong"))
    assert wrong.status_code == 401


def test_a_session_of_the_browser_will_do(browse):
    assert browse("planner").get("/ogc/").status_code == 200


def test_basic_passwords_open_nothing_else(app):
    answer = app.test_client().get("/api/district", headers=basic("planner"))
    assert answer.status_code == 401


def test_guessing_is_slowed_down_as_at_the_form(app, own_database):
    client = app.test_client()
    statuses = [client.get("/ogc/", headers=basic("staff", f"{n}")).status_code for n in range(8)]
    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429
    assert client.get("/ogc/", headers=basic("staff")).status_code == 429
    assert client.get("/ogc/", headers=basic("planner")).status_code == 200


def test_a_changed_password_and_a_closed_account_end_it_at_once(app, own_database):
    client = app.test_client()
    assert client.get("/ogc/", headers=basic("staff")).status_code == 200
    with transaction(own_database.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE account SET active = false WHERE login = 'staff'"))
    assert client.get("/ogc/", headers=basic("staff")).status_code == 401


def test_a_right_password_is_hashed_once(app, monkeypatch):
    calls = []
    real = basic_sign_in.sign_in
    monkeypatch.setattr(
        basic_sign_in, "sign_in", lambda *a, **k: (calls.append(1), real(*a, **k))[1]
    )
    monkeypatch.setattr(basic_sign_in, "_right", {})
    for _ in range(3):
        assert app.test_client().get("/ogc/", headers=basic("admin")).status_code == 200
    assert len(calls) == 1


def test_nobody_sees_more_than_the_scope(ogc):
    assert len(ids(ogc("/collections/buildings/items", "planner"))) == 8
    assert len(ids(ogc("/collections/buildings/items", "planner_b"))) == 4
    assert len(ids(ogc("/collections/buildings/items", "leader"))) == 2
    assert len(ids(ogc("/collections/grids/items", "leader"))) == 1
    assert ids(ogc("/collections/buildings/items", "leader_of_nothing")) == []
    outside = set(ids(ogc("/collections/buildings/items"))) - set(
        ids(ogc("/collections/buildings/items", "planner_b"))
    )
    assert ogc(f"/collections/buildings/items/{min(outside)}", "planner_b").status_code == 404
    assert ogc("/collections/compounds", "leader").status_code == 404


def test_counts_below_five_are_told_in_ones_own_grids_only(ogc, own_database):
    small, beside = own_database.building["a0"], own_database.building["a2"]
    with transaction(own_database.engine, SYSTEM) as conn:
        few = "UPDATE building SET households_given = 3 WHERE id = :id"
        conn.execute(text(few), {"id": small})

    def told(login: str) -> dict[int, int | None]:
        body = ogc("/collections/buildings/items", login).get_json()
        return {each["id"]: each["properties"]["households"] for each in body["features"]}

    # 300 would be told by the sum of the grid less the three: it is hidden with them
    assert (told("planner")[small], told("planner")[beside]) == (None, None)
    assert sorted(n for n in told("planner").values() if n) == [10, 20, 30, 40, 200, 400]
    assert told("leader") == {small: 3, beside: 300}
    one = ogc(f"/collections/buildings/items/{small}").get_json()["properties"]
    assert (one["households"], one["residents"]) == (None, None)
    page = ogc(f"/collections/buildings/items/{small}?f=html").get_data(as_text=True)
    assert "<td>3</td>" not in page


def test_a_role_gets_the_columns_of_its_role(ogc):
    def columns(login: str) -> set[str]:
        body = ogc("/collections/buildings/items", login).get_json()
        return set(body["features"][0]["properties"])

    assert "households_given" in columns("planner")
    assert "households_given" not in columns("staff")
    assert "source" not in columns("leader")


# tiles


def test_tilejson_names_tiles_that_are_there(ogc):
    body = ogc("/tiles/district.json").get_json()
    assert body["tilejson"] == "3.0.0"
    assert {layer["id"] for layer in body["vector_layers"]} == {"grid", "community"}
    assert body["tiles"][0].endswith("/ogc/tiles/district/{z}/{x}/{y}.mvt")
    lon, lat, _ = body["center"]
    assert body["bounds"][0] < lon < body["bounds"][2]
    x = int((lon + 180) / 360 * 2**14)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**14)
    path = urlsplit(body["tiles"][0]).path.removeprefix("/ogc")
    tile = ogc(path.replace("{z}", "14").replace("{x}", str(x)).replace("{y}", str(y)))
    assert tile.status_code == 200
    assert tile.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert ogc("/tiles/nothing.json").status_code == 404
    assert ogc("/tiles/district/3/9/0.mvt").status_code == 404
    assert ogc("/tiles/base/14/0/0.mvt").status_code == 204
