"""Coverage on A3: the map of who is reached and who is not, the figures, the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gisgrid.io import paper, paper_map
from gisgrid.io.paper import Block, Page
from gisgrid.io.paper_legend import Furniture, legend
from gisgrid.model.people import Actor
from gisgrid.services.coverage_drawing import Drawing, gather_drawing, keys, map_of
from gisgrid.services.export_coverage import without_few
from gisgrid.services.paper_words import Imprint, Say, say_in
from gisgrid.services.view_coverage import RADIUS, Question, view_coverage
from gisgrid.services.view_district import require_project
from gisgrid.storage import plans
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

A3 = Page("A3", landscape=True)
MEDIA_TYPE = "application/pdf"
GAP, HEAD = 16.0, 66.0
MAP_SHARE = 0.67
WORST = 12
"""Grids on the first page; the tables that follow hold them all."""

ROWS_BESIDE = 32
"""Rows of tables that fit beside the map, under the figures and the legend."""

ROWS_A_COLUMN = 46
MOST_BUILDINGS = 4 * ROWS_A_COLUMN
LEVELS = ("streets", "communities", "grids")


def coverage_paper(
    engine: Engine, actor: Actor, question: Question, *, say: Say, progress: Any = None
) -> bytes:
    """A PDF: one page with map, figures, legend, formula and the worst grids; then the tables.

    Raises
    ------
    NotFound
        There is no such kind.
    Unavailable
        ``font_missing``.
    """
    tell = progress or (lambda *_: None)
    tell(0, 3, "papers.drawing_pages")
    project = require_project(engine)
    answer = view_coverage(engine, actor, question)
    with transaction(engine, actor) as conn:
        imprint = Imprint(project, plans.today(conn))
    drawing = gather_drawing(engine, actor, question, answer, epsg=project.metric_epsg)
    tell(1, 3, "papers.drawing_pages")
    kind = answer["kind"][say("coverage.csv_language")]
    title = say("coverage.paper_title", project=project.name, kind=kind)
    blocks = [*_first_page(answer, drawing, title, say), *_tables(answer, _later(answer), say)]
    tell(2, 3, "papers.drawing_pages")
    made = paper.write_paper(blocks, title=title, page=A3, foot=imprint.foot(say))
    tell(3, 3, "papers.drawing_pages")
    return made


def coverage_paper_job(
    engine: Engine, actor: Actor, payload: dict[str, Any], progress: Any
) -> dict[str, Any]:
    """`coverage_paper` as a job; its file is the paper."""
    say = say_in(payload["language"])
    asked = payload["question"]
    at = asked.pop("at", None)
    question = Question(**asked, at=at and datetime.fromisoformat(at))
    made = coverage_paper(engine, actor, question, say=say, progress=progress)
    name = f"coverage-{question.kind}-A3.pdf"
    progress.keep_file(name, MEDIA_TYPE, made)
    return {"bytes": len(made), "file": name}


def payload_of(question: Question, language: str) -> dict[str, Any]:
    """What `coverage_paper_job` needs, in JSON."""
    asked = asdict(question)
    return {
        "question": asked | {"at": question.at and question.at.isoformat()},
        "language": language,
    }


def _first_page(answer: dict[str, Any], drawing: Drawing, title: str, say: Say) -> list[Block]:
    wide, high = A3.room
    left = MAP_SHARE * wide
    tall = high - HEAD
    view = paper_map.fit(drawing.bounds, left, tall) if _is_drawn(drawing) else None
    picture: Block = paper.paragraph(say("coverage.no_services"))
    if view is not None:
        picture = paper_map.picture(
            map_of(drawing, view),
            drawing.bounds,
            wide=left,
            high=tall,
            furniture=Furniture(north=say("common.north")),
        )
    beside = wide - left - GAP
    side = paper.fitted(_side(answer, drawing, beside, say), beside, tall)
    return [
        paper.title(title, _under(answer, say)),
        paper.columns([picture, "", side], [left, GAP, beside]),
    ]


def _is_drawn(drawing: Drawing) -> bool:
    return bool(drawing.grids or drawing.services)


def _under(answer: dict[str, Any], say: Say) -> str:
    radius = answer["mode"] == RADIUS
    key = "coverage.paper_radius" if radius else "coverage.paper_walk"
    return say(
        key,
        n=f"{answer['minutes']:g}",
        speed=f"{answer['speed_kmh']:.1f}",
        m=f"{answer['straight_radius_m' if radius else 'limit_m']:,.0f}",
    )


def _side(answer: dict[str, Any], drawing: Drawing, wide: float, say: Say) -> list[Block]:
    """The column beside the map: figures, legend, how it was counted, the worst grids."""
    covered, share = _measure(answer)
    worst = sorted(
        (unit for unit in answer["grids"] if unit[share] is not None),
        key=lambda unit: (unit[share], unit[covered] - unit["households"]),
    )
    minutes, metres = f"{answer['minutes']:g}", f"{answer['limit_m']:,.0f}"
    kind = answer["kind"]
    checked = say("coverage.verified" if kind["verified"] else "coverage.unverified")
    source = say("coverage.paper_source", source=kind["source"], checked=checked)
    shares = "coverage.share_formula" if _says_elderly(answer) else "coverage.paper_shares"
    return [
        paper.figures(
            [
                (say("coverage.csv_percent"), _share(answer[share])),
                (say("coverage.csv_covered"), f"{answer[covered]:,} / {answer['total']:,}"),
            ],
            wide=wide,
        ),
        paper.space(2),
        _both_ways(answer, wide, say),
        paper.space(2),
        legend(keys(drawing, minutes=minutes, metres=metres, say=say), wide=wide, size=7.5),
        paper.space(1),
        paper.note("\n".join([say("coverage.formula"), say(shares), source])),
        paper.heading(say("coverage.paper_worst", n=min(WORST, len(worst)))),
        _units(answer, ("grids", worst[:WORST]), wide, say),
        *(
            block
            for level in LEVELS
            if answer[level] and level not in _later(answer)
            for block in (
                paper.heading(say(f"coverage.level_{level}")),
                _units(answer, (level, answer[level]), wide, say),
            )
        ),
    ]


def _measure(answer: dict[str, Any]) -> tuple[str, str]:
    """What counts as covered, and its share: on foot, or within the straight radius."""
    if answer["mode"] == RADIUS:
        return "straight_covered", "straight_percent"
    return "covered", "percent"


def _later(answer: dict[str, Any]) -> list[str]:
    """The levels whose tables do not fit beside the map; that of the grids never does."""
    room, later = ROWS_BESIDE - WORST, []
    for level in LEVELS:
        room -= 2 + len(answer[level])
        if room < 0 or level == "grids":
            later.append(level)
    return later


def _both_ways(answer: dict[str, Any], wide: float, say: Say) -> Block:
    """Walking against the straight circle, by households, buildings, elderly; the over-claim."""
    told = without_few(answer)
    counts = {
        "households": ("covered", "percent", "straight_covered", "straight_percent"),
        "buildings": (
            "buildings_covered", "buildings_percent",
            "buildings_straight", "buildings_straight_percent",
        ),
    }  # fmt: skip
    if _says_elderly(answer):
        counts["elderly"] = (
            "elderly_covered", "elderly_percent", "elderly_straight", "elderly_straight_percent",
        )  # fmt: skip
    rows = [
        [
            say(f"coverage.count_{name}"),
            _number(told[covered]),
            _share(told[share]),
            _number(told[straight]),
            _share(told[straight_share]),
            _number(_over(told[covered], told[straight])),
        ]
        for name, (covered, share, straight, straight_share) in counts.items()
    ]
    names = ("walking", "percent", "straight_circle", "percent", "paper_over")
    headings = [
        "",
        *(say("coverage.col_percent" if n == "percent" else f"coverage.{n}") for n in names),
    ]
    return paper.table(headings, rows, widths=[1.2, 1.2, 1, 1.2, 1, 1.2], wide=wide, size=8)


def _says_elderly(answer: dict[str, Any]) -> bool:
    """Kinds that care for the elderly say how many of them they reach, where they are counted."""
    return bool(answer["kind"]["care"] and answer["elderly"])


def _units(
    answer: dict[str, Any], part: tuple[str, Sequence[dict[str, Any]]], wide: float, say: Say
) -> Block:
    """A table of some units of a level."""
    level, units = part
    covered, _ = _measure(answer)
    shares = ["percent", "straight_percent", "buildings_percent"]
    told = ["col_households", "col_uncovered", "paper_percent", "paper_straight", "paper_buildings"]
    if _says_elderly(answer):
        shares.append("elderly_percent")
        told.append("paper_elderly")
    rows = [
        [
            _grouped(unit["code"]) if level == "grids" else unit["name"],
            unit["households"],
            unit["households"] - unit[covered],
            *(_share(without_few(unit)[name]) for name in shares),
        ]
        for unit in units
    ]
    first = {"grids": "grid", "communities": "communities", "streets": "streets"}[level]
    headings = [say(f"coverage.{name}") for name in (f"col_{first}", *told)]
    widths = [2.1, *(1.0 for _ in told)]
    return paper.table(headings, rows, widths=widths, wide=wide, size=8)


def _grouped(code: str) -> str:
    """A code as it is read: 990101 002 005 004."""
    return " ".join((code[:6], *(code[at : at + 3] for at in range(6, len(code), 3))))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:g} %"


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _over(covered: int | None, straight: int | None) -> int | None:
    return None if covered is None or straight is None else straight - covered


def _tables(answer: dict[str, Any], levels: Sequence[str], say: Say) -> list[Block]:
    """The units of some levels and the uncovered buildings, two columns a page."""
    wide = (A3.room[0] - GAP) / 2
    parts: list[tuple[str, Block]] = []
    for level in levels:
        parts += [
            (say(f"coverage.level_{level}"), _units(answer, (level, chunk), wide, say))
            for chunk in _chunks(answer[level], ROWS_A_COLUMN)
        ]
    parts += _buildings(answer["uncovered"], wide, say)
    blocks: list[Block] = []
    for pair in _chunks(parts, 2):
        columns: list[Any] = [[paper.heading(name), table] for name, table in pair]
        columns += [""] * (2 - len(columns))
        blocks += [
            paper.new_page(),
            paper.columns([columns[0], "", columns[1]], [wide, GAP, wide]),
        ]
    return blocks


def _buildings(left: dict[str, list[Any]], wide: float, say: Say) -> list[tuple[str, Block]]:
    """The uncovered buildings with the most households."""
    names = ("name", "address", "community", "households", "metres")
    rows = list(zip(*(left[name] for name in names), strict=True))
    title = say(
        "coverage.paper_uncovered", n=f"{min(len(rows), MOST_BUILDINGS):,}", all=f"{len(rows):,}"
    )
    headings = [say(f"coverage.csv_{name}") for name in names[:4]] + [say("coverage.paper_metres")]
    return [
        (title, paper.table(headings, chunk, widths=[1.3, 2.4, 1.2, 0.8, 1], wide=wide, size=8))
        for chunk in _chunks(rows[:MOST_BUILDINGS], ROWS_A_COLUMN)
    ]


def _chunks(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[at : at + size] for at in range(0, len(rows), size)]
