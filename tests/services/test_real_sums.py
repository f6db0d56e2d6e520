"""Real files come in whole: the sums their makers published are the sums we store."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gisgrid.io.incoming.choices import Choices
from gisgrid.services.import_file import file_at, import_file
from gisgrid.storage.engine import SYSTEM, transaction


def take(engine: Engine, what: str, path: Path, **choices) -> dict:
    told = import_file(engine, SYSTEM, file_at(what, path), Choices(**choices))
    assert told["quarantined"] == 0
    return told


def one(engine: Engine, statement: str) -> tuple:
    with transaction(engine, SYSTEM) as conn:
        return tuple(conn.execute(text(statement)).one())


@pytest.fixture
def files(shared_dir: Path) -> Path:
    return shared_dir / "data"


def test_households_of_new_york_add_up(engine, files):
    path = files / "nyc_neighborhoods" / "nyc_neighborhoods.gpkg"
    take(engine, "buildings", path)
    assert one(engine, "SELECT sum(households_given) FROM building") == (3_063_393,)


def test_the_population_of_providence_adds_up(engine, files):
    path = files / "providence" / "providence_blocks_2010.gpkg"
    take(engine, "buildings", path, mapping={"source_id": "GEOID10", "residents": "TOTPOP"})
    assert one(engine, "SELECT sum(residents_given) FROM building") == (178_040,)


def test_every_building_of_the_centre_of_beijing_lies_in_one_of_thirteen_towns(engine, files):
    path = files / "beijing_cbd" / "beijing_cbd.gpkg"
    take(engine, "units", path, layer="towns_touching", level="community")
    take(engine, "buildings", path, layer="buildings")
    counted = "SELECT count(*), count(community_id), count(DISTINCT community_id) FROM building"
    assert one(engine, counted) == (5442, 5442, 13)
