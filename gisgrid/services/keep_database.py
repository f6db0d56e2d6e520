"""The database of an installation: start, stop, look, delete, and bring it to the newest shape."""

from __future__ import annotations

from gisgrid.services.open_database import open_database
from gisgrid.settings import Settings
from gisgrid.storage import embedded, migrate
from gisgrid.storage.embedded import Status
from gisgrid.storage.engine import Engine


def ready_database(settings: Settings) -> Engine:
    """The database of `settings`, started where it is ours, migrated where it is behind.

    Raises
    ------
    DatabaseMissing, DatabaseDown
        If there is no PostgreSQL with PostGIS, or it does not answer.
    Unavailable
        If the user of a real server may not make what the product needs.
    """
    engine = open_database(settings)
    if not migrate.is_current(engine):
        migrate.upgrade(engine)
    return engine


def stop_database(settings: Settings) -> bool:
    """Stop the embedded database; False if it did not run, or a real server is used."""
    return settings.database_url is None and embedded.stop(settings.data)


def reset_database(settings: Settings) -> bool:
    """Delete the embedded database with all it holds; False where a real server is used."""
    if settings.database_url is not None:
        return False
    embedded.reset(settings.data)
    return True


def database_status(settings: Settings) -> Status:
    """State of the embedded database."""
    return embedded.status(settings.data)
