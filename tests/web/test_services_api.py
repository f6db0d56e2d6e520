"""Coverage over HTTP: the store that answers, the levels, the walks, what if, the files.

The district is that of conftest: doors lie 50 m off the street. A walk of 200 m (five minutes at
2.4 km/h) from the pharmacy at the corner (0, 0) reaches a0, a1 and a2, six hundred households.
"""

from __future__ import annotations

import csv
import io

import geopandas as gpd
import pytest
from conftest import EAST, EPSG, NORTH
from pyproj import Transformer
from shapely.geometry import shape
from sqlalchemy import text

from gisgrid.services import suggest_sites
from gisgrid.services.run_jobs import run_next
from gisgrid.services.store_circles import Stored, store_circles
from gisgrid.storage.engine import SYSTEM, transaction

pytestmark = pytest.mark.usefixtures("only_reads")
FIVE = "kind=pharmacy&minutes=5&speed=2.4"


def lonlat(x: float, y: float) -> str:
    moved = Transformer.from_crs(EPSG, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    return f"{moved[0]:.7f},{moved[1]:.7f}"


def metres_of(district) -> dict[str, float]:
    names = {id_: name for name, id_ in district.building.items()}
    with transaction(district.engine, SYSTEM) as conn:
        rows = conn.execute(text("SELECT building_id, metres, straight_m FROM reach")).all()
    return {names[row.building_id]: (row.metres, row.straight_m) for row in rows}


def test_the_reach_of_every_building_is_stored_once_and_then_asked(browse, district):
    browse("planner").get(f"/api/coverage?{FIVE}")
    stored = metres_of(district)
    assert len(stored) == 8
    assert stored["a0"] == pytest.approx((100, 70.71), abs=0.1)
    assert stored["a1"] == pytest.approx((200, 158.1), abs=0.1)
    before = marks(district)
    wider = browse("planner").get("/api/coverage?kind=pharmacy&minutes=60").json
    assert wider["covered"] == wider["total"] == 1100
    assert marks(district) == before


def marks(district) -> list:
    with transaction(district.engine, SYSTEM) as conn:
        return conn.execute(text("SELECT kind, measured_at FROM kind_reach")).all()


def test_a_new_service_is_seen_after_its_kind_is_stored_again(browse, own_database):
    planner = browse("planner")
    assert planner.get(f"/api/coverage?{FIVE}").json["covered"] == 600
    statement = (
        "INSERT INTO service_point (source, source_id, name, kind, geom)"
        " SELECT 'test', 's2', 'new', 'pharmacy',"
        " ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y), :epsg), 4326)"
    )
    with transaction(own_database.engine, SYSTEM) as conn:
        conn.execute(text(statement), {"x": EAST + 400, "y": NORTH + 200, "epsg": EPSG})
    assert store_circles(own_database.engine) == Stored()  # the ground is the same
    done = store_circles(own_database.engine, ["pharmacy"])
    assert (done.kinds, done.walks, done.circles) == (1, 8, 6)
    answer = planner.get(f"/api/coverage?{FIVE}").json
    assert answer["covered"] > 600
    with transaction(own_database.engine, SYSTEM) as conn:
        conn.execute(text("DELETE FROM service_point WHERE source_id = 's2'"))
    store_circles(own_database.engine, ["pharmacy"])
    assert planner.get(f"/api/coverage?{FIVE}").json["covered"] == 600


def test_new_ground_is_measured_when_somebody_asks(browse, own_database):
    planner = browse("planner")
    planner.get(f"/api/coverage?{FIVE}")
    with transaction(own_database.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE street SET walkable = false WHERE source_id <> '5'"))
        conn.execute(text("UPDATE project SET ground_version = ground_version + 1"))
    answer = planner.get("/api/coverage?kind=pharmacy&minutes=60").json
    assert answer["covered"] == answer["total"]  # along the one street that is left, y = 0
    assert metres_of(own_database)["a3"][0] == pytest.approx(300, abs=0.1)


def test_a_stored_circle_tells_the_same_households_as_one_drawn_now(browse, district):
    store_circles(district.engine, ["pharmacy"])
    with transaction(district.engine, SYSTEM) as conn:
        rows = conn.execute(
            text("SELECT minutes, households, households_straight FROM service_circle ORDER BY 1")
        ).all()
    path = f"/api/services/{district.service}/circle"
    answer = browse("planner").get(path).json
    assert [row.minutes for row in rows] == answer["minutes"] == [5, 10, 15]
    assert [row.households for row in rows] == list(answer["households"].values())
    assert rows[-1].households_straight == answer["households_straight"]
    drawn = browse("planner").get(f"{path}?speed=4.0001").json
    stored_ring, drawn_ring = (
        shape(a["polygons"]["features"][0]["geometry"]) for a in (answer, drawn)
    )
    assert stored_ring.symmetric_difference(drawn_ring).area < 0.01 * drawn_ring.area


def test_every_level_closes_over_households_and_over_buildings(browse):
    answer = browse("planner").get(f"/api/coverage?{FIVE}").json
    assert (answer["buildings"], answer["buildings_covered"]) == (8, 3)
    assert answer["buildings_percent"] == 37.5
    for level in ("grids", "communities"):
        for name in ("covered", "buildings", "buildings_covered", "straight_covered"):
            assert sum(unit[name] for unit in answer[level]) == answer[name], (level, name)
    assert [unit["percent"] for unit in answer["communities"]] == [60.0, 0.0]
    assert answer["streets"] == []  # this district has no such level


def test_the_radius_of_the_standard_is_another_question(browse, district):
    """Three hundred straight metres hold all of a, b0 at 255 m and b2 at 292 m."""
    answer = browse("planner").get("/api/coverage?kind=pharmacy&mode=radius").json
    assert (answer["mode"], answer["straight_radius_m"]) == ("radius", 300)
    assert answer["straight_covered"] == 1000 + 10 + 30
    assert sorted(answer["uncovered"]["building"]) == sorted(
        district.building[name] for name in ("b1", "b3")
    )


def test_a_leader_is_covered_within_the_own_grid_alone(browse):
    answer = browse("leader").get(f"/api/coverage?{FIVE}").json
    assert answer["total"] == 400


def test_a_building_knows_its_nearest_services_and_the_way(browse, district):
    planner, building = browse("planner"), district.building["a3"]
    seen = planner.get(f"/api/reach/{building}?speed=4").json
    (pharmacy,) = seen["services"]
    assert (pharmacy["id"], pharmacy["metres"]) == (district.service, 300)
    assert (pharmacy["minutes"], pharmacy["in_time"]) == (4.5, True)
    assert seen["leg_m"] == 50
    line = planner.get(f"/api/reach/{building}/{district.service}").json
    course = gpd.GeoSeries([shape(line["geometry"])], crs=4326).to_crs(EPSG)
    assert line["properties"]["metres"] == 300
    assert course.length.iloc[0] == pytest.approx(300, abs=0.5)


def test_a_building_out_of_scope_is_not_there(browse, district):
    leader = browse("leader")
    for path in (f"/api/reach/{district.building['b0']}", "/api/reach/999999"):
        assert leader.get(path).status_code == 404
    path = f"/api/reach/{district.building['b0']}/{district.service}"
    assert leader.get(path).status_code == 404


def test_a_trial_point_gains_exactly_who_was_not_served_and_now_is(browse, district):
    planner = browse("planner")
    answer = planner.get(f"/api/coverage/trial?{FIVE}&opened={lonlat(400, 200)}").json
    names = {id_: name for name, id_ in district.building.items()}
    gained = {names[b] for b in answer["gained_buildings"]["building"]}
    assert "b3" in gained
    assert gained <= {"b1", "b2", "b3"}
    assert answer["gained"] == sum(answer["gained_buildings"]["households"])
    assert answer["after"] == answer["before"] + answer["gained"] == 600 + answer["gained"]
    assert [f["properties"]["minutes"] for f in answer["polygons"]["features"]] == [5]


def test_a_trial_beside_the_service_gains_nobody(browse):
    path = f"/api/coverage/trial?kind=pharmacy&minutes=5.1&speed=2.4&opened={lonlat(0, 0)}"
    answer = browse("planner").get(path).json
    assert (answer["gained"], answer["reached"]) == (0, 600)


def test_closing_the_only_service_loses_everybody_and_moving_it_keeps_who_is_reached(
    browse, district
):
    planner = browse("planner")
    closed = planner.get(f"/api/coverage/trial?{FIVE}&closed={district.service}").json
    assert (closed["before"], closed["after"], closed["lost"]) == (600, 0, 600)
    moved = planner.get(
        f"/api/coverage/trial?{FIVE}&closed={district.service}&opened={lonlat(0, 1)}"
    ).json
    assert moved["lost"] + moved["after"] == 600 + moved["gained"]
    assert moved["after"] >= 300


def test_a_trial_far_from_every_street_says_so_and_gains_nobody(browse):
    answer = browse("planner").get(f"/api/coverage/trial?{FIVE}&opened=100.0,30.0").json
    assert (answer["snapped"], answer["gained"]) == ([False], 0)
    assert answer["polygons"]["features"][0]["geometry"]["coordinates"] == []


def test_the_best_site_serves_as_many_as_its_proof_allows(browse):
    answer = browse("planner").get(f"/api/coverage/sites?{FIVE}&new=1").json
    (site,) = answer["sites"]
    assert answer["gained"] == site["gained"] <= answer["bound"] <= 500
    assert answer["gap"] == round(1 - answer["gained"] / answer["bound"], 4)
    assert site["gained"] >= 400  # a3 alone holds four hundred
    assert site["percent_after"] == round(100 * (600 + site["gained"]) / 1100, 1)


def test_nobody_is_left_to_serve_and_no_site_is_suggested(browse):
    answer = browse("planner").get("/api/coverage/sites?kind=pharmacy&minutes=60").json
    assert (answer["sites"], answer["gap"]) == ([], 0)


def open_days(district, hours: str | None) -> None:
    with transaction(district.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE service_point SET opening_hours = :hours"), {"hours": hours})


EIGHTH, NINTH = "at=2026-11-08T10:00", "at=2026-11-09T10:00"


def test_a_service_of_the_eighth_of_the_month_counts_on_that_day_only(browse, own_database):
    open_days(own_database, "FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30")
    planner = browse("planner")
    on_the_day = planner.get(f"/api/coverage?{FIVE}&{EIGHTH}").json
    assert on_the_day["covered"] == 600
    assert on_the_day["open"] == {
        "at": "2026-11-08T10:00", "open": 1, "closed": 0, "unknown": 0,
        "closed_ids": [], "unknown_ids": [],
    }  # fmt: skip
    for other in (NINTH, "at=2026-11-08T12:00"):
        answer = planner.get(f"/api/coverage?{FIVE}&{other}").json
        assert (answer["covered"], answer["straight_covered"]) == (0, 0)
        assert answer["open"]["closed_ids"] == [own_database.service]
        assert len(answer["uncovered"]["building"]) == 8
        assert answer["uncovered"]["metres"] == [None] * 8
        ground = planner.get(f"/api/coverage/ground?{FIVE}&{other}").json
        assert not ground["geometry"]["coordinates"]
    assert planner.get(f"/api/coverage?{FIVE}").json["open"] is None
    assert planner.get(f"/api/coverage/sites?{FIVE}&{NINTH}&new=1").json["before"] == 0


def test_hours_that_are_not_said_or_not_readable_count_as_open_and_are_told(browse, own_database):
    for hours in (None, "早八点开门"):
        open_days(own_database, hours)
        answer = browse("planner").get(f"/api/coverage?{FIVE}&{NINTH}").json
        assert answer["covered"] == 600
        assert answer["open"]["unknown_ids"] == [own_database.service]


@pytest.mark.parametrize("moment", ["at=yesterday", "at=0001-01-01T10:00", "at=2026-11-08"])
def test_a_moment_that_is_none_is_refused(browse, moment):
    assert browse("planner").get(f"/api/coverage?{FIVE}&{moment}").status_code == 422


def test_elderly_persons_are_a_third_denominator(browse, own_database):
    """Known of four buildings, under three headings; a0 to a2 are within five minutes."""
    counts = {
        "a0": '{"elderly": 10}', "a1": '{"60岁以上": 20, "65岁以上": 12}', "a2": "{}",
        "a3": '{"65岁及以上人口": 40}', "b0": '{"children": 9, "elderly": 0}',
    }  # fmt: skip
    with transaction(own_database.engine, SYSTEM) as conn:
        for name, value in counts.items():
            statement = "UPDATE building SET counts = :value WHERE source_id = :name"
            conn.execute(text(statement), {"value": value, "name": name})
    answer = browse("planner").get(f"/api/coverage?{FIVE}").json
    assert (answer["elderly"], answer["elderly_covered"]) == (70, 30)
    assert answer["elderly_percent"] == 42.9
    assert sum(grid["elderly"] for grid in answer["grids"]) == 70
    assert (answer["total"], answer["buildings"]) == (1100, 8)


def test_a_table_tells_no_count_of_one_to_four_elderly_persons(browse, own_database):
    with transaction(own_database.engine, SYSTEM) as conn:
        for name, n in {"a0": 3, "a3": 30, "b0": 2, "b3": 40, "a2": 9}.items():
            statement = "UPDATE building SET counts = jsonb_build_object('elderly', :n)"
            conn.execute(text(f"{statement} WHERE source_id = :name"), {"n": n, "name": name})
    planner = browse("planner")
    planner.client.set_cookie("gisgrid_language", "en")
    content = planner.get(f"/api/coverage/units.csv?{FIVE}").data.decode("utf-8-sig")
    rows = {row[1]: row[-3:] for row in csv.reader(io.StringIO(content)) if len(row) > 3}
    assert rows["110101001001"] == ["42", "12", "28.6"]
    assert rows["110101001001001"] == ["12", "12", "100.0"]
    assert rows["110101001002001"] == ["", "", ""]


def test_the_reached_ground_holds_the_circle(browse, district):
    planner = browse("planner")
    whole = shape(planner.get("/api/coverage/ground?kind=pharmacy&minutes=10").json["geometry"])
    circle = planner.get(f"/api/services/{district.service}/circle?minutes=10").json
    ring = shape(circle["polygons"]["features"][0]["geometry"])
    assert whole.buffer(2e-5).contains(ring)


def test_coverage_beside_a_plan_is_a_sum_over_its_cells(browse, district):
    planner = browse("planner")
    answer = planner.get(f"/api/plans/{district.plan['a']}/coverage?{FIVE}").json
    cells = {name: district.cell[name] for name in ("a0", "a1", "a2", "a3")}
    assert answer["cells"]["id"] == list(cells.values())
    assert answer["cells"]["households"] == [100, 200, 300, 400]
    assert answer["cells"]["covered"] == [100, 200, 300, 0]
    grids = {g["code"]: g for g in planner.get(f"/api/coverage?{FIVE}").json["grids"]}
    west = answer["cells"]["covered"][0] + answer["cells"]["covered"][2]
    assert grids["110101001001001"]["covered"] == west


def test_coverage_beside_a_plan_keeps_to_the_scope(browse, district):
    path = f"/api/plans/{district.plan['a']}/coverage?{FIVE}"
    assert browse("planner_b").get(path).status_code == 404
    assert browse("leader").get(path).status_code == 403


def test_what_no_street_is_near_is_listed(browse):
    answer = browse("planner").get("/api/coverage/off-street").json
    assert answer["buildings"]["id"] == []
    assert answer["services"]["id"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_open_in_a_spreadsheet_and_close_with_the_page(browse, language):
    planner = browse("planner")
    planner.client.set_cookie("gisgrid_language", language)
    answer = planner.get(f"/api/coverage?{FIVE}").json
    file = planner.get(f"/api/coverage/units.csv?{FIVE}")
    assert file.data.startswith("\ufeff".encode())
    assert b"\r\n" in file.data
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    words = {"zh": ("社区", "网格"), "en": ("Community", "Grid")}[language]
    assert [row[0] for row in rows[1:-1]] == [words[0]] * 2 + [words[1]] * 4
    covered = rows[0].index({"zh": "已覆盖户数", "en": "Households covered"}[language])
    assert sum(int(r[covered]) for r in rows[1:-1] if r[0] == words[1]) == answer["covered"]
    assert "200 m" in rows[-1][0]
    left = planner.get(f"/api/coverage/uncovered.csv?{FIVE}").data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(left)))) == 1 + 5 + 1


def test_a_name_is_never_a_formula_in_the_table(browse, own_database):
    with transaction(own_database.engine, SYSTEM) as conn:
        conn.execute(text("UPDATE building SET name = '=1+1', address = '@x'"))
    file = browse("planner").get(f"/api/coverage/uncovered.csv?{FIVE}")
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert rows[1][1:3] == ["'=1+1", "'@x"]


def test_the_geopackage_holds_circles_services_and_the_uncovered(browse, tmp_path):
    path = tmp_path / "coverage.gpkg"
    path.write_bytes(browse("planner").get(f"/api/coverage/coverage.gpkg?{FIVE}").data)
    circles = gpd.read_file(path, layer="circles")
    assert circles["minutes"].tolist() == [5]
    assert circles.crs.to_epsg() == 4326
    left = gpd.read_file(path, layer="uncovered")
    assert left["households"].sum() == 500
    assert len(gpd.read_file(path, layer="services")) == 1
    grids = gpd.read_file(path, layer="coverage")
    assert grids["code"].str.len().unique().tolist() == [15]
    assert (grids["households"].sum(), grids["covered"].sum()) == (1100, 600)
    assert grids.geometry.is_valid.all()


@pytest.mark.parametrize(
    "path",
    [
        "/api/coverage/trial?kind=pharmacy&opened=x",
        "/api/coverage/trial?kind=pharmacy&opened=1",
        "/api/coverage/trial?kind=pharmacy&opened=999,99",
        "/api/coverage/trial?kind=pharmacy&closed=a",
        "/api/coverage/trial?kind=pharmacy&closed=99999999999999",
        "/api/coverage/sites?kind=pharmacy&new=0",
        "/api/coverage/sites?kind=pharmacy&new=1e9",
        "/api/coverage?kind=pharmacy&mode=fly",
        "/api/reach/1?speed=nan",
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(browse, path):
    answer = browse("planner").get(path)
    assert answer.status_code == 422
    assert answer.json["error"]["code"] == "invalid_fields"


def test_distances_older_than_the_streets_are_said_and_measured_again_by_a_job(
    browse, own_database
):
    planner, engine = browse("planner"), own_database.engine
    store_circles(engine)
    assert planner.get("/api/coverage/measured").json["stale"] == 0
    with transaction(engine, SYSTEM) as conn:
        conn.execute(text("UPDATE project SET ground_version = ground_version + 1"))
    old = planner.get("/api/coverage/measured").json
    assert (old["kinds"], old["stale"]) == (1, 1)
    begun = planner.post("/api/coverage/measured", json={})
    assert begun.status_code == 202
    run_next(engine)
    job = planner.get(f"/api/jobs/{begun.json['job']}").json
    assert (job["state"], job["result"]["circles"]) == ("done", 3)
    assert planner.get("/api/coverage/measured").json["stale"] == 0


def test_a_job_of_measuring_that_is_called_off_measures_nothing(browse, own_database):
    planner = browse("planner")
    job = planner.post("/api/coverage/measured", json={}).json["job"]
    planner.post(f"/api/jobs/{job}/cancel", json={})
    run_next(own_database.engine)
    assert planner.get(f"/api/jobs/{job}").json["state"] == "cancelled"
    assert planner.get("/api/coverage/measured").json["stale"] == 1


def test_in_a_large_district_sites_are_suggested_by_a_job(browse, own_database, monkeypatch):
    planner = browse("planner")
    now = planner.get(f"/api/coverage/sites?{FIVE}&new=1").json
    monkeypatch.setattr(suggest_sites, "MANY_BUILDINGS", 3)
    assert planner.get(f"/api/coverage/sites?{FIVE}&new=1").json == {"long": True}
    asked = {"kind": "pharmacy", "minutes": 5, "speed": 2.4, "new": 1}
    job = planner.post("/api/coverage/sites", json=asked).json["job"]
    run_next(own_database.engine)
    assert planner.get(f"/api/jobs/{job}").json["result"] == now


def test_beside_a_plan_closed_services_do_not_count_either(browse, own_database):
    open_days(own_database, "FREQ=MONTHLY;BYMONTHDAY=8")
    planner, plan = browse("planner"), own_database.plan["a"]
    path = f"/api/plans/{plan}/coverage?{FIVE}"
    assert sum(planner.get(f"{path}&{EIGHTH}").json["cells"]["covered"]) == 600
    assert sum(planner.get(f"{path}&{NINTH}").json["cells"]["covered"]) == 0
