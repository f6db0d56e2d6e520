"""As much of a rebalancing as a budget of moved households allows."""

from __future__ import annotations

from dataclasses import replace

from gisgrid.planning.problem import Ints, Problem, plan_of
from gisgrid.planning.suggest import Suggestion, applied, suggest


def rationed(problem: Problem, most: int) -> Ints:
    """(n,) the present plan after the single fixes that cure most within `most` households."""
    left = most
    while True:
        fits = [s for s in suggest(problem, most=40) if 0 < s.households <= left]
        if not fits:
            return plan_of(problem)
        best = max(fits, key=lambda s: (_cured(problem, s) / s.households, -s.boundary_m))
        if _cured(problem, best) <= 0:
            return plan_of(problem)
        left -= best.households
        problem = replace(problem, current=applied(problem, best))


def _cured(problem: Problem, s: Suggestion) -> int:
    """Households fewer out of band."""
    band = problem.band
    out = [
        sum(max(0, load - band.high, band.low - load) for load in pair)
        for pair in (s.before, s.after)
    ]
    return out[0] - out[1]
