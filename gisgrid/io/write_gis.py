"""Layers into GeoPackage, Shapefile and GeoParquet: streamed as Arrow, never held whole."""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from pyproj import CRS

from gisgrid.errors import GisGridError
from gisgrid.io.leaving import GEOMETRY, Leaving, Part, arrow_table, schema
from gisgrid.io.target import Target
from gisgrid.model.layers import Field, Kind

LONGEST_NAME = 10
GEOPARQUET = "1.1.0"


def write_geopackage(folder: Path, leaving: Leaving, target: Target) -> list[Path]:
    """Add the layer to ``layers.gpkg`` in `folder`."""
    path = folder / "layers.gpkg"
    datum = {} if target.crs else {"datum": str(target.datum)}
    _stream(path, leaving, target, driver="GPKG", layer=leaving.key, layer_metadata=datum or None)
    return [path]


def write_shapefile(folder: Path, leaving: Leaving, target: Target) -> list[Path]:
    """``<key>.shp`` with .shx, .dbf, .prj and .cpg (UTF-8), and a key to its short names.

    A Shapefile has names of ten characters and no times: times are text in ISO 8601.
    """
    short = short_names([field.name for field in leaving.fields])
    fields = [replace(f, name=short[f.name], kind=_dbf_kind(f.kind)) for f in leaving.fields]
    renamed = replace(
        leaving,
        fields=tuple(fields),
        parts=(_renamed(part, leaving.fields, short) for part in leaving.parts),
    )
    path = folder / f"{leaving.key}.shp"
    _stream(path, renamed, target, driver="ESRI Shapefile", layer=leaving.key, encoding="UTF-8")
    key = folder / f"{leaving.key}_fields.csv"
    _write_key(key, leaving, short)
    made = [file for file in sorted(folder.glob(f"{leaving.key}.*")) if file != key]
    return [*made, key]


def write_geoparquet(folder: Path, leaving: Leaving, target: Target) -> list[Path]:
    """``<key>.parquet``, GeoParquet 1.1 with WKB."""
    path = folder / f"{leaving.key}.parquet"
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": CRS.from_epsg(target.epsg).to_json_dict() if target.crs else None,
    }
    geo = {"version": GEOPARQUET, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    columns = schema(leaving.fields).with_metadata({"geo": json.dumps(geo)})
    with pq.ParquetWriter(path, columns, compression="zstd") as writer:
        for part in leaving.parts:
            table = arrow_table(part, leaving.fields, target)
            writer.write_table(table.replace_schema_metadata(columns.metadata))
    return [path]


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Each name in ten characters at most, no two alike: the longest words lose their ends.

    >>> short_names(["code", "households_given", "households_gist"])
    {'code': 'code', 'households_given': 'hous_given', 'households_gist': 'house_gist'}
    """
    short: dict[str, str] = {}
    for name in names:
        wanted = _shortened(name)
        taken, number = set(short.values()), 1
        while wanted in taken:
            number += 1
            wanted = f"{_shortened(name)[: LONGEST_NAME - len(str(number))]}{number}"
        short[name] = wanted
    return short


def _shortened(name: str) -> str:
    words = name.split("_")
    while len("_".join(words)) > LONGEST_NAME:
        longest = max(range(len(words)), key=lambda i: len(words[i]))
        words[longest] = words[longest][:-1]
    return "_".join(words)


def _dbf_kind(kind: Kind) -> Kind:
    return Kind.TEXT if kind is Kind.TIME else kind


def _renamed(part: Part, fields: Sequence[Field], short: dict[str, str]) -> Part:
    columns: dict[str, Sequence[Any]] = {}
    for field in fields:
        values = part.columns[field.name]
        if field.kind is Kind.TIME:
            values = [None if value is None else value.isoformat() for value in values]
        columns[short[field.name]] = values
    return Part(columns, part.wkb)


def _write_key(path: Path, leaving: Leaving, short: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["field", "name", "heading"])
        rows = [[short[f.name], f.name, leaving.headings[f.name]] for f in leaving.fields]
        table.writerows(rows)


def _stream(path: Path, leaving: Leaving, target: Target, **options: Any) -> None:
    """Write the parts as they come; an error of ours on the way flies out as it is."""
    failure: list[GisGridError] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for part in leaving.parts:
                yield from arrow_table(part, leaving.fields, target).to_batches()
        except GisGridError as error:
            failure.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(schema(leaving.fields), batches())
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="'crs' was not provided")
            pyogrio.write_arrow(
                reader,
                path,
                geometry_name=GEOMETRY,
                geometry_type=leaving.shape,
                crs=target.crs,
                **options,
            )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError):
        if failure:
            raise failure[0] from None
        raise
