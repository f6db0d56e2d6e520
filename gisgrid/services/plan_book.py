"""What papers of one plan are made of: grids with figures and ground, buildings, the town."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from gisgrid.io.paper_ink import Bounds
from gisgrid.model.plans import GridKind, Plan, PlanGrid
from gisgrid.services.compare_plans import room_in
from gisgrid.services.difference_map import bounds_of
from gisgrid.services.paper_backdrop import Town, town_in
from gisgrid.services.paper_words import Imprint, Say, natural, state_of
from gisgrid.services.plan_access import require_reader
from gisgrid.services.plan_ground_pieces import cells_of, grid_polygons
from gisgrid.services.view_district import require_project
from gisgrid.storage import paper_ground, plan_ground, plans
from gisgrid.storage.engine import As, Engine, transaction

AROUND = 0.25
"""Share of a plan's extent that is shown around it."""


@dataclass(frozen=True, slots=True, eq=False)
class BookGrid:
    """One grid: what it is, who lives there, its ground (metres) and the middle of it."""

    grid: PlanGrid
    households: int
    residents: int
    area_m2: float
    ground: shapely.Geometry
    houses: Sequence[Any]

    @property
    def middle(self) -> tuple[float, float]:
        return room_in(self.ground)[:2]

    @property
    def room(self) -> float:
        """Radius in metres of the largest circle inside."""
        return room_in(self.ground)[2]


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """A plan for paper; `grids` by code."""

    plan: Plan
    grids: Mapping[str, BookGrid]
    town: Town
    imprint: Imprint

    @property
    def bounds(self) -> Bounds:
        return bounds_of({code: one.ground for code, one in self.grids.items()})

    @property
    def households(self) -> int:
        return sum(one.households for one in self.grids.values())

    def under(self, say: Say) -> str:
        """Project, plan and its state, for the line below a title."""
        plan = self.plan
        return " · ".join([self.imprint.project.name, plan.name, state_of(plan, say)])

    def tone(self, one: BookGrid) -> str:
        """``over``, ``under`` or ``ok``: a base grid against the band."""
        if one.grid.kind is not GridKind.BASE:
            return "ok"
        if one.households > self.plan.high:
            return "over"
        return "under" if one.households < self.plan.low else "ok"


def gather_book(engine: Engine, actor: As, plan_id: int) -> Book:
    """Read a plan for paper, in whatever state it is.

    Raises
    ------
    NotFound
        No such plan in the actor's scope.
    """
    require_reader(actor)
    project = require_project(engine)
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        _, epsg = plan_ground.area_m2(conn, plan.unit_id)
        ground = grid_polygons(cells_of(conn, plan_id, epsg=epsg))
        heads = {grid.code: grid for grid in plans.grids(conn, plan_id).values()}
        sums = {row.code: row for row in plans.figures(conn, [plan_id])}
        houses: dict[str, list[Any]] = {code: [] for code in ground}
        for row in paper_ground.buildings(conn, plan_id):
            houses[row.grid].append(row)
        town = town_in(conn, _wider(bounds_of(ground)), epsg=epsg)
        today = plans.today(conn)
    grids = {
        code: BookGrid(
            grid=heads[code],
            households=sums[code].households,
            residents=sums[code].residents,
            area_m2=sums[code].area_m2,
            ground=shape,
            houses=sorted(houses[code], key=_in_order),
        )
        for code, shape in sorted(ground.items())
    }
    return Book(plan, grids, town, Imprint(project, today))


def _in_order(house: Any) -> tuple[Any, ...]:
    """Homes first, then by compound, address and name, 2 before 10."""
    return (
        house.households == 0,
        natural(house.compound),
        natural(house.address),
        natural(house.name),
        house.id,
    )


def _wider(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    more = AROUND * max(east - west, north - south)
    return west - more, south - more, east + more, north + more
