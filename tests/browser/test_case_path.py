"""The way of a case, walked by hand: written down, sent out, handled, verified, rated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import get, post, speak

Opener = Callable[..., Page]
Keep = Callable[[Page, str], None]


@dataclass(frozen=True)
class Walk:
    """A language, the size of the screen, and what the states are called there."""

    language: str
    size: dict[str, object]
    states: tuple[str, ...]


WALKS = {
    "zh-desktop": Walk(
        "zh",
        {"width": 1440, "height": 900},
        ("待受理", "已立案", "已派单", "处置中", "待核查", "已结案", "已评价"),
    ),
    "en-phone": Walk(
        "en",
        {"width": 390, "height": 844, "has_touch": True},
        ("Reported", "Accepted", "Dispatched", "In progress", "To be verified", "Closed", "Rated"),
    ),
    "en-desktop": Walk(
        "en",
        {"width": 1366, "height": 768},
        ("Reported", "Accepted", "Dispatched", "In progress", "To be verified", "Closed", "Rated"),
    ),
    "zh-phone": Walk(
        "zh",
        {"width": 390, "height": 844, "has_touch": True},
        ("待受理", "已立案", "已派单", "处置中", "待核查", "已结案", "已评价"),
    ),
}


@pytest.fixture(params=sorted(WALKS))
def walk(request) -> Walk:
    return WALKS[request.param]


@pytest.fixture
def desk(demo: Site, enter: Opener, walk: Walk) -> Page:
    page = enter(demo, "staff", "/desk", **walk.size)
    speak(page, walk.language)
    yield page
    speak(page, "zh")


def home(demo: Site, enter: Opener) -> tuple[float, float]:
    """A building of the leader's grid."""
    buildings = get(enter(demo, "leader", "/my"), "/api/my")["buildings"]
    return buildings["x"][0], buildings["y"][0]


def speak_on_phone(page: Page, language: str) -> None:
    button = page.locator(f".phone-language button[value={language}]")
    if button.count():
        button.click()
    page.wait_for_selector(f"html[data-language={language}]", state="attached")


def take(page: Page, step: str, **facts: str) -> None:
    """Press the button of a step, fill its form in, send it."""
    button = page.locator(f".case-steps [data-step={step}]")
    if not button.is_visible():
        page.locator(".case-more summary").click()
    button.click()
    form = page.locator(f"[data-form={step}]")
    for name, value in facts.items():
        field = form.locator(f"[name={name}]")
        if name == "satisfied":
            form.locator(f"[name=satisfied][value={value}]").check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button.primary").click()


def stands(page: Page, state: str) -> None:
    expect(page.locator(".case-pills [data-state]")).to_have_text(state)


def test_a_case_goes_from_report_to_rating(demo, enter, desk, walk, picture):
    lon, lat = home(demo, enter)
    desk.click("#new-case")
    form = desk.locator("#card form")
    form.locator("[name=category]").select_option("0102")
    form.locator("[name=text]").fill("垃圾桶满了，电话 13812345678")
    form.locator("[name=point]").fill(f"{lon}, {lat}")
    form.locator("button.primary").click()
    reported, accepted, dispatched, going, handled, closed, rated = walk.states
    stands(desk, reported)
    case = int(desk.locator(".case-head small").inner_text().strip().lstrip("#"))
    take(desk, "accept")
    stands(desk, accepted)
    take(desk, "dispatch", body="区城市管理局", note="请今天处理")
    stands(desk, dispatched)

    leader = enter(demo, "leader", "/my", width=390, height=844, has_touch=True)
    speak_on_phone(leader, walk.language)
    leader.click("[data-tab=incidents]")
    leader.locator(f".phone-list [data-incident='{case}']").click()
    take(leader, "start")
    stands(leader, going)
    take(leader, "handle", note="已清运")
    stands(leader, handled)
    expect(leader.locator(".case-steps [data-step=verify]")).to_have_count(0)
    picture(leader, f"15-case-leader-{walk.language}-{walk.size['width']}")
    speak_on_phone(leader, "zh")

    desk.goto(f"/desk#case-{case}")
    desk.reload()
    stands(desk, handled)
    take(desk, "verify", reason="fixed")
    stands(desk, closed)
    take(desk, "rate", satisfied="true")
    stands(desk, rated)
    expect(desk.locator(".time-line li")).to_have_count(7)
    desk.locator(".case-public").locator("..").locator("summary").click()
    expect(desk.locator(".case-public")).to_contain_text("138****5678")
    picture(desk, f"15-case-desk-{walk.language}-{walk.size['width']}")
    told = get(desk, f"/api/incidents/{case}")
    assert [e["transition"] for e in told["events"]] == [
        "report", "accept", "dispatch", "start", "handle", "verify", "rate",
    ]  # fmt: skip
    overflow = desk.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_many_are_accepted_at_once_and_who_refuses_is_named(demo, enter, picture):
    page = enter(demo, "staff", "/desk")
    lon, lat = home(demo, enter)
    for n in range(2):
        post(page, "/api/cases", {"text": f"批量 {n}", "category": "0505", "lon": lon, "lat": lat})
    page.reload()
    page.fill("#queue-text", "批量")
    expect(page.locator(".queue-list li")).to_have_count(2)
    for box in page.locator(".queue-check input").all():
        box.check()
    picture(page, "15-desk-bulk")
    page.locator(".desk-bulk button.primary").click()
    expect(page.locator("#queue-rows .empty")).to_be_visible()
    page.click("#queue-tabs [data-tab=accepted]")
    expect(page.locator(".queue-list li")).to_have_count(2)


