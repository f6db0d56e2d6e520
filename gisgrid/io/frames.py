"""The written contracts of the GeoDataFrames that enter the product, all in EPSG:4326.

Each contract lists the columns a frame must have, what they mean and whether they may be empty.
A frame is checked once, where it enters; the code behind the check relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import pandas as pd
from pandas.api import types

from gisgrid.errors import CrsMismatch, InvalidInput, MissingColumn
from gisgrid.model.ground import AreaKind, LineKind, StreetClass

CRS = "EPSG:4326"

_DTYPE = {"text": "object", "float": "float64", "int": "int64", "bool": "bool"}
_CHECK: dict[str, Callable[[Any], bool]] = {
    "float": types.is_numeric_dtype,
    "int": types.is_integer_dtype,
    "bool": types.is_bool_dtype,
    "time": lambda dtype: isinstance(dtype, pd.DatetimeTZDtype),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind (text, float, int, bool, time), whether it may be empty, its values."""

    name: str
    kind: str = "text"
    empty: bool = False
    among: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """The columns and geometry types of one kind of frame."""

    name: str
    columns: tuple[Column, ...]
    shapes: frozenset[str]
    geometry_empty: bool = False

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, empty=True) for name in names)


_ID = Column("source_id")
_SURFACE = frozenset({"Polygon", "MultiPolygon"})

STREETS = Contract(
    "streets",
    (
        _ID,  # "w123": the way in its source; stable between imports
        *_text("name"),
        Column("class", among=frozenset(StreetClass)),
        Column("walkable", "bool"),  # open to everybody on foot
        Column("bridge", "bool"),
        Column("tunnel", "bool"),
        Column("layer", "int"),  # 0 on the ground, 1 above, -1 below
    ),
    frozenset({"LineString"}),
)
LINES = Contract(
    "lines",
    (Column("kind", among=frozenset(LineKind)), *_text("name")),
    frozenset({"LineString"}),
)
AREAS = Contract("areas", (Column("kind", among=frozenset(AreaKind)), *_text("name")), _SURFACE)
BUILDINGS = Contract(
    "buildings",
    (
        _ID,
        *_text("name", "address"),
        Column("levels", "float", empty=True),  # storeys above ground
        Column("use"),  # word of the source: house, apartments, school, …; "yes" when unknown
        Column("residential", "bool"),  # counts in the household estimate
        Column("households", "float", empty=True),  # given by the source, never estimated here
        Column("residents", "float", empty=True),
        Column("elderly", "float", empty=True),  # of 60, else 65 years and over
    ),
    frozenset({"Polygon"}),
)
SERVICES = Contract(
    "services",
    (_ID, *_text("name"), Column("kind"), *_text("opening_hours")),
    frozenset({"Point"}),
)
GATES = Contract("gates", (_ID, *_text("name")), frozenset({"Point"}))
UNITS = Contract(
    "units",
    (
        Column("code"),
        Column("name"),
        Column("level"),  # word of the source: "district", "8", …
        *_text("parent"),  # code of the unit it lies in
    ),
    _SURFACE,
)
INCIDENTS = Contract(
    "incidents",
    (
        _ID,
        Column("category"),
        *_text("text", "channel", "address", "status"),
        Column("reported_at", "time"),
        Column("closed_at", "time", empty=True),
    ),
    frozenset({"Point"}),
    geometry_empty=True,  # an incident without a place waits to be located; it is never dropped
)


def check(frame: gpd.GeoDataFrame, contract: Contract) -> gpd.GeoDataFrame:
    """The same frame, once it keeps its contract.

    Parameters
    ----------
    frame
        (n,) rows in EPSG:4326; n may be 0. Columns beyond the contract are left alone.
    contract
        What must hold.

    Raises
    ------
    CrsMismatch
        If the frame has no CRS or another one than EPSG:4326.
    MissingColumn
        If a column is missing; the error names all that are.
    InvalidInput
        If a column has the wrong type, is empty where it may not be, or a geometry does not fit.
    """
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        found = None if frame.crs is None else frame.crs.name
        raise CrsMismatch(
            f"{contract.name} must be in EPSG:4326, found {found}",
            code="frame_crs",
            frame=contract.name,
            crs=str(found),
        )
    missing = [name for name in contract.names if name not in frame.columns]
    if missing:
        raise MissingColumn(
            f"{contract.name} lacks {', '.join(missing)}",
            frame=contract.name,
            columns=", ".join(missing),
        )
    for column in contract.columns:
        _check_column(frame[column.name], column, contract.name)
    _check_shapes(frame, contract)
    return frame


def _check_column(values: pd.Series[Any], column: Column, frame: str) -> None:
    right_type = _CHECK.get(column.kind)
    if right_type is not None and not right_type(values.dtype):
        raise _broken(frame, column.name, f"is {values.dtype}, not {column.kind}")
    if not column.empty and bool(values.isna().any()):
        raise _broken(frame, column.name, "has empty values")
    if column.among is not None and not set(values.unique()) <= column.among:
        strange = sorted(map(str, set(values.unique()) - column.among))
        raise _broken(frame, column.name, f"has unknown values {strange[:3]}")


def _check_shapes(frame: gpd.GeoDataFrame, contract: Contract) -> None:
    absent = frame.geometry.isna() | frame.geometry.is_empty
    if absent.any() and not contract.geometry_empty:
        raise _broken(contract.name, "geometry", "has empty values")
    strange = set(frame.geometry[~absent].geom_type.unique()) - contract.shapes
    if strange:
        raise _broken(contract.name, "geometry", f"has {sorted(strange)}")


def _broken(frame: str, column: str, problem: str) -> InvalidInput:
    return InvalidInput(
        f"{frame}.{column} {problem}",
        code="frame_column",
        frame=frame,
        column=column,
        problem=problem,
    )


check_streets = partial(check, contract=STREETS)
check_lines = partial(check, contract=LINES)
check_areas = partial(check, contract=AREAS)
check_buildings = partial(check, contract=BUILDINGS)
check_services = partial(check, contract=SERVICES)
check_gates = partial(check, contract=GATES)
check_units = partial(check, contract=UNITS)
check_incidents = partial(check, contract=INCIDENTS)


def frame_of(
    contract: Contract, columns: Mapping[str, Iterable[Any]], geometry: Iterable[Any]
) -> gpd.GeoDataFrame:
    """A frame that keeps `contract`, from columns in the making; absent columns become empty.

    Columns that the contract does not name are kept as they are. Zero rows give an empty frame
    with the right types.
    """
    shapes = list(geometry)
    typed: dict[str, Any] = {
        column.name: _typed(columns.get(column.name, [None] * len(shapes)), column)
        for column in contract.columns
    }
    extra = {name: values for name, values in columns.items() if name not in typed}
    return check(gpd.GeoDataFrame(typed | extra, geometry=shapes, crs=CRS), contract)


def _typed(values: Iterable[Any], column: Column) -> pd.Series[Any]:
    if column.kind == "time":
        return pd.Series(
            pd.to_datetime(pd.Series(list(values), dtype="object"), utc=True, format="ISO8601")
        )
    return pd.Series(list(values), dtype=_DTYPE[column.kind])


REJECT_COLUMNS = ("what", "source_id", "reason")


def rejects_of(rows: Iterable[tuple[str, str, str]]) -> pd.DataFrame:
    """Rows that could not be taken in: what it was, its id in the source, and why not.

    `reason` is a word with a sentence in the catalogue, ``reject.<reason>``.
    """
    return pd.DataFrame(list(rows), columns=list(REJECT_COLUMNS), dtype="object")
