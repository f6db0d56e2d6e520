"""Services that are open at a day and time: those that are closed then do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gisgrid.access.opening import Openness, openness
from gisgrid.access.reach_change import rows_between
from gisgrid.model.project import Project
from gisgrid.services.change_reach import known_reach
from gisgrid.services.measured_reach import measured_reach
from gisgrid.services.walking_ground import walking_ground
from gisgrid.storage import access
from gisgrid.storage.access import STORED, Instead
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

CHINA = "Asia/"
"""Zones in which the public holidays of a text of hours are China's."""


@dataclass(frozen=True, slots=True)
class OpenThen:
    """Services of a kind at a moment.

    Attributes
    ----------
    moment
        Local day and time.
    open, closed, unknown
        Ids; the unknown count as open.
    instead
        The walks that differ from the stored ones because some are closed.
    """

    moment: datetime
    open: tuple[int, ...]
    closed: tuple[int, ...]
    unknown: tuple[int, ...]
    instead: Instead

    def told(self) -> dict[str, Any]:
        """As the API answers it."""
        return {
            "at": self.moment.strftime("%Y-%m-%dT%H:%M"),
            "open": len(self.open),
            "closed": len(self.closed),
            "unknown": len(self.unknown),
            "closed_ids": list(self.closed),
            "unknown_ids": list(self.unknown),
        }


def open_then(engine: Engine, project: Project, kind: str, moment: datetime) -> OpenThen:
    """Which services of `kind` are open at a local time, and the walks to those that are."""
    with transaction(engine, SYSTEM) as conn:
        points = access.points(conn, kind, epsg=project.metric_epsg)
    country = "CN" if project.timezone.startswith(CHINA) else None
    states = [openness(row.opening_hours, moment, country=country) for row in points]
    by_state = {
        state: tuple(row.id for row, has in zip(points, states, strict=True) if has is state)
        for state in Openness
    }
    closed = by_state[Openness.CLOSED]
    return OpenThen(
        moment,
        by_state[Openness.OPEN],
        closed,
        by_state[Openness.UNKNOWN],
        _walks_without(engine, kind, points, closed) if closed else STORED,
    )


def _walks_without(
    engine: Engine, kind: str, points: Sequence[Any], closed: Sequence[int]
) -> Instead:
    ground = walking_ground(engine)
    left = [row for row in points if row.id not in set(closed)]
    now = measured_reach(ground, left)
    with transaction(engine, SYSTEM) as conn:
        known = known_reach(conn, ground, kind)
    rows = rows_between(known, now)
    changed = ground.buildings[rows.building].tolist()
    return Instead(changed, rows.metres.tolist(), rows.straight_m.tolist())
