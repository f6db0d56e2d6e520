"""GeoParquet (1.x, geometry as WKB) and plain Parquet tables, batch by batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from gisgrid.io.files import truncated
from gisgrid.io.incoming.geojson import CRS84
from gisgrid.io.incoming.source import BATCH, Batch, Layer, Source

_BROKEN = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, OverflowError)


def open_parquet(path: Path, name: str) -> Source:
    """A GeoParquet file; without a ``crs`` its coordinates are WGS 84, by its standard."""
    try:
        file = pq.ParquetFile(path)
        geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        column, crs, bounds = _primary(geo)
        rows = file.metadata.num_rows
        names = list(file.schema_arrow.names)
    except (*_BROKEN, RecursionError) as damage:
        raise truncated(path) from damage

    def batches(most: int | None) -> Iterator[Batch]:
        return _batches(path, file, column, most)

    return Source(
        format="GeoParquet",
        layer=name,
        layers=(Layer(name, rows),),
        headings=tuple(each for each in names if each != column),
        rows=rows,
        counted=True,
        crs=crs,
        bounds=bounds,
        encoding="utf-8",
        batches=batches,
    )


def _primary(geo: dict[str, Any]) -> tuple[str | None, str | None, tuple[float, ...] | None]:
    column = geo.get("primary_column")
    if not isinstance(column, str):
        return None, None, None
    about = geo.get("columns", {}).get(column, {})
    box = about.get("bbox") or ()
    bounds = (float(box[0]), float(box[1]), *map(float, box[len(box) // 2 :][:2])) if box else None
    return column, _crs(about.get("crs", "absent")), bounds


def _crs(stated: Any) -> str | None:
    if stated == "absent":
        return CRS84
    if stated is None:
        return None
    try:
        known = CRS.from_user_input(stated)
    except CRSError:
        return None
    epsg = known.to_epsg()
    if known.name.endswith("(CRS84)") or epsg == 4326:
        return CRS84
    return f"EPSG:{epsg}" if epsg else str(known.to_wkt())


def _batches(
    path: Path, file: pq.ParquetFile, column: str | None, most: int | None
) -> Iterator[Batch]:
    done = 0
    try:
        for piece in file.iter_batches(batch_size=BATCH):
            part = piece if most is None else piece.slice(0, most - done)
            yield _batch(part, column, done)
            done += part.num_rows
            if done == most:
                return
    except _BROKEN as damage:
        raise truncated(path) from damage


def _batch(piece: pa.RecordBatch, column: str | None, done: int) -> Batch:
    frame = pd.DataFrame(index=range(piece.num_rows))
    shapes = None
    for name, values in zip(piece.schema.names, piece.columns, strict=True):
        if name == column:
            blobs = np.array(values.to_pylist(), dtype=object)
            shapes = np.asarray(shapely.from_wkb(blobs, on_invalid="ignore"), dtype=object)
        else:
            frame[name] = _objects(values)
    return Batch(frame, shapes, np.arange(done + 1, done + piece.num_rows + 1, dtype=np.int64))


def _objects(values: pa.Array) -> Any:
    column = np.empty(len(values), dtype=object)
    column[:] = [
        json.dumps(v, default=str) if isinstance(v, dict | list) else v for v in values.to_pylist()
    ]
    return column
