"""The difference of two plans as a map on paper: as the screen shows it, legible in greyscale."""

from __future__ import annotations

from collections.abc import Mapping

import shapely

from gisgrid.io import paper_map
from gisgrid.io.paper_ink import Bounds
from gisgrid.io.paper_legend import Furniture, Key, View
from gisgrid.io.paper_map import Areas, Arrows, Labels, Layer, Lines
from gisgrid.model.changes import Fate, GridChange
from gisgrid.services.compare_plans import Compared, room_in
from gisgrid.services.paper_backdrop import ground_layers, street_layers, street_names, town_in
from gisgrid.services.paper_words import Say, arrowed
from gisgrid.services.plan_ground_pieces import arrow, gone_borders, outlines
from gisgrid.storage.engine import Connection

PALETTE = (
    "#f7ecb4",
    "#b2caf2",
    "#c5cdad",
    "#eae8fb",
    "#fceede",
    "#bed5cf",
    "#f0f1f2",
    "#d6c0d7",
)
"""Fills of neighbouring grids: 2, 3, 6 and 8 print as light grey, the others as white."""

UNCHANGED, BORDER, GONE = "#ffffff", "#2f3b48", "#a92a1c"
KEPT_SHARE = 0.62


def pale(colour: str, share: float = KEPT_SHARE) -> str:
    """A colour mixed with white.

    >>> pale("#000000", 0.5)
    '#808080'
    """
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def bounds_of(ground: Mapping[str, shapely.Geometry]) -> Bounds:
    """West, south, east, north of all grids, metres."""
    west, south, east, north = shapely.total_bounds(list(ground.values())).tolist()
    return west, south, east, north


def difference_layers(conn: Connection, found: Compared, view: View, say: Say) -> list[Layer]:
    """Grids that change in colour, moved ground hatched, arrows, old borders dashed."""
    before, after = found.ground
    town = town_in(conn, view.bounds, epsg=found.epsg)
    moved = [house.id for house in found.changes.moved]
    changed = {grid.code for grid in found.changes.grids if grid.fate is not Fate.KEPT}
    fills: list[Layer] = [
        Areas(
            shapes=[shape],
            fill=pale(PALETTE[found.colours.get(code, 0)]) if code in changed else UNCHANGED,
        )
        for code, shape in after.items()
    ]
    hatched: list[Layer] = [
        Areas(
            shapes=[piece.ground],
            fill=PALETTE[found.colours.get(piece.after, 0)],
            hatch="backslash",
            line=BORDER,
            width=0.8,
        )
        for piece in found.pieces
    ]
    return [
        *fills,
        *hatched,
        *ground_layers(town, lit=moved),
        *street_layers(town, view),
        Lines(shapes=outlines(after), line=BORDER, width=1.0, casing="#ffffff"),
        Lines(shapes=[gone_borders(before, after)], line=GONE, width=1.2, dash=(4, 2.5)),
        Lines(shapes=[_whole(after)], line=BORDER, width=1.9, casing="#ffffff", casing_width=3.4),
        _arrows(found, say),
        *_labels(found),
        street_names(town, view),
    ]


def _arrows(found: Compared, say: Say) -> Arrows:
    before, after = found.ground
    middles = {code: room_in(shape)[:2] for code, shape in {**before, **after}.items()}
    told = {
        (flow.before, flow.after): (len(flow.houses), flow.households)
        for flow in found.changes.flows
    }
    ends, captions = [], []
    for piece in found.pieces:
        houses, households = told.get((piece.before, piece.after), (0, 0))
        if houses:
            start, end = arrow(piece, middles)
            ends.append(((start[0], start[1]), (end[0], end[1])))
            captions.append(say("papers.move_caption", buildings=houses, households=households))
    return Arrows(ends=ends, captions=captions)


def _labels(found: Compared) -> list[Layer]:
    grids = {grid.code: grid for grid in found.changes.grids}
    ground = found.ground[1]
    captions = {code: _caption(grids[code]) for code in ground}
    changed = [code for code, words in captions.items() if "\n" in words]
    calm = [code for code in captions if code not in changed]
    bold = Labels(
        places=[room_in(ground[code])[:2] for code in changed],
        texts=[captions[code] for code in changed],
        size=10,
        bold=True,
    )
    places = [room_in(ground[code])[:2] for code in calm]
    return [bold, Labels(places=places, texts=[captions[c] for c in calm], colour="#465262")]


def _caption(grid: GridChange) -> str:
    short = grid.code[-3:]
    if grid.fate is Fate.KEPT:
        return short
    sides = [None if side is None else side.households for side in (grid.before, grid.after)]
    return f"{short}\n{arrowed(*sides)}"


def _whole(ground: Mapping[str, shapely.Geometry]) -> shapely.Geometry:
    return shapely.boundary(shapely.union_all(list(ground.values())))


def difference_legend(say: Say) -> list[Key]:
    """Keys of the difference map."""
    return [
        Key(say("papers.legend_moved"), fill=PALETTE[1], hatch="backslash", line=BORDER),
        Key(say("papers.legend_changed"), fill=pale(PALETTE[2]), line=BORDER, width=0.4),
        Key(say("papers.legend_kept"), fill=UNCHANGED, line="#aab2bb", width=0.4),
        Key(say("papers.legend_new_border"), is_line=True, line=BORDER, width=1.2),
        Key(say("papers.legend_old_border"), is_line=True, line=GONE, width=1.2, dash=(4, 2.5)),
    ]


def difference_picture(
    conn: Connection, found: Compared, say: Say, *, wide: float, high: float
) -> paper_map.Picture:
    """The difference map as a block of a paper."""
    bounds = bounds_of(found.ground[1])
    view = paper_map.fit(bounds, wide, high)
    layers = difference_layers(conn, found, view, say)
    furniture = Furniture(north=say("common.north"))
    return paper_map.picture(layers, bounds, wide=wide, high=high, furniture=furniture)
