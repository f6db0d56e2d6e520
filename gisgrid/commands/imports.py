"""`gisgrid import …`: OpenStreetMap extracts and lines; other files are in `import_files`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gisgrid.commands import bundles, import_files
from gisgrid.commands.call import Call, progress_bar
from gisgrid.model.ground import LineKind
from gisgrid.services.import_layers import (
    DRAWN,
    import_lines,
    import_osm,
)
from gisgrid.services.import_summary import ImportSummary
from gisgrid.services.keep_database import ready_database
from gisgrid.services.store_circles import measure_new_ground
from gisgrid.services.unit_rows import PROFILES

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `import osm|lines` and those of `import_files`."""
    group = subparsers.add_parser("import", help="take in a file; again: update from it")
    kinds = group.add_subparsers(required=True, metavar="KIND")
    bundles.add_import(kinds)

    osm = _file_parser(kinds, "osm", "OpenStreetMap extract (.osm.pbf, .osm)")
    osm.add_argument(
        "--profile",
        choices=sorted(PROFILES),
        default="china",
        help="what the administrative levels of the file are",
    )
    osm.set_defaults(command=osm_command)

    lines = _file_parser(kinds, "lines", "lines that enclose cells, e.g. borders of old grids")
    lines.add_argument("--layer", help="layer of the file, where it has several")
    lines.add_argument("--kind", choices=(DRAWN, *LineKind), default=DRAWN)
    lines.set_defaults(command=lines_command)

    import_files.register(kinds)


def _file_parser(kinds: Subparsers, name: str, text: str) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=text)
    parser.add_argument("file", type=Path)
    return parser


def osm_command(call: Call) -> int:
    """Import an OpenStreetMap extract."""
    engine = ready_database(call.settings)
    with progress_bar(call) as report:
        summary = import_osm(engine, call.args.file, profile=call.args.profile, progress=report)
        measure_new_ground(engine, report)
    return tell_summary(call, summary)


def lines_command(call: Call) -> int:
    """Import lines."""
    args, engine = call.args, ready_database(call.settings)
    with progress_bar(call) as report:
        summary = import_lines(engine, args.file, layer=args.layer, kind=args.kind, progress=report)
    return tell_summary(call, summary)


def tell_summary(call: Call, summary: ImportSummary) -> int:
    """Print what became of every row; 0."""
    heading = ["what", "read", "stored", "updated", "rejected", "retired"]
    rows: list[list[object]] = [[call.t(f"cli.{name}") for name in heading]]
    for layer in summary.layers:
        counts = (layer.read, layer.stored, layer.updated, layer.rejected, layer.retired)
        rows.append([call.t(f"cli.row_{layer.what}"), *counts])
    call.table(rows)
    for reason, count in summary.reasons().items():
        call.say("cli.reject_reason", reason=call.t(f"reject.{reason}"), n=count)
    if summary.estimated:
        call.say("cli.households", given=summary.given, estimated=summary.estimated)
    return 0
