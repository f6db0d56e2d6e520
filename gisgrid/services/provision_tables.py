"""What planning services answers, as sheets for a spreadsheet: one table a question."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from gisgrid.io.formula import harmless
from gisgrid.io.workbook import Sheet, write_workbook
from gisgrid.services.view_coverage import LEVELS

Words = Callable[..., str]
UNIT_LEVELS = {**LEVELS, "grids": "grid"}


def as_csv(sheet: Sheet) -> bytes:
    """A sheet as UTF-8 with BOM, commas, CRLF; its note stands below the rows."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([harmless(heading) for heading in sheet.headings])
    table.writerows([harmless(value) for value in row] for row in sheet.rows)
    if sheet.note:
        table.writerow([harmless(sheet.note)])
    return text.getvalue().encode("utf-8-sig")


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one XLSX."""
    return write_workbook(sheets)


def catchments(answer: dict[str, Any], *, heading: Words) -> list[Sheet]:
    """Which unit goes to which centre, and what each centre takes.

    `heading` gives the sentence of a key of the catalogue.
    """
    names = {centre["id"]: centre["name"] for centre in answer["centres"]}
    bounds = {"at_least": answer["at_least"], "at_most": answer["at_most"]}
    note = heading("coverage.sheet_catchments_note", **bounds, speed=f"{answer['speed_kmh']:g}")
    units = [
        (
            unit["code"],
            unit["name"],
            unit["households"],
            names.get(unit["centre"]),
            unit["metres"],
            unit["farthest_m"],
            heading(f"coverage.reason_{unit['reason']}") if unit["reason"] else None,
        )
        for unit in answer["units"]
    ]
    columns = ("name", "units", "households", "metres", "farthest_m")
    centres = [tuple(centre[name] for name in columns) for centre in answer["centres"]]
    return [
        Sheet(
            heading("coverage.sheet_units"),
            _headings(
                heading, "code", "name", "households", "centre", "median_m", "farthest_m", "reason"
            ),
            units,
            note,
        ),
        Sheet(
            heading("coverage.sheet_centres"),
            _headings(heading, "centre", "units", "households", "mean_m", "farthest_m"),
            centres,
            note,
        ),
    ]


def comparison(answer: dict[str, Any], *, heading: Words) -> list[Sheet]:
    """Before and after by minutes, by unit, by service, and who gains and loses."""
    note = heading(
        "coverage.csv_counted",
        kind=answer["kind"][heading("coverage.csv_language")],
        minutes=f"{answer['minutes']:g}",
        speed=f"{answer['speed_kmh']:g}",
        metres=f"{answer['limit_m']:.0f}",
        source=answer["kind"]["source"],
    )
    return [
        _figures(heading, answer, note),
        _levels(heading, answer, note),
        _stations(heading, answer, note),
        _people(heading, "gained", answer["gained_buildings"], note),
        _people(heading, "lost", answer["lost_buildings"], note),
    ]


def _figures(heading: Words, answer: dict[str, Any], note: str) -> Sheet:
    names = ("households", "percent", "buildings", "buildings_percent")
    rows = [
        (a["minutes"], a["limit_m"], *(side[name] for name in names for side in (a, b)))
        for a, b in zip(answer["a"]["minutes"], answer["b"]["minutes"], strict=True)
    ]
    sides = (f"{name}_{side}" for name in names for side in "ab")
    columns = _headings(heading, "minutes", "limit_m", *sides)
    return Sheet(heading("coverage.sheet_figures"), columns, rows, note)


def _levels(heading: Words, answer: dict[str, Any], note: str) -> Sheet:
    names = ("households", "a", "b", "gained", "lost", "percent_a", "percent_b")
    rows = [
        (
            heading(f"coverage.csv_{level}"),
            unit["code"],
            unit.get("name"),
            *(unit[name] for name in names),
        )
        for key, level in UNIT_LEVELS.items()
        for unit in answer[key]
    ]
    told = ("level", "code", "name", "households", "covered_a", "covered_b", *names[3:])
    return Sheet(heading("coverage.sheet_levels"), _headings(heading, *told), rows, note)


def _stations(heading: Words, answer: dict[str, Any], note: str) -> Sheet:
    names = ("id", "name", "lon", "lat", "a", "b")
    rows = [tuple(row[name] for name in names) for row in answer["stations"]]
    columns = _headings(heading, "service", "name", "x", "y", "nearest_a", "nearest_b")
    return Sheet(heading("coverage.sheet_stations"), columns, rows, note)


def tier(answer: dict[str, Any], *, heading: Words) -> list[Sheet]:
    """Each unit with the services it has and its state."""
    rows = [
        (
            unit["code"],
            unit["name"],
            unit["n"],
            "、".join(service["name"] or "–" for service in unit["services"]),
            heading(f"coverage.tier_{unit['state']}"),
        )
        for unit in answer["units"]
    ]
    outside = [
        (None, None, None, service["name"], heading("coverage.tier_outside"))
        for service in answer["outside"]
    ]
    columns = _headings(heading, "code", "name", "units_services", "services", "state")
    return [Sheet(heading("coverage.task_tiers"), columns, [*rows, *outside])]


def _people(heading: Words, key: str, columns: dict[str, list[Any]], note: str) -> Sheet:
    names = ("building", "name", "address", "households", "metres_a", "metres_b", "x", "y")
    rows = list(zip(*(columns[name] for name in names), strict=True))
    return Sheet(heading(f"coverage.sheet_{key}"), _headings(heading, *names), rows, note)


def _headings(heading: Words, *names: str) -> tuple[str, ...]:
    return tuple(heading(f"coverage.csv_{name}") for name in names)
