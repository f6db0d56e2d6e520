"""Estimate the households of all buildings anew, when the size of a dwelling was changed."""

from __future__ import annotations

import shapely

from gisgrid.errors import NotFound
from gisgrid.geo.crs import to_metric
from gisgrid.model.ground import estimate_households
from gisgrid.storage import ground, projects
from gisgrid.storage.engine import SYSTEM, Engine, transaction


def estimate_again(engine: Engine) -> int:
    """Replace every estimate by that of the project's dwelling size; buildings estimated.

    Households that a source gave and corrections by hand stay; so do figures frozen in plans.

    Raises
    ------
    NotFound
        If there is no project.
    """
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        if project is None:
            raise NotFound("nothing has been imported yet", code="no_project")
        homes = ground.dwellings(conn)
        estimate = estimate_households(
            shapely.area(to_metric(homes.geometry, project.metric_epsg)),
            homes.levels,
            homes.residential,
            dwelling_m2=project.dwelling_m2,
        )
        ground.set_estimates(conn, homes.id, estimate)
        projects.raise_ground_version(conn)
    return len(homes.id)
