"""Communities cut along the lines that enclose their cells: exact, however the district is divided.

A community's border is then a street, a shore or a wall, but not to the last bit: it was rounded to
the grid, carried to EPSG:4326 and back. The lines it came from run beside it, less than a
millimetre away, cross it and cross back.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisgrid.geo.adjacency import neighbours
from gisgrid.geo.cells import build_cells
from gisgrid.geo.crs import to_metric, to_wgs84
from gisgrid.geo.rim import off_rim
from gisgrid.geo.shape import dissolve

EPSG = 4548
PLACE = np.array([450_000.0, 4_420_000.0])
NOTHING = np.empty(0, dtype=object)


def town(seed: int) -> tuple[shapely.Polygon, np.ndarray, np.ndarray]:
    """A district, the footprints in it, and its winding streets."""
    rng = np.random.default_rng(seed)
    along = np.linspace(-50, 850, 40)
    waves = [
        np.column_stack([along, at + 9 * np.sin(along / 60 + at) + rng.normal(0, 0.4, 40)])
        for at in np.arange(0, 801, 100)
    ]
    streets = shapely.linestrings([*waves, *(w[:, ::-1] for w in waves)])
    middle = rng.uniform(0, 800, (350, 2))
    homes = [
        shapely.affinity.rotate(shapely.box(x - 8, y - 5, x + 8, y + 5), turn)
        for (x, y), turn in zip(middle, rng.uniform(0, 90, 350), strict=True)
    ]
    area = shapely.affinity.rotate(shapely.box(15.0, 25.0, 790.0, 780.0), 3.0)
    moved = shapely.transform(np.array([area, *homes, *streets]), lambda xy: xy + PLACE)
    return moved[0], moved[1:351], moved[351:]


def divided(pieces: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` contiguous communities grown at random from the pieces."""
    pairs = neighbours(pieces, barriers=NOTHING, barrier_class=np.empty(0, int), crossings=NOTHING)
    pairs = pairs[["a", "b"]].to_numpy()
    group = np.full(len(pieces), -1)
    group[rng.choice(len(pieces), count, replace=False)] = np.arange(count)
    while (group < 0).any():
        for a, b in rng.permutation(np.concatenate([pairs, pairs[:, ::-1]])):
            if group[a] >= 0 > group[b] and rng.random() < 0.3:
                group[b] = group[a]
    return dissolve(pieces, group)


@pytest.mark.parametrize("seed", range(6))
def test_every_community_of_a_random_division_is_tiled_exactly(seed):
    rng = np.random.default_rng(seed)
    area, homes, streets = town(seed)
    some = homes[rng.random(len(homes)) < seed / 6]  # whose land may be parted from their block's
    pieces = build_cells(area, some, lines=streets).geometry
    communities = to_metric(to_wgs84(divided(pieces, 12, rng), EPSG), EPSG)
    assert shapely.area(communities).sum() == pytest.approx(area.area, rel=1e-9)
    inner = shapely.point_on_surface(homes)
    for community in communities:
        mine = homes[shapely.intersects(community, inner)]
        cells = build_cells(community, mine, lines=streets).geometry
        assert shapely.area(cells).sum() == pytest.approx(community.area, rel=1e-7)
        stored = to_metric(to_wgs84(cells, EPSG), EPSG)
        assert shapely.is_valid(stored).all()
        assert shapely.coverage_is_valid(stored)
        assert shapely.area(stored).sum() == pytest.approx(community.area, rel=1e-7)


def test_a_line_that_weaves_about_the_border_is_the_border(build):
    """A street 0.8 mm to and fro over the border of a community, and on across it."""
    x = np.arange(0.0, 101.0, 1.7)
    weaving = np.column_stack([x, np.where(np.arange(len(x)) % 2, 0.0008, -0.0008)])
    cells = build(shapely.box(0, 0, 100, 100), lines=[shapely.LineString(weaving)])
    assert len(cells.geometry) == 1
    across = shapely.LineString([(-9, 0.0009), (60, 0.0), (70, 50), (40, 120)])
    cells = build(shapely.box(0, 0, 100, 100), lines=[across])
    assert len(cells.geometry) == 2


def test_a_spike_thinner_than_the_grid_is_kept(build):
    """A border that goes out along a lane and comes back 0.3 mm beside itself."""
    area = shapely.Polygon([(0, 0), (40, 0), (40, 40), (20.0003, 40), (20, 900), (20, 40), (0, 40)])
    build(area, lines=[shapely.LineString([(-5, 20), (45, 21)])])


def test_lines_away_from_the_border_stay_as_they_are():
    rim = shapely.box(0, 0, 100, 100).exterior
    lines = shapely.linestrings([[(10, 10), (90, 90)], [(5, 50), (5, 60)]])
    assert off_rim(lines, rim, clear=0.005).tolist() == lines.tolist()


def test_a_line_across_the_border_still_reaches_it():
    rim = shapely.box(0, 0, 100, 100).exterior
    led = off_rim(np.array([shapely.LineString([(50, 50), (60, 130)])]), rim, clear=0.005)
    assert shapely.length(led).sum() == pytest.approx(np.hypot(10, 80), abs=0.01)
    assert shapely.intersects(shapely.union_all(led), rim)
    assert len(shapely.get_parts(shapely.line_merge(shapely.union_all(led)))) <= 2
