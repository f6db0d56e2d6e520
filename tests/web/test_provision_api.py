"""Planning services over HTTP: catchments, what-ifs, tiers, scenarios kept and compared.

The district is that of conftest: a pharmacy at the corner (0, 0) and four buildings in each of two
communities. Doors lie 50 m off the streets; walks from (0, 0) are 100 m to a0 and 200 m to a1, a2.
"""

from __future__ import annotations

import csv
import io

import pytest
from conftest import EAST, EPSG, NORTH
from openpyxl import load_workbook
from pypdf import PdfReader
from pyproj import Transformer
from sqlalchemy import text

from gisgrid.services.run_jobs import run_next
from gisgrid.storage.engine import SYSTEM, transaction

FIVE = "kind=pharmacy&minutes=5&speed=2.4"  # 200 m
TO_DEGREES = Transformer.from_crs(EPSG, 4326, always_xy=True)


def place(x: float, y: float) -> list[float]:
    lon, lat = TO_DEGREES.transform(EAST + x, NORTH + y)
    return [round(lon, 7), round(lat, 7)]


def at(x: float, y: float) -> str:
    return ",".join(f"{value:.7f}" for value in place(x, y))


def open_pharmacy(district, x: float, y: float, name: str = "second") -> int:
    with transaction(district.engine, SYSTEM) as conn:
        made = conn.execute(
            text(
                "INSERT INTO service_point (source, source_id, name, kind, geom)"
                " VALUES ('test', :name, :name, 'pharmacy',"
                " ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) RETURNING id"
            ),
            {"name": name, "lon": place(x, y)[0], "lat": place(x, y)[1]},
        ).scalar_one()
        conn.execute(text("DELETE FROM kind_reach"))
        return int(made)


def read(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


class TestCatchments:
    def test_each_grid_goes_to_one_centre_and_no_centre_takes_more_than_it_may(
        self, browse, district
    ):
        east = open_pharmacy(district, 400, 0)
        answer = (
            browse("planner")
            .get("/api/coverage/catchments?kind=pharmacy&level=grids&at_least=2&at_most=2")
            .json
        )
        assert answer["allocated"] == 4
        assert [unit["centre"] for unit in answer["units"]] == [district.service] * 2 + [east] * 2
        assert [centre["units"] for centre in answer["centres"]] == [2, 2]
        assert sum(centre["households"] for centre in answer["centres"]) == 1100

    def test_a_unit_walks_as_far_as_its_median_household(self, browse):
        answer = (
            browse("planner")
            .get("/api/coverage/catchments?kind=pharmacy&at_least=0&at_most=5")
            .json
        )
        a = answer["units"][0]
        assert (a["metres"], a["farthest_m"]) == (200, 300)  # 100, 200, 300 and 400 households
        assert a["households"] == 1000

    def test_what_finds_no_room_is_listed_with_the_reason_and_the_nearest_centre(
        self, browse, district
    ):
        answer = (
            browse("planner")
            .get("/api/coverage/catchments?kind=pharmacy&at_least=0&at_most=1")
            .json
        )
        left = [unit for unit in answer["units"] if unit["centre"] is None]
        assert [unit["reason"] for unit in left] == ["no_room"]
        assert left[0]["nearest"] == district.service
        assert answer["allocated"] == 1

    def test_a_unit_without_a_way_and_one_without_buildings_say_so(self, browse, district):
        statements = (
            "DELETE FROM street WHERE source_id <> '0'",  # x = 350 is farther than any leg
            "UPDATE building SET retired_at = now() WHERE source_id IN ('a1', 'a3')",
            "UPDATE project SET ground_version = ground_version + 1",
        )
        with transaction(district.engine, SYSTEM) as conn:
            for statement in statements:
                conn.execute(text(statement))
        answer = (
            browse("planner")
            .get("/api/coverage/catchments?kind=pharmacy&level=grids&at_least=0&at_most=9")
            .json
        )
        reasons = {unit["grid"]: unit["reason"] for unit in answer["units"]}
        assert reasons[district.grid["a1"]] is None
        assert reasons[district.grid["a2"]] == "no_buildings"
        assert reasons[district.grid["b2"]] == "no_way"

    def test_bounds_that_cannot_be_kept_are_told_in_a_sentence(self, browse):
        planner = browse("planner")
        answer = planner.get("/api/coverage/catchments?kind=pharmacy&at_least=4&at_most=5")
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "too_few_units")
        assert answer.json["error"]["facts"]["units"] == 2
        none = planner.get("/api/coverage/catchments?kind=pharmacy&centres=999")
        assert none.json["error"]["code"] == "no_centres"

    def test_a_planner_of_one_community_divides_that_one_only(self, browse):
        answer = (
            browse("planner_b")
            .get("/api/coverage/catchments?kind=pharmacy&at_least=0&level=grids")
            .json
        )
        assert {unit["code"][:12] for unit in answer["units"]} == {"110101001002"}
        assert sum(centre["households"] for centre in answer["centres"]) == 100

    def test_the_tables_say_what_the_page_says(self, browse):
        planner = browse("planner")
        query = "kind=pharmacy&at_least=0&at_most=1"
        rows = read(planner.get(f"/api/coverage/catchments.csv?{query}"))
        assert [row["户数"] for row in rows[:2]] == ["1000", "100"]
        assert rows[1]["未分配原因"] == "能走到的中心都已满"
        assert rows[0]["归属中心"].startswith("{{7*7}}")  # text, whatever it looks like
        book = load_workbook(io.BytesIO(planner.get(f"/api/coverage/catchments.xlsx?{query}").data))
        assert book.sheetnames == ["单位", "中心"]
        assert "1" in book["单位"]["A1"].value
        assert book["单位"]["C3"].value == 1000


