"""The division rules, asked of one plan as it stands."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from sqlalchemy import Connection, Engine

from gisgrid.model.plans import Plan
from gisgrid.model.rules import (
    WHOLE_BUILDING,
    Finding,
    PlanFacts,
    Verdict,
    border_along_lines,
    compactness,
    verdicts,
)
from gisgrid.services.plan_access import require_reader
from gisgrid.storage import plan_ground, plans
from gisgrid.storage.engine import As, transaction


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
        shapes = shapely.from_wkb(plan_ground.shapes(conn, plan.cell_set_id))
        self._boxes = shapely.bounds(shapes)
        present = {row.grid for row in self._cells}
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
        index = {grid.position: i for i, grid in enumerate(self.grids)}
        order = {row.id: i for i, row in enumerate(self._cells)}
        borders = plan_ground.neighbours(conn, plan.cell_set_id)
        area_m2, epsg = plan_ground.area_m2(conn, plan.unit_id)
        published = plans.published_codes(conn, plan.unit_id)
        in_force = plans.in_force(conn, plan.unit_id)
        standing = plans.grids(conn, in_force).values() if in_force else ()
        cut = plan_ground.cut_buildings(conn, plan.id, whole=WHOLE_BUILDING)
        return PlanFacts(
            community_code=plan.community_code,
            low=plan.low,
            high=plan.high,
            target=plan.target,
            codes=tuple(grid.code for grid in self.grids),
            kinds=tuple(grid.kind for grid in self.grids),
            leaders=tuple(grid.leader_name for grid in self.grids),
            grid=np.array([index.get(row.grid, -1) for row in self._cells], np.int64),
            households=np.array([row.households for row in self._cells], np.int64),
            area_m2=np.array([row.area_m2 for row in self._cells], np.float64),
            of_community=np.array([row.community_id == plan.unit_id for row in self._cells], bool),
            a=np.array([order[row.a_id] for row in borders], np.int64),
            b=np.array([order.get(row.b_id, -1) for row in borders], np.int64),
            shared_m=np.array([row.shared_m for row in borders], np.float64),
            barrier=np.array([row.barrier for row in borders], np.int64),
            joined=np.array([row.joined for row in borders], np.bool_),
            community_area_m2=area_m2,
            cells_valid=bool(shapely.is_valid(shapes).all()),
            coverage_valid=bool(shapely.coverage_is_valid(shapes)),
            unplaced=plan_ground.unplaced(conn, plan.unit_id, plan.cell_set_id),
            cut_buildings=tuple((building, index[p], share) for building, p, share in cut),
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
            "cells": [self._cells[i].id for i in finding.cells],
            "grids": [self.grids[g].position for g in finding.grids],
            "bounds": self._bounds(cells),
        }

    def _bounds(self, cells: list[int]) -> list[float]:
        boxes = self._boxes[cells] if cells else self._boxes
        lower, upper = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        return [round(float(side), 6) for side in (*lower, *upper)]


def _given_up(plan: Plan, published: frozenset[str], standing: frozenset[str]) -> frozenset[str]:
    """Codes no new plan may bear; a published plan is judged by the codes of its own time."""
    return frozenset() if plan.figures is not None else published - standing


def _metric(epsg: int) -> bool:
    crs = CRS.from_epsg(epsg)
    return crs.is_projected and crs.axis_info[0].unit_name == "metre"
