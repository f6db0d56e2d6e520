"""What the installation holds and where it came from; and its outline, for the page of sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.model.ground import RESIDENTS_PER_HOUSEHOLD
from gisgrid.model.people import Actor
from gisgrid.services.view_district import household_formula, require_project
from gisgrid.storage import holdings
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

LATEST_IMPORTS = 50
OUTLINE_PX = 1000
OUTLINE_TOLERANCE_M = 5.0
Floats = npt.NDArray[np.float64]
BASES = ("given", "estimated", "override")


def view_holdings(engine: Engine, actor: Actor) -> dict[str, Any]:
    """Counts in the actor's scope, the basis of households, and the latest imports."""
    project = require_project(engine)
    with transaction(engine, actor) as conn:
        counted = holdings.counts(conn)
        bases = {row.basis: row for row in holdings.household_basis(conn)}
    with transaction(engine, SYSTEM) as conn:
        runs = holdings.imports(conn, limit=LATEST_IMPORTS)
    return {
        "counts": {name: int(n) for name, n in counted.items()},
        "formula": household_formula(project),
        "basis": {
            name: {
                "buildings": int(bases[name].buildings) if name in bases else 0,
                "households": int(bases[name].households) if name in bases else 0,
            }
            for name in BASES
        },
        "residents_per_household": RESIDENTS_PER_HOUSEHOLD,
        "households_date": project.households_date and project.households_date.isoformat(),
        "imports": [_told(row) for row in runs],
    }


def _told(run: Any) -> dict[str, Any]:
    """One import as JSON."""
    undone = run.undone_at and run.undone_at.isoformat()
    return dict(run._mapping) | {"at": run.at.isoformat(), "undone_at": undone}


def draw_outline(engine: Engine) -> str:
    """The communities as a grey SVG without names or figures; an empty one without communities."""
    with transaction(engine, SYSTEM) as conn:
        rows = holdings.outline(conn, tolerance_m=OUTLINE_TOLERANCE_M)
    shapes = shapely.from_wkb([wkb for wkb, _ in rows])
    if len(shapes) == 0:
        return _svg("")
    west, south, east, north = shapely.total_bounds(shapes)
    scale = OUTLINE_PX / max(east - west, north - south, 1.0)
    shift = np.array([west + east, south + north]) / 2

    def placed(xy: Floats) -> Floats:
        return np.asarray((xy - shift) * scale * (1, -1) + OUTLINE_PX / 2)

    rings = shapely.get_rings(shapely.get_parts(shapely.transform(shapes, placed)))
    return _svg("".join(_path(shapely.get_coordinates(ring)) for ring in rings))


def _path(xy: Floats) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy) + "z"


def _svg(path: str) -> str:
    side = OUTLINE_PX + 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {side} {side}">'
        f'<path d="{path}" fill="#e9ecef" stroke="#fff" stroke-width="4" stroke-linejoin="round"/>'
        f'<path d="{path}" fill="none" stroke="#b9c2cb" stroke-width="1.2"/></svg>'
    )
