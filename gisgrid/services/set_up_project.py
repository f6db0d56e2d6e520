"""Set up a project: its name, levels, metric CRS and household band, and the vocabulary."""

from __future__ import annotations

from gisgrid.errors import InvalidInput
from gisgrid.model.project import Project
from gisgrid.model.services import service_kinds
from gisgrid.model.units import presets
from gisgrid.storage import projects
from gisgrid.storage.engine import SYSTEM, Engine, transaction


def set_up_project(engine: Engine, project: Project) -> Project:
    """Store the project, with all presets of unit levels and all kinds of service.

    Done again it changes the project; levels and kinds that a user edited stay.

    Raises
    ------
    InvalidInput
        If the preset is unknown.
    """
    known = presets()
    if project.preset not in known:
        raise InvalidInput(
            f"no preset {project.preset!r}; there are {', '.join(known)}",
            code="unknown_preset",
            preset=project.preset,
            presets=", ".join(known),
        )
    with transaction(engine, SYSTEM) as conn:
        projects.save_levels(conn, known.values())
        projects.save_service_kinds(conn, service_kinds().values())
        projects.save(conn, project)
    return project


def find_project(engine: Engine) -> Project | None:
    """The project, None before it is set up."""
    with transaction(engine, SYSTEM) as conn:
        return projects.find(conn)
