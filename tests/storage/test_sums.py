"""The sums that the database keeps are what counting gives, whatever happened before."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from plan_land import Land, draft, draw
from sqlalchemy import Connection, Engine, text

from gisgrid.services.edit_plan import move_cells
from gisgrid.services.new_plan import delete_plan
from gisgrid.storage.engine import SYSTEM, transaction

COUNT_GRIDS = text(
    "SELECT plan_cell.grid_id, count(DISTINCT cell.id), sum(DISTINCT cell.area_m2::numeric),"
    " coalesce(sum(households), 0), coalesce(sum(residents), 0), count(building.id)"
    " FROM plan_cell JOIN cell ON cell.id = plan_cell.cell_id"
    " LEFT JOIN cell_building ON cell_building.cell_id = cell.id"
    " LEFT JOIN building ON building.id = cell_building.building_id AND retired_at IS NULL"
    " GROUP BY plan_cell.grid_id ORDER BY 1"
)
KEPT_GRIDS = text(
    "SELECT grid_id, cells, households, residents, buildings FROM grid_sum"
    " WHERE cells > 0 ORDER BY 1"
)
COUNT_UNITS = text(
    "SELECT community_id, sum(households), sum(residents), count(*) FROM building"
    " WHERE retired_at IS NULL AND community_id IS NOT NULL GROUP BY 1 ORDER BY 1"
)
KEPT_UNITS = text(
    "SELECT community_id, households, residents, buildings FROM unit_sum"
    " WHERE buildings > 0 ORDER BY 1"
)


@pytest.fixture
def land(engine: Engine) -> Land:
    return draw(engine)


def counted(conn: Connection) -> tuple[list, list]:
    """What counting gives: of grids, of communities."""
    grids = [(row[0], row[1], row[3], row[4], row[5]) for row in conn.execute(COUNT_GRIDS)]
    return grids, [tuple(row) for row in conn.execute(COUNT_UNITS)]


def kept(conn: Connection) -> tuple[list, list]:
    grids = [tuple(row) for row in conn.execute(KEPT_GRIDS)]
    return grids, [tuple(row) for row in conn.execute(KEPT_UNITS)]


def assert_true(engine: Engine) -> None:
    with transaction(engine, SYSTEM) as conn:
        assert kept(conn) == counted(conn)
        areas = "SELECT bool_and(area_m2 = cells * 10000) FROM grid_sum"
        assert conn.execute(text(areas)).scalar_one()


CHANGES = (
    "UPDATE building SET households_override = :n WHERE id = :id",
    "UPDATE building SET households_override = NULL",
    "UPDATE building SET retired_at = now() WHERE id = :id",
    "UPDATE building SET retired_at = NULL",
    "UPDATE building SET residents_given = :n WHERE id % 3 = 0",
    "UPDATE building SET community_id = NULL WHERE id = :id",
    "UPDATE building SET name = 'x'",
    "DELETE FROM cell_building WHERE building_id = :id",
    "UPDATE plan_cell SET grid_id = grid_id WHERE cell_id % 2 = 0",
)


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_what_counting_gives_after_any_change(land, seed):
    choose = random.Random(seed)
    plans = [draft(land), draft(land, "AABB/AABB/CCDD")]
    assert_true(land.engine)
    for _ in range(12):
        with transaction(land.engine, SYSTEM) as conn:
            ids = conn.execute(text("SELECT id FROM building ORDER BY id")).scalars().all()
            values = {"id": choose.choice(ids), "n": choose.randrange(300)}
            statement = choose.choice(CHANGES)
            used = {name: v for name, v in values.items() if f":{name}" in statement}
            conn.execute(text(statement), used)
        assert_true(land.engine)
    delete_plan(land.engine, land.planner, plans[0])
    assert_true(land.engine)


def test_a_move_and_a_change_of_households_at_once_are_both_counted(land):
    plan = draft(land)
    cell = land.cells[0]
    change = text(
        "UPDATE building SET households_override = :n WHERE id ="
        " (SELECT building_id FROM cell_building WHERE cell_id = :cell)"
    )

    def house(n: int) -> None:
        with transaction(land.engine, SYSTEM) as conn:
            conn.execute(change, {"n": n, "cell": cell})

    def move(version: int) -> None:
        way = (0, 1) if version % 2 else (1, 0)
        call = {"base_version": version, "kind": "brush", "moves": [[cell, *way]]}
        move_cells(land.engine, land.planner, plan, **call)

    with ThreadPoolExecutor(2) as pool:
        for turn in range(1, 16):
            for done in (pool.submit(house, 100 + turn), pool.submit(move, turn)):
                done.result()
    assert_true(land.engine)


def test_what_the_database_held_before_is_counted_once_when_the_sums_come(land):
    draft(land)
    with transaction(land.engine, SYSTEM) as conn:
        before = kept(conn)
        conn.execute(text("DELETE FROM grid_sum; DELETE FROM unit_sum"))
        sums = import_module("migrations.versions.0010_sums")
        conn.execute(text(sums.ADD_CELLS.format(rows="plan_cell").replace(":", "\\:")))
        units = sums.ADD_UNITS.format(changes=f"{sums.COUNTED} FROM building")
        conn.execute(text(units.replace(":", "\\:")))
        assert kept(conn) == before
