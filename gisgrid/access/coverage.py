"""Who is served and who is not, counted by each building's walking distance, never by a polygon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from gisgrid.access.graph import Coordinates, Metres
from gisgrid.access.reach import Ids, Pairs

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Households and buildings within reach, for each kind (rows) and unit (columns).

    Attributes
    ----------
    covered, total
        (k, u) and (u,) households (or elderly, or any other count).
    buildings_covered, buildings
        (k, u) and (u,) buildings in which anybody of that count lives.
    """

    covered: Counts
    total: Counts
    buildings_covered: Counts
    buildings: Counts

    @property
    def uncovered(self) -> Counts:
        """(k, u) households out of reach."""
        return self.total - self.covered

    @property
    def share(self) -> Counts:
        """(k, u) covered households ÷ all households; NaN in a unit without any."""
        return _ratio(self.covered, self.total)

    @property
    def buildings_share(self) -> Counts:
        """(k, u) covered buildings ÷ all buildings; NaN in a unit without any."""
        return _ratio(self.buildings_covered, self.buildings)


@dataclass(frozen=True, slots=True, eq=False)
class Overclaim:
    """What the plain circle says, held against the walk; households, one figure for each kind."""

    claimed: Counts
    covered: Counts
    false: Counts  # claimed, though the walk is too long

    @property
    def of_covered(self) -> Counts:
        """Households falsely claimed ÷ those truly covered."""
        return _ratio(self.false, self.covered)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What a change of services does to one kind; `lost` and `gained` are building indices."""

    before: float
    after: float
    lost: Ids
    gained: Ids


def coverage(
    metres: Metres,
    count: npt.ArrayLike,
    unit: npt.ArrayLike | None = None,
    *,
    units: int = 1,
    limit_m: npt.ArrayLike,
) -> Coverage:
    """Count who is within `limit_m` of each kind of service, in each unit.

    Parameters
    ----------
    metres
        (k, n) walk of each building to the nearest service of each kind; inf where there is none.
    count
        (n,) households of each building, or elderly, or children.
    unit
        (n,) unit of each building, 0 … units-1, negative for none; None: one whole.
    units
        How many units there are.
    limit_m
        Longest walk: one figure, or (k,) one for each kind.

    Returns
    -------
    Coverage; zeros for no buildings.
    """
    people = np.asarray(count, float)
    where = np.zeros(len(people), np.int64) if unit is None else np.asarray(unit, np.int64)
    counted = (where >= 0) & (people > 0)
    people, where = people[counted], where[counted]
    near = (metres <= _each_kind(limit_m))[:, counted]
    return Coverage(
        covered=np.array([_sums(where[row], people[row], units) for row in near]),
        total=_sums(where, people, units),
        buildings_covered=np.array([_sums(where[row], None, units) for row in near]),
        buildings=_sums(where, None, units),
    )


def straight_metres(
    services: Coordinates, kind: Ids, buildings: Coordinates, *, kinds: int
) -> Metres:
    """Straight distance of each building to the nearest service of each kind, for comparison.

    Parameters
    ----------
    services, buildings
        (s, 2) and (n, 2) places, metric CRS; a place that is NaN is nowhere.
    kind
        (s,) kind of each service, 0 … kinds-1.

    Returns
    -------
    (kinds, n) metres, inf where there is no service of the kind.
    """
    metres = np.full((kinds, len(buildings)), np.inf)
    here = np.isfinite(buildings).all(axis=1)
    for row in range(kinds):
        places = services[(kind == row) & np.isfinite(services).all(axis=1)]
        if len(places) and here.any():
            metres[row, here] = cKDTree(places).query(buildings[here])[0]
    return metres


def overclaim(
    walk_m: Metres,
    straight_m: Metres,
    count: npt.ArrayLike,
    *,
    limit_m: npt.ArrayLike,
    radius_m: npt.ArrayLike,
) -> Overclaim:
    """Compare plain circles of `radius_m` with walks of at most `limit_m`.

    Parameters
    ----------
    walk_m, straight_m
        (k, n) nearest service of each kind, walking and as the crow flies.
    count
        (n,) households of each building.
    limit_m, radius_m
        One figure, or (k,) one for each kind.
    """
    people = np.asarray(count, float)
    claimed, covered = straight_m <= _each_kind(radius_m), walk_m <= _each_kind(limit_m)
    return Overclaim(claimed @ people, covered @ people, (claimed & ~covered) @ people)


def households_within(
    pairs: Pairs, count: npt.ArrayLike, *, services: int, limit_m: float
) -> Counts:
    """(s,) households within a walk of `limit_m` of each service, others' households included."""
    near = pairs.metres <= limit_m
    people = np.asarray(count, float)[pairs.building[near]]
    return _sums(pairs.service[near], people, services)


def households_in_circle(
    services: Coordinates, buildings: Coordinates, count: npt.ArrayLike, *, radius_m: float
) -> Counts:
    """(s,) households in a plain circle round each service; 0 round a place that is NaN."""
    people = np.asarray(count, float)
    here = np.flatnonzero(np.isfinite(buildings).all(axis=1))
    known = np.flatnonzero(np.isfinite(services).all(axis=1))
    sums = np.zeros(len(services))
    if len(here) and len(known):
        inside = cKDTree(buildings[here]).query_ball_point(services[known], radius_m)
        sums[known] = [people[here[found]].sum() for found in inside]
    return sums


def what_if(before_m: Metres, after_m: Metres, count: npt.ArrayLike, *, limit_m: float) -> Change:
    """Who loses and who gains access to one kind when its services change.

    Parameters
    ----------
    before_m, after_m
        (n,) walk to the nearest service of the kind, before and after.
    count
        (n,) households of each building; buildings without any neither lose nor gain.
    limit_m
        Longest walk that counts.
    """
    people = np.asarray(count, float)
    before, after = before_m <= limit_m, after_m <= limit_m
    lived_in = people > 0
    return Change(
        before=float(people[before].sum()),
        after=float(people[after].sum()),
        lost=np.flatnonzero(before & ~after & lived_in),
        gained=np.flatnonzero(after & ~before & lived_in),
    )


def _each_kind(limit_m: npt.ArrayLike) -> Metres:
    return np.asarray(limit_m, float).reshape(-1, 1)


def _sums(group: npt.NDArray[np.integer], weight: Counts | None, groups: int) -> Counts:
    return np.bincount(group, weight, minlength=groups).astype(float)


def _ratio(part: Counts, whole: Counts) -> Counts:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))
