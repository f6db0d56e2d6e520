"""Compounds, locks, walls and bridges, as files give them to `gisgrid plan`."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from gisgrid.cli import main


def street(tmp_path, grids, **columns):
    """A row of cells of 10 m and 100 households; `grids` is a letter a cell; blank: no ground."""
    rows = [
        {
            "cell": f"C{x}",
            "households": 100,
            "grid": letter,
            "geometry": box(10 * x, 0, 10 * x + 10, 10),
        }
        for x, letter in enumerate(grids)
        if letter != " "
    ]
    layer = gpd.GeoDataFrame(rows, crs="EPSG:4527").assign(**columns)
    layer.to_file(tmp_path / "cells.gpkg")
    return tmp_path / "cells.gpkg"


def run(tmp_path, action, *arguments):
    path = tmp_path / "plan.csv"
    words = [action, tmp_path / "cells.gpkg", *arguments, "-o", path]
    status = main(["--lang", "en", "plan", *map(str, words)])
    if not path.exists():
        return status, None
    return status, "".join(pd.read_csv(path, dtype=str).grid)


def table(tmp_path, name, **columns):
    pd.DataFrame(columns).to_csv(tmp_path / name, index=False)
    return tmp_path / name


def test_a_compound_stays_together_in_a_new_plan(tmp_path):
    street(tmp_path, "......", compound=["", "", "K", "K", "", ""])
    assert run(tmp_path, "new", "--grids", 2, "--band", "200-400") == (0, "111222")
    status, plan = run(tmp_path, "new", "--grids", 2, "--band", "200-400", "--groups", "compound")
    assert status == 0
    assert plan[2] == plan[3]


def test_a_compound_moves_as_one_in_a_rebalance(tmp_path):
    street(tmp_path, "AAAAAB", compound=["", "", "", "K", "K", ""])
    arguments = ("--current", "grid", "--band", "200-400")
    assert run(tmp_path, "rebalance", *arguments) == (0, "AAAABB")
    assert run(tmp_path, "rebalance", *arguments, "--groups", "compound") == (0, "AAABBB")


def test_a_locked_cell_and_a_locked_grid_stay(tmp_path):
    street(tmp_path, "AAAAABCC")
    arguments = ("--current", "grid", "--band", "200-400", "--locked")
    held = table(tmp_path, "cell.csv", cell=["C4"])
    assert run(tmp_path, "rebalance", *arguments, held)[1][4] == "A"
    held = table(tmp_path, "grid.csv", grid=["C"])
    assert run(tmp_path, "rebalance", *arguments, held) == (0, "AAAABBCC")


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("cell", "C9", "locked cell C9"),
        ("grid", "Z", "locked grid Z"),
        ("x", "1", "no column grid"),
    ],
)
def test_a_lock_on_nothing_is_refused(tmp_path, capsys, column, value, sentence):
    street(tmp_path, "AAB")
    held = table(tmp_path, "locks.csv", **{column: [value]})
    assert run(tmp_path, "rebalance", "--current", "grid", "--locked", held) == (2, None)
    assert sentence in capsys.readouterr().err


def near(tmp_path, pairs, joined):
    a, b = zip(*pairs, strict=True)
    return table(tmp_path, "near.csv", a=a, b=b, shared_m=[10.0] * len(a), joined=joined)


def test_a_wall_forbids_a_border(tmp_path):
    """Two rows of two: nobody crosses the wall between the rows, so grids lie along it."""
    rows = [
        {
            "cell": f"C{x}{y}",
            "households": 100,
            "geometry": box(30 * x, 10 * y, 30 * x + 30, 10 * y + 10),
        }
        for y in range(2)
        for x in range(2)
    ]
    gpd.GeoDataFrame(rows, crs="EPSG:4527").to_file(tmp_path / "cells.gpkg")
    pairs = [("C00", "C10"), ("C01", "C11"), ("C00", "C01"), ("C10", "C11")]
    joined = [True, True, False, False]
    file = near(tmp_path, pairs, joined)
    status, plan = run(tmp_path, "new", "--grids", 2, "--neighbours", file)
    assert status == 0
    assert plan[0] == plan[1] != plan[2] == plan[3]


def test_a_bridge_joins_ground_that_does_not_touch(tmp_path, capsys):
    street(tmp_path, "AAA BBB")
    wall = near(tmp_path, [("C0", "C1"), ("C1", "C2"), ("C4", "C5"), ("C5", "C6")], [True] * 4)
    arguments = ("--grids", 1, "--band", "500-700", "--neighbours")
    run(tmp_path, "new", *arguments, wall)
    assert "touch no other ground" in capsys.readouterr().out
    pairs = [("C0", "C1"), ("C1", "C2"), ("C4", "C5"), ("C5", "C6"), ("C4", "C2")]
    status, plan = run(tmp_path, "new", *arguments, near(tmp_path, pairs, [True] * 5))
    assert (status, plan) == (0, "111111")
    assert "touch no other ground" not in capsys.readouterr().out


def test_new_names_are_for_new_grids_only(tmp_path):
    street(tmp_path, "AAAAAAAAABBBB")
    status, plan = run(tmp_path, "rebalance", "--current", "grid", "--target", 433, "--band", "0.2")
    assert status == 0
    assert plan.endswith("BBBB")
    assert set(plan) == {"A", "B", "1"}


def test_a_grid_is_dissolved_and_the_others_keep_their_names(tmp_path):
    street(tmp_path, "AABBBBCCCC")
    status, plan = run(
        tmp_path, "rebalance", "--current", "grid", "--grids", 2, "--band", "300-700"
    )
    assert (status, plan) == (0, "BBBBBBCCCC")
