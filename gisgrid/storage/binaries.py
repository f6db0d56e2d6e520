"""Where this machine keeps PostgreSQL with PostGIS, and what to install when it does not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gisgrid.errors import DatabaseMissing

_DEBIAN = Path("/usr/lib/postgresql")
_SHIPPED = {"bullseye": 13, "bookworm": 15, "trixie": 17, "jammy": 14, "noble": 16}


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL server: its folder of programs and its major version."""

    folder: Path
    version: int

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find_binaries(version: int | None = None) -> Binaries:
    """The newest PostgreSQL with PostGIS here, or the one of major `version`.

    Raises
    ------
    DatabaseMissing
        If there is none; the error names the one line that installs it.
    """
    found = [b for b in _installed() if version in (None, b.version)]
    ready = [b for b in found if _has_postgis(b)]
    if ready:
        return max(ready, key=lambda b: b.version)
    wanted = version or (max(b.version for b in found) if found else _shipped_version())
    command = f"sudo apt-get install -y {_packages(wanted)}"
    raise DatabaseMissing(
        f"no PostgreSQL with PostGIS on this machine; install it with: {command}", command=command
    )


def _installed() -> Iterator[Binaries]:
    folders = list(_DEBIAN.glob("*/bin"))
    if on_path := shutil.which("pg_config"):
        folders.append(Path(_ask(on_path, "--bindir")))
    for folder in dict.fromkeys(folders):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            yield Binaries(folder, _major(folder))


def _major(folder: Path) -> int:
    """Major version, from e.g. ``postgres (PostgreSQL) 15.14 (Debian …)``."""
    answer = _ask(str(folder / "postgres"), "--version")
    return int(answer.split("(PostgreSQL)")[1].split()[0].split(".")[0])


def _has_postgis(binaries: Binaries) -> bool:
    shared = [Path(f"/usr/share/postgresql/{binaries.version}")]
    if (binaries.folder / "pg_config").exists():
        shared.append(Path(_ask(binaries["pg_config"], "--sharedir")))
    return any((folder / "extension" / "postgis.control").exists() for folder in shared)


def _ask(program: str, option: str) -> str:
    return subprocess.run(
        [program, option], capture_output=True, text=True, check=True
    ).stdout.strip()


def _packages(version: int | None) -> str:
    return f"postgresql-{version}-postgis-3" if version else "postgresql postgresql-postgis"


def _shipped_version() -> int | None:
    """Major version that this Debian or Ubuntu ships, None when it is not known."""
    release = Path("/etc/os-release")
    lines = release.read_text().splitlines() if release.exists() else []
    names = [line.partition("=")[2].strip('"') for line in lines if "CODENAME=" in line]
    return next((_SHIPPED[name] for name in names if name in _SHIPPED), None)
