"""Every real file we have, and what is to come of it: read, asked about, mended, quarantined."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gisgrid.errors import GisGridError
from gisgrid.geo.datum import Datum, shapes_from_wgs84
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.limits import PREVIEW
from gisgrid.io.incoming.parent import Request, looked_at
from gisgrid.model.services import service_kinds

KINDS = {key: (kind.zh, kind.en) for key, kind in service_kinds().items()}


@pytest.fixture
def files(shared_dir: Path) -> Path:
    return shared_dir / "data"


def look(path: Path, what: str, ground: Ground | None = None, **choices):
    """The preview of a file (of a Shapefile: of all its parts)."""
    parts = tuple(path.parent.glob(f"{path.stem}.*")) if path.suffix == ".shp" else (path,)
    request = Request("preview", what, parts, path.name, Choices(**choices), PREVIEW)
    return looked_at(request, ground or Ground(kinds=KINDS))


def district(path: Path, layer: str | None = None, **reading) -> Ground:
    """Ground made of a layer of units in WGS 84."""
    frame = gpd.read_file(path, layer=layer, **reading)
    names = frame[next(c for c in ("NAME", "name", "district") if c in frame)]
    shapes = shapely.make_valid(frame.geometry.to_numpy())
    units = pd.DataFrame({"code": [str(i) for i in range(len(frame))], "name": names, "depth": 1})
    return Ground(4549, kinds=KINDS, units=units, unit_shapes=shapes, community_depth=1,
                  district=shapely.union_all(shapes))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "what", "choices", "expected"),
    [
        # file, kind, choices -> format, encoding, verdict, asks, rows, good, reasons
        ("nasty/shanghai_counties_gbk_no_cpg.shp", "units", {},
         ("Shapefile", "gb18030", "stated", [], 17, 17, {})),
        ("nasty/shenzhen_districts_no_prj.shp", "units", {"mapping": {"name": "qh"}},
         ("Shapefile", "utf-8", "missing", ["crs"], 10, 10, {})),
        ("nasty/beijing_hospitals_bom.csv", "services", {"service": "health_centre"},
         ("CSV", "utf-8-sig", "missing", ["crs"], 126, 126, {})),
        ("nasty/laixi_epsg4490.geojson", "units", {},
         ("GeoJSON", "utf-8", "stated", [], 1, 1, {})),
        ("boundaries/raw_longwosion_420100_bom.json", "units", {},
         ("GeoJSON", "utf-8-sig", "stated", [], 13, None, None)),
        ("shanghai_points/poi_小学.csv", "services", {},
         ("CSV", "utf-8", "missing", ["crs"], 931, 931, {})),
        ("incidents/baltimore_311_sample.csv", "incidents", {},
         ("CSV", "utf-8", "stated", [], 10_000, 10_000, {})),
        ("beijing_cbd/beijing_cbd.gpkg", "buildings", {"layer": "buildings"},
         ("GeoPackage", "utf-8", "stated", [], 5442, None, None)),
        ("beijing_cbd/beijing_cbd.gpkg", "units", {"layer": "towns_touching", "level": "street"},
         ("GeoPackage", "utf-8", "stated", [], 20, 20, {})),
        ("beijing_haidian/haidian.osm", "buildings", {},
         ("OpenStreetMap", "utf-8", "stated", [], 521, 521, {})),
        ("nasty/tokyo_tmabsu_22_invalid.zip", "units",
         {"layer": "tokyo/TMABsu.shp", "mapping": {"name": "NAME1_"}},
         ("Shapefile", None, "stated", [], None, None, None)),
    ],
)  # fmt: skip
def test_what_comes_of_a_file(files, name, what, choices, expected):
    told = look(files / name, what, **choices)
    form, encoding, verdict, asks, rows, good, reasons = expected
    assert told["format"] == form
    assert encoding in (None, told["encoding"])
    assert (told["place"]["verdict"], told["asks"]) == (verdict, asks)
    would = told["would"]
    assert would["good"] + would["quarantined"] == would["read"]
    assert rows in (None, told["rows"])
    assert good in (None, would["good"])
    assert reasons is None or would["reasons"] == reasons


def test_self_crossing_units_are_mended_or_told_with_a_place(files):
    told = look(files / "nasty/tokyo_tmabsu_22_invalid.zip", "units", layer="tokyo/TMABsu.shp",
                mapping={"name": "NAME1_"})  # fmt: skip
    broken = [r for r in told["rejects"] if r["reason"] == "outline_broken"]
    mended = told["repaired"].get("self_intersection", 0)
    assert 17 <= mended + len(broken) <= 22  # of 22; others are out for another reason
    assert all(len(r["place"]) == 2 for r in broken)
    assert all("before_m2" in r for r in told["repairs"] if r["kind"] == "self_intersection")


def test_gaps_and_overlaps_of_a_real_topology_are_found_and_the_repaired_one_has_no_more(files):
    found = {}
    for name in ("orig", "repaired"):
        told = look(files / f"nasty/DenverCo_precincts2018_{name}.zip", "units",
                    mapping={"name": "PRECID"})  # fmt: skip
        found[name] = sum(f["kind"] in ("gap", "overlap") for f in told["findings"])
        found[name] += told["would"]["snapped"]
    assert found["orig"] > 0
    assert found["repaired"] <= found["orig"]


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.GCJ02, Datum.BD09])
def test_the_datum_of_points_is_told_by_the_unit_they_name(files, tmp_path, datum):
    ground = district(files / "nasty/shanghai_counties_gbk_no_cpg.shp", encoding="gb18030")
    points = pd.read_csv(files / "shanghai_points/poi_小学.csv")
    shifted = shapes_from_wgs84(shapely.points(points.lon, points.lat), datum)
    points["lon"], points["lat"] = shapely.get_x(shifted), shapely.get_y(shifted)
    points.to_csv(tmp_path / "p.csv", index=False)
    place = look(tmp_path / "p.csv", "services", ground)["place"]
    expected = "EPSG:4326" if datum is Datum.WGS84 else datum.value
    assert (place["evidence"], place["guesses"][0]["key"]) == ("named", expected)
    assert place["asks"]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (4528, "EPSG:4528"), (4549, "EPSG:4549"), (2364, "EPSG:2364"), (2437, "EPSG:2437"),
        (3857, "EPSG:3857"), ("gcj02", "gcj02"), ("bd09", "bd09"), ("swap", "EPSG:4326/swapped"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stated", [None, 4326])
def test_a_wrong_or_missing_system_is_guessed_from_the_border(
    files, tmp_path, made, expected, stated
):
    path = files / "nasty/shanghai_counties_gbk_no_cpg.shp"
    ground = district(path, encoding="gb18030")
    frame = gpd.read_file(path, encoding="gb18030")
    if isinstance(made, int):
        frame = frame.to_crs(made)
    elif made == "swap":
        frame.geometry = shapely.transform(frame.geometry, lambda xy: xy[:, ::-1])
    else:
        frame.geometry = shapes_from_wgs84(frame.geometry.to_numpy(), Datum(made))
    frame = frame.set_crs(stated, allow_override=True)
    frame.to_file(tmp_path / "u.gpkg", layer="u")
    place = look(tmp_path / "u.gpkg", "units", ground)["place"]
    best = place["guesses"][0]
    assert place["asks"]
    assert (best["key"], place["evidence"]) == (expected, "border")
    assert best["fit"] < 1.0


def test_compounds_in_bd09_that_say_wgs84_are_doubted_by_the_streets(files, tmp_path):
    from gisgrid.io.osm import read_osm  # noqa: PLC0415

    osm = read_osm(files / "beijing_haidian/haidian.osm")
    streets = osm.streets[osm.streets["class"] != "path"].geometry.to_numpy()
    box = shapely.box(*osm.buildings.total_bounds)
    ground = Ground(4548, kinds=KINDS, district=box.buffer(0.02), streets=streets)
    shifted = osm.buildings.copy()
    shifted.geometry = shapes_from_wgs84(shifted.geometry.to_numpy(), Datum.GCJ02)
    shifted.to_file(tmp_path / "b.gpkg")
    place = look(tmp_path / "b.gpkg", "buildings", ground)["place"]
    assert (place["verdict"], place["guesses"][0]["key"]) == ("shifted", "gcj02")
    assert place["guesses"][0]["fit"] < 0.1


def test_a_file_of_no_known_format_is_refused(files):
    with pytest.raises(GisGridError) as refused:
        look(files / "shenzhen_network/shenzhen_osmnx_G.graphml", "streets")
    assert refused.value.key == "format_refused"


def test_places_come_back_within_a_decimetre(files):
    from gisgrid.geo.readings import reading_of, to_wgs84  # noqa: PLC0415

    frame = gpd.read_file(files / "nasty/shanghai_counties_gbk_no_cpg.shp", encoding="gb18030")
    given = frame.geometry.to_numpy()
    for datum in (Datum.GCJ02, Datum.BD09):
        back = to_wgs84(shapes_from_wgs84(given, datum), reading_of(datum.value))
        off = shapely.get_coordinates(back) - shapely.get_coordinates(given)
        assert np.abs(off).max() * 111_320 < 0.1
    for epsg in (4528, 4549, 2364):
        back = to_wgs84(frame.to_crs(epsg).geometry.to_numpy(), reading_of(f"EPSG:{epsg}"))
        off = shapely.get_coordinates(back) - shapely.get_coordinates(given)
        assert np.abs(off).max() * 111_320 < 0.1
