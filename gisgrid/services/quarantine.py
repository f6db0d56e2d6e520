"""The rows that an import could not store: looked at, fetched, mended one by one, or dropped."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import shape as shape_of

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.io.formula import harmless
from gisgrid.io.incoming.choices import choices_of
from gisgrid.language import translate
from gisgrid.model.people import Actor
from gisgrid.services.import_file import ForeignFile, import_file, require_whole_district
from gisgrid.services.reading_turns import turn
from gisgrid.storage import incoming
from gisgrid.storage.engine import SYSTEM, As, Connection, Engine, transaction

MOST = 200
ALL = 1_000_000
TABLES = frozenset({"CSV", "TSV", "XLSX"})


def list_imports(
    engine: Engine, actor: As, *, limit: int = 50, offset: int = 0
) -> list[dict[str, Any]]:
    """The latest imports: who, when, what, from which file (and its hash), and what waits."""
    require_whole_district(engine, actor)
    with transaction(engine, SYSTEM) as conn:
        rows = incoming.runs(conn, limit=min(limit, MOST), offset=offset)
    return [_plain(row) for row in rows]


def view_import(engine: Engine, actor: As, run_id: int) -> dict[str, Any]:
    """One import: what it came to, and its quarantine by reason.

    Raises
    ------
    NotFound
        There is no such import.
    """
    require_whole_district(engine, actor)
    with transaction(engine, SYSTEM) as conn:
        run = _run(conn, run_id)
        counts = incoming.quarantine_counts(conn, run_id)
    told = _plain(run)
    told["quarantine"] = [dict(row._mapping) for row in counts]
    return told


def view_quarantine(
    engine: Engine,
    actor: As,
    run_id: int,
    *,
    reason: str | None = None,
    state: str | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Rows in the quarantine of an import, at most 200 from `offset` on.

    Each has ``id, number`` (row of the file), ``source_id, name, reason, facts, written`` (heading
    -> text), ``x, y`` (where to look), ``shape`` and ``suggestion`` (GeoJSON or None), ``state``.
    """
    require_whole_district(engine, actor)
    with transaction(engine, SYSTEM) as conn:
        _run(conn, run_id)
        rows = incoming.quarantine(
            conn, run_id, reason=reason, state=state, limit=MOST, offset=offset
        )
    return [dict(row._mapping) for row in rows]


def _run(conn: Connection, run_id: int) -> Any:
    run = incoming.run_of(conn, run_id)
    if run is None:
        raise NotFound(f"no import {run_id}", code="no_import", run=run_id)
    return run


def _plain(row: Any) -> dict[str, Any]:
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row._mapping.items()}


def quarantine_csv(engine: Engine, actor: As, run_id: int, *, language: str) -> str:
    """The rows that wait, as a table to be mended and imported again; text is never a formula."""
    headings, rows = _waiting(engine, actor, run_id)
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([*_OWN, *headings])
    for row in rows:
        own = [row["id"], row["number"], row["reason"], _sentence(row, language)]
        lines.writerow([*own, *(_safe(row["written"].get(h, "")) for h in headings)])
    return "\ufeff" + out.getvalue()


_OWN = ("quarantine_id", "quarantine_row", "quarantine_reason", "quarantine_why")


def quarantine_gpkg(engine: Engine, actor: As, run_id: int, *, language: str) -> bytes:
    """The rows that wait with their shapes as drawn, as a GeoPackage in EPSG:4326."""
    written, rows = _waiting(engine, actor, run_id)
    headings = [h for h in written if h.lower() not in ("fid", "geom", "geometry")]
    columns: dict[str, list[Any]] = {
        "quarantine_id": [row["id"] for row in rows],
        "quarantine_row": [row["number"] for row in rows],
        "quarantine_reason": [row["reason"] for row in rows],
        "quarantine_why": [_sentence(row, language) for row in rows],
    }
    columns |= {h: [row["written"].get(h) for row in rows] for h in headings}
    shapes = [_drawn(row) for row in rows]
    layer = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quarantine.gpkg"
        layer.to_file(path, layer="quarantine", driver="GPKG", geometry_type="Unknown")
        return path.read_bytes()


