"""One service opens, moves or closes: the stored reach against measuring everything again."""

from __future__ import annotations

import numpy as np
import pytest

from gisgrid.access.coverage import straight_metres
from gisgrid.access.pairs import place
from gisgrid.access.reach import nearest_by_kind
from gisgrid.access.reach_change import (
    KindReach,
    Land,
    Others,
    Service,
    as_stored,
    closed,
    opened,
    rows_between,
)
from gisgrid.access.snap import snap

FARTHEST_M = 700.0
IDS = np.arange(12) + 100


@pytest.fixture
def scene(town, points):
    buildings, services = points
    land = Land(town, buildings, place(town, snap(town, buildings)), FARTHEST_M)
    return land, services[:12]


def measured(land: Land, ids, xy) -> KindReach:
    """As the whole kind is measured and stored."""
    kind = np.zeros(len(ids), np.int64)
    metres, which = nearest_by_kind(
        land.network, snap(land.network, xy), kind, land.placed.snapped, limit_m=land.farthest_m
    )
    straight = straight_metres(xy, kind, land.xy, kinds=1)[0]
    straight = np.where(straight <= land.farthest_m, straight, np.inf)
    names = np.where(which[0] >= 0, np.asarray(ids)[which[0]], -1) if len(ids) else which[0]
    return KindReach(as_stored(metres[0]), as_stored(straight), names.astype(np.int32))


def service(land: Land, xy, i: int) -> Service:
    return Service(int(IDS[i]), xy[i], snap(land.network, xy[i : i + 1]))


def others(land: Land, xy, i: int) -> Others:
    stay = np.arange(12) != i
    return Others(IDS[stay], xy[stay], lambda places: snap(land.network, places))


def same(a: KindReach, b: KindReach) -> bool:
    return len(rows_between(a, b).building) == 0


@pytest.mark.parametrize("i", range(12))
def test_opening_and_closing_give_what_measuring_everything_gives(scene, i):
    land, xy = scene
    stay = np.arange(12) != i
    with_it, without = measured(land, IDS, xy), measured(land, IDS[stay], xy[stay])
    assert not same(with_it, without)
    assert same(opened(without, land, service(land, xy, i)), with_it)
    assert same(closed(with_it, land, service(land, xy, i), others(land, xy, i)), without)


@pytest.mark.parametrize("i", [0, 5])
def test_opening_then_closing_restores_every_number(scene, i):
    land, xy = scene
    stay = np.arange(12) != i
    before = measured(land, IDS[stay], xy[stay])
    there = opened(before, land, service(land, xy, i))
    assert same(closed(there, land, service(land, xy, i), others(land, xy, i)), before)


def test_the_last_service_takes_everything_along(scene):
    land, xy = scene
    alone = measured(land, IDS[:1], xy[:1])
    nobody = Others(IDS[:0], xy[:0], lambda places: snap(land.network, places))
    left = closed(alone, land, service(land, xy, 0), nobody)
    assert np.isinf(left.metres).all()
    assert np.isinf(left.straight_m).all()
    assert same(opened(left, land, service(land, xy, 0)), alone)


def test_a_service_on_no_street_shortens_straight_lines_only(scene):
    land, xy = scene
    before = measured(land, IDS, xy)
    far = xy[0] + (0, 400_000)
    lost = Service(500, far, snap(land.network, far[None]))
    assert same(opened(before, land, lost), before)
    beside = land.xy[3] + 1.0
    off = Service(501, beside, snap(land.network, beside[None], limit_m=1e-9))
    after = opened(before, land, off)
    assert (after.metres == before.metres).all()
    assert after.straight_m[3] == pytest.approx(2**0.5, abs=0.01)


def test_few_rows_change_when_one_of_many_closes(scene):
    land, xy = scene
    before = measured(land, IDS, xy)
    after = closed(before, land, service(land, xy, 4), others(land, xy, 4))
    rows = rows_between(before, after)
    assert 0 < len(rows.building) < len(land.xy)
    assert same(before.with_rows(rows), after)
