"""What the process that reads a foreign file is told of the district."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gisgrid.io.incoming.ground import Ground
from gisgrid.model.units import UnitLevel
from gisgrid.storage import incoming, projects, succession
from gisgrid.storage.engine import SYSTEM, Engine, transaction


def ground_for(engine: Engine, what: str) -> Ground:
    """The district as far as it is known, and the mappings saved for a kind of import."""
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        saved = incoming.profiles(conn, what)
        levels = projects.levels(conn, project.preset) if project else ()
        kinds = incoming.kinds(conn)
        rows = incoming.unit_surfaces(conn)
        known = succession.known(conn) if what == "succession" else {}
        streets = incoming.street_lines(conn) if what == "buildings" else []
    surfaces = _shapes([bytes(row.wkb) for row in rows])
    units = pd.DataFrame([row[:3] for row in rows], columns=["code", "name", "depth"])
    if project is None:
        return Ground(profiles=saved, kinds=kinds)
    return Ground(
        metric_epsg=project.metric_epsg,
        dwelling_m2=project.dwelling_m2,
        timezone=project.timezone,
        preset=project.preset,
        community_depth=community_depth(levels),
        levels=levels,
        kinds=kinds,
        profiles=saved,
        **known,
        units=units,
        unit_shapes=surfaces,
        district=_district(units, surfaces),
        streets=_shapes(streets),
    )


def community_depth(levels: Sequence[UnitLevel]) -> int:
    """Depth of the level that is divided into grids."""
    return next((level.depth for level in levels if level.role == "community"), 0)


def _district(units: pd.DataFrame, surfaces: np.ndarray) -> BaseGeometry | None:
    """The uppermost units in one; None before there are any."""
    if not len(units):
        return None
    top = surfaces[(units["depth"] == units["depth"].min()).to_numpy()]
    return shapely.union_all(top)


def _shapes(blobs: list[bytes]) -> np.ndarray:
    return np.asarray(shapely.from_wkb(np.array(blobs, dtype=object)), dtype=object)