class TestWhatIf:
    def test_merging_keeps_the_sum_of_households_and_names_who_loses_access(self, browse, district):
        east = open_pharmacy(district, 400, 0)
        north = open_pharmacy(district, 0, 200, "third")
        answer = browse("planner").get(f"/api/coverage/what-if?{FIVE}&closed={east},{north}").json
        stations = {row["id"]: row for row in answer["stations"]}
        assert sum(row["a"] or 0 for row in stations.values()) == 1100
        assert sum(row["b"] or 0 for row in stations.values()) == 1100
        assert stations[district.service]["b"] == 1100
        assert (stations[east]["b"], stations[north]["b"]) == (None, None)
        by = {row["minutes"]: row for row in answer["b"]["minutes"]}
        assert by[5.0]["households"] == 600
        assert answer["lost"] == sum(answer["lost_buildings"]["households"]) > 0
        assert answer["gained"] == 0
        assert all(m > 200 for m in answer["lost_buildings"]["metres_b"])

    def test_a_service_that_moves_serves_from_its_new_place(self, browse, district):
        planner, there = browse("planner"), at(200, 100)
        moved = planner.get(f"/api/coverage/what-if?{FIVE}&moved={district.service},{there}").json
        assert [row["id"] for row in moved["stations"]] == [district.service]
        instead = planner.get(
            f"/api/coverage/what-if?{FIVE}&closed={district.service}&opened={there}"
        ).json
        assert moved["b"] == instead["b"]
        assert moved["lost"] == instead["lost"] > 0
        assert moved["gained"] == instead["gained"] > 0

    def test_nothing_is_stored(self, browse, district):
        planner = browse("planner")
        planner.get(f"/api/coverage/what-if?{FIVE}&closed={district.service}&opened={at(400, 0)}")
        assert planner.get(f"/api/coverage?{FIVE}").json["covered"] == 600
        assert planner.get("/api/scenarios").json == []

    def test_to_close_the_last_one_leaves_everybody_out_of_reach(self, browse, district):
        answer = (
            browse("planner").get(f"/api/coverage/what-if?{FIVE}&closed={district.service}").json
        )
        assert answer["b"] == answer["b"] | {"services": 0, "mean_m": None, "out_of_reach": 1100}
        assert answer["lost_buildings"]["metres_b"] == [None, None, None]

    def test_levels_close_with_the_whole(self, browse):
        answer = browse("planner").get(f"/api/coverage/what-if?{FIVE}&opened={at(400, 200)}").json
        for level in ("grids", "communities"):
            for name in ("households", "a", "b", "gained", "lost"):
                whole = {"households": "total"}.get(name)
                total = answer[whole] if whole else answer["gained"] if name == "gained" else None
                if total is not None:
                    assert sum(unit[name] for unit in answer[level]) == total
            gains = sum(unit["b"] - unit["a"] for unit in answer[level])
            assert gains == answer["gained"] - answer["lost"]

    def test_services_that_are_closed_at_the_time_asked_for_do_not_count(self, browse, district):
        open_pharmacy(district, 400, 0)
        hours = "UPDATE service_point SET opening_hours = 'Mo-Fr 08:00-18:00' WHERE id = :id"
        with transaction(district.engine, SYSTEM) as conn:
            conn.execute(text(hours), {"id": district.service})
        planner = browse("planner")
        any_time = planner.get(f"/api/coverage/what-if?{FIVE}").json
        sunday = planner.get(f"/api/coverage/what-if?{FIVE}&at=2025-06-08T10:00").json
        assert (any_time["a"]["services"], sunday["a"]["services"]) == (2, 1)
        query = "kind=pharmacy&at_least=0&at=2025-06-08T10:00"
        centres = planner.get(f"/api/coverage/catchments?{query}").json["centres"]
        assert district.service not in [centre["id"] for centre in centres]

    @pytest.mark.parametrize("bad", ["moved=1,2", "moved=1,999,1", "closed=x", "opened=1;2"])
    def test_nonsense_is_refused(self, browse, bad):
        assert browse("planner").get(f"/api/coverage/what-if?{FIVE}&{bad}").status_code == 422

    def test_the_workbook_has_the_figures_the_units_and_the_people(self, browse, district):
        answer = browse("planner").get(
            f"/api/coverage/what-if.xlsx?{FIVE}&closed={district.service}"
        )
        book = load_workbook(io.BytesIO(answer.data))
        assert book.sheetnames == [
            "覆盖前后", "分级变化", "服务点", "新增覆盖的楼栋", "失去覆盖的楼栋",
        ]  # fmt: skip
        assert [row[3].value for row in list(book["失去覆盖的楼栋"])[2:]] == [300, 200, 100]


