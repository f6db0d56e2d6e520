"""The division rules, asked of one plan as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from gisgrid.model.plans import Plan
from gisgrid.model.rules import (
    WHOLE_BUILDING,
    Finding,
    Ints,
    PlanFacts,
    Verdict,
    border_along_lines,
    compactness,
    verdicts,
)
from gisgrid.services.plan_access import require_reader
from gisgrid.storage import plan_ground, plans
from gisgrid.storage.engine import As, Connection, Engine, transaction


def check_plan(engine: Engine, actor: As, plan_id: int) -> list[dict[str, Any]]:
    """Every rule V01–V13 with its findings; cells as ids, grids as positions.

    Returns
    -------
    ``rule``, ``passed``, ``blocks`` (keeps the plan from being published), ``figures`` (measures
    the rule shows) and ``findings``: ``key``, ``facts``, ``weight``, ``excused``, ``cells``,
    ``grids``, ``bounds`` (west, south, east, north in degrees; of the community for none).
    """
    require_reader(actor)
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        return Inspection(conn, plan).report()


class Inspection:
    """The facts of one plan, gathered once, and the rules' verdicts on them."""

    def __init__(self, conn: Connection, plan: Plan) -> None:
        self._cells = plan_ground.cells(conn, plan.cell_set_id, plan.id)
        shapes = shapely.from_wkb(plan_ground.shapes(conn, self._cells.id))
        self._boxes = shapely.bounds(shapes)
        present = set(self._cells.grid)
        all_grids = plans.grids(conn, plan.id).values()
        self.grids = tuple(grid for grid in all_grids if grid.position in present)
        self.facts = self._gather(conn, plan, np.asarray(shapes))
        self.verdicts = verdicts(self.facts)

    @property
    def blocking(self) -> tuple[Verdict, ...]:
        """Verdicts that keep the plan from being published."""
        return tuple(verdict for verdict in self.verdicts if verdict.blocks)

    def report(self) -> list[dict[str, Any]]:
        """As `check_plan` returns it."""
        return [
            {
                "rule": verdict.rule,
                "passed": verdict.passed,
                "blocks": verdict.blocks,
                "figures": self._figures(verdict.rule),
                "findings": [
                    *(self._finding(finding) for finding in verdict.findings),
                    *(self._finding(finding, excused=True) for finding in verdict.excused),
                ],
            }
            for verdict in self.verdicts
        ]

    def _gather(self, conn: Connection, plan: Plan, shapes: Any) -> PlanFacts:
        index: dict[int | None, int] = {grid.position: i for i, grid in enumerate(self.grids)}
        order = {cell: i for i, cell in enumerate(self._cells.id)}
        borders = plan_ground.borders(conn, plan.cell_set_id, self._cells.id)
        area_m2, epsg = plan_ground.area_m2(conn, plan.unit_id)
        published = plans.published_codes(conn, plan.unit_id)
        in_force = plans.in_force(conn, plan.unit_id)
        standing = plans.grids(conn, in_force).values() if in_force else ()
        grid = np.array([index.get(position, -1) for position in self._cells.grid], np.int64)
        stand = plan_ground.footprints(conn, self._cells.id)
        return PlanFacts(
            community_code=plan.community_code,
            low=plan.low,
            high=plan.high,
            target=plan.target,
            codes=tuple(grid.code for grid in self.grids),
            kinds=tuple(grid.kind for grid in self.grids),
            leaders=tuple(grid.leader_name for grid in self.grids),
            grid=grid,
            households=np.array(self._cells.households, np.int64),
            area_m2=np.array(self._cells.area_m2, np.float64),
            of_community=np.array(self._cells.community_id) == plan.unit_id,
            a=np.array([order[cell] for cell in borders.a], np.int64),
            b=np.array([order.get(cell, -1) for cell in borders.b], np.int64),
            shared_m=np.array(borders.shared_m, np.float64),
            barrier=np.array(borders.barrier, np.int64),
            joined=np.array(borders.joined, np.bool_),
            community_area_m2=area_m2,
            cells_valid=bool(shapely.is_valid(shapes).all()),
            coverage_valid=bool(shapely.coverage_is_valid(shapes)),
            unplaced=plan_ground.unplaced(conn, plan.unit_id, plan.cell_set_id),
            cut_buildings=cut_buildings(stand, order, shapes, grid),
            given_up=_given_up(plan, published, frozenset(grid.code for grid in standing)),
            crs_metric=_metric(epsg),
            effective_from=plan.effective_from,
            excused={index[int(p)]: why for p, why in plan.exceptions.items() if int(p) in index},
        )

    def _figures(self, rule: str) -> dict[str, Any]:
        facts = self.facts
        if rule == "V10":
            along, whole = border_along_lines(facts)
            return {"share": round(100 * along.sum() / whole.sum())} if whole.sum() else {}
        if rule == "V12" and facts.size:
            score = compactness(facts)
            if np.isnan(score).all():
                return {}
            least = int(np.nanargmin(score))
            mean = round(float(np.nanmean(score)), 2)
            return {
                "mean": mean,
                "least": round(float(score[least]), 2),
                "grid": facts.short(least),
            }
        return {}

    def _finding(self, finding: Finding, *, excused: bool = False) -> dict[str, Any]:
        cells = list(finding.cells)
        if not cells and finding.grids:
            cells = np.flatnonzero(np.isin(self.facts.grid, finding.grids)).tolist()
        return {
            "key": finding.key,
            "facts": dict(finding.facts),
            "weight": finding.weight,
            "excused": excused,
            "cells": [self._cells.id[i] for i in finding.cells],
            "grids": [self.grids[g].position for g in finding.grids],
            "bounds": self._bounds(cells),
        }

    def _bounds(self, cells: list[int]) -> list[float]:
        boxes = self._boxes[cells] if cells else self._boxes
        lower, upper = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        return [round(float(side), 6) for side in (*lower, *upper)]


