"""The district at a glance: the project, its units with their figures, the grids in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from gisgrid.errors import NotFound, Unavailable
from gisgrid.model.people import Actor
from gisgrid.model.project import Project
from gisgrid.services.grid_outlines import Outline, outlines
from gisgrid.storage import districts, projects
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

UNDIVIDED = {
    "zh": "户数 = 占地面积 × 层数 ÷ {dwelling_m2} m²（来源给出户数时用其值）",
    "en": "households = footprint × storeys ÷ {dwelling_m2} m² (where the source gives none)",
}
FIGURES = ("households", "residents", "buildings")
NO_LABEL = (None, None, 0.0)
GRID_COLUMNS = (
    "id", "code", "name", "kind", "position", "colour", "unit", "plan", "households", "residents",
    "buildings", "area_m2", "leader", "open_incidents", "overdue",
)  # fmt: skip


def check_ready(engine: Engine) -> None:
    """Return when pages can be served; Unavailable (or DatabaseDown) while they cannot."""
    if find_project(engine) is None:
        raise Unavailable("the database holds no project yet", code="no_project")


def find_project(engine: Engine) -> Project | None:
    """The project; None in an empty database."""
    with transaction(engine, SYSTEM) as conn:
        return projects.find(conn)


def uses_openstreetmap(engine: Engine) -> bool:
    """Whether streets or buildings come from OpenStreetMap, which must then be named."""
    with transaction(engine, SYSTEM) as conn:
        return districts.drawn_from(conn, "osm")


def require_project(engine: Engine) -> Project:
    """The project; Unavailable in an empty database."""
    project = find_project(engine)
    if project is None:
        raise Unavailable("the database holds no project yet", code="no_project")
    return project


def view_district(engine: Engine, actor: Actor, day: date | None = None) -> dict[str, Any]:
    """Project, units in the actor's scope, and totals over them: of now, or of a day.

    On a day the units valid then are shown, each with what its grids in force then held: figures
    of a superseded plan are those frozen when it was published. Open and overdue incidents are
    those of now, also those that lie in no grid.
    """
    project = require_project(engine)
    with transaction(engine, actor) as conn:
        version = projects.ground_version(conn)
        units = [dict(row._mapping) for row in districts.units(conn, actor, day)]
        grids = districts.grids_in_force(conn, day)
        waiting = districts.incidents_waiting(conn)
    if day is not None:
        _as_of_their_grids(units, grids)
    add_up(units)
    return {
        "project": project_answer(project) | {"ground_version": version},
        "totals": _totals(units, grids) | dict(waiting._mapping),
        "day": day and day.isoformat(),
        "bounds": _around(unit["bounds"] for unit in units if unit["role"] == "community"),
        "units": units,
        "formula": {"households": household_formula(project)},
    }


def view_grids(engine: Engine, actor: Actor, day: date | None = None) -> dict[str, list[Any]]:
    """Grids in force, now or on a day, in the actor's scope as columns, with the point and room for
    a label.
    """
    with transaction(engine, actor) as conn:
        grids = districts.grids_in_force(conn, day)
    drawn: dict[int, Outline] = {}
    for plan_id in {grid.plan for grid in grids}:
        drawn.update(outlines(engine, plan_id))
    columns = {name: [getattr(grid, name) for grid in grids] for name in GRID_COLUMNS}
    columns["grid"] = columns.pop("id")
    labels = [drawn[grid.id].label if grid.id in drawn else NO_LABEL for grid in grids]
    for at, name in enumerate(("x", "y", "radius_m")):
        columns[name] = [label[at] for label in labels]
    return columns


def find_grid_in_force(engine: Engine, actor: Actor, code: str) -> int:
    """Id of the grid in force that bears a code; a leader finds the own grids only.

    Raises
    ------
    NotFound
        ``grid_not_in_force``: no grid of the actor's scope bears it (any more).
    """
    with transaction(engine, actor) as conn:
        found = next((row.id for row in districts.grids_in_force(conn) if row.code == code), None)
    if found is None:
        raise NotFound(f"no grid in force bears {code}", code="grid_not_in_force", text=code)
    return int(found)


def project_answer(project: Project) -> dict[str, Any]:
    """The project as the API tells it."""
    return {
        "name": project.name,
        "demonstration": project.demonstration,
        "band": {"low": project.band_low, "high": project.band_high, "target": project.target},
        "households_date": project.households_date and project.households_date.isoformat(),
        "walk_kmh": project.walk_kmh,
        "metric_epsg": project.metric_epsg,
        "crs_name": f"EPSG:{project.metric_epsg}",
        "two_person": project.two_person,
    }


def _as_of_their_grids(units: list[dict[str, Any]], grids: Sequence[Any]) -> None:
    """Give each community the sums of its grids, in place."""
    for unit in units:
        if unit["role"] != "community":
            continue
        held = [grid for grid in grids if grid.unit == unit["id"]]
        for name in FIGURES:
            unit[name] = sum(getattr(grid, name) for grid in held)


def add_up(units: list[dict[str, Any]]) -> None:
    """Give every unit the sum of the units below it, in place; `units` come top first."""
    by_id = {unit["id"]: unit for unit in units}
    for unit in reversed(units):
        above = by_id.get(unit["parent"])
        if above is not None:
            for name in FIGURES:
                above[name] += unit[name]


def _totals(units: Sequence[dict[str, Any]], grids: Sequence[Any]) -> dict[str, int]:
    communities = [unit for unit in units if unit["role"] == "community"]
    return {
        "communities": len(communities),
        "grids": sum(grid.kind == "base" for grid in grids),
        "dedicated": sum(grid.kind == "dedicated" for grid in grids),
        **{name: sum(unit[name] for unit in communities) for name in FIGURES},
    }


def _around(boxes: Iterable[Sequence[float]]) -> list[float] | None:
    """The [west, south, east, north] that holds all `boxes`; None for none."""
    columns = list(zip(*boxes, strict=True))
    if not columns:
        return None
    return [min(columns[0]), min(columns[1]), max(columns[2]), max(columns[3])]


def household_formula(project: Project) -> dict[str, str]:
    """How households are estimated where none are given, in both languages."""
    size = f"{project.dwelling_m2:g}"
    return {language: text.replace("{dwelling_m2}", size) for language, text in UNDIVIDED.items()}
