"""`gisgrid circles` and `gisgrid site`: walking access from files to a GeoPackage, no database."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gisgrid.commands.call import Call, progress_bar
from gisgrid.errors import InvalidInput
from gisgrid.model.services import DEFAULT_SPEED_KMH, metres_in, service_kinds
from gisgrid.services.circles_from_files import KindRow, Walk, circles_from_files
from gisgrid.services.sites_from_files import SitesAnswer, Wish, sites_from_files
from gisgrid.services.walking_files import Sources
from gisgrid.services.walking_notes import Note

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers

_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(?:km/?h|公里/小时)?", re.IGNORECASE)
_LAYERS = "FILE or FILE:LAYER, GeoPackage, GeoJSON, Shapefile or OpenStreetMap"
_CIRCLES = """layers of the output:
  circles       service, kind, minutes, households (by walk), households_straight (plain circle)
  reach         building, kind, metres, service (the nearest of its kind)
  coverage      unit (* = all), kind, minutes, covered, uncovered, percent (of households),
                buildings_covered, buildings, buildings_percent
  uncovered     building, kind, minutes (the longest), households
  on_no_street  what, id: further than 300 m from every street, so not measured
  closed        service, kind, opening_hours: closed at the time of --at, so not counted
opening hours are OpenStreetMap's (Mo-Fr 08:30-17:30; PH off), or days of a month or a week with
hours behind them: FREQ=MONTHLY;BYMONTHDAY=8 09:00-11:30"""
_SITES = """layer of the output:
  sites         rank, candidate, must, gained (households), served_after (households)
