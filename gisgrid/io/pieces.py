"""One row a polygon: things drawn in several pieces are cut up without losing anyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

SHARED = ("households", "residents", "elderly")


def single_polygons(
    columns: Mapping[str, Any], shapes: npt.NDArray[np.object_]
) -> tuple[dict[str, Any], npt.NDArray[np.object_]]:
    """Columns and shapes with every multipolygon cut into its polygons.

    The pieces of one thing get its `source_id` with ".1", ".2" …, and share its households and
    residents by area so that the sum stays what the source gave.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    cut: dict[str, Any] = {
        name: np.asarray(list(values), dtype=object)[owner] for name, values in columns.items()
    }
    broken = np.bincount(owner, minlength=len(shapes))[owner] > 1
    if broken.any():
        cut["source_id"] = _numbered(cut["source_id"], owner, broken)
        for name in SHARED:
            if name in cut:
                cut[name] = _shared_out(cut[name].astype(float), owner, shapely.area(parts))
    return cut, parts


def _numbered(ids: Any, owner: Any, broken: Any) -> list[str]:
    first = np.searchsorted(owner, owner)  # owner is sorted: where each thing's pieces begin
    number = np.arange(len(owner)) - first + 1
    return [
        f"{source_id}.{n}" if many else source_id
        for source_id, n, many in zip(ids, number, broken, strict=True)
    ]


def _shared_out(totals: Any, owner: Any, area: Any) -> npt.NDArray[np.float64]:
    """Each thing's total over its pieces by area: cumulative rounding keeps the sum exact."""
    whole = np.bincount(owner, weights=area)[owner]
    first = np.searchsorted(owner, owner)
    running = np.cumsum(area)
    upto = np.rint(totals * (running - (running - area)[first]) / whole)
    before = np.where(first == np.arange(len(owner)), 0.0, np.roll(upto, 1))
    return np.asarray(upto - before, dtype=float)
