"""`gisgrid incidents tick`: what the clock asks for; the server does it every minute by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gisgrid.commands.call import Call
from gisgrid.services.incident_timers import tick
from gisgrid.services.keep_database import ready_database

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `incidents tick`."""
    group = subparsers.add_parser("incidents", help="timers of incidents")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    now = actions.add_parser("tick", help="raise what is overdue, make rounds and alerts now")
    now.set_defaults(command=tick_command)


def tick_command(call: Call) -> int:
    """Do what is due; told as counts."""
    call.say("cli.ticked", **tick(ready_database(call.settings)))
    return 0
