"""Processes of the embedded cluster: run as its user, and found by the folder they live in."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gisgrid.errors import DatabaseDown

_FITTING = ("postgres", "gisgrid", "daemon", "nobody")


def database_user() -> str | None:
    """The user that runs the cluster: None for ourselves, another one when we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in _FITTING:
        if name in names:
            return name
    raise DatabaseDown(
        "PostgreSQL refuses to run as root and there is no user to run it; add one with: "
        "useradd --system gisgrid",
        code="no_database_user",
    )


def run_as(user: str | None, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run a program as `user` (None: as ourselves), in a folder everybody can enter."""
    identity: dict[str, Any] = _identity(user) if user else {}
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        **identity,
    )


def may_enter(user: str | None, folder: Path) -> bool:
    """Whether `user` can reach `folder` and look into it."""
    return run_as(user, ["test", "-x", folder]).returncode == 0


def give_to(user: str | None, path: Path) -> None:
    """Make `user` the owner of `path`."""
    if user:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def living_in(cluster: Path) -> list[int]:
    """Numbers of the processes that work in the cluster's folder (seen on Linux only)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == cluster:
                found.append(int(entry.parent.name))
        except OSError:  # gone meanwhile, or another user's
            continue
    return found


def _identity(user: str) -> dict[str, Any]:
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
