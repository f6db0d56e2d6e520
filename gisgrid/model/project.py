"""The project: the choices that hold for one district's installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gisgrid.model.ground import DWELLING_M2, RESIDENTS_PER_HOUSEHOLD
from gisgrid.model.services import DEFAULT_SPEED_KMH
from gisgrid.model.units import presets


@dataclass(frozen=True, slots=True)
class Project:
    """Name, levels, metric CRS, household band and the assumptions behind every figure.

    `two_person`: another person than its author must approve a plan.
    """

    name: str
    preset: str
    metric_epsg: int
    band_low: int = 300
    band_high: int = 500
    target: int = 400
    dwelling_m2: float = DWELLING_M2
    residents_per_household: float = RESIDENTS_PER_HOUSEHOLD
    walk_kmh: float = DEFAULT_SPEED_KMH
    timezone: str = "Asia/Shanghai"
    demonstration: bool = False
    households_date: date | None = None
    two_person: bool = False

    @property
    def community_depth(self) -> int:
        """Depth of the level that is divided into grids."""
        depth = presets()[self.preset].depth_of("community")
        assert depth is not None  # noqa: S101 - every preset has communities
        return depth
