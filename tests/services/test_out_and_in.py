"""What leaves as a file comes into another installation as it was: layers, and plans with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from plan_land import EPSG, Land, draft, draw
from sqlalchemy import Engine, text

from gisgrid.io.incoming.choices import Choices
from gisgrid.model.project import Project
from gisgrid.services.export_layers import Wish, export_layers, wish_of
from gisgrid.services.import_file import file_at, import_file
from gisgrid.services.set_up_project import set_up_project
from gisgrid.storage.engine import SYSTEM, transaction

SHAPED = ("gpkg", "geojson", "shp", "parquet", "csv")
PLAN = """
    SELECT g.code, g.name, g.leader_name, sum(b.households) AS households,
           array_agg(b.source_id ORDER BY b.source_id) AS buildings
    FROM plan_grid g
    JOIN plan_cell pc ON pc.grid_id = g.id
    JOIN cell_building cb ON cb.cell_id = pc.cell_id
    JOIN building b ON b.id = cb.building_id
    JOIN plan p ON p.id = g.plan_id
    WHERE p.id = :plan OR CAST(:plan AS int) IS NULL AND p.state = 'effective'
    GROUP BY g.id ORDER BY g.code
"""


@pytest.fixture
def land(engine: Engine) -> Land:
    land = draw(engine)
    with transaction(engine, SYSTEM) as conn:
        conn.execute(text("DELETE FROM unit WHERE id <> :unit"), {"unit": land.unit})
    return land


@pytest.fixture
def plan(land: Land) -> int:
    """A draft of four grids, two of them with names that tempt a spreadsheet."""
    plan = draft(land)
    with transaction(land.engine, SYSTEM) as conn:
        for position, leader in ((0, "张三"), (1, "=HYPERLINK(1)"), (2, "'引号")):
            conn.execute(
                text("UPDATE plan_grid SET leader_name = :leader WHERE plan_id = :plan"
                     " AND position = :position"),
                {"leader": leader, "plan": plan, "position": position},
            )  # fmt: skip
    return plan


@pytest.fixture
def elsewhere(second_engine: Engine) -> Engine:
    """An installation that holds nothing but its project."""
    set_up_project(second_engine, Project(name="Elsewhere", preset="GG4", metric_epsg=EPSG))
    return second_engine


def out(land: Land, folder: Path, wish: Wish) -> Path:
    folder.mkdir()
    return export_layers(land.engine, SYSTEM, wish, folder).path


def into(engine: Engine, what: str, path: Path, **choices) -> dict:
    return import_file(engine, SYSTEM, file_at(what, path), Choices(crs="EPSG:4326", **choices))


def carry_ground(land: Land, engine: Engine, folder: Path) -> None:
    """Communities and buildings, with every count as it is."""
    for layer in ("units", "buildings"):
        path = out(land, folder / layer, Wish((layer,), "gpkg", exact=True))
        into(engine, layer, path, level="community" if layer == "units" else None)


def grids(engine: Engine, plan: int | None = None) -> list[tuple]:
    """Code, name, leader, households and buildings of each grid; of None, of the one in force."""
    with transaction(engine, SYSTEM) as conn:
        return [tuple(row) for row in conn.execute(text(PLAN), {"plan": plan})]


@pytest.mark.parametrize("form", SHAPED)
def test_a_plan_comes_in_elsewhere_as_the_plan_it_was(land, plan, elsewhere, tmp_path, form):
    carry_ground(land, elsewhere, tmp_path)
    path = out(land, tmp_path / form, Wish(("plan_grids",), form, plan=plan, exact=True))
    told = into(elsewhere, "grids", path)
    assert (told["stored"], told["quarantined"]) == (4, 0)
    assert [row[0] for row in grids(elsewhere)] == [f"990101004007{n:03}" for n in range(1, 5)]
    assert grids(elsewhere) == grids(land.engine, plan)


def test_the_whole_file_of_a_plan_comes_in_by_its_layer_of_grids(land, plan, elsewhere, tmp_path):
    carry_ground(land, elsewhere, tmp_path)
    path = out(land, tmp_path / "plan", wish_of((), plan))
    into(elsewhere, "grids", path, layer="plan_grids")
    assert grids(elsewhere) == grids(land.engine, plan)
