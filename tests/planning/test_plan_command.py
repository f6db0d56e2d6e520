"""`gisgrid plan` on files: a plan, its summary, and one clear sentence for bad input."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from gisgrid.cli import main


@pytest.fixture
def layer(tmp_path):
    """Six by four cells of 10 m; 100 households each, the west in grid 1 but its last column."""
    rows = [
        {
            "cell": f"C{x}{y}",
            "households": 100,
            "elderly": 10 * x,
            "grid": "1" if x < 4 else "2",
            "community": "N" if y < 2 else "S",
            "geometry": box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10),
        }
        for x in range(6)
        for y in range(4)
    ]
    return gpd.GeoDataFrame(rows, crs="EPSG:4527")


@pytest.fixture
def cells(layer, tmp_path):
    path = tmp_path / "cells.gpkg"
    layer.to_file(path)
    return path


def run(*arguments):
    return main(["--lang", "en", "plan", *map(str, arguments)])


def test_a_new_plan_is_written_and_summed_up(cells, tmp_path, capsys):
    out = tmp_path / "plan.csv"
    assert run("new", cells, "--grids", 4, "-o", out) == 0
    plan = pd.read_csv(out)
    assert sorted(plan.columns) == ["cell", "grid"]
    assert plan.groupby("grid").size().tolist() == [6, 6, 6, 6]
    assert "in band" in capsys.readouterr().out
    assert run("check", cells, "--plan", out) == 0


def test_a_rebalance_moves_one_column(cells, tmp_path, capsys):
    out = tmp_path / "plan.csv"
    assert run("rebalance", cells, "--current", "grid", "-o", out) == 0
    plan = pd.read_csv(out).set_index("cell").grid
    assert plan.groupby(plan).size().between(11, 13).all()
    assert "at least needed" in capsys.readouterr().out


def test_few_may_be_moved(cells, tmp_path):
    out = tmp_path / "plan.csv"
    arguments = ("--current", "grid", "--max-moved", 100, "--band", "0.02", "-o", out)
    assert run("rebalance", cells, *arguments) == 1
    plan = pd.read_csv(out).set_index("cell").grid.astype(str)
    before = gpd.read_file(cells).set_index("cell").grid
    assert (plan != before).sum() <= 1


def test_a_weighted_sum_is_a_workload(cells, tmp_path):
    out = tmp_path / "plan.csv"
    formula = "households + 2*elderly"
    assert run("new", cells, "--grids", 2, "--households", formula, "-o", out) == 0


def test_suggestions_name_cells_and_sizes(cells, capsys):
    assert run("suggest", cells, "--current", "grid") == 0
    assert "1: 1600 →" in capsys.readouterr().out


def test_no_plan_exists_and_the_reason_is_told(layer, tmp_path, capsys):
    layer.loc[0, "households"] = 5000
    layer.to_file(tmp_path / "tower.gpkg")
    out = tmp_path / "plan.csv"
    run("new", tmp_path / "tower.gpkg", "--grids", 4, "--band", "300-700", "-o", out)
    assert "Cell C00 alone has 5000 households" in capsys.readouterr().out


def damaged(layer, what):
    layer = layer.copy()
    if what == "twice":
        layer.loc[1, "cell"] = layer.loc[0, "cell"]
    if what == "negative":
        layer.loc[3, "households"] = -1
    if what == "missing":
        layer["households"] = layer["households"].astype(float)
        layer.loc[3, "households"] = None
    if what == "overlap":
        layer.loc[0, "geometry"] = box(0, 0, 18, 10)
    if what == "empty":
        layer = layer.iloc[:0]
    if what == "pieces":
        layer.loc[23, "grid"] = "1"
    if what == "column":
        layer = layer.drop(columns="households")
    return layer


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("twice", "is listed twice"),
        ("negative", "has negative households"),
        ("missing", "has no number in the column households"),
        ("overlap", "overlap by 80 m²"),
        ("empty", "no cells"),
        ("pieces", "Grid 1 is in pieces"),
        ("column", "has no column households"),
    ],
)
def test_bad_input_is_one_sentence_and_status_two(layer, tmp_path, capsys, what, sentence):
    path = tmp_path / "bad.gpkg"
    damaged(layer, what).to_file(path)
    assert run("rebalance", path, "--current", "grid", "-o", tmp_path / "plan.csv") == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_communities_apart_are_not_mixed(layer, tmp_path):
    layer["grid"] = layer.community + (layer.cell.str[1].astype(int) < 4).map(
        {True: "1", False: "2"}
    )
    layer.to_file(tmp_path / "two.gpkg")
    out = tmp_path / "plan.csv"
    arguments = ("--current", "grid", "--by", "community", "-o", out)
    assert run("rebalance", tmp_path / "two.gpkg", *arguments) == 0
    plan = pd.read_csv(out)
    assert (plan.grid.str[0].to_numpy() == layer.community.to_numpy()).all()


@pytest.mark.parametrize(("language", "word"), [("en", "workload"), ("zh", "工作量")])
def test_the_summary_shows_the_formula_of_the_workload(cells, tmp_path, capsys, language, word):
    arguments = ["--grids", "2", "--households", "households+0.5 * elderly"]
    main(["--lang", language, "plan", "new", str(cells), *arguments, "-o", str(tmp_path / "p.csv")])
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith(word))
    assert line.endswith("households + 0.5*elderly")


def second_loads(layer, out):
    plan = pd.read_csv(out, dtype=str).set_index("cell").grid
    return layer.set_index("cell").elderly.groupby(plan).sum()


def test_a_second_workload_is_kept_in_its_own_band(layer, cells, tmp_path, capsys):
    out = tmp_path / "plan.csv"
    arguments = ("--current", "grid", "--also", "elderly", "--also-band", "0.35", "-o", out)
    assert run("rebalance", cells, *arguments, "--band", "0.10") == 0
    said = capsys.readouterr().out
    assert "second workload in band" in said
    assert second_loads(layer, out).sum() == layer.elderly.sum()


def test_a_second_workload_out_of_band_is_a_finding_of_check(layer, tmp_path, capsys):
    layer["grid"] = layer.cell.str[1].map(lambda x: "1" if int(x) < 3 else "2")
    layer.to_file(tmp_path / "cells.gpkg")
    layer[["cell", "grid"]].to_csv(tmp_path / "plan.csv", index=False)
    arguments = (tmp_path / "cells.gpkg", "--plan", tmp_path / "plan.csv")
    assert run("check", *arguments) == 0
    assert run("check", *arguments, "--also", "elderly") == 1
    assert "Grid 1 has 120 by the second workload (elderly)" in capsys.readouterr().out


def test_a_plan_that_meets_the_bound_is_called_proven_optimal(layer, tmp_path, capsys):
    layer["households"] = layer.cell.str[2].map({"0": 400, "1": 0, "2": 0, "3": 0})
    layer.to_file(tmp_path / "cells.gpkg")
    arguments = ("--current", "grid", "--band", "0.05", "-o", tmp_path / "plan.csv")
    assert run("rebalance", tmp_path / "cells.gpkg", *arguments) == 0
    said = capsys.readouterr().out
    assert "proven optimal" in said
    assert " 400\n" in said


def test_a_plan_above_the_bound_shows_its_gap(cells, tmp_path, capsys):
    arguments = ("--current", "grid", "--band", "0.01", "-o", tmp_path / "plan.csv")
    assert run("rebalance", cells, *arguments) in (0, 1)
    run("rebalance", cells, "--current", "grid", "--max-moved", 100, *arguments[2:])
    assert "proven optimal" not in capsys.readouterr().out.splitlines()[-4:]


def test_status_one_says_why_no_plan_exists(cells, tmp_path, capsys):
    arguments = ("--grids", 4, "--band", "900-1000", "-o", tmp_path / "plan.csv")
    assert run("new", cells, *arguments) == 1
    assert "2400 households cannot fill 4 grids" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--current", "nowhere"], "has no column nowhere"),
        (["--current", "grid", "--households", "shops"], "has no column shops"),
        (["--current", "grid", "--by", "ward"], "has no column ward"),
        (["--current", "grid", "--groups", "estate"], "has no column estate"),
        (["--current", "grid", "--also", "residents"], "has no column residents"),
        (["--current", "grid", "--band", "wide"], "not wide"),
        (["--current", "grid", "--band", "500-300"], "The band 500 to 300 is empty"),
        (["--current", "grid", "--prefer", "speed"], "not speed"),
        (["--current", "grid", "--grids", "0"], "At least one grid"),
        (["--current", "grid", "--target", "0"], "must be above 0"),
        (["--current", "grid", "--locked", "none.csv"], "none.csv"),
        (["--current", "grid", "--neighbours", "none.csv"], "none.csv"),
    ],
)
def test_a_bad_argument_is_one_sentence_and_status_two(
    cells, tmp_path, capsys, arguments, sentence
):
    assert run("rebalance", cells, *arguments, "-o", tmp_path / "plan.csv") == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not (tmp_path / "plan.csv").exists()


@pytest.mark.parametrize("what", ["twice", "negative", "missing", "overlap", "empty", "column"])
@pytest.mark.parametrize("action", ["new", "check", "suggest"])
def test_every_action_refuses_a_bad_layer(layer, tmp_path, capsys, action, what):
    path, plan = tmp_path / "bad.gpkg", tmp_path / "plan.csv"
    damaged(layer, what).to_file(path)
    layer[["cell", "grid"]].to_csv(plan, index=False)
    extra = {
        "new": ["--grids", 4, "-o", tmp_path / "new.csv"],
        "check": ["--plan", plan],
        "suggest": ["--current", "grid"],
    }
    assert run(action, path, *extra[action]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_layer_of_points_and_a_file_that_is_none_are_refused(layer, tmp_path, capsys):
    points = layer.set_geometry(layer.centroid)
    points.to_file(tmp_path / "points.gpkg")
    (tmp_path / "text.gpkg").write_text("no layer")
    for name, sentence in (
        ("points.gpkg", "Cell C00 is not a polygon"),
        ("text.gpkg", "text.gpkg is of no format that is read here"),
        ("none.gpkg", "none.gpkg"),
    ):
        assert run("new", tmp_path / name, "--grids", 2, "-o", tmp_path / "plan.csv") == 2
        assert sentence in capsys.readouterr().err
