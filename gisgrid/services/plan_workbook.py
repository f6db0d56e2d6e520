"""The division plan (划分方案) as a workbook: summary, grids, buildings, rules, exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gisgrid.errors import NotFound
from gisgrid.io.workbook import Sheet, write_workbook
from gisgrid.model.changes import Fate
from gisgrid.services.check_plan import check_plan
from gisgrid.services.compare_plans import Compared, compare
from gisgrid.services.map_book import formula
from gisgrid.services.paper_words import Say, state_of
from gisgrid.services.plan_book import Book, gather_book
from gisgrid.storage.engine import As, Engine

DECIMALS = 1


def plan_workbook(engine: Engine, actor: As, plan_id: int, say: Say) -> bytes:
    """A plan as XLSX with headings in one language; errors are those of `gather_book`."""
    book = gather_book(engine, actor, plan_id)
    report = check_plan(engine, actor, plan_id)
    sheets = [
        _summary(book, _before(engine, actor, plan_id), say),
        _grids(book, say),
        _buildings(book, say),
        _rules(report, say),
        _exceptions(book, say),
    ]
    return write_workbook(sheets, timezone=book.imprint.project.timezone)


def _before(engine: Engine, actor: As, plan_id: int) -> Compared | None:
    """Against the plan it replaces; None for the first plan of a community."""
    try:
        return compare(engine, actor, plan_id, "force")
    except NotFound:
        return None


def summary_rows(book: Book, found: Compared | None, say: Say) -> list[tuple[str, Any]]:
    """What the plan comes to: adjusted n, new n, total a → b, households, band."""
    plan = book.plan
    rows: list[tuple[str, Any]] = [
        ("unit", plan.unit_name),
        ("code", plan.community_code),
        ("plan", plan.name),
        ("state", state_of(plan, say)),
        ("band", f"{plan.low}–{plan.high}"),
        ("target", plan.target),
        ("grid_total", len(book.grids)),
        ("dedicated_total", sum(one.grid.kind == "dedicated" for one in book.grids.values())),
        ("households_total", book.households),
        ("residents_total", sum(one.residents for one in book.grids.values())),
        ("buildings_total", sum(len(one.houses) for one in book.grids.values())),
    ]
    if found is not None:
        told = found.changes
        was = sum(grid.before is not None for grid in told.grids)
        now = sum(grid.after is not None for grid in told.grids)
        rows += [
            ("against", found.before.name),
            ("adjusted", told.count(Fate.CHANGED)),
            ("added", told.count(Fate.NEW)),
            ("given_up", told.count(Fate.GONE)),
            ("unchanged", told.count(Fate.KEPT)),
            ("total_change", f"{was} → {now}"),
            ("moved_households", sum(flow.households for flow in told.flows)),
            ("moved_buildings", len(told.moved)),
            ("new_leader_households", told.new_leader_households),
        ]
    return [(say(f"papers.summary_{name}"), value) for name, value in rows]


def _summary(book: Book, found: Compared | None, say: Say) -> Sheet:
    title = say("papers.plan_title", unit=book.plan.unit_name)
    headings = (say("papers.item"), say("papers.value"))
    note = f"{title} · {book.under(say)}"
    rows = summary_rows(book, found, say)
    return Sheet(say("papers.sheet_summary"), headings, rows, note, (26, 44))


def _grids(book: Book, say: Say) -> Sheet:
    names = ("code", "name", "kind", "leader", "households", "deviation", "residents", "buildings")
    headings = (*(say(f"plans.column_{name}") for name in names), say("plans.column_area_m2"))
    rows: list[tuple[Any, ...]] = [
        (
            code,
            one.grid.name,
            say(f"plans.kind_{one.grid.kind}"),
            one.grid.leader_name,
            one.households,
            one.households - book.plan.target,
            one.residents,
            len(one.houses),
            round(one.area_m2, DECIMALS),
        )
        for code, one in book.grids.items()
    ]
    sums = [sum(row[i] for row in rows) for i in (4, 6, 7, 8)]
    total = (say("papers.total"), None, None, None, sums[0], None, *sums[1:3], round(sums[3], 1))
    widths = (20, 16, 12, 14, 10, 12, 10, 10, 14)
    return Sheet(say("papers.sheet_grids"), headings, [*rows, total], formula(book, say), widths)


def _buildings(book: Book, say: Say) -> Sheet:
    names = ("building", "compound", "address", "levels", "households_n", "residents_n")
    headings = (
        say("plans.column_code"),
        say("plans.column_leader"),
        *(say(f"papers.{name}") for name in names),
    )
    rows = [
        (
            code,
            one.grid.leader_name,
            house.name or house.code or f"#{house.id}",
            house.compound,
            house.address,
            house.levels,
            house.households,
            house.residents,
        )
        for code, one in book.grids.items()
        for house in one.houses
    ]
    widths = (20, 14, 26, 20, 32, 8, 10, 10)
    return Sheet(say("papers.sheet_buildings"), headings, rows, widths=widths)


def _rules(report: list[dict[str, Any]], say: Say) -> Sheet:
    names = ("rule", "rule_title", "rule_passed", "rule_findings", "rule_formula")
    headings = tuple(say(f"papers.{name}") for name in names)
    rows = [
        (
            entry["rule"],
            say(f"rules.{entry['rule']}.title"),
            say("papers.yes" if entry["passed"] else "papers.no"),
            "\n".join(_finding(entry["rule"], finding, say) for finding in entry["findings"]),
            say(f"rules.{entry['rule']}.formula"),
        )
        for entry in report
    ]
    return Sheet(say("papers.sheet_rules"), headings, rows, widths=(8, 26, 8, 60, 60))


def _finding(rule: str, finding: Mapping[str, Any], say: Say) -> str:
    separator = say("plans.separator")
    facts = {
        name: separator.join(map(str, value)) if isinstance(value, list) else value
        for name, value in finding["facts"].items()
    }
    sentence = say(f"rules.{rule}.{finding['key']}", **facts)
    return f"{sentence} ({say('papers.excused')})" if finding["excused"] else sentence


def _exceptions(book: Book, say: Say) -> Sheet:
    codes = {str(one.grid.position): code for code, one in book.grids.items()}
    rows = [
        (codes.get(position, position), why)
        for position, why in sorted(book.plan.exceptions.items())
    ]
    headings = (say("plans.column_code"), say("papers.reason"))
    return Sheet(say("papers.sheet_exceptions"), headings, rows, widths=(20, 80))
