"""Small counts of people are not told outside one's own grids: three households are neighbours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gisgrid.model.layers import SMALL_COUNT, Field
from gisgrid.model.people import Actor
from gisgrid.storage.engine import As


def own_grids(actor: As) -> frozenset[int] | None:
    """Grids whose counts the actor gets exactly; None for the system, which gets all.

    Planners and staff lead no grid: what they see exactly on their screens leaves the house masked.
    """
    return frozenset(actor.grids) if isinstance(actor, Actor) else None


def masked(
    columns: Mapping[str, list[Any]],
    grid_id: Sequence[int | None],
    fields: Sequence[Field],
    own: Collection[int] | None,
    companions: Collection[int] = (),
) -> dict[str, list[Any]]:
    """The columns with the people of a row left out where any count of it is 1 to 4.

    A row without people, or in one of the `own` grids, is told as it is. `companions` are ids of
    rows that are hidden with the only small one of their grid: the grid's sum would tell it.
    """
    counts = [field.name for field in fields if field.people]
    if own is None or not counts:
        return dict(columns)
    ids = columns.get("id") or columns.get("cell") or [None] * len(grid_id)
    rows = zip(*(columns[c] for c in counts), strict=True)
    hidden = [
        grid not in own and (row_id in companions or any(_is_small(count) for count in row))
        for grid, row_id, row in zip(grid_id, ids, rows, strict=True)
    ]
    if not any(hidden):
        return dict(columns)
    told = dict(columns)
    for field in fields:
        if field.people or field.follows:
            values = columns[field.name]
            told[field.name] = [
                None if hide else value for value, hide in zip(values, hidden, strict=True)
            ]
    return told


def _is_small(count: int | None) -> bool:
    return count is not None and 0 < count < SMALL_COUNT