class TestTiers:
    def test_a_community_without_and_one_with_two_are_flagged(self, browse, district):
        move = "UPDATE service_point SET geom = ST_SetSRID(ST_MakePoint(:x, :y), 4326)"
        x, y = place(50, 50)
        with transaction(district.engine, SYSTEM) as conn:
            conn.execute(text(move), {"x": x, "y": y})
        open_pharmacy(district, 60, 60)
        answer = browse("staff").get("/api/coverage/tiers?kind=pharmacy&level=communities").json
        assert (answer["missing"], answer["doubled"]) == (1, 1)
        states = {unit["unit"]: (unit["state"], unit["n"]) for unit in answer["units"]}
        assert states == {district.unit["a"]: ("doubled", 2), district.unit["b"]: ("missing", 0)}
        many = (
            browse("staff")
            .get("/api/coverage/tiers?kind=pharmacy&level=communities&once=false")
            .json
        )
        assert (many["missing"], many["doubled"]) == (1, 0)

    def test_a_service_outside_all_of_them_is_listed(self, browse, district):
        far = open_pharmacy(district, 4000, 0)
        answer = browse("staff").get("/api/coverage/tiers?kind=pharmacy&level=communities").json
        assert far in [row["id"] for row in answer["outside"]]

    def test_a_project_without_streets_has_nothing_to_check(self, browse):
        answer = browse("staff").get("/api/coverage/tiers?kind=pharmacy&level=streets").json
        assert (answer["units"], answer["missing"]) == ([], 0)


