"""`gisgrid export …`: layers and plans as files."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gisgrid.commands import bundles
from gisgrid.commands.call import Call
from gisgrid.errors import InvalidInput
from gisgrid.io.formats import FORMATS
from gisgrid.model.layers import LAYERS
from gisgrid.services.export_layers import export_layers, wish_of
from gisgrid.services.keep_database import ready_database
from gisgrid.storage.engine import SYSTEM

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers

SUFFIXES = {
    ".gpkg": "gpkg",
    ".geojson": "geojson",
    ".json": "geojson",
    ".zip": "shp",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
}


def register(subparsers: Subparsers) -> None:
    """Add `export LAYER`, `export plan`."""
    group = subparsers.add_parser("export", help="write a layer or a plan into a file")
    kinds = group.add_subparsers(required=True, metavar="LAYER")
    for key, layer in LAYERS.items():
        if not layer.of_plan:
            _file_options(kinds.add_parser(key, help=f"layer {key}")).set_defaults(layers=(key,))
    bundles.add_export(kinds)
    plan = _file_options(kinds.add_parser("plan", help="a plan: its grids, cells and buildings"))
    plan.add_argument("--plan", type=int, required=True, metavar="ID", help="which plan")
    plan.add_argument(
        "--only", choices=("grids", "cells", "buildings"), help="this layer of the plan alone"
    )
    plan.set_defaults(layers=())


def _file_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("file", type=Path, nargs="?", help="file or folder to write (here)")
    parser.add_argument("--format", choices=list(FORMATS), help="default: as FILE is called; gpkg")
    parser.add_argument(
        "--crs", default="4326", help="EPSG code (4326, 4490, 4547 …), gcj02 or bd09"
    )
    parser.add_argument(
        "--exact", action="store_true", help="write counts of 1 to 4 households too"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.set_defaults(command=export_command)
    return parser


def export_command(call: Call) -> int:
    """Write one file."""
    args = call.args
    plan = getattr(args, "plan", None)
    only = getattr(args, "only", None)
    wish = wish_of(
        (f"plan_{only}",) if only else args.layers,
        plan,
        format=args.format or _format_of(args.file),
        crs=args.crs,
        language=call.language,
        exact=args.exact,
    )
    engine = ready_database(call.settings)
    with tempfile.TemporaryDirectory() as folder:
        made = export_layers(engine, SYSTEM, wish, Path(folder))
        file = _place(args.file, made.path.name, force=args.force)
        shutil.move(made.path, file)
    call.say("export.cli_made", file=file, rows=made.rows)
    if not args.exact:
        call.say("export.cli_masked")
    return 0


def _format_of(file: Path | None) -> str:
    return "gpkg" if file is None else SUFFIXES.get(file.suffix.lower(), "gpkg")


def _place(asked: Path | None, name: str, *, force: bool) -> Path:
    """Where the file goes; InvalidInput (``file_exists``) where one is already."""
    file = Path(name) if asked is None else asked / name if asked.is_dir() else asked
    if file.exists() and not force:
        raise InvalidInput(
            f"{file} is there already; --force writes over it", code="file_exists", file=file.name
        )
    if not file.parent.is_dir():
        raise InvalidInput(
            f"there is no folder {file.parent}", code="no_folder", folder=str(file.parent)
        )
    return file
