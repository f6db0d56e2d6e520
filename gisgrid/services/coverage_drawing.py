"""The map of coverage on paper: the ground within the walk, the buildings outside it, the services.

Shapes in the project's metric CRS. Whatever colour says, a second sign says too: a line round the
reached ground, darker for more households, dashes for the straight circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisgrid.geo.crs import to_metric
from gisgrid.io.paper_ink import Bounds
from gisgrid.io.paper_legend import Key, View
from gisgrid.io.paper_map import Areas, Labels, Layer, Lines
from gisgrid.model.people import Actor
from gisgrid.services.grid_outlines import outlines
from gisgrid.services.paper_backdrop import (
    Town,
    ground_layers,
    street_layers,
    street_names,
    town_in,
)
from gisgrid.services.paper_words import Say
from gisgrid.services.try_services import reached_ground
from gisgrid.services.view_coverage import Question
from gisgrid.storage import access, districts
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

RAMP = ((1, "#f7e3b5"), (10, "#efc382"), (20, "#de9a5b"), (30, "#b8663e"), (40, "#7f3b2e"))
"""Households of an uncovered building from which its fill is this: as on the screen."""

EDGE, REACHED, REACHED_LINE = "#9c6a3a", "#e3f0f2", "#0b5f6e"
CIRCLE, BORDER, SERVICE = "#36424f", "#2f3b48", "#0f5c78"
MOST_CIRCLES, MOST_NAMES = 40, 30
DISC_PT = 3.6
AROUND = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What the map shows.

    Attributes
    ----------
    town
        Streets, water, green, footprints by building.
    grids
        (outline, label point, code, share in per cent or None) of each grid in force.
    communities
        Outlines of the communities that these grids make up.
    reached
        The ground within the walk; None in radius mode or where no service is.
    services
        (name, x, y) of each.
    radius_m
        Radius of the straight circle that is drawn beside it.
    uncovered
        Households by building id.
    """

    town: Town
    grids: Sequence[tuple[shapely.Geometry, tuple[float, float], str, float | None]]
    communities: Sequence[shapely.Geometry]
    reached: shapely.Geometry | None
    services: Sequence[tuple[str | None, float, float]]
    radius_m: float
    uncovered: dict[int, int]

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of the grids with a little room; of the services without any."""
        shapes = [grid[0] for grid in self.grids] or [
            shapely.Point(x, y).buffer(self.radius_m) for _, x, y in self.services
        ]
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        more = AROUND * max(east - west, north - south)
        return west - more, south - more, east + more, north + more


def gather_drawing(
    engine: Engine, actor: Actor, question: Question, answer: dict[str, Any], *, epsg: int
) -> Drawing:
    """Read what the map of a coverage answer shows, in the actor's scope."""
    with transaction(engine, actor) as conn:
        in_force = districts.grids_in_force(conn)
        points = access.points(conn, question.kind, epsg=epsg)
    drawn = {
        grid: outline
        for plan in sorted({row.plan for row in in_force})
        for grid, outline in outlines(engine, plan)
    }
    shares = {unit["grid"]: unit["percent"] for unit in answer["grids"]}
    grids = [
        (drawn[row.id].polygon, _middle(drawn[row.id].polygon), row.code, shares.get(row.id))
        for row in in_force
        if row.id in drawn
    ]
    left = answer["uncovered"]
    blank = Drawing(
        Town([], [], [], [], {}),
        grids,
        _communities(grids),
        _reached(engine, actor, question, epsg) if answer["mode"] == "walk" else None,
        [(row.name, row.x, row.y) for row in points],
        answer["straight_radius_m"],
        dict(zip(left["building"], left["households"], strict=True)),
    )
    if not grids and not points:
        return blank
    with transaction(engine, actor) as conn:
        town = town_in(conn, blank.bounds, epsg=epsg)
    return replace(blank, town=town)


def _communities(grids: Sequence[tuple[Any, ...]]) -> list[shapely.Geometry]:
    """The grids of each community (the first 12 digits of their codes) as one."""
    parts: dict[str, list[shapely.Geometry]] = {}
    for shape, _, code, _ in grids:
        parts.setdefault(code[:12], []).append(shape)
    return [shapely.union_all(shapes) for shapes in parts.values()]


