"""The layers as OGC API – Features has them: collections, pages of items, one item.

The same columns, scope and masks as in files. Shapes of grids are derived, so their pages are cut
here; all others by the database.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from gisgrid.errors import NotFound
from gisgrid.io.leaving import Part, shapes_of
from gisgrid.io.target import Target
from gisgrid.io.write_text import features
from gisgrid.language import translate
from gisgrid.model.layers import Bounds, Field, Kind, Layer
from gisgrid.model.people import Actor
from gisgrid.services.leaving_layers import (
    Chosen,
    choose,
    companions_of,
    layers_for,
    part_of,
    query_of,
)
from gisgrid.storage import exports
from gisgrid.storage.engine import Engine, transaction

Moment = datetime | None
Span = tuple[Moment, Moment]
EXTENT_KEPT_S = 60
_FILTERED = frozenset({Kind.TEXT, Kind.INT, Kind.BOOL, Kind.DATE})


@dataclass(frozen=True, slots=True)
class Collection:
    """A layer as it is announced: where and when its rows are, and what they may be filtered by."""

    key: str
    title: str
    bounds: Bounds | None
    span: Span
    fields: tuple[Field, ...]
    filters: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a collection; `after` is the id behind which the page begins."""

    limit: int
    after: int | None = None
    bounds: Bounds | None = None
    span: Span = (None, None)
    equal: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Features; `matched` in all (on the first page only), `after` for the next page, if any."""

    features: list[dict[str, Any]]
    matched: int | None
    after: int | None


def filters_of(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Columns to filter by: none that is masked, since a filter would tell what the mask hides."""
    return tuple(f for f in fields if f.kind in _FILTERED and not f.people and not f.follows)


def list_collections(engine: Engine, actor: Actor, language: str) -> list[Collection]:
    """The layers that the actor's role may see."""
    keys = [layer.key for layer in layers_for(actor) if not layer.of_plan]
    return [view_collection(engine, actor, key, language) for key in keys]


def view_collection(engine: Engine, actor: Actor, key: str, language: str) -> Collection:
    """One collection; NotFound for another key, or one the role may not see."""
    layer = _layer(actor, key)
    fields = layer.fields_for(actor.role)
    now = int(time.monotonic() // EXTENT_KEPT_S)
    bounds, span = _extent(engine, actor, key, now)
    title = translate(language, f"export.layer_{key}")
    return Collection(key, title, bounds, span, fields, filters_of(fields))


def list_items(engine: Engine, actor: Actor, key: str, ask: Ask, language: str) -> Page:
    """A page of features, by id."""
    chosen = _chosen(engine, actor, key)
    find = _drawn_page if chosen.layer.drawn else _stored_page
    part, matched = find(engine, actor, chosen, ask, language)
    found = list(features(part, chosen.fields, Target()))
    more = len(found) > ask.limit
    found = found[: ask.limit]
    return Page(found, matched if ask.after is None else None, found[-1]["id"] if more else None)


def view_item(engine: Engine, actor: Actor, key: str, item: int, language: str) -> dict[str, Any]:
    """One feature; NotFound outside the scope, too."""
    page = list_items(engine, actor, key, Ask(1, equal={"id": item}), language)
    if not page.features:
        raise NotFound(f"there is no {key} {item}", code="item_not_found", layer=key, item=item)
    return page.features[0]


def _chosen(engine: Engine, actor: Actor, key: str) -> Chosen:
    return choose(engine, actor, _layer(actor, key).key, fresh=False)


def _layer(actor: Actor, key: str) -> Layer:
    known = next((each for each in layers_for(actor) if each.key == key), None)
    if known is None or known.of_plan:
        raise NotFound(f"there is no layer {key[:40]!r}", code="layer_not_found", layer=key[:40])
    return known


def _stored_page(
    engine: Engine, actor: Actor, chosen: Chosen, ask: Ask, language: str
) -> tuple[Part, int]:
    query = query_of(
        chosen,
        language,
        bounds=ask.bounds,
        span=ask.span,
        equal=ask.equal,
        after=ask.after,
        limit=ask.limit + 1,
    )
    with transaction(engine, actor) as conn:
        rows = exports.page(conn, actor, query)
        matched = exports.count(conn, actor, query) if ask.after is None else 0
    companions = companions_of(engine, chosen, exact=False)
    return part_of(rows, chosen, actor, exact=False, companions=companions), matched


def _drawn_page(
    engine: Engine, actor: Actor, chosen: Chosen, ask: Ask, language: str
) -> tuple[Part, int]:
    query = query_of(chosen, language, span=ask.span, equal=ask.equal)
    with transaction(engine, actor) as conn:
        rows = exports.page(conn, actor, query)
    part = part_of(rows, chosen, actor, exact=False, companions=None)
    ids = np.array(part.columns["id"], dtype=np.int64)
    kept = np.ones(len(ids), dtype=bool) if ask.bounds is None else _inside(part, ask.bounds)
    matched = int(kept.sum())
    if ask.after is not None:
        kept &= ids > ask.after
    chosen_rows = np.flatnonzero(kept)[: ask.limit + 1].tolist()
    columns = {name: [values[i] for i in chosen_rows] for name, values in part.columns.items()}
    return Part(columns, [part.wkb[i] for i in chosen_rows]), matched


def _inside(part: Part, bounds: Bounds) -> Any:
    west, south, east, north = bounds
    boxes = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    area = shapely.union_all([shapely.box(w, south, e, north) for w, e in boxes])
    return shapely.intersects(shapes_of(part), area)


@lru_cache(maxsize=512)
def _extent(engine: Engine, actor: Actor, key: str, now: int) -> tuple[Bounds | None, Span]:
    """Where and when the rows are, as of a minute ago at most (`now` counts the minutes)."""
    del now
    chosen = _chosen(engine, actor, key)
    query = query_of(chosen, "zh")
    with transaction(engine, actor) as conn:
        times = exports.last_change(conn, actor, query) if chosen.layer.moment else (None, None)
        bounds = None if chosen.layer.drawn else exports.extent(conn, actor, query)
        seen = exports.page(conn, actor, query).grid_id if chosen.layer.drawn else []
    drawn = chosen.shapes
    if drawn is not None:
        bounds = _around([drawn[grid] for grid in seen if grid is not None and grid in drawn])
    return bounds, (_moment(times[0]), _moment(times[1]))


def _around(shapes: Sequence[bytes]) -> Bounds | None:
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(list(shapes)))
    return float(west), float(south), float(east), float(north)


def _moment(value: Any) -> Moment:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if isinstance(value, datetime) else None
