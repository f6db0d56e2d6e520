"""A whole district out as one file, and into an empty installation again."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from plan_land import Land, draft, draw
from sqlalchemy import text

from gisgrid.cli import main
from gisgrid.errors import Conflict, GisGridError
from gisgrid.services.bundles import export_bundle, import_bundle
from gisgrid.services.edit_plan import move_cells
from gisgrid.services.view_district import view_district
from gisgrid.storage import bundles
from gisgrid.storage.engine import SYSTEM, transaction


@pytest.fixture
def land(engine) -> Land:
    """A land with a plan in force, a draft with a history, an incident and odd texts."""
    land = draw(engine)
    plan = draft(land)
    move_cells(
        engine, land.planner, plan, base_version=1, kind="brush", moves=[[land.cells[0], 0, 2]]
    )
    with transaction(engine, SYSTEM) as conn:
        conn.execute(
            text("UPDATE building SET name = :odd, counts = '{\"elderly\": 3}' WHERE id % 2 = 0"),
            {"odd": 'quote " comma , line\nbreak \\. 网格 \\N =1+1'},
        )
        conn.execute(text("UPDATE building SET name = '' WHERE id % 3 = 0"))
        conn.execute(
            text(
                "INSERT INTO incident (source, source_id, category_text, text, reported_at, geom)"
                " VALUES ('t', '1', '噪音', 'x', '2024-05-01T12:00:00.123456Z', NULL)"
            )
        )
        conn.execute(text("INSERT INTO audit_log (action, subject) VALUES ('test', 'x')"))
    return land


@pytest.fixture
def bundle(land, tmp_path) -> Path:
    path = tmp_path / "district.zip"
    export_bundle(land.engine, path)
    return path


def contents(engine) -> dict[str, list[str]]:
    """Every row of every table that a bundle holds, as text; passwords left out."""
    with transaction(engine, SYSTEM) as conn:
        found = {}
        for name in bundles.tables():
            rows = conn.execute(text(f"SELECT to_jsonb(t) - 'password_hash' FROM \"{name}\" t"))
            kept = [row for row in rows.scalars() if row.get("action") not in bundles.NOTES]
            found[name] = sorted(json.dumps(row, sort_keys=True) for row in kept)
        return found


def test_every_table_comes_back_as_it_was(land, bundle, second_engine):
    done = import_bundle(second_engine, bundle)
    here, there = contents(land.engine), contents(second_engine)
    assert there == here
    assert done.rows == sum(map(len, here.values()))
    assert {"plan", "plan_cell", "plan_edit", "building", "incident", "audit_log"} <= {
        name for name, rows in here.items() if rows
    }


def test_a_server_that_runs_there_sees_the_new_tree_of_units(bundle, second_engine):
    def version() -> int:
        with transaction(second_engine, SYSTEM) as conn:
            return conn.execute(text("SELECT value FROM territory_version")).scalar_one()

    before = version()
    import_bundle(second_engine, bundle)
    assert version() > before


def test_the_district_shows_the_same_figures(land, bundle, second_engine):
    import_bundle(second_engine, bundle)
    here, there = (view_district(engine, land.planner) for engine in (land.engine, second_engine))
    assert there == here
    assert sum(unit["households"] for unit in there["units"]) == 1460


def test_the_same_state_makes_the_same_bytes_also_after_the_journey(
    land, bundle, second_engine, tmp_path
):
    again, there = tmp_path / "again.zip", tmp_path / "there.zip"
    export_bundle(land.engine, again)
    import_bundle(second_engine, bundle)
    export_bundle(second_engine, there)
    assert bundle.read_bytes() == again.read_bytes() == there.read_bytes()


def test_work_goes_on_in_the_new_place_with_new_ids(land, bundle, second_engine):
    import_bundle(second_engine, bundle)
    there = Land(
        second_engine,
        **{n: getattr(land, n) for n in Land.__dataclass_fields__ if n != "engine"},
    )
    with transaction(second_engine, SYSTEM) as conn:
        highest = conn.execute(text("SELECT max(id) FROM plan")).scalar_one()
    assert draft(there) > highest


def test_no_password_and_no_session_leaves_the_house(bundle):
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        assert not {f"tables/{name}.csv" for name in bundles.LEFT_BEHIND} & names
        accounts = archive.read("tables/account.csv").decode()
    assert "argon2" not in accounts
    assert "planner" in accounts


def test_pictures_travel_along(land, second_engine, tmp_path):
    pictures, new = tmp_path / "photos", tmp_path / "new" / "photos"
    (pictures / "a1").mkdir(parents=True)
    (pictures / "a1" / "a1b2.jpg").write_bytes(b"\xff\xd8 picture")
    export_bundle(land.engine, tmp_path / "b.zip", photos=pictures)
    assert import_bundle(second_engine, tmp_path / "b.zip", photos=new).photos == 1
    assert (new / "a1" / "a1b2.jpg").read_bytes() == b"\xff\xd8 picture"


def test_a_district_is_never_written_over(land, bundle):
    before = contents(land.engine)
    with pytest.raises(Conflict) as refused:
        import_bundle(land.engine, bundle)
    assert refused.value.key == "project_not_empty"
    assert contents(land.engine) == before


def changed(bundle: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The bundle with its entries changed."""
    with zipfile.ZipFile(bundle) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    path = bundle.with_name("changed.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def edit(files: dict[str, bytes], **values: object) -> None:
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | values).encode()


