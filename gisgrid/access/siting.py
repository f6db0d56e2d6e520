"""Where new services would serve the most households not served yet, and how near that is to best.

The maximal covering location problem: greedy choice, then exchange of single sites, then an upper
bound by Lagrangian and at need linear relaxation, so that every answer says how far from the best
it can be at most. Households that the same candidates reach are one demand: a small problem.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack

from gisgrid.access.reach import Ids, Pairs
from gisgrid.errors import InvalidInput

GOOD_GAP = 0.001
"""Search for a better bound or better sites ends when the answer is proven this near to best."""

POOR_GAP = 0.005
"""Above this the linear relaxation is solved as well, if it is small enough."""

_LINEAR_PAIRS, _LINEAR_SECONDS = 400_000, 5.0
_PATIENCE = 8
_LEAST_PACE = 1e-4
"""Steps of less than this move the bound no more."""

_WORK = 60_000_000
"""Pairs of site and group looked at while bounding: about half a second."""

Weights = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sites:
    """Chosen places for new services.

    Attributes
    ----------
    chosen
        Candidate indices, those with the most newly served households first, musts in front.
    gained
        Households each adds to those before it, in the same order.
    bound
        No choice of as many sites serves more new households than this: proven.
    """

    chosen: tuple[int, ...]
    gained: tuple[int, ...]
    bound: int

    @property
    def total(self) -> int:
        return sum(self.gained)

    @property
    def gap(self) -> float:
        """At most this share is missing to the best: (bound - total) ÷ bound; 0 without demand."""
        return (self.bound - self.total) / self.bound if self.bound > 0 else 0.0


class _Demand(NamedTuple):
    """Households grouped by the candidates that reach them."""

    weight: Weights  # (g,) households of each group
    site: Ids  # (m,) sorted: which candidate …
    group: Ids  # (m,) … reaches which group
    first: Ids  # (candidates + 1,) where each candidate's groups begin

    def of(self, site: int) -> Ids:
        return self.group[self.first[site] : self.first[site + 1]]

    def matrix(self) -> csr_array:
        """(candidates, groups) with a one where a candidate reaches a group."""
        ones = np.ones(len(self.group))
        return csr_array((ones, self.group, self.first), (len(self.first) - 1, len(self.weight)))

    def gains(self, weight: Weights) -> Weights:
        """What each candidate reaches, when groups weigh `weight`."""
        size = len(self.first) - 1
        return np.bincount(self.site, weight[self.group], minlength=size).astype(float)


def best_sites(
    pairs: Pairs,
    households: Ids,
    *,
    candidates: int,
    new: int,
    must: Sequence[int] = (),
    forbid: Sequence[int] = (),
) -> Sites:
    """Choose `new` sites of the candidates to serve the most households.

    Parameters
    ----------
    pairs
        Walks within the limit from candidates (as services) to buildings, from `pairs_within`.
    households
        (n,) households (or elderly, …) of each building; 0 for those served already.
    candidates
        How many candidates there are.
    new
        How many sites to choose; musts count among them.
    must, forbid
        Candidates that are chosen in any case, or never.

    Returns
    -------
    Sites. Fewer than `new` when no other candidate serves anyone more.

    Raises
    ------
    InvalidInput
        ``too_many_musts``: more musts than sites; ``must_is_forbidden``: a site is both.
    """
    _require_possible(new, must, forbid)
    allowed = np.ones(candidates, bool)
    allowed[list(forbid)] = False
    demand = _merged(pairs, np.asarray(households, float), candidates, allowed)
    kept = list(dict.fromkeys(must))
    open_to_choice = _without(demand, kept)
    free = new - len(kept)
    chosen = _swapped(open_to_choice, _greedy(open_to_choice, free))
    chosen, bound = _bounded(open_to_choice, chosen, free)
    bound = min(bound, _linear_bound(open_to_choice, chosen, free, bound))
    chosen = _swapped(open_to_choice, chosen)
    ranked = kept + _ranked(open_to_choice, chosen)
    gained = _gained(demand, ranked)
    proven = math.floor(bound + 1e-6) + sum(gained[: len(kept)])  # households are whole
    return Sites(tuple(ranked), gained, max(proven, sum(gained)))


def _require_possible(new: int, must: Sequence[int], forbid: Sequence[int]) -> None:
    if len(set(must)) > new:
        raise InvalidInput(
            f"{len(set(must))} sites must be kept, but only {new} are to be chosen",
            code="too_many_musts",
            must=len(set(must)),
            new=new,
        )
    if both := set(must) & set(forbid):
        raise InvalidInput(
            f"site {min(both)} must be kept and is forbidden", code="must_is_forbidden",
            site=min(both),
        )  # fmt: skip


def _merged(pairs: Pairs, households: Weights, candidates: int, allowed: Flags) -> _Demand:
    """Group the buildings by the set of candidates that reach them, told by two random sums."""
    wanted = (households[pairs.building] > 0) & allowed[pairs.service]
    site, building = pairs.service[wanted], pairs.building[wanted]
    rng = np.random.default_rng(0)
    mark = rng.integers(1, 1 << 40, (2, candidates)).astype(np.float64)  # sums stay exact
    sums = [np.bincount(building, each[site], minlength=len(households)) for each in mark]
    reached = np.flatnonzero(sums[0])
    _, first, group = np.unique(
        sums[0][reached] + 1j * sums[1][reached], return_index=True, return_inverse=True
    )
    group_of, stands_for = np.zeros(len(households), np.int64), np.zeros(len(households), bool)
    group_of[reached], stands_for[reached[first]] = group, True
    once = stands_for[building]
    weight = np.bincount(group, households[reached], minlength=len(first)).astype(float)
    return _demand(weight, site[once], group_of[building[once]], candidates)


def _demand(weight: Weights, site: npt.NDArray[np.int32], group: Ids, candidates: int) -> _Demand:
    order = np.argsort(site, kind="stable")
    first = np.searchsorted(site[order], np.arange(candidates + 1))
    return _Demand(weight, site[order].astype(np.int64), group[order], first)


def _without(demand: _Demand, kept: Sequence[int]) -> _Demand:
    """The demand that is left when the sites in `kept` are there."""
    weight = demand.weight.copy()
    for site in kept:
        weight[demand.of(site)] = 0
    return demand._replace(weight=weight)


def _greedy(demand: _Demand, count: int) -> list[int]:
    """Take the site that serves most, again and again; a stale gain is only an upper estimate."""
    weight = demand.weight.copy()
    heap = [(-gain, site, 0) for site, gain in enumerate(demand.gains(weight)) if gain > 0]
    heapq.heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < count:
        gain, site, known_at = heapq.heappop(heap)
        if known_at == len(chosen):
            chosen.append(site)
            weight[demand.of(site)] = 0
        elif (gain := -float(weight[demand.of(site)].sum())) < 0:
            heapq.heappush(heap, (gain, site, len(chosen)))
    return chosen


def _swapped(demand: _Demand, chosen: list[int]) -> list[int]:
    """Exchange one site for another as long as that serves more households."""
    times = np.zeros(len(demand.weight), np.int32)
    for site in chosen:
        times[demand.of(site)] += 1
    while (exchange := _best_exchange(demand, chosen, times)) is not None:
        place, site = exchange
        times[demand.of(chosen[place])] -= 1
        times[demand.of(site)] += 1
        chosen = [*chosen[:place], site, *chosen[place + 1 :]]
    return chosen


def _best_exchange(
    demand: _Demand, chosen: list[int], times: npt.NDArray[np.int32]
) -> tuple[int, int] | None:
    """The one exchange that gains most, as (place in `chosen`, new site), or None."""
    best, gain = None, 0.5
    unserved = demand.gains(np.where(times == 0, demand.weight, 0.0))
    for place, site in enumerate(chosen):
        only_here = np.zeros(len(demand.weight))
        mine = demand.of(site)
        only_here[mine] = np.where(times[mine] == 1, demand.weight[mine], 0.0)
        gains = unserved + demand.gains(only_here) - only_here.sum()
        if gains.max() > gain:
            best, gain = (place, int(gains.argmax())), float(gains.max())
    return best


def _bounded(demand: _Demand, chosen: list[int], count: int) -> tuple[list[int], float]:
    """Prove a bound by subgradients; keep a better choice when the relaxation shows one.

    Each group pays up to its weight, its multiplier, to the sites that reach it; what it does not
    pay is served for nothing. The `count` best paid sites and the unpaid rest are an upper bound.
    """
    if not chosen:
        return chosen, 0.0
    weight, worth = demand.weight, _worth(demand, chosen)
    reached = demand.matrix()
    reached_by = np.bincount(demand.group, minlength=len(weight))
    pay = np.minimum(weight, weight * 2 / np.maximum(reached_by, 1))
    bound, pace, waited = np.inf, 1.0, 0
    for _ in range(int(np.clip(_WORK / max(len(demand.site), 1), 60, 1000))):
        paid = reached @ pay
        top = np.argpartition(-paid, min(count, len(paid)) - 1)[:count]
        times = _times_served(demand, top)
        value = float((weight - pay).sum() + paid[top].sum())
        waited = 0 if value < bound - 1e-9 else waited + 1
        bound = min(bound, value)
        if (other := float(weight[times > 0].sum())) > worth:
            chosen, worth = [int(site) for site in top], other
        if bound - worth <= GOOD_GAP * bound:
            break
        if waited >= _PATIENCE:
            pace, waited = pace * 0.6, 0
        slack = times - (pay < weight)
        norm = float((slack * slack).sum())
        if norm == 0 or pace < _LEAST_PACE:
            break
        pay = np.clip(pay - pace * (value - worth) / norm * slack, 0.0, weight)
    return chosen, bound


def _linear_bound(demand: _Demand, chosen: list[int], count: int, bound: float) -> float:
    """The bound of the linear relaxation, where the subgradients left a gap and it is small."""
    groups, sites = len(demand.weight), len(demand.first) - 1
    poor = chosen and bound - _worth(demand, chosen) > POOR_GAP * bound
    if not poor or len(demand.site) > _LINEAR_PAIRS:
        return np.inf
    reach = coo_array((np.ones(len(demand.site)), (demand.group, demand.site)), (groups, sites))
    answer = milp(
        np.concatenate([np.zeros(sites), -demand.weight]),
        constraints=[
            LinearConstraint(csr_array(hstack([-reach, eye_array(groups)])), -np.inf, 0),
            LinearConstraint(np.repeat([[1.0, 0.0]], [sites, groups], axis=1), -np.inf, count),
        ],
        bounds=Bounds(0, 1),
        options={"time_limit": _LINEAR_SECONDS},
    )
    return -float(answer.fun) if answer.status == 0 else np.inf


def _times_served(demand: _Demand, sites: npt.NDArray[np.integer[Any]]) -> Weights:
    groups = np.concatenate([demand.of(int(site)) for site in sites])
    return np.bincount(groups, minlength=len(demand.weight)).astype(float)


def _worth(demand: _Demand, chosen: Sequence[int]) -> float:
    served = np.unique(np.concatenate([demand.of(site) for site in chosen]))
    return float(demand.weight[served].sum())


def _ranked(demand: _Demand, chosen: list[int]) -> list[int]:
    """The chosen sites, the one that adds most to those before it first."""
    only_chosen = np.isin(demand.site, chosen)
    first = np.searchsorted(demand.site[only_chosen], np.arange(len(demand.first)))
    few = _Demand(demand.weight, demand.site[only_chosen], demand.group[only_chosen], first)
    return _greedy(few, len(chosen))


def _gained(demand: _Demand, ranked: Sequence[int]) -> tuple[int, ...]:
    weight, gained = demand.weight.copy(), []
    for site in ranked:
        gained.append(round(float(weight[demand.of(site)].sum())))
        weight[demand.of(site)] = 0
    return tuple(gained)
