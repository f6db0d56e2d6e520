"""`gisgrid …`: argument parsing only; commands are in `gisgrid.commands`, the work in services."""

from __future__ import annotations

import argparse
import locale
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from gisgrid import __version__
from gisgrid.commands.call import Call
from gisgrid.errors import GisGridError
from gisgrid.language import LANGUAGES, explain
from gisgrid.settings import Settings

GROUPS = (
    "gisgrid.commands.database",
    "gisgrid.commands.territory",
    "gisgrid.commands.imports",
    "gisgrid.commands.serve",
    "gisgrid.commands.work",
    "gisgrid.commands.plans",
    "gisgrid.commands.circles",
    "gisgrid.commands.coverage",
    "gisgrid.commands.exports",
    "gisgrid.commands.incidents",
    "gisgrid.commands.accounts",
    "gisgrid.commands.apikeys",
    "gisgrid.commands.demo",
)
FAILED = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Errors are told in the user's language, on stderr."""
    args = build_parser().parse_args(arguments)
    settings = Settings.from_env()
    if args.data is not None:
        settings = replace(settings, data=args.data.resolve())
    call = Call(args, settings, args.lang or _language())
    try:
        return int(args.command(call))
    except GisGridError as error:
        sys.stderr.write(f"gisgrid: {explain(call.language, error)}\n")
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """The parser with the commands of all groups."""
    parser = argparse.ArgumentParser(
        prog="gisgrid", description="Draw, balance and serve the grids of a district (网格化管理)."
    )
    parser.add_argument("--version", action="version", version=f"gisgrid {__version__}")
    parser.add_argument("--data", type=Path, help="data folder (GISGRID_DATA)")
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the answers")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in GROUPS:
        import_module(group).register(subparsers)
    return parser


def _language() -> str:
    """Chinese where the system speaks it, else English."""
    try:
        locale.setlocale(locale.LC_MESSAGES, "")
        spoken = locale.getlocale(locale.LC_MESSAGES)[0]
    except locale.Error:
        spoken = None
    return "zh" if (spoken or "").lower().startswith(("zh", "chinese")) else "en"


if __name__ == "__main__":
    sys.exit(main())
