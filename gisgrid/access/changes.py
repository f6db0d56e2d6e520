"""What opening, moving or closing one service changes, without measuring any other walk again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gisgrid.access.graph import Indices, Metres
from gisgrid.access.pairs import nearest_of_pairs
from gisgrid.access.reach import NOBODY, Ids, Pairs, first_of_each, spans


class Changes(NamedTuple):
    """Buildings whose nearest service of one kind is another than before."""

    building: Ids
    metres: Metres  # the new walk, inf where nothing is left in reach
    which: Indices  # the new nearest service, -1 where nothing is left in reach


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """All walks within the limit, sorted both ways, and the nearest of each kind they give.

    Attributes
    ----------
    pairs
        Sorted by service.
    of_service
        (s + 1,) where each service's pairs begin.
    by_building, of_building
        Pair numbers sorted by building, and (n + 1,) where each building's begin there.
    kind
        (s,) kind of each service.
    metres, which
        (k, n) as `reach.nearest_by_kind` gives them.
    """

    pairs: Pairs
    of_service: Ids
    by_building: Ids
    of_building: Ids
    kind: Ids
    metres: Metres
    which: Indices


def open_ledger(pairs: Pairs, kind: Ids, *, kinds: int, buildings: int) -> Ledger:
    """Sort the walks for quick changes.

    Parameters
    ----------
    pairs
        From `pairs_within`.
    kind
        (s,) kind of each service, 0 … kinds-1.
    """
    order = np.argsort(pairs.service, kind="stable")
    pairs = pairs.take(order)
    by_building = np.argsort(pairs.building, kind="stable")
    metres, which = nearest_of_pairs(pairs, kind, (kinds, buildings))
    return Ledger(
        pairs,
        np.searchsorted(pairs.service, np.arange(len(kind) + 1)),
        by_building,
        np.searchsorted(pairs.building[by_building], np.arange(buildings + 1)),
        kind,
        metres,
        which,
    )


def after_opening(ledger: Ledger, kind: int, walks: Pairs) -> Changes:
    """Who comes nearer to a service of `kind` when one opens.

    Parameters
    ----------
    ledger
        The walks so far.
    kind
        Kind of the new service.
    walks
        Its own pairs, numbered as the new service shall be.
    """
    nearer = walks.metres < ledger.metres[kind, walks.building]
    return _changes(walks.take(nearer))


def after_closing(ledger: Ledger, service: int) -> Changes:
    """Who must walk further when one service closes, and to where."""
    kind = int(ledger.kind[service])
    own = slice(ledger.of_service[service], ledger.of_service[service + 1])
    building = ledger.pairs.building[own].astype(np.int64)
    building = np.sort(building[ledger.which[kind, building] == service])
    metres = np.full(len(building), np.inf)
    which = np.full(len(building), NOBODY, np.int32)
    others = _other_walks(ledger, building, service)
    place = np.searchsorted(building, others.building)
    metres[place], which[place] = others.metres, others.service
    return Changes(building, metres, which)


def after_moving(ledger: Ledger, service: int, walks: Pairs) -> Changes:
    """Who walks further or less when a service moves to where `walks` are measured from."""
    left = after_closing(ledger, service)
    kind = int(ledger.kind[service])
    before = ledger.metres[kind].copy()
    before[left.building] = left.metres
    come = _changes(walks.take(walks.metres < before[walks.building]))
    stay = ~np.isin(left.building, come.building)
    return Changes(
        np.concatenate([left.building[stay], come.building]),
        np.concatenate([left.metres[stay], come.metres]),
        np.concatenate([left.which[stay], come.which]),
    )


def metres_of_scenario(ledger: Ledger, kind: int, *, closed: Ids, opened: Pairs) -> Metres:
    """Walks to the nearest service of a kind when some close and others open together.

    Parameters
    ----------
    ledger
        The walks so far.
    kind
        The kind that is looked at.
    closed
        Services that close, of any kind.
    opened
        Pairs of the services of this kind that open; their numbers do not matter.

    Returns
    -------
    (n,) metres, to be held against ``ledger.metres[kind]`` with `coverage.what_if`.
    """
    stays = (ledger.kind == kind) & ~np.isin(np.arange(len(ledger.kind)), closed)
    left = ledger.pairs.take(stays[ledger.pairs.service])
    metres = np.full(ledger.metres.shape[1], np.inf)
    for walks in (left, opened):
        np.minimum.at(metres, walks.building, walks.metres)
    return metres


def _changes(walks: Pairs) -> Changes:
    return Changes(walks.building.astype(np.int64), walks.metres, walks.service)


def _other_walks(ledger: Ledger, building: Ids, service: int) -> Pairs:
    """The shortest walk of each building to another service of the same kind, if any."""
    first = ledger.of_building[building]
    pair = ledger.by_building[spans(first, ledger.of_building[building + 1] - first)]
    same_kind = ledger.kind[ledger.pairs.service[pair]] == ledger.kind[service]
    pair = pair[same_kind & (ledger.pairs.service[pair] != service)]
    pair = pair[first_of_each(ledger.pairs.metres[pair], ledger.pairs.building[pair])]
    return ledger.pairs.take(pair)
