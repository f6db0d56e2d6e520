"""The change notice (变更通知): what a new plan changes, for leaders, communities and the file.

The same figures as on the screen of the comparison, as a paper (PDF) and as a workbook (XLSX).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gisgrid.io import paper
from gisgrid.io.paper import Block
from gisgrid.io.paper_legend import legend
from gisgrid.io.workbook import Sheet, write_workbook
from gisgrid.model.changes import Fate, Flow, GridChange
from gisgrid.services.compare_plans import Compared, compare, sums
from gisgrid.services.difference_map import difference_legend, difference_picture
from gisgrid.services.paper_words import Imprint, Say, arrowed, signed, state_of
from gisgrid.services.view_district import require_project
from gisgrid.storage import plans
from gisgrid.storage.engine import As, Engine, transaction

MAP_SHARE = 0.52
FATES = (Fate.CHANGED, Fate.NEW, Fate.GONE)


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """What both forms of the notice are made of."""

    found: Compared
    imprint: Imprint
    say: Say

    @property
    def title(self) -> str:
        return self.say("papers.notice_title", unit=self.found.after.unit_name)

    @property
    def under(self) -> str:
        """Project, plan and its day."""
        after = self.found.after
        return " · ".join([self.imprint.project.name, after.name, state_of(after, self.say)])


def gather(engine: Engine, actor: As, plan_id: int, other: int | str, say: Say) -> Notice:
    """Compare two plans for a notice; errors are those of `compare`."""
    found = compare(engine, actor, plan_id, other)
    with transaction(engine, actor) as conn:
        today = plans.today(conn)
    return Notice(found, Imprint(require_project(engine), today), say)


def notice_paper(engine: Engine, actor: As, plan_id: int, other: int | str, say: Say) -> bytes:
    """The notice as PDF on A4: figures, map, grids, buildings from → to, leaders, signatures."""
    notice = gather(engine, actor, plan_id, other, say)
    wide, high = paper.Page().room
    with transaction(engine, actor) as conn:
        picture = difference_picture(conn, notice.found, say, wide=wide, high=high * MAP_SHARE)
    blocks = [
        paper.title(notice.title, notice.under, align="center"),
        paper.paragraph(opening(notice), indent=2, size=10.5),
        paper.figures(_figures(notice)),
        paper.space(2),
        picture,
        paper.space(1),
        legend(difference_legend(say), wide=wide),
        *_grids(notice),
        *_buildings(notice),
        *_leaders(notice),
        *_exceptions(notice),
        paper.space(3),
        paper.paragraph(say("papers.notice_duty"), indent=2, size=10),
        paper.space(8),
        paper.signatures([(say(f"papers.sign_{duty}"), "") for duty in ("made", "seen", "passed")]),
        paper.note(
            say("papers.notice_formula", total=paper.plain(notice.found.changes.households[1]))
        ),
    ]
    return paper.write_paper(blocks, title=notice.title, foot=notice.imprint.foot(say))


def opening(notice: Notice) -> str:
    """The sentence that says what changes, and what does not."""
    told = sums(notice.found)
    whole, moved = told["households"][1], told["moved_households"]
    values = {
        "before": notice.found.before.name,
        "buildings": told["moved_buildings"],
        "households": f"{moved:,}",
        "rest_buildings": f"{told['buildings'] - told['moved_buildings']:,}",
        "rest_households": f"{whole - moved:,}",
    }
    return notice.say("papers.notice_opening", **values) + _codes(notice)


def _codes(notice: Notice) -> str:
    told = notice.found.changes
    shorts = {
        fate: [grid.code[-3:] for grid in told.grids if grid.fate is fate]
        for fate in (Fate.NEW, Fate.GONE)
    }
    if not any(shorts.values()):
        return notice.say("papers.codes_stay")
    separator = notice.say("plans.separator")
    named = {fate: separator.join(codes) or "–" for fate, codes in shorts.items()}
    return notice.say("papers.codes_change", new=named[Fate.NEW], gone=named[Fate.GONE])


def _figures(notice: Notice) -> list[tuple[str, str]]:
    told, say = sums(notice.found), notice.say
    return [
        (say("comparison.moved_households"), f"{told['moved_households']:,}"),
        (
            say("comparison.moved_buildings"),
            f"{told['moved_buildings']:,} / {told['buildings']:,}",
        ),
        (say("comparison.grids"), arrowed(*told["grids"])),
        (say("comparison.max_deviation"), " → ".join(map(signed, told["max_deviation"]))),
        (say("comparison.new_leader"), f"{told['new_leader_households']:,}"),
    ]


def grid_columns(say: Say) -> tuple[str, ...]:
    """Headings of the table of grids."""
    names = ("grid", "fate", "leader", "households", "change", "deviation", "buildings")
    return tuple(say(f"comparison.{name}") for name in names)


def grid_row(grid: GridChange, target: int, say: Say) -> tuple[Any, ...]:
    """One grid as a row: figures from → to."""
    before, after = grid.before, grid.after
    leaders = [side.leader if side else None for side in (before, after)]
    same = before is not None and after is not None and not grid.new_leader
    leader = leaders[1] if same else f"{leaders[0] or '–'} → {leaders[1] or '–'}"
    change = (after.households if after else 0) - (before.households if before else 0)
    return (
        grid.code[-3:],
        say(f"comparison.fate_{grid.fate}"),
        leader,
        arrowed(*(None if side is None else side.households for side in (before, after))),
        signed(change),
        signed(after.households - target) if after else "–",
        arrowed(*(None if side is None else side.buildings for side in (before, after))),
    )


def _grids(notice: Notice) -> list[Block]:
    told = notice.found.changes
    concerned = [grid for grid in told.grids if grid.fate is not Fate.KEPT or grid.new_leader]
    if not concerned:
        return []
    target = notice.found.after.target
    rows = [grid_row(grid, target, notice.say) for grid in concerned]
    headings = grid_columns(notice.say)
    widths = (1, 1.2, 2.4, 1.9, 1.1, 1.1, 1.6)
    return [
        paper.heading(notice.say("papers.notice_grids")),
        paper.table(headings, rows, widths=widths),
    ]


def building_rows(notice: Notice) -> list[tuple[Any, ...]]:
    """Each building that moves: name, compound, grid and leader from and to, households."""
    leaders = _leaders_of(notice)
    return [
        (
            house.label,
            house.compound,
            f"{flow.before[-3:]}  {leaders[0].get(flow.before) or ''}".strip(),
            f"{flow.after[-3:]}  {leaders[1].get(flow.after) or ''}".strip(),
            house.households,
        )
        for flow in notice.found.changes.flows
        for house in flow.houses
    ]


def _leaders_of(notice: Notice) -> tuple[dict[str, str | None], dict[str, str | None]]:
    grids = notice.found.changes.grids
    before = {grid.code: grid.before.leader for grid in grids if grid.before}
    return before, {grid.code: grid.after.leader for grid in grids if grid.after}


def _buildings(notice: Notice) -> list[Block]:
    say, flows = notice.say, notice.found.changes.flows
    rows = building_rows(notice)
    if not rows:
        return []
    names = ("building", "compound", "old_grid", "new_grid", "households_n")
    total = (say("papers.sum_buildings", n=len(rows)), "", "", "", _total(flows))
    # a column of compounds only where there are any
    kept = [i for i in range(len(names)) if i != 1 or any(row[1] for row in rows)]
    return [
        paper.heading(say("papers.notice_buildings")),
        paper.table(
            [say(f"papers.{names[i]}") for i in kept],
            [tuple(row[i] for i in kept) for row in rows],
            widths=[(3, 2, 2, 2, 1)[i] for i in kept],
            total=[total[i] for i in kept],
        ),
    ]


def _total(flows: Sequence[Flow]) -> int:
    return sum(flow.households for flow in flows)


def leader_rows(notice: Notice) -> list[tuple[Any, ...]]:
    """Each leader concerned: grids, what comes, what goes."""
    return [
        (
            one.leader,
            notice.say("plans.separator").join(one.grids),
            one.gains or None,
            one.gained_households or None,
            one.losses or None,
            one.lost_households or None,
        )
        for one in notice.found.changes.leaders
    ]


LEADER_NAMES = (
    "leader",
    "grids",
    "gains",
    "gained_households",
    "losses",
    "lost_households",
)


def _leaders(notice: Notice) -> list[Block]:
    rows = leader_rows(notice)
    if not rows:
        return []
    headings = [notice.say(f"papers.leader_{name}") for name in LEADER_NAMES]
    return [
        paper.heading(notice.say("papers.notice_leaders", n=len(rows))),
        paper.table(headings, rows, widths=(2, 2, 1.3, 1.3, 1.3, 1.3)),
    ]


def _exceptions(notice: Notice) -> list[Block]:
    rows = exception_rows(notice)
    if not rows:
        return []
    headings = [notice.say("comparison.grid"), notice.say("papers.reason")]
    return [
        paper.heading(notice.say("papers.exceptions")),
        paper.table(headings, rows, widths=(1, 6)),
    ]


def exception_rows(notice: Notice) -> list[tuple[str, str]]:
    """Grids that may break a rule, and the reason given."""
    shorts = notice.found.shorts
    return [
        (shorts.get(int(position), position), why)
        for position, why in sorted(notice.found.after.exceptions.items(), key=lambda p: int(p[0]))
    ]


def notice_workbook(engine: Engine, actor: As, plan_id: int, other: int | str, say: Say) -> bytes:
    """The notice as XLSX: sheets for grids, buildings, leaders and reasons, with their sums."""
    notice = gather(engine, actor, plan_id, other, say)
    return write_workbook([_grid_sheet(notice), _building_sheet(notice), *_more_sheets(notice)])


def _grid_sheet(notice: Notice) -> Sheet:
    say, target = notice.say, notice.found.after.target
    sides = ("before", "after")
    names = ("households", "residents", "buildings")
    headings = (
        say("plans.column_code"),
        say("comparison.fate"),
        *(say(f"papers.leader_{side}") for side in sides),
        *(say(f"papers.{name}_{side}") for name in names for side in sides),
        say("plans.column_deviation"),
    )
    rows: list[tuple[Any, ...]] = [
        (
            grid.code,
            say(f"comparison.fate_{grid.fate}"),
            *(side and side.leader for side in (grid.before, grid.after)),
            *(
                getattr(side, name) if side else None
                for name in names
                for side in (grid.before, grid.after)
            ),
            grid.after.households - target if grid.after else None,
        )
        for grid in notice.found.changes.grids
    ]
    sums_of = [sum(row[i] or 0 for row in rows) for i in range(4, 10)]
    total = (say("papers.total"), None, None, None, *sums_of, None)
    note = " · ".join([notice.title, notice.under])
    return Sheet(say("papers.sheet_grids"), headings, [*rows, total], note=note)


def _building_sheet(notice: Notice) -> Sheet:
    say = notice.say
    leaders = _leaders_of(notice)
    names = ("building", "compound", "code_before", "leader_before", "code_after", "leader_after")
    headings = (*(say(f"papers.{name}") for name in names), say("papers.households_n"))
    rows: list[tuple[Any, ...]] = [
        (
            house.label,
            house.compound,
            flow.before,
            leaders[0].get(flow.before),
            flow.after,
            leaders[1].get(flow.after),
            house.households,
        )
        for flow in notice.found.changes.flows
        for house in flow.houses
    ]
    total = (
        say("papers.sum_buildings", n=len(rows)),
        *[None] * 5,
        _total(notice.found.changes.flows),
    )
    widths = (30, 22, 20, 14, 20, 14, 10)
    return Sheet(say("papers.sheet_buildings"), headings, [*rows, total], opening(notice), widths)


def _more_sheets(notice: Notice) -> list[Sheet]:
    say = notice.say
    headings = tuple(say(f"papers.leader_{name}") for name in LEADER_NAMES)
    reasons = (say("comparison.grid"), say("papers.reason"))
    return [
        Sheet(say("papers.sheet_leaders"), headings, leader_rows(notice)),
        Sheet(say("papers.sheet_exceptions"), reasons, exception_rows(notice), widths=(10, 80)),
    ]