class TestScenarios:
    def save(self, browser, name="方案一", **change):
        body = {"name": name, "kind": "pharmacy", **change}
        return browser.post("/api/scenarios", json=body)

    def test_a_what_if_is_kept_listed_renamed_and_deleted(self, browse, district):
        staff = browse("staff")
        made = self.save(staff, opened=[place(400, 0)], closed=[district.service])
        assert made.status_code == 201
        [row] = staff.get("/api/scenarios").json
        assert (row["name"], row["opened"], row["closed"], row["kinds"]) == (
            "方案一", 1, 1, ["pharmacy"],
        )  # fmt: skip
        assert row["author"].startswith("staff")
        path = f"/api/scenarios/{made.json['id']}"
        token = {"X-CSRFToken": staff.token()}
        renamed = staff.client.put(path, json={"name": "方案二"}, headers=token).json
        assert (renamed["name"], len(renamed["points"])) == ("方案二", 2)
        assert staff.client.delete(path, headers=token).status_code == 204
        assert staff.get("/api/scenarios").json == []
        assert staff.get(path).status_code == 404

    def test_a_name_is_given_once(self, browse):
        staff = browse("staff")
        self.save(staff)
        again = self.save(staff)
        assert (again.status_code, again.json["error"]["code"]) == (409, "scenario_name_taken")
        assert "方案一" in again.json["error"]["message"]

    def test_a_request_that_arrives_twice_is_kept_once(self, browse, district):
        staff = browse("staff")
        body = {"name": "方案", "kind": "pharmacy", "closed": [district.service]}
        key = {"Idempotency-Key": "k1"}
        first, second = (staff.post("/api/scenarios", json=body, headers=key) for _ in range(2))
        assert first.json == second.json
        assert len(staff.get("/api/scenarios").json) == 1

    def test_what_another_has_kept_is_read_and_not_changed_by_staff(self, browse):
        made = self.save(browse("planner"))
        staff = browse("staff")
        path = f"/api/scenarios/{made.json['id']}"
        assert staff.get(path).json["may_change"] is False
        refused = staff.client.delete(path, headers={"X-CSRFToken": staff.token()})
        assert (refused.status_code, refused.json["error"]["code"]) == (403, "scenario_of_another")

    def test_a_leader_plans_no_services(self, browse):
        assert browse("leader").get("/api/scenarios").status_code == 403

    def test_services_of_another_kind_or_none_cannot_be_closed(self, browse):
        assert self.save(browse("staff"), closed=[99_999]).status_code == 404
        assert browse("staff").get("/api/scenarios").json == []

    def test_two_scenarios_are_compared_and_each_with_today(self, browse, district):
        staff = browse("staff")
        east = self.save(staff, "东", opened=[place(400, 0)]).json["id"]
        away = self.save(staff, "停", closed=[district.service]).json["id"]
        today = staff.get(f"/api/coverage/compare?{FIVE}&b={east}").json
        assert today["names"] == {"a": None, "b": "东"}
        assert (today["a"]["minutes"][0]["households"], today["lost"]) == (600, 0)
        assert today["gained"] > 0
        both = staff.get(f"/api/coverage/compare?{FIVE}&a={east}&b={away}").json
        assert both["names"] == {"a": "东", "b": "停"}
        assert both["b"]["services"] == 0
        assert both["lost"] == today["b"]["minutes"][0]["households"]
        back = staff.get(f"/api/coverage/compare?{FIVE}&a={away}&b={east}").json
        assert (back["gained"], back["lost"]) == (both["lost"], both["gained"])
        assert [one["kind"]["key"] for one in both["kinds"]] == ["pharmacy"]
        same = staff.get(f"/api/coverage/compare?{FIVE}").json
        assert (same["gained"], same["lost"], same["kinds"]) == (0, 0, [])

    def test_a_service_that_is_gone_meanwhile_is_left_out(self, browse, district):
        staff = browse("staff")
        made = self.save(staff, closed=[district.service]).json["id"]
        with transaction(district.engine, SYSTEM) as conn:
            conn.execute(text("UPDATE service_point SET retired_at = now()"))
        assert staff.get(f"/api/scenarios/{made}").json["points"] == []
        assert staff.get(f"/api/coverage/compare?{FIVE}&b={made}").json["lost"] == 0

    @pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\nb"])
    def test_a_name_that_cannot_be_read_is_refused(self, browse, name):
        assert self.save(browse("staff"), name).status_code == 422


