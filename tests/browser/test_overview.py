"""Minutes 0 to 2: the district opens, its numbers close, a grid out of the band explains itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import (
    get,
    grids_in_force,
    number,
    pixel,
    rows,
    see,
    sign_in,
    speak,
    table,
    wait_for_district,
)

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]
CHINESE = re.compile(r"[㐀-鿿]+")
STREET = re.compile(r"[㐀-鿿\d]+?(?:大街|斜街|街|路|胡同|巷)")

FILL = {
    "far under": "#2a5b94",
    "under": "#8db2da",
    "low": "#cfe0f0",
    "in target": "#eef2ea",
    "high": "#f8dfc0",
    "over": "#e59a72",
    "far over": "#b4402f",
}


def deviation_class(households: int) -> str:
    """The class of the table in the design, for the band 300–500 and the target 400 ± 20 %."""
    limits = [(250, "far under"), (300, "under"), (320, "low"), (481, "in target"), (501, "high")]
    for below, name in [*limits, (601, "over")]:
        if households < below:
            return name
    return "far over"


@pytest.fixture
def overview(demo: Site, enter: Opener) -> Page:
    page = enter(demo, "planner", "/")
    wait_for_district(page, grids_in_force(page))
    return page


def test_the_figures_at_the_head_are_the_sums_of_the_grids(overview, picture):
    grids = grids_in_force(overview)
    units = get(overview, "/api/district")["units"]
    shown = {
        row.get_attribute("data-figure"): number(row.locator("dd").text_content())
        for row in overview.locator("#figures [data-figure]").all()
    }
    assert shown["communities"] == sum(unit["role"] == "community" for unit in units)
    assert shown["grids"] + shown["dedicated"] == len(grids)
    for name in ("households", "buildings"):
        assert shown[name] == sum(grid[name] for grid in grids), name
    at_the_desk = get(overview, "/api/cases")["tabs"]["overdue"]
    assert shown["overdue"] == at_the_desk, "one word, one number"
    badge = overview.locator(".nav [data-nav$=incidents] b")
    assert number(badge.text_content()) == shown["overdue"]
    for name in ("open_incidents", "overdue"):  # some lie in no grid
        assert shown[name] >= sum(grid[name] for grid in grids), name
    picture(overview, "00-overview")


def test_the_legend_states_the_band_the_target_and_the_date_of_the_households(overview):
    project = get(overview, "/api/district")["project"]
    legend = overview.locator("#legend")
    expect(legend).to_contain_text("300–500")
    expect(legend).to_contain_text("目标 400")
    expect(legend).to_contain_text("±20 %")
    expect(legend).to_contain_text(project["households_date"])
    expect(legend.locator("li")).to_have_count(len(FILL))


def test_the_page_is_chinese_and_says_that_the_district_is_made_up(overview):
    expect(overview.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(overview.locator(".top")).to_contain_text("柳湖区")
    expect(overview.locator(".nav a")).to_have_text(
        [re.compile(name) for name in ("总览", "网格划分", "服务圈", "事件", "受理台", "数据")]
    )
    expect(overview.locator(".status")).to_contain_text("演示数据")


def test_every_grid_wears_the_colour_of_its_households(overview):
    grids = grids_in_force(overview)
    places = [[grid["x"], grid["y"], 0.8 * grid["radius_m"]] for grid in grids]
    seen = see(overview, "fills", [places, [*FILL.values()]])
    wrong = {
        grid["code"]: (grid["households"], colour)
        for grid, colour in zip(grids, seen, strict=True)
        if colour != FILL[deviation_class(grid["households"])]
    }
    assert wrong == {}
    assert len({deviation_class(grid["households"]) for grid in grids}) >= 3


def test_the_card_of_a_grid_above_the_band_agrees_with_the_api_and_the_csv(overview, picture):
    grid = max(grids_in_force(overview), key=lambda one: one["households"])
    assert grid["households"] > 500
    overview.mouse.click(*pixel(overview, grid["x"], grid["y"]))
    card = overview.locator("#grid-card")
    expect(card).to_contain_text(f"{grid['code'][-3:]} 网格")
    shown = [dd.text_content() or "" for dd in card.locator("dl.measures dd").all()]
    row = next(row for row in table(overview, grid["plan"]) if row["网格编码"] == grid["code"])
    assert [number(text) for text in shown[:3]] == [
        grid["households"],
        grid["residents"],
        grid["buildings"],
    ]
    assert shown[3].startswith(f"{grid['area_m2'] / 1e6:.2f}")
    assert grid["leader"] in (card.text_content() or "")
    assert re.sub(r"\s", "", card.locator(".sub").text_content() or "").count(grid["code"]) == 1
    expect(card.locator(".pill.over")).to_contain_text(f"{grid['households'] - 500}")
    assert number(row["户数"]) == grid["households"]
    assert number(row["偏差（户）"]) == grid["households"] - 400
    assert (number(row["人口"]), number(row["楼栋"])) == (grid["residents"], grid["buildings"])
    assert float(row["面积（m²）"]) == pytest.approx(grid["area_m2"], abs=0.1)
    assert row["网格长"] == grid["leader"]
    picture(overview, "01-grid-card")


def test_the_communities_beside_the_map_add_up_to_the_district(overview):
    lines = overview.locator("#communities tr").all()
    columns = [
        [number(td.text_content()) for td in line.locator("td.number").all()] for line in lines
    ]
    grids = grids_in_force(overview)
    assert [sum(column) for column in zip(*columns, strict=True)] == [
        len(grids),
        sum(grid["households"] for grid in grids),
        sum(not 300 <= grid["households"] <= 500 for grid in grids),
    ]


def test_a_demonstration_is_entered_with_one_press(demo, open_page, picture):
    page = open_page(base_url=demo.url)
    page.goto("/")
    expect(page.locator(".login-demo")).to_contain_text("演示")
    picture(page, "00-sign-in")
    page.click("button[name=role][value=planner]")
    expect(page.locator("#figures [data-figure=households] dd")).to_have_text(re.compile(r"\d"))


def test_a_wrong_password_is_told_on_the_page_and_lets_nobody_in(demo, open_page, watch):
    watch.pardons.append("401")
    page = open_page(base_url=demo.url)
    page.goto("/login")
    page.fill("input[name=login]", "planner")
    page.fill("input[name=password]", "wrong")
    page.click("form[action='/login'] button[type=submit]")
    expect(page.locator(".login-failed")).to_be_visible()
    assert page.request.get("/api/district").status == 401


def test_english_leaves_no_chinese_but_names_and_keeps_the_language(demo, open_page, picture):
    page = open_page(base_url=demo.url)
    sign_in(page, demo.url, demo.logins["staff"])
    speak(page, "en")
    names = names_of_places_and_people(page)
    plan = grids_in_force(page)[0]["plan"]
    for path in ("/", "/plans", f"/plans/{plan}", "/coverage", "/incidents", "/data"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.wait_for_load_state("networkidle")
        text = page.inner_text("body")
        for name in names:
            text = text.replace(name, "")
        assert CHINESE.findall(STREET.sub("", text)) == [], path
        picture(page, f"05-english{path.replace('/', '-').rstrip('-')}")
    speak(page, "zh")
    expect(page.locator(".nav")).to_contain_text("服务圈")


def names_of_places_and_people(page: Page) -> list[str]:
    """What stays Chinese in English: it is what somebody or something is called; longest first."""
    district = get(page, "/api/district")
    incidents = get(page, "/api/incidents")
    people = {"罗文清", "罗", "沈佳宁", "管理员"}
    names = {district["project"]["name"], "中"} | people
    names |= {run["file_name"].split(".")[0] for run in get(page, "/api/data")["imports"]}
    names |= {unit["name"] for unit in district["units"]}
    names |= {grid["leader"] for grid in grids_in_force(page)}
    names |= {p[name] for p in get(page, "/api/plans") for name in ("name", "author") if p[name]}
    names |= {kind["source"] for kind in get(page, "/api/services/kinds")}
    names |= {*get(page, "/api/services")["name"]} - {None}
    told = [*rows({n: incidents[n] for n in ("category", "text")}), *incidents["unlocated"]]
    names |= {row[name] for row in told for name in ("category", "text") if row[name]}
    return sorted(names, key=len, reverse=True)


def test_the_form_lets_a_planner_in(demo, open_page):
    page = open_page(base_url=demo.url)
    sign_in(page, demo.url, demo.logins["planner"])
    expect(page.locator(".account .who")).to_contain_text("规划人员")


def test_search_finds_a_grid_by_its_leader_and_opens_its_card(overview):
    grid = max(grids_in_force(overview), key=lambda one: one["households"])
    overview.keyboard.press("/")
    overview.keyboard.type(f"{grid['leader']} {grid['code'][-3:]}")
    option = overview.locator("#search-list [role=option]").first
    expect(option).to_contain_text(grid["leader"])
    overview.keyboard.press("Enter")
    expect(overview.locator("#grid-card")).to_contain_text(grid["leader"])
