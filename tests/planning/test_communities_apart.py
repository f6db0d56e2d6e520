"""`plan rebalance --by`: each community apart; Ctrl-C keeps what is done."""

from __future__ import annotations

import os
import signal

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from gisgrid.cli import main
from gisgrid.commands import plans as plan_command
from gisgrid.planning.batch import solved


@pytest.fixture
def run(tmp_path):
    """Rebalance rows of cells (a community a row, a letter a grid, 100 households a cell)."""

    def rebalance(rows, *arguments):
        cells = [
            {
                "households": 100,
                "grid": letter,
                "community": name,
                "geometry": box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10),
            }
            for y, (name, row) in enumerate(rows.items())
            for x, letter in enumerate(row)
        ]
        layer = gpd.GeoDataFrame(cells, crs="EPSG:4527")
        layer.to_file(tmp_path / "cells.gpkg")
        words = ["rebalance", tmp_path / "cells.gpkg", "--current", "grid", "--by", "community"]
        out = tmp_path / "plan.csv"
        status = main(["--lang", "en", "plan", *map(str, [*words, *arguments, "-o", out])])
        if not out.exists():
            return status, {}
        grid = pd.read_csv(out, dtype=str).grid
        return status, grid.groupby(layer.community, sort=False).agg("".join).to_dict()

    return rebalance


def test_the_number_of_grids_is_of_each_community(run):
    status, plans = run({"N": "AAAA", "S": "BBBBBBBB"}, "--grids", 2)
    assert status == 0
    assert sorted(map(plans["N"].count, set(plans["N"]))) == [2, 2]
    assert sorted(map(plans["S"].count, set(plans["S"]))) == [4, 4]
    assert not set(plans["N"]) & set(plans["S"])
    assert "A" in plans["N"]
    assert "B" in plans["S"]


def test_the_target_is_of_each_community(run):
    status, plans = run({"N": "AAAA", "S": "BBBBBBBB", "W": "CD"}, "--target", 200)
    assert status == 0
    assert [len(set(plans[name])) for name in "NSW"] == [2, 4, 1]
    assert plans["W"] in ("CC", "DD")


def test_a_grid_in_two_communities_is_refused(run, capsys):
    assert run({"N": "AAB", "S": "ACC"}) == (2, {})
    assert "Grid A lies in the communities N and S" in capsys.readouterr().err


def test_a_reason_names_the_grid_of_its_community(run, capsys):
    status, _ = run({"N": "AABB", "S": "CCCCCC"}, "--band", "150-450")
    assert status == 1
    assert "Grid C has 600 households" in capsys.readouterr().out


def test_stopped_by_ctrl_c_the_rest_keep_their_grids(run, monkeypatch, capsys):
    def stopping(job, **options):
        result = solved(job, **options)
        os.kill(os.getpid(), signal.SIGINT)
        return result

    monkeypatch.setattr(plan_command, "solved", stopping)
    rows = {"N": "AAAAAB", "S": "CCCCCD", "W": "EEEEEF"}
    status, plans = run(rows, "--band", "200-400")
    assert status == 130
    assert plans == {"N": "AAAABB", "S": "CCCCCD", "W": "EEEEEF"}
    assert "2 communities were not reached and keep their grids: S W" in capsys.readouterr().out
