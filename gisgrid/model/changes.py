"""What becomes of grids and buildings from one plan to another: kept, changed, new, gone.

A grid is known by its code: it keeps it where most of its households stay. Households are counted
as they are now on both sides, so that the sums of both plans are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gisgrid.model.codes import GridCode


class Fate(StrEnum):
    """What becomes of a grid."""

    KEPT = "kept"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class House:
    """A building and its grid's code before and after; None where a plan does not hold it."""

    id: int
    label: str
    compound: str | None
    households: int
    residents: int
    before: str | None
    after: str | None

    @property
    def moves(self) -> bool:
        """Whether both plans hold it, in different grids."""
        return None not in (self.before, self.after) and self.before != self.after


@dataclass(frozen=True, slots=True)
class GridSide:
    """A grid in one of two plans."""

    code: str
    name: str | None
    kind: str
    leader: str | None
    households: int
    residents: int
    buildings: int
    area_m2: float

    @property
    def short(self) -> str:
        return GridCode(self.code).short


@dataclass(frozen=True, slots=True)
class GridChange:
    """A grid in both plans, or in one of them."""

    code: str
    fate: Fate
    before: GridSide | None
    after: GridSide | None

    @property
    def new_leader(self) -> bool:
        """Whether a grid that goes on gets another leader."""
        both = self.before is not None and self.after is not None
        return both and _leader(self.before) != _leader(self.after)


@dataclass(frozen=True, slots=True)
class Flow:
    """The buildings that go from one grid to another."""

    before: str
    after: str
    houses: tuple[House, ...]

    @property
    def households(self) -> int:
        return sum(house.households for house in self.houses)

    @property
    def residents(self) -> int:
        return sum(house.residents for house in self.houses)


@dataclass(frozen=True, slots=True)
class LeaderNotice:
    """A leader who is told: the buildings and households that come to her and go from her."""

    leader: str
    grids: tuple[str, ...]
    gains: int
    gained_households: int
    losses: int
    lost_households: int


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two plans. `grids` by code, `flows` largest first."""

    grids: tuple[GridChange, ...]
    flows: tuple[Flow, ...]
    houses: tuple[House, ...]
    leaders: tuple[LeaderNotice, ...]
    new_leader_households: int
    new_leader_buildings: int

    @property
    def moved(self) -> tuple[House, ...]:
        """Buildings that go from one grid to another."""
        return tuple(house for flow in self.flows for house in flow.houses)

    @property
    def households(self) -> tuple[int, int]:
        """Households of both plans."""
        before = sum(house.households for house in self.houses if house.before is not None)
        return before, sum(house.households for house in self.houses if house.after is not None)

    def count(self, fate: Fate) -> int:
        """Number of grids that share a fate."""
        return sum(grid.fate is fate for grid in self.grids)


def changes(
    before: Sequence[GridSide],
    after: Sequence[GridSide],
    houses: Sequence[House],
    moved_ground: Iterable[tuple[str, str]],
) -> Changes:
    """Compare two plans.

    Parameters
    ----------
    before, after
        Grids with ground of both plans.
    houses
        Every building of either plan.
    moved_ground
        (code before, code after) of ground that changes grid, with or without buildings.
    """
    old = {side.code: side for side in before}
    new = {side.code: side for side in after}
    touched = {code for pair in moved_ground for code in pair}
    grids = tuple(
        GridChange(code, _fate(code, old, new, touched), old.get(code), new.get(code))
        for code in sorted(old.keys() | new.keys())
    )
    handed = [house for house in houses if _changes_leader(house, old, new)]
    return Changes(
        grids=grids,
        flows=_flows(houses),
        houses=tuple(houses),
        leaders=_notices(handed, old, new),
        new_leader_households=sum(house.households for house in handed),
        new_leader_buildings=len(handed),
    )


def _fate(
    code: str, old: Mapping[str, GridSide], new: Mapping[str, GridSide], touched: set[str]
) -> Fate:
    if code not in old:
        return Fate.NEW
    if code not in new:
        return Fate.GONE
    return Fate.CHANGED if code in touched else Fate.KEPT


def _flows(houses: Sequence[House]) -> tuple[Flow, ...]:
    found: dict[tuple[str, str], list[House]] = {}
    for house in houses:
        if house.before is not None and house.after is not None and house.moves:
            found.setdefault((house.before, house.after), []).append(house)
    # where nobody lives comes last: the reader looks for homes
    flows = [
        Flow(*codes, tuple(sorted(moved, key=lambda house: house.households == 0)))
        for codes, moved in found.items()
    ]
    return tuple(sorted(flows, key=lambda flow: (-flow.households, flow.before, flow.after)))


def _leader(side: GridSide | None) -> str:
    return ((side and side.leader) or "").strip()


def _changes_leader(house: House, old: Mapping[str, GridSide], new: Mapping[str, GridSide]) -> bool:
    """Whether a building that both plans hold gets another leader, or one where it had none."""
    if house.before is None or house.after is None:
        return False
    return _leader(old[house.before]) != _leader(new[house.after])


def _notices(
    handed: Sequence[House], old: Mapping[str, GridSide], new: Mapping[str, GridSide]
) -> tuple[LeaderNotice, ...]:
    losing = _by_leader((old[house.before], house) for house in handed if house.before)
    gaining = _by_leader((new[house.after], house) for house in handed if house.after)
    return tuple(
        _notice(leader, gaining.get(leader, []), losing.get(leader, []))
        for leader in sorted(losing.keys() | gaining.keys())
    )


def _by_leader(
    pairs: Iterable[tuple[GridSide, House]],
) -> dict[str, list[tuple[GridSide, House]]]:
    found: dict[str, list[tuple[GridSide, House]]] = {}
    for side, house in pairs:
        if _leader(side):
            found.setdefault(_leader(side), []).append((side, house))
    return found


def _notice(
    leader: str, gains: list[tuple[GridSide, House]], losses: list[tuple[GridSide, House]]
) -> LeaderNotice:
    return LeaderNotice(
        leader=leader,
        grids=tuple(sorted({side.short for side, _ in [*gains, *losses]})),
        gains=len(gains),
        gained_households=sum(house.households for _, house in gains),
        losses=len(losses),
        lost_households=sum(house.households for _, house in losses),
    )
