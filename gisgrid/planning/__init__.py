"""Dividing territory: pure arrays and graphs in, plans with their proof out."""

from __future__ import annotations

from gisgrid.planning.bounds import least_moved
from gisgrid.planning.numbering import number
from gisgrid.planning.partition import partition, suited_grids
from gisgrid.planning.problem import Band, Problem, Reason, Result
from gisgrid.planning.rebalance import rebalance
from gisgrid.planning.rules import RULES, Finding, check
from gisgrid.planning.suggest import Suggestion, applied, suggest
from gisgrid.planning.warmth import warm

__all__ = [
    "RULES",
    "Band",
    "Finding",
    "Problem",
    "Reason",
    "Result",
    "Suggestion",
    "applied",
    "check",
    "least_moved",
    "number",
    "partition",
    "rebalance",
    "suggest",
    "suited_grids",
    "warm",
]
