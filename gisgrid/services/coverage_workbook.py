"""Coverage as a workbook: the whole, every subdistrict, community and grid, who is not covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gisgrid.io.workbook import Sheet, write_workbook
from gisgrid.model.people import Actor
from gisgrid.services.export_coverage import (
    BUILDING_COLUMNS,
    LEVELS,
    UNIT_COLUMNS,
    without_few,
)
from gisgrid.services.view_coverage import Question, view_coverage

if TYPE_CHECKING:
    from sqlalchemy import Engine

Words = Callable[..., str]
CODE, NAME, FIGURE, PLACE = 20, 22, 13, 34


def coverage_workbook(engine: Engine, actor: Actor, question: Question, *, heading: Words) -> bytes:
    """An XLSX; each sheet says above its headings what was counted, how, and from which source.

    Raises
    ------
    NotFound
        There is no such kind.
    """
    answer = view_coverage(engine, actor, question)
    note = counted(answer, heading)
    sheets = [_whole(answer, note, heading)]
    sheets += [_units(answer, name, note, heading) for name in LEVELS if answer[name]]
    return write_workbook([*sheets, _uncovered(answer, note, heading)])


def counted(answer: dict[str, Any], heading: Words) -> str:
    """One sentence: kind, minutes, speed, reach, formula, source."""
    return heading(
        "coverage.csv_counted",
        kind=answer["kind"][heading("coverage.csv_language")],
        minutes=f"{answer['minutes']:g}",
        speed=f"{answer['speed_kmh']:g}",
        metres=f"{answer['limit_m']:.0f}",
        source=answer["kind"]["source"],
    )


def _whole(answer: dict[str, Any], note: str, heading: Words) -> Sheet:
    rows = [
        (
            heading(f"coverage.count_{name}"),
            answer[whole],
            answer[covered],
            answer[share],
            answer[straight],
            answer[straight_share],
        )
        for name, whole, covered, share, straight, straight_share in (
            ("households", "total", "covered", "percent", "straight_covered", "straight_percent"),
            (
                "buildings", "buildings", "buildings_covered", "buildings_percent",
                "buildings_straight", "buildings_straight_percent",
            ),
        )
    ]  # fmt: skip
    names = ("count_by", "whole", "walked", "walked_percent", "straight", "straight_share")
    columns = tuple(heading(f"coverage.sum_{name}") for name in names)
    return Sheet(heading("coverage.sum"), columns, rows, note, (FIGURE,) * len(columns))


def _units(answer: dict[str, Any], name: str, note: str, heading: Words) -> Sheet:
    rows = [
        (unit["code"], unit.get("name"), *(without_few(unit)[column] for column in UNIT_COLUMNS))
        for unit in answer[name]
    ]
    columns = tuple(heading(f"coverage.csv_{c}") for c in ("code", "name", *UNIT_COLUMNS))
    widths = (CODE, NAME, *(FIGURE for _ in UNIT_COLUMNS))
    return Sheet(heading(f"coverage.csv_{LEVELS[name]}"), columns, rows, note, widths)


def _uncovered(answer: dict[str, Any], note: str, heading: Words) -> Sheet:
    rows = zip(*(answer["uncovered"][name] for name in BUILDING_COLUMNS), strict=True)
    columns = tuple(heading(f"coverage.csv_{name}") for name in BUILDING_COLUMNS)
    wide = {"name": NAME, "address": PLACE, "community": NAME}
    widths = tuple(wide.get(name, FIGURE) for name in BUILDING_COLUMNS)
    return Sheet(heading("coverage.uncovered_sheet"), columns, rows, note, widths)