class TestFiles:
    def test_the_workbook_of_coverage_holds_every_unit_and_both_denominators(self, browse):
        answer = browse("planner").get(f"/api/coverage/coverage.xlsx?{FIVE}")
        book = load_workbook(io.BytesIO(answer.data))
        assert book.sheetnames == ["合计", "社区", "网格", "未覆盖楼栋"]
        whole = [[cell.value for cell in row] for row in book["合计"]]
        assert whole[2][1:4] == [1100, 600, 54.5]
        assert whole[3][1:4] == [8, 3, 37.5]
        assert "2.4 km/h" in whole[0][0]
        assert sum(row[2].value for row in list(book["网格"])[2:]) == 1100
        left = [[cell.value for cell in row] for row in book["未覆盖楼栋"]][2:]
        assert sum(row[4] for row in left) == 500
        assert left[0][1].startswith("a3")

    def test_the_paper_is_made_by_a_job_and_says_how_it_was_counted(self, browse, district):
        planner = browse("planner")
        asked = {"kind": "pharmacy", "minutes": 5, "speed": 2.4}
        begun = planner.post("/api/coverage/paper", json=asked)
        assert begun.status_code == 202
        assert run_next(district.engine)
        job = begun.json["job"]
        assert planner.get(f"/api/jobs/{job}").json["state"] == "done"
        pages = PdfReader(io.BytesIO(planner.get(f"/api/jobs/{job}/file").data)).pages
        assert pages[0].mediabox.width > pages[0].mediabox.height > 840  # A3, landscape
        first = pages[0].extract_text()
        for words in ("药店服务圈", "2.4 km/h", "200 m", "54.5 %", "600 / 1,100", "37.5 %"):
            assert words in first, words
        assert "步行距离 = 沿路距离 + 两端接入距离" in first
        assert "a3" in pages[1].extract_text()

    def test_the_paper_of_a_kind_that_cares_tells_the_elderly_it_reaches(self, browse, district):
        """Of 100 elderly persons 40 live within five minutes, 60 beyond."""
        planner = browse("planner")
        with transaction(district.engine, SYSTEM) as conn:
            for name, n in {"a0": 40, "a3": 60}.items():
                statement = "UPDATE building SET counts = jsonb_build_object('elderly', :n)"
                conn.execute(text(f"{statement} WHERE source_id = :name"), {"n": n, "name": name})
            conn.execute(text("UPDATE service_kind SET care = true"))
        first = self.paper(planner, district)
        for words in ("按老年人", "40 %"):
            assert words in first, words
        with transaction(district.engine, SYSTEM) as conn:
            conn.execute(text("UPDATE service_kind SET care = false"))
        assert "按老年人" not in self.paper(planner, district)

    def test_the_paper_in_radius_mode_counts_the_straight_circle(self, browse, district):
        planner = browse("planner")
        answer = planner.get("/api/coverage?kind=pharmacy&mode=radius").json
        first = self.paper(planner, district, mode="radius")
        assert f"{answer['straight_covered']:,} / {answer['total']:,}" in first

    def paper(self, planner, district, **asked) -> str:
        question = {"kind": "pharmacy", "minutes": 5, "speed": 2.4} | asked
        job = planner.post("/api/coverage/paper", json=question).json["job"]
        assert run_next(district.engine)
        file = planner.get(f"/api/jobs/{job}/file").data
        return PdfReader(io.BytesIO(file)).pages[0].extract_text()

    def test_the_paper_of_a_kind_nobody_knows_is_not_begun(self, browse):
        asked = {"kind": "no_such_kind"}
        assert browse("planner").post("/api/coverage/paper", json=asked).status_code == 404

    def test_a_long_source_does_not_break_the_page(self, browse, district):
        with transaction(district.engine, SYSTEM) as conn:
            conn.execute(text("UPDATE service_kind SET source = repeat('很长的来源 ', 400)"))
        planner = browse("planner")
        job = planner.post("/api/coverage/paper", json={"kind": "pharmacy"}).json["job"]
        run_next(district.engine)
        assert planner.get(f"/api/jobs/{job}").json["state"] == "done"
