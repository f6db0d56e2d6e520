"""Lines through a plan: cells they cross are split exactly, households are not, all else stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
import shapely
from plan_land import EPSG, NORTH, SIDE, TWELVE, WEST, Land, cleared, draft, drawn
from sqlalchemy import text

from gisgrid.errors import Conflict, Locked, NotFound, StaleVersion
from gisgrid.geo.crs import to_wgs84
from gisgrid.services.check_plan import check_plan
from gisgrid.services.cut_plan import cut_grid, draw_grid
from gisgrid.services.edit_plan import move_cells, redo, set_grid, undo
from gisgrid.services.new_plan import new_plan
from gisgrid.services.plan_history import jump_to
from gisgrid.services.publish_plan import publish_plan
from gisgrid.services.view_plan import view_history, view_plan
from gisgrid.storage.engine import SYSTEM, transaction

PEOPLE = sum(map(sum, TWELVE))


@pytest.fixture(scope="module")
def drawn_land(postgis_url: str) -> Iterator[Land]:
    with drawn(postgis_url) as land:
        yield land


@pytest.fixture
def land(drawn_land: Land) -> Land:
    return cleared(drawn_land)


@pytest.fixture
def plan(land: Land) -> int:
    """``AABB/ACBD/CCDD``: 350, 340, 400 and 370 households."""
    return draft(land)


def places(*metres: tuple[float, float]) -> list[tuple[float, float]]:
    """(lon, lat) of places given in cells east and south of the land's north-west corner."""
    points = [(WEST + x * SIDE, NORTH - y * SIDE) for x, y in metres]
    return [(p.x, p.y) for p in to_wgs84(np.array(shapely.points(points)), EPSG)]


def seen(land: Land, plan: int) -> dict:
    return view_plan(land.engine, land.planner, plan)


def grid_of(land: Land, plan: int) -> dict[int, int]:
    cells = seen(land, plan)["cells"]
    return dict(zip(cells["id"], cells["grid"], strict=True))


def households(land: Land, plan: int) -> dict[int, int]:
    cells, sums = seen(land, plan)["cells"], {}
    for grid, n in zip(cells["grid"], cells["households"], strict=True):
        sums[grid] = sums.get(grid, 0) + n
    return sums


def shapes(land: Land, plan: int) -> np.ndarray:
    with transaction(land.engine, SYSTEM) as conn:
        rows = conn.execute(
            text(
                "SELECT ST_AsBinary(geom) FROM plan_cell JOIN cell ON cell.id = cell_id"
                " WHERE plan_id = :plan ORDER BY cell.id"
            ),
            {"plan": plan},
        )
        return shapely.from_wkb([bytes(row[0]) for row in rows])


def assert_exact(land: Land, plan: int) -> None:
    """The cells tile the community, everybody is counted once, borders agree with polygons."""
    ground = shapes(land, plan)
    assert shapely.coverage_is_valid(ground)
    with transaction(land.engine, SYSTEM) as conn:
        unit = conn.execute(
            text("SELECT ST_AsBinary(geom) FROM unit WHERE id = :unit"), {"unit": land.unit}
        ).scalar_one()
    whole = shapely.from_wkb(bytes(unit))
    assert shapely.coverage_union_all(ground).symmetric_difference(whole).area < 1e-12
    answer = seen(land, plan)
    cells, borders = answer["cells"], answer["neighbours"]
    assert sum(cells["households"]) == PEOPLE
    assert sum(cells["area_m2"]) == pytest.approx(12 * SIDE * SIDE, abs=0.01)
    touching = {
        (a, b)
        for a, b in zip(*shapely.STRtree(ground).query(ground, "touches"), strict=True)
        if a < b and shapely.length(shapely.intersection(ground[a], ground[b])) > 1e-9
    }
    told = {
        (min(a, b), max(a, b)) for a, b in zip(borders["a"], borders["b"], strict=True) if b >= 0
    }
    assert told == touching


def cut(land: Land, plan: int, position: int, *line: tuple[float, float], version: int = 1) -> dict:
    call = {"base_version": version, "position": position, "line": places(*line)}
    return cut_grid(land.engine, land.planner, plan, **call)


def polygon(
    land: Land, plan: int, *ring: tuple[float, float], target: int | None = None, version: int = 1
) -> dict:
    call = {"base_version": version, "ring": places(*ring), "target": target}
    return draw_grid(land.engine, land.planner, plan, **call)


