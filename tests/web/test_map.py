"""The map: composed by Folium from constants, offline, without a record."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.web.conftest import HOSTILE
from web.map.catalogue import PAGES, LayerSpec
from web.map.compose import compose, compose_layers

pytestmark = pytest.mark.usefixtures("only_reads")

MAP = Path(__file__).resolve().parents[2] / "web" / "map"
ROOT = MAP.parents[1]


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_what_composes_the_map_cannot_reach_a_record():
    allowed = ("folium", "branca", "web.map", "gisgrid.errors", "markupsafe", "dataclasses",
               "functools", "__future__")  # fmt: skip
    foreign = {
        f"{file.name}: {name}"
        for file in MAP.glob("*.py")
        for name in imports(file)
        if not name.startswith(allowed)
    }
    assert foreign == set()


def test_folium_is_used_nowhere_else():
    others = [f for f in [*(ROOT / "web").rglob("*.py"), *(ROOT / "gisgrid").rglob("*.py")]
              if f.parent != MAP]  # fmt: skip
    assert [
        f.name for f in others if {"folium", "branca"} & {n.split(".")[0] for n in imports(f)}
    ] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_script_names_our_own_host_only(page):
    composed = compose(page)
    assert "://" not in composed.source
    assert all(url.startswith("/static/") for url in (*composed.css, *composed.js))
    assert composed.html == '<div class="folium-map" id="map_gg"></div>'


@pytest.mark.parametrize("page", PAGES)
def test_the_script_is_the_same_every_time(page):
    assert compose_layers(page, PAGES[page]).source == compose(page, openstreetmap=False).source


@pytest.mark.usefixtures("own_database")
def test_openstreetmap_is_named_where_it_is_used_and_only_there(browse, district):
    assert "OpenStreetMap" not in browse("planner").get("/map/overview.js").text
    with district.engine.begin() as conn:
        conn.execute(text("UPDATE street SET source = 'osm' WHERE source_id = '0'"))
    assert "OpenStreetMap contributors" in browse("planner").get("/map/overview.js").text


def test_every_layer_is_created_with_its_class():
    source = compose("workbench").source
    assert re.search(r'import\("/static/js/map/territory-layer.js"\)', source)
    assert "new TerritoryLayer({" in source
    assert '"url": "/api/tiles/cells/{set}/{z}/{x}/{y}.mvt"' in source


def test_folium_would_run_a_name_which_is_why_none_gets_there():
    """The hole is real: were a record passed as an option, branca would run it."""
    hole = LayerSpec("x", "x.js", "X", {"name": "{{ 7 * 7 }}"})
    assert '"name": "49"' in compose_layers("x", (hole,)).source


@pytest.mark.parametrize("page", PAGES)
def test_no_name_of_the_database_is_in_a_composed_script(browse, page):
    login = "leader" if page == "my" else "planner"
    script = browse(login).get(f"/map/{page}.js").get_data(as_text=True)
    assert "49" not in script
    assert HOSTILE not in script
    assert "示例区" not in script
    assert "const map_gg" in script


def test_an_unknown_page_has_no_script(browse):
    assert browse("planner").get("/map/nothing.js").status_code == 404
