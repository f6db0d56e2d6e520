"""`gisgrid reach build`: measure who walks where, and store it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gisgrid.commands.call import Call, progress_bar
from gisgrid.services.keep_database import ready_database
from gisgrid.services.service_circles import list_kinds
from gisgrid.services.store_circles import store_circles
from gisgrid.storage.engine import SYSTEM

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `reach build`."""
    reach = subparsers.add_parser("reach", help="measure the walks to every kind of service")
    actions = reach.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="measure what the ground has changed since")
    build.add_argument("kinds", nargs="*", metavar="KIND", help="these kinds in any case")
    build.add_argument("--again", action="store_true", help="all kinds in any case")
    build.set_defaults(command=build_command)


def build_command(call: Call) -> int:
    """Store reach and circles of the kinds that are out of date, or of those that are named."""
    engine = ready_database(call.settings)
    kinds = call.args.kinds or None
    if call.args.again:
        kinds = [kind["key"] for kind in list_kinds(engine, SYSTEM)]
    with progress_bar(call) as report:
        done = store_circles(engine, kinds, progress=report)
    call.say("cli.reach_stored", kinds=done.kinds, walks=done.walks, circles=done.circles)
    return 0
