"""Dividing units among centres that may take only so many, and centres among tiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from gisgrid.access.graph import Metres
from gisgrid.access.reach import NOBODY, Ids
from gisgrid.errors import NoPlan


@dataclass(frozen=True, slots=True)
class TierFaults:
    """Units without a centre of a tier that each must have once, and units with more than one."""

    missing: tuple[str, ...]
    doubled: tuple[str, ...]


def catchments(metres: Metres, *, at_least: int = 0, at_most: int, all_of_them: bool = True) -> Ids:
    """Allocate each unit to one centre so that all walk the least together.

    Parameters
    ----------
    metres
        (units, centres) walk; inf where the centre cannot be reached.
    at_least, at_most
        How many units a centre takes.
    all_of_them
        False: as many units as there is room for; those that find none get `NOBODY`.

    Returns
    -------
    (units,) centre of each; empty for no units.

    Raises
    ------
    NoPlan
        ``too_few_places``, ``too_few_units``, ``unit_reaches_no_centre`` or
        ``catchments_impossible`` (each bound can be kept, but not all together).
    """
    units, centres = metres.shape
    _require_units(metres, at_least)
    if all_of_them:
        _require_room(metres, at_most)
    if not units or not centres:
        return np.full(units, NOBODY, np.int64)
    unit, centre = np.nonzero(np.isfinite(metres))
    pair, one = np.arange(len(unit)), np.ones(len(unit))
    of_unit = coo_array((one, (unit, pair)), shape=(units, len(pair))).tocsr()
    of_centre = coo_array((one, (centre, pair)), shape=(centres, len(pair))).tocsr()
    walk = metres[unit, centre]
    answer = milp(
        # a unit that finds room outweighs every walk, so as many as possible do
        walk if all_of_them else walk - (walk.sum() + 1),
        constraints=[
            LinearConstraint(of_unit, int(all_of_them), 1),
            LinearConstraint(of_centre, at_least, at_most),
        ],
        bounds=Bounds(0, 1),
        integrality=np.ones(len(pair), np.int64),
        options={"mip_rel_gap": 0},
    )
    if answer.x is None:
        raise NoPlan("no allocation keeps all bounds together", code="catchments_impossible")
    chosen = np.flatnonzero(answer.x > 0.5)
    allocated = np.full(units, NOBODY, np.int64)
    allocated[unit[chosen]] = centre[chosen]
    return allocated


def unit_walks(metres: Metres, weight: Ids, unit: Ids, *, units: int) -> Metres:
    """The walk of the median household of each unit to each centre.

    Half of a unit's households walk at most so far. A few that no street joins do not keep a whole
    unit from its centre; a unit of which most cannot get there does not reach it.

    Parameters
    ----------
    metres
        (buildings, centres) walk; inf where the centre cannot be reached.
    weight
        (buildings,) households. A unit in which nobody lives counts its buildings.
    unit
        (buildings,) which unit each stands in, 0 … units - 1.

    Returns
    -------
    (units, centres) metres; inf for a unit without buildings.
    """
    found = np.full((units, metres.shape[1]), np.inf)
    order = np.argsort(unit, kind="stable")
    parts = np.split(order, np.searchsorted(unit[order], np.arange(1, units)))
    for row, part in enumerate(parts):
        if len(part):
            found[row] = _medians(metres[part], weight[part])
    return found


def _medians(metres: Metres, weight: Ids) -> Metres:
    """(centres,) weighted median of each column."""
    weight = weight if weight.any() else np.ones_like(weight)
    order = np.argsort(metres, axis=0, kind="stable")
    halfway = np.cumsum(weight[order], axis=0) * 2 >= weight.sum()
    half = np.take_along_axis(order, halfway.argmax(axis=0)[None], axis=0)
    return np.asarray(np.take_along_axis(metres, half, axis=0)[0])


def tier_faults(units: Sequence[str], centres_in: Iterable[str]) -> TierFaults:
    """Check that each unit has exactly one centre of a tier (2+7+N: one in every street).

    Parameters
    ----------
    units
        Codes of the units that must have one.
    centres_in
        Code of the unit each centre of the tier lies in.

    >>> tier_faults(["002", "003", "004"], ["002", "004", "004"])
    TierFaults(missing=('003',), doubled=('004',))
    """
    count = Counter(centres_in)
    return TierFaults(
        missing=tuple(unit for unit in units if not count[unit]),
        doubled=tuple(unit for unit in units if count[unit] > 1),
    )


def _require_units(metres: Metres, at_least: int) -> None:
    units, centres = metres.shape
    if units < centres * at_least:
        raise NoPlan(
            f"{units} units, but {centres} centres need at least {at_least} each",
            code="too_few_units", units=units, centres=centres, at_least=at_least,
        )  # fmt: skip


def _require_room(metres: Metres, at_most: int) -> None:
    units, centres = metres.shape
    if units > centres * at_most:
        raise NoPlan(
            f"{units} units, but {centres} centres take at most {at_most} each",
            code="too_few_places", units=units, centres=centres, at_most=at_most,
        )  # fmt: skip
    cut_off = np.flatnonzero(~np.isfinite(metres).any(axis=1))
    if len(cut_off):
        raise NoPlan(
            f"unit {cut_off[0]} reaches no centre", code="unit_reaches_no_centre",
            unit=int(cut_off[0]), units=len(cut_off),
        )  # fmt: skip
