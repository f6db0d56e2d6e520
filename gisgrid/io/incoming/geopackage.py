"""GeoPackage, read as the SQLite file it is: tables only, never a view, and no GDAL between.

https://www.geopackage.org/spec131/ clause 2.1.3: geometry is a blob of a short header and WKB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gisgrid.errors import UnreadableFile
from gisgrid.geo.edges import Geometries
from gisgrid.io.files import truncated
from gisgrid.io.incoming.refuse import choose, refused, wrong_kind
from gisgrid.io.incoming.source import BATCH, Batch, Layer, Source

_ENVELOPE = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
MOST_LAYERS = 500


def open_geopackage(path: Path, name: str, layer: str | None) -> Source:
    """A layer of a GeoPackage.

    Raises
    ------
    UnreadableFile
        ``geopackage_view`` where the layer is a view (it could run for ever), ``file_truncated``.
    """
    try:
        base = _connect(path)
        known = _layers(base, name)
        chosen = next((each for each in known if each["table"] == layer), None)
        if chosen is None and layer is None and len(known) == 1:
            chosen = known[0]
        if chosen is None:
            raise choose(name, [each["table"] for each in known])
        _check_table(base, chosen["table"])
        names = [row[1] for row in base.execute(f"PRAGMA table_info({_quoted(chosen['table'])})")]
        rows, counted = _count(base, chosen["table"])
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as damage:
        raise truncated(path) from damage

    def batches(most: int | None) -> Iterator[Batch]:
        return _batches(path, base, chosen, names, most)

    headings = [each for each in names if each != chosen["column"]]
    return Source(
        format="GeoPackage",
        layer=chosen["table"],
        layers=tuple(Layer(e["table"], None, e["shape"]) for e in known),
        headings=tuple(headings),
        rows=rows,
        counted=counted,
        crs=_crs(chosen),
        bounds=chosen["bounds"],
        encoding="utf-8",
        batches=batches,
    )


def _connect(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA cell_size_check = ON")
    base.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    return base


def _layers(base: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master LIMIT 10000")}
    if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= tables:
        raise wrong_kind(name)
    found = base.execute(
        "SELECT c.table_name, g.column_name, g.geometry_type_name, c.min_x, c.min_y, c.max_x,"
        " c.max_y, s.organization, s.organization_coordsys_id, s.definition, s.srs_id"
        " FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name"
        " LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
        " WHERE c.data_type = 'features' ORDER BY c.rowid LIMIT ?",
        (MOST_LAYERS,),
    )
    layers = [_layer(row) for row in found]
    if not layers:
        raise refused("no_layer", f"{name} holds no layer with shapes", file=name)
    return layers


def _layer(row: tuple[Any, ...]) -> dict[str, Any]:
    table, column, shape, *box, authority, code, definition, srs_id = row
    bounds = tuple(map(float, box)) if None not in box else None
    return {
        "table": str(table),
        "column": str(column),
        "shape": str(shape),
        "bounds": bounds,
        "authority": (str(authority or "").upper(), code, str(definition or ""), srs_id),
    }


def _crs(layer: dict[str, Any]) -> str | None:
    authority, code, definition, srs_id = layer["authority"]
    if srs_id in (0, -1, None):
        return None
    if authority == "EPSG" and code:
        return f"EPSG:{int(code)}"
    return definition if definition.startswith(("PROJ", "GEOG")) else None


def _check_table(base: sqlite3.Connection, table: str) -> None:
    row = base.execute(
        "SELECT type, coalesce(sql, '') FROM sqlite_master WHERE name = ?", (table,)
    ).fetchone()
    if row is None or row[0] != "table" or "virtual" in row[1][:40].lower():
        raise refused("geopackage_view", f"the layer {table} is no table", layer=table)


def _count(base: sqlite3.Connection, table: str) -> tuple[int, bool]:
    """Rows by the table's own count, else counted where that is quick, else by the largest id."""
    try:
        row = base.execute(
            "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", (table,)
        ).fetchone()
        if row and isinstance(row[0], int) and row[0] >= 0:
            return row[0], False
    except sqlite3.OperationalError:
        pass
    row = base.execute(f"SELECT max(rowid) FROM {_quoted(table)}").fetchone()
    return int(row[0] or 0), False


def _batches(
    path: Path,
    base: sqlite3.Connection,
    layer: dict[str, Any],
    names: list[str],
    most: int | None,
) -> Iterator[Batch]:
    place, done = names.index(layer["column"]), 0
    headings = [name for name in names if name != layer["column"]]
    try:
        rows = base.execute(f"SELECT * FROM {_quoted(layer['table'])}")
        while most is None or done < most:
            found = rows.fetchmany(BATCH if most is None else min(BATCH, most - done))
            if not found and done:
                return
            columns = list(zip(*found, strict=True)) or [()] * len(names)
            shapes = geometries(columns.pop(place))
            frame = pd.DataFrame(dict(zip(headings, map(_objects, columns), strict=True)))
            yield Batch(frame, shapes, np.arange(done + 1, done + len(found) + 1, dtype=np.int64))
            done += len(found)
            if not found:
                return
    except (sqlite3.Error, ValueError) as damage:
        raise truncated(path) from damage


def _objects(values: tuple[Any, ...]) -> Any:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    if bytes in set(map(type, values)):
        column[[type(value) is bytes for value in values]] = None
    return column


def geometries(blobs: tuple[Any, ...]) -> Geometries:
    """(n,) shapes of GeoPackage blobs; None where there is none or it is damaged."""
    plain = np.array([_wkb(blob) for blob in blobs], dtype=object)
    return np.asarray(shapely.from_wkb(plain, on_invalid="ignore"), dtype=object)


def _wkb(blob: Any) -> bytes | None:
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return None
    size = _ENVELOPE.get((blob[3] >> 1) & 7)
    return None if size is None or blob[3] & 0x20 else blob[8 + size :]


def _quoted(name: str) -> str:
    if "\x00" in name:
        raise UnreadableFile("a table is named with NUL", code="file_truncated", file="")
    return '"' + name.replace('"', '""') + '"'
