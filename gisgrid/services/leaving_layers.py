"""A layer as an actor may take it away: columns by role, rows by scope, small counts masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.geo.crs import to_wgs84
from gisgrid.incidents.masking import masked as without_numbers
from gisgrid.io.leaving import Leaving, Part
from gisgrid.language import translate
from gisgrid.model.layers import LAYERS, SMALL_COUNT, Field, Layer
from gisgrid.model.people import Actor
from gisgrid.model.plans import PlanState
from gisgrid.services.grid_outlines import outlines
from gisgrid.services.plan_access import require_reader
from gisgrid.services.small_counts import masked, own_grids
from gisgrid.storage import access, districts, exports, plans, projects
from gisgrid.storage.engine import SYSTEM, As, Connection, Engine, transaction
from gisgrid.storage.exports import Query, Rows

Shapes = Mapping[int, bytes]
Step = Callable[[int], None]
OF_GRIDS = frozenset({"buildings", "plan_buildings", "plan_cells"})
"""Layers whose rows add up to grids."""

NEEDS_REACH = frozenset({"coverage", "circles"})
_DRAWN_FOR_EVER = (PlanState.EFFECTIVE, PlanState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A layer in an actor's hands: the columns of the role, and the shapes that are derived."""

    layer: Layer
    fields: tuple[Field, ...]
    plan: int | None
    shapes: Shapes | None


@dataclass(slots=True)
class Companions:
    """Rows that are hidden beside the only small one of their grid, found as grids come by."""

    engine: Engine
    cells: bool
    known: set[int] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)

    def beside(self, grids: Iterable[int | None]) -> set[int]:
        """The rows to hide, those of these grids among them."""
        new = {grid for grid in grids if grid is not None} - self.known
        if new:
            with transaction(self.engine, SYSTEM) as conn:
                found = exports.companions(conn, sorted(new), cells=self.cells, small=SMALL_COUNT)
            self.ids |= found
            self.known |= new
        return self.ids


def companions_of(engine: Engine, chosen: Chosen, *, exact: bool) -> Companions | None:
    """Who finds the companions of a layer; None where nothing is hidden, or not by grids."""
    key = chosen.layer.key
    return None if exact or key not in OF_GRIDS else Companions(engine, key == "plan_cells")


def layers_for(actor: As) -> list[Layer]:
    """The layers that the actor's role may take away; all of them for the system."""
    role = actor.role if isinstance(actor, Actor) else None
    return [layer for layer in LAYERS.values() if role is None or role in layer.roles]


def choose(
    engine: Engine, actor: As, key: str, plan: int | None = None, *, fresh: bool = True
) -> Chosen:
    """The layer named `key`, ready to be read.

    With `fresh`, walks to services are brought up to date first.

    Raises
    ------
    NotFound
        ``layer_not_found`` for a layer that does not exist or that the role may not have;
        ``plan_not_found`` for a plan outside the scope.
    InvalidInput
        ``layer_needs_plan`` for a layer of a plan without one.
    """
    layer = next((each for each in layers_for(actor) if each.key == key), None)
    if layer is None:
        raise NotFound(f"there is no layer {key[:40]!r}", code="layer_not_found", layer=key[:40])
    if layer.of_plan and plan is None:
        raise InvalidInput(f"{key} is of a plan: name one", code="layer_needs_plan", layer=key)
    if fresh and key in NEEDS_REACH:
        _measure(engine)
    role = actor.role if isinstance(actor, Actor) else None
    of_plan = plan if layer.of_plan else None
    drawn = _drawn(engine, actor, of_plan) if layer.drawn else None
    if of_plan is not None and not layer.drawn:
        require_reader(actor)
        with transaction(engine, actor) as conn:
            plans.find(conn, of_plan)
    return Chosen(layer, layer.fields_for(role), of_plan, drawn)


def query_of(chosen: Chosen, language: str, **filters: Any) -> Query:
    """The question to the database for the columns of the role."""
    return Query(
        # the grids of one plan and those in force are one statement
        "grids" if chosen.layer.key == "plan_grids" else chosen.layer.key,
        tuple(field.name for field in chosen.fields),
        plan=chosen.plan,
        language=language,
        moment=chosen.layer.moment,
        **filters,
    )


def part_of(
    rows: Rows, chosen: Chosen, actor: As, *, exact: bool, companions: Companions | None
) -> Part:
    """Rows as they may leave: masked unless `exact`, with the shapes that are derived."""
    own = None if exact else (own_grids(actor) or frozenset())
    beside = companions.beside(rows.grid_id) if companions is not None else ()
    columns = masked(rows.columns, rows.grid_id, chosen.fields, own, beside)
    if chosen.layer.key == "incidents" and "text" in columns:
        # telephones and identities that people wrote down are nobody's who reads a file
        columns["text"] = [without_numbers(words) for words in columns["text"]]
    if chosen.shapes is None:
        return Part(columns, rows.wkb)
    return Part(columns, [chosen.shapes.get(grid or 0) for grid in rows.grid_id])


def leaving(
    conn: Connection,
    actor: As,
    chosen: Chosen,
    *,
    language: str,
    companions: Companions | None,
    exact: bool,
    step: Step,
) -> Leaving:
    """The whole layer, to be read once while `conn` is open; `step` is told rows as they pass."""
    query = query_of(chosen, language)

    def parts() -> Iterator[Part]:
        done = 0
        for rows in exports.batches(conn, actor, query):
            done += len(rows.wkb)
            step(done)
            yield part_of(rows, chosen, actor, exact=exact, companions=companions)

    key = chosen.layer.key
    return Leaving(
        key,
        translate(language, f"export.layer_{key}"),
        chosen.layer.shape,
        chosen.fields,
        {f.name: translate(language, f"export.column_{f.name}") for f in chosen.fields},
        parts(),
    )


def _drawn(engine: Engine, actor: As, plan: int | None) -> Shapes:
    """WKB (EPSG:4326) of the grids of a plan, or of all in force, by grid id."""
    with transaction(engine, actor) as conn:
        if plan is not None:
            require_reader(actor)
            fixed = {plan: plans.find(conn, plan).state in _DRAWN_FOR_EVER}
        else:
            fixed = {row.id: True for row in districts.plans_in_force(conn)}
    with transaction(engine, SYSTEM) as conn:
        project = projects.find(conn)
    found: dict[int, bytes] = {}
    if project is None:
        return found
    for plan_id, is_fixed in fixed.items():
        # a draft changes under its id: it is drawn afresh
        draw = _kept_outlines if is_fixed else _plan_outlines
        found |= draw(engine, plan_id, project.metric_epsg, is_fixed)
    return found


def _plan_outlines(engine: Engine, plan_id: int, epsg: int, is_fixed: bool) -> Shapes:
    drawn = outlines(engine, plan_id) if is_fixed else outlines.__wrapped__(engine, plan_id)
    if not drawn:
        return {}
    shapes = to_wgs84(np.array([each.polygon for _, each in drawn], object), epsg)
    multi = np.array([shapely.MultiPolygon(shapely.get_parts(s).tolist()) for s in shapes])
    ids = (grid for grid, _ in drawn)
    return dict(zip(ids, map(bytes, shapely.to_wkb(multi)), strict=True))


_kept_outlines = lru_cache(maxsize=4096)(_plan_outlines)


def _measure(engine: Engine) -> None:
    """Bring the walks to services up to date, where the ground has changed since."""
    from gisgrid.services.store_circles import store_circles  # noqa: PLC0415 - loads Numba

    with transaction(engine, SYSTEM) as conn:
        if not access.unmeasured(conn):
            return
    store_circles(engine)
