"""`gisgrid import …` as a person types it: preview, import, once, undone."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from gisgrid import cli


@pytest.fixture
def gisgrid(database_url, monkeypatch, tmp_path):
    """The command line on the test's own database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GISGRID_DATA", str(tmp_path / "data"))

    def run(*words: object) -> int:
        return cli.main(["--lang", "en", *map(str, words)])

    return run


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Two communities."""
    frame = gpd.GeoDataFrame(
        {"编码": ["370102001001", "370102001002"], "名称": ["东园", "西园"]},
        geometry=[box(117, 36, 117.01, 36.01), box(117.01, 36, 117.02, 36.01)],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "units.gpkg")
    return tmp_path / "units.gpkg"


def test_a_dry_run_prints_the_preview_and_stores_nothing(gisgrid, units, capsys):
    assert gisgrid("import", "units", units, "--level", "community", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "GeoPackage, layer units, 2 rows" in told
    assert "Name" in told
    assert "东园 · 西园" in told
    assert "2 can be stored, 0 cannot" in told
    assert gisgrid("import", "list") == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_an_import_is_told_done_once_and_undone(gisgrid, units, capsys):
    words = ("import", "units", units, "--level", "community")
    assert gisgrid(*words) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[1].split() == ["units", "2", "2", "0", "0", "0"]
    assert gisgrid(*words) == 0
    assert "was stored by import 1" in capsys.readouterr().out
    assert gisgrid("import", "undo", 1) == 0
    assert "2 removed" in capsys.readouterr().out
    assert gisgrid("import", "undo", 1) == 2


def test_a_place_in_doubt_is_asked_for(gisgrid, units, tmp_path, capsys):
    gisgrid("import", "units", units, "--level", "community")
    houses = gpd.GeoDataFrame(
        {"id": ["a"]}, geometry=[box(117.001, 36.001, 117.002, 36.002)], crs="EPSG:4326"
    )
    moved = houses.to_crs(4527).set_crs(4326, allow_override=True)
    moved.to_file(tmp_path / "houses.gpkg")
    capsys.readouterr()
    assert gisgrid("import", "buildings", tmp_path / "houses.gpkg", "--dry-run") == 1
    told = capsys.readouterr().out
    assert "its numbers do not agree" in told
    assert "EPSG:4527" in told
    assert gisgrid("import", "buildings", tmp_path / "houses.gpkg") == 2
    assert gisgrid("import", "buildings", tmp_path / "houses.gpkg", "--crs", "EPSG:4527") == 0
