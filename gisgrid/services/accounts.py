"""Accounts: made by an administrator on the machine, with a role and the ground it covers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Conflict, InvalidInput, NotFound
from gisgrid.model.people import Role
from gisgrid.services.sign_in import hash_password
from gisgrid.storage import people, units
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

SHORTEST_PASSWORD = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to make. `units` are unit ids it covers with all below; `grids` are grid codes."""

    login: str
    display_name: str
    role: Role
    password: str
    units: tuple[int, ...] = ()
    grids: tuple[str, ...] = ()


def add_account(engine: Engine, wanted: NewAccount) -> int:
    """Make an account; its id.

    Raises
    ------
    InvalidInput
        The login is empty, or the password shorter than `SHORTEST_PASSWORD`.
    Conflict
        The login is taken.
    """
    return add_accounts(engine, [wanted])[0]


def add_accounts(engine: Engine, wanted: Sequence[NewAccount]) -> list[int]:
    """Make accounts, all or none of them; their ids. Raises as `add_account` does."""
    for account in wanted:
        _require_login(account.login)
        _require_password(account.password)
    hashes = [hash_password(account.password) for account in wanted]
    with transaction(engine, SYSTEM) as conn:
        return [_added(conn, *one) for one in zip(wanted, hashes, strict=True)]


def _added(conn: Connection, wanted: NewAccount, password_hash: str) -> int:
    if people.is_taken(conn, wanted.login):
        raise Conflict(f"the login {wanted.login} is taken", code="login_taken", login=wanted.login)
    account_id = people.add(
        conn,
        login=wanted.login,
        display_name=wanted.display_name,
        password_hash=password_hash,
        role=wanted.role,
    )
    people.set_scope(conn, account_id, units=wanted.units, grids=wanted.grids)
    people.note(conn, "add_account", wanted.login, account_id=None, facts={"role": wanted.role})
    return account_id


def set_password(engine: Engine, login: str, password: str) -> None:
    """Give an account a new password, and end its sessions.

    Raises
    ------
    NotFound
        There is no such account.
    InvalidInput
        The password is shorter than `SHORTEST_PASSWORD`.
    """
    _require_password(password)
    password_hash = hash_password(password)
    with transaction(engine, SYSTEM) as conn:
        if not people.set_password(conn, login, password_hash):
            raise NotFound(f"there is no account {login}", code="no_account", login=login)


def unit_ids(engine: Engine, codes: Sequence[str]) -> tuple[int, ...]:
    """Ids of the units with these codes. Raises NotFound for a code that no valid unit has."""
    with transaction(engine, SYSTEM) as conn:
        known = units.ids_of(conn, codes)
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise NotFound(f"there is no unit {unknown[0]}", code="no_unit", unit=unknown[0])
    return tuple(known[code] for code in codes)


def list_accounts(engine: Engine) -> Sequence[dict[str, Any]]:
    """Every account: login, display_name, role, active."""
    with transaction(engine, SYSTEM) as conn:
        return [dict(row._mapping) for row in people.accounts(conn)]


def made_password() -> str:
    """A password that can be read out and typed: three groups of four letters and digits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def _require_login(login: str) -> None:
    if not login.strip() or login != login.strip() or "\x00" in login:
        raise InvalidInput("a login has no spaces around it and is not empty", code="bad_login")


def _require_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(
            f"a password has at least {SHORTEST_PASSWORD} characters",
            code="short_password",
            least=SHORTEST_PASSWORD,
        )