opening hours: see gisgrid circles --help"""


def register(subparsers: Subparsers) -> None:
    """Add `circles` and `site`."""
    drawing = _parser(subparsers, "circles", "walking circles and coverage, from files", _CIRCLES)
    drawing.add_argument("--kind", metavar="COL", help="column of the services' kind (kind)")
    drawing.add_argument("--minutes", type=float, nargs="+", default=[5, 10, 15], metavar="N")
    drawing.add_argument("--units", metavar="LAYER", help="areas to count by: grids, communities")
    drawing.set_defaults(command=circles_command)

    siting = _parser(subparsers, "site", "the best places for new services, from files", _SITES)
    siting.add_argument("--kind", metavar="K", required=True, help="kind of the new services")
    siting.add_argument("--kind-column", metavar="COL", help="column of the services' kind (kind)")
    siting.add_argument("--minutes", type=float, metavar="N", help="longest walk (the kind's own)")
    siting.add_argument("--new", type=int, default=10, metavar="N", help="how many (10)")
    siting.add_argument("--candidates", metavar="LAYER", help="points to choose from (buildings)")
    siting.add_argument("--must", metavar="LAYER", help="points that are chosen in any case")
    siting.add_argument("--forbid", metavar="LAYER", help="areas where none may be")
    siting.set_defaults(command=site_command)


def _parser(
    subparsers: Subparsers, name: str, summary: str, layers: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(
        name,
        help=summary,
        epilog=layers,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--streets", required=True, metavar="LAYER", help=_LAYERS)
    parser.add_argument("--services", metavar="LAYER", help="points (the streets' OSM file)")
    parser.add_argument("--buildings", metavar="LAYER", help="areas (the streets' OSM file)")
    parser.add_argument("--households", metavar="COL", help="column of the buildings' households")
    parser.add_argument("--speed", default=str(DEFAULT_SPEED_KMH), help="walking, km/h (4.0)")
    parser.add_argument("--at", metavar="TIME", help="count services open then: 2026-12-08T09:00")
    parser.add_argument("--opening", metavar="COL", help="column of their hours (opening_hours)")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE.gpkg")
    return parser


def circles_command(call: Call) -> int:
    """Draw circles, count coverage, write them and tell the shares."""
    args = call.args
    walk = Walk(_minutes(args.minutes), _speed(args.speed), _moment(args.at))
    sources = _sources(args, kind=args.kind)
    with progress_bar(call) as report:
        rows, notes = circles_from_files(sources, walk, args.out, units=args.units, progress=report)
    _tell_notes(call, notes)
    call.table(_table(call, rows))
    longest = max(walk.minutes)
    call.say(
        "access.formula", minutes=f"{longest:g}", speed=f"{walk.speed_kmh:g}",
        metres=f"{max(walk.limits_m):.0f}",
    )  # fmt: skip
    call.say("access.written", file=args.out)
    return 0


def site_command(call: Call) -> int:
    """Choose new sites, write them and tell how near to the best they are."""
    args = call.args
    minutes, speed = _minutes([args.minutes or _usual_minutes(args.kind)])[0], _speed(args.speed)
    if args.new < 1:
        raise InvalidInput("--new wants 1 or more", code="bad_new", text=args.new)
    wish = Wish(
        args.kind,
        args.new,
        metres_in(minutes, speed_kmh=speed),
        args.candidates,
        args.must,
        args.forbid,
        _moment(args.at),
    )
    answer = sites_from_files(_sources(args, kind=args.kind_column), wish, args.out)
    _tell_notes(call, answer.notes)
    call.table(_site_table(call, answer))
    call.say(
        "access.sites_bound", n=answer.sites.total, bound=answer.sites.bound,
        percent=f"{100 * answer.sites.gap:.2f}",
    )  # fmt: skip
    call.say(
        "access.formula", minutes=f"{minutes:g}", speed=f"{speed:g}", metres=f"{wish.limit_m:.0f}"
    )
    call.say("access.written", file=args.out)
    return 0


def _sources(args: argparse.Namespace, *, kind: str | None) -> Sources:
    return Sources(args.streets, args.services, args.buildings, kind, args.households, args.opening)


def _moment(text: str | None) -> datetime | None:
    """A local day and time; a day alone, or a time of another zone, would mean another moment."""
    if text is None:
        return None
    try:
        return datetime.strptime(text.strip().replace(" ", "T"), "%Y-%m-%dT%H:%M")
    except ValueError:
        raise InvalidInput("--at wants YYYY-MM-DDTHH:MM", code="bad_at", text=text) from None


def _minutes(minutes: Sequence[float]) -> tuple[float, ...]:
    if not all(0 < each <= 120 for each in minutes):
        text = " ".join(f"{each:g}" for each in minutes)
        raise InvalidInput("--minutes wants numbers from 1 to 120", code="bad_minutes", text=text)
    return tuple(sorted(set(minutes)))


def _usual_minutes(kind: str) -> float:
    known = service_kinds().get(kind)
    return float(known.minutes) if known else 15.0


def _speed(text: str) -> float:
    found = _SPEED.fullmatch(text.strip())
    if not found or not 1 <= float(found[1]) <= 10:
        raise InvalidInput("--speed wants 1 to 10 km/h", code="bad_speed", text=text)
    return float(found[1])


def _tell_notes(call: Call, notes: Sequence[Note]) -> None:
    for note in notes:
        call.say(note.key, **note.facts)


def _table(call: Call, rows: Sequence[KindRow]) -> list[list[object]]:
    names = ("kind", "services", "covered", "percent", "straight", "overclaim")
    table: list[list[object]] = [[call.t(f"access.col_{name}") for name in names]]
    for row in rows:
        shares = _percent(row.covered, row.total), _percent(row.claimed, row.total)
        over = _percent(row.claimed - row.covered, row.covered)
        table.append([_kind(call, row.kind), row.services, row.covered, *shares, over])
    return table


def _site_table(call: Call, answer: SitesAnswer) -> list[list[object]]:
    names = ("rank", "gained", "covered", "percent")
    table: list[list[object]] = [[call.t(f"access.col_{name}") for name in names]]
    served = answer.before
    table.append([call.t("access.today"), "", served, _percent(served, answer.total)])
    for rank, gained in enumerate(answer.sites.gained, start=1):
        served += gained
        table.append([rank, gained, served, _percent(served, answer.total)])
    return table


def _kind(call: Call, key: str) -> str:
    """The kind in the reader's language, with its key; the key alone when it is not one of ours."""
    known = service_kinds().get(key)
    if known is None:
        return key
    return f"{known.zh if call.language == 'zh' else known.en} ({key})"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"
