"""Layers and plans are downloaded from the page of data; QGIS is given an address that works."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from walking import get, grids_in_force, speak

Opener = Callable[..., Page]


@pytest.fixture
def panel(demo: Site, enter: Opener) -> Page:
    page = enter(demo, "planner", "/data#export", accept_downloads=True)
    expect(page.locator("#export-form [name=what] option").first).to_be_attached()
    return page


def download(page: Page, folder: Path, **chosen: str) -> Path:
    """Fill the form, press the button, keep the file."""
    for name, value in chosen.items():
        field = page.locator(f"#export-form [name={name}]")
        field.fill(value) if name == "epsg" else field.select_option(value)
    with page.expect_download() as waiting:
        page.click("#export-form button[type=submit]")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_grids_in_force_leave_as_a_workbook_in_the_readers_words(panel, tmp_path):
    path = download(panel, tmp_path, what="grids", format="xlsx")
    assert path.suffix == ".xlsx"
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    assert {"编码", "户数"} <= set(rows[0])
    codes = {row[rows[0].index("编码")] for row in rows[1:]}
    assert codes == {grid["code"] for grid in grids_in_force(panel)}


def test_any_epsg_code_may_be_typed_and_geojson_in_metres_is_refused(panel, tmp_path):
    path = download(panel, tmp_path, what="units", format="gpkg", crs="other", epsg="4549")
    assert pyogrio.read_info(path)["crs"] == "EPSG:4549"
    panel.select_option("#export-form [name=format]", "geojson")
    panel.click("#export-form button[type=submit]")
    expect(panel.locator("#export-said")).to_contain_text("WGS 84")


def test_a_plan_is_taken_from_its_row_with_grids_cells_and_buildings(demo, enter, tmp_path):
    page = enter(demo, "planner", "/plans", accept_downloads=True)
    page.locator("#plan-rows a[href*='#export']").first.click()
    expect(page.locator("#export-form [name=plan] option").first).to_be_attached()
    plan = page.locator("#export-form [name=plan]").input_value()
    assert f"plan={plan}" in page.url
    path = download(page, tmp_path, format="gpkg")
    names = {name for name, _ in pyogrio.list_layers(path)}
    assert names == {"plan_grids", "plan_cells", "plan_buildings"}


def test_the_address_for_qgis_answers_and_is_said_in_english_too(panel, demo):
    address = panel.locator("#ogc-address").inner_text()
    assert address == f"{demo.url}/ogc/"
    landing = get(panel, address)
    assert {link["rel"] for link in landing["links"]} >= {"data", "conformance", "service-desc"}
    tiles = json.loads(panel.request.get(panel.locator("#tiles-address").inner_text()).text())
    assert tiles["tilejson"] == "3.0.0"
    speak(panel, "en")
    expect(panel.locator("#export-title")).to_have_text("Export")


def test_on_a_telephone_nothing_sticks_out(demo, enter):
    page = enter(demo, "planner", "/data#export", width=390, height=844)
    expect(page.locator("#export-form [name=what] option").first).to_be_attached()
    widest = page.evaluate("document.querySelector('#export').getBoundingClientRect().right")
    assert widest <= 390