def test_a_line_through_cells_cuts_them_and_each_building_goes_whole_to_its_side(land, plan):
    # C is cells (1,1) (0,2) (1,2); the line at 0.8 leaves all buildings of (0,2) on its west
    answer = cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))
    made = answer["made"]
    assert made == 4
    assert households(land, plan)[2] + households(land, plan)[4] == 400
    assert {households(land, plan)[2], households(land, plan)[4]} == {130, 270}
    assert_exact(land, plan)
    assert answer["ground"] == 1
    assert len(grid_of(land, plan)) == 13
    assert answer["undo"]["kind"] == "cut"


def test_the_end_of_a_line_goes_straight_on_to_the_rim(land, plan):
    cut(land, plan, 2, (0.5, 2.1), (0.55, 2.6))
    assert_exact(land, plan)
    assert len(households(land, plan)) == 5


def test_a_line_along_borders_cuts_no_cell(land, plan):
    answer = cut(land, plan, 1, (1.9, 1), (4.1, 1))
    assert answer["ground"] == 0
    assert len(grid_of(land, plan)) == 12
    assert households(land, plan)[1] + households(land, plan)[4] == 340


def test_undo_brings_the_very_cells_back_and_redo_the_pieces(land, plan):
    before, ground = grid_of(land, plan), shapes(land, plan)
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))
    after, pieces = grid_of(land, plan), shapes(land, plan)
    undone = undo(land.engine, land.planner, plan, base_version=2)
    assert undone["ground"] == 2
    assert grid_of(land, plan) == before
    assert shapely.equals_exact(shapes(land, plan), ground).all()
    redo(land.engine, land.planner, plan, base_version=3)
    assert grid_of(land, plan) == after
    assert shapely.equals_exact(shapes(land, plan), pieces).all()


def test_a_jump_over_several_cuts_comes_back_exactly(land, plan):
    before = grid_of(land, plan)
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))
    cut(land, plan, 2, (0.3, 2.5), (2.2, 2.5), version=2)
    polygon(land, plan, (0.5, 0.6), (3.5, 0.6), (3.5, 1.4), (0.5, 1.4), version=3)
    assert_exact(land, plan)
    at_four = grid_of(land, plan)
    jump_to(land.engine, land.planner, plan, base_version=4, seq=1)
    assert grid_of(land, plan) == before
    undo(land.engine, land.planner, plan, base_version=5)
    assert grid_of(land, plan) == at_four
    jump_to(land.engine, land.planner, plan, base_version=6, seq=2)
    assert len(households(land, plan)) == 5
    assert_exact(land, plan)


def test_a_cut_over_another_cut_meets_it_in_a_corner(land, plan):
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))
    cut(land, plan, 0, (0.1, 0.5), (1.9, 0.5), version=2)
    cut(land, plan, 0, (0.75, -0.1), (0.75, 2.1), version=3)
    assert_exact(land, plan)
    assert sum(households(land, plan).values()) == PEOPLE


def test_other_plans_of_the_community_keep_their_cells(land, plan):
    other = draft(land)
    copied_before = grid_of(land, other)
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))
    assert grid_of(land, other) == copied_before
    assert_exact(land, other)
    cut(land, other, 2, (0.2, 1.9), (0.2, 3.1))
    assert_exact(land, other)
    assert_exact(land, plan)


def test_a_copy_of_a_plan_that_was_cut_is_made_of_the_same_pieces(land, plan):
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))
    copy = new_plan(land.engine, land.planner, land.unit, start=plan)
    assert seen(land, copy)["cells"] == seen(land, plan)["cells"]
    assert_exact(land, copy)
    undo(land.engine, land.planner, plan, base_version=2)
    assert len(grid_of(land, copy)) == 13
    assert_exact(land, copy)


