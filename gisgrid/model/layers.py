"""The layers that leave the house: their columns, and which role gets which.

A column that is not listed here is in no file and no answer of the OGC API. Headings in Chinese
and English are sentences of the catalogue, ``export.column_<name>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from gisgrid.model.people import Role

SMALL_COUNT = 5
"""Fewer households than this could point at a person: told only of one's own grids."""

Bounds: TypeAlias = tuple[float, float, float, float]
"""(west, south, east, north) in degrees; west beyond east where it crosses the antimeridian."""

EVERYBODY = frozenset(Role)
DESK = frozenset({Role.PLANNER, Role.STAFF, Role.ADMINISTRATOR})
PLANNERS = frozenset({Role.PLANNER, Role.ADMINISTRATOR})
CASE_WORK = frozenset({Role.STAFF, Role.ADMINISTRATOR, Role.LEADER})


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DATE = "date"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: `people` marks a count of households or residents, `follows` a figure that one
    could be worked out from; where a count of a row is small, none of these is told.
    """

    name: str
    kind: Kind = Kind.TEXT
    roles: frozenset[Role] = EVERYBODY
    people: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: `of_plan` asks for a plan; `drawn` takes its shape from a grid's outline.

    `moment` is the column that time filters look at.
    """

    key: str
    shape: str
    fields: tuple[Field, ...]
    roles: frozenset[Role] = EVERYBODY
    of_plan: bool = False
    drawn: bool = False
    moment: str | None = None

    def fields_for(self, role: Role | None) -> tuple[Field, ...]:
        """The columns that `role` gets; None is the system, which gets all."""
        return tuple(field for field in self.fields if role is None or role in field.roles)


def _texts(*names: str, roles: frozenset[Role] = EVERYBODY) -> tuple[Field, ...]:
    return tuple(Field(name, roles=roles) for name in names)


def _ints(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, Kind.INT) for name in names)


def _people(*names: str, roles: frozenset[Role] = EVERYBODY) -> tuple[Field, ...]:
    return tuple(Field(name, Kind.INT, roles=roles, people=True) for name in names)


_ID = Field("id", Kind.INT)
_SOURCE = _texts("source", "source_id", roles=DESK)
_HOMES = _people("households", "residents")
_BASES = _people(
    "households_given", "households_estimated", "households_override", "residents_given",
    roles=PLANNERS,
)  # fmt: skip
_BUILDING = (
    _ID,
    *_SOURCE,
    *_texts("code", "name", "address", "use"),
    Field("residential", Kind.BOOL),
    Field("levels", Kind.FLOAT),
    *_HOMES,
)
_PLACE = _texts("community_code", "community", "grid_code")
_GRID = (
    _ID,
    *_texts("code", "name", "kind"),
    *_ints("position", "colour"),
    *_texts("leader", "community_code", "community"),
    Field("plan", Kind.INT),
    *_texts("plan_name", "state"),
    Field("effective_from", Kind.DATE),
    *_ints("target"),
    *_HOMES,
    Field("deviation", Kind.INT, follows=True),
    *_ints("buildings", "cells"),
    Field("area_m2", Kind.FLOAT),
)

_ALL = (
    Layer(
        "units",
        "MultiPolygon",
        (
            _ID,
            *_texts("code", "name", "level", "level_name", "parent_code"),
            Field("valid_from", Kind.DATE),
            Field("valid_to", Kind.DATE),
            Field("divided", Kind.BOOL),
            *_texts("source", roles=DESK),
            *_HOMES,
            *_ints("buildings"),
        ),
    ),
    Layer(
        "buildings",
        "Polygon",
        (*_BUILDING, *_BASES, *_texts("compound"), *_PLACE, Field("updated_at", Kind.TIME)),
        moment="updated_at",
    ),
    Layer(
        "compounds",
        "MultiPolygon",
        (_ID, *_SOURCE, *_texts("name", "community_code", "community")),
        roles=DESK,
    ),
    Layer("grids", "MultiPolygon", _GRID, drawn=True, moment="effective_from"),
    Layer(
        "services",
        "Point",
        (
            _ID,
            *_SOURCE,
            *_texts("name", "kind", "kind_name", "opening_hours", "unit_code"),
        ),
    ),
    Layer(
        "circles",
        "MultiPolygon",
        (
            _ID,
            *_ints("service"),
            *_texts("name", "kind", "kind_name"),
            Field("minutes", Kind.FLOAT),
            Field("speed_kmh", Kind.FLOAT),
            *_people("households", "households_straight"),
        ),
        roles=DESK,
    ),
    Layer(
        "streets",
        "LineString",
        (
            _ID,
            *_SOURCE,
            *_texts("name", "class"),
            Field("walkable", Kind.BOOL),
            Field("bridge", Kind.BOOL),
            Field("tunnel", Kind.BOOL),
            *_ints("layer"),
        ),
    ),
    Layer("barriers", "LineString", (_ID, *_SOURCE, *_texts("kind", "name"))),
    Layer("areas", "MultiPolygon", (_ID, *_SOURCE, *_texts("kind", "name"))),
    Layer(
        "incidents",
        "Point",
        (
            _ID,
            *_SOURCE,
            *_texts("category_code", "category"),
            *_texts("text", roles=CASE_WORK),
            *_texts("channel"),
            *_ints("level"),
            *_texts("state"),
            Field("reported_at", Kind.TIME),
            Field("due_at", Kind.TIME),
            Field("closed_at", Kind.TIME),
            *_texts("community_code", "community", "grid_code", "grid_code_at_report"),
        ),
        moment="reported_at",
    ),
    Layer(
        "coverage",
        "MultiPolygon",
        (
            _ID,
            *_texts("grid_code", "grid_name", "community_code", "community", "kind", "kind_name"),
            Field("minutes", Kind.FLOAT),
            Field("limit_m", Kind.FLOAT),
            Field("households", Kind.INT),
            *_people("covered", "uncovered"),
            Field("percent", Kind.FLOAT, follows=True),
            *_ints("buildings", "buildings_covered"),
        ),
        roles=DESK,
        drawn=True,
    ),
    Layer(
        "plan_grids",
        "MultiPolygon",
        (*_GRID, Field("locked", Kind.BOOL)),
        roles=DESK,
        of_plan=True,
        drawn=True,
    ),
    Layer(
        "plan_cells",
        "Polygon",
        (
            Field("cell", Kind.INT),
            *_texts("grid_code"),
            *_ints("grid"),
            *_texts("community_code"),
            Field("water", Kind.BOOL),
            Field("area_m2", Kind.FLOAT),
            *_HOMES,
            *_ints("buildings"),
        ),
        roles=DESK,
        of_plan=True,
    ),
    Layer(
        "plan_buildings",
        "Polygon",
        (*_BUILDING, *_texts("community_code", "grid_code"), *_ints("grid", "cell")),
        roles=DESK,
        of_plan=True,
    ),
)

LAYERS: dict[str, Layer] = {layer.key: layer for layer in _ALL}
"""Every layer, by key."""
