"""Tell a fault of the database from a fault of ours."""

from __future__ import annotations

from gisgrid.errors import GisGridError
from gisgrid.storage import faults


def known_fault(error: Exception) -> GisGridError | None:
    """The error to answer where the database is away, busy, or refused a value; else None."""
    return faults.known(error)
