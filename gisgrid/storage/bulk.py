"""Many rows at once: a frame goes by COPY into a temporary table, and from there into its own."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection, Table, text

WGS84 = 4326


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that were new and rows that were known before."""

    stored: int = 0
    updated: int = 0


def copy_rows(conn: Connection, table: str, frame: pd.DataFrame) -> None:
    """COPY a frame into `table`, by column name; empty values become NULL, geometry EWKB.

    Text loses NUL characters, which PostgreSQL cannot store.
    """
    buffer = io.StringIO()
    _plain(frame).to_csv(buffer, header=False, index=False)
    buffer.seek(0)
    clean = io.StringIO(buffer.getvalue().replace("\x00", ""))
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    driver = conn.connection.cursor()
    try:
        driver.copy_expert(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)", clean)
    finally:
        driver.close()


def stage(conn: Connection, target: Table, frame: pd.DataFrame) -> str:
    """COPY a frame into a temporary table with the same columns as `target`; its name."""
    name = f"incoming_{target.name}"
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    conn.execute(text(f"DROP TABLE IF EXISTS {name}"))
    conn.execute(
        text(
            f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS"
            f" SELECT {columns} FROM {target.name} WITH NO DATA"
        )
    )
    copy_rows(conn, name, frame)
    conn.execute(text(f"ANALYZE {name}"))
    return name


def upsert(
    conn: Connection,
    target: Table,
    frame: pd.DataFrame,
    *,
    key: Sequence[str] = ("source", "source_id"),
    where: str = "",
    extra: str = "",
    stays: str = "false",
    merged: Collection[str] = (),
) -> Written:
    """Insert the rows of a frame, or update those with the same `key`; columns not named stay.

    `where` names the partial index of `key`, `extra` is SQL set on an update besides, e.g.
    ``retired_at = NULL``; known rows for which the SQL `stays` holds keep all their columns; JSON
    of `merged` columns adds to what is there. Keys are unique within the frame; its temporary
    table ``incoming_<table>`` stays until the end of the transaction.
    """
    staged = stage(conn, target, frame)
    names = [f'"{column}"' for column in frame.columns]
    before = {name: f"{target.name}.{name}" for name in names}
    added = {name: f"{before[name]} || " for name in names if name.strip('"') in merged}
    changes = [
        f"{name} = CASE WHEN {stays} THEN {before[name]}"
        f" ELSE {added.get(name, '')}EXCLUDED.{name} END"
        for name in names
        if name.strip('"') not in key
    ]
    columns, assignments = ", ".join(names), ", ".join([*changes, *filter(None, [extra])])
    statement = f"""
        WITH written AS (
          INSERT INTO {target.name} ({columns}) SELECT {columns} FROM {staged}
          ON CONFLICT ({", ".join(key)}) {where} DO UPDATE SET {assignments}
          RETURNING xmax = 0 AS fresh)
        SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM written"""
    stored, updated = conn.execute(text(statement)).one()
    conn.execute(text(f"ANALYZE {target.name}"))
    return Written(stored, updated)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with geometry as hexadecimal EWKB in EPSG:4326."""
    plain = pd.DataFrame(frame)
    for name in frame.columns:
        if isinstance(frame[name], gpd.GeoSeries) or frame[name].dtype == "geometry":
            shapes = shapely.set_srid(frame[name].to_numpy(), WGS84)
            plain[name] = shapely.to_wkb(shapes, hex=True, include_srid=True)
    return plain
