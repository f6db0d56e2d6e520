"""Service points changed by hand, on PostGIS: what one change stores is what measuring all stores.

The town of `towns.py`, 6 × 4 blocks of 100 m; pharmacies at its corners, a member of staff at work.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text
from towns import EPSG, placed, town

from gisgrid.errors import Forbidden, InvalidInput, NotFound, Unavailable
from gisgrid.io import frames
from gisgrid.model.people import Actor, Role
from gisgrid.model.project import Project
from gisgrid.services.edit_services import (
    add_service,
    change_service,
    list_retired,
    list_unreadable_hours,
    restore_service,
    retire_service,
)
from gisgrid.services.import_layers import import_frames
from gisgrid.services.set_up_project import set_up_project
from gisgrid.services.store_circles import store_circles
from gisgrid.storage import access
from gisgrid.storage.engine import SYSTEM, transaction

CORNERS = ((7, 3), (590, 395), (311, 20))


def pharmacies(*places: tuple[float, float], hours: str | None = None) -> gpd.GeoDataFrame:
    count = len(places)
    columns = {
        "source_id": [f"s{n}" for n in range(count)],
        "name": [f"药店{n}" for n in range(count)],
        "kind": ["pharmacy"] * count,
        "opening_hours": [hours] * count,
    }
    return frames.frame_of(frames.SERVICES, columns, placed(shapely.points(np.array(places))))


def joined_town() -> dict[str, gpd.GeoDataFrame]:
    """The town, its streets with a vertex wherever they cross, so that one may turn there."""
    layers = town(6, 4)
    runs = [[(x * 100, y * 100) for y in range(5)] for x in range(7)]
    runs += [[(x * 100, y * 100) for x in range(7)] for y in range(5)]
    lines = placed(np.array([shapely.LineString(run) for run in runs], object))
    layers["streets"] = layers["streets"].set_geometry(lines, crs=4326)
    return layers


@pytest.fixture
def district(engine: Engine) -> Engine:
    set_up_project(engine, Project(name="小镇", preset="GG4", metric_epsg=EPSG))
    import_frames(engine, {**joined_town(), "services": pharmacies(*CORNERS)}, "town")
    store_circles(engine, ["pharmacy", "shop"])
    return engine


@pytest.fixture
def staff(district: Engine) -> Actor:
    with transaction(district, SYSTEM) as conn:
        made = text(
            "INSERT INTO account (login, display_name, password_hash, role)"
            " VALUES ('s', 's', 'x', 'staff') RETURNING id"
        )
        account = conn.execute(made).scalar_one()
    return Actor(account_id=account, role=Role.STAFF)


def lonlat(x: float, y: float) -> dict[str, float]:
    (point,) = placed(shapely.points(np.array([[x, y]])))
    return {"lon": point.x, "lat": point.y}


def ask(engine: Engine, statement: str) -> list[tuple]:
    with transaction(engine, SYSTEM) as conn:
        return [tuple(row) for row in conn.execute(text(statement))]


def stored(engine: Engine) -> tuple[list[tuple], list[tuple]]:
    """Everything about walks and circles that is stored."""
    walks = "SELECT building_id, kind, metres, straight_m, service_point_id FROM reach ORDER BY 2,1"
    rings = (
        "SELECT service_point_id, minutes, speed_kmh, network_version, households,"
        " households_straight, md5(ST_AsBinary(geom)) FROM service_circle ORDER BY 1, 2"
    )
    return ask(engine, walks), ask(engine, rings)


def measured_whole(engine: Engine) -> tuple[list[tuple], list[tuple]]:
    store_circles(engine, ["pharmacy", "shop"])
    return stored(engine)


def service_of(engine: Engine, source_id: str) -> int:
    return ask(engine, f"SELECT id FROM service_point WHERE source_id = '{source_id}'")[0][0]


def test_a_service_that_is_added_and_retired_leaves_everything_as_it_was(district, staff):
    before = stored(district)
    added = add_service(district, staff, {"kind": "pharmacy", "name": "新", **lonlat(450, 210)})
    assert added["walks"] > 0
    assert added["circles"] == 3
    with_it = stored(district)
    assert with_it != before
    assert with_it == measured_whole(district)
    retire_service(district, staff, added["service"]["id"])
    assert stored(district) == before == measured_whole(district)
    restore_service(district, staff, added["service"]["id"])
    assert stored(district) == with_it


@pytest.mark.parametrize("source_id", ["s0", "s1", "s2"])
def test_a_service_of_an_import_that_is_retired_and_restored_leaves_everything(
    district, staff, source_id
):
    before, service = stored(district), service_of(district, source_id)
    retire_service(district, staff, service)
    assert stored(district) == measured_whole(district)
    restore_service(district, staff, service)
    assert stored(district) == before


def test_a_service_that_moves_there_and_back_leaves_everything_as_it_was(district, staff):
    before, service = stored(district), service_of(district, "s2")
    here = ask(district, f"SELECT ST_X(geom), ST_Y(geom) FROM service_point WHERE id = {service}")
    change_service(district, staff, service, lonlat(120, 330))
    assert stored(district) == measured_whole(district)
    lon, lat = here[0]
    change_service(district, staff, service, {"lon": lon, "lat": lat})
    assert stored(district) == before


def test_another_kind_takes_the_walks_from_one_kind_to_the_other(district, staff):
    service = service_of(district, "s1")
    answer = change_service(district, staff, service, {"kind": "shop"})
    assert answer["measured"]
    assert stored(district) == measured_whole(district)
    assert ask(district, "SELECT DISTINCT service_point_id FROM reach WHERE kind = 'shop'") == [
        (service,)
    ]


def test_a_new_name_and_new_hours_measure_nothing_again(district, staff):
    service, before = service_of(district, "s0"), stored(district)
    wanted = {"name": "  大药房 ", "opening_hours": "FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30"}
    answer = change_service(district, staff, service, wanted)
    assert (answer["walks"], answer["service"]["name"]) == (0, "大药房")
    assert answer["before"]["name"] == "药店0"
    assert stored(district) == before


def test_each_change_is_in_the_log_with_what_was_before(district, staff):
    service = service_of(district, "s0")
    change_service(district, staff, service, {"name": "甲"})
    retire_service(district, staff, service)
    rows = ask(
        district,
        "SELECT action, subject, account_id, facts->'before'->>'name', facts->'after'->>'name',"
        " facts->'after'->>'retired' FROM audit_log ORDER BY id DESC LIMIT 2",
    )
    assert rows == [
        ("retire_service", str(service), staff.account_id, "甲", "甲", "true"),
        ("change_service", str(service), staff.account_id, "药店0", "甲", "false"),
    ]


def test_a_retired_service_is_listed_and_cannot_be_changed(district, staff):
    service = service_of(district, "s0")
    retire_service(district, staff, service)
    assert [row["id"] for row in list_retired(district, staff, "pharmacy")] == [service]
    with pytest.raises(NotFound):
        change_service(district, staff, service, {"name": "x"})
    with pytest.raises(NotFound):
        retire_service(district, staff, service)
    restore_service(district, staff, service)
    with pytest.raises(NotFound):
        restore_service(district, staff, service)


def test_what_staff_changed_an_import_leaves_alone(district, staff):
    moved, gone = service_of(district, "s0"), service_of(district, "s1")
    change_service(district, staff, moved, {"name": "手改", **lonlat(120, 130)})
    retire_service(district, staff, gone)
    where = "SELECT id, name, ST_AsText(geom), retired_at FROM service_point ORDER BY id"
    before = ask(district, where)
    import_frames(district, {"services": pharmacies(*CORNERS)}, "town")
    assert ask(district, where) == before


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"lon": 0.0, "lat": 0.0}, "place_at_zero"),
        ({"lon": 10.0, "lat": 50.0}, "place_outside"),
        ({"lon": float("nan"), "lat": 39.9}, "place_half"),
        ({"lon": None}, "place_half"),
        ({"kind": "nonsense"}, "unknown_service_kind"),
        ({"opening_hours": "每天都开"}, "bad_hours"),
        ({"opening_hours": "FREQ=YEARLY"}, "bad_open_days"),
        ({"name": "长" * 121}, "no_name"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(district, staff, wanted, code):
    before = stored(district)
    with pytest.raises(InvalidInput) as refused:
        add_service(district, staff, {"kind": "pharmacy", **lonlat(100, 100), **wanted})
    assert refused.value.key == code
    assert stored(district) == before


def test_swapped_axes_are_told(district, staff):
    place = lonlat(100, 100)
    with pytest.raises(InvalidInput) as refused:
        swapped = {"lon": place["lat"], "lat": place["lon"]}
        add_service(district, staff, {"kind": "pharmacy", **swapped})
    assert refused.value.key == "place_swapped"


def codes(answer) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


def test_an_island_a_double_and_ground_without_a_unit_are_said_but_stored(district, staff):
    island = add_service(district, staff, {"kind": "pharmacy", **lonlat(0, 1_500)})
    assert codes(island) == ["on_no_street", "in_no_unit"]
    assert island["circles"] == 0
    twice = add_service(district, staff, {"kind": "pharmacy", **lonlat(10, 7)})
    assert codes(twice) == ["twice", "in_no_unit"]
    assert twice["warnings"][0]["m"] == 5
    assert stored(district)[0] == measured_whole(district)[0]


def test_a_service_on_streets_that_join_no_others_is_said(district, staff):
    layers = joined_town()
    far = placed(np.array([shapely.LineString([(3_000, 0), (4_500, 0)])], object))
    island = layers["streets"].iloc[:1].assign(source_id="island").set_geometry(far, crs=4326)
    import_frames(district, {"streets": island}, "sea")
    answer = add_service(district, staff, {"kind": "pharmacy", **lonlat(3_100, 5)})
    assert codes(answer) == ["on_island", "in_no_unit"]


def test_without_streets_a_point_is_stored_and_measured_later(engine):
    set_up_project(engine, Project(name="小镇", preset="GG4", metric_epsg=EPSG))
    import_frames(engine, {"buildings": town(2, 2)["buildings"]}, "town")
    actor = Actor(account_id=None, role=Role.STAFF)
    answer = add_service(engine, actor, {"kind": "pharmacy", **lonlat(0, 0)})
    assert (codes(answer), answer["measured"]) == (["no_streets", "in_no_unit"], False)


def test_a_point_outside_the_scope_is_not_the_actors_to_change(district, staff):
    with transaction(district, SYSTEM) as conn:
        conn.execute(
            text(
                "INSERT INTO unit (code, name, depth, source, geom) SELECT '1', 'x', 4, 't',"
                " ST_Multi(ST_Envelope(ST_Collect(geom))) FROM building"
            )
        )
        unit = conn.execute(text("SELECT max(id) FROM unit")).scalar_one()
    wanted = {"kind": "pharmacy", **lonlat(100, 130)}
    depth = ask(
        district, "SELECT depth FROM unit_level WHERE role = 'community' AND preset = 'GG4'"
    )
    if depth != [(4,)]:
        ask(district, f"UPDATE unit SET depth = {depth[0][0]} RETURNING id")
    with pytest.raises(Forbidden):
        add_service(district, staff, wanted)
    inside = Actor(account_id=staff.account_id, role=Role.STAFF, communities=(unit,))
    assert add_service(district, inside, wanted)["service"]["unit"] == unit


def test_who_measures_makes_an_editor_wait_no_longer_than_a_moment(district, staff):
    with transaction(district, SYSTEM) as conn:
        access.lock_reach(conn)
        with pytest.raises(Unavailable) as refused:
            retire_service(district, staff, service_of(district, "s0"))
    assert refused.value.key == "busy"


def test_the_same_intent_sent_twice_adds_one_point(district, staff):
    wanted = {"kind": "pharmacy", **lonlat(100, 100)}
    first = add_service(district, staff, wanted, key="k")
    assert add_service(district, staff, wanted, key="k") == first
    assert ask(district, "SELECT count(*) FROM service_point") == [(4,)]


def test_another_process_sees_what_this_one_changed(district, staff):
    """The reach that is remembered is read anew once somebody else has changed the kind."""
    added = add_service(district, staff, {"kind": "pharmacy", **lonlat(450, 210)})
    with transaction(district, SYSTEM) as conn:  # as another process would
        conn.execute(text("DELETE FROM reach WHERE kind = 'pharmacy'"))
        conn.execute(text("UPDATE kind_reach SET revision = revision + 1 WHERE kind = 'pharmacy'"))
    change_service(district, staff, added["service"]["id"], lonlat(460, 210))
    assert {row[4] for row in stored(district)[0] if row[1] == "pharmacy"} == {
        added["service"]["id"]
    }


def test_hours_that_nobody_can_read_are_listed(district, staff):
    import_frames(district, {"services": pharmacies((0, 0), hours="早八点")}, "town2")
    (found,) = list_unreadable_hours(district, staff)
    assert found["opening_hours"] == "早八点"
