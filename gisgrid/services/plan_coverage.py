"""Coverage beside a plan: covered households cell by cell, so that grids are sums over cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.model.people import Actor
from gisgrid.services.plan_access import require_reader
from gisgrid.services.service_circles import FORMULA
from gisgrid.services.view_coverage import Question, limits_of
from gisgrid.storage import access, plans
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine


def plan_coverage(engine: Engine, actor: Actor, plan_id: int, question: Question) -> dict[str, Any]:
    """Households of each inhabited cell of a plan and those that walk to a service in time.

    Columns in the order of cell ids; whoever draws adds them up by grid, also while borders move.

    Raises
    ------
    NotFound
        No such plan in scope, or no such kind.
    Forbidden
        The actor reads no plans.
    """
    require_reader(actor)
    limits = limits_of(engine, question)
    with transaction(engine, actor) as conn:
        plans.find(conn, plan_id)
        rows = access.cells_of_plan(
            conn, plan_id, question.kind, limit_m=limits.limit_m, instead=limits.instead
        )
    return {
        "kind": limits.kind,
        "minutes": limits.minutes,
        "speed_kmh": limits.speed_kmh,
        "limit_m": limits.limit_m,
        "cells": {
            "id": [row.cell for row in rows],
            "households": [row.households for row in rows],
            "covered": [row.covered for row in rows],
        },
        "formula": FORMULA,
    }
