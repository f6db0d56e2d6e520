"""`gisgrid demo`: bad files end with a sentence and leave the folder free for a good one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gisgrid import cli
from gisgrid.commands import demo
from gisgrid.storage import embedded
from tests.services import towns

STREET_ONLY = """<?xml version="1.0"?><osm version="0.6">
<node id="1" version="1" lon="116.4" lat="39.9"/><node id="2" version="1" lon="116.41" lat="39.9"/>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>"""


@pytest.fixture
def folder(monkeypatch) -> Iterator[Path]:
    """A data folder that the embedded database may live in."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = Path(tempfile.mkdtemp(prefix="gisgrid-test-"))
    made.chmod(0o711)
    (made / "pid").write_text(str(os.getpid()))
    yield made / "district"
    embedded.reset(made / "district")
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def prepare(folder) -> Callable[..., int]:
    """`gisgrid demo --prepare-only …` in the data folder."""
    start = ["--lang", "en", "--data", str(folder), "demo", "--prepare-only"]
    return lambda *words: cli.main([*start, *map(str, words)])


@pytest.fixture
def layers(tmp_path) -> Path:
    """Files of a small town: houses and two communities."""
    houses = towns.houses(4, 1)[["source_id", "levels", "use", "geometry"]]
    houses.to_file(tmp_path / "houses.gpkg", layer="houses")
    halves = towns.units((-10.0, -10.0, 200.0, 110.0), (200.0, -10.0, 410.0, 110.0))
    halves[["code", "name", "geometry"]].to_file(tmp_path / "units.geojson")
    far = halves.translate(5.0, 0.0)
    halves.set_geometry(far)[["code", "name", "geometry"]].to_file(tmp_path / "far.geojson")
    return tmp_path


def test_a_bad_file_is_named_and_a_good_one_is_served_from_the_same_folder(
    prepare, folder, layers, capsys
):
    (layers / "street.osm").write_text(STREET_ONLY)
    assert prepare("--osm", layers / "street.osm") == 2
    assert "street.osm has no buildings" in capsys.readouterr().err
    houses, units = layers / "houses.gpkg", layers / "units.geojson"
    assert prepare("--buildings", houses, "--units", units, "--level", "nonsense") == 2
    assert "has no units of a level" in capsys.readouterr().err
    far = ("--units", layers / "far.geojson", "--level", "street")
    assert prepare("--buildings", houses, *far) == 2
    assert "No building lies in any of the units" in capsys.readouterr().err
    assert not (folder / demo.ORIGIN).exists()
    assert prepare("--buildings", houses, "--units", units, "--level", "community") == 0
    assert "2 communities divided into 2 grids" in capsys.readouterr().out
    logins = json.loads((folder / demo.LOGINS).read_text(encoding="utf-8"))
    assert len(logins) == 4
    assert prepare("--osm", layers / "street.osm") == 2
    assert "holds another district" in capsys.readouterr().err


def test_logins_are_written_before_the_accounts_are_made(prepare, folder, layers, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    added = demo.add_accounts
    monkeypatch.setattr(demo, "add_accounts", killed)
    source = ("--buildings", layers / "houses.gpkg", "--units", layers / "units.geojson")
    with pytest.raises(Killed):
        prepare(*source, "--level", "community")
    known = (folder / demo.LOGINS).read_text(encoding="utf-8")
    monkeypatch.setattr(demo, "add_accounts", added)
    assert prepare(*source, "--level", "community") == 0
    made = (folder / demo.LOGINS).read_text(encoding="utf-8")
    assert made != known
    assert prepare(*source, "--level", "community") == 0
    assert (folder / demo.LOGINS).read_text(encoding="utf-8") == made
