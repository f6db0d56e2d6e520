"""Row-level security: an account sees its own ground, nobody sees nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from gisgrid.errors import DatabaseDown
from gisgrid.model.people import Actor, Role
from gisgrid.storage.engine import SYSTEM, enter_scope, open_engine, transaction

PROTECTED = (
    "building",
    "cell",
    "cell_building",
    "cell_neighbour",
    "plan",
    "plan_grid",
    "plan_cell",
    "plan_edit",
    "incident",
    "incident_event",
    "reach",
)

#   community 1: cells 1 2 | community 2: cells 3 4; a plan each, a grid a cell
TWO_COMMUNITIES = """
INSERT INTO unit (id, code, name, depth, source, geom) OVERRIDING SYSTEM VALUE
SELECT i, '99010100100' || i, 'C' || i, 3, 'test', ST_Multi(ST_MakeEnvelope(i, 0, i + 1, 1, 4326))
FROM generate_series(1, 2) i;
INSERT INTO account (id, login, display_name, password_hash, role) OVERRIDING SYSTEM VALUE
VALUES (1, 'a', 'A', 'x', 'planner');
INSERT INTO cell_set (id, community_id, ground_version) OVERRIDING SYSTEM VALUE
VALUES (1, 1, 1), (2, 2, 1);
INSERT INTO cell (id, cell_set_id, community_id, area_m2, x, y, geom) OVERRIDING SYSTEM VALUE
SELECT i, (i + 1) / 2, (i + 1) / 2, 1, 0, 0, ST_MakeEnvelope(i, 0, i + 1, 1, 4326)
FROM generate_series(1, 4) i;
INSERT INTO building (id, source, source_id, community_id, geom) OVERRIDING SYSTEM VALUE
SELECT id, 'test', id, community_id, geom FROM cell;
INSERT INTO cell_building (cell_id, building_id, cell_set_id, community_id)
SELECT id, id, cell_set_id, community_id FROM cell;
INSERT INTO cell_neighbour (cell_set_id, community_id, a_id, b_id, shared_m, barrier, geom)
SELECT i, i, 2 * i - 1, 2 * i, 1, 0, 'SRID=4326;MULTILINESTRING((0 0, 1 1))'
FROM generate_series(1, 2) i;
INSERT INTO plan (id, unit_id, cell_set_id, name, band_low, band_high, target)
OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'P', 300, 500, 400), (2, 2, 2, 'P', 300, 500, 400);
INSERT INTO plan_grid (id, plan_id, position, code) OVERRIDING SYSTEM VALUE
SELECT i, (i + 1) / 2, (i + 1) % 2, i FROM generate_series(1, 4) i;
INSERT INTO plan_cell (plan_id, cell_id, grid_id) SELECT (i + 1) / 2, i, i
FROM generate_series(1, 4) i;
INSERT INTO plan_edit (plan_id, seq, kind) VALUES (1, 1, 'click'), (2, 1, 'click');
INSERT INTO incident (id, source, source_id, reported_at, community_id, grid_now)
OVERRIDING SYSTEM VALUE SELECT i, 'test', i, now(), (i + 1) / 2, i FROM generate_series(1, 4) i;
INSERT INTO incident_event (incident_id, to_state) SELECT id, 'reported' FROM incident;
INSERT INTO service_kind VALUES ('clinic', '诊所', 'Clinic', 15, 1000, 15, 'test', true, 1);
INSERT INTO service_point (id, source, source_id, kind, geom) OVERRIDING SYSTEM VALUE
VALUES (1, 'test', '1', 'clinic', 'SRID=4326;POINT(0 0)');
INSERT INTO reach (building_id, kind, metres, straight_m, service_point_id)
SELECT id, 'clinic', 1, 1, 1 FROM building;
"""


@pytest.fixture
def ground(conn: Connection) -> Connection:
    conn.execute(text(TWO_COMMUNITIES))
    return conn


def seen(conn: Connection, table: str) -> int:
    return conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def planner(*communities: int) -> Actor:
    return Actor(account_id=1, role=Role.PLANNER, communities=communities)


@pytest.mark.parametrize("table", PROTECTED)
def test_nobody_sees_nothing(ground, table):
    enter_scope(ground, None)
    assert seen(ground, table) == 0


@pytest.mark.parametrize("table", PROTECTED)
def test_a_planner_sees_her_own_community_only(ground, table):
    everything = seen(ground, table)
    enter_scope(ground, planner(1))
    assert seen(ground, table) == everything / 2
    enter_scope(ground, planner(1, 2))
    assert seen(ground, table) == everything


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("building", 1),
        ("cell", 1),
        ("cell_building", 1),
        ("cell_neighbour", 1),
        ("plan", 1),
        ("plan_grid", 1),
        ("plan_cell", 1),
        ("plan_edit", 0),
        ("incident", 1),
        ("incident_event", 1),
        ("reach", 1),
    ],
)
def test_a_leader_sees_the_grid_she_leads(ground, table, rows):
    enter_scope(ground, Actor(account_id=1, role=Role.LEADER, grids=(3,)))
    assert seen(ground, table) == rows


def test_the_system_sees_all_again_after_an_account(ground):
    enter_scope(ground, planner(1))
    enter_scope(ground, SYSTEM)
    assert seen(ground, "building") == 4


def test_a_planner_writes_in_her_community(ground):
    enter_scope(ground, planner(1))
    changed = ground.execute(text("UPDATE building SET households_override = 7"))
    assert changed.rowcount == 2


@pytest.mark.parametrize(
    "actor",
    [
        Actor(account_id=1, role=Role.LEADER, grids=(1,)),
        Actor(account_id=1, role=Role.STAFF, communities=(1,)),
    ],
)
def test_others_cannot_change_a_plan(ground, actor):
    enter_scope(ground, actor)
    changed = ground.execute(text("UPDATE plan_cell SET grid_id = 1"))
    assert changed.rowcount == 0


def test_a_plan_cannot_be_made_for_another_community(ground):
    enter_scope(ground, planner(1))
    with pytest.raises(ProgrammingError, match="row-level security"):
        ground.execute(text("UPDATE plan SET unit_id = 2"))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password_hash FROM account",
        "SELECT * FROM session",
        "DELETE FROM plan_edit",
        "UPDATE audit_log SET action = ''",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_application_may_not(ground, statement):
    enter_scope(ground, planner(1, 2))
    with pytest.raises(ProgrammingError, match="permission denied"):
        ground.execute(text(statement))


def test_scope_ends_with_its_transaction(engine):
    with transaction(engine, planner(1)) as conn:
        assert conn.execute(text("SELECT app_communities()")).scalar_one() == [1]
    with engine.connect() as conn:
        assert conn.execute(text("SELECT current_user")).scalar_one() == "gisgrid"
        assert conn.execute(text("SELECT app_communities()")).scalar_one() == []


def test_a_transaction_is_undone_by_an_error(engine):
    with pytest.raises(ZeroDivisionError), transaction(engine, SYSTEM) as conn:
        conn.execute(text("INSERT INTO work_calendar VALUES ('2026-01-01', false)"))
        raise ZeroDivisionError
    with transaction(engine, SYSTEM) as conn:
        assert seen(conn, "work_calendar") == 0


def test_a_database_that_is_not_there_is_named(tmp_path):
    nowhere = open_engine(f"postgresql://gisgrid@/gisgrid?host={tmp_path}")
    with pytest.raises(DatabaseDown, match="does not answer"), transaction(nowhere, SYSTEM):
        pass
