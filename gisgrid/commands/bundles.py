"""`gisgrid export bundle`, `gisgrid import bundle`: a whole district as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gisgrid.commands.call import Call
from gisgrid.errors import InvalidInput
from gisgrid.services.bundles import export_bundle, import_bundle
from gisgrid.services.keep_database import ready_database

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers

PHOTOS = "photos"


def add_export(kinds: Subparsers) -> None:
    """Add `export bundle`."""
    out = kinds.add_parser("bundle", help="everything of the district, for another installation")
    out.add_argument("file", type=Path, help="file to write (.zip)")
    out.add_argument("--force", action="store_true", help="write over a file that is there")
    out.set_defaults(command=export_command)


def add_import(kinds: Subparsers) -> None:
    """Add `import bundle`."""
    into = kinds.add_parser("bundle", help="a bundle, into an empty installation")
    into.add_argument("file", type=Path)
    into.set_defaults(command=import_command)


def export_command(call: Call) -> int:
    """Write a bundle."""
    file: Path = call.args.file
    if file.exists() and not call.args.force:
        raise InvalidInput(f"{file.name} is there already", code="file_exists", file=file.name)
    if not file.parent.is_dir():
        raise InvalidInput(
            f"there is no folder {file.parent}", code="no_folder", folder=str(file.parent)
        )
    engine = ready_database(call.settings)
    done = export_bundle(engine, file, photos=call.settings.data / PHOTOS)
    call.say("export.cli_bundle", file=file, tables=done.tables, rows=done.rows)
    call.say("export.cli_bundle_note")
    return 0


def import_command(call: Call) -> int:
    """Store a bundle."""
    engine = ready_database(call.settings)
    done = import_bundle(engine, call.args.file, photos=call.settings.data / PHOTOS)
    call.say("export.cli_unbundled", project=done.project, tables=done.tables, rows=done.rows)
    call.say("export.cli_passwords")
    return 0
