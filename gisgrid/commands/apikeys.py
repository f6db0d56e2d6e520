"""`gisgrid apikey add|list|revoke`: which systems of others may report through Open311."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gisgrid.commands.call import Call
from gisgrid.services.api_keys import PER_MINUTE, list_keys, make_key, revoke_key
from gisgrid.services.keep_database import ready_database
from gisgrid.storage.engine import SYSTEM

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `apikey add|list|revoke`."""
    group = subparsers.add_parser("apikey", help="keys of other systems, for Open311")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="make a key; it is printed this once")
    add.add_argument("name", help="the system that gets it")
    add.add_argument("--body", required=True, help="the authority or company that runs it")
    add.add_argument("--per-minute", type=int, default=PER_MINUTE, help="calls a minute")
    add.set_defaults(command=add_command)
    actions.add_parser("list", help="every key").set_defaults(command=list_command)
    revoke = actions.add_parser("revoke", help="take a key back")
    revoke.add_argument("name")
    revoke.set_defaults(command=revoke_command)


def add_command(call: Call) -> int:
    """Make a key and print it."""
    args = call.args
    made = make_key(
        ready_database(call.settings),
        SYSTEM,
        name=args.name,
        body=args.body,
        per_minute=args.per_minute,
    )
    call.say("open311.key_made", name=made["name"], secret=made["key"])
    return 0


def list_command(call: Call) -> int:
    """List the keys."""
    rows = list_keys(ready_database(call.settings))
    names = ("name", "body", "ending", "per_minute", "created_at", "used_at", "revoked_at")
    heading = [call.t(f"open311.key_{name}") for name in names]
    call.table([heading, *([row[name] or "" for name in names] for row in rows)])
    return 0


def revoke_command(call: Call) -> int:
    """Take a key back."""
    revoke_key(ready_database(call.settings), SYSTEM, call.args.name)
    call.say("open311.key_revoked", name=call.args.name)
    return 0
