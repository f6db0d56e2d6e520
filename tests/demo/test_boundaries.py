"""The boundaries that ship are those of the generator, and import like anybody's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from gisgrid.demo.boundaries import boundaries_json, write_boundaries
from gisgrid.demo.district import demo_district
from gisgrid.io.layers import read_layer
from gisgrid.io.units import units_from_layer

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "boundaries" / "demo_units.geojson"


@pytest.fixture(scope="module")
def units():
    return demo_district().units


def test_the_shipped_file_has_the_generators_units(units):
    shipped, _ = units_from_layer(read_layer(SHIPPED))
    for name in ("code", "name", "level", "parent"):
        assert shipped[name].fillna("").tolist() == units[name].fillna("").tolist()
    apart = shapely.hausdorff_distance(shipped.geometry.to_numpy(), units.geometry.to_numpy())
    assert apart.max() < 1e-6  # a tenth of a metre


def test_the_shipped_file_says_that_it_is_made_up():
    features = json.loads(SHIPPED.read_text(encoding="utf-8"))["features"]
    assert {feature["properties"]["label"] for feature in features} == {"演示数据"}
    assert all(feature["properties"]["code"].startswith("990101") for feature in features)


def test_writing_and_reading_keeps_the_coverage(units, tmp_path: Path):
    write_boundaries(units, tmp_path / "units.geojson")
    back = read_layer(tmp_path / "units.geojson")
    communities = back[back["level"] == "community"].geometry.to_numpy()
    assert shapely.coverage_is_valid(communities)
    assert boundaries_json(units) == (tmp_path / "units.geojson").read_text(encoding="utf-8")
