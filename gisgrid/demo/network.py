"""The lines of the sheet, noded and bent to the ground: streets, water, railway, units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Polygon

from gisgrid.demo.layout import (
    BEND_EVERY_M,
    COMMUNITY_HEIGHT_M,
    NODE_M,
    OVERSHOOT_M,
    RIVER_HALF_M,
    VERGE_M,
    Drawn,
    bend,
    flatten,
)

Shapes = npt.NDArray[np.object_]

HALF_WIDTH_M = {"arterial": 17.0, "collector": 11.0, "lane": 7.0, "rail": 15.0}
"""From the middle of a street or track to the fence beside it."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of a line between two nodes, on the ground. `over`: crosses water or the railway."""

    line: LineString
    kind: str
    name: str | None
    border: bool
    over: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """Lines and surfaces in ground metres."""

    edges: tuple[Edge, ...]
    water: Polygon
    rail: LineString | None
    communities: tuple[Polygon, ...]
    blocks: tuple[Polygon, ...]

    def lines(self, *kinds: str) -> list[LineString]:
        return [edge.line for edge in self.edges if edge.kind in kinds]


def ground(drawn: Sequence[Drawn]) -> Ground:
    """Node the lines of the sheet, bend them, and find what they enclose."""
    rails = [line for line in drawn if line.kind == "rail"]
    edges = noded([line for line in drawn if line.kind != "rail"])
    edges = [_marked(edge, rails[0].line if rails else None) for edge in edges]
    bent = tuple(
        Edge(_bent(edge.line), edge.kind, edge.name, edge.border, edge.over) for edge in edges
    )
    rail = _bent(rails[0].line) if rails else None
    communities = _polygons([edge.line for edge in bent if edge.border])
    water = _between([edge.line for edge in bent if edge.kind == "bank"], communities)
    streets = [edge.line for edge in bent if edge.kind in HALF_WIDTH_M]
    blocks = _blocks(bent, streets, rail, water)
    return Ground(bent, water, rail, _in_order(communities), blocks)


def noded(drawn: Sequence[Drawn]) -> list[Edge]:
    """Pieces between nodes, each with the name and kind of its line; what sticks out is cut off."""
    tree = shapely.STRtree([line.line for line in drawn])
    net = shapely.unary_union([line.line for line in drawn], grid_size=NODE_M)
    pieces = shapely.get_parts(net)
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    owners = tree.query_nearest(middles, all_matches=False)[1]
    edges = [
        Edge(piece, drawn[n].kind, drawn[n].name, drawn[n].border)
        for piece, n in zip(pieces, owners, strict=True)
    ]
    return _without_stubs(edges)


def _without_stubs(edges: list[Edge]) -> list[Edge]:
    """Edges without the short ends that hang loose."""
    ends = np.round([[edge.line.coords[0], edge.line.coords[-1]] for edge in edges], 3)
    _, node, degree = np.unique(
        ends.reshape(-1, 2), axis=0, return_inverse=True, return_counts=True
    )
    loose = (degree[node].reshape(-1, 2) == 1).any(axis=1)
    return [
        edge
        for edge, hangs in zip(edges, loose, strict=True)
        if not (hangs and edge.line.length < 2 * OVERSHOOT_M)
    ]


def _marked(edge: Edge, rail: LineString | None) -> Edge:
    """The edge, with what it passes over or under."""
    middle = edge.line.interpolate(0.5, normalized=True)
    street = edge.kind in HALF_WIDTH_M
    if street and abs(middle.y) < RIVER_HALF_M:
        return Edge(edge.line, edge.kind, edge.name, edge.border, "river")
    if street and rail is not None and middle.distance(rail) < VERGE_M:
        return Edge(edge.line, edge.kind, edge.name, edge.border, "rail")
    return edge


def _bent(line: LineString) -> LineString:
    dense = shapely.segmentize(line, BEND_EVERY_M)
    return shapely.transform(dense, bend)


def _polygons(lines: Sequence[LineString] | Shapes) -> Shapes:
    return shapely.get_parts(shapely.polygonize(lines))


def _between(banks: Sequence[LineString], communities: Shapes) -> Polygon:
    """The river's surface: between its banks, as far as the district goes."""
    south, north = (
        _eastward(bank) for bank in shapely.get_parts(shapely.line_merge(shapely.union_all(banks)))
    )
    surface = Polygon(np.concatenate([south, north[::-1]]))
    return cast(Polygon, surface.intersection(shapely.union_all(communities).buffer(30)))


def _eastward(line: LineString) -> npt.NDArray[np.float64]:
    points = shapely.get_coordinates(line)
    return points if points[0, 0] < points[-1, 0] else points[::-1]


def _in_order(communities: Shapes) -> tuple[Polygon, ...]:
    """North row first, west to east in a row: the order of their codes."""
    centres = flatten(shapely.get_coordinates(shapely.centroid(communities)))
    rows = np.floor(centres[:, 1] / COMMUNITY_HEIGHT_M)
    return tuple(communities[np.lexsort((centres[:, 0], -rows))])


def _blocks(
    edges: Sequence[Edge], streets: list[LineString], rail: LineString | None, water: Polygon
) -> tuple[Polygon, ...]:
    """The ground between the fences: what streets, track and river leave over."""
    enclosing = [*streets, *([rail] if rail is not None else [])]
    banks = [edge.line for edge in edges if edge.kind in ("bank", "river")]
    faces = _polygons(shapely.get_parts(shapely.union_all([*enclosing, *banks])))
    taken = [
        edge.line.buffer(HALF_WIDTH_M[edge.kind]) for edge in edges if edge.kind in HALF_WIDTH_M
    ]
    if rail is not None:
        taken.append(rail.buffer(HALF_WIDTH_M["rail"]))
    free = shapely.difference(faces, shapely.union_all([*taken, water.buffer(4)]))
    parts = shapely.get_parts(free[~shapely.is_empty(free)])
    return tuple(
        part for part in parts if part.geom_type == "Polygon" and part.buffer(-9).area > 300
    )
