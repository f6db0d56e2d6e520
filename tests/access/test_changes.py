"""Opening, moving and closing one service, against measuring everything again."""

from __future__ import annotations

import numpy as np
import pytest

from gisgrid.access.changes import (
    after_closing,
    after_moving,
    after_opening,
    metres_of_scenario,
    open_ledger,
)
from gisgrid.access.coverage import what_if
from gisgrid.access.pairs import pairs_within, place
from gisgrid.access.reach import nearest_by_kind
from gisgrid.access.snap import snap

LIMIT_M = 500.0
KIND = np.arange(24) % 3


@pytest.fixture
def ground(town, points):
    buildings, services = (snap(town, xy) for xy in points)
    return town, buildings, services


def ledger_of(ground, services, kind):
    town, buildings, _ = ground
    pairs = pairs_within(town, services, place(town, buildings), limit_m=LIMIT_M)
    return open_ledger(pairs, kind, kinds=3, buildings=len(buildings))


def measured(ground, services, kind, row: int) -> np.ndarray:
    town, buildings, _ = ground
    return nearest_by_kind(town, services, kind, buildings, limit_m=LIMIT_M)[0][row]


def applied(ledger, kind: int, changes) -> np.ndarray:
    metres = ledger.metres[kind].copy()
    metres[changes.building] = changes.metres
    return metres


@pytest.mark.parametrize("service", [0, 7, 23])
def test_closing_one_service_leaves_what_the_others_give(ground, service):
    services, left = ground[2], np.arange(24) != service
    ledger = ledger_of(ground, services, KIND)
    changes = after_closing(ledger, service)
    kind = KIND[service]
    assert len(changes.building) > 0
    assert np.allclose(applied(ledger, kind, changes),
                       measured(ground, services.take(left), KIND[left], kind))  # fmt: skip
    assert service not in changes.which


@pytest.mark.parametrize("service", [21, 22, 23])
def test_opening_one_service_gives_what_all_together_give(ground, service):
    town, buildings, services = ground
    ledger = ledger_of(ground, services.take(np.arange(21)), KIND[:21])
    walks = pairs_within(town, services.take([service]), place(town, buildings), limit_m=LIMIT_M)
    walks = walks._replace(service=walks.service + service)
    changes = after_opening(ledger, int(KIND[service]), walks)
    chosen = [*range(21), service]
    assert set(changes.which) == {service}
    assert np.allclose(
        applied(ledger, KIND[service], changes),
        measured(ground, services.take(np.array(chosen)), KIND[chosen], KIND[service]),
    )


def test_moving_a_service_is_closing_here_and_opening_there(ground):
    town, buildings, services = ground
    moved = services.take(np.array([*range(23), 5]))  # service 23 moves to where 5 is
    ledger = ledger_of(ground, services, KIND)
    walks = pairs_within(town, services.take([5]), place(town, buildings), limit_m=LIMIT_M)
    changes = after_moving(ledger, 23, walks._replace(service=walks.service + 23))
    assert len(np.unique(changes.building)) == len(changes.building)
    assert np.allclose(applied(ledger, KIND[23], changes), measured(ground, moved, KIND, KIND[23]))


def test_eight_stations_closed_into_one_are_measured_as_if_they_never_were(ground):
    """Seven of the eight of a kind close, one opens beside the last."""
    town, buildings, services = ground
    ledger = ledger_of(ground, services, KIND)
    closed = np.flatnonzero(KIND == 1)[:-1]
    opened = pairs_within(town, services.take([0]), place(town, buildings), limit_m=LIMIT_M)
    after = metres_of_scenario(ledger, 1, closed=closed, opened=opened)
    left = np.array([0, np.flatnonzero(KIND == 1)[-1]])
    assert np.allclose(after, measured(ground, services.take(left), np.ones(2, int), 1))
    change = what_if(ledger.metres[1], after, np.ones(len(after)), limit_m=LIMIT_M)
    assert len(change.lost) > 0
    assert change.before - change.after == len(change.lost) - len(change.gained)


def test_a_service_without_walks_changes_nothing(ground):
    town, buildings, services = ground
    ledger = ledger_of(ground, services, KIND)
    nowhere = pairs_within(town, snap(town, np.zeros((1, 2))), place(town, buildings), limit_m=9)
    assert len(after_opening(ledger, 0, nowhere).building) == 0
