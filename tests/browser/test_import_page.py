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
