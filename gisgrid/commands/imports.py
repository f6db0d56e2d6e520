"""`gisgrid import …`: files become ground, units and incidents."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gisgrid.commands import bundles
from gisgrid.commands.call import Call, progress_bar
from gisgrid.errors import InvalidInput
from gisgrid.model.ground import LineKind
from gisgrid.services.import_incidents import import_incidents
from gisgrid.services.import_layers import (
    DRAWN,
    import_buildings,
    import_lines,
    import_osm,
    import_units,
)
from gisgrid.services.import_summary import ImportSummary
from gisgrid.services.keep_database import ready_database
from gisgrid.services.store_circles import measure_new_ground
from gisgrid.services.unit_rows import PROFILES
from gisgrid.storage.engine import SYSTEM

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `import osm|buildings|units|lines|incidents`."""
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

    buildings = _layer_parser(kinds, "buildings", "layer of buildings (.gpkg, .geojson, .shp)")
    buildings.add_argument("--source", help="name under which the rows are known (file name)")
    buildings.set_defaults(command=buildings_command)

    units = _layer_parser(kinds, "units", "layer of units: streets, communities …")
    units.add_argument("--level", help="level of the units: district, street, community …")
    units.set_defaults(command=units_command)

    lines = _file_parser(kinds, "lines", "lines that enclose cells, e.g. borders of old grids")
    lines.add_argument("--layer", help="layer of the file, where it has several")
    lines.add_argument("--kind", choices=(DRAWN, *LineKind), default=DRAWN)
    lines.set_defaults(command=lines_command)

    incidents = _file_parser(kinds, "incidents", "list of incidents (.csv)")
    incidents.add_argument("--source", default="csv", help="name of the list")
    incidents.add_argument("--timezone", help="of times without one (the project's)")
    incidents.set_defaults(command=incidents_command)


def _file_parser(kinds: Subparsers, name: str, text: str) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=text)
    parser.add_argument("file", type=Path)
    return parser


def _layer_parser(kinds: Subparsers, name: str, text: str) -> argparse.ArgumentParser:
    parser = _file_parser(kinds, name, text)
    parser.add_argument("--layer", help="layer of the file, where it has several")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help="which of their columns is ours, where the guess is wrong",
    )
    return parser


def osm_command(call: Call) -> int:
    """Import an OpenStreetMap extract."""
    engine = ready_database(call.settings)
    with progress_bar(call) as report:
        summary = import_osm(engine, call.args.file, profile=call.args.profile, progress=report)
        measure_new_ground(engine, report)
    return tell_summary(call, summary)


def buildings_command(call: Call) -> int:
    """Import a layer of buildings."""
    args, engine = call.args, ready_database(call.settings)
    with progress_bar(call) as report:
        summary = import_buildings(
            engine,
            args.file,
            layer=args.layer,
            mapping=_mapping(args.map),
            source=args.source,
            progress=report,
        )
        measure_new_ground(engine, report)
    return tell_summary(call, summary)


def units_command(call: Call) -> int:
    """Import a layer of units."""
    args, engine = call.args, ready_database(call.settings)
    with progress_bar(call) as report:
        summary = import_units(
            engine,
            args.file,
            layer=args.layer,
            level=args.level,
            mapping=_mapping(args.map),
            progress=report,
        )
    return tell_summary(call, summary)


def lines_command(call: Call) -> int:
    """Import lines."""
    args, engine = call.args, ready_database(call.settings)
    with progress_bar(call) as report:
        summary = import_lines(engine, args.file, layer=args.layer, kind=args.kind, progress=report)
    return tell_summary(call, summary)


def incidents_command(call: Call) -> int:
    """Import a list of incidents."""
    engine = ready_database(call.settings)
    counts = import_incidents(
        engine, SYSTEM, call.args.file, source=call.args.source, timezone=call.args.timezone
    )
    names = ("read", "stored", "updated", "located", "rejected")
    call.table([[call.t(f"cli.{name}") for name in names], [counts[name] for name in names]])
    return 0


def _mapping(pairs: list[str]) -> dict[str, str]:
    """{ours: theirs} from ``ours=theirs``."""
    for pair in pairs:
        if "=" not in pair:
            raise InvalidInput(f"--map wants OURS=THEIRS, not {pair}", code="bad_map", text=pair)
    return {ours: theirs for ours, _, theirs in (pair.partition("=") for pair in pairs)}


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
