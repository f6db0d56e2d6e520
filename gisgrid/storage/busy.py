"""When others hold what a transaction waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from gisgrid.errors import Unavailable

LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def or_busy() -> Iterator[None]:
    """Tell a lock that did not come free in time as Unavailable (``busy``): try again."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        raise Unavailable("somebody else is writing this; try again", code="busy") from error
