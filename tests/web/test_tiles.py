"""Vector tiles: what is in them, who gets them, and how a browser keeps them."""

from __future__ import annotations

import gzip
import math

import mapbox_vector_tile
import pytest
from pyproj import Transformer

from tests.web.conftest import EAST, EPSG, NORTH

pytestmark = pytest.mark.usefixtures("only_reads")


def tile_of(zoom: int, x: float = 100, y: float = 100) -> tuple[int, int, int]:
    """The tile that holds a place of the district."""
    lon, lat = Transformer.from_crs(EPSG, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    n = 2**zoom
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return zoom, int((lon + 180) / 360 * n), int(row * n)


def get(browser, kind: str, zoom: int, **headers):
    z, x, y = tile_of(zoom)
    return browser.get(f"/api/tiles/{kind}/{z}/{x}/{y}.mvt", headers=headers)


def decode(answer) -> dict:
    body = answer.data
    return mapbox_vector_tile.decode(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)


def ids(layer) -> set[int]:
    return {feature["id"] for feature in layer["features"]}


def test_a_cell_tile_holds_cells_borders_and_buildings_by_id(browse, district):
    layers = decode(get(browse("planner"), f"cells/{district.cell_set['a']}", 14))
    cells = {district.cell[f"a{i}"] for i in range(4)}
    assert ids(layers["cell"]) == cells
    assert len(layers["border"]["features"]) == 4
    buildings = {f["id"]: f["properties"] for f in layers["building"]["features"]}
    assert buildings == {
        district.building[f"a{i}"]: {"cell": district.cell[f"a{i}"]} for i in range(4)
    }
    assert all(f["properties"] == {} for f in layers["cell"]["features"])


def test_far_away_a_cell_tile_holds_cells_only(browse, district):
    layers = decode(get(browse("planner"), f"cells/{district.cell_set['a']}", 12))
    assert set(layers) == {"cell"}


def test_the_base_map_holds_streets_with_class_and_name(browse):
    layers = decode(get(browse("leader"), "base", 14))
    assert {f["properties"]["class"] for f in layers["street"]["features"]} == {"arterial", "lane"}
    assert len(layers["building"]["features"]) == 8
    assert all(f["properties"] == {} for f in layers["building"]["features"])


def test_the_base_map_from_afar_holds_main_streets_and_no_buildings(browse):
    layers = decode(get(browse("planner"), "base", 11))
    assert {f["properties"]["class"] for f in layers["street"]["features"]} == {"arterial"}
    assert "building" not in layers


def test_the_district_tile_holds_the_grids_in_scope_only(browse, district):
    planner = decode(get(browse("planner"), "district", 14))
    assert ids(planner["grid"]) == set(district.grid.values())
    assert ids(planner["community"]) == {district.unit["a"], district.unit["b"]}
    leader = decode(get(browse("leader"), "district", 14))
    assert ids(leader["grid"]) == {district.grid["a1"]}
    assert ids(leader["community"]) == {district.unit["a"]}


def test_the_same_tile_is_not_sent_twice(browse):
    browser = browse("planner")
    first = get(browser, "district", 14)
    again = get(browser, "district", 14, **{"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert "private" in first.headers["Cache-Control"]


def test_two_accounts_never_share_a_version_of_the_district(browse):
    planner, leader = browse("planner"), browse("leader")
    tag = get(planner, "district", 14).headers["ETag"]
    assert get(leader, "district", 14, **{"If-None-Match": tag}).status_code == 200


def test_a_tile_without_anything_is_empty(browse):
    assert browse("planner").get("/api/tiles/base/14/0/0.mvt").status_code == 204


def test_a_browser_that_reads_gzip_gets_gzip(browse):
    answer = get(browse("planner"), "base", 14, **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert decode(answer)["street"]


@pytest.mark.parametrize(
    "address",
    ["40/0/0", "-1/0/0", "2/4/0", "2/0/4", "1e9/0/0", "abc/0/0", "2/0/-1", "9" * 5000 + "/0/0"],
)
def test_a_tile_that_cannot_be_is_not_found(browse, address):
    assert browse("planner").get(f"/api/tiles/base/{address}.mvt").status_code == 404
