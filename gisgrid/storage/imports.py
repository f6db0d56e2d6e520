"""Writing what was read from a file: known rows are changed, new ones added, gone ones retired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, func, insert, select, text

from gisgrid.storage.bulk import Written, copy_rows, upsert
from gisgrid.storage.sql import sql
from gisgrid.storage.tables.ground import barrier_line, building, gate, ground_area, street
from gisgrid.storage.tables.imports import import_run
from gisgrid.storage.tables.services import service_point
from gisgrid.storage.tables.territory import unit

_BUILDING = [
    "source_id",
    "name",
    "address",
    "levels",
    "use",
    "residential",
    "households_given",
    "households_estimated",
    "residents_given",
    "counts",
    "geom",
]
_STREET = ["source_id", "name", "class", "walkable", "bridge", "tunnel", "layer", "geom"]
_LINE = ["source_id", "kind", "name", "geom"]
_SERVICE = ["source_id", "name", "kind", "opening_hours", "geom"]
_GATE = ["source_id", "name", "geom"]
_UNIT = ["code", "name", "depth", "source_id", "divided", "geom"]
_REJECT = ["import_run_id", "what", "source_id", "reason"]


Bounds: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One import: what, from which file, and how many rows ended where."""

    what: str
    file_name: str
    sha256: str
    read: int
    stored: int
    updated: int
    rejected: int
    summary: Mapping[str, Any]


def write_buildings(conn: Connection, frame: gpd.GeoDataFrame, source: str) -> Written:
    """Buildings in EPSG:4326 with the columns of `_BUILDING`; overrides and communities stay."""
    return upsert(
        conn,
        building,
        _columns(frame, _BUILDING, source),
        extra="retired_at = NULL, updated_at = now()",
        merged=("counts",),
    )


def write_services(conn: Connection, frame: gpd.GeoDataFrame, source: str) -> Written:
    """Service points in EPSG:4326 with the columns of the contract SERVICES.

    Points that staff have changed or retired by hand stay as they are.
    """
    columns = _columns(frame, _SERVICE, source)
    stays = "service_point.by_hand"
    in_use = f"retired_at = CASE WHEN {stays} THEN service_point.retired_at END"
    return upsert(conn, service_point, columns, extra=in_use, stays=stays)


def write_streets(conn: Connection, frame: gpd.GeoDataFrame, source: str) -> Written:
    """Streets in EPSG:4326 with the columns of the contract STREETS."""
    return upsert(conn, street, _columns(frame, _STREET, source))


def write_lines(conn: Connection, frame: gpd.GeoDataFrame, source: str) -> Written:
    """Rivers, railways and walls in EPSG:4326, with a `source_id`."""
    return upsert(conn, barrier_line, _columns(frame, _LINE, source))


def write_areas(conn: Connection, frame: gpd.GeoDataFrame, source: str) -> Written:
    """Water and green in EPSG:4326 as MultiPolygons, with a `source_id`."""
    return upsert(conn, ground_area, _columns(frame, _LINE, source))


def write_gates(conn: Connection, frame: gpd.GeoDataFrame, source: str) -> Written:
    """Gates of walls in EPSG:4326 with the columns of the contract GATES."""
    return upsert(conn, gate, _columns(frame, _GATE, source))


def drop_gone(conn: Connection, source: str, *, table: str, within: Bounds | None) -> int:
    """Delete rows of `source` that the frame just written into `table` no longer has; how many.

    `within` (west, south, east, north) limits this to the ground that the file covers.
    """
    return _gone(conn, f"DELETE FROM {table} t", table, source, within)


def retire_gone(conn: Connection, source: str, *, table: str, within: Bounds | None) -> int:
    """Retire rows as `drop_gone` deletes them."""
    change = f"UPDATE {table} t SET retired_at = now()"
    kept = " AND NOT by_hand" if table == "service_point" else ""
    return _gone(conn, change, table, source, within, also=f"retired_at IS NULL{kept}")


def write_units(conn: Connection, frame: gpd.GeoDataFrame, source: str) -> Written:
    """Units in EPSG:4326 as MultiPolygons: code, name, depth, source_id, divided."""
    return upsert(
        conn,
        unit,
        _columns(frame, _UNIT, source),
        key=("code",),
        where="WHERE valid_to IS NULL",
    )


def place_units(conn: Connection) -> None:
    """Give each valid unit its parent: the deepest one above it that holds its middle."""
    conn.execute(sql("units_place"))


def retire_divided(conn: Connection, depth: int) -> int:
    """End the communities made by us where real ones of the same depth now lie; how many."""
    return conn.execute(sql("units_retire_divided"), {"depth": depth}).rowcount


def record(conn: Connection, run: Run, rejects: pd.DataFrame) -> int:
    """Write the import and its rejects (what, source_id, reason); the import's id."""
    values = {name: getattr(run, name) for name in Run.__dataclass_fields__}
    run_id = conn.execute(insert(import_run).values(values).returning(import_run.c.id)).scalar_one()
    if len(rejects):
        rows = rejects.assign(import_run_id=run_id)[_REJECT]
        copy_rows(conn, "import_reject", rows)
    return int(run_id)


def times_stored(conn: Connection, *, what: str, file_name: str, sha256: str = "") -> int:
    """How often an import of this kind, of the same file, was stored."""
    found = select(func.count()).where(
        import_run.c.what == what,
        import_run.c.file_name == file_name,
        import_run.c.sha256 == sha256,
    )
    return int(conn.execute(found).scalar_one())


def _columns(frame: gpd.GeoDataFrame, names: list[str], source: str) -> gpd.GeoDataFrame:
    renamed = frame.rename_geometry("geom") if frame.geometry.name != "geom" else frame
    return renamed[names].assign(source=source)


def _gone(
    conn: Connection,
    change: str,
    table: str,
    source: str,
    within: Bounds | None,
    *,
    also: str = "true",
) -> int:
    statement = text(
        f"{change} WHERE source = :source AND {also} AND {_inside(within)}"
        f" AND NOT EXISTS (SELECT FROM incoming_{table} i WHERE i.source_id = t.source_id)"
    )
    return conn.execute(statement, _bounds(source, within)).rowcount


def _inside(within: Bounds | None) -> str:
    return "geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)" if within else "true"


def _bounds(source: str, within: Bounds | None) -> dict[str, Any]:
    names = ("west", "south", "east", "north")
    return {"source": source, **dict(zip(names, map(float, within or ()), strict=False))}