def test_a_wish_is_claimed_and_the_second_is_told(demo, enter, watch):
    first = enter(demo, "planner", "/desk#wishes")
    second = enter(demo, "administrator", "/desk#wishes")
    wish = first.locator(".wish-list li").filter(has=first.locator("button")).first
    number = wish.get_attribute("data-wish")
    other = second.locator(f"[data-wish='{number}'] button")
    expect(other).to_be_visible()
    wish.locator("button").click()
    expect(first.locator(f"[data-wish='{number}'] .pill")).to_be_visible()
    watch.pardons.append("409")
    other.click()
    expect(second.locator("#messages")).to_contain_text("已被别人先认领")


@pytest.mark.parametrize("tab", ["figures", "agenda", "rules"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_tab_of_the_desk_shows_its_figures_in_both_languages(
    demo, enter, picture, tab, language
):
    page = enter(demo, "administrator", f"/desk#{tab}")
    speak(page, language)
    page.goto(f"/desk#{tab}")
    page.reload()
    expect(page.locator(f"#desk-{tab} h2").first).to_be_visible()
    words = page.locator(f"#desk-{tab}").inner_text()
    assert "cases." not in words
    if tab == "figures":
        whole = get(page, "/api/cases/figures")["whole"]
        assert whole["total"] > 0
        assert "四全" in words
        expect(page.locator(".figure-map-drawing path").first).to_be_visible()
        page.locator(".figure-map").scroll_into_view_if_needed()
        picture(page, f"15-desk-map-{language}")
        number = page.locator(".desk-figures small [data-figure='closed']")
        listed = get(page, number.get_attribute("href").replace("/desk", "/api/cases"))["total"]
        assert f"{listed:,}" in number.inner_text()
        number.click()
        expect(page.locator("#queue-figure")).to_contain_text(f"{listed:,}")
        page.goto(f"/desk#{tab}")
        expect(page.locator(f"#desk-{tab} h2").first).to_be_visible()
    picture(page, f"15-desk-{tab}-{language}")
    speak(page, "zh")


def test_an_address_of_the_district_fills_in_its_own_place(demo, enter):
    page = enter(demo, "staff", "/desk")
    page.click("#new-case")
    page.select_option("select[name=kind]", "petition")
    page.locator("input[name=address]").press_sequentially("柳荫")
    options = page.locator("#address-places option")
    expect(options.first).to_be_attached()
    words = options.first.get_attribute("value") or ""
    page.fill("input[name=address]", words)
    found = get(page, "/api/reports/search?q=柳荫")[0]
    expect(page.locator("input[name=point]")).to_have_value(f"{found['lon']}, {found['lat']}")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
def test_the_place_of_a_petition_is_chosen_on_the_map(demo, enter, picture, size):
    page = enter(demo, "staff", "/desk", width=size[0], height=size[1])
    page.click("#new-case")
    page.select_option("select[name=kind]", "petition")
    page.click("#point-on-map")
    canvas = page.locator("#place-map")
    expect(canvas).to_be_visible()
    expect(canvas.locator("canvas, .leaflet-tile").first).to_be_attached()
    x, y = home(demo, enter)
    page.fill("input[name=point]", f"{x}, {y}")
    page.locator("input[name=point]").blur()
    told = page.locator("#card .place-told [data-grid]")
    expect(told).to_be_visible()
    expect(canvas.locator(".report-pin")).to_be_visible()
    canvas.click(position={"x": 60, "y": 60})
    expect(page.locator("input[name=point]")).not_to_have_value(f"{x}, {y}")
    clicked = page.input_value("input[name=point]")
    picture(page, f"15-desk-place-{size[0]}")
    page.fill("textarea[name=text]", "老楼加装电梯")
    page.locator("#card form button.primary").click()
    expect(page.locator(".case-head small")).to_be_visible()
    case = int(page.locator(".case-head small").inner_text().strip().lstrip("#"))
    made = get(page, f"/api/incidents/{case}")
    assert (made["kind"], made["state"]) == ("petition", "draft")
    assert f"{made['lon']:.7f}, {made['lat']:.7f}" == clicked
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_a_number_of_the_agenda_and_of_the_evaluation_opens_its_list(demo, enter):
    page = enter(demo, "staff", "/desk#agenda")
    for figure in ("closed", "at_grid"):
        link = page.locator(f"#desk-agenda [data-figure={figure}]")
        n = link.inner_text()
        link.click()
        expect(page.locator("#queue-figure")).to_contain_text(n)
        page.goto("/desk#agenda")
        page.reload()
    page.goto("/desk#figures")
    page.reload()
    share = page.locator("#desk-figures .desk-figures [data-figure=satisfied]").first
    expect(share).to_contain_text("%")
    share.click()
    expect(page.locator("#queue-figure")).to_contain_text("满意")