def test_a_plan_that_was_cut_passes_the_rules_and_is_published_once_and_for_all(land, plan):
    # V05 asks that no building is cut; this line runs between the houses
    cut(land, plan, 2, (0.9, 1.9), (0.9, 3.1))
    rules = {row["rule"]: row for row in check_plan(land.engine, land.planner, plan)}
    assert rules["V01"]["passed"]
    assert rules["V02"]["passed"]
    reasons = {str(p): "trial" for p in range(6)}
    call = {"base_version": 2, "effective_from": date(2026, 1, 1), "exceptions": reasons}
    publish_plan(land.engine, land.planner, plan, **call)
    kept = seen(land, plan)["cells"], seen(land, plan)["grids"]
    following = new_plan(land.engine, land.planner, land.unit)
    cut(land, following, 0, (0.1, 0.9), (2.5, 0.9))
    assert (seen(land, plan)["cells"], seen(land, plan)["grids"]) == kept
    assert_exact(land, plan)


def test_a_polygon_takes_its_ground_exactly_from_all_grids_under_it(land, plan):
    answer = polygon(land, plan, (0.9, 0.9), (3.1, 0.9), (3.1, 2.1), (0.9, 2.1))
    made = answer["made"]
    view = seen(land, plan)
    taken = [i for i, grid in enumerate(view["cells"]["grid"]) if grid == made]
    assert sum(view["cells"]["area_m2"][i] for i in taken) == pytest.approx(
        2.2 * 1.2 * SIDE**2, abs=1
    )
    assert households(land, plan)[made] == 150 + 90
    assert_exact(land, plan)
    assert answer["skipped"] == 0
    undo(land.engine, land.planner, plan, base_version=2)
    assert len(grid_of(land, plan)) == 12


def test_a_polygon_joins_a_grid_and_does_not_cut_what_is_of_it_already(land, plan):
    before = households(land, plan)
    polygon(land, plan, (1.5, 0.2), (2.9, 0.2), (2.9, 0.8), (1.5, 0.8), target=0)
    assert households(land, plan)[0] == before[0] + 110
    assert_exact(land, plan)
    # cell (1,0) is of the grid already: one piece
    assert len(grid_of(land, plan)) == 13


def test_a_polygon_leaves_locked_grids_alone(land, plan):
    lock(land, plan, 1, version=1)
    answer = polygon(land, plan, (1.1, 0.1), (2.9, 0.1), (2.9, 0.9), (1.1, 0.9), version=2)
    assert answer["skipped"] == 1
    assert households(land, plan)[1] == 340
    assert_exact(land, plan)


def lock(land: Land, plan: int, position: int, *, version: int) -> None:
    call = {"base_version": version, "changes": {"locked": True}}
    set_grid(land.engine, land.planner, plan, position, **call)


def test_a_locked_grid_is_not_cut_and_a_cut_is_not_undone_under_a_lock(land, plan):
    lock(land, plan, 2, version=1)
    with pytest.raises(Locked):
        cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1), version=2)
    call = {"base_version": 2, "changes": {"locked": False}}
    set_grid(land.engine, land.planner, plan, 2, **call)
    cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1), version=3)
    lock(land, plan, 4, version=4)
    with pytest.raises(Locked):
        undo(land.engine, land.planner, plan, base_version=5)


@pytest.mark.parametrize(
    "line", [((5, 0), (6, 1)), ((0.2, 0.1), (0.8, 0.1))], ids=["far away", "of another grid"]
)
def test_a_line_that_parts_nothing_changes_nothing(land, plan, line):
    with pytest.raises(Conflict, match="part") as caught:
        cut(land, plan, 2, *line)
    assert caught.value.key == "cut_nothing"
    assert seen(land, plan)["plan"]["version"] == 1


def test_a_cut_names_its_version_and_its_grid(land, plan):
    with pytest.raises(StaleVersion):
        cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1), version=7)
    with pytest.raises(NotFound):
        cut(land, plan, 9, (0.8, 1.9), (0.8, 3.1))


def test_a_cut_counts_its_pieces_in_the_history_and_pieces_are_painted_like_cells(land, plan):
    made = cut(land, plan, 2, (0.8, 1.9), (0.8, 3.1))["made"]
    line = view_history(land.engine, land.planner, plan)[0]
    assert (line["kind"], line["n"] > 0) == ("cut", True)
    piece = next(cell for cell, grid in grid_of(land, plan).items() if grid == made)
    call = {"base_version": 2, "kind": "merge", "moves": []}
    call["moves"] = [[c, made, 2] for c, grid in grid_of(land, plan).items() if grid == made]
    assert any(move[0] == piece for move in call["moves"])
    move_cells(land.engine, land.planner, plan, **call)
    assert households(land, plan)[2] == 400
