"""The columns of what is handed over in Parquet files: rows by kind, and the quarantine."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

_T, _I, _F, _B = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_ROW = {"number": _I, "quarantine_id": _I}
SCHEMAS: Mapping[str, Mapping[str, pa.DataType]] = {
    "buildings": {
        **_ROW, "source_id": _T, "code": _T, "name": _T, "address": _T, "use": _T,
        "residential": _B, "levels": _F, "households_given": _I, "households_estimated": _I,
        "residents_given": _I, "elderly": _I, "community": _T, "geom": _T,
    },
    "services": {
        **_ROW, "source_id": _T, "name": _T, "kind": _T, "opening_hours": _T,
        "community": _T, "geom": _T,
    },
    "streets": {
        **_ROW, "source_id": _T, "name": _T, "class": _T, "walkable": _B, "bridge": _B,
        "tunnel": _B, "layer": _I, "geom": _T,
    },
    "units": {
        **_ROW, "code": _T, "name": _T, "depth": _I, "source_id": _T, "parent": _T,
        "valid_from": _T, "valid_to": _T, "predecessor": _T, "geom": _T,
    },
    "grids": {
        **_ROW, "source_id": _T, "code": _T, "name": _T, "kind": _T, "leader_name": _T,
        "community": _T, "households": _F, "geom": _T,
    },
    "incidents": {
        **_ROW, "source_id": _T, "category": _T, "text": _T, "channel": _T, "state": _T,
        "reported_at": _T, "closed_at": _T, "reason": _T, "geom": _T,
    },
    "statistics": {
        **_ROW, "code": _T, "name": _T, "households": _I, "residents": _I, "day": _T,
        "counts": _T,
    },
    "succession": {
        **_ROW, "source_id": _T, "old_code": _T, "new_code": _T, "day": _T, "name": _T,
    },
}  # fmt: skip
REJECTS = {
    "number": _I, "source_id": _T, "name": _T, "reason": _T, "facts": _T, "values": _T, "x": _F,
    "y": _F, "geom": _T, "suggestion": _T,
}  # fmt: skip
