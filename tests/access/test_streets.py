"""The streets within a walk."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisgrid.access.network import build_network
from gisgrid.access.reach import reach_from
from gisgrid.access.snap import snap
from gisgrid.access.streets import walked_streets


def test_stretches_end_where_the_walk_does():
    streets = shapely.from_wkt(["LINESTRING (0 0, 1000 0)", "LINESTRING (1000 0, 2000 0)",
                                "LINESTRING (1000 0, 1000 500)"])  # fmt: skip
    network = build_network(np.array(streets))
    service = snap(network, np.array([[900.0, 10.0]]))
    found = walked_streets(network, service, limit_m=310)
    reached = shapely.union_all(found.line)
    assert reached.equals(shapely.from_wkt("MULTILINESTRING ((600 0, 1200 0), (1000 0, 1000 200))"))
    assert found.far_m.max() == 310
    assert found.near_m.min() == 10


def test_an_edge_reached_from_both_ends_is_walked_to_the_middle():
    ring = shapely.from_wkt(["LINESTRING (0 0, 400 0)", "LINESTRING (400 0, 400 400, 0 400, 0 0)",
                             "LINESTRING (0 0, -900 0)", "LINESTRING (400 0, 1300 0)"])  # fmt: skip
    network = build_network(np.array(ring))
    found = walked_streets(network, snap(network, np.array([[200.0, 0.0]])), limit_m=2000)
    ends = [line.coords[-1] for line in found.line]
    assert ends.count((200.0, 400.0)) == 2
    assert shapely.length(found.line).sum() == pytest.approx(400 + 1200 + 1800)


def test_every_point_of_a_stretch_is_as_far_as_it_says(town, points):
    service = snap(town, points[1]).take([3])
    found = walked_streets(town, service, limit_m=500)
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point(found.line, 0.5, normalized=True)
    )
    walk = reach_from(town, service, snap(town, middle), limit_m=600)
    assert np.allclose(walk, (found.near_m + found.far_m) / 2, atol=1e-3)
    assert found.far_m.max() <= 500 + 1e-6


def test_from_no_street_nothing_is_walked(town):
    assert not len(walked_streets(town, snap(town, np.zeros((1, 2))), limit_m=500).line)
