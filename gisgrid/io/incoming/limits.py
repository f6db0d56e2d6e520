"""How much of a foreign file is read, and how long."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading.

    Attributes
    ----------
    memory, written
        Bytes of address space, and bytes of any file the process may write.
    seconds
        Of wall clock; as many of the processor's time.
    rows, vertices, vertices_each
        Of the whole file, and vertices of one shape.
    entries, unpacked, ratio
        Of an archive: how many entries it may list, bytes they unpack to, and times their size.
    """

    memory: int = 3072 * MEGABYTE
    written: int = 2048 * MEGABYTE
    seconds: int = 120
    rows: int = 2_000_000
    vertices: int = 20_000_000
    vertices_each: int = 20_000
    entries: int = 2_000
    unpacked: int = 1024 * MEGABYTE
    ratio: int = 100

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)


PREVIEW = Limits(seconds=20)
IMPORT = Limits(seconds=120)
AT_THE_CONSOLE = Limits(memory=8192 * MEGABYTE, written=16_384 * MEGABYTE, seconds=1800)
"""By command on the server itself: large files may take their time."""