def _middle(shape: shapely.Geometry) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _reached(
    engine: Engine, actor: Actor, question: Question, epsg: int
) -> shapely.Geometry | None:
    feature = reached_ground(engine, actor, question)
    shape = shapely.geometry.shape(feature["geometry"])
    if shape.is_empty:
        return None
    moved: shapely.Geometry = to_metric(np.array([shape], object), epsg)[0]
    return moved


def map_of(drawing: Drawing, view: View) -> list[Layer]:
    """The layers of the map, first drawn first."""
    outlines_of = [grid[0] for grid in drawing.grids]
    reached = [drawing.reached] if drawing.reached is not None else []
    return [
        Areas(shapes=outlines_of, fill="#fbfbf9"),
        Areas(shapes=reached, fill=REACHED),
        *ground_layers(drawing.town, lit=()),
        *_uncovered(drawing),
        *street_layers(drawing.town, view),
        Areas(shapes=reached, line=REACHED_LINE, width=1.1),
        *_straight(drawing),
        Lines(shapes=[shapely.boundary(shape) for shape in outlines_of], line=BORDER, width=0.6),
        Lines(
            shapes=[shapely.boundary(shape) for shape in drawing.communities],
            line=BORDER,
            width=1.6,
            casing="#ffffff",
            casing_width=3,
        ),
        *_services(drawing, view),
        Labels(
            places=[grid[1] for grid in drawing.grids],
            texts=[_caption(code[-3:], share) for _, _, code, share in drawing.grids],
            size=8,
            bold=True,
        ),
        street_names(drawing.town, view),
    ]


def _uncovered(drawing: Drawing) -> list[Layer]:
    """Footprints of buildings that are not covered, a layer a class of the ramp."""
    floors = [floor for floor, _ in RAMP]
    shapes: list[list[shapely.Geometry]] = [[] for _ in RAMP]
    for building, households in drawing.uncovered.items():
        if building in drawing.town.footprints:
            at = int(np.searchsorted(floors, households, side="right")) - 1
            shapes[max(at, 0)].append(drawing.town.footprints[building])
    return [
        Areas(shapes=own, fill=fill, line=EDGE, width=0.25)
        for own, (_, fill) in zip(shapes, RAMP, strict=True)
    ]


def _straight(drawing: Drawing) -> list[Layer]:
    """The plain circles, while they are few enough to be read."""
    if len(drawing.services) > MOST_CIRCLES:
        return []
    circles = [shapely.Point(x, y).buffer(drawing.radius_m, 32) for _, x, y in drawing.services]
    return [Areas(shapes=circles, line=CIRCLE, width=0.6, dash=(4, 3))]


def _services(drawing: Drawing, view: View) -> list[Layer]:
    """A disc with a white ring for each service; names under them while they are few."""
    size = DISC_PT * view.metres
    rings = [shapely.Point(x, y).buffer(1.45 * size) for _, x, y in drawing.services]
    discs = [shapely.Point(x, y).buffer(size) for _, x, y in drawing.services]
    layers: list[Layer] = [Areas(shapes=rings, fill="#ffffff"), Areas(shapes=discs, fill=SERVICE)]
    if len(drawing.services) <= MOST_NAMES:
        named = [row for row in drawing.services if row[0]]
        names = Labels(
            places=[(x, y - 3.4 * size) for _, x, y in named],
            texts=[name or "" for name, _, _ in named],
            size=7.5,
            bold=True,
            colour=SERVICE,
        )
        layers.append(names)
    return layers


def _caption(code: str, share: float | None) -> str:
    return code if share is None else f"{code}\n{share:.0f} %"


def keys(drawing: Drawing, *, minutes: str, metres: str, say: Say) -> list[Key]:
    """The legend: reached ground, straight circle, services, the ramp."""
    found = []
    if drawing.reached is not None:
        words = say("coverage.ring", n=minutes, m=metres)
        found.append(Key(words, fill=REACHED, line=REACHED_LINE, width=1.1))
    if len(drawing.services) <= MOST_CIRCLES:
        words = say("coverage.straight_m", m=f"{drawing.radius_m:,.0f}")
        found.append(Key(words, line=CIRCLE, width=0.8, dash=(4, 3), is_line=True))
    tops = [floor - 1 for floor, _ in RAMP[1:]]
    for (floor, fill), top in zip(RAMP, [*tops, None], strict=True):
        several = f"{floor}–{top}" if top else f"{floor}+"
        found.append(Key(say("coverage.paper_key", n=several), fill=fill, line=EDGE))
    return found
