"""What the driver raises, in our own errors: the database is away, busy, or was given nonsense."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, TimeoutError

from gisgrid.errors import DatabaseDown, GisGridError, InvalidInput, Unavailable

AWAY = ("08", "53", "57P", "58")
"""Classes of SQLSTATE: connection lost, out of resources, shut down, disk or system fault."""

BUSY = ("55P03", "57014", "40001", "40P01")
"""A lock or the time ran out, or two transactions cannot both be first."""

NONSENSE = ("22",)
"""A value that no column can hold."""


def known(error: Exception) -> GisGridError | None:
    """The error of ours that a fault of the database means; None for any other error."""
    if isinstance(error, TimeoutError):
        return Unavailable("all connections are in use; try again", code="busy")
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "pgcode", None) or ""
    if error.connection_invalidated or (state.startswith(AWAY) and state not in BUSY):
        return DatabaseDown("the database does not answer", reason=state)
    if state in BUSY:
        return Unavailable("somebody else is writing this; try again", code="busy")
    if state.startswith(NONSENSE):
        return InvalidInput("a value is outside what can be stored")
    return None
