"""Alembic's environment: one migration at a time, all of it in one transaction."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

from gisgrid.settings import Settings
from gisgrid.storage import embedded
from gisgrid.storage.engine import open_engine
from gisgrid.storage.migrate import prepare
from gisgrid.storage.tables import metadata


def run(conn: Connection) -> None:
    context.configure(
        connection=conn,
        target_metadata=metadata,
        include_object=alembic_helpers.include_object,
        render_item=alembic_helpers.render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        prepare(conn)
        context.run_migrations()


def run_on_own_connection() -> None:
    settings = Settings.from_env()
    engine = open_engine(settings.database_url or embedded.start(settings.data))
    with engine.begin() as conn:
        run(conn)


given = context.config.attributes.get("connection")
if given is None:
    run_on_own_connection()
else:
    run(given)
