"""A file by hand: dropped, looked at, place asked for, imported, quarantine mended, undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import get

from gisgrid.geo.datum import gcj02_from_wgs84

Opener = Callable[..., Page]


@pytest.fixture
def points(demo: Site, enter: Opener, tmp_path: Path) -> tuple[Page, Path]:
    """The page of data, and a list of pharmacies: GBK, GCJ-02, one of no kind, one at (0, 0)."""
    page = enter(demo, "planner", "/data")
    west, south, east, north = get(page, "/api/district")["bounds"]
    lines = ["编号,名称,类别,经度,纬度"]
    for n in range(12):
        share = (n + 0.5) / 12
        x, y = gcj02_from_wgs84([west + share * (east - west)], [(south + north) / 2])
        kind, name = ("药店", f"第{n}药店") if n != 5 else ("莫名其妙", "第5处")
        place = f"{x[0]:.7f},{y[0]:.7f}" if n != 7 else "0,0"
        lines.append(f"浏览器{n},{name},{kind},{place}")
    path = tmp_path / "药店点位.csv"
    path.write_bytes("\n".join(lines).encode("gb18030"))
    return page, path


def test_a_list_from_upload_to_the_map_and_back(points: tuple[Page, Path], picture: Any):
    page, path = points
    page.select_option("[name=what]", "services")
    page.set_input_files("#file", path)
    page.wait_for_url("**/data/import?file=*")
    look = page.locator("#look")
    expect(look).to_contain_text("GB18030")
    expect(look.locator(".asks")).to_contain_text("坐标系")
    expect(page.locator("#import")).to_be_disabled()
    expect(look.locator("[data-field=name]")).to_have_value("名称")
    picture(page, "import-preview")
    look.locator("[name=crs][value=gcj02]").dispatch_event("change")
    expect(page.locator("#import")).to_be_enabled()
    expect(page.locator("#import")).to_contain_text("2 条待处理")
    page.click("#import")
    page.wait_for_url("**/data/import?run=*")
    expect(page.locator("#adds-up")).to_have_text("入库 10 + 待处理 2 = 读入 12")
    page.locator(".row-open", has_text="第5处").click()
    page.fill(".row-form [name=类别]", "药店")
    picture(page, "import-quarantine")
    page.locator(".row-form button[type=submit]").click()
    expect(page.locator("#rows > li")).to_have_count(1)
    page.locator(".row-open", has_text="第7药店").click()
    page.locator(".row-form button", has_text="不要这一行").click()
    expect(look).to_contain_text("没有待处理的行")
    take_back_all(page)


def take_back_all(page: Page) -> None:
    """Undo the imports of this test, the latest first, each by two presses."""
    for run in [r["id"] for r in get(page, "/api/imports") if not r["undone_at"]][:2]:
        page.goto(f"/data/import?run={run}")
        page.locator("#undo").click()
        page.locator("#undo").click()
        expect(page.locator("#look")).to_contain_text("已撤销")


def test_a_file_that_cannot_be_read_says_why_and_offers_another(
    points: tuple[Page, Path], tmp_path: Path, watch: Any
):
    watch.pardons.append("415")
    page, _ = points
    bad = tmp_path / "图.json"
    bad.write_text("<OGRVRTDataSource/>")
    page.set_input_files("#file", bad)
    page.wait_for_url("**/data/import?file=*")
    expect(page.locator("#messages")).to_contain_text("不是可导入的格式")
    expect(page.locator("#look")).to_contain_text("换一个文件")


def test_the_preview_fits_a_phone(demo: Site, enter: Opener, points: tuple[Page, Path]):
    _, path = points
    page = enter(demo, "planner", "/data", width=390, height=844)
    page.select_option("[name=what]", "services")
    page.set_input_files("#file", path)
    page.wait_for_url("**/data/import?file=*")
    expect(page.locator("#look")).to_contain_text("GB18030")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_a_table_of_codes_from_upload_to_what_a_code_meant(demo: Site, enter: Opener, tmp_path):
    page = enter(demo, "planner", "/data")
    expect(page.locator("#code-changes")).to_contain_text("还没有沿革记录")
    communities = [u for u in get(page, "/api/district")["units"] if len(u["code"]) == 12]
    old, new = communities[0], communities[1]
    path = tmp_path / "编码沿革.csv"
    path.write_text(f"原编码,新编码,变更日期\n{old['code']},{new['code']},2026-01-01\n", "utf-8")
    page.select_option("[name=what]", "succession")
    page.set_input_files("#file", path)
    page.wait_for_url("**/data/import?file=*")
    expect(page.locator("#look [data-field=old_code]")).to_have_value("原编码")
    page.click("#import")
    page.wait_for_url("**/data/import?run=*")
    expect(page.locator("#adds-up")).to_have_text("入库 1 + 待处理 0 = 读入 1")
    run = page.url
    page.goto("/data")
    row = page.locator("#code-changes tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("2026-01-01")
    expect(row).to_contain_text(old["code"])
    expect(row).to_contain_text(new["name"])
    page.fill("#code-on [name=code]", old["code"])
    for day, meant in (("2026-02-01", new), ("2025-12-31", old)):
        page.fill("#code-on [name=day]", day)
        page.click("#code-on button")
        expect(page.locator("#code-meant li")).to_contain_text(meant["code"])
    page.goto(run)
    page.locator("#undo").click()
    page.locator("#undo").click()
    expect(page.locator("#look")).to_contain_text("已撤销")
    page.goto("/data")
    expect(page.locator("#code-changes")).to_contain_text("还没有沿革记录")


HOSTILE = "<img src=x onerror=alert(1)>"


def test_headings_and_values_of_a_hostile_file_stay_text(demo: Site, enter: Opener, tmp_path):
    page = enter(demo, "planner", "/data")
    west, south, east, north = get(page, "/api/district")["bounds"]
    odd = f"{HOSTILE},{{{{7*7}}}}"
    good = f"1,{odd},{HOSTILE},药店,{(west + east) / 2:.6f},{(south + north) / 2:.6f}"
    lines = [f"编号,{odd},名称,类别,经度,纬度", good, f"2,{odd},{HOSTILE},药店,0,0"]
    path = tmp_path / f"{HOSTILE[:4]}.csv"
    path.write_text("\n".join(lines), "utf-8")
    page.select_option("[name=what]", "services")
    page.set_input_files("#file", path)
    page.wait_for_url("**/data/import?file=*")
    look = page.locator("#look")
    expect(look).to_contain_text(HOSTILE)
    expect(look).to_contain_text("{{7*7}}")
    expect(look.locator("img")).to_have_count(0)
    look.locator("[name=crs][value='EPSG:4326']").dispatch_event("change")
    expect(page.locator("#import")).to_be_enabled()
    page.click("#import")
    page.wait_for_url("**/data/import?run=*")
    page.locator(".row-open").first.click()
    expect(page.locator(".row-form")).to_contain_text("{{7*7}}")
    expect(look.locator("img")).to_have_count(0)
    run = page.url.rsplit("=", 1)[1]
    page.goto("/data")
    expect(page.locator(f"#imports a[href$='run={run}']")).to_contain_text(HOSTILE[:4])
    expect(page.locator("#imports img")).to_have_count(0)
    page.goto(f"/data/import?run={run}")
    page.locator("#undo").click()
    page.locator("#undo").click()
    expect(look).to_contain_text("已撤销")
