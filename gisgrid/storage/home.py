"""Where the embedded cluster lives: in the data folder, or elsewhere if its user cannot enter."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gisgrid.errors import DatabaseDown
from gisgrid.storage.processes import database_user, give_to, may_enter

_ELSEWHERE = Path("/var/lib/gisgrid")
_OWNER = "data-folder"
_SOCKET_BYTES = 80
"""Unix sockets have 107 bytes for the whole path, ``/.s.PGSQL.5432.lock`` included."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one cluster and the user it runs as (None: ourselves)."""

    folder: Path
    user: str | None

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        return self.folder / "start.log"

    @property
    def socket(self) -> Path:
        """Folder of the unix socket: in the home, or in the temp folder where that is too long."""
        near = self.folder / "socket"
        if len(os.fsencode(near)) <= _SOCKET_BYTES:
            return near
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"gisgrid-{mark}"

    def open_socket_folder(self) -> None:
        """Make the folder of the socket; only the cluster's user may enter it."""
        self.socket.mkdir(mode=0o700, exist_ok=True)
        owner = pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()
        if self.socket.is_symlink() or self.socket.stat().st_uid not in (owner, os.geteuid()):
            raise DatabaseDown(
                f"{self.socket} belongs to somebody else",
                code="socket_taken",
                path=str(self.socket),
            )
        self.socket.chmod(0o700)
        give_to(self.user, self.socket)


def find_home(data: Path) -> Home | None:
    """The home that the data folder records, None where no cluster was ever made."""
    record = data / "cluster.json"
    if not record.exists():
        return None
    entry = json.loads(record.read_text())
    return Home(data / entry["home"], entry["user"] if os.geteuid() == 0 else None)


def open_home(data: Path) -> Home:
    """The recorded home, or a new one; its folder exists and belongs to the cluster's user."""
    home = find_home(data) or _choose(data)
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.folder.chmod(0o700)
    (home.folder / _OWNER).write_text(str(data))
    give_to(home.user, home.folder)
    return home


def orphans() -> list[Home]:
    """Homes outside their data folder that no data folder records any more (root's only)."""
    if os.geteuid() != 0:
        return []
    user = database_user()
    folders = [file.parent for file in _ELSEWHERE.glob(f"*/{_OWNER}")]
    return [Home(folder, user) for folder in folders if not _recorded(folder)]


def _recorded(folder: Path) -> bool:
    data = Path((folder / _OWNER).read_text())
    home = find_home(data)
    return home is not None and home.folder == folder


def discard_home(data: Path, home: Home) -> None:
    """Delete the cluster and the record of it."""
    shutil.rmtree(home.folder, ignore_errors=True)
    shutil.rmtree(home.socket, ignore_errors=True)
    (data / "cluster.json").unlink(missing_ok=True)


def _choose(data: Path) -> Home:
    user = database_user()
    if may_enter(user, data):
        place = "postgres"
    else:
        _ELSEWHERE.mkdir(parents=True, exist_ok=True, mode=0o755)
        place = str(_ELSEWHERE / secrets.token_hex(6))
    # recorded before anything is made there, so that no half-made cluster is ever lost
    unfinished = data / "cluster.json.new"
    unfinished.write_text(json.dumps({"home": place, "user": user}))
    unfinished.rename(data / "cluster.json")
    return Home(data / place, user)
