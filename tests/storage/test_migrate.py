"""The migrations lead to the tables of the code, and back."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import Engine, inspect

from gisgrid.settings import ROOT
from gisgrid.storage import migrate
from gisgrid.storage.tables import metadata


def test_migrations_make_the_tables_of_the_code(conn):
    context = MigrationContext.configure(
        conn,
        opts={
            "include_object": alembic_helpers.include_object,
            "compare_type": True,
            "compare_server_default": True,
        },
    )
    assert compare_metadata(context, metadata) == []


def test_every_migration_can_be_undone_and_done_again(engine: Engine):
    migrate.downgrade(engine, "base")
    left = set(inspect(engine).get_table_names()) - {"spatial_ref_sys"}
    assert left == {"alembic_version"}
    migrate.upgrade(engine)
    assert migrate.is_current(engine)


def test_migrating_twice_changes_nothing(engine: Engine):
    migrate.upgrade(engine)
    assert migrate.is_current(engine)


def test_migrations_are_numbered_in_one_line():
    revisions = [r.revision for r in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
    revisions.reverse()
    assert [r[:4] for r in revisions] == [f"{n:04d}" for n in range(1, len(revisions) + 1)]
    assert all(len(r) <= 32 for r in revisions)
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1
