"""The walking graph of street lines."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import shapely

from gisgrid.access.network import build_network, pieces_m
from gisgrid.errors import CrsMismatch, InvalidInput


def network_of(*wkt: str, **options):
    return build_network(
        np.array([shapely.from_wkt(line) for line in wkt], dtype=object), **options
    )


def sizes(network) -> tuple[int, int, int]:
    return len(network.node_xy), len(network.length_m), round(network.length_m.sum())


@pytest.mark.parametrize(
    ("wkt", "nodes", "edges", "metres"),
    [
        (["LINESTRING (0 0, 400 0, 900 0)"], 2, 1, 900),
        (["LINESTRING (0 0, 400 0)", "LINESTRING (400 0, 900 0)"], 2, 1, 900),
        (["LINESTRING (0 0, 400 0, 900 0)", "LINESTRING (400 0, 400 300)"], 4, 3, 1200),
        (["LINESTRING (0 0, 3000 0)", "LINESTRING (400 -900, 400 900)"], 4, 2, 4800),  # a bridge
        (["LINESTRING (0 0, 900 0)", "LINESTRING (900 0, 0 0)"], 2, 1, 900),  # drawn twice
        (["LINESTRING (0 0, 400 0, 400 400, 0 400, 0 0)"], 1, 1, 1600),  # a free ring
        (["LINESTRING (0 0, 400 0, 400 400, 0 0, -500 0)"], 2, 2, 1866),  # a loop and its stalk
        (["LINESTRING (0 0, 0 0, 900 0)"], 2, 1, 900),  # a vertex said twice
        (["LINESTRING (0 0, 900 0)", "LINESTRING (900.0004 0, 900 400)"], 2, 1, 1300),  # 0.4 mm
        (["LINESTRING (0 0, 900 0)", "LINESTRING (2000 0, 2100 0)"], 2, 1, 900),  # a stray
        (["LINESTRING (0 0, 900 0)", "LINESTRING EMPTY"], 2, 1, 900),
        (["MULTILINESTRING ((0 0, 900 0), (900 0, 900 400))"], 2, 1, 1300),
    ],
)
def test_streets_join_at_shared_vertices_only(wkt, nodes, edges, metres):
    assert sizes(network_of(*wkt)) == (nodes, edges, metres)


def test_a_course_keeps_every_vertex_from_start_to_end():
    network = network_of("LINESTRING (0 0, 400 10)", "LINESTRING (900 0, 400 10)")
    ends = network.node_xy[[network.start[0], network.end[0]]]
    assert network.vertex_xy[[0, -1]].tolist() == ends.tolist()
    assert sorted(network.vertex_xy.tolist()) == [[0, 0], [400, 10], [900, 0]]


def test_pieces_are_told_by_their_length():
    apart = network_of("LINESTRING (0 0, 900 0, 900 500)", "LINESTRING (0 99, 2000 99)")
    assert pieces_m(apart) == pytest.approx([2000, 1400])
    assert pieces_m(network_of("LINESTRING (0 0, 900 0)")).tolist() == [900]


def test_only_walkable_streets_enter(lines):
    half = np.arange(len(lines)) % 2 == 0
    assert build_network(lines, half).length_m.sum() <= shapely.length(lines[half]).sum() + 1e-6


@pytest.mark.parametrize(
    ("wkt", "error", "key"),
    [
        ("LINESTRING EMPTY", InvalidInput, "no_streets"),
        ("LINESTRING (116.3 39.9, 116.4 39.9)", CrsMismatch, "streets_in_degrees"),
    ],
)
def test_what_is_no_street_map_is_refused(wkt, error, key):
    with pytest.raises(error) as refusal:
        network_of(wkt)
    assert refusal.value.key == key


def test_a_network_survives_pickling_without_its_caches(town):
    assert town.arcs.nnz
    again = pickle.loads(pickle.dumps(town))
    assert "arcs" not in vars(again)
    assert np.array_equal(again.vertex_xy, town.vertex_xy)
    assert (again.arcs != town.arcs).nnz == 0


def test_real_streets_lose_no_metre_by_simplification(real_lines):
    simple, raw = build_network(real_lines), build_network(real_lines, simplify=False)
    assert len(simple.length_m) < len(raw.length_m) / 1.9
    assert simple.length_m.sum() == pytest.approx(raw.length_m.sum(), rel=1e-9)
