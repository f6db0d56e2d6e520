"""Open the project's database: the server of the settings, or the embedded one, started first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gisgrid.settings import Settings
from gisgrid.storage import embedded
from gisgrid.storage.engine import open_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine


def open_database(settings: Settings, *, pool_size: int = 10) -> Engine:
    """An engine on the database of `settings`.

    Raises
    ------
    DatabaseMissing, DatabaseDown
        There is no PostgreSQL with PostGIS, or it does not start.
    """
    url = settings.database_url or embedded.start(settings.data)
    return open_engine(url, pool_size=pool_size)
