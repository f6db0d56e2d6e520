"""The grid leader's telephone: her own grid, and nothing of anybody else's, whatever she asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import get, grids_in_force, number, sign_in, wait

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]


@pytest.fixture
def phone(demo: Site, enter: Opener) -> Page:
    page = enter(demo, "leader", "/", width=390, height=844, has_touch=True)
    expect(page.locator(".phone-figures")).to_be_visible()
    return page


@pytest.fixture
def district(demo: Site, enter: Opener) -> Page:
    """The planner beside her, who sees everything."""
    return enter(demo, "planner", "/plans")


def test_she_is_taken_to_her_own_grid_and_reads_its_figures(phone, district, picture):
    assert phone.url.endswith("/my")
    grid = get(phone, "/api/my")["grid"]
    expect(phone.locator("#grid-name")).to_have_text(f"{grid['code'][-3:]} 网格")
    shown = [number(b.text_content()) for b in phone.locator(".phone-figures b").all()[:3]]
    assert shown == [grid["households"], grid["residents"], grid["buildings"]]
    same = next(g for g in grids_in_force(district) if g["grid"] == grid["id"])
    assert {name: same[name] for name in ("code", "households", "residents", "leader")} == {
        name: grid[name] for name in ("code", "households", "residents", "leader")
    }
    wait(phone, "isLit")
    phone.wait_for_load_state("networkidle")
    picture(phone, "11-leader")
    for tab in ("buildings", "incidents", "me"):
        phone.click(f"[data-tab={tab}]")
        picture(phone, f"11-leader-{tab}")


def test_her_lists_hold_her_grid_alone(phone, district):
    mine = get(phone, "/api/my")
    code = mine["grid"]["code"]
    assert get(phone, "/api/district/grids")["code"] == [code]
    assert sum(mine["buildings"]["households"]) == mine["grid"]["households"]
    incidents = get(phone, "/api/incidents")
    beside = {
        i
        for i, why in zip(incidents["id"], incidents["located_reason"], strict=True)
        if why == "near_border"
    }
    everything = get(district, "/api/incidents")
    expected = {
        i for i, g in zip(everything["id"], everything["grid_code_now"], strict=True) if g == code
    }
    assert set(incidents["id"]) >= expected
    assert set(incidents["id"]) - expected <= beside, "what is at her border she is told of"
    assert len(everything["id"]) > len(expected)


def test_what_is_not_hers_is_refused_by_url(phone, district):
    everything = get(district, "/api/incidents")
    hers = get(phone, "/api/my")["grid"]["code"]
    places = zip(
        everything["id"], everything["grid_code_now"], everything["located_reason"], strict=True
    )
    other = next(i for i, g, why in places if g != hers and why == "cell")
    plan = get(district, "/api/plans")[0]["id"]
    refused = {
        path: phone.request.get(path).status
        for path in (
            "/plans",
            f"/plans/{plan}",
            "/coverage",
            "/data",
            "/api/plans",
            f"/api/plans/{plan}",
            f"/api/plans/{plan}/grids.csv",
            f"/api/plans/{plan}/rules",
            f"/api/incidents/{other}",
            "/api/data",
        )
    }
    assert set(refused.values()) <= {403, 404}, refused
    missing = phone.request.get("/api/incidents/2000000000")
    present = phone.request.get(f"/api/incidents/{other}")
    assert (missing.status, present.status) == (404, 404)
    assert missing.json()["error"]["code"] == present.json()["error"]["code"]


def test_her_edits_are_refused_and_nothing_changes(phone, district):
    plan = get(district, "/api/plans")[0]
    before = get(district, f"/api/plans/{plan['id']}")
    token = phone.get_attribute("meta[name=csrf-token]", "content") or ""
    cell = before["cells"]["id"][0]
    for path, body in (
        (
            f"/api/plans/{plan['id']}/edits",
            {"base_version": plan["version"], "kind": "brush", "moves": [[cell, 0, 1]]},
        ),
        (
            f"/api/plans/{plan['id']}/publish",
            {"base_version": plan["version"], "effective_from": "2030-01-01"},
        ),
        ("/api/plans", {"unit": plan["unit"]["id"], "start": "effective"}),
    ):
        answer = phone.request.post(path, data=body, headers={"X-CSRFToken": token})
        assert answer.status in {403, 404}, (path, answer.status)
    assert get(district, f"/api/plans/{plan['id']}") == before


def test_a_page_that_is_not_hers_says_so_in_words(phone, demo, watch, picture):
    watch.pardons.append("403")
    phone.goto("/plans")
    expect(phone.locator("body")).to_contain_text("权限")
    picture(phone, "11-leader-refused")


def test_tiles_of_other_grids_are_empty_for_her(phone, district):
    """Ground is drawn for everybody; grids and cells only where they are hers."""
    mine = get(phone, "/api/my")["bounds"]
    west, south, east, north = get(district, "/api/district")["bounds"]
    far = (west, south) if mine[0] + mine[2] > west + east else (east, north)
    tile = district.evaluate(
        """([lon, lat]) => { const n = 2 ** 16, r = (lat * Math.PI) / 180
           return [Math.floor(((lon + 180) / 360) * n),
                   Math.floor(((1 - Math.asinh(Math.tan(r)) / Math.PI) / 2) * n)] }""",
        [0.9 * far[0] + 0.1 * (west + east) / 2, 0.9 * far[1] + 0.1 * (south + north) / 2],
    )
    path = f"/api/tiles/district/16/{tile[0]}/{tile[1]}.mvt"
    hers = phone.request.get(path)
    theirs = district.request.get(path)
    assert len(theirs.body()) > 0
    assert hers.status == 204 or b"grid" not in hers.body()


def test_signing_out_closes_the_door(demo, open_page):
    page = open_page(base_url=demo.url, width=390, height=844, has_touch=True)
    sign_in(page, demo.url, demo.logins["leader"])
    expect(page.locator(".phone-figures")).to_be_visible()
    page.click("[data-tab=me]")
    page.click("#sheet-body >> text=退出登录")
    page.wait_for_url("**/login**")
    assert page.request.get("/api/my").status == 401
