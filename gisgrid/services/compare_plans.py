"""Two plans of a community beside each other: figures, grids, buildings and ground that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.geo.crs import to_wgs84
from gisgrid.model.changes import Changes, Fate, GridChange, GridSide, House, changes
from gisgrid.model.plans import GridKind, Plan, PlanGrid, PlanState
from gisgrid.services.final_codes import final_codes
from gisgrid.services.least_to_move import least_to_move
from gisgrid.services.paper_words import natural, placed
from gisgrid.services.plan_access import require_reader
from gisgrid.services.plan_ground_pieces import (
    Piece,
    arrow,
    cells_of,
    gone_borders,
    grid_polygons,
    largest,
    moved_ground,
)
from gisgrid.services.service_circles import as_geojson
from gisgrid.services.view_plan import plan_head
from gisgrid.storage import comparison, plan_ground, plans
from gisgrid.storage.engine import As, Connection, Engine, transaction

FORCE, START = "force", "start"
DECIMALS = 6
HOUSE = ("id", "label", "compound", "households")


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Two plans with everything that a screen or a paper tells of them; geometry in metres."""

    before: Plan
    after: Plan
    changes: Changes
    pieces: tuple[Piece, ...]
    ground: tuple[Mapping[str, shapely.Geometry], Mapping[str, shapely.Geometry]]
    epsg: int
    old_grids: Mapping[int, PlanGrid]
    grids: Mapping[int, PlanGrid]

    @property
    def colours(self) -> dict[str, int]:
        """Colour of each grid by code: that of the later plan where both have it."""
        both = [*self.old_grids.values(), *self.grids.values()]
        return {grid.code: grid.colour for grid in both}

    @property
    def shorts(self) -> dict[int, str]:
        """Short code of each grid of the later plan, by position."""
        return {position: grid.short for position, grid in self.grids.items()}


def compare(engine: Engine, actor: As, plan_id: int, other: int | str) -> Compared:
    """A plan against an earlier one of its community.

    Parameters
    ----------
    plan_id
        The plan as it shall be.
    other
        The plan it is held against: its id, ``force`` (the one in force, or the one it replaced
        for a plan that is or was in force) or ``start`` (the one it was begun from).

    Raises
    ------
    NotFound
        ``plan_not_found``, or ``nothing_to_compare`` where there is no such plan.
    InvalidInput
        ``other_community``: the two plans divide different communities.
    """
    require_reader(actor)
    with transaction(engine, actor) as conn:
        after = plans.find(conn, plan_id)
        before = plans.find(conn, _other(conn, after, other))
        if before.unit_id != after.unit_id:
            raise InvalidInput(
                f"plan {before.name} divides another community", code="other_community"
            )
        _, epsg = plan_ground.area_m2(conn, after.unit_id)
        return _compared(conn, before, after, epsg)


def _other(conn: Connection, plan: Plan, other: int | str) -> int:
    if isinstance(other, int):
        return other
    found = plan.base_plan_id
    if other == FORCE:
        found = plan.replaces_plan_id or plans.in_force(conn, plan.unit_id)
    if found is None or found == plan.id:
        raise NotFound(
            f"there is no plan to compare {plan.name} with",
            code="nothing_to_compare",
            name=plan.name,
        )
    return found


def _compared(conn: Connection, before: Plan, after: Plan, epsg: int) -> Compared:
    final = _final(conn, before, after)
    cells = [cells_of(conn, before.id, epsg=epsg), cells_of(conn, after.id, final, epsg=epsg)]
    ground = tuple(grid_polygons(one) for one in cells)
    pieces = tuple(moved_ground(*cells))
    rows = comparison.buildings(conn, before.id, after.id)
    houses = sorted(
        (_house(row, final) for row in rows), key=lambda house: (natural(house.label), house.id)
    )
    sides = [_sides(conn, before, {}), _sides(conn, after, final)]
    found = changes(sides[0], sides[1], houses, [(p.before, p.after) for p in pieces])
    grids = [plans.grids(conn, before.id), _named(plans.grids(conn, after.id), final)]
    return Compared(before, after, found, pieces, (ground[0], ground[1]), epsg, *grids)


def _in_order(house: House) -> tuple[Any, ...]:
    return natural(house.label), house.id


def _final(conn: Connection, before: Plan, after: Plan) -> dict[str, str]:
    """Code in a draft -> the one its grid will bear: a notice names those that will be in force."""
    if after.state is not PlanState.DRAFT or before.id != plans.in_force(conn, after.unit_id):
        return {}
    grids = plans.grids(conn, after.id)
    codes = final_codes(conn, after, before.id)
    return {grids[position].code: code for position, code in codes.items()}


def _named(grids: Mapping[int, PlanGrid], final: Mapping[str, str]) -> dict[int, PlanGrid]:
    return {p: replace(grid, code=final.get(grid.code, grid.code)) for p, grid in grids.items()}


def _house(row: Any, final: Mapping[str, str]) -> House:
    named = row.name or row.address or row.code or f"#{row.id}"
    return House(
        id=row.id,
        label=placed(named, row.compound or row.address),
        compound=row.compound,
        households=row.households,
        residents=row.residents,
        before=row.before,
        after=final.get(row.after, row.after),
    )


def _sides(conn: Connection, plan: Plan, final: Mapping[str, str]) -> list[GridSide]:
    grids = plans.grids(conn, plan.id)
    return [
        GridSide(
            code=final.get(row.code, row.code),
            name=grids[row.position].name,
            kind=row.kind,
            leader=grids[row.position].leader_name,
            households=row.households,
            residents=row.residents,
            buildings=row.buildings,
            area_m2=row.area_m2,
        )
        for row in plans.figures(conn, [plan.id])
    ]


