"""Grids in force come in as plans: their borders cut the cells, every cell goes to its grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.errors import InvalidInput

if TYPE_CHECKING:
    from gisgrid.io.incoming.choices import Choices
    from gisgrid.storage.bulk import Written
    from gisgrid.storage.engine import As, Connection


def store_grids(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, dict[str, Any]]:
    """Store grids."""
    raise InvalidInput("not yet", code="bad_choice", name="grids")
