"""Division and grid codes: text, never integers.

A community has 12 digits (6 county + 3 subdistrict + 3 community); a grid adds a sequence of 3,
numbered west to east, north to south inside its community.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gisgrid.errors import BadCode

_COMMUNITY = re.compile(r"\d{12}")
_GRID = re.compile(r"\d{15}")
LAST_SEQUENCE = 999


@dataclass(frozen=True, slots=True, order=True)
class GridCode:
    """Fifteen digits of a grid.

    >>> GridCode.of("990101004007", 13).text
    '990101004007013'
    >>> GridCode("990101004007013").grouped
    '990101 004 007 013'
    """

    text: str

    def __post_init__(self) -> None:
        if not _GRID.fullmatch(self.text) or self.text.endswith("000"):
            raise BadCode(
                f"a grid code has 15 digits ending in 001–999, got {self.text!r}",
                code="bad_grid_code",
                text=self.text,
            )

    @classmethod
    def of(cls, community: str, sequence: int) -> GridCode:
        """The code of the `sequence`-th grid of a community; BadCode outside 1–999."""
        if not _COMMUNITY.fullmatch(community):
            raise BadCode(
                f"a community code has 12 digits, got {community!r}",
                code="bad_community_code",
                text=community,
            )
        if not 1 <= sequence <= LAST_SEQUENCE:
            raise BadCode(
                f"a community numbers its grids 001–999, got {sequence}",
                code="sequence_overflow",
                text=sequence,
            )
        return cls(f"{community}{sequence:03d}")

    @property
    def short(self) -> str:
        return self.text[-3:]

    @property
    def grouped(self) -> str:
        return f"{self.text[:6]} {self.text[6:9]} {self.text[9:12]} {self.text[12:]}"
