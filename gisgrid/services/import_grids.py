"""Grids in force come in as plans: their borders cut the cells, and every cell goes to its grid.

The borders are kept as drawn lines, so that cells built later keep them too. Where a community has
no plan in force, the imported one is put in force at once: it describes what is. Elsewhere it stays
a draft, to be compared and published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from gisgrid.errors import NotFound
from gisgrid.geo.crs import to_metric, to_wgs84
from gisgrid.model.codes import GridCode
from gisgrid.model.colouring import colour
from gisgrid.model.plans import PlanState, free_sequences
from gisgrid.services.build_cells import rebuild
from gisgrid.services.file_ground import community_depth
from gisgrid.services.plan_access import account_of
from gisgrid.services.publish_plan import approve, take_over_due
from gisgrid.storage import imports, incoming, plans, projects, units
from gisgrid.storage.bulk import Written

if TYPE_CHECKING:
    from gisgrid.io.incoming.choices import Choices
    from gisgrid.model.project import Project
    from gisgrid.storage.engine import As, Connection

BORDER_M = 0.5
"""A border this near to the community's own is the community's."""

Shapes: TypeAlias = "np.ndarray[Any, np.dtype[np.object_]]"


@dataclass(frozen=True, slots=True)
class _Grids:
    """The staged grids of one community: their rows, and their surfaces in metres."""

    community: units.Unit
    rows: Sequence[Any]
    surfaces: Shapes


def store_grids(
    conn: Connection, run_id: int, choices: Choices, actor: As
) -> tuple[Written, dict[str, Any]]:
    """Make a plan of the staged grids of each community; counts, and ``plans`` and ``in_force``.

    Raises
    ------
    NotFound
        Nothing has been imported yet.
    """
    del run_id
    project = projects.find(conn)
    if project is None:
        raise NotFound("nothing has been imported yet", code="no_project")
    groups = _groups(conn, project)
    _keep_borders(conn, groups, project.metric_epsg, str(choices.source))
    made = [_plan(conn, group, project, actor) for group in groups]
    stored = sum(len(group.rows) for group in groups)
    in_force = [plan_id for plan_id, taken in made if taken]
    return Written(stored, 0), {"plans": [plan_id for plan_id, _ in made], "in_force": in_force}


def _groups(conn: Connection, project: Project) -> list[_Grids]:
    depth = community_depth(projects.levels(conn, project.preset))
    communities = {unit.code: unit for unit in units.at_depth(conn, depth)}
    rows: dict[str, list[Any]] = {}
    for row in incoming.staged_grids(conn):
        rows.setdefault(row.community, []).append(row)
    groups = []
    for code in sorted(set(rows) & set(communities)):
        blobs = np.array([bytes(r.wkb) for r in rows[code]], dtype=object)
        shapes = shapely.from_wkb(blobs)
        flat = to_metric(np.asarray(shapes, dtype=object), project.metric_epsg)
        groups.append(_Grids(communities[code], rows[code], flat))
    return groups


def _keep_borders(conn: Connection, groups: Sequence[_Grids], epsg: int, source: str) -> None:
    """Keep the borders between the grids as drawn lines: they enclose cells from now on."""
    lines: list[Any] = []
    ids: list[str] = []
    for group in groups:
        outline = to_metric(np.array([group.community.geometry], dtype=object), epsg)[0].boundary
        inner = shapely.union_all(shapely.boundary(group.surfaces))
        inner = shapely.line_merge(shapely.difference(inner, outline.buffer(BORDER_M)))
        parts = [p for p in shapely.get_parts(inner) if p.length > BORDER_M]
        lines += [_lengthened(part, 2 * BORDER_M) for part in parts]
        ids += [f"{group.community.code}.{number}" for number in range(len(parts))]
    shapes: Sequence[Any] = []
    if lines:
        shapes = list(to_wgs84(np.array(lines, dtype=object), epsg))
    frame = gpd.GeoDataFrame({"source_id": ids}, geometry=shapes, crs="EPSG:4326")
    imports.write_lines(conn, frame.assign(kind="drawn", name=None), f"grids:{source}")


def _lengthened(line: Any, by: float) -> Any:
    """A line that goes on `by` metres beyond both ends: one that stops short encloses nothing."""
    points = shapely.get_coordinates(line)
    first, last = points[0] - points[1], points[-1] - points[-2]
    start = points[0] + first * (by / np.hypot(*first))
    end = points[-1] + last * (by / np.hypot(*last))
    return shapely.linestrings(np.vstack([start, points, end]))


def _plan(conn: Connection, group: _Grids, project: Project, actor: As) -> tuple[int, bool]:
    """The plan of one community's grids, and whether it was put in force."""
    rebuild(conn, group.community, project.metric_epsg)
    cells = incoming.current_cells(conn, group.community.id)
    before = plans.in_force(conn, group.community.id)
    today = plans.today(conn)
    plan_id = plans.add(
        conn,
        {
            "unit_id": group.community.id,
            "cell_set_id": cells[0].cell_set_id,
            "name": f"{group.community.name} {today.isoformat()}",
            "state": PlanState.DRAFT,
            "replaces_plan_id": before,
            "band_low": project.band_low,
            "band_high": project.band_high,
            "target": project.target,
            "created_by": account_of(actor),
        },
    )
    ids = plans.add_grids(conn, plan_id, _grid_rows(conn, group))
    owner = _owners(cells, group.surfaces, project.metric_epsg)
    plans.assign(conn, plan_id, [c.id for c in cells], [ids[int(g)] for g in owner])
    plans.drop_empty_grids(conn, plan_id)
    if before is not None:
        return plan_id, False
    plans.change(conn, plan_id, effective_from=today)
    approve(conn, actor, plans.find(conn, plan_id))
    take_over_due(conn, group.community.id)
    return plan_id, True


def _owners(cells: Sequence[Any], surfaces: Shapes, epsg: int) -> list[int]:
    """The grid of each cell: the one that holds a point inside it, else the nearest."""
    shapes = shapely.from_wkb(np.array([bytes(c.wkb) for c in cells], dtype=object))
    points = shapely.point_on_surface(to_metric(np.asarray(shapes, dtype=object), epsg))
    return [int(g) for g in shapely.STRtree(surfaces).nearest(points)]


def _grid_rows(conn: Connection, group: _Grids) -> list[dict[str, Any]]:
    """Grids with the codes of the file where they are this community's, else with free ones."""
    code = group.community.code
    given = [r.code if _is_code(r.code, code) else None for r in group.rows]
    taken = {text for text in given if text}
    used = plans.published_codes(conn, group.community.id) | taken
    free = iter(free_sequences(used, sum(text is None for text in given)))
    left, right = shapely.STRtree(group.surfaces).query(group.surfaces, predicate="intersects")
    pairs = [(int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b]
    colours = colour(range(len(given)), pairs)
    return [
        {
            "position": position,
            "code": text or GridCode.of(code, next(free)).text,
            "kind": row.kind,
            "name": row.name,
            "leader_name": row.leader_name,
            "colour": colours[position],
        }
        for position, (row, text) in enumerate(zip(group.rows, given, strict=True))
    ]


def _is_code(text: str | None, community: str) -> bool:
    return bool(text) and len(str(text)) == 15 and str(text).isdigit() and (
        str(text).startswith(community) and not str(text).endswith("000")
    )  # fmt: skip
