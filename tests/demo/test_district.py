"""The demonstration district: the same for the same seed, whole, and alive."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import shapely

from gisgrid.demo.district import LABEL, METRIC_CRS, SMALL, DemoDistrict, demo_district
from gisgrid.demo.layout import Size, bend, flatten
from gisgrid.io import frames
from gisgrid.io.columns import guess_mapping
from gisgrid.model.services import service_kinds

FRAMES = ("streets", "lines", "areas", "buildings", "services", "units", "incidents")


@pytest.fixture(scope="module")
def whole() -> DemoDistrict:
    return demo_district()


@pytest.fixture(scope="module")
def small() -> DemoDistrict:
    return demo_district(SMALL)


def in_metres(frame) -> np.ndarray:
    return frame.to_crs(METRIC_CRS).geometry.to_numpy()


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_keeps_its_contract(whole, name):
    contract = getattr(frames, name.upper())
    frame = frames.check(getattr(whole, name), contract)
    assert len(frame)
    assert frame.geometry.dropna().is_valid.all()


@pytest.mark.parametrize("name", ["streets", "buildings", "services", "incidents"])
def test_source_ids_are_unique(whole, name):
    assert getattr(whole, name)["source_id"].is_unique


def test_the_same_seed_gives_the_same_district(small):
    again = demo_district(SMALL)
    for name in FRAMES:
        assert getattr(again, name).equals(getattr(small, name)), name
    assert again.leaders == small.leaders


def test_another_seed_gives_another_district(small):
    other = demo_district(SMALL, seed=7)
    assert not other.buildings.geometry.equals(small.buildings.geometry)


def test_its_size_is_what_it_is_said_to_be(whole):
    assert whole.units["level"].value_counts().to_dict() == {
        "community": 11,
        "street": 2,
        "district": 1,
    }
    assert 27_500 <= whole.buildings["households"].sum() <= 30_500
    assert 2_000 <= len(whole.buildings) <= 3_500
    assert whole.label == LABEL == "演示数据"


def test_a_small_one_is_one_community_made_in_half_a_second(small):
    start = time.perf_counter()
    demo_district(SMALL)
    assert time.perf_counter() - start < 2.0  # half a second on an idle machine
    assert (small.units["level"] == "community").sum() == 1
    assert 1_500 <= small.buildings["households"].sum() <= 3_500


def test_a_larger_one_keeps_its_order_and_its_codes():
    large = demo_district(Size(columns=5, north=2, south=2)).units
    communities = large[large["level"] == "community"]
    assert len(communities) == 19
    assert large["code"].is_unique
    assert shapely.coverage_is_valid(communities.geometry.to_numpy())


def test_communities_tile_the_district_and_nest_in_it(whole):
    units = whole.units.set_index("code")
    communities = units[units["level"] == "community"]
    assert shapely.coverage_is_valid(communities.geometry.to_numpy())
    assert (units.geom_type == "Polygon").all()
    for code, unit in communities.iterrows():
        assert code.startswith(unit["parent"])
    district = shapely.area(units.geometry.loc["990101"])
    assert shapely.area(communities.geometry.to_numpy()).sum() == pytest.approx(district, rel=1e-9)


def test_every_building_stands_in_its_community(whole):
    units = whole.units.set_index("code").to_crs(METRIC_CRS).geometry
    homes = whole.buildings.to_crs(METRIC_CRS)
    borders = shapely.buffer(units.loc[homes["community"]].to_numpy(), 0.05)
    assert shapely.covers(borders, homes.geometry.to_numpy()).all()


def test_buildings_touch_but_do_not_overlap(whole):
    shapes = in_metres(whole.buildings)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = a < b
    shared = shapely.area(shapely.intersection(shapes[a[pairs]], shapes[b[pairs]]))
    assert pairs.sum() > 500  # row houses, wall to wall
    assert shared.max() < 0.5


def test_no_building_stands_on_a_street_the_track_or_in_the_river(whole):
    shapes = shapely.STRtree(in_metres(whole.buildings))
    named = whole.streets[whole.streets["class"] != "path"]
    rail = whole.lines[whole.lines["kind"] == "rail"]
    river = whole.areas[whole.areas["name"] == "小清河"]
    for obstacle in (named, rail, river):
        assert shapes.query(in_metres(obstacle), predicate="intersects").size == 0


def test_streets_meet_in_shared_nodes_and_are_one_network(whole):
    ends = [shapely.get_coordinates(line) for line in whole.streets.geometry]
    owner = np.repeat(np.arange(len(ends)), [len(points) for points in ends])
    _, node = np.unique(np.concatenate(ends), axis=0, return_inverse=True)
    reached = {0}
    joined = pd.DataFrame({"node": node, "street": owner})
    while True:
        nodes = joined.loc[joined["street"].isin(reached), "node"]
        more = set(joined.loc[joined["node"].isin(nodes), "street"])
        if more == reached:
            break
        reached = more
    assert len(reached) == len(whole.streets)


def test_bridges_cross_the_river_and_nothing_else_does(whole):
    water = shapely.union_all(in_metres(whole.areas[whole.areas["name"] == "小清河"])).buffer(-1)
    wet = shapely.intersects(in_metres(whole.streets), water)
    assert whole.streets["bridge"][wet].all()
    assert whole.streets["name"][wet].nunique() == 4


def test_the_railway_is_crossed_on_bridges_only(whole):
    rail = shapely.union_all(in_metres(whole.lines[whole.lines["kind"] == "rail"]))
    crossing = shapely.crosses(in_metres(whole.streets), rail)
    assert crossing.sum() >= 4
    assert whole.streets["bridge"][crossing].all()


def test_walls_have_gates(whole):
    walls = in_metres(whole.lines[whole.lines["kind"] == "wall"])
    ways = shapely.union_all(in_metres(whole.streets[whole.streets["class"] == "path"]))
    assert (shapely.distance(walls, ways) > 1.0).all()


def test_households_are_whole_and_only_where_people_live(whole):
    homes = whole.buildings
    assert (homes["households"] % 1 == 0).all()
    assert (homes["residential"] | (homes["households"] == 0)).all()
    assert (homes["residents"] >= homes["households"]).all()
    assert (homes["elderly"] <= homes["residents"]).all()
    assert homes["households"].max() <= 200  # no building fills a grid alone
    mean = homes["residents"].sum() / homes["households"].sum()
    assert mean == pytest.approx(2.62, abs=0.05)


def test_growth_since_the_plan_unbalances_some_communities_but_not_all(whole):
    sums = whole.buildings.groupby("community")[["households", "households_before"]].sum()
    change = (sums["households"] - sums["households_before"]).abs()
    assert (change > 60).sum() >= 4
    assert (change == 0).sum() >= 1


def test_services_are_of_known_kinds_and_one_community_lacks_them(whole):
    assert set(whole.services["kind"]) <= set(service_kinds())
    assert whole.services["kind"].nunique() >= 10
    units = whole.units[whole.units["level"] == "community"].set_index("code")
    daily = whole.services[whole.services["kind"].isin(["canteen", "health_station", "pharmacy"])]
    joined = daily.sjoin(units[["geometry"]], predicate="within")
    served = set(joined["code"])
    assert len(set(units.index) - served) == 1


def test_incidents_fill_thirty_days_over_four_channels(whole):
    found = whole.incidents
    now = datetime(2025, 8, 31, 12, tzinfo=UTC)
    assert found["reported_at"].max() < now
    assert found["reported_at"].min() > now - timedelta(days=32)
    assert set(found["channel"]) == {"居民反馈", "巡查发现", "网上定排", "平台预警"}
    assert found["category"].str.fullmatch(r"\d{4}").all()
    closed = found["status"] == "closed"
    assert closed.equals(found["closed_at"].notna())
    overdue = ~closed & (found["due_at"] < now)
    assert 10 <= overdue.sum() <= 80
    assert 5 <= found.geometry.isna().sum() <= 30


def test_there_is_a_hotspot(whole):
    points = shapely.get_coordinates(in_metres(whole.incidents.dropna(subset="geometry")))
    near = [(np.hypot(*(points - spot).T) < 100).sum() for spot in points]
    assert max(near) > 30


def test_leaders_have_different_names(whole):
    assert len(set(whole.leaders)) == len(whole.leaders) == 121


def test_the_bend_can_be_undone():
    points = np.array([[0.0, 0.0], [2600.0, 1000.0], [1300.0, -900.0]])
    assert flatten(bend(points)) == pytest.approx(points, abs=0.01)


def test_headings_of_the_demo_are_recognised_by_the_importer(whole):
    from gisgrid.io.columns import BUILDING_HEADINGS  # noqa: PLC0415

    found = guess_mapping(list(whole.buildings.columns), BUILDING_HEADINGS)
    assert set(found) == {
        *("source_id", "name", "address", "levels", "use", "households", "residents", "elderly")
    }
