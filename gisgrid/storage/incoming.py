"""Rows of a foreign file on their way into the tables: staged by COPY, then stored by kind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from gisgrid.storage.bulk import Written
from gisgrid.storage.copying import copy_tables, read
from gisgrid.storage.sql import sql
from gisgrid.storage.tables.imports import import_profile, import_reject, import_run, upload

STREETS_SHOWN = 20_000
GONE = {"buildings": "building", "services": "service_point", "streets": "street"}


def unit_surfaces(conn: Connection) -> Sequence[Row[Any]]:
    """(code, name, depth, wkb) of the valid units."""
    found = text(
        "SELECT code, name, depth, ST_AsBinary(geom) AS wkb FROM unit WHERE valid_to IS NULL"
        " ORDER BY depth, code"
    )
    return conn.execute(found).all()


def street_lines(conn: Connection) -> list[bytes]:
    """Streets people drive on as WKB, at most `STREETS_SHOWN`."""
    found = text(
        "SELECT ST_AsBinary(geom) FROM street WHERE class <> 'path' ORDER BY id LIMIT :limit"
    )
    return [bytes(wkb) for wkb in conn.execute(found, {"limit": STREETS_SHOWN}).scalars()]


def kinds(conn: Connection) -> dict[str, tuple[str, str]]:
    """Kinds of service: key -> (Chinese, English name)."""
    found = conn.execute(text("SELECT key, name_zh, name_en FROM service_kind ORDER BY sort"))
    return {row.key: (row.name_zh, row.name_en) for row in found}


def profiles(conn: Connection, what: str) -> dict[str, dict[str, str]]:
    """Mappings that were saved for a kind, by the headings they are for."""
    found = select(import_profile.c.headings, import_profile.c.mapping).where(
        import_profile.c.what == what
    )
    return {row.headings: dict(row.mapping) for row in conn.execute(found)}


def save_profile(
    conn: Connection,
    what: str,
    headings: str,
    mapping: Mapping[str, str],
    choices: Mapping[str, Any],
) -> None:
    """Keep a mapping for the next file with the same headings."""
    conn.execute(
        text(
            "INSERT INTO import_profile (what, headings, mapping, choices)"
            " VALUES (:what, :headings, CAST(:mapping AS jsonb), CAST(:choices AS jsonb))"
            " ON CONFLICT (what, headings) DO UPDATE"
            " SET mapping = excluded.mapping, choices = excluded.choices, saved_at = now()"
        ),
        {
            "what": what,
            "headings": headings,
            "mapping": _json(mapping),
            "choices": _json(choices),
        },
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def begin(conn: Connection, values: Mapping[str, Any]) -> int:
    """Open an import and note under its id, from here on, what the transaction changes."""
    empty = {"read": 0, "stored": 0, "updated": 0, "rejected": 0}
    statement = insert(import_run).values(**empty, **values).returning(import_run.c.id)
    run_id = int(conn.execute(statement).scalar_one())
    conn.execute(text("SELECT set_config('app.import_run', :run, true)"), {"run": str(run_id)})
    return run_id


def finish(conn: Connection, run_id: int, values: Mapping[str, Any]) -> None:
    """Write down what an import came to; what is changed after this is not noted any more."""
    conn.execute(text("SELECT set_config('app.import_run', '', true)"))
    conn.execute(update(import_run).where(import_run.c.id == run_id).values(**values))


def put(conn: Connection, what: str, source: str) -> Written:
    """Store the staged rows of a kind (not of grids and statistics)."""
    row = conn.execute(sql(f"incoming_{what}"), {"source": source}).one()
    if what == "units":
        conn.execute(sql("incoming_unit_ends"))
        conn.execute(sql("succession_of_units"))
    conn.execute(text(f"ANALYZE {GONE.get(what, what.removesuffix('s'))}"))
    return Written(row.stored, row.updated)


def set_parents(conn: Connection) -> None:
    """Give the staged units the parents that their file names."""
    conn.execute(sql("incoming_unit_parents"))


def end_gone(conn: Connection, what: str, source: str) -> int:
    """Retire (streets: delete) the rows of `source` that are not staged; how many."""
    table = GONE[what]
    change = (
        f"DELETE FROM {table} t"
        if what == "streets"
        else f"UPDATE {table} t SET retired_at = now()"
    )
    also = "" if what == "streets" else " AND t.retired_at IS NULL"
    if what == "services":
        also += " AND NOT t.by_hand"
    statement = text(
        f"{change} WHERE t.source = :source{also}"
        " AND NOT EXISTS (SELECT FROM incoming i WHERE i.source_id = t.source_id)"
    )
    return int(conn.execute(statement, {"source": source}).rowcount)


def put_statistics(conn: Connection) -> tuple[Written, list[Row[Any]]]:
    """Store the staged counts; rows that name nothing we know come back."""
    for statement in sql("incoming_statistics_match").text.split(";"):
        conn.execute(text(statement))
    unknown = list(conn.execute(sql("incoming_statistics_unknown")))
    units = conn.execute(sql("incoming_statistics_units")).one()
    houses = int(conn.execute(sql("incoming_statistics_buildings")).scalar_one())
    return Written(units.stored, units.updated + houses), unknown


def put_rejects(conn: Connection, run_id: int, what: str, rejects: Path) -> None:
    """Keep the quarantine of an import."""
    conn.execute(text("DROP TABLE IF EXISTS pg_temp.refused"))
    conn.execute(
        text(
            "CREATE TEMPORARY TABLE refused (number int, source_id text, name text, reason text,"
            ' facts jsonb, "values" jsonb, x float, y float, geom geometry, suggestion geometry)'
            " ON COMMIT DROP"
        )
    )
    copy_tables(conn, "refused", read([rejects]))
    conn.execute(
        text(
            "INSERT INTO import_reject (import_run_id, what, source_id, name, reason, row_number,"
            " facts, written, x, y, geom, suggestion)"
            ' SELECT :run, :what, source_id, name, reason, number, facts, "values", x, y, geom,'
            " suggestion FROM refused ORDER BY number"
        ),
        {"run": run_id, "what": what},
    )


def put_unknown(conn: Connection, run_id: int, what: str, rows: Sequence[Row[Any]]) -> None:
    """Keep rows in quarantine that name a code or a name nobody has."""
    values = [
        {
            "import_run_id": run_id,
            "what": what,
            "source_id": row.code or row.name,
            "name": row.name,
            "reason": "unknown_code",
            "row_number": row.number,
            "written": {"code": row.code, "name": row.name},
        }
        for row in rows
    ]
    if values:
        conn.execute(insert(import_reject), values)


def mark_mended(conn: Connection, run_id: int, key: str) -> int:
    """Rows in the quarantine of `run_id` that the staged file brings back; how many.

    Known by their number in the quarantine where the file still has it, else by their id.
    """
    statement = text(
        "UPDATE import_reject r SET state = 'mended' FROM incoming i"
        " WHERE r.import_run_id = :run AND r.state = 'waiting'"
        f" AND (r.id = i.quarantine_id OR (i.quarantine_id IS NULL AND r.source_id = i.{key}))"
    )
    return int(conn.execute(statement, {"run": run_id}).rowcount)


def take_turn(conn: Connection, what: str, source: str) -> None:
    """Wait until no other transaction imports this kind of rows of this source."""
    key = {"key": f"import {what} {source}"}
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)


def same_again(
    conn: Connection, *, what: str, source: str, sha256: str, choices: Mapping[str, Any]
) -> int | None:
    """The standing import of the same file with the same choices, if it is its source's last."""
    last = conn.execute(
        select(import_run.c.id, import_run.c.sha256, import_run.c.choices)
        .where(
            import_run.c.what == what,
            import_run.c.source == source,
            import_run.c.undone_at.is_(None),
        )
        .order_by(import_run.c.id.desc())
        .limit(1)
    ).one_or_none()
    same = last is not None and last.sha256 == sha256 and dict(last.choices) == dict(choices)
    return int(last.id) if same and last is not None else None


