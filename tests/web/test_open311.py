"""Open311 GeoReport v2, to the letter: shapes, filters, errors, formats, a client of others."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as Xml

import pytest
from georeport import GeoReport
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import validate
from pyproj import Transformer
from sqlalchemy import text
from werkzeug.serving import make_server

from gisgrid.services.api_keys import make_key, revoke_key
from gisgrid.services.incident_timers import tick
from gisgrid.services.set_up_project import load_incident_vocabulary
from gisgrid.storage.engine import SYSTEM, transaction
from tests.web import georeport_schema as schema
from tests.web.conftest import EAST, EPSG, NORTH

ROOT = "/open311/v2"
CONTACT = {
    "first_name": "秀英", "last_name": "赵", "email": "zhao@example.org", "phone": "13912345678",
}  # fmt: skip
SECRETS = ("秀英", "zhao@example.org", "13912345678", "1391234")


def degrees(x: float, y: float) -> dict[str, str]:
    lon, lat = Transformer.from_crs(EPSG, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    return {"lat": f"{lat:.7f}", "long": f"{lon:.7f}"}


@pytest.fixture
def endpoint(client, district):
    """A client without an account, on a district whose categories are loaded."""
    load_incident_vocabulary(district.engine)
    return client


@pytest.fixture
def key(district) -> str:
    return make_key(district.engine, SYSTEM, name="市民热线", body="市12345中心")["key"]


def get(endpoint, path: str, expected: int = 200, /, **query: str):
    answer = endpoint.get(f"{ROOT}/{path}", query_string=query)
    assert answer.status_code == expected, answer.data
    return answer.json


def send(endpoint, key: str, status: int = 200, headers: dict | None = None, **form):
    body = {"api_key": key, "service_code": "0102", **degrees(30, 30), **form}
    answer = endpoint.post(f"{ROOT}/requests.json", data=body, headers=headers or {})
    assert answer.status_code == status, answer.data
    validate(answer.json, schema.CREATED if status == 200 else schema.ERRORS)
    return answer.json[0]


def test_discovery_exists_in_both_formats(endpoint):
    validate(get(endpoint, "discovery.json"), schema.DISCOVERY)
    answer = endpoint.get(f"{ROOT}/discovery.xml")
    assert answer.content_type == "text/xml; charset=utf-8"
    tree = Xml.fromstring(answer.data)
    assert tree.tag == "discovery"
    assert [each.text for each in tree.findall("endpoints/endpoint/formats/format")] == [
        "application/json",
        "text/xml",
    ]


def test_every_category_is_a_service_with_its_code_as_text(endpoint):
    services = get(endpoint, "services.json")
    validate(services, schema.SERVICES)
    by_code = {service["service_code"]: service for service in services}
    assert by_code["0102"]["service_name"] == "暴露垃圾"
    assert by_code["0102"]["group"] == "市容环境"
    assert by_code["2107"]["metadata"] is True
    assert '"service_code": "0102"' in endpoint.get(f"{ROOT}/services.json").get_data(as_text=True)
    assert (
        by_code["0102"]["service_name"]
        != {s["service_code"]: s for s in get(endpoint, "services.json", locale="en")}["0102"][
            "service_name"
        ]
    )


def test_a_definition_tells_what_can_be_told_besides(endpoint):
    for code in ("0505", "2106", "2107"):
        definition = get(endpoint, f"services/{code}.json")
        validate(definition, schema.DEFINITION)
        assert definition["service_code"] == code
        assert [each["order"] for each in definition["attributes"]] == list(
            range(1, len(definition["attributes"]) + 1)
        )
    for code in ("0102", "nothing", "0102.x"):
        validate(get(endpoint, f"services/{code}.json", 404), schema.ERRORS)


def test_a_request_lies_in_its_grid_and_comes_back_where_it_was(endpoint, key, district):
    told = send(endpoint, key, description="楼前有垃圾", **CONTACT)
    number = told["service_request_id"]
    (found,) = get(endpoint, f"requests/{number}.json", extensions="true")
    validate([found], schema.REQUESTS)
    where = degrees(30, 30)
    assert found["lat"] == pytest.approx(float(where["lat"]), abs=1e-6)
    assert found["long"] == pytest.approx(float(where["long"]), abs=1e-6)
    assert found["extended_attributes"]["grid_code"] == "110101001001001"
    assert found["extended_attributes"]["level"] == 1
    assert (found["status"], found["status_notes"]) == ("open", "待受理")
    assert (found["service_code"], found["service_name"]) == ("0102", "暴露垃圾")
    assert found["expected_datetime"] > found["requested_datetime"]
    (plain,) = get(endpoint, f"requests/{number}.json")
    assert "extended_attributes" not in plain
    with district.engine.connect() as conn:
        row = conn.execute(text("SELECT channel, source FROM incident")).one()
    assert row == ("resident", "open311:市民热线")


def test_no_name_telephone_or_mail_ever_leaves(endpoint, key):
    number = send(
        endpoint, key, **CONTACT, description="打我电话 139 1234 5678 或 zhao@example.org",
        address_string="南里 2 号，电话 13912345678",
    )["service_request_id"]  # fmt: skip
    for path in (
        f"requests/{number}.json", f"requests/{number}.xml", "requests.json", "requests.xml",
        "requests.json?extensions=true", f"tokens/{number}.json",
        f"servicerequestupdates.json?api_key={key}",
    ):  # fmt: skip
        body = endpoint.get(f"{ROOT}/{path}").get_data(as_text=True)
        assert number in body
        assert [secret for secret in SECRETS if secret in body.replace(" ", "")] == [], path


@pytest.mark.parametrize("bad", ["", "gg_wrong", "x" * 5000])
def test_a_wrong_key_is_403_as_an_array(endpoint, key, district, bad):
    assert send(endpoint, bad, 403)["code"] == 403
    with district.engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM incident")).scalar() == 0


def test_a_revoked_key_opens_nothing(endpoint, key, district):
    revoke_key(district.engine, SYSTEM, "市民热线")
    send(endpoint, key, 403)


def test_a_key_may_call_so_often_a_minute(endpoint, district):
    key = make_key(district.engine, SYSTEM, name="慢", body="x", per_minute=2)["key"]
    send(endpoint, key)
    send(endpoint, key)
    answer = endpoint.post(f"{ROOT}/requests.json", data={"api_key": key})
    assert answer.status_code == 429
    validate(answer.json, schema.ERRORS)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "9999"}, 404),
        ({"service_code": "01"}, 404),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "91"}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "abc"}, 400),
        ({"long": ""}, 400),
        ({"description": "x" * 4001}, 400),
        ({"description": "<b>x</b>"}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"jurisdiction_id": "999999"}, 404),
        ({"address_id": "no-such-building", "lat": "", "long": ""}, 400),
        ({"service_code": "2107"}, 400),
        ({"service_code": "2107", "attribute[entrance]": "2", "attribute[floor]": "many"}, 400),
        ({"service_code": "0505", "attribute[blocks]": "moon"}, 400),
        ({"requested_datetime": "2026-01-01T00:00:00"}, 400),
    ],
)
def test_what_is_wrong_is_told_by_code_in_an_array(endpoint, key, district, form, status):
    assert send(endpoint, key, status, **form)["code"] == status
    with district.engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM incident")).scalar() == 0


def test_attributes_are_kept_and_told_as_extensions(endpoint, key):
    number = send(
        endpoint, key, service_code="2106",
        **{"attribute[lacks][]": ["market", "canteen"], "attribute[unknown]": "x"},
    )["service_request_id"]  # fmt: skip
    (found,) = get(endpoint, f"requests/{number}.json", extensions="true")
    assert found["attributes"] == [{"code": "lacks", "values": ["market", "canteen"]}]


@pytest.mark.parametrize(
    "place",
    [
        {"address_string": "南里 12 号楼", "lat": "", "long": ""},
        {"lat": "0", "long": "0", "address_string": "不知道在哪"},
        degrees(5000, 5000),
    ],
)
def test_a_place_unknown_or_outside_is_kept_and_waits(endpoint, key, browse, place):
    told = send(endpoint, key, **place)
    assert told["service_notice"]
    tray = browse("staff").get("/api/incidents/tray").json
    assert [str(row["id"]) for row in tray["unlocated"]] == [told["service_request_id"]]
    (found,) = get(endpoint, f"requests/{told['service_request_id']}.json")
    assert (found["lat"], found["long"]) != (0, 0)


def test_a_place_of_a_chinese_map_is_moved_only_when_the_client_says_so(endpoint, key):
    plain = send(endpoint, key)["service_request_id"]
    said = send(endpoint, key, crs="gcj02")["service_request_id"]
    (one,), (other,) = (get(endpoint, f"requests/{n}.json") for n in (plain, said))
    shift = abs(one["long"] - other["long"]) * 85_000
    assert 300 < shift < 900
    send(endpoint, key, 400, crs="mars")


def test_no_place_at_all_is_refused_even_at_null_island(endpoint, key):
    send(endpoint, key, 400, lat="0", long="0")


def test_a_building_is_a_place_by_its_code(endpoint, key, district):
    with district.engine.begin() as conn:
        conn.execute(text("UPDATE building SET code = 'A-7' WHERE source_id = 'a1'"))
    told = send(endpoint, key, lat="", long="", address_id="A-7")
    (found,) = get(endpoint, f"requests/{told['service_request_id']}.json", extensions="true")
    assert found["address_id"] == "A-7"
    assert found["extended_attributes"]["grid_code"] == "110101001001002"


def test_sent_five_times_it_is_one_request(endpoint, key, district):
    headers = {"Idempotency-Key": "phone-7:1"}
    numbers = {send(endpoint, key, headers=headers)["service_request_id"] for _ in range(5)}
    assert len(numbers) == 1
    again = send(endpoint, key, idempotency_key="phone-7:1")["service_request_id"]
    assert numbers == {again}
    other = make_key(district.engine, SYSTEM, name="别人", body="x")["key"]
    assert send(endpoint, other, headers=headers)["service_request_id"] not in numbers


def test_sent_at_the_same_moment_it_is_one_request(app, endpoint, key):
    def once(_: int) -> str:
        headers = {"Idempotency-Key": "same"}
        return send(app.test_client(), key, headers=headers)["service_request_id"]

    with ThreadPoolExecutor(5) as threads:
        assert len(set(threads.map(once, range(5)))) == 1


def store(district, *rows: dict) -> list[int]:
    found = []
    with transaction(district.engine, SYSTEM) as conn:
        for number, row in enumerate(rows):
            values = {
                "category": "0102", "state": "reported", "age": 1, "private": False, "kind": "case",
                "number": str(number), **row,
            }  # fmt: skip
            made = conn.execute(
                text(
                    "INSERT INTO incident (source, source_id, category_code, state, reported_at,"
                    " private, kind) VALUES ('test', :number, :category, :state,"
                    " now() - make_interval(days => :age), :private, :kind) RETURNING id"
                ),
                values,
            )
            found.append(made.scalar_one())
    return found


@pytest.fixture
def stored(endpoint, district) -> dict[str, str]:
    names = ("new", "closed", "rejected", "older", "ancient", "hidden", "draft", "wish")
    rows = (
        {},
        {"state": "closed", "age": 2, "category": "0505"},
        {"state": "rejected", "age": 3},
        {"age": 80},
        {"age": 200},
        {"private": True},
        {"state": "draft"},
        {"kind": "wish"},
    )
    return dict(zip(names, (str(i) for i in store(district, *rows)), strict=True))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "new closed rejected older"),
        ({"status": "open"}, "new older"),
        ({"status": "closed"}, "closed rejected"),
        ({"status": "open,closed"}, "new closed rejected older"),
        ({"status": ""}, "new closed rejected older"),
        ({"service_code": "0505"}, "closed"),
        ({"service_code": "0505,0102"}, "new closed rejected older"),
        ({"service_code": "9999"}, ""),
        ({"page": "2", "page_size": "3"}, "older"),
        ({"page_size": "2"}, "new closed"),
        ({"jurisdiction_id": "110101"}, "new closed rejected older"),
    ],
)
def test_filters(endpoint, stored, query, expected):
    found = get(endpoint, "requests.json", **query)
    validate(found, schema.REQUESTS)
    assert [each["service_request_id"] for each in found] == [stored[n] for n in expected.split()]


def test_ids_override_every_other_filter(endpoint, stored):
    ids = f"{stored['ancient']},{stored['closed']},{stored['hidden']},abc,999999"
    found = get(endpoint, "requests.json", service_request_id=ids, status="open")
    assert {each["service_request_id"] for each in found} == {stored["ancient"], stored["closed"]}


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"},
        {"start_date": "2026-01-01"},
        {"start_date": "yesterday"},
        {"end_date": "2026-13-01T00:00:00Z"},
        {"status": "sleeping"},
        {"page": "0"},
        {"page_size": "-1"},
    ],
)
def test_a_wrong_question_is_400(endpoint, query):
    validate(get(endpoint, "requests.json", 400, **query), schema.ERRORS)


def test_a_period_reaches_back_as_far_as_asked(endpoint, stored, district):
    with district.engine.connect() as conn:
        start = conn.execute(text("SELECT now() - interval '201 days'")).scalar_one()
    found = get(endpoint, "requests.json", start_date=start.isoformat())
    assert [each["service_request_id"] for each in found] == [stored["ancient"]]


@pytest.mark.parametrize(
    "path", ["requests/999999", "requests/abc", "tokens/7", "requests/99999999999", "nothing"]
)
def test_what_is_not_there_is_404_in_both_formats(endpoint, path):
    validate(get(endpoint, f"{path}.json", 404), schema.ERRORS)
    answer = endpoint.get(f"{ROOT}/{path}.xml")
    assert answer.status_code == 404
    tree = Xml.fromstring(answer.data)
    assert (tree.tag, tree[0].tag, tree[0][0].text) == ("errors", "error", "404")


def test_hidden_drafts_and_wishes_are_not_there(endpoint, stored):
    for name in ("hidden", "draft", "wish"):
        get(endpoint, f"requests/{stored[name]}.json", 404)


def test_xml_says_the_same_as_json(endpoint, stored):
    tree = Xml.fromstring(endpoint.get(f"{ROOT}/requests.xml").data)
    told = get(endpoint, "requests.json")
    assert tree.tag == "service_requests"
    assert [[child.tag for child in each] for each in tree] == [list(each) for each in told]
    for element, each in zip(tree, told, strict=True):
        assert [child.text or "" for child in element] == [
            "" if value is None else str(value) for value in each.values()
        ]


def test_a_token_is_the_requests_own_number(endpoint, stored):
    told = get(endpoint, f"tokens/{stored['new']}.json")
    validate(told, schema.TOKENS)
    assert told[0]["service_request_id"] == stored["new"]


def test_an_alert_speaks_the_language_that_is_asked_for(endpoint, key, district):
    for x in (30, 31, 32):
        send(endpoint, key, **degrees(x, 30))
    tick(district.engine)
    code = "2111"
    words = {
        "zh": "7 天内 200 m 范围内“暴露垃圾”3 件",
        "en": "3 of “Exposed rubbish” within 200 m in 7 days",
    }
    for asked, language in (({}, "zh"), ({"locale": "en"}, "en"), ({"locale": "zh-CN"}, "zh")):
        (told,) = get(endpoint, "requests.json", service_code=code, **asked)
        assert told["description"] == words[language]
    english = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"}
    told = endpoint.get(f"{ROOT}/requests.json?service_code={code}", headers=english).json[0]
    assert (told["description"], told["status_notes"]) == (words["en"], "Reported")
    wrong = endpoint.get(f"{ROOT}/requests.json?status=bad", headers=english)
    assert "status" in wrong.json[0]["description"]
    assert wrong.json[0]["description"].isascii()
    outside = send(endpoint, key, headers=english, lat="10", long="10")["service_notice"]
    assert outside == "The place is outside the district and will be checked"


def test_updates_of_others_are_logged_once_and_close_nothing(endpoint, key, stored, district):
    form = {
        "api_key": key, "service_request_id": stored["new"], "update_id": "U-1",
        "updated_datetime": "2026-11-20T10:00:00+08:00", "status": "closed",
        "description": "已清运，联系人电话 13912345678",
    }  # fmt: skip
    path = f"{ROOT}/servicerequestupdates.json"
    first = endpoint.post(path, data=form)
    assert first.status_code == 200, first.data
    again = endpoint.post(path, data=form)
    assert again.status_code == 400
    validate(again.json, schema.ERRORS)
    assert endpoint.post(path, data={**form, "update_id": ""}).status_code == 400
    assert endpoint.post(path, data={**form, "api_key": "x"}).status_code == 403
    told = get(endpoint, "servicerequestupdates.json", api_key=key)
    validate(told, schema.UPDATES)
    assert told[0]["update_id"] == first.json[0]["update_id"]
    assert "已清运" in told[0]["description"]
    assert "13912345678" not in json.dumps(told)
    assert get(endpoint, f"requests/{stored['new']}.json")[0]["status"] == "open"
    get(endpoint, "servicerequestupdates.json", 403)


def test_a_client_of_others_works_unchanged(app, endpoint, key, stored):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        root = f"http://127.0.0.1:{server.server_port}{ROOT}"
        for form in ("json", "xml"):
            theirs = GeoReport(root, jurisdiction="110101", output_format=form)
            codes = {service["service_code"] for service in theirs.get_service_list()}
            assert {"0102", "2106"} <= codes
            assert theirs.get_service_definition("2107")["service_code"] == "2107"
            both = theirs.get_service_requests(status="closed")
            assert {each["service_request_id"] for each in both} == {
                stored["closed"],
                stored["rejected"],
            }
            one = theirs.get_service_request(stored["new"])
            assert one["status"] == "open"
    finally:
        server.shutdown()
        thread.join()


PARAMETERS = (
    "service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size",
    "jurisdiction_id", "extensions", "locale", "api_key", "description", "lat", "long",
    "attribute[blocks]", "attribute[[", "address_string", "address_id", "media_url", "email",
    "idempotency_key", "requested_datetime", "update_id", "updated_datetime",
)  # fmt: skip
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["0102", "open", "2026-01-01T00:00:00Z", "1", "0", "-1", "nan", "1e400", "{{7*7}}"]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(
        ["services", "services/0505", "requests", "requests/1", "tokens/1", "discovery",
         "servicerequestupdates", "nothing/at/all"]
    ),
    st.sampled_from([("GET", "json"), ("GET", "xml"), ("POST", "json"), ("POST", "xml")]),
    st.dictionaries(st.sampled_from(PARAMETERS), WORDS, max_size=6),
)  # fmt: skip
def test_whatever_is_sent_the_answer_is_as_the_standard_says(endpoint, key, path, call, parameters):
    """Never 5xx, never another shape: 200, or an array of errors with 400, 403, 404 (429)."""
    method, ext = call
    if parameters.get("api_key") == "1":
        parameters["api_key"] = key
    values = {"query_string": parameters} if method == "GET" else {"data": parameters}
    answer = endpoint.open(f"{ROOT}/{path}.{ext}", method=method, **values)
    assert answer.status_code in {200, 400, 403, 404, 429}, answer.data
    if ext == "xml":
        assert answer.content_type == "text/xml; charset=utf-8"
        Xml.fromstring(answer.data)
    else:
        assert answer.content_type == "application/json; charset=utf-8"
    if answer.status_code != 200 and ext == "json":
        validate(answer.json, schema.ERRORS)
