"""Signing in and out, sessions, tokens, patience."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gisgrid.storage.engine import SYSTEM, transaction
from tests.web.conftest import PASSWORD, Browser

pytestmark = pytest.mark.usefixtures("only_reads")


def rows(district, statement: str, **values):
    with transaction(district.engine, SYSTEM) as conn:
        return conn.execute(text(statement), values).all()


def test_right_password_opens_the_district(browse):
    assert browse("planner").get("/api/district").status_code == 200


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(
    ("login", "password"), [("planner", "wrong"), ("nobody", PASSWORD), ("", ""), ("planner", "")]
)
def test_wrong_login_or_password_get_the_same_answer(app, login, password):
    answer = Browser(app).sign_in(login, password)
    assert answer.status_code == 401
    assert "账号或密码不对" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("own_database")
def test_an_account_that_is_switched_off_is_signed_out_with_the_next_click(browse, district):
    browser = browse("planner")
    rows(district, "UPDATE account SET active = false WHERE login = 'planner' RETURNING id")
    assert browser.get("/api/district").status_code == 401


def test_sign_in_gives_a_new_token_and_the_old_one_dies(app, district):
    browser = Browser(app)
    browser.token()
    before = browser.client.get_cookie("gisgrid").value
    assert browser.sign_in("planner").status_code == 302
    after = browser.client.get_cookie("gisgrid").value
    assert after != before
    planted = app.test_client()
    planted.set_cookie("gisgrid", before)
    assert planted.get("/api/district").status_code == 401


def test_a_token_kept_after_sign_out_is_worth_nothing(app, browse):
    browser = browse("planner")
    kept = browser.client.get_cookie("gisgrid").value
    assert browser.post("/logout").status_code == 302
    thief = app.test_client()
    thief.set_cookie("gisgrid", kept)
    assert thief.get("/api/district").status_code == 401


def test_the_database_keeps_no_token(browse, district):
    token = browse("planner").client.get_cookie("gisgrid").value
    stored = rows(district, "SELECT token_hash, values FROM session")
    assert stored
    assert all(token.encode() not in bytes(row[0]) and token not in str(row[1]) for row in stored)


def test_the_cookie_is_closed_to_scripts_and_other_sites(app):
    header = app.test_client().get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_a_form_without_the_token_is_refused(app):
    form = {"login": "planner", "password": PASSWORD}
    assert app.test_client().post("/login", data=form).status_code == 400


@pytest.mark.usefixtures("own_database")
def test_guessing_is_slowed_down(app):
    browser = Browser(app)
    for _ in range(5):
        assert browser.sign_in("planner", "wrong").status_code == 401
    answer = browser.sign_in("planner")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.usefixtures("own_database")
def test_guessing_one_account_does_not_slow_another(app):
    for _ in range(6):
        Browser(app).sign_in("planner", "wrong")
    assert Browser(app).sign_in("staff").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "x"]
)
def test_sign_in_never_leads_to_another_site(app, target):
    browser = Browser(app)
    form = {
        "login": "planner",
        "password": PASSWORD,
        "next": target,
        "csrf_token": browser.token(),
    }
    assert browser.client.post("/login", data=form).headers["Location"] == "/"


def test_sign_in_leads_back_to_the_page_asked_for(app):
    browser = Browser(app)
    form = {"login": "planner", "password": PASSWORD, "next": "/plans?unit=1"}
    answer = browser.client.post("/login", data=form | {"csrf_token": browser.token()})
    assert answer.headers["Location"] == "/plans?unit=1"


def test_a_demonstration_opens_without_a_password(app):
    browser = Browser(app)
    assert browser.post("/login/demo", data={"role": "planner"}).status_code == 302
    assert browser.get("/api/district").status_code == 200


@pytest.mark.usefixtures("own_database")
def test_a_real_project_does_not(app, district):
    rows(district, "UPDATE project SET demonstration = false RETURNING id")
    browser = Browser(app)
    assert browser.post("/login/demo", data={"role": "planner"}).status_code == 404
    assert browser.get("/api/district").status_code == 401


@pytest.mark.usefixtures("own_database")
def test_language_follows_the_account_to_another_browser(browse):
    browse("planner").post("/language", data={"language": "en"})
    message = browse("planner").get("/api/incidents/999").json["error"]["message"]
    assert message.startswith("Not found")


@pytest.mark.usefixtures("own_database")
def test_language_is_kept_in_the_browser(browse):
    browser = browse("planner")
    assert (
        browser.get("/api/incidents/999").json["error"]["message"] == "没有找到，或不在管辖范围内"
    )
    browser.post("/language", data={"language": "en", "next": "/plans"})
    assert browser.get("/api/incidents/999").json["error"]["message"].startswith("Not found")