def run_of(conn: Connection, run_id: int) -> Row[Any] | None:
    """One import, None where there is none of that id."""
    return conn.execute(select(import_run).where(import_run.c.id == run_id)).one_or_none()


def runs(conn: Connection, *, limit: int, offset: int) -> Sequence[Row[Any]]:
    """The latest imports, the newest first."""
    return conn.execute(sql("import_list"), {"limit": limit, "offset": offset}).all()


def quarantine(
    conn: Connection,
    run_id: int,
    *,
    reason: str | None = None,
    state: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> Sequence[Row[Any]]:
    """Rows in the quarantine of an import."""
    wanted = {"run": run_id, "reason": reason, "state": state, "limit": limit, "offset": offset}
    return conn.execute(sql("import_quarantine"), wanted).all()


def quarantine_counts(conn: Connection, run_id: int) -> Sequence[Row[Any]]:
    """(reason, state, n) of the quarantine of an import, the most frequent first."""
    found = text(
        "SELECT reason, state, count(*) AS n FROM import_reject WHERE import_run_id = :run"
        " GROUP BY reason, state ORDER BY n DESC, reason"
    )
    return conn.execute(found, {"run": run_id}).all()


def drop_reject(conn: Connection, run_id: int, reject_id: int) -> bool:
    """Say that a row in quarantine is not wanted; whether it was waiting."""
    done = conn.execute(
        update(import_reject)
        .where(
            import_reject.c.id == reject_id,
            import_reject.c.import_run_id == run_id,
            import_reject.c.state == "waiting",
        )
        .values(state="dropped")
    )
    return bool(done.rowcount)


def keep_upload(conn: Connection, values: Mapping[str, Any]) -> None:
    """Remember an uploaded file."""
    conn.execute(insert(upload).values(**values))


def find_upload(conn: Connection, token: str, account_id: int) -> Row[Any] | None:
    """An account's own upload."""
    return conn.execute(
        select(upload).where(upload.c.token == token, upload.c.account_id == account_id)
    ).one_or_none()


def forget_upload(conn: Connection, token: str) -> None:
    """Forget an uploaded file."""
    conn.execute(upload.delete().where(upload.c.token == token))


def old_uploads(conn: Connection, account_id: int, *, hours: int, most: int) -> list[str]:
    """Tokens of an account's uploads that are older than `hours`, or beyond the latest `most`."""
    found = text(
        "SELECT token FROM (SELECT token, at, row_number() OVER (ORDER BY at DESC) AS place"
        " FROM upload WHERE account_id = :account) AS mine"
        " WHERE at < now() - make_interval(hours => :hours) OR place > :most"
    )
    wanted = {"account": account_id, "hours": hours, "most": most}
    return list(conn.execute(found, wanted).scalars())


def mark_undone(conn: Connection, run_id: int, account_id: int | None) -> None:
    """Say that an import is undone; a quarantine that it mended waits again."""
    row = conn.execute(
        update(import_run)
        .where(import_run.c.id == run_id)
        .values(undone_at=text("now()"), undone_by=account_id)
        .returning(import_run.c.mends)
    ).one()
    conn.execute(
        update(import_reject)
        .where(import_reject.c.import_run_id == row.mends, import_reject.c.state == "mended")
        .values(state="waiting")
    )


def households_basis(conn: Connection) -> tuple[int, int]:
    """How many staged buildings come with households, and how many are dwellings."""
    row = conn.execute(
        text("SELECT count(households_given), count(*) FILTER (WHERE residential) FROM incoming")
    ).one()
    return int(row[0]), int(row[1])


def staged_grids(conn: Connection) -> Sequence[Row[Any]]:
    """The staged grids: community (a code), code, name, kind, leader_name, wkb; by row."""
    found = text(
        "SELECT community, code, name, kind, leader_name, ST_AsBinary(geom) AS wkb FROM incoming"
        " ORDER BY number"
    )
    return conn.execute(found).all()


def current_cells(conn: Connection, community_id: int) -> Sequence[Row[Any]]:
    """(id, cell_set_id, wkb) of the cells of a community as they are now."""
    found = text(
        "SELECT cell.id, cell.cell_set_id, ST_AsBinary(cell.geom) AS wkb FROM cell"
        " JOIN cell_set ON cell_set.id = cell.cell_set_id AND cell_set.current"
        " WHERE cell_set.community_id = :community ORDER BY cell.id"
    )
    return conn.execute(found, {"community": community_id}).all()
