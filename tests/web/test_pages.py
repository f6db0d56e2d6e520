"""Pages: who sees which, hostile names stay text, nothing inline, nothing from another host."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import text

from tests.web.conftest import HOSTILE

pytestmark = pytest.mark.usefixtures("only_reads")

PAGES = ["/", "/plans", "/coverage", "/incidents", "/data"]


def test_a_leader_is_taken_to_the_own_grid(browse):
    answer = browse("leader").get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_sent_to_sign_in_and_back(client, page):
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")


@pytest.mark.parametrize("page", [*PAGES, "/login", "/plans/{a}", "/nothing"])
def test_a_page_holds_nothing_inline_and_names_no_other_host(browse, district, page):
    answer = browse("planner").get(page.format(a=district.plan["a"]))
    html = answer.get_data(as_text=True)
    assert answer.status_code == (404 if page == "/nothing" else 200)
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == []
    assert re.findall(r"\son\w+\s*=", html) == []
    assert re.findall(r"<style|\sstyle=", html) == []
    assert set(re.findall(r"""(?:src|href)=["'](https?:)?//""", html)) == set()


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("page", [*PAGES, "/plans/{a}"])
def test_a_hostile_name_is_shown_as_it_is(browse, district, page):
    with district.engine.begin() as conn:
        conn.execute(text("UPDATE project SET name = :name"), {"name": HOSTILE})
    html = browse("planner").get(page.format(a=district.plan["a"])).get_data(as_text=True)
    assert "<script>alert(1)" not in html
    assert "{{7*7}}" in unescape(html)
    assert ">49<" not in html


def test_every_answer_carries_the_policy(browse):
    for path in ("/login", "/api/district", "/static/mark.svg", "/nothing"):
        policy = browse("planner").get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_private_answers_are_kept_by_nobody(browse):
    assert "no-store" in browse("planner").get("/api/district").headers["Cache-Control"]
    assert "no-store" in browse("planner").get("/").headers["Cache-Control"]


def test_the_bar_names_the_pages_of_the_role(browse):
    def shown(login: str, page: str) -> list[str]:
        html = browse(login).get(page).get_data(as_text=True)
        return re.findall(r'data-nav="pages\.(\w+)"', html)

    pages = ["overview", "plans", "coverage", "incidents", "desk", "data"]
    assert shown("planner", "/plans") == pages
    assert shown("leader", "/incidents") == ["incidents", "my"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", [*PAGES, "/login"])
def test_every_sentence_of_a_page_is_written(browse, language, page):
    browser = browse("planner")
    browser.post("/language", data={"language": language})
    words = re.sub(r"<[^>]*>", " ", browser.get(page).get_data(as_text=True))
    assert (
        re.findall(r"\b(?:common|overview|plans|coverage|incidents|data|login)\.[a-z_]+", words)
        == []
    )
