"""`gisgrid export …`, as it is typed."""

from __future__ import annotations

import csv
from collections.abc import Callable

import geopandas as gpd
import pytest
from sqlalchemy import text

from gisgrid import cli
from gisgrid.storage.engine import SYSTEM, transaction
from tests.plan_land import draft, draw


@pytest.fixture
def gisgrid(engine, database_url, monkeypatch, tmp_path) -> Callable[..., int]:
    """`gisgrid --lang en …` on a small land, in an empty folder."""
    draw(engine, [[3, 120, 130], [90, 160, 100]])
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GISGRID_DATA", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: cli.main(["--lang", "en", *map(str, words)])


def test_the_name_of_the_file_says_the_format(gisgrid, tmp_path, capsys):
    for name in ("b.gpkg", "b.geojson", "b.zip", "b.csv", "b.xlsx", "b.parquet"):
        assert gisgrid("export", "buildings", name) == 0
        assert f"{name}: 6 rows" in capsys.readouterr().out
    assert len(gpd.read_file("b.gpkg")) == len(gpd.read_file("/vsizip/b.zip")) == 6
    with (tmp_path / "b.csv").open(encoding="utf-8-sig") as stream:
        assert len(list(csv.DictReader(stream))) == 6


def test_small_counts_are_left_out_unless_asked_for(gisgrid, capsys):
    assert gisgrid("export", "buildings", "masked.gpkg") == 0
    assert "--exact" in capsys.readouterr().out
    assert gisgrid("export", "buildings", "exact.gpkg", "--exact") == 0
    assert gpd.read_file("masked.gpkg")["households"].isna().sum() == 1
    assert gpd.read_file("exact.gpkg")["households"].sum() == 603


def test_a_file_that_is_there_stays_unless_forced(gisgrid, capsys):
    assert gisgrid("export", "units", "u.gpkg") == 0
    assert gisgrid("export", "units", "u.gpkg") == 2
    assert "--force" in capsys.readouterr().err
    assert gisgrid("export", "units", "u.gpkg", "--force", "--crs", "4547") == 0
    assert gpd.read_file("u.gpkg").crs.to_epsg() == 4547


def test_a_plan_leaves_whole_or_in_parts(gisgrid, engine, tmp_path):
    with transaction(engine, SYSTEM) as conn:
        conn.execute(text("TRUNCATE project, unit_level, unit, building, account CASCADE"))
    plan = draft(draw(engine))
    assert gisgrid("export", "plan", "--plan", plan) == 0
    (whole,) = tmp_path.glob("*.gpkg")
    assert len(gpd.read_file(whole, layer="plan_grids")) == 4
    assert gisgrid("export", "plan", "--plan", plan, "--only", "cells", "cells.csv") == 0
    assert gisgrid("export", "plan", "--plan", 999, "x.gpkg") == 2
