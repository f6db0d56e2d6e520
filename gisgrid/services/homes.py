"""The buildings an actor may see, as arrays beside the walking ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gisgrid.model.people import Actor
from gisgrid.services.walking_ground import WalkingGround
from gisgrid.storage import provision
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

Ids = npt.NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Buildings in scope, by id.

    Attributes
    ----------
    at
        (n,) where each stands in the walking ground.
    id, households
        (n,) key and households.
    community, grid
        (n,) unit and grid in force; `NOWHERE` where it lies in none.
    """

    at: Ids
    id: Ids
    households: Ids
    community: Ids
    grid: Ids

    def inhabited(self) -> Homes:
        """Those in which somebody lives."""
        some = self.households > 0
        columns = (self.at, self.id, self.households, self.community, self.grid)
        return Homes(*(column[some] for column in columns))

    def of(self, level: str) -> Ids:
        """(n,) the grid or the community of each."""
        return self.grid if level == "grids" else self.community


def homes_of(engine: Engine, actor: Actor, ground: WalkingGround) -> Homes:
    """The buildings that `actor` may see and that the ground knows."""
    with transaction(engine, actor) as conn:
        rows = provision.homes(conn)
    table = np.array(
        [(r.id, r.households, r.community or NOWHERE, r.grid or NOWHERE) for r in rows],
        np.int64,
    ).reshape(-1, 4)
    table = table[np.isin(table[:, 0], ground.buildings)]
    return Homes(ground.at(table[:, 0].tolist()), *table.T)
