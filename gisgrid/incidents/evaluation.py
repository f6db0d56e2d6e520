"""How well incidents are dealt with: shares that carry both their numbers, and rankings.

A share is always told with what was counted and of how many, so that nobody has to trust it. What
has no rating is in no denominator of satisfaction: it is counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

LEAST_TO_RANK = 10
"""Closed incidents that a grid needs in a month before it is ranked."""


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `total`, and in per cent with one decimal; None of nothing."""

    n: int
    total: int

    @property
    def percent(self) -> float | None:
        """Per cent, rounded half up to one decimal."""
        return None if self.total == 0 else int(self.n * 1000 / self.total + 0.5) / 10

    def told(self) -> dict[str, Any]:
        """As the screen gets it.

        >>> Share(51_940, 53_000).told()
        {'n': 51940, 'total': 53000, 'percent': 98.0}
        """
        return asdict(self) | {"percent": self.percent}


def parts_of_hundred(counts: Sequence[int]) -> list[float]:
    """Counts as per cent with one decimal that add up to exactly 100 (largest remainder).

    >>> parts_of_hundred([1, 1, 1]), parts_of_hundred([0, 0])
    ([33.4, 33.3, 33.3], [0.0, 0.0])
    """
    whole = sum(counts)
    if whole == 0:
        return [0.0] * len(counts)
    exact = [count * 1000 / whole for count in counts]
    down = [int(value) for value in exact]
    order = sorted(range(len(counts)), key=lambda i: (down[i] - exact[i], i))
    for i in order[: 1000 - sum(down)]:
        down[i] += 1
    return [value / 10 for value in down]


def ranked(
    rows: Sequence[Mapping[str, Any]], *, least: int = LEAST_TO_RANK
) -> list[dict[str, Any]]:
    """Grids by on-time share, then satisfaction, then speed; equal figures share a rank.

    Each row has `closed`, `on_time`, `satisfaction` (per cent or None) and `median_days`. One with
    fewer than `least` closed incidents gets rank None and comes last: one repair is no record.
    """
    judged = sorted((r for r in rows if r["closed"] >= least), key=_merit)
    told: list[dict[str, Any]] = []
    for place, row in enumerate(judged, start=1):
        equal = bool(told) and _merit(told[-1]) == _merit(row)
        told.append({**row, "rank": told[-1]["rank"] if equal else place})
    few = sorted((r for r in rows if r["closed"] < least), key=lambda r: -r["closed"])
    return told + [{**row, "rank": None} for row in few]


def _merit(row: Mapping[str, Any]) -> tuple[float, float, float]:
    none = float("inf")
    return (
        -(row["on_time"] if row["on_time"] is not None else -none),
        -(row["satisfaction"] if row["satisfaction"] is not None else -none),
        row["median_days"] if row["median_days"] is not None else none,
    )
