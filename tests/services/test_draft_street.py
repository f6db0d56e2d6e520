"""A draft for every community of a street in one go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from plan_land import Land, cleared, draft, drawn
from sqlalchemy import text

from gisgrid.errors import Forbidden, JobCancelled, NotFound
from gisgrid.services.draft_street import draft_street_job, require_street
from gisgrid.services.publish_plan import publish_plan
from gisgrid.services.view_plan import list_plans
from gisgrid.storage.engine import SYSTEM, transaction


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture(scope="module")
def street(drawn_land: Land) -> int:
    """The unit above both communities; only the first has cells."""
    with transaction(drawn_land.engine, SYSTEM) as conn:
        levels = text(
            "INSERT INTO unit_level (preset, depth, key, name_zh, name_en, geometry, role) VALUES"
            " ('default', 2, 'street', '街道', 'street', 'polygon', 'street'),"
            " ('default', 3, 'community', '社区', 'community', 'polygon', 'community')"
            " ON CONFLICT DO NOTHING"
        )
        conn.execute(levels)
        above = text(
            "INSERT INTO unit (code, name, depth, source, geom) SELECT '990101004', '长江街道', 2,"
            " 'test', ST_Multi(ST_Union(geom)) FROM unit RETURNING id"
        )
        street = conn.execute(above).scalar_one()
        conn.execute(text("UPDATE unit SET parent_id = :s WHERE id <> :s"), {"s": street})
    return street


@pytest.fixture
def land(drawn_land: Land, street: int) -> Land:
    return cleared(drawn_land)


def go(land: Land, street: int, progress=lambda *_: None, **payload) -> dict:
    wish = {"unit": street, "start": "effective"} | payload
    return draft_street_job(land.engine, land.planner, wish, progress)


def in_force(land: Land) -> None:
    options = {"base_version": 1, "effective_from": date.today()}
    publish_plan(land.engine, land.planner, draft(land), **options)


def drafts(land: Land, unit: int | None = None) -> list[str]:
    listed = list_plans(land.engine, land.planner, unit)
    return [plan["name"] for plan in listed if plan["state"] == "draft"]


def test_each_community_in_scope_gets_a_draft_with_its_name_and_the_given_one(land, street):
    in_force(land)
    told = go(land, street, name="2026 调整")
    assert [plan["unit"] for plan in told["plans"]] == [land.unit]
    assert drafts(land, street) == ["阳光社区 2026 调整"]


def test_a_community_that_cannot_begin_is_named_with_the_reason(land, street):
    told = go(land, street)
    assert told["plans"] == []
    assert told["skipped"] == [{"unit": land.unit, "name": "阳光社区", "code": "no_plan_in_force"}]


def test_drafts_are_divided_anew_where_asked(land, street):
    assert len(go(land, street, start="engine")["plans"]) == 1


def test_called_off_nothing_is_left(land, street):
    in_force(land)

    def call_off(done, total, _):
        if done == total:
            raise JobCancelled("called off")

    with pytest.raises(JobCancelled):
        go(land, street, progress=call_off)
    assert drafts(land) == []


def test_plans_of_a_street_are_those_of_its_communities(land, street):
    in_force(land)
    assert len(list_plans(land.engine, land.planner, street)) == 1
    assert len(list_plans(land.engine, land.planner, land.unit)) == 1


def test_a_street_out_of_scope_is_not_there(land, street):
    with pytest.raises(NotFound):
        require_street(land.engine, land.planner, 999_999)
    with pytest.raises(Forbidden):
        require_street(land.engine, land.staff, street)
