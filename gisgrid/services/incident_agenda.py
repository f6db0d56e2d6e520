"""The weekly agenda of a community (社区网格周例会): its open incidents of an ISO week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gisgrid.errors import InvalidInput
from gisgrid.incidents.evaluation import Share
from gisgrid.incidents.masking import masked
from gisgrid.incidents.vocabulary import label
from gisgrid.io import paper
from gisgrid.io.workbook import Sheet, write_workbook
from gisgrid.language import DEFAULT_LANGUAGE, translate
from gisgrid.model.people import Actor
from gisgrid.services.alert_words import worded
from gisgrid.services.plan_access import require_community
from gisgrid.services.view_district import require_project
from gisgrid.services.view_incidents import plain
from gisgrid.storage import incident_figures, incident_life
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

COLUMNS = (
    "number", "grid", "category", "what", "channel", "level", "state", "reported", "due", "who",
    "urged",
)  # fmt: skip
WIDTHS = (7, 7, 16, 40, 10, 6, 10, 17, 17, 16, 6)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the agenda of a week tells; `rows` are open incidents, the most pressing first."""

    unit_name: str
    project_name: str
    week: str
    first: date
    last: date
    rows: list[dict[str, Any]]
    at_grid: Share
    made: datetime
    timezone: str


def view_agenda(
    engine: Engine, actor: Actor, unit_id: int, week: str, *, language: str = DEFAULT_LANGUAGE
) -> Agenda:
    """The agenda of community `unit_id` for an ISO week as ``2026-W47``.

    Open are the incidents reported by the end of the week and not closed by then (by now, while the
    week runs). Numbers of telephones and identities are masked: the paper is handed around.

    Raises
    ------
    InvalidInput
        ``bad_week``.
    NotFound
        No such community in the actor's scope.
    """
    require_community(actor, unit_id)
    first = _monday(week)
    project = require_project(engine)
    since = _midnight(first, project.timezone)
    until = _midnight(first + timedelta(days=7), project.timezone)
    with transaction(engine, actor) as conn:
        found = incident_figures.agenda(conn, unit_id, until)
        rows = worded(conn, [dict(row._mapping) for row in found], language)
        done = incident_figures.closed_in(conn, unit_id, since, until)
        name = incident_figures.unit_name(conn, unit_id)
        made = incident_life.now(conn)
    return Agenda(
        unit_name=name,
        project_name=project.name,
        week=week,
        first=first,
        last=first + timedelta(days=6),
        rows=[row | {"text": masked(row["text"])} for row in rows],
        at_grid=Share(done.at_grid, done.closed),
        made=made,
        timezone=project.timezone,
    )


def agenda_answer(agenda: Agenda) -> dict[str, Any]:
    """The agenda as the screen gets it."""
    rows = [{name: plain(value) for name, value in row.items()} for row in agenda.rows]
    return {
        "unit_name": agenda.unit_name,
        "week": agenda.week,
        "first": agenda.first.isoformat(),
        "last": agenda.last.isoformat(),
        "since": plain(_midnight(agenda.first, agenda.timezone)),
        "until": plain(_midnight(agenda.last + timedelta(days=1), agenda.timezone)),
        "rows": rows,
        "at_grid": agenda.at_grid.told(),
    }


def agenda_workbook(agenda: Agenda, language: str) -> bytes:
    """The agenda as XLSX: one row an incident."""
    headings = tuple(translate(language, f"cases.agenda_{name}") for name in COLUMNS)
    sheet = Sheet(
        title=agenda.week,
        headings=headings,
        rows=[_row(row, language) for row in agenda.rows],
        note=f"{_title(agenda, language)} · {_summary(agenda, language)}",
        widths=WIDTHS,
    )
    return write_workbook([sheet], timezone=agenda.timezone)


def agenda_paper(agenda: Agenda, language: str) -> bytes:
    """The agenda as PDF on A4 across: figures, then one row an incident, and room to sign."""
    page = paper.Page(landscape=True)
    wide = page.room[0]
    zone = ZoneInfo(agenda.timezone)
    rows = [[_printed(v, zone) for v in _row(row, language)] for row in agenda.rows]
    headings = [translate(language, f"cases.agenda_{name}") for name in COLUMNS]
    nothing = paper.paragraph(translate(language, "cases.agenda_none"))
    signers = [(translate(language, f"cases.agenda_sign_{n}"), "") for n in ("chair", "notes")]
    blocks = [
        paper.title(_title(agenda, language), f"{agenda.project_name} · {agenda.week}"),
        paper.paragraph(_summary(agenda, language)),
        paper.table(headings, rows, widths=WIDTHS, size=8, wide=wide) if rows else nothing,
        paper.space(8),
        paper.signatures(signers, wide=wide),
    ]
    made = _printed(agenda.made, zone)
    foot = paper.Foot(agenda.project_name, translate(language, "cases.agenda_made", at=made))
    return paper.write_paper(blocks, title=_title(agenda, language), page=page, foot=foot)


def _row(row: dict[str, Any], language: str) -> list[Any]:
    return [
        row["id"],
        (row["grid_code"] or "")[-3:],
        row[f"category_{language}"],
        row["text"],
        translate(language, f"incidents.channel_{row['channel']}"),
        row["level"],
        label(row["kind"], row["state"], language),
        row["reported_at"],
        row["due_at"],
        row["body"] or row["assignee_name"],
        row["urged"],
    ]


def _title(agenda: Agenda, language: str) -> str:
    return translate(language, "cases.agenda_title", unit=agenda.unit_name)


def _summary(agenda: Agenda, language: str) -> str:
    share = agenda.at_grid
    return translate(
        language,
        "cases.agenda_summary",
        first=agenda.first,
        last=agenda.last,
        n=len(agenda.rows),
        overdue=sum(row["overdue"] for row in agenda.rows),
        at_grid=share.n,
        closed=share.total,
        percent="–" if share.percent is None else share.percent,
    )


def _printed(value: Any, zone: ZoneInfo) -> Any:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone))


def _monday(week: str) -> date:
    try:
        year, number = week.split("-W")
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError as error:
        raise InvalidInput(f"not an ISO week: {week!r}", code="bad_week", week=week) from error
