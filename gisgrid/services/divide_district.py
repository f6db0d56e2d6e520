"""Divide a district into communities along main streets and rivers, until real units come.

Where nothing above is known either, the built-up ground becomes one district first. What is made
here is marked `divided` and named so; its codes begin with 99 or use the sequence from 901 on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gisgrid.errors import NotFound
from gisgrid.geo.adjacency import join_islands, neighbours
from gisgrid.geo.cells import Cells
from gisgrid.geo.cells import build_cells as tessellate
from gisgrid.geo.crs import to_metric, to_wgs84
from gisgrid.geo.edges import Geometries, Ints
from gisgrid.geo.shape import dissolve
from gisgrid.model.made_codes import made_community_codes
from gisgrid.model.project import Project
from gisgrid.planning import Band, Problem, partition
from gisgrid.services.clumps import clumps
from gisgrid.services.metric_ground import Area, MetricGround, metric_ground
from gisgrid.storage import ground, imports, projects, units
from gisgrid.storage.engine import SYSTEM, Connection, Engine, transaction

Progress = Callable[[str, int, int | None], None]

COMMUNITY_HOUSEHOLDS = 3_000
"""Households a community is made for: 6 to 10 grids."""

SHARE = 0.25
"""A community may have this share more or fewer."""

HEAVY_BLOCK = 600
"""A block with more households is taken apart into the land of its buildings."""

LIGHT_CLUMP = 60
"""Blocks with fewer households are joined to those beside them first."""

MARGIN_M = 30.0
SOURCE = "divided"
DISTRICT_CODE = "990101"
MARK = "（自动划分）"


@dataclass(frozen=True, slots=True)
class Divided:
    """Communities made, their households, and buildings in use that lie in none."""

    communities: int
    districts: int
    households: tuple[int, ...]
    outside: int


def divide_district(
    engine: Engine, *, again: bool = False, progress: Progress | None = None
) -> Divided:
    """Make communities wherever a unit has none, each of about 3,000 households.

    Parameters
    ----------
    again
        End the communities that were made before and make new ones.

    Raises
    ------
    NotFound
        If there is no project, or no building.
    """
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
        if project is None:
            raise NotFound("nothing has been imported yet", code="no_project")
        ended = units.end_divided(conn) if again else 0
        districts = _ensure_district(conn, project)
        parents = units.undivided(conn, project.community_depth)
        households: list[int] = []
        for step, parent in enumerate(parents):
            if progress is not None:
                progress("divide", step, len(parents))
            households += _divide(conn, project, parent)
        if ended or districts or households:
            _settle(conn, project)
        outside = ground.count_outside(conn)
    if progress is not None:
        progress("divide", len(parents), len(parents))
    return Divided(len(households), districts, tuple(households), outside)


def _settle(conn: Connection, project: Project) -> None:
    """Put units under their parents, and buildings and services in the new communities."""
    imports.place_units(conn)
    units.assign_buildings(conn, project.community_depth)
    units.assign_services(conn, project.community_depth)
    projects.raise_ground_version(conn)


def _ensure_district(conn: Connection, project: Project) -> int:
    """Make the built-up ground one district where there is no unit at all; how many were made."""
    if units.count(conn):
        return 0
    shapes = to_metric(ground.buildings_within(conn).geometry, project.metric_epsg)
    if not len(shapes):
        raise NotFound("there is no building to divide", code="nothing_to_divide")
    made = _Made(f"{project.name}{MARK}", DISTRICT_CODE, 1, outline(shapes))
    _write(conn, [made], project.metric_epsg)
    return 1


def outline(shapes: Geometries) -> shapely.Polygon:
    """One simple polygon around all shapes (metric CRS), following them at a distance.

    >>> round(outline(np.array([shapely.box(0, 0, 100, 100)])).area) > 100 * 100
    True
    """
    points = shapely.multipoints(shapely.get_coordinates(shapes))
    hull = shapely.buffer(shapely.concave_hull(points, ratio=0.3), MARGIN_M, quad_segs=2)
    return shapely.Polygon(shapely.get_exterior_ring(shapely.simplify(hull, 2.0)))


@dataclass(frozen=True, slots=True)
class _Made:
    """A unit of our making, in the metric CRS."""

    name: str
    code: str
    depth: int
    area: Area


def _divide(conn: Connection, project: Project, parent: units.Unit) -> list[int]:
    """Divide one unit into communities and write them; their households. Empty ground is left."""
    epsg = project.metric_epsg
    area: Area = to_metric(np.array([parent.geometry]), epsg)[0]
    around = metric_ground(conn, parent.geometry, epsg=epsg)
    buildings = ground.buildings_within(conn, parent.geometry)
    if not len(buildings.id):
        return []
    atoms, weight = _atoms(area, to_metric(buildings.geometry, epsg), buildings.households, around)
    pairs = _pairs(atoms, around)
    clump = clumps(weight, pairs, least=LIGHT_CLUMP)
    grid = partition(_problem(atoms, weight, pairs, clump)).grid[clump]
    shapes = dissolve(atoms.geometry, grid)
    codes = made_community_codes(parent.code, len(shapes), taken=units.codes(conn))
    made = [
        _Made(f"第{number}社区{MARK}", code, project.community_depth, shape)
        for number, (code, shape) in enumerate(zip(codes, shapes, strict=True), start=1)
    ]
    _write(conn, made, epsg)
    return [int(n) for n in np.bincount(grid, weights=weight)]


def _atoms(
    area: Area, footprints: Geometries, households: Ints, around: MetricGround
) -> tuple[Cells, Ints]:
    """Blocks, with heavy ones taken apart into the land of their buildings; their households."""
    blocks = tessellate(area, footprints[:0], lines=around.lines, water=around.water)
    block, weight = _housed(blocks.geometry, footprints, households)
    heavy = (block >= 0) & (weight[block] > HEAVY_BLOCK)
    if not heavy.any():
        return blocks, weight
    atoms = tessellate(area, footprints[heavy], lines=around.lines, water=around.water)
    _, weight = _housed(atoms.geometry, footprints[~heavy], households[~heavy])
    placed = atoms.building_cell >= 0
    np.add.at(weight, atoms.building_cell[placed], households[heavy][placed])
    return atoms, weight


def _housed(ground_: Geometries, footprints: Geometries, households: Ints) -> tuple[Ints, Ints]:
    """The piece of ground each building stands on (-1: none), and the households of each piece."""
    where = np.full(len(footprints), -1, dtype=np.int64)
    inner = shapely.point_on_surface(footprints)
    building, piece = shapely.STRtree(ground_).query(inner, predicate="intersects")
    where[building] = piece
    weight = np.zeros(len(ground_), dtype=np.int64)
    np.add.at(weight, where[where >= 0], households[where >= 0])
    return where, weight


def _pairs(atoms: Cells, around: MetricGround) -> pd.DataFrame:
    found = neighbours(
        atoms.geometry,
        barriers=around.lines,
        barrier_class=around.barrier,
        crossings=around.crossings,
        water=atoms.water,
    )
    return join_islands(found, len(atoms.geometry))


def _problem(atoms: Cells, weight: Ints, pairs: pd.DataFrame, clump: Ints) -> Problem:
    """Clumps to make communities of; a border has the barrier of its longest stretch."""
    ends = np.sort(clump[pairs[["a", "b"]].to_numpy()], axis=1)
    between = pairs.assign(a=ends[:, 0], b=ends[:, 1])[ends[:, 0] != ends[:, 1]]
    between = between.sort_values("shared_m", ascending=False)
    borders = between.groupby(["a", "b"], as_index=False).agg(
        shared_m=("shared_m", "sum"), barrier=("barrier", "first"), joined=("joined", "any")
    )
    area = np.bincount(clump, shapely.area(atoms.geometry))
    middle = shapely.get_coordinates(shapely.centroid(atoms.geometry))
    share = shapely.area(atoms.geometry) / area[clump]
    return Problem(
        weight=np.bincount(clump, weight).astype(np.int64),
        a=borders["a"].to_numpy(np.int64),
        b=borders["b"].to_numpy(np.int64),
        shared_m=borders["shared_m"].to_numpy(float),
        barrier=borders["barrier"].to_numpy(np.int64),
        band=Band.around(COMMUNITY_HOUSEHOLDS, SHARE),
        xy=np.column_stack([np.bincount(clump, share * middle[:, i]) for i in (0, 1)]),
        joined=borders["joined"].to_numpy(bool),
    )


def _write(conn: Connection, made: list[_Made], epsg: int) -> None:
    parts = [shapely.MultiPolygon(shapely.get_parts(one.area).tolist()) for one in made]
    frame = gpd.GeoDataFrame(
        {
            "code": [one.code for one in made],
            "name": [one.name for one in made],
            "depth": [one.depth for one in made],
            "source_id": [one.code for one in made],
            "divided": True,
            "geom": to_wgs84(np.array(parts, dtype=object), epsg),
        },
        geometry="geom",
        crs="EPSG:4326",
    )
    imports.write_units(conn, frame, SOURCE)
