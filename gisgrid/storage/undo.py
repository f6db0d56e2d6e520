"""Undoing an import from the notes it left: rows it made go, rows it changed are as before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from gisgrid.storage.sql import sql

ORDER = (
    "plan",
    "incident",
    "unit_statistic",
    "unit_succession",
    "service_point",
    "building",
    "street",
    "barrier_line",
    "ground_area",
    "unit",
)
"""Tables in the order in which rows made are taken away: those that refer to others first."""

RETIRED = frozenset({"building", "service_point"})
"""Rows that something refers to are retired where the table knows that."""


def later_import(conn: Connection, run_id: int) -> int | None:
    """The first later standing import that changed rows of this one."""
    found = conn.execute(sql("import_later"), {"run": run_id}).scalar()
    return None if found is None else int(found)


def restore(conn: Connection, run_id: int) -> dict[str, int]:
    """Bring back what an import changed, take away what it made; counts `removed`, `retired`,
    `restored`, and `held` where a row is used by something that cannot be taken away.
    """
    counts = {"removed": 0, "retired": 0, "restored": 0, "held": 0}
    for table in reversed(ORDER):
        counts["restored"] += _reinsert(conn, run_id, table)
    for table in ORDER:
        counts["restored"] += _bring_back(conn, run_id, table)
    for table in ORDER:
        _take_away(conn, run_id, table, counts)
    return counts


def _columns(conn: Connection, table: str) -> list[str]:
    found = text(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name = :table AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    return list(conn.execute(found, {"table": table}).scalars())


def _first_notes(table: str, action: str) -> str:
    """The state of each row before the import first changed it."""
    return (
        "SELECT DISTINCT ON (row_id) row_id, before FROM import_change"
        f" WHERE import_run_id = :run AND table_name = '{table}' AND action = '{action}'"
        " ORDER BY row_id, id"
    )


def _bring_back(conn: Connection, run_id: int, table: str) -> int:
    names = [name for name in _columns(conn, table) if name != "id"]
    changes = ", ".join(
        f'"{n}" = CASE WHEN note.before ? \'{n}\' THEN r."{n}" ELSE t."{n}" END' for n in names
    )
    made = (
        "SELECT unnest(ids) FROM import_change WHERE import_run_id = :run"
        f" AND table_name = '{table}' AND action = 'insert'"
    )
    statement = text(
        f"UPDATE {table} t SET {changes} FROM ({_first_notes(table, 'update')}) AS note"
        f" CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, note.before) AS r"
        f" WHERE t.id = note.row_id AND NOT (t.id = ANY (ARRAY({made})))"
    )
    return int(conn.execute(statement, {"run": run_id}).rowcount)


def _reinsert(conn: Connection, run_id: int, table: str) -> int:
    names = ", ".join(f'"{name}"' for name in _columns(conn, table))
    values = ", ".join(f'r."{name}"' for name in _columns(conn, table))
    statement = text(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM ({_first_notes(table, 'delete')})"
        f" AS note CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, note.before) AS r"
        " ON CONFLICT DO NOTHING"
    )
    return int(conn.execute(statement, {"run": run_id}).rowcount)


def _take_away(conn: Connection, run_id: int, table: str, counts: dict[str, int]) -> None:
    made = text(
        "SELECT unnest(ids) FROM import_change WHERE import_run_id = :run"
        " AND table_name = :table AND action = 'insert'"
    )
    ids = list(conn.execute(made, {"run": run_id, "table": table}).scalars())
    if not ids:
        return
    gone = text(f"DELETE FROM {table} WHERE id = ANY (:ids)")
    try:
        with conn.begin_nested():
            counts["removed"] += int(conn.execute(gone, {"ids": ids}).rowcount)
    except IntegrityError:
        _take_away_unused(conn, table, ids, counts)


def _take_away_unused(conn: Connection, table: str, ids: list[int], counts: dict[str, int]) -> None:
    """Delete the rows that nothing refers to; retire or hold the others."""
    free, used = _parted(conn, table, ids)
    gone: Any = text(f"DELETE FROM {table} WHERE id = ANY (:ids)")
    counts["removed"] += int(conn.execute(gone, {"ids": free}).rowcount)
    if table in RETIRED:
        retire = text(f"UPDATE {table} SET retired_at = now() WHERE id = ANY (:ids)")
        counts["retired"] += int(conn.execute(retire, {"ids": used}).rowcount)
    else:
        counts["held"] += len(used)


def _parted(conn: Connection, table: str, ids: list[int]) -> tuple[list[int], list[int]]:
    """Rows that no other table refers to (without cascading), and those that one does."""
    refers = text(
        "SELECT conrelid::regclass::text AS other, attname AS column_name"
        " FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
        " WHERE contype = 'f' AND confrelid = CAST(:table AS regclass) AND confdeltype = 'a'"
        " AND cardinality(conkey) = 1"
    )
    used: set[int] = set()
    for row in conn.execute(refers, {"table": table}).all():
        found = text(f'SELECT DISTINCT "{row.column_name}" FROM {row.other} WHERE'
                     f' "{row.column_name}" = ANY (:ids)')  # fmt: skip
        used |= set(conn.execute(found, {"ids": ids}).scalars())
    return [i for i in ids if i not in used], sorted(used)
