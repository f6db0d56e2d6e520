"""Tiers of services (2+7+N): heads of the district, one centre in each street, stations below.

Which kind makes a tier is the reader's choice. Nothing is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gisgrid.access.catchment import tier_faults
from gisgrid.model.people import Actor
from gisgrid.services.view_coverage import LEVELS
from gisgrid.storage import districts, provision
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

FINE, MISSING, DOUBLED = "fine", "missing", "doubled"


def check_tier(
    engine: Engine, actor: Actor, kind: str, *, level: str, once: bool = True
) -> dict[str, Any]:
    """The services of a kind in each unit of a level: fine, missing, or (with `once`) doubled.

    Parameters
    ----------
    level
        ``"streets"`` or ``"communities"``.
    once
        Each unit has exactly one; else at least one.

    Returns
    -------
    ``units`` with their services and state, worst first; ``outside``: services in none of them.
    No units where the project has no such level.
    """
    with transaction(engine, actor) as conn:
        units = [unit for unit in districts.units(conn, actor) if unit.role == LEVELS[level]]
        rows = provision.places(conn, kind, depth=units[0].depth) if units else []
    own = {unit.id for unit in units}
    held = defaultdict(list)
    for row in rows:
        if row.unit in own:
            held[row.unit].append(_place(row))
    codes = {unit.id: unit.code for unit in units}
    faults = tier_faults([*codes.values()], [codes[u] for u in held for _ in held[u]])
    told = [_unit(unit, held[unit.id], _state(unit.code, faults, once=once)) for unit in units]
    return {
        "kind": kind,
        "level": level,
        "once": once,
        "units": sorted(told, key=lambda unit: (unit["state"] == FINE, unit["code"])),
        "outside": [_place(row) for row in rows if row.unit is None],
        "services": len({row.id for row in rows if row.unit is None or row.unit in own}),
        **{state: sum(unit["state"] == state for unit in told) for state in (MISSING, DOUBLED)},
    }


def _state(code: str, faults: Any, *, once: bool) -> str:
    if code in faults.missing:
        return MISSING
    return DOUBLED if once and code in faults.doubled else FINE


def _unit(unit: Any, services: Sequence[dict[str, Any]], state: str) -> dict[str, Any]:
    return {
        "unit": unit.id,
        "code": unit.code,
        "name": unit.name,
        "bounds": unit.bounds,
        "services": services,
        "n": len(services),
        "state": state,
    }


def _place(row: Any) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "lon": row.lon, "lat": row.lat}
