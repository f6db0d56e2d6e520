"""A whole file handed over as frames: for commands that take one in without asking about it.

Runs in the jail as everything that opens a foreign file does; the parent reads plain Parquet.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from gisgrid.io.incoming.gathering import HIDDEN
from gisgrid.io.incoming.opening import Asked, open_source
from gisgrid.io.incoming.parent import STEPS
from gisgrid.io.incoming.reading import Job
from gisgrid.io.incoming.refuse import wrong_kind
from gisgrid.io.incoming.source import Facts
from gisgrid.io.osm import read_osm

OSM, LAYER = "osm", "layer"
FRAMES = ("streets", "lines", "areas", "buildings", "services", "gates", "units")
REJECTS = "rejects"
_ROW_NUMBER = "fid"  # of a GeoPackage: counts its rows, says nothing of things


def hand_over(job: Job) -> Facts:
    """Write the frames of a file as ``<name>.parquet`` beside the job, and tell about them."""
    return _osm(job) if job.do == OSM else _layer(job)


def _osm(job: Job) -> Facts:
    """All layers of an OpenStreetMap extract, and what could not be taken in."""

    def say(stage: str, done: int, total: int | None) -> None:
        del stage, total
        (job.folder / STEPS).write_text(str(done), encoding="ascii")

    read = read_osm(job.paths[0], progress=say)
    for name in FRAMES:
        getattr(read, name).to_parquet(_place(job, name))
    read.rejects.to_parquet(_place(job, REJECTS))
    return {"counts": dict(read.counts), "dated": read.dated and read.dated.isoformat()}


def _layer(job: Job) -> Facts:
    """One layer with the columns of its owner, in its own coordinates; ``crs`` None: unsaid."""
    asked = Asked(job.name, job.choices.layer, job.choices.encoding)
    source = open_source(job.paths, asked, job.folder, job.limits)
    batches = list(source.batches(None))
    if any(batch.shapes is None for batch in batches):
        raise wrong_kind(job.name)
    rows = pd.concat([batch.rows for batch in batches], ignore_index=True)
    shapes = np.concatenate([np.asarray(batch.shapes, dtype=object) for batch in batches])
    left_out = {*HIDDEN, _ROW_NUMBER, "geometry"}
    columns = {str(n): _column(rows[n]) for n in rows.columns if n not in left_out}
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=source.crs)
    frame.to_parquet(_place(job, LAYER))
    return {"crs": source.crs}


def _column(values: pd.Series[Any]) -> pd.Series[Any]:
    """Values of one type, as they are; a column that mixes types as text."""
    typed = values.infer_objects()
    try:
        kind = pa.array(typed, from_pandas=True).type
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        return values.map(_text)
    return values.map(_text) if pa.types.is_nested(kind) else typed


def _text(value: Any) -> str | None:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return plain.encode("utf-8", "replace").decode()


def _place(job: Job, name: str) -> Path:
    return job.folder / f"{name}.parquet"
