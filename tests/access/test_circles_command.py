"""`gisgrid circles` and `gisgrid site` on files: the town of the tests, and real cities."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from gisgrid.cli import main

CRS = "EPSG:32650"


@pytest.fixture
def folder(tmp_path, lines, points, monkeypatch):
    """A folder with the town as GeoPackage layers: streets, services, houses, units."""
    homes, places = points
    monkeypatch.chdir(tmp_path)
    write(lines, "streets")
    table = {"id": [f"s{i}" for i in range(24)], "kind": np.array(["school", "clinic"] * 12)}
    write(shapely.points(places), "services", **table)
    write(shapely.box(*(homes - 5).T, *(homes + 5).T), "houses", 户数=np.arange(300) % 7)
    west, south, east, north = shapely.total_bounds(lines)
    middle = (west + east) / 2
    halves = [shapely.box(west - 99, south - 99, middle, north + 99),
              shapely.box(middle, south - 99, east + 99, north + 99)]  # fmt: skip
    write(halves, "units", code=["001", "002"])
    return tmp_path


def write(shapes, layer: str, **columns) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)
    pyogrio.write_dataframe(frame, "town.gpkg", layer=layer, driver="GPKG")


def run(command: str, *extra: str, out: str = "out.gpkg") -> int:
    layers = ["--streets", "town.gpkg:streets", "--services", "town.gpkg:services",
              "--buildings", "town.gpkg:houses", "--households", "户数"]  # fmt: skip
    return main(["--lang", "en", command, *layers, *extra, "-o", out])


def layer(name: str, out: str = "out.gpkg") -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(out, layer=name)


def test_circles_reach_and_coverage_agree_with_each_other(folder, capsys):
    assert run("circles", "--minutes", "3", "6", "--units", "town.gpkg:units") == 0
    drawn, reach, counted = layer("circles"), layer("reach"), layer("coverage")
    assert len(drawn) == 48 and drawn.geometry.is_valid.all()
    assert (drawn["households"] <= drawn["households_straight"]).all()
    houses = np.arange(300) % 7
    for (kind, minutes), rows in counted.groupby(["kind", "minutes"]):
        whole = rows[rows["unit"] == "*"].iloc[0]
        halves = rows[rows["unit"] != "*"]
        assert sorted(halves["unit"]) == ["001", "002"]
        assert halves["covered"].sum() == whole["covered"]
        assert whole["covered"] + whole["uncovered"] == houses.sum()
        if minutes == 6:
            beyond = layer("uncovered")
            mine = beyond[beyond["kind"] == kind]
            assert mine["households"].sum() == whole["uncovered"]
            assert set(mine["building"]).isdisjoint(reach[reach["kind"] == kind]["building"])
    assert reach["metres"].max() <= 400
    said = capsys.readouterr().out
    assert "6 minutes' walk × 4 km/h = 400 m" in said
    assert "school" in said and "clinic" in said


def test_sites_are_ranked_and_what_they_gain_adds_up(folder, capsys):
    assert run("site", "--kind", "clinic", "--new", "4", "--minutes", "3") == 0
    sites = layer("sites")
    assert sites["rank"].tolist() == [1, 2, 3, 4]
    assert sites["gained"].is_monotonic_decreasing
    assert (sites["served_after"].diff()[1:] == sites["gained"][1:]).all()
    assert "gap at most" in capsys.readouterr().out


def test_musts_are_kept_and_forbidden_ground_stays_empty(folder, points):
    left, bottom = points[0].min(axis=0) - 99
    west = shapely.box(left, bottom, np.median(points[0][:, 0]), bottom + 2000)
    write([west], "closed")
    write(shapely.points(points[0][:1]), "must", id=["m1"])
    extra = ("--forbid", "town.gpkg:closed", "--must", "town.gpkg:must")
    assert run("site", "--kind", "clinic", "--new", "3", "--minutes", "3", *extra) == 0
    sites = layer("sites").to_crs(CRS)
    assert sites["candidate"].iloc[0] == "m1" and sites["must"].tolist() == [True, False, False]
    assert not sites.geometry[1:].within(west).any()


def test_what_cannot_be_measured_is_said_and_listed(folder, points, capsys):
    places = [*points[1][:5], (0.0, 0.0), points[1][0][::-1], (9e5, 3.0e6)]
    kinds = ["school", "school", None, "", "school", "school", "school", "school"]
    write(shapely.points(np.array(places)), "services", id=[f"s{i}" for i in range(8)], kind=kinds)
    assert run("circles", "--minutes", "5") == 0
    said = capsys.readouterr().out
    assert "2 services have no kind" in said
    assert "3 services have no street within 300 m (s5, s6, s7)" in said
    assert layer("on_no_street")["id"].tolist() == ["s5", "s6", "s7"]


def test_an_empty_field_a_place_outside_and_a_double_are_told(folder, points, capsys):
    metric = gpd.GeoSeries(shapely.points(points[1][:3]), crs=CRS)
    lonlat = shapely.get_coordinates(metric.to_crs(4326).to_numpy())
    places = [*lonlat, lonlat[0], (0.0, 0.0), lonlat[1] + (1.0, 0.5)]
    kinds = ["a", "a", "b", "a", "a", "a"]
    table = {"id": [f"s{i}" for i in range(6)], "kind": kinds}
    gpd.GeoDataFrame(table, geometry=[shapely.Point(p) for p in places], crs=4326).to_file(
        "odd.geojson"
    )
    assert run("circles", "--services", "odd.geojson", "--minutes", "5") == 0
    said = capsys.readouterr().out
    assert "1 of these services stand at longitude 0, latitude 0 (s4)" in said
    assert "1 of these services lie outside the ground of the streets (s5)" in said
    assert "1 pairs of services of one kind stand within 2 m of each other (s0, s3)" in said


def test_an_island_reaches_only_itself(folder, points, capsys):
    """A street far from all others, a service and a house on it; nobody crosses the water."""
    lines = pyogrio.read_dataframe("town.gpkg", layer="streets").geometry.to_numpy()
    away = np.array([600_000.0, 0]) / 100
    island = shapely.LineString(points[0][:1].repeat(2, 0) + away + ((0, 0), (1500, 0)))
    write([*lines, island], "streets")
    spot = shapely.get_coordinates(island)[0]
    write(shapely.points(np.array([spot, points[1][0]])), "services", id=["i", "m"], kind="k")
    homes = np.array([spot + np.array([100, 20]), points[0][5]])
    write(shapely.box(*(homes - 5).T, *(homes + 5).T), "houses", 户数=[3, 4])
    assert run("circles", "--minutes", "15") == 0
    assert "1 services stand on streets that do not join the others (i)" in capsys.readouterr().out
    reach = layer("reach").set_index("building")
    assert reach["service"].tolist()[0] == "i"
    assert "i" not in reach["service"].tolist()[1:]


@pytest.fixture
def surgery(folder, points):
    """A surgery on the 8th of each month, a clinic on weekdays, a school without hours."""
    hours = ["FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30", "Mo-Fr 08:30-17:30", None]
    kinds = ["clinic", "clinic", "school"]
    write(shapely.points(points[1][:3]), "services", id=["s8", "s5", "s0"], kind=kinds, 开放=hours)
    return ("--minutes", "6", "--opening", "开放")


def covered(kind: str) -> int:
    counted = layer("coverage")
    return int(counted["covered"][counted["kind"] == kind].item())


def test_a_service_of_the_eighth_of_the_month_counts_on_that_day_only(surgery, capsys):
    assert run("circles", *surgery, "--at", "2026-12-08T09:00") == 0
    said = capsys.readouterr().out
    assert "At 2026-12-08 09:00: 2 services open, 0 closed" in said
    assert "1 with unknown hours counted as open" in said
    eighth, school = covered("clinic"), covered("school")
    assert set(layer("circles")["service"]) == {"s8", "s5", "s0"}
    assert run("circles", *surgery, "--at", "2026-12-09 09:00") == 0
    assert "2 services open" not in capsys.readouterr().out
    assert layer("closed")["service"].tolist() == ["s8"]
    assert "s8" not in set(layer("circles")["service"]) | set(layer("reach")["service"])
    assert covered("clinic") < eighth
    assert covered("school") == school > 0


def test_a_kind_of_which_nothing_is_open_covers_nobody_and_is_listed(surgery, capsys):
    assert run("circles", *surgery, "--at", "2026-12-12T09:00") == 0  # a Saturday
    assert covered("clinic") == 0
    assert set(layer("closed")["service"]) == {"s8", "s5"}
    assert "clinic" in capsys.readouterr().out


def test_without_a_time_every_service_counts_whatever_its_hours(surgery):
    assert run("circles", *surgery) == 0
    assert set(layer("circles")["service"]) == {"s8", "s5", "s0"}
    assert "closed" not in pyogrio.list_layers("out.gpkg")[:, 0]


def test_a_site_is_sought_for_those_whom_nobody_serves_at_that_time(surgery, capsys):
    wish = ("--kind", "clinic", "--new", "1", *surgery)
    assert run("site", *wish, "--at", "2026-12-08T09:00") == 0
    served = int(layer("sites")["served_after"][0])
    assert run("site", *wish, "--at", "2026-12-12T09:00") == 0
    best = layer("sites").iloc[0]
    assert best["gained"] == best["served_after"] <= served
    assert "2 closed and not counted" in capsys.readouterr().out


def test_streets_that_do_not_hang_together_are_told(folder, capsys):
    rows = [shapely.LineString([(5e5, 3e6 + y), (5e5 + 1500, 3e6 + y)]) for y in (0, 300, 600)]
    write(rows, "streets")
    assert run("circles", "--minutes", "5") == 0
    assert "The streets fall into 3 pieces, the largest has 33 %" in capsys.readouterr().out


def test_swapped_axes_are_recognised(folder, points, capsys):
    metric = gpd.GeoSeries(shapely.points(points[1][:2]), crs=CRS)
    lonlat = shapely.get_coordinates(metric.to_crs(4326).to_numpy())
    swapped = gpd.GeoDataFrame({"kind": ["a", "b"]}, crs=4326,
                               geometry=[shapely.Point(lonlat[0]),
                                         shapely.Point(lonlat[1][::-1])])  # fmt: skip
    swapped.to_file("swapped.geojson")
    assert run("circles", "--services", "swapped.geojson", "--minutes", "5") == 0
    assert "1 of these services seem to have longitude and latitude swapped" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (["--minutes", "0"], "--minutes takes numbers from 1 to 120, not 0"),
        (["--speed", "fast"], "--speed takes 1 to 10 km/h, not fast"),
        (["--kind", "art"], "No column art"),
        (["--opening", "时间"], "No column 时间"),
        (["--at", "2026-12-08"], "--at takes a day and a time such as 2026-12-08T09:00"),
        (["--services", "none.gpkg"], "There is no file none.gpkg"),
        (["--streets", "town.gpkg:services"], "There is no street one may walk on"),
        (["--services", "town.gpkg"], "town.gpkg has several layers; choose one"),
        (["--households", "人家"], "人家"),
    ],
)
def test_bad_input_ends_with_a_sentence_and_status_two(folder, capsys, extra, sentence):
    assert run("circles", *extra) == 2
    said = capsys.readouterr()
    assert sentence in said.err and "Traceback" not in said.err
    assert not (folder / "out.gpkg").exists()


@pytest.mark.parametrize(
    ("out", "sentence"), [("out.shp", "should end in .gpkg"), ("no/out.gpkg", "no folder")]
)
def test_an_output_that_cannot_be_written_is_said_before_the_work(folder, capsys, out, sentence):
    assert run("circles", out=out) == 2
    assert sentence in capsys.readouterr().err


def test_a_speed_may_carry_its_unit(folder, capsys):
    assert run("circles", "--minutes", "5", "--speed", "4.5km/h") == 0
    assert "5 minutes' walk × 4.5 km/h = 375 m" in capsys.readouterr().out


def test_one_osm_file_serves_as_streets_services_and_buildings(shared_osm, tmp_path, capsys):
    out = str(tmp_path / "out.gpkg")
    command = ["--lang", "zh", "circles", "--streets", str(shared_osm), "--minutes", "15"]
    assert main([*command, "-o", out]) == 0
    assert len(layer("circles", out)) > 50
    counted = layer("coverage", out)
    assert counted["percent"].between(0, 100).all() and counted["percent"].nunique() > 3
    assert "步行 15 分钟 × 4 公里/小时 = 1000 米" in capsys.readouterr().out