def view_comparison(engine: Engine, actor: As, plan_id: int, other: int | str) -> dict[str, Any]:
    """`compare` for a screen: columns, sentences' figures, and polygons in degrees.

    Returns
    -------
    ``before``, ``after`` (heads of the plans with their band), ``sums``, ``grids``, ``flows``
    (with ``houses``), ``leaders`` and ``map``: ``before`` and ``after`` [{code, geometry, label}],
    ``gone`` (lines of old borders), ``moved`` [{before, after, geometry, arrow}].
    """
    found = compare(engine, actor, plan_id, other)
    return {
        "before": plan_head(found.before) | _band(found.before),
        "after": plan_head(found.after) | _band(found.after),
        "sums": sums(found),
        "grids": [_grid(change, found) for change in found.changes.grids],
        "flows": [
            {
                "before": flow.before,
                "after": flow.after,
                "households": flow.households,
                "residents": flow.residents,
                "houses": [
                    {
                        "id": h.id,
                        "label": h.label,
                        "compound": h.compound,
                        "households": h.households,
                    }
                    for h in flow.houses
                ],
            }
            for flow in found.changes.flows
        ],
        "shorts": found.shorts,
        "leaders": [_leader(one) for one in found.changes.leaders],
        "map": _map(found),
    }


def sums(found: Compared) -> dict[str, Any]:
    """The figures on top of a comparison; both totals of households, which must be equal."""
    told = found.changes
    before, after = told.households
    return {
        "households": [before, after],
        "moved_households": sum(flow.households for flow in told.flows),
        "least_moved": least_to_move(told, found.after),
        "moved_buildings": len(told.moved),
        "buildings": sum(house.after is not None for house in told.houses),
        "grids": [
            sum(grid.before is not None for grid in told.grids),
            sum(grid.after is not None for grid in told.grids),
        ],
        **{fate.value: told.count(fate) for fate in Fate},
        "max_deviation": [_worst(told, found.before, 0), _worst(told, found.after, 1)],
        "new_leader_households": told.new_leader_households,
        "new_leader_buildings": told.new_leader_buildings,
    }


def _worst(told: Changes, plan: Plan, side: int) -> int:
    grids = [(grid.before, grid.after)[side] for grid in told.grids]
    off = [g.households - plan.target for g in grids if g is not None and g.kind == GridKind.BASE]
    return max(off, key=abs, default=0)


def _band(plan: Plan) -> dict[str, Any]:
    return {"band": {"low": plan.low, "high": plan.high, "target": plan.target}}


def _grid(change: GridChange, found: Compared) -> dict[str, Any]:
    return {
        "code": change.code,
        "fate": change.fate,
        "new_leader": change.new_leader,
        "colour": found.colours.get(change.code, 0),
        "before": _side(change.before, found.before),
        "after": _side(change.after, found.after),
    }


def _side(side: GridSide | None, plan: Plan) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "name": side.name,
        "kind": side.kind,
        "leader": side.leader,
        "households": side.households,
        "residents": side.residents,
        "buildings": side.buildings,
        "area_m2": side.area_m2,
        "deviation": side.households - plan.target,
    }


def _leader(notice: Any) -> dict[str, Any]:
    names = ("leader", "gains", "gained_households", "losses", "lost_households")
    return {"grids": list(notice.grids)} | {name: getattr(notice, name) for name in names}


def _map(found: Compared) -> dict[str, Any]:
    before, after = found.ground
    middles = middle_of(before) | middle_of(after)
    return {
        "before": _outlines(before, found.epsg),
        "after": _outlines(after, found.epsg),
        "gone": as_geojson(gone_borders(before, after), epsg=found.epsg),
        "moved": [
            {
                "before": piece.before,
                "after": piece.after,
                "geometry": as_geojson(piece.ground, epsg=found.epsg),
                "arrow": _line(arrow(piece, middles), found.epsg),
            }
            for piece in found.pieces
        ],
    }


def middle_of(ground: Mapping[str, shapely.Geometry]) -> dict[str, tuple[float, float]]:
    """Code -> the middle of the largest circle inside each grid, metres."""
    return {code: room_in(shape)[:2] for code, shape in ground.items()}


def room_in(shape: shapely.Geometry) -> tuple[float, float, float]:
    """Middle (metres) and radius of the largest circle inside a shape."""
    circle = shapely.maximum_inscribed_circle(np.array([largest(shape)]), tolerance=5.0)
    (x, y), (u, v) = shapely.get_coordinates(circle)
    return float(x), float(y), float(((u - x) ** 2 + (v - y) ** 2) ** 0.5)


def _outlines(ground: Mapping[str, shapely.Geometry], epsg: int) -> list[dict[str, Any]]:
    told = []
    for code, shape in ground.items():
        x, y, radius = room_in(shape)
        lon, lat = _line(((x, y),), epsg)[0]
        told.append(
            {
                "code": code,
                "geometry": as_geojson(shape, epsg=epsg),
                "label": [lon, lat, round(radius, 1)],
            }
        )
    return told


def _line(points: Sequence[Sequence[float]], epsg: int) -> list[list[float]]:
    lonlat = shapely.get_coordinates(to_wgs84(shapely.points(points), epsg))
    return [[round(float(x), DECIMALS), round(float(y), DECIMALS)] for x, y in lonlat]
