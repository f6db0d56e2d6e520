"""A file of somebody's own: where it lies, what it is called, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gisgrid.errors import InvalidInput
from gisgrid.io.files import parts_of
from gisgrid.io.incoming.fields import KINDS


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file to import.

    Attributes
    ----------
    what
        A key of `io.incoming.fields.KINDS`.
    paths
        The file, or the parts of one loose Shapefile.
    name
        What its owner calls it.
    mends
        The import whose quarantine it brings back; None for a file of its own.
    """

    what: str
    paths: tuple[Path, ...]
    name: str
    mends: int | None = None

    @property
    def stem(self) -> str:
        """Its name without the ending; what it holds, where it has none."""
        return Path(self.name).stem or self.what


def file_at(what: str, path: Path) -> ForeignFile:
    """A file on this machine; of a Shapefile, all its parts.

    Raises
    ------
    InvalidInput
        ``bad_choice`` where nothing is called `what`.
    """
    if what not in KINDS:
        raise InvalidInput(f"nothing is called {what}", code="bad_choice", name="what")
    return ForeignFile(what, parts_of(path), path.name)


def sha256_of(paths: Sequence[Path]) -> str:
    """The hash of a file, or of the parts of one together; "" where there is none to read."""
    whole = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.suffix):
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        if len(paths) == 1:
            return digest.hex()
        whole.update(digest)
    return whole.hexdigest()


def size_of(paths: Sequence[Path]) -> int:
    """Bytes of a file, or of the parts of one together."""
    return sum(path.stat().st_size for path in paths if path.is_file())