def one_byte(entries: dict[str, bytes]) -> None:
    content = entries["tables/plan_cell.csv"]
    entries["tables/plan_cell.csv"] = content[:-2] + b"9\n"


DAMAGE: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "one byte differs": (one_byte, "bundle_damaged"),
    "a table is missing": (lambda e: e.pop("tables/unit.csv"), "bundle_damaged"),
    "a file too many": (lambda e: e.update({"tables/x.csv": b"x"}), "bundle_damaged"),
    "a path that leads out": (lambda e: e.update({"../../x": b"x"}), "bundle_damaged"),
    "no manifest": (lambda e: e.pop("manifest.json"), "not_a_bundle"),
    "a manifest of something else": (lambda e: e.update({"manifest.json": b"[1]"}), "not_a_bundle"),
    "a later format": (lambda e: edit(e, gisgrid_bundle=2), "not_a_bundle"),
    "another version": (lambda e: edit(e, revision="0099_later"), "bundle_revision"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_nothing_is_stored_of_a_bundle_that_is_not_whole(bundle, second_engine, case):
    change, code = DAMAGE[case]
    before = contents(second_engine)
    with pytest.raises(GisGridError) as refused:
        import_bundle(second_engine, changed(bundle, change))
    assert refused.value.key == code
    assert contents(second_engine) == before


def test_a_manifest_that_leads_out_of_the_folder_is_refused(bundle, second_engine, tmp_path):
    def lead_out(entries: dict[str, bytes]) -> None:
        entries["photos/../../x"] = b"x"
        listed = json.loads(entries["manifest.json"])["entries"]
        edit(entries, entries=[*listed, {"name": "photos/../../x", "sha256": "", "bytes": 1}])

    with pytest.raises(GisGridError) as refused:
        import_bundle(second_engine, changed(bundle, lead_out), photos=tmp_path / "photos")
    assert refused.value.key == "bundle_damaged"


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all"])
def test_other_files_are_told_apart(second_engine, tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(GisGridError) as refused:
        import_bundle(second_engine, path)
    assert refused.value.key == "not_a_bundle"


def test_the_commands(land, second_engine, tmp_path, monkeypatch, capsys):
    file = tmp_path / "district.zip"
    monkeypatch.setenv("GISGRID_DATA", str(tmp_path))

    def gisgrid(engine, *words: str) -> int:
        monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
        return main(["--lang", "en", *words])

    assert gisgrid(land.engine, "export", "bundle", str(file)) == 0
    assert gisgrid(land.engine, "export", "bundle", str(file)) == 2
    assert "is there already" in capsys.readouterr().err
    assert gisgrid(second_engine, "import", "bundle", str(file)) == 0
    assert "tables" in capsys.readouterr().out
    assert gisgrid(second_engine, "import", "bundle", str(file)) == 2
    assert contents(second_engine) == contents(land.engine)
