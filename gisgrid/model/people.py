"""Who acts: roles, and the ground an actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may do; where it may do it is its scope."""

    PLANNER = "planner"
    LEADER = "leader"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Actor:
    """An account in the scope it has now, read afresh for every request.

    `communities` are the units whose ground is visible whole; `grids` are the grids in force that a
    leader leads. Both empty: nothing is visible.
    """

    account_id: int
    role: Role
    display_name: str = ""
    communities: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()
