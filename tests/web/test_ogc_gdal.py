"""GDAL's OAPIF driver, as QGIS uses it, against a server that runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread

import pyogrio
import pytest
from werkzeug.serving import make_server

from tests.web.conftest import PASSWORD
from web.ogc import parameters

pytestmark = [
    pytest.mark.usefixtures("only_reads"),
    pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="GDAL without OAPIF"),
]

CLIENT = """
import json, sys
import pyogrio
address, login, layer, *bbox = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": login, "GDAL_HTTP_AUTH": "BASIC"})
path = "OAPIF:" + address
if layer == "*":
    print(json.dumps(sorted(pyogrio.list_layers(path)[:, 0])))
else:
    found = pyogrio.read_dataframe(path, layer=layer, bbox=tuple(map(float, bbox)) or None)
    print(found.to_json(default=str))
"""


@pytest.fixture
def address(app) -> Iterator[str]:
    """The landing page of a server on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ogc/"
    server.shutdown()
    thread.join()


def gdal(*words: object):
    """What GDAL reads, in a process of its own: it would hold up the server otherwise."""
    command = [sys.executable, "-c", CLIENT, *map(str, words)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_gdal_lists_the_layers(address):
    names = gdal(address, f"planner:{PASSWORD}", "*")
    assert {"units", "buildings", "grids", "services", "incidents"} <= set(names)


def test_gdal_reads_every_page_with_types_and_shapes(address, monkeypatch):
    monkeypatch.setattr(parameters, "DEFAULT_LIMIT", 3)
    monkeypatch.setattr(parameters, "MOST", 3)
    found = gdal(address, f"planner:{PASSWORD}", "buildings")["features"]
    assert len(found) == 8
    assert {each["geometry"]["type"] for each in found} == {"Polygon"}
    homes = sorted(each["properties"]["households"] for each in found)
    assert homes == [10, 20, 30, 40, 100, 200, 300, 400]
    assert {each["properties"]["residential"] for each in found} == {True}


def test_gdal_asks_for_a_box_and_gets_what_lies_in_it(address):
    every = gdal(address, f"planner:{PASSWORD}", "grids")["features"]
    ring = every[0]["geometry"]["coordinates"][0][0]
    west, south = (sum(at[axis] for at in ring) / len(ring) for axis in (0, 1))
    east, north = west + 1e-6, south + 1e-6
    found = gdal(address, f"planner:{PASSWORD}", "grids", west, south, east, north)["features"]
    assert [each["properties"]["code"] for each in found] == [every[0]["properties"]["code"]]


def test_gdal_sees_the_scope_of_whoever_signs_in(address):
    assert len(gdal(address, f"leader:{PASSWORD}", "buildings")["features"]) == 2
    assert len(gdal(address, f"planner_b:{PASSWORD}", "buildings")["features"]) == 4
