"""The command line, from an empty folder, as a newcomer types it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gisgrid import cli
from gisgrid.storage import embedded
from tests.services import towns


@pytest.fixture
def gisgrid(database_url, monkeypatch, tmp_path) -> Callable[..., int]:
    """`gisgrid …` on the test's own database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GISGRID_DATA", str(tmp_path))
    return lambda *words: cli.main(["--lang", "en", *map(str, words)])


@pytest.fixture
def town(tmp_path) -> Path:
    """Files of a small town: houses, and two communities."""
    towns.houses(4, 1)[["source_id", "levels", "use", "geometry"]].to_file(
        tmp_path / "houses.gpkg", layer="houses"
    )
    halves = towns.units((-10.0, -10.0, 200.0, 110.0), (200.0, -10.0, 410.0, 110.0))
    halves[["code", "name", "geometry"]].to_file(tmp_path / "units.geojson")
    return tmp_path


def test_from_files_to_cells(gisgrid, town, capsys):
    assert gisgrid("import", "buildings", town / "houses.gpkg", "--map", "levels=levels") == 0
    told = capsys.readouterr().out
    assert [line.split() for line in told.splitlines()[:2]] == [
        ["what", "read", "new", "updated", "rejected", "gone", "from", "source"],
        ["buildings", "16", "16", "0", "0", "0"],
    ]
    assert "estimated for 16" in told
    assert gisgrid("import", "units", town / "units.geojson", "--level", "community") == 0
    assert gisgrid("divide") == 0
    assert "nothing left to divide" in capsys.readouterr().out
    assert gisgrid("cells", "build") == 0
    assert "2 communities, 16 cells" in capsys.readouterr().out
    assert gisgrid("cells", "build", "110105001002") == 0
    assert "1 communities, 8 cells" in capsys.readouterr().out


def test_ground_is_divided_where_there_are_no_units(gisgrid, town, capsys):
    gisgrid("import", "buildings", town / "houses.gpkg")
    assert gisgrid("divide") == 0
    assert "1 communities with 352 households" in capsys.readouterr().out


def test_the_project_can_be_set_up_and_changed(gisgrid, capsys):
    assert gisgrid("project", "--name", "试点区", "--metric-epsg", 4548, "--preset", "FQ5") == 0
    assert gisgrid("project", "--target", 420) == 0
    shown = dict(line.split(None, 1) for line in capsys.readouterr().out.splitlines()[-14:] if line)
    assert (shown["name"], shown["preset"], shown["target"]) == ("试点区", "FQ5", "420")


@pytest.mark.parametrize("words", [("project",), ("project", "--name", "x")])
def test_a_project_needs_a_name_and_a_crs(gisgrid, words, capsys):
    assert gisgrid(*words) == 2
    assert "--metric-epsg" in capsys.readouterr().err


def test_errors_are_one_sentence_in_the_users_language(gisgrid, capsys):
    assert gisgrid("import", "osm", "nowhere.osm.pbf") == 2
    assert capsys.readouterr().err == "gisgrid: There is no file nowhere.osm.pbf; check the path\n"
    assert cli.main(["--lang", "zh", "import", "osm", "nowhere.osm.pbf"]) == 2
    assert "没有找到文件 nowhere.osm.pbf" in capsys.readouterr().err


def test_a_mapping_must_name_both_columns(gisgrid, town, capsys):
    assert gisgrid("import", "buildings", town / "houses.gpkg", "--map", "levels") == 2
    assert "OURS=THEIRS" in capsys.readouterr().err


def test_a_real_server_is_never_deleted(gisgrid, database_url, capsys):
    assert gisgrid("db", "reset", "--yes") == 0
    assert "nothing deleted" in capsys.readouterr().out
    engine = create_engine(database_url)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM project")).scalar_one() == 0
    engine.dispose()


@pytest.fixture
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="gisgrid-test-"))
    place.chmod(0o711)
    (place / "pid").write_text(str(os.getpid()))
    yield place
    embedded.reset(place)
    shutil.rmtree(place)


def test_the_embedded_database_starts_stops_and_goes(folder, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def db(*words: str) -> tuple[int, str]:
        status = cli.main(["--lang", "en", "--data", str(folder), "db", *words])
        return status, capsys.readouterr().out

    assert db("status") == (1, f"there is no database in {folder} yet\n")
    status, told = db("start")
    assert (status, told.split(":")[0]) == (0, "running")
    assert db("stop") == (0, "stopped\n")
    assert db("stop") == (0, "it was not running\n")
    assert db("status")[1].startswith("stopped: PostgreSQL")
    assert db("reset")[0] == 1
    assert (folder / "cluster.json").exists()
    assert db("reset", "--yes") == (0, "deleted\n")
    assert not (folder / "cluster.json").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [(("--metric-epsg", 4326), "EPSG:4326"), (("--band-low", 600), "600 ≤ 400 ≤ 500")],
)
def test_a_project_that_makes_no_sense_is_refused(gisgrid, words, told, capsys):
    assert gisgrid("project", "--name", "x", "--metric-epsg", 4548) == 0
    assert gisgrid("project", *words) == 2
    assert told in capsys.readouterr().err


def test_another_dwelling_size_changes_the_estimates_only(gisgrid, town, database_url, capsys):
    gisgrid("import", "buildings", town / "houses.gpkg")
    engine = create_engine(database_url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE building SET households_override = 7 WHERE source_id = 'b0'"))
    assert gisgrid("project", "--dwelling-m2", 55) == 0
    assert "16 buildings estimated anew" in capsys.readouterr().out
    with engine.begin() as conn:
        households = conn.execute(text("SELECT households FROM building ORDER BY source_id"))
        assert households.scalars().all() == [7] + [44] * 15
    engine.dispose()
