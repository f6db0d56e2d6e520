"""Parquet pieces of a foreign file COPYed into a table, each as soon as it is there.

One COPY takes all pieces: triggers run once, at its end, as for any other statement.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from psycopg2.errors import QueryCanceled
from sqlalchemy import Connection, text

from gisgrid.errors import GisGridError

CHUNK = 1 << 20
_SQL_TYPES = {"int64": "int", "double": "float", "bool": "boolean", "string": "text"}
_GEOMETRY = "geometry(Geometry, 4326)"


class _Stream:
    """What COPY reads from: the text of tables, some of which have still to be made."""

    def __init__(self, tables: Iterator[pa.Table]) -> None:
        self.rows = 0
        self.failed: GisGridError | None = None
        self._tables = tables
        self._text = io.BytesIO()

    def read(self, size: int) -> bytes:
        """Some text, at most `size` bytes; none at the end."""
        while not (piece := self._text.read(size)):
            table = self._next()
            if table is None:
                return b""
            self.rows += table.num_rows
            self._text = _csv(table)
        return piece

    def _next(self) -> pa.Table | None:
        try:
            return next(self._tables, None)
        except GisGridError as failed:
            self.failed = failed  # the driver raises an error of its own in its place
            raise


def _csv(table: pa.Table) -> io.BytesIO:
    """Rows without a heading; empty values are NULL, empty text is text."""
    written = io.BytesIO()
    pacsv.write_csv(table, written, pacsv.WriteOptions(include_header=False))
    written.seek(0)
    return written


def copy_tables(conn: Connection, target: str, tables: Iterable[pa.Table]) -> int:
    """COPY tables into `target` (a table and its columns in their order); how many rows.

    An error of ours that `tables` raises ends the COPY, and is raised.
    """
    stream = _Stream(iter(tables))
    driver = conn.connection.cursor()
    try:
        driver.copy_expert(f"COPY {target} FROM STDIN (FORMAT csv)", stream, size=CHUNK)
    except QueryCanceled:
        if stream.failed is None:
            raise
        raise stream.failed from None
    finally:
        driver.close()
    return stream.rows


def read(pieces: Iterable[Path]) -> Iterator[pa.Table]:
    """The tables in Parquet files, one after the other."""
    return (pq.ParquetFile(piece).read() for piece in pieces)


def stage(conn: Connection, pieces: Iterable[Path]) -> int:
    """COPY the rows of Parquet files into the temporary table ``incoming``; how many there are.

    The files, one at least, have the same columns; geometry is the column `geom`.
    """
    tables = read(pieces)
    first = next(tables)
    columns = [f'"{each.name}" {_sql_type(each)}' for each in first.schema]
    conn.execute(text("DROP TABLE IF EXISTS pg_temp.incoming"))
    conn.execute(text(f"CREATE TEMPORARY TABLE incoming ({', '.join(columns)}) ON COMMIT DROP"))
    rows = copy_tables(conn, f"incoming ({_names(first)})", chain([first], tables))
    conn.execute(text("ANALYZE incoming"))
    return rows


def _sql_type(column: pa.Field) -> str:
    return _GEOMETRY if column.name == "geom" else _SQL_TYPES[str(column.type)]


def _names(table: pa.Table) -> str:
    return ", ".join(f'"{name}"' for name in table.schema.names)
