"""Every route × every role, read from the application itself."""

from __future__ import annotations

import pytest

from gisgrid.model.people import Role
from web.routes import ANYONE, ROUTES

pytestmark = pytest.mark.usefixtures("only_reads")

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
PATH_VALUES = {
    "language": "zh",
    "page": "overview",
    "z": 14,
    "x": 0,
    "y": 0,
    "filename": "mark.svg",
}
LOGINS = {
    Role.PLANNER: "planner",
    Role.LEADER: "leader",
    Role.STAFF: "staff",
    Role.ADMINISTRATOR: "admin",
}


def requests_of(app):
    """(endpoint, method, path) of every rule; ids that no row has."""
    adapter = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        values = {name: PATH_VALUES.get(name, 999_999) for name in rule.arguments}
        path = adapter.build(rule.endpoint, values)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, path


def test_every_route_is_in_the_table_and_the_table_names_no_other(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ROUTES) == set()
    assert set(ROUTES) - endpoints == set()


def test_no_reading_route_takes_a_write(app):
    for rule in app.url_map.iter_rules():
        assert not ({"GET"} < rule.methods - {"HEAD", "OPTIONS"} and rule.methods & WRITES), rule


def test_nobody_signed_in_is_let_through_only_where_anyone_is(app):
    for endpoint, method, path in requests_of(app):
        if ROUTES[endpoint] is ANYONE:
            continue
        browser = app.test_client()
        token = browser.get("/login").get_data(as_text=True).split('csrf-token" content="')[1]
        headers = {"X-CSRFToken": token.split('"')[0]}
        answer = browser.open(path, method=method, headers=headers)
        assert answer.status_code == 401 or (
            answer.status_code == 302 and answer.headers["Location"].startswith("/login")
        ), f"{method} {path}"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_refused_exactly_where_the_table_does_not_list_it(app, browse, role):
    browser = browse(LOGINS[role])
    token = browser.token()
    for endpoint, method, path in requests_of(app):
        if ROUTES[endpoint] is ANYONE:
            continue
        answer = browser.client.open(path, method=method, headers={"X-CSRFToken": token})
        assert (answer.status_code == 403) == (role not in ROUTES[endpoint]), f"{method} {path}"
        assert answer.status_code < 500, f"{method} {path}"


def test_a_write_without_the_token_is_refused_everywhere(app, browse):
    browser = browse("admin")
    for endpoint, method, path in requests_of(app):
        # Open311's clients have keys, not sessions: nothing of a browser's could be misused
        if method in WRITES and not endpoint.startswith("open311."):
            assert browser.client.open(path, method=method).status_code == 400, endpoint
