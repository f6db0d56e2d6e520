"""Build the cells of communities and store them with their neighbours, checked before commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gisgrid.errors import InvalidGeometry, NotFound
from gisgrid.geo.adjacency import join_islands, neighbours, outer_borders
from gisgrid.geo.cells import NO_CELL, Cells
from gisgrid.geo.cells import build_cells as tessellate
from gisgrid.geo.crs import to_metric, to_wgs84
from gisgrid.services.metric_ground import Area, MetricGround, metric_ground
from gisgrid.storage import cells as stored_cells
from gisgrid.storage import ground, projects, units
from gisgrid.storage.engine import SYSTEM, Connection, Engine, transaction

Progress = Callable[[str, int, int | None], None]

AREA_TOLERANCE = 1e-6
"""Largest relative difference between the area of a community and the sum of its cells."""


@dataclass(frozen=True, slots=True)
class Built:
    """What one community got. `outside`: its buildings that have no ground in it."""

    community_id: int
    cells: int
    empty: int
    neighbours: int
    buildings: int
    outside: int


def build_cells(
    engine: Engine, community_ids: Sequence[int] | None = None, *, progress: Progress | None = None
) -> tuple[Built, ...]:
    """Build new cells for communities, all of them by default; a transaction a community.

    Plans keep the cells they were made on; new plans are made on the new ones.

    Raises
    ------
    NotFound
        If there is no project, or no community with one of the ids.
    InvalidGeometry
        If cells do not tile their community exactly; what was there before then stays.
    """
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        if project is None:
            raise NotFound("nothing has been imported yet", code="no_project")
        communities = units.at_depth(conn, project.community_depth, ids=community_ids)
    if community_ids is not None and len(communities) < len(set(community_ids)):
        raise NotFound("no such community", code="not_found")
    built = []
    for step, community in enumerate(communities):
        if progress is not None:
            progress("cells", step, len(communities))
        with transaction(engine, SYSTEM) as conn:
            built.append(rebuild(conn, community, project.metric_epsg))
    with transaction(engine, SYSTEM) as conn:
        stored_cells.drop_unused_sets(conn)
        stored_cells.analyze(conn)
    if progress is not None:
        progress("cells", len(communities), len(communities))
    return tuple(built)


def community_ids(engine: Engine, codes: Sequence[str]) -> list[int]:
    """Ids of the valid communities with these codes.

    Raises
    ------
    NotFound
        If there is no such community.
    """
    with transaction(engine, SYSTEM) as conn:
        known = units.ids_of(conn, codes)
    missing = [code for code in codes if code not in known]
    if missing:
        raise NotFound(f"no community {', '.join(missing)}", code="not_found")
    return [known[code] for code in codes]


def rebuild(conn: Connection, community: units.Unit, epsg: int) -> Built:
    """Build new cells for one community, in the caller's transaction."""
    area: Area = to_metric(np.array([community.geometry]), epsg)[0]
    around = metric_ground(conn, community.geometry, epsg=epsg)
    buildings = ground.buildings_in(conn, community.id)
    cells = tessellate(
        area, to_metric(buildings.geometry, epsg), lines=around.lines, water=around.water
    )
    _check(community, area, cells)
    pairs = _pairs(cells, around)
    set_id = stored_cells.new_set(conn, community.id, ground_version=projects.ground_version(conn))
    owner = {"cell_set_id": set_id, "community_id": community.id}
    ids = np.array(stored_cells.add_cells(conn, _cell_rows(cells, epsg).assign(**owner)))
    housed = cells.building_cell != NO_CELL
    stored_cells.add_buildings(
        conn,
        pd.DataFrame(
            {"cell_id": ids[cells.building_cell[housed]], "building_id": buildings.id[housed]}
        ).assign(**owner),
    )
    stored_cells.add_neighbours(conn, _pair_rows(pairs, ids, epsg).assign(**owner))
    return Built(
        community_id=community.id,
        cells=len(ids),
        empty=len(ids) - len(np.unique(cells.building_cell[housed])),
        neighbours=int((pairs["b"] >= 0).sum()),
        buildings=int(housed.sum()),
        outside=int((~housed).sum()),
    )


def _check(community: units.Unit, area: Area, cells: Cells) -> None:
    """Raise InvalidGeometry unless the cells are single pieces that tile the community exactly."""
    off = abs(float(shapely.area(cells.geometry).sum()) / area.area - 1)
    whole = bool((shapely.get_type_id(cells.geometry) == 3).all())
    if not whole or off > AREA_TOLERANCE or not shapely.coverage_is_valid(cells.geometry):
        raise InvalidGeometry(
            f"the cells of {community.name} do not tile it exactly (area off by {off:.1e})",
            code="cells_not_exact",
            community=community.name,
            off=f"{off:.1e}",
        )


def _pairs(cells: Cells, around: MetricGround) -> pd.DataFrame:
    """Neighbours inside the community, joined to one whole, then its outer borders (b = -1)."""
    inner = neighbours(
        cells.geometry,
        barriers=around.lines,
        barrier_class=around.barrier,
        crossings=around.crossings,
        water=cells.water,
    )
    outer = outer_borders(cells.geometry).assign(barrier=0, crossing=False, joined=False)
    return pd.concat([join_islands(inner, len(cells.geometry)), outer], ignore_index=True)


def _cell_rows(cells: Cells, epsg: int) -> gpd.GeoDataFrame:
    label = shapely.point_on_surface(cells.geometry)
    return gpd.GeoDataFrame(
        {
            "water": cells.water,
            "area_m2": shapely.area(cells.geometry),
            "x": shapely.get_x(label),
            "y": shapely.get_y(label),
            "geom": to_wgs84(cells.geometry, epsg),
        },
        geometry="geom",
        crs="EPSG:4326",
    )


def _pair_rows(pairs: pd.DataFrame, ids: np.ndarray, epsg: int) -> gpd.GeoDataFrame:
    b = pairs["b"].to_numpy()
    second = pd.array(np.where(b >= 0, ids[b], 0), dtype="Int64")
    second[b < 0] = pd.NA
    return gpd.GeoDataFrame(
        {
            "a_id": ids[pairs["a"].to_numpy()],
            "b_id": second,
            **{
                name: pairs[name].to_numpy()
                for name in ("shared_m", "barrier", "crossing", "joined")
            },
            "geom": to_wgs84(_multilines(pairs["border"].to_numpy()), epsg),
        },
        geometry="geom",
        crs="EPSG:4326",
    )


def _multilines(borders: np.ndarray) -> np.ndarray:
    """Each border as a MultiLineString."""
    parts, row = shapely.get_parts(borders, return_index=True)
    out = np.empty(len(borders), dtype=object)
    shapely.multilinestrings(parts, indices=row, out=out)
    return out