def _drawn(row: Mapping[str, Any]) -> Any:
    if row["shape"]:
        return shapely.from_geojson(json.dumps(row["shape"]), on_invalid="ignore")
    return shapely.Point(row["x"], row["y"]) if row["x"] is not None else None


def _waiting(engine: Engine, actor: As, run_id: int) -> tuple[list[str], list[dict[str, Any]]]:
    """The headings in the order of the file, and the rows that wait."""
    require_whole_district(engine, actor)
    with transaction(engine, SYSTEM) as conn:
        run = _run(conn, run_id)
        rows = incoming.quarantine(conn, run_id, state="waiting", limit=ALL)
    written = {heading for row in rows for heading in row.written}
    order = [h for h in run.summary.get("headings", []) if h in written]
    return [*order, *sorted(written - set(order))], [dict(row._mapping) for row in rows]


def _sentence(row: Mapping[str, Any], language: str) -> str:
    return translate(language, f"reject.{row['reason']}")


def _safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula; a number stays one."""
    try:
        float(text)
    except ValueError:
        return harmless(text)
    return text


def mend_row(
    engine: Engine,
    actor: As,
    run_id: int,
    reject_id: int,
    *,
    values: Mapping[str, str] | None = None,
    shape: Mapping[str, Any] | None = None,
    accept: bool = False,
) -> dict[str, Any]:
    """Import one row of a quarantine again: with other values, another shape, or its repair taken.

    It goes the way of every file: read apart, checked again, stored in an import of its own.

    Raises
    ------
    NotFound
        It does not wait there.
    InvalidInput
        ``rows_quarantined``: it still cannot be stored; the facts say why.
    """
    require_whole_district(engine, actor)
    with transaction(engine, SYSTEM) as conn:
        run = _run(conn, run_id)
        rows = [r for r in incoming.quarantine(conn, run_id, state="waiting", limit=ALL)
                if r.id == reject_id]  # fmt: skip
    if not rows:
        raise NotFound(f"no row {reject_id} waits", code="no_reject", row=reject_id)
    written = {**rows[0].written, **(values or {}), "quarantine_id": str(reject_id)}
    tabular = run.summary.get("format") in TABLES and shape is None
    given = shape or rows[0].shape
    told = dict(run.choices) | {
        "layer": None,
        "encoding": None,
        "expected": None,
        "accept": accept,
        "good_rows": False,
        "mapping": {o: t for o, t in run.summary["mapping"].items() if t in written},
        "crs": run.summary["place"]["reading"] if tabular else "EPSG:4326",
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "row.bin"
        path.write_text(_as_table(written) if tabular else _as_feature(written, given), "utf-8")
        file = ForeignFile(run.what, (path,), run.file_name, mends=run_id)
        with turn(actor.account_id if isinstance(actor, Actor) else 0):
            return import_file(engine, actor, file, choices_of(told))


def _as_table(written: Mapping[str, str]) -> str:
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(list(written))
    lines.writerow(list(written.values()))
    return out.getvalue()


def _as_feature(written: Mapping[str, str], shape: Any) -> str:
    if shape is not None:
        _check_shape(shape)
    feature = {"type": "Feature", "properties": dict(written), "geometry": shape}
    collection = {"type": "FeatureCollection", "features": [feature]}
    return json.dumps(collection, ensure_ascii=False)


def _check_shape(shape: Any) -> None:
    try:
        shape_of(shape)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as broken:
        raise InvalidInput("no GeoJSON geometry", code="bad_choice", name="shape") from broken


def drop_row(engine: Engine, actor: As, run_id: int, reject_id: int) -> None:
    """Say that a row is not wanted; it stays listed as dropped.

    Raises
    ------
    NotFound
        It does not wait there.
    """
    require_whole_district(engine, actor)
    with transaction(engine, SYSTEM) as conn:
        if not incoming.drop_reject(conn, run_id, reject_id):
            raise NotFound(f"no row {reject_id} waits", code="no_reject", row=reject_id)
