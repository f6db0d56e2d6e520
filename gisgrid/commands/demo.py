"""`gisgrid demo`: prepare a district where there is none yet, print the logins, serve it."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gisgrid.commands.call import Call, progress_bar
from gisgrid.commands.imports import tell_summary
from gisgrid.errors import GisGridError, InvalidInput
from gisgrid.services.accounts import add_accounts
from gisgrid.services.demo_cases import enliven_cases
from gisgrid.services.keep_database import ready_database, reset_database, stop_database
from gisgrid.services.prepare_district import (
    DEMO_SIZES,
    demonstration_accounts,
    is_begun,
    is_prepared,
    now_there,
    prepare_city,
    prepare_demonstration,
    prepare_layers,
)
from gisgrid.services.unit_rows import PROFILES

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gisgrid.commands.call import Subparsers
    from gisgrid.services.accounts import NewAccount
    from gisgrid.services.import_summary import ImportSummary
    from gisgrid.settings import Settings

LOGINS = "demo-logins.json"
ORIGIN = "demo-origin.json"


def register(subparsers: Subparsers) -> None:
    """Add `demo`."""
    demo = subparsers.add_parser(
        "demo", help="serve the demonstration district, or a real city, with logins made for it"
    )
    demo.add_argument("--osm", type=Path, help="an OpenStreetMap extract instead (.osm.pbf, .osm)")
    demo.add_argument("--profile", choices=sorted(PROFILES), default="china", help="of the extract")
    demo.add_argument("--buildings", metavar="FILE[:LAYER]", help="a layer of buildings instead")
    demo.add_argument("--units", metavar="FILE[:LAYER]", help="units of the buildings")
    demo.add_argument("--level", help="level of the units: district, street, community …")
    demo.add_argument("--size", choices=sorted(DEMO_SIZES), default="district")
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--data", type=Path, default=argparse.SUPPRESS, help="data folder (var/…)")
    demo.add_argument("--prepare-only", action="store_true", help="prepare, do not serve")
    demo.set_defaults(command=demo_command)


def demo_command(call: Call) -> int:
    """Prepare what is missing, print the address and the logins, serve until told to stop."""
    _require_whole_choice(call.args)
    server = import_module("web.serve")
    if not call.args.prepare_only:
        server.require_port(call.args.host, call.args.port)
    settings = call.settings
    if call.args.data is None:
        settings = replace(settings, data=settings.data / _name(call.args))
    call = replace(call, settings=settings)
    _require_same_origin(call)
    engine = ready_database(settings)
    _prepare(call, engine)
    engine.dispose()
    if call.args.prepare_only:
        return 0
    _print_logins(call)
    try:
        server.run(settings, call.args.host, call.args.port)
    finally:
        stop_database(settings)
    return 0


def _prepare(call: Call, engine: Engine) -> None:
    """Prepare what is missing. What cannot be prepared at all leaves the folder as it was."""
    if is_prepared(engine):
        return
    begun = is_begun(engine)
    try:
        _serve_ground(call, engine)
    except GisGridError:
        if not begun:
            engine.dispose()
            (call.settings.data / ORIGIN).unlink(missing_ok=True)
            reset_database(call.settings)
        raise
    wanted = demonstration_accounts(engine)
    _write_private(call.settings, LOGINS, [_login(account) for account in wanted])
    add_accounts(engine, wanted)  # after the file: nobody is locked out by a sudden end
    if not (call.args.osm or call.args.buildings):
        enliven_cases(engine)


def _login(account: NewAccount) -> dict[str, str]:
    """An account as it is printed."""
    return {
        "role": account.role.value,
        "login": account.login,
        "password": account.password,
        "display_name": account.display_name,
    }


def _serve_ground(call: Call, engine: Engine) -> None:
    """Import the ground, divide it, put plans in force, and tell what came out."""
    args = call.args
    summaries: list[ImportSummary] = []
    with progress_bar(call) as report:
        if args.osm:
            summaries, made = prepare_city(engine, args.osm, profile=args.profile, progress=report)
        elif args.buildings:
            summaries, made = prepare_layers(
                engine,
                buildings=_file(args.buildings),
                units_file=_file(args.units),
                level=args.level,
                progress=report,
            )
        else:
            size = DEMO_SIZES[args.size]
            made = prepare_demonstration(engine, size=size, now=now_there(), progress=report)
    for summary in summaries:
        tell_summary(call, summary)
    if made.communities:
        counts = {name: getattr(made, name) for name in ("communities", "grids", "excused")}
        call.say("cli.prepared", **counts)


def _print_logins(call: Call) -> None:
    call.say("cli.serving", host=call.args.host, port=call.args.port)
    file = call.settings.data / LOGINS
    if file.exists():
        logins = json.loads(file.read_text(encoding="utf-8"))
        names = ("display_name", "role", "login", "password")
        heading = [call.t(f"cli.{name}") for name in names]
        call.table([heading, *([row[name] for name in names] for row in logins)])


def _require_whole_choice(args: argparse.Namespace) -> None:
    if args.osm and args.buildings:
        raise InvalidInput("choose --osm or --buildings, not both", code="two_sources")
    if bool(args.buildings) != bool(args.units):
        raise InvalidInput("--buildings and --units go together", code="units_missing")
    for given in (args.osm, *(_file(f)[0] for f in (args.buildings, args.units) if f)):
        if given and not Path(given).is_file():
            raise InvalidInput(f"there is no file {given}", code="no_such_file", file=given)


def _require_same_origin(call: Call) -> None:
    """A data folder keeps one district: what it was made from stands in a file of its own."""
    args = call.args
    origin = {"osm": str(args.osm or ""), "buildings": args.buildings or "", "size": args.size}
    file = call.settings.data / ORIGIN
    if not file.exists():
        _write_private(call.settings, ORIGIN, origin)
        return
    known = json.loads(file.read_text(encoding="utf-8"))
    named = {name: Path(origin[name]).name for name in ("osm", "buildings")}
    if any(Path(known[name]).name != named[name] for name in named):
        raise InvalidInput(
            f"the folder {call.settings.data} holds another district; choose another with --data",
            code="another_district",
            data=call.settings.data,
        )


def _write_private(settings: Settings, name: str, content: object) -> None:
    """Write a file for its owner only, whole or not at all."""
    settings.data.mkdir(parents=True, exist_ok=True)
    draft = settings.data / f"{name}.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(settings.data / name)


def _name(args: argparse.Namespace) -> str:
    """Folder of a district among the data: its own for each source."""
    source = args.osm or (_file(args.buildings)[0] if args.buildings else None)
    return Path(source).name.split(".")[0] if source else "demo"


def _file(text: str) -> tuple[Path, str | None]:
    """Path and layer of ``FILE`` or ``FILE:LAYER``."""
    path, mark, layer = text.rpartition(":")
    if mark and Path(path).suffix:
        return Path(path), layer
    return Path(text), None
