"""Cells of a plan split exactly along lines: pieces, buildings and borders written, nothing moved.

The cells of the set stay as they are, for all other plans made of them; the plan that is cut is
made of the pieces from then on. A building goes whole to the piece that it stands on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gisgrid.errors import InvalidGeometry
from gisgrid.geo.adjacency import neighbours, outer_borders
from gisgrid.geo.crs import to_metric, to_wgs84
from gisgrid.geo.cut import same_places, whole_in
from gisgrid.geo.edges import Bools, Geometries, Ints
from gisgrid.geo.split import split_cells
from gisgrid.model.plans import Plan
from gisgrid.storage import cuts, plan_ground
from gisgrid.storage.plan_ground import CellColumns

if TYPE_CHECKING:
    from shapely.geometry import MultiLineString
    from sqlalchemy import Connection

NEAR_M = 1.0
"""Cells nearer to a line than this may get a corner on it."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The cells of a plan, by index: columns, polygons in degrees and in metres."""

    plan: Plan
    cells: CellColumns
    degrees: Geometries
    shapes: Geometries
    epsg: int

    @property
    def grid(self) -> Ints:
        """(n,) position of each cell's grid, -1 for none."""
        return np.array([-1 if p is None else p for p in self.cells.grid], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What lines made of a plan's cells, not yet stored.

    `shapes` (k,) of all cells afterwards in metres, `of` (k,) the cell each comes from, `fresh`
    (k,) whether it is another polygon than before, `households` (k,) on it; `home` (b,) the row of
    each building in `buildings` (b,) on a cell that changed.
    """

    ground: Ground
    shapes: Geometries
    of: Ints
    fresh: Bools
    households: Ints
    buildings: Ints
    home: Ints


def read_ground(conn: Connection, plan: Plan) -> Ground:
    """The cells of a plan with their polygons."""
    cells = plan_ground.cells(conn, plan.cell_set_id, plan.id)
    degrees = np.asarray(shapely.from_wkb(plan_ground.shapes(conn, cells.id)), object)
    _, epsg = plan_ground.area_m2(conn, plan.unit_id)
    return Ground(plan, cells, degrees, to_metric(degrees, epsg), epsg)


def split_along(conn: Connection, ground: Ground, lines: MultiLineString) -> Pieces:
    """The cells that `lines` (metres) cross, cut; with them those beside that get a new corner.

    Raises
    ------
    InvalidGeometry
        The lines cannot be drawn there.
    """
    if lines.is_empty:
        whole, n = np.arange(len(ground.shapes)), len(ground.shapes)
        return _housed(conn, ground, (ground.shapes, whole, np.zeros(n, np.bool_)))
    near = np.flatnonzero(shapely.dwithin(ground.shapes, lines, NEAR_M))
    pieces, parent = split_cells(ground.shapes[near], lines)
    changed = _changed(ground.shapes[near], pieces, parent)
    kept = np.setdiff1d(np.arange(len(ground.shapes)), near[changed])
    new = np.isin(parent, np.flatnonzero(changed))
    of = np.concatenate([kept, near[parent[new]]])
    shapes = np.concatenate([ground.shapes[kept], pieces[new]])
    fresh = np.arange(len(of)) >= len(kept)
    return _housed(conn, ground, (shapes, of, fresh))


def _changed(before: Geometries, pieces: Geometries, parent: Ints) -> Bools:
    """(n,) cells that are in several pieces, or have another number of corners."""
    several = np.bincount(parent, minlength=len(before)) > 1
    corners = shapely.get_num_coordinates(pieces[: len(before)])
    return np.asarray(several | (corners != shapely.get_num_coordinates(before)), np.bool_)


def _housed(conn: Connection, ground: Ground, parts: tuple[Geometries, Ints, Bools]) -> Pieces:
    """With every building on a cell that changed put on one of its pieces, whole."""
    shapes, of, fresh = parts
    households = np.array(ground.cells.households, np.int64)[of]
    households[fresh] = 0
    ids = np.array(ground.cells.id, np.int64)
    rows = cuts.buildings(conn, ids[np.unique(of[fresh])].tolist())
    lonlat = np.array([(row.lon, row.lat) for row in rows], np.float64).reshape(-1, 2)
    places = to_metric(np.asarray(shapely.points(lonlat), object), ground.epsg)
    stand = np.searchsorted(ids, np.array([row.cell for row in rows], np.int64))
    home = np.zeros(len(rows), np.int64)
    for cell in np.unique(stand):
        own = np.flatnonzero(fresh & (of == cell))
        home[stand == cell] = own[whole_in(places[stand == cell], shapes[own])]
    np.add.at(households, home, np.array([row.households for row in rows], np.int64))
    buildings = np.array([row.id for row in rows], np.int64)
    return Pieces(ground, shapes, of, fresh, households, buildings, home)


def store_pieces(conn: Connection, pieces: Pieces) -> Ints:
    """Write the pieces; (k,) the id of every cell afterwards."""
    ground = pieces.ground
    before = np.array(ground.cells.id, np.int64)
    ids = before[pieces.of]
    if not pieces.fresh.any():
        return ids
    set_id = cuts.begin(conn, ground.plan.cell_set_id)
    ids[pieces.fresh] = cuts.add_pieces(conn, set_id, _piece_columns(pieces, before))
    cuts.add_buildings(conn, set_id, ids[pieces.home].tolist(), pieces.buildings.tolist())
    cuts.add_borders(conn, set_id, _borders(conn, pieces, ids))
    return ids


def _piece_columns(pieces: Pieces, before: Ints) -> dict[str, Sequence[object]]:
    shapes, of = pieces.shapes[pieces.fresh], pieces.of[pieces.fresh]
    old = np.unique(of)
    ground = pieces.ground
    stored = same_places(
        ground.shapes[old], ground.degrees[old], shapes, to_wgs84(shapes, ground.epsg)
    )
    _require_sound(pieces, stored)
    label = shapely.point_on_surface(shapes)
    return {
        "parent": before[of].tolist(),
        "area_m2": shapely.area(shapes).tolist(),
        "x": shapely.get_x(label).tolist(),
        "y": shapely.get_y(label).tolist(),
        "wkb": list(shapely.to_wkb(stored)),
    }


def _require_sound(pieces: Pieces, stored: Geometries) -> None:
    """Refuse pieces that fit in metres but not as they are stored, to the last bit of a degree.

    It happens where a line runs within millimetres of a border, and only there.
    """
    ground, fresh = pieces.ground, pieces.fresh
    degrees = np.concatenate([ground.degrees[pieces.of[~fresh]], stored])
    if not (shapely.is_valid(stored).all() and shapely.coverage_is_valid(degrees)):
        raise InvalidGeometry("the line all but coincides with a border", code="line_too_close")


def _borders(conn: Connection, pieces: Pieces, ids: Ints) -> pd.DataFrame:
    """Borders of the fresh pieces with all cells beside them and with the outside, by id."""
    fresh = np.flatnonzero(pieces.fresh)
    tree = shapely.STRtree(pieces.shapes)
    around = np.unique(tree.query(pieces.shapes[fresh], predicate="dwithin", distance=NEAR_M)[1])
    shapes = pieces.shapes[around]
    nothing = np.zeros(0, object)
    inner = neighbours(
        shapes, barriers=nothing, barrier_class=np.zeros(0, np.int64), crossings=nothing
    )
    outer = outer_borders(shapes).assign(barrier=0, crossing=False, joined=False)
    rows = pd.concat([inner, outer], ignore_index=True)
    rows["a"], rows["b"] = around[rows["a"]], np.where(rows["b"] < 0, -1, around[rows["b"]])
    b = rows["b"].to_numpy()
    mine = pieces.fresh[rows["a"]] | ((b >= 0) & pieces.fresh[b] & (b >= 0))
    rows = rows[mine].reset_index(drop=True)
    rows = _as_before(conn, pieces, rows)
    rows["wkb"] = list(shapely.to_wkb(to_wgs84(rows["border"].to_numpy(), pieces.ground.epsg)))
    ends = np.c_[ids[rows["a"]], np.where(rows["b"] < 0, 0, ids[rows["b"]])]
    swapped = (ends[:, 1] > 0) & (ends[:, 0] > ends[:, 1])
    ends[swapped] = ends[swapped][:, ::-1]
    return rows.assign(a=ends[:, 0], b=ends[:, 1])


def _as_before(conn: Connection, pieces: Pieces, rows: pd.DataFrame) -> pd.DataFrame:
    """What runs between two cells runs between their pieces; a drawn line itself parts nothing."""
    before = np.array(pieces.ground.cells.id, np.int64)
    old = np.unique(pieces.of[pieces.fresh])
    known = {(r.a, r.b): r for r in cuts.borders(conn, before[old].tolist())}
    out = rows.copy()
    a, b = rows["a"].to_numpy(), rows["b"].to_numpy()
    ends = np.sort(np.c_[before[pieces.of[a]], before[pieces.of[b]]], axis=1).tolist()
    for i in np.flatnonzero(b >= 0).tolist():
        row = known.get((ends[i][0], ends[i][1]))
        out.at[i, "barrier"] = 0 if row is None else row.barrier
        out.at[i, "crossing"] = row is not None and row.crossing
        out.at[i, "joined"] = row is None or row.joined
    return out
