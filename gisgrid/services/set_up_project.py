"""Set up a project: its name, levels, metric CRS and household band, and the vocabulary."""

from __future__ import annotations

import geopandas as gpd
from pyproj.exceptions import CRSError

from gisgrid.errors import CrsMismatch, InvalidInput
from gisgrid.geo.crs import require_metres
from gisgrid.incidents.vocabulary import alert_rules, categories, deadline_rules
from gisgrid.model.project import Project
from gisgrid.model.services import service_kinds
from gisgrid.model.units import presets
from gisgrid.storage import incident_life, projects
from gisgrid.storage.engine import SYSTEM, Connection, Engine, transaction


def set_up_project(engine: Engine, project: Project) -> Project:
    """Store the project, with all presets of unit levels and all kinds of service.

    Done again it changes the project; levels and kinds that a user edited stay.

    Raises
    ------
    InvalidInput
        If the preset is unknown or the band is not in order.
    CrsMismatch
        If the metric CRS is unknown, or not one in metres.
    """
    with transaction(engine, SYSTEM) as conn:
        return set_up_within(conn, project)


def set_up_within(conn: Connection, project: Project) -> Project:
    """`set_up_project` in the caller's transaction."""
    require_metric(project.metric_epsg)
    if not 0 < project.band_low <= project.target <= project.band_high:
        raise InvalidInput(
            f"not in order: {project.band_low} ≤ {project.target} ≤ {project.band_high}",
            code="band_order",
            low=project.band_low,
            target=project.target,
            high=project.band_high,
        )
    known = presets()
    if project.preset not in known:
        raise InvalidInput(
            f"no preset {project.preset!r}; there are {', '.join(known)}",
            code="unknown_preset",
            preset=project.preset,
            presets=", ".join(known),
        )
    projects.save_levels(conn, known.values())
    projects.save_service_kinds(conn, service_kinds().values())
    incident_life.save_vocabulary(conn, categories(), deadline_rules(), alert_rules())
    projects.save(conn, project)
    return project


def load_incident_vocabulary(engine: Engine) -> None:
    """Store the shipped categories, deadlines and alerts where a database has none of them yet."""
    with transaction(engine, SYSTEM) as conn:
        if not incident_life.has_vocabulary(conn):
            incident_life.save_vocabulary(conn, categories(), deadline_rules(), alert_rules())


def find_project(engine: Engine) -> Project | None:
    """The project, None before it is set up."""
    with transaction(engine, SYSTEM) as conn:
        return projects.find(conn)


def require_metric(epsg: int) -> None:
    """Raise CrsMismatch unless EPSG code `epsg` is a projected CRS in metres."""
    try:
        require_metres(gpd.GeoSeries([], crs=epsg))
    except (CRSError, CrsMismatch) as error:
        raise CrsMismatch(
            f"EPSG:{epsg} is not a CRS in metres", code="epsg_not_metric", epsg=epsg
        ) from error
