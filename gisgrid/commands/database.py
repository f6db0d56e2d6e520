"""`gisgrid db …`: the embedded database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gisgrid.commands.call import Call
from gisgrid.services.keep_database import (
    database_status,
    ready_database,
    reset_database,
    stop_database,
)

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `db start|stop|status|reset|migrate`."""
    group = subparsers.add_parser("db", help="start, stop, migrate or delete the database")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    for name, command, text in (
        ("start", start, "start the embedded database and migrate it"),
        ("stop", stop, "stop it"),
        ("status", status, "say whether it runs, and where"),
        ("migrate", start, "bring the database to the newest shape"),
    ):
        actions.add_parser(name, help=text).set_defaults(command=command)
    resetting = actions.add_parser("reset", help="delete it with all it holds")
    resetting.add_argument("--yes", action="store_true", help="do not ask")
    resetting.set_defaults(command=reset)


def start(call: Call) -> int:
    """Start and migrate."""
    ready_database(call.settings).dispose()
    return status(call)


def stop(call: Call) -> int:
    """Stop the embedded database."""
    call.say("cli.stopped" if stop_database(call.settings) else "cli.not_running")
    return 0


def status(call: Call) -> int:
    """Say where the database is; 0 when it runs."""
    if call.settings.database_url is not None:
        call.say("cli.real_server")
        return 0
    state = database_status(call.settings)
    if state.home is None:
        call.say("cli.no_database", data=call.settings.data)
        return 1
    key = "cli.running" if state.running else "cli.at_rest"
    call.say(key, version=state.version, home=state.home, url=state.url)
    return 0 if state.running else 1


def reset(call: Call) -> int:
    """Delete the database, after asking."""
    if not call.args.yes:
        call.say("cli.reset_needs_yes", data=call.settings.data)
        return 1
    call.say("cli.deleted" if reset_database(call.settings) else "cli.real_server_stays")
    return 0
