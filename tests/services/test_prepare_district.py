"""Preparing a district: cut off anywhere it goes on, doubles nothing, and comes out the same."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from gisgrid.errors import NotFound
from gisgrid.services import first_plans, prepare_district
from gisgrid.services.prepare_district import (
    DEMO_SIZES,
    demonstration_accounts,
    prepare_city,
    prepare_demonstration,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
COUNTED = (
    *("unit", "building", "street", "barrier_line", "ground_area", "service_point"),
    *("cell_set", "cell", "cell_building", "cell_neighbour", "plan", "plan_grid", "plan_cell"),
    *("incident", "import_run", "reach", "service_circle"),
)
SAME = {
    "communities": "SELECT code, md5(ST_AsBinary(geom)) FROM unit ORDER BY code",
    "cells": "SELECT md5(ST_AsBinary(geom)) FROM cell ORDER BY 1",
    "grids": "SELECT g.code, g.leader_name, md5(ST_AsBinary(c.geom)) FROM plan_grid g"
    " JOIN plan_cell p ON p.grid_id = g.id JOIN cell c ON c.id = p.cell_id ORDER BY 1, 3",
    "households": "SELECT source_id, households, community_id IS NULL FROM building ORDER BY 1",
}


class Killed(BaseException):
    """Stands for a sudden end: nothing catches it."""


def state(engine: Engine) -> dict[str, object]:
    with engine.begin() as conn:
        counts: dict[str, object] = {
            table: conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in COUNTED
        }
        for name, statement in SAME.items():
            counts[name] = [tuple(row) for row in conn.execute(text(statement))]
    return counts


def prepare(engine: Engine, progress: object = None) -> None:
    prepare_demonstration(engine, size=DEMO_SIZES["community"], now=NOW, progress=progress)


def killed_at(call: int) -> object:
    """A progress report that ends the work at its `call`-th call."""
    calls = iter(range(call + 1))

    def report(stage: str, _done: int, _total: int | None) -> None:
        if next(calls) == call:
            raise Killed(stage)

    return report


@pytest.fixture
def undisturbed(second_engine) -> dict[str, object]:
    """What a preparation without a stop makes, in a database of its own."""
    prepare(second_engine)
    return state(second_engine)


def test_a_preparation_killed_at_every_step_comes_out_the_same(undisturbed, engine):
    stages = []
    for step in range(100):
        try:
            prepare(engine, killed_at(step % 7))
        except Killed as killed:
            stages.append(str(killed))
        else:
            break
    assert {"store", "cells", "plans"} <= set(stages)
    assert state(engine) == undisturbed


def test_a_draft_that_was_not_published_is_published_at_the_next_start(
    undisturbed, engine, monkeypatch
):
    publish = first_plans.publish_plan

    def killed(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(first_plans, "publish_plan", killed)
    with pytest.raises(Killed):
        prepare(engine)
    monkeypatch.setattr(first_plans, "publish_plan", publish)
    prepare(engine)
    assert state(engine) == undisturbed


def test_what_stands_ready_is_left_alone(engine):
    prepare(engine)
    made = state(engine)
    with engine.begin() as conn:
        version = conn.execute(text("SELECT ground_version FROM project")).scalar_one()
    prepare(engine)
    assert state(engine) == made
    with engine.begin() as conn:
        assert conn.execute(text("SELECT ground_version FROM project")).scalar_one() == version


def test_accounts_are_one_a_role_and_the_leader_leads_a_grid(engine):
    prepare(engine)
    accounts = demonstration_accounts(engine)
    assert [a.role.value for a in accounts] == ["planner", "staff", "administrator", "leader"]
    assert len({a.password for a in accounts}) == 4
    assert accounts[-1].grids


OSM = """<?xml version="1.0"?><osm version="0.6">{nodes}{ways}</osm>"""


def osm(tmp_path, name: str, houses: int, use: str = "apartments"):
    """An OpenStreetMap file with a row of houses and a footpath."""
    nodes, ways = [], []
    for n in range(houses):
        west = 116.4 + n * 0.0004
        ring = [(west, 39.9), (west + 0.0002, 39.9), (west + 0.0002, 39.9002), (west, 39.9002)]
        for i, (lon, lat) in enumerate(ring):
            nodes.append(f'<node id="{n * 4 + i + 1}" version="1" lon="{lon}" lat="{lat}"/>')
        refs = "".join(f'<nd ref="{n * 4 + i % 4 + 1}"/>' for i in range(5))
        tags = f'<tag k="building" v="{use}"/><tag k="building:levels" v="18"/>'
        ways.append(f'<way id="{n + 1}" version="1">{refs}{tags}</way>')
    nodes += ['<node id="9001" version="1" lon="116.4" lat="39.899"/>']
    nodes += ['<node id="9002" version="1" lon="116.41" lat="39.899"/>']
    ends, street = '<nd ref="9001"/><nd ref="9002"/>', '<tag k="highway" v="footway"/>'
    ways.append(f'<way id="9001" version="1">{ends}{street}</way>')
    path = tmp_path / name
    path.write_text(OSM.format(nodes="".join(nodes), ways="".join(ways)))
    return path


def test_a_city_without_a_main_street_is_served(engine, tmp_path):
    summaries, made = prepare_city(engine, osm(tmp_path, "row.osm", 30), profile="china")
    assert len(summaries) == 1
    assert made.communities == 1
    again, nothing = prepare_city(engine, tmp_path / "row.osm", profile="china")
    assert (again, nothing.communities) == ([], 0)


@pytest.mark.parametrize(("houses", "use"), [(1, "apartments"), (3, "industrial")])
def test_a_city_of_hardly_anything_is_served_too(engine, tmp_path, houses, use):
    _, made = prepare_city(engine, osm(tmp_path, "few.osm", houses, use), profile="china")
    assert (made.communities, made.grids) == (1, 1)


def test_a_city_without_a_building_stores_nothing(engine, tmp_path):
    with pytest.raises(NotFound, match="no buildings"):
        prepare_city(engine, osm(tmp_path, "empty.osm", 0), profile="china")
    assert not prepare_district.is_begun(engine)
    prepare_city(engine, osm(tmp_path, "row.osm", 30), profile="china")
