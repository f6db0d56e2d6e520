"""What an import did, row by row accounted for: stored + updated + rejected = read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class LayerCount:
    """Rows of one kind of thing. `retired`: known before, and gone from the source."""

    what: str
    read: int
    stored: int
    updated: int
    rejected: int
    retired: int = 0


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The counts of one import; `rejects` has the columns what, source_id, reason.

    `estimated` buildings have households by our formula, `given` by the source.
    """

    file_name: str
    source: str
    layers: tuple[LayerCount, ...]
    rejects: pd.DataFrame
    households: int = 0
    estimated: int = 0
    given: int = 0

    @property
    def read(self) -> int:
        return sum(layer.read for layer in self.layers)

    @property
    def stored(self) -> int:
        return sum(layer.stored for layer in self.layers)

    @property
    def updated(self) -> int:
        return sum(layer.updated for layer in self.layers)

    @property
    def rejected(self) -> int:
        return sum(layer.rejected for layer in self.layers)

    def reasons(self) -> dict[str, int]:
        """Rejected rows by reason, the most frequent first."""
        return {str(k): int(n) for k, n in self.rejects["reason"].value_counts().items()}


def joined(rejects: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Several lists of rejects as one."""
    columns = ["what", "source_id", "reason"]
    filled = [frame[columns] for frame in rejects if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
