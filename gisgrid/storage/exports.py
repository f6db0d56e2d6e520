"""Rows of a layer on their way out, in batches: a statement a layer, filters around it.

Names of columns come from the catalogue of layers, never from whoever asks; values are bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.sql.expression import bindparam

from gisgrid.model.layers import Bounds
from gisgrid.model.people import Actor
from gisgrid.storage.engine import SYSTEM, As
from gisgrid.storage.sql import source, sql

BATCH = 20_000
_WHOLE = frozenset({"buildings"})
"""Layers with a statement of their own for the system, which row-level security does not slow."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows of which layer.

    Rows are ordered by `id`, and begin behind `after`; `bounds` is (west, south, east, north)
    in degrees, west beyond east where it crosses the antimeridian; `span` the first and last
    moment, either None; `equal` column → value. Columns are names of the catalogue.
    """

    layer: str
    columns: tuple[str, ...]
    plan: int | None = None
    language: str = "zh"
    bounds: Bounds | None = None
    moment: str | None = None
    span: tuple[datetime | None, datetime | None] = (None, None)
    equal: Mapping[str, Any] = field(default_factory=dict)
    ids: tuple[int, ...] | None = None
    after: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch: `columns` as lists, the grid each row lies in, and WKB in EPSG:4326 or None."""

    columns: dict[str, list[Any]]
    grid_id: list[int | None]
    wkb: list[bytes | None]


def batches(conn: Connection, actor: As, query: Query, *, size: int = BATCH) -> Iterator[Rows]:
    """The rows in order, `size` at a time, without ever holding all of them."""
    # all rows will be fetched: without this, a cursor is planned for its first tenth
    conn.execute(text("SET LOCAL cursor_tuple_fraction = 1"))
    statement, values = _statement(actor, query, _shown(query), paged=True)
    result = conn.execute(
        statement, values, execution_options={"stream_results": True, "yield_per": size}
    )
    for part in result.partitions():
        yield _rows(query.columns, part)


def page(conn: Connection, actor: As, query: Query) -> Rows:
    """The rows in order, at most `query.limit`.

    Ids first, then the rows: what a row costs is paid for the page only, not for all before it.
    """
    if query.limit is None:
        statement, values = _statement(actor, query, _shown(query), paged=True)
        return _rows(query.columns, conn.execute(statement, values).all())
    statement, values = _statement(actor, query, "id", paged=True)
    ids = list(conn.execute(statement, values).scalars())
    rest = replace(
        query, ids=tuple(ids), bounds=None, moment=None, equal={}, after=None, limit=None
    )
    statement, values = _statement(actor, rest, _shown(rest), paged=True)
    return _rows(query.columns, conn.execute(statement, values).all())


def count(conn: Connection, actor: As, query: Query) -> int:
    """How many rows there are, whatever the limit and where the page begins."""
    whole = replace(query, after=None)
    statement, values = _statement(actor, whole, "count(*)", paged=False)
    return int(conn.execute(statement, values).scalar_one())


def companions(
    conn: Connection, grids: Sequence[int], *, cells: bool, small: int
) -> frozenset[int]:
    """Rows to hide beside the only small one of a grid, whose sum would tell it.

    `conn` is the system's: the grids are those that somebody sees already. `small` is the count
    below which a row with people is hidden; rows are buildings, or `cells`.
    """
    values = {"grids": list(grids), "cells": cells, "small": small}
    return frozenset(conn.execute(sql("export_companions"), values).scalars())


def extent(conn: Connection, actor: As, query: Query) -> Bounds | None:
    """(west, south, east, north) of the rows; None without any shape."""
    box = "ST_Extent(geom)"
    shown = f"ST_XMin({box}), ST_YMin({box}), ST_XMax({box}), ST_YMax({box})"
    statement, values = _statement(actor, query, shown, paged=False)
    west, south, east, north = conn.execute(statement, values).one()
    return None if west is None else (west, south, east, north)


def last_change(conn: Connection, actor: As, query: Query) -> tuple[Any, Any]:
    """First and last moment of the rows; None where there is none."""
    assert query.moment is not None  # noqa: S101 - asked for layers with a moment only
    shown = f'min("{query.moment}"), max("{query.moment}")'
    statement, values = _statement(actor, query, shown, paged=False)
    first, last = conn.execute(statement, values).one()
    return first, last


def _shown(query: Query) -> str:
    names = "".join(f'"{name}", ' for name in query.columns)
    return f"{names}grid_id, ST_AsBinary(geom) AS wkb"


def _statement(
    actor: As, query: Query, shown: str, *, paged: bool
) -> tuple[TextClause, dict[str, Any]]:
    conditions, values = _conditions(query)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    tail = "ORDER BY id" if paged else ""
    if paged and query.limit is not None:
        tail += " LIMIT :limit"
        values["limit"] = query.limit
    whole = actor is SYSTEM and query.layer in _WHOLE
    inner = source(f"export_{query.layer}{'_whole' if whole else ''}")
    statement = text(f"SELECT {shown} FROM (\n{inner}\n) AS layer {where} {tail}")
    scope = {
        "everything": not isinstance(actor, Actor),
        "communities": list(actor.communities) if isinstance(actor, Actor) else [],
        "grids": list(actor.grids) if isinstance(actor, Actor) else [],
        "plan": query.plan,
        "language": query.language,
    }
    asked = {name: value for name, value in scope.items() if f":{name}" in inner}
    arrays = [
        bindparam(name, type_=ARRAY(INTEGER)) for name in ("communities", "grids") if name in asked
    ]
    return statement.bindparams(*arrays), values | asked


def _conditions(query: Query) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if query.bounds is not None:
        condition, values = _inside(query.bounds)
        conditions.append(condition)
    first, last = query.span
    if query.moment and first is not None:
        conditions.append(f'"{query.moment}" >= :first')
        values["first"] = first
    if query.moment and last is not None:
        conditions.append(f'"{query.moment}" <= :last')
        values["last"] = last
    if query.ids is not None:
        conditions.append("id = ANY(:ids)")
        values["ids"] = list(query.ids)
    if query.after is not None:
        conditions.append("id > :after")
        values["after"] = query.after
    for number, (name, value) in enumerate(query.equal.items()):
        conditions.append(f'"{name}" = :equal_{number}')
        values[f"equal_{number}"] = value
    return conditions, values


def _inside(bounds: Bounds) -> tuple[str, dict[str, float]]:
    west, south, east, north = bounds
    values = {"west": west, "south": south, "east": east, "north": north}
    if west <= east:
        return _touches(":west", ":east"), values
    return f"({_touches(':west', '180')} OR {_touches('-180', ':east')})", values


def _touches(west: str, east: str) -> str:
    box = f"ST_MakeEnvelope({west}, :south, {east}, :north, 4326)"
    return f"(geom && {box} AND ST_Intersects(geom, {box}))"


def _rows(names: tuple[str, ...], found: Any) -> Rows:
    columns = list(zip(*found, strict=True)) or [()] * (len(names) + 2)
    return Rows(
        dict(zip(names, map(list, columns[:-2]), strict=True)),
        list(columns[-2]),
        [None if wkb is None else bytes(wkb) for wkb in columns[-1]],
    )
