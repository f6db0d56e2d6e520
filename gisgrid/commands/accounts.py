"""`gisgrid account add|list|password`: who may sign in."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from gisgrid.commands.call import Call
from gisgrid.model.people import Role
from gisgrid.services.accounts import (
    NewAccount,
    add_account,
    list_accounts,
    made_password,
    set_password,
    unit_ids,
)
from gisgrid.services.keep_database import ready_database

if TYPE_CHECKING:
    from gisgrid.commands.call import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add `account add|list|password`."""
    group = subparsers.add_parser("account", help="make accounts, list them, change a password")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="make an account")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="name shown on the screen")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--unit", action="append", default=[], help="code of a unit it covers")
    add.add_argument("--grid", action="append", default=[], help="code of a grid it leads")
    add.set_defaults(command=add_command)
    actions.add_parser("list", help="every account").set_defaults(command=list_command)
    password = actions.add_parser("password", help="give an account a new password")
    password.add_argument("login")
    password.set_defaults(command=password_command)


def add_command(call: Call) -> int:
    """Make an account; its password is read from the terminal, or made and printed."""
    args, engine = call.args, ready_database(call.settings)
    password, was_made = _password(call)
    account = NewAccount(
        login=args.login,
        display_name=args.name,
        role=Role(args.role),
        password=password,
        units=unit_ids(engine, args.unit),
        grids=tuple(args.grid),
    )
    add_account(engine, account)
    call.say("cli.account_added", login=args.login)
    if was_made:
        call.say("cli.password_made", password=password)
    return 0


def list_command(call: Call) -> int:
    """List the accounts."""
    rows = list_accounts(ready_database(call.settings))
    names = ("login", "display_name", "role", "active")
    call.table([[call.t(f"cli.{name}") for name in names], *([r[n] for n in names] for r in rows)])
    return 0


def password_command(call: Call) -> int:
    """Change a password."""
    engine = ready_database(call.settings)
    password, was_made = _password(call)
    set_password(engine, call.args.login, password)
    call.say("cli.password_changed", login=call.args.login)
    if was_made:
        call.say("cli.password_made", password=password)
    return 0


def _password(call: Call) -> tuple[str, bool]:
    """The password typed, or one made where nobody types; and whether it was made."""
    typed = getpass.getpass(call.t("cli.new_password")) if sys.stdin.isatty() else ""
    return (typed, False) if typed else (made_password(), True)
