"""The map book (图册): an overview of a plan and one page a grid, for walls and leaders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import shapely

from gisgrid.io import paper, paper_map
from gisgrid.io.paper import Block, Page
from gisgrid.io.paper_ink import Bounds
from gisgrid.io.paper_legend import Furniture, Key, legend
from gisgrid.io.paper_map import Areas, Labels, Layer, Lines
from gisgrid.io.paper_qr import qr
from gisgrid.services.difference_map import BORDER, PALETTE, pale
from gisgrid.services.paper_backdrop import ground_layers, street_layers, street_names
from gisgrid.services.paper_words import Say, area, placed, say_in, signed
from gisgrid.services.plan_book import Book, BookGrid, gather_book
from gisgrid.storage.engine import As, Engine

Size = Literal["A4", "A3"]

QR_MM = 27
OVERVIEW_SHARE, GRID_SHARE = 0.56, 0.5
ABOVE = "#f4c3aa"
MEDIA_TYPE = "application/pdf"


def map_book(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    size: Size,
    address: str,
    say: Say,
    progress: Callable[..., None] | None = None,
) -> bytes:
    """A PDF of one overview page and one page a grid.

    Parameters
    ----------
    address
        The server as phones reach it, without a final slash; the QR codes name grids below it.

    Raises
    ------
    NotFound
        No such plan in the actor's scope.
    Unavailable
        ``font_missing``.
    """
    book = gather_book(engine, actor, plan_id)
    page = Page(size)
    steps = len(book.grids) + 2
    blocks = overview(book, page, say)
    for done, one in enumerate(book.grids.values(), start=1):
        if progress is not None:
            progress(done, steps, "papers.drawing_pages")
        blocks += [paper.new_page(), *grid_page(book, one, page, address, say)]
    title = say("papers.book_title", unit=book.plan.unit_name)
    made = paper.write_paper(blocks, title=title, page=page, foot=book.imprint.foot(say))
    if progress is not None:
        progress(steps, steps, "papers.drawing_pages")
    return made


def map_book_job(
    engine: Engine, actor: As, payload: dict[str, Any], progress: Any
) -> dict[str, Any]:
    """`map_book` as a job; its file is the book."""
    say = say_in(payload["language"])
    plan_id = payload["plan"]
    made = map_book(
        engine,
        actor,
        plan_id,
        size=payload["size"],
        address=payload["address"],
        say=say,
        progress=progress,
    )
    name = f"{say('papers.file_book')}-{plan_id}-{payload['size']}.pdf"
    progress.keep_file(name, MEDIA_TYPE, made)
    return {"plan": plan_id, "bytes": len(made), "file": name}


def grid_address(address: str, code: str) -> str:
    """Where a QR code leads: the grid that bears `code`, whatever plan is in force that day."""
    return f"{address}/g/{code}"


def overview(book: Book, page: Page, say: Say) -> list[Block]:
    """The first page: all grids, legend, table."""
    wide, high = page.room
    picture = paper_map.picture(
        overview_layers(book, wide, high * OVERVIEW_SHARE, say),
        book.bounds,
        wide=wide,
        high=high * OVERVIEW_SHARE,
        furniture=Furniture(north=say("common.north")),
    )
    return [
        paper.title(say("papers.book_title", unit=book.plan.unit_name), book.under(say)),
        picture,
        paper.space(1),
        legend(overview_legend(book, say), wide=wide),
        paper.space(2),
        _grid_table(book, wide, say),
        *_reasons(book, say),
        paper.space(2),
        paper.note(formula(book, say)),
    ]


def overview_layers(book: Book, wide: float, high: float, say: Say) -> list[Layer]:
    """All grids in their colours, those out of the band hatched or dotted."""
    view = paper_map.fit(book.bounds, wide, high)
    grids = list(book.grids.values())
    shapes = [one.ground for one in grids]
    return [
        *(_fill(book, one) for one in grids),
        *ground_layers(book.town, lit=_houses(grids)),
        *street_layers(book.town, view),
        Lines(shapes=_borders(shapes), line=BORDER, width=1.2, casing="#ffffff", casing_width=2.8),
        Lines(shapes=[_whole(shapes)], line=BORDER, width=2.2, casing="#ffffff", casing_width=4),
        Labels(
            places=[one.middle for one in grids],
            texts=[_caption(one, say) for one in grids],
            size=11,
            bold=True,
        ),
        street_names(book.town, view),
    ]


def _fill(book: Book, one: BookGrid) -> Areas:
    tone = book.tone(one)
    if tone == "over":
        return Areas(shapes=[one.ground], fill=ABOVE, hatch="slash", hatch_colour="#b4402f")
    fill = PALETTE[one.grid.colour]
    if tone == "under":
        return Areas(shapes=[one.ground], fill=fill, hatch="dots", hatch_colour="#2a5b94")
    return Areas(shapes=[one.ground], fill=fill)


def _caption(one: BookGrid, say: Say) -> str:
    return f"{one.grid.short}\n{say('common.n_households', n=f'{one.households:,}')}"


def _houses(grids: Sequence[BookGrid]) -> list[int]:
    return [house.id for one in grids for house in one.houses]


def _borders(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    return [shapely.boundary(shape) for shape in shapes]


def _whole(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    return shapely.boundary(shapely.union_all(list(shapes)))


def overview_legend(book: Book, say: Say) -> list[Key]:
    """Keys of the overview: the band and what lies outside of it, borders."""
    plan = book.plan
    band = f"{plan.low}–{plan.high}"
    return [
        Key(say("papers.key_in_band", band=band), fill=PALETTE[1], line="#7f8c9b", width=0.4),
        Key(say("papers.key_over", n=plan.high), fill=ABOVE, hatch="slash", line="#7f8c9b"),
        Key(say("papers.key_under", n=plan.low), fill="#ffffff", hatch="dots", line="#7f8c9b"),
        Key(say("papers.key_grid_border"), is_line=True, line=BORDER, width=1.2),
        Key(say("papers.key_community_border"), is_line=True, line=BORDER, width=2.2),
    ]


def _grid_table(book: Book, wide: float, say: Say) -> Block:
    names = ("grid", "leader", "kind", "households", "deviation", "residents", "buildings", "area")
    rows = [
        (
            one.grid.short,
            one.grid.leader_name or "–",
            say(f"plans.kind_{one.grid.kind}"),
            one.households,
            signed(one.households - book.plan.target),
            one.residents,
            len(one.houses),
            area(one.area_m2),
        )
        for one in book.grids.values()
    ]
    grids = list(book.grids.values())
    total = (
        say("papers.total"),
        "",
        "",
        book.households,
        "",
        sum(one.residents for one in grids),
        sum(len(one.houses) for one in grids),
        area(sum(one.area_m2 for one in grids)),
    )
    headings = [say(f"papers.column_{name}") for name in names]
    return paper.table(
        headings, rows, total=total, wide=wide, widths=(1, 1.6, 1.5, 1.2, 1.1, 1.2, 1, 1.4), size=8
    )


def _reasons(book: Book, say: Say) -> list[Block]:
    by_position = {str(one.grid.position): one.grid.short for one in book.grids.values()}
    rows = [
        (by_position.get(position, position), why)
        for position, why in sorted(book.plan.exceptions.items())
    ]
    if not rows:
        return []
    headings = [say("papers.column_grid"), say("papers.reason")]
    return [
        paper.heading(say("papers.exceptions")),
        paper.table(headings, rows, widths=(1, 7)),
    ]


def formula(book: Book, say: Say) -> str:
    """What the figures mean: unit, band, target."""
    plan = book.plan
    return say("papers.book_formula", low=plan.low, high=plan.high, target=plan.target)


def grid_page(book: Book, one: BookGrid, page: Page, address: str, say: Say) -> list[Block]:
    """The page of one grid: who, how many, map with numbered buildings, list, QR."""
    wide, high = page.room
    return [
        _grid_head(book, one, wide, address, say),
        paper.figures(_grid_figures(book, one, say), wide=wide),
        paper.space(1.5),
        paper_map.picture(
            grid_layers(book, one, wide, high * GRID_SHARE),
            _bounds(one.ground),
            wide=wide,
            high=high * GRID_SHARE,
            furniture=Furniture(north=say("common.north")),
        ),
        paper.space(1),
        legend(grid_legend(one, say), wide=wide),
        *_reason(book, one, say),
        paper.heading(say("papers.building_list", n=len(one.houses))),
        _building_table(one, wide, say),
    ]


def _grid_head(book: Book, one: BookGrid, wide: float, address: str, say: Say) -> Block:
    grid = one.grid
    named = say("papers.grid_title", grid=grid.short)
    title = f"{named}  {grid.name}" if grid.name else named
    groups = (grid.code[:6], grid.code[6:9], grid.code[9:12], grid.code[12:])
    code = " ".join(groups)
    size = QR_MM * paper.MM
    words = wide - size - 10
    left: list[Block] = [
        *paper.title_lines(title, f"{book.plan.unit_name} · {book.under(say)}"),
        paper.paragraph(say("papers.grid_code", code=code), size=9),
        paper.paragraph(say("papers.scan_grid"), size=8, colour=paper.INK3),
    ]
    return paper.columns([left, "", qr(grid_address(address, grid.code), size)], [words, 10, size])


def _grid_figures(book: Book, one: BookGrid, say: Say) -> list[tuple[str, str]]:
    return [
        (say("papers.column_leader"), one.grid.leader_name or "–"),
        (say("papers.column_households"), f"{one.households:,}"),
        (say("papers.column_deviation"), signed(one.households - book.plan.target)),
        (say("papers.column_residents"), f"{one.residents:,}"),
        (say("papers.column_buildings"), f"{len(one.houses):,}"),
        (say("papers.column_area"), area(one.area_m2)),
    ]


def _bounds(shape: shapely.Geometry) -> Bounds:
    west, south, east, north = shapely.bounds(shape).tolist()
    return west, south, east, north


def grid_layers(book: Book, one: BookGrid, wide: float, high: float) -> list[Layer]:
    """One grid lit, its neighbours white with their codes, its buildings numbered as listed."""
    view = paper_map.fit(_bounds(one.ground), wide, high)
    others = [other for other in book.grids.values() if other is not one]
    footprints = book.town.footprints
    spots = [footprints.get(house.id) for house in one.houses]
    numbered = [(i, spot) for i, spot in enumerate(spots, start=1) if spot is not None]
    middles = shapely.get_coordinates(shapely.centroid([spot for _, spot in numbered]))
    return [
        Areas(shapes=[one.ground], fill=pale(PALETTE[one.grid.colour], 0.8)),
        *ground_layers(book.town, lit=[house.id for house in one.houses]),
        *street_layers(book.town, view),
        Lines(shapes=_borders([o.ground for o in others]), line="#7f8c9b", width=0.8, dash=(3, 2)),
        Lines(
            shapes=[shapely.boundary(one.ground)],
            line=BORDER,
            width=2.4,
            casing="#ffffff",
            casing_width=4.6,
        ),
        Labels(
            places=[(float(x), float(y)) for x, y in middles],
            texts=[str(number) for number, _ in numbered],
            size=7.5,
            bold=True,
        ),
        Labels(
            places=[_seen(other.ground, view.bounds) for other in others],
            texts=[other.grid.short for other in others],
            size=9,
            colour="#5f6b7a",
        ),
        street_names(book.town, view, size=7),
    ]


def _seen(
    ground: shapely.Geometry, frame: tuple[float, float, float, float]
) -> tuple[float, float]:
    """A point of a neighbour inside the map, or one outside of it that is not drawn."""
    part = shapely.intersection(ground, shapely.box(*frame))
    if shapely.is_empty(part):
        return frame[0] - 1, frame[1] - 1
    x, y = shapely.get_coordinates(shapely.point_on_surface(part))[0]
    return float(x), float(y)


def grid_legend(one: BookGrid, say: Say) -> list[Key]:
    """Keys of the page of a grid."""
    tint = pale(PALETTE[one.grid.colour], 0.8)
    return [
        Key(say("papers.key_this_grid"), fill=tint, line=BORDER, width=1.6),
        Key(say("papers.key_neighbours"), is_line=True, line="#7f8c9b", width=0.8, dash=(3, 2)),
        Key(say("papers.key_building"), fill="#b9bfc6", line="#8a929c", width=0.3),
        Key(say("papers.key_water"), fill="#cfe0ea", line="#8fb0c4", width=0.4),
        Key(say("papers.key_green"), fill="#e3ecdc", line="#aab2bb", width=0.2),
    ]


def _reason(book: Book, one: BookGrid, say: Say) -> list[Block]:
    why = book.plan.exceptions.get(str(one.grid.position))
    return [paper.paragraph(say("papers.exception_of", why=why), size=8.5)] if why else []


def _building_table(one: BookGrid, wide: float, say: Say) -> Block:
    """Two buildings a row, so that a grid fits its page."""
    listed = [
        (str(i), _house(house), house.households) for i, house in enumerate(one.houses, start=1)
    ]
    rows = [(*left, *right) for left, right in _pairs(listed)]
    names = [say(f"papers.{name}") for name in ("number", "building", "households_n")]
    return paper.table(names * 2, rows, widths=(0.7, 4, 1) * 2, size=8, wide=wide)


def _pairs(listed: list[tuple[str, str, int]]) -> list[tuple[Any, Any]]:
    nothing: tuple[Any, Any, Any] = (None, None, None)
    half = (len(listed) + 1) // 2
    right: list[Any] = [*listed[half:], nothing]
    return list(zip(listed[:half], right, strict=False))


def _house(house: Any) -> str:
    named = house.name or house.code or f"#{house.id}"
    return placed(named, house.compound or house.address)
