"""The reach of one kind measured whole, in the numbers that are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gisgrid.access.coverage import straight_metres
from gisgrid.access.reach import nearest_by_kind
from gisgrid.access.reach_change import KindReach, as_stored
from gisgrid.services.walking_ground import FARTHEST_M, WalkingGround, xy_of


def measured_reach(ground: WalkingGround, points: Sequence[Any]) -> KindReach:
    """Walk and straight line from every building to the nearest of `points` (id, x, y).

    Metres are inf where no way leads, straight lines inf beyond `FARTHEST_M`.
    """
    xy, one_kind = xy_of(points), np.zeros(len(points), np.int64)
    ids = np.array([*(row.id for row in points), -1], np.int32)  # the last: nobody
    metres, which = nearest_by_kind(
        ground.network, ground.snap(xy), one_kind, ground.doors, limit_m=FARTHEST_M
    )
    straight = straight_metres(xy, one_kind, ground.xy, kinds=1)[0]
    straight = np.where(straight <= FARTHEST_M, straight, np.inf)
    return KindReach(as_stored(metres[0]), as_stored(straight), ids[which[0]])
