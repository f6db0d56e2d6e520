"""`gisgrid import units|buildings|grids|services|streets|incidents|statistics|succession FILE`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gisgrid.commands.call import Call, progress_bar
from gisgrid.errors import InvalidInput
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.coverage import SNAP_M
from gisgrid.io.incoming.fields import KINDS
from gisgrid.io.incoming.limits import AT_THE_CONSOLE
from gisgrid.services.import_file import ForeignFile, file_at, import_file, preview_file
from gisgrid.services.keep_database import ready_database
from gisgrid.services.quarantine import list_imports
from gisgrid.services.store_circles import measure_new_ground
from gisgrid.services.undo_import import undo_import
from gisgrid.services.unit_on import units_on
from gisgrid.storage.engine import SYSTEM

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers

MEASURED = frozenset({"buildings", "streets", "services"})
SHOWN = 20
COUNTS = ("read", "stored", "updated", "rejected", "retired")


def register(kinds: Subparsers) -> None:
    """Add a parser for each kind of file, `list` and `undo`, to those of `import`."""
    for what in KINDS:
        _file_parser(kinds, what)
    listed = kinds.add_parser("list", help="the latest imports: who, when, what, what waits")
    listed.set_defaults(command=list_command)
    meant = kinds.add_parser("unit-on", help="which unit a code means on a day")
    meant.add_argument("code")
    meant.add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD (today)")
    meant.set_defaults(command=unit_on_command)
    undone = kinds.add_parser("undo", help="take an import back as a whole")
    undone.add_argument("run", type=int, help="its number, see `import list`")
    undone.set_defaults(command=undo_command)


def _file_parser(kinds: Subparsers, what: str) -> None:
    parser = kinds.add_parser(what, help=f"{what} from a file of somebody's own")
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="print the preview, store nothing")
    parser.add_argument("--good-rows", action="store_true", help="store the good rows alone")
    parser.add_argument("--layer", help="layer or sheet of the file, where it has several")
    parser.add_argument("--encoding", help="of its text, where the guess is wrong")
    parser.add_argument("--crs", help="EPSG:4528, gcj02, bd09, EPSG:4326/swapped …")
    parser.add_argument("--source", help="name under which the rows are known (file name)")
    parser.add_argument("--part", action="store_true", help="not the whole: retire nothing")
    parser.add_argument("--accept-repairs", action="store_true", help="large repairs too")
    parser.add_argument("--snap", type=float, default=SNAP_M, metavar="METRES",
                        help="gaps and overlaps narrower than this are snapped")  # fmt: skip
    parser.add_argument("--expect", type=int, metavar="ROWS", help="rows there should be")
    parser.add_argument("--mends", type=int, metavar="RUN", help="brings back its quarantine")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help="which of their columns is ours, where the guess is wrong",
    )
    if what == "units":
        parser.add_argument("--level", help="level of the units: district, street, community …")
        parser.add_argument("--valid-from", metavar="DAY", help="day from which they hold")
    if what == "services":
        parser.add_argument("--kind", help="kind of all of them, where no column says it")
    parser.set_defaults(command=file_command, what=what)


def file_command(call: Call) -> int:
    """Import a file, or tell what would be imported."""
    args, engine = call.args, ready_database(call.settings)
    file = file_at(args.what, args.file)
    file = ForeignFile(file.what, file.paths, file.name, args.mends)
    choices = _choices(args)
    if args.dry_run:
        return tell_preview(call, preview_file(engine, file, choices, limits=AT_THE_CONSOLE))
    with progress_bar(call) as report:
        told = import_file(engine, SYSTEM, file, choices, limits=AT_THE_CONSOLE, progress=report)
        if args.what in MEASURED and not told["repeated"]:
            measure_new_ground(engine, report)
    return tell_import(call, told)


def _choices(args: argparse.Namespace) -> Choices:
    return Choices(
        layer=args.layer,
        encoding=args.encoding,
        mapping=mapping_of(args.map),
        crs=args.crs,
        level=getattr(args, "level", None),
        valid_from=getattr(args, "valid_from", None),
        service=getattr(args, "kind", None),
        source=args.source,
        whole=not args.part,
        good_rows=args.good_rows,
        accept=args.accept_repairs,
        snap_m=args.snap,
        expected=args.expect,
    )


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """{ours: theirs} from ``ours=theirs``."""
    for pair in pairs:
        if "=" not in pair:
            raise InvalidInput(f"--map wants OURS=THEIRS, not {pair}", code="bad_map", text=pair)
    return {ours: theirs for ours, _, theirs in (pair.partition("=") for pair in pairs)}


def tell_import(call: Call, told: Mapping[str, Any]) -> int:
    """Print what became of every row; 0."""
    if told["repeated"]:
        call.say("import.cli_repeated", run=told["run"])
        return 0
    heading = [call.t(f"cli.{name}") for name in ("what", *COUNTS)]
    counts = [told["quarantined" if name == "rejected" else name] for name in COUNTS]
    call.table([heading, [call.t(f"import.what_{told['what']}"), *counts]])
    _tell_reasons(call, told["reasons"])
    _tell_findings(call, told)
    if told.get("estimated") is not None:
        call.say("cli.households", given=told["given"], estimated=told["estimated"])
    call.say("import.cli_undo", run=told["run"])
    return 0


def tell_preview(call: Call, told: Mapping[str, Any]) -> int:
    """Print what is in a file; 0, or 1 where its owner must say something first."""
    if told["asks"] == ["layer"]:
        call.say("import.cli_layers", layers=", ".join(e["name"] for e in told["layers"]))
        return 1
    place = told["place"]
    call.say(
        "import.cli_found",
        format=told["format"],
        layer=told["layer"],
        rows=told["rows"],
        encoding=told["encoding"] or "–",
    )
    call.say(f"import.place_{place['verdict']}", name=place["stated_name"] or "–")
    if place["guesses"]:
        call.table(_guess_rows(call, place))
    call.table(_mapping_rows(call, told))
    would = told["would"]
    call.say("import.cli_would", good=would["good"], quarantined=would["quarantined"],
             checked=would["checked"])  # fmt: skip
    _tell_reasons(call, would["reasons"])
    _tell_findings(call, told)
    for question in told["asks"]:
        call.say(f"import.ask_{question}", fields=", ".join(told["lacking"]))
    return 1 if told["asks"] else 0


def _guess_rows(call: Call, place: Mapping[str, Any]) -> list[list[object]]:
    fit = f"import.fit_{place['evidence']}" if place["evidence"] else "import.fit"
    rows: list[list[object]] = [["", call.t("import.inside"), call.t(fit), call.t("import.shift")]]
    for guess in place["guesses"]:
        share = "–" if guess["inside"] is None else f"{guess['inside']:.0%}"
        measured = "–" if guess["fit"] is None else _fit(place["evidence"], guess["fit"])
        shift = "–" if guess["shift_m"] is None else f"{guess['shift_m']} m"
        rows.append([f"{guess['key']} {guess['name']}", share, measured, shift])
    return rows


def _fit(evidence: str, figure: float) -> str:
    return f"{figure:.0f} m" if evidence == "border" else f"{figure:.1%}"


def _mapping_rows(call: Call, told: Mapping[str, Any]) -> list[list[object]]:
    first = told["first"]
    rows: list[list[object]] = [[call.t("import.ours"), call.t("import.theirs"), ""]]
    for field in told["fields"]:
        heading = field["heading"]
        if heading is None:
            continue
        at = told["headings"].index(heading)
        values = [row[at] for row in first[:3] if row[at]]
        rows.append([call.t(f"import.field_{field['key']}"), heading, " · ".join(values)[:60]])
    return rows


def _tell_reasons(call: Call, reasons: Mapping[str, int]) -> None:
    for reason, count in reasons.items():
        call.say("cli.reject_reason", reason=call.t(f"reject.{reason}"), n=count)


def _tell_findings(call: Call, told: Mapping[str, Any]) -> None:
    for kind, count in (told.get("repaired") or {}).items():
        call.say("import.repaired", kind=call.t(f"import.repair_{kind}"), n=count)
    for finding in (told.get("findings") or [])[:SHOWN]:
        facts = {k: _plain(v) for k, v in finding.items() if k != "kind"}
        call.say(f"import.finding_{finding['kind']}", **facts)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else value


def list_command(call: Call) -> int:
    """Print the latest imports."""
    rows: list[list[object]] = [
        [call.t(f"import.col_{name}") for name in ("run", "at", "what", "file", "rows", "waiting")]
    ]
    for run in list_imports(ready_database(call.settings), SYSTEM, limit=SHOWN):
        undone = f" ({call.t('import.undone')})" if run["undone_at"] else ""
        rows.append(
            [str(run["id"]), run["at"][:16], run["what"], run["file_name"] + undone, run["read"],
             run["waiting"]]
        )  # fmt: skip
    call.table(rows)
    return 0


def unit_on_command(call: Call) -> int:
    """Print the units that a code means on a day; 1 where there is none."""
    day = call.args.day or datetime.now(UTC).date()
    found = units_on(ready_database(call.settings), call.args.code, day)
    names = ("code", "name", "valid_from", "valid_to")
    heading: list[object] = [call.t(f"import.field_{name}") for name in names]
    call.table([heading, *([unit[name] or "–" for name in names] for unit in found)])
    return 0 if found else 1


def undo_command(call: Call) -> int:
    """Take an import back."""
    counts = undo_import(ready_database(call.settings), SYSTEM, call.args.run)
    call.say("import.cli_undone", **counts)
    return 0