def cut_buildings(
    stand: Sequence[tuple[int, int, bytes]],
    order: Mapping[int, int],
    shapes: npt.NDArray[np.object_],
    grid: Ints,
) -> tuple[tuple[int, int, float], ...]:
    """Buildings with less than 99 % of their footprint in the grid of their cell.

    Parameters
    ----------
    stand
        Cell id, building id and footprint (WKB) of each building.
    order
        Index of each cell id in `shapes` and `grid`.
    shapes, grid
        (n,) polygons of the cells and their grid.

    Returns
    -------
    Building id, grid and share of the footprint inside.
    """
    if not stand:
        return ()
    polygons = shapely.from_wkb([wkb for _, _, wkb in stand])
    home = np.array([order[cell] for cell, _, _ in stand], np.int64)
    share = shapely.area(shapely.intersection(polygons, shapes[home])) / shapely.area(polygons)
    doubtful = np.flatnonzero((share < WHOLE_BUILDING) & (grid[home] >= 0))
    tree = shapely.STRtree(shapes)
    found = []
    for i in doubtful.tolist():
        near = tree.query(polygons[i])
        same = near[grid[near] == grid[home[i]]]
        area = shapely.area(shapely.intersection(polygons[i], shapes[same])).sum()
        inside = float(area / polygons[i].area)
        if inside < WHOLE_BUILDING:
            found.append((stand[i][1], int(grid[home[i]]), inside))
    return tuple(found)


def _given_up(plan: Plan, published: frozenset[str], standing: frozenset[str]) -> frozenset[str]:
    """Codes no new plan may bear; a published plan is judged by the codes of its own time."""
    return frozenset() if plan.figures is not None else published - standing


def _metric(epsg: int) -> bool:
    crs = CRS.from_epsg(epsg)
    return crs.is_projected and crs.axis_info[0].unit_name == "metre"
