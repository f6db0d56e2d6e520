"""Rows of a source that had none yet: they are written once, without looking for older ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, text

from gisgrid.model.incidents import NEAR_BORDER_M
from gisgrid.storage.copying import copy_tables, read
from gisgrid.storage.incidents import GRIDS_LOCK
from gisgrid.storage.sql import sql

TABLES = {"buildings": "building", "incidents": "incident"}
_BUILDING = (
    "source_id", "code", "name", "address", "use", "residential", "levels", "households_given",
    "households_estimated", "residents_given", "geom",
)  # fmt: skip


@dataclass(slots=True)
class Houses:
    """What came in: `pieces` rows of the table, of `rows` rows of the file.

    `given` come with households, `homes` are dwellings.
    """

    pieces: int = 0
    rows: int = 0
    given: int = 0
    homes: int = 0


def is_new(conn: Connection, what: str, source: str) -> bool:
    """Whether nothing of a kind is known of `source`, whose turn it is (`incoming.take_turn`)."""
    found = text(f"SELECT EXISTS (SELECT FROM {TABLES[what]} WHERE source = :source)")
    return not conn.execute(found, {"source": source}).scalar_one()


def put_buildings(conn: Connection, source: str, pieces: Iterable[Path]) -> Houses:
    """Store the buildings of a new source from Parquet files, as they come."""
    units = conn.execute(text("SELECT code, id FROM unit WHERE valid_to IS NULL")).all()
    communities = {row.code: row.id for row in units}
    seen = Houses()
    names = ", ".join(("source", *_BUILDING, "counts", "community_id"))
    tables = _houses(read(pieces), source, communities, seen)
    seen.pieces = copy_tables(conn, f"building ({names})", tables)
    conn.execute(text("ANALYZE building"))
    return seen


def _houses(
    tables: Iterator[pa.Table], source: str, communities: dict[str, int], seen: Houses
) -> Iterator[pa.Table]:
    """Tables with the columns of `building`, counted while they pass."""
    codes = pa.array(list(communities), pa.string())
    ids = pa.array(list(communities.values()), pa.int64())
    for table in tables:
        seen.rows += pc.count_distinct(table["number"]).as_py()
        seen.given += pc.count(table["households_given"]).as_py()
        seen.homes += pc.sum(table["residential"]).as_py() or 0
        own = pa.array([source]).take(pa.array([0] * table.num_rows, pa.int8()))
        elderly = pc.cast(table["elderly"], pa.string())
        counts = pc.binary_join_element_wise('{"elderly": ', elderly, "}", "")
        held = pc.index_in(table["community"], value_set=codes)
        columns = [own, *(table[name] for name in _BUILDING), pc.fill_null(counts, "{}")]
        yield pa.table([*columns, ids.take(held)], ["source", *_BUILDING, "counts", "community"])


def put_incidents(conn: Connection, source: str) -> tuple[int, int]:
    """Store the staged incidents of a new source with their place; how many, and how many have one.

    See `storage.incidents.locate`, which does the same to incidents that are there.
    """
    conn.execute(text("SELECT pg_advisory_xact_lock_shared(:n)"), {"n": GRIDS_LOCK})
    values = {"source": source, "near_m": NEAR_BORDER_M}
    stored = conn.execute(sql("incoming_incidents_new"), values).rowcount
    located = conn.execute(text("SELECT count(geom) FROM incoming")).scalar_one()
    conn.execute(text("ANALYZE incident"))
    return int(stored), int(located)
