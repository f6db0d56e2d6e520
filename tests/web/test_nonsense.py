"""No input gives a 500: nonsense in every place of every route."""

from __future__ import annotations

import pytest

from gisgrid.model.people import Role
from tests.web.test_routes import LOGINS, PATH_VALUES

pytestmark = pytest.mark.usefixtures("only_reads")

NONSENSE = [
    "0",
    "-1",
    "1e9",
    "9" * 30,
    "9" * 5000,
    "%00",
    "%FF",
    "%ED%A0%80",
    "%F0%9F%92%A9",
    "..%2f..%2fetc%2fpasswd",
    "{{7*7}}",
    "';DROP TABLE plan;--",
    "nan",
    "%20",
]
QUERIES = ["%00=1", "a=%00", "%FF=%FF", "unit=%ED%A0%80", "a" * 3000, "x[]=1&x[]=2", "limit=1e9"]


def paths(app):
    adapter = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        good = {name: PATH_VALUES.get(name, 1) for name in rule.arguments}
        plain = adapter.build(rule.endpoint, good)
        yield from (f"{plain}?{query}" for query in QUERIES)
        for name in rule.arguments:
            marked = adapter.build(
                rule.endpoint,
                good | {name: "MARK" if name in {"language", "page"} else 123456789},
            )
            yield from (marked.replace("123456789", n).replace("MARK", n) for n in NONSENSE)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEADER])
def test_nonsense_in_the_path_or_query_is_never_a_fault(app, browse, role):
    browser = browse(LOGINS[role])
    faults = {path for path in paths(app) if browser.get(path).status_code >= 500}
    assert faults == set()


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "gisgrid=\x01\x02"},
        {"Cookie": "gisgrid=\xed\xa0\x80"},
        {"Cookie": "gisgrid=" + "x" * 7000},
        {"Cookie": "gisgrid_language=../../etc"},
        {"If-None-Match": '"\xff", W/x, *'},
        {"Accept-Encoding": "\xff"},
        {"Content-Length": "-1"},
        {"X-CSRFToken": "\xff"},
        {"Host": "evil.example"},
        {"Range": "bytes=9-1"},
    ],
)
def test_nonsense_in_a_header_is_never_a_fault(client, headers):
    for path in ("/login", "/health", "/api/district", "/static/mark.svg"):
        assert client.get(path, headers=headers).status_code < 500


@pytest.mark.parametrize("field", ["login", "password", "next", "role", "language"])
@pytest.mark.parametrize("value", ["\x00", "\ud800", "x" * 100_000, "{{7*7}}", "'"])
@pytest.mark.parametrize("path", ["/login", "/login/demo", "/language"])
def test_nonsense_in_a_form_is_never_a_fault(app, browse, path, field, value):
    browser = browse()
    form = {field: value.encode("utf-8", "surrogatepass")}
    assert browser.post(path, data=form).status_code < 500
