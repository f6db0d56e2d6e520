"""Reading the ground of an area: buildings, streets, lines and water, in EPSG:4326."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql

Geometries = npt.NDArray[np.object_]


class Buildings(NamedTuple):
    """(n,) ids, households and footprints of buildings in use, by id."""

    id: npt.NDArray[np.int64]
    households: npt.NDArray[np.int64]
    geometry: Geometries


class Streets(NamedTuple):
    """(n,) class (`StreetClass` values), whether it crosses over or under, and line of streets."""

    street_class: tuple[str, ...]
    crossing: npt.NDArray[np.bool_]
    geometry: Geometries


class Lines(NamedTuple):
    """(n,) kind (river, rail, wall, drawn) and line."""

    kind: tuple[str, ...]
    geometry: Geometries


def buildings_in(conn: Connection, community_id: int) -> Buildings:
    """Buildings in use of one community."""
    statement = text(
        "SELECT id, households, ST_AsBinary(geom) AS wkb FROM building"
        " WHERE community_id = :community AND retired_at IS NULL ORDER BY id"
    )
    return _buildings(conn.execute(statement, {"community": community_id}))


def buildings_within(conn: Connection, area: BaseGeometry | None = None) -> Buildings:
    """Buildings in use with a point inside `area`; all of them without one."""
    wanted = {"area": None if area is None else shapely.to_wkb(area)}
    return _buildings(conn.execute(sql("ground_buildings"), wanted))


def count_outside(conn: Connection) -> int:
    """Buildings in use that no community holds."""
    statement = "SELECT count(*) FROM building WHERE community_id IS NULL AND retired_at IS NULL"
    return int(conn.execute(text(statement)).scalar_one())


class Dwellings(NamedTuple):
    """(n,) what the household estimate needs, by id."""

    id: npt.NDArray[np.int64]
    levels: npt.NDArray[np.float64]
    residential: npt.NDArray[np.bool_]
    geometry: Geometries


def dwellings(conn: Connection) -> Dwellings:
    """All buildings with what their estimate is made from."""
    statement = "SELECT id, levels, residential, ST_AsBinary(geom) AS wkb FROM building ORDER BY id"
    rows = conn.execute(text(statement)).all()
    return Dwellings(
        np.array([row.id for row in rows], dtype=np.int64),
        np.array([row.levels for row in rows], dtype=np.float64),
        np.array([row.residential for row in rows], dtype=bool),
        _shapes(rows),
    )


def set_estimates(conn: Connection, building: Iterable[int], households: Iterable[int]) -> None:
    """Replace the estimated households of buildings."""
    wanted = {"ids": [int(i) for i in building], "households": [int(n) for n in households]}
    conn.execute(sql("ground_set_estimates"), wanted)


def streets_in(conn: Connection, area: BaseGeometry) -> Streets:
    """Streets that touch `area`."""
    statement = text(
        "SELECT class, bridge OR tunnel AS crossing, ST_AsBinary(geom) AS wkb FROM street"
        " WHERE ST_Intersects(geom, ST_GeomFromWKB(:area, 4326)) ORDER BY id"
    )
    rows = conn.execute(statement, {"area": shapely.to_wkb(area)}).all()
    crossing = np.array([row.crossing for row in rows], dtype=bool)
    return Streets(tuple(row[0] for row in rows), crossing, _shapes(rows))


def lines_in(conn: Connection, area: BaseGeometry) -> Lines:
    """Rivers, railways, walls and drawn lines that touch `area`."""
    statement = text(
        "SELECT kind, ST_AsBinary(geom) AS wkb FROM barrier_line"
        " WHERE ST_Intersects(geom, ST_GeomFromWKB(:area, 4326)) ORDER BY id"
    )
    rows = conn.execute(statement, {"area": shapely.to_wkb(area)}).all()
    return Lines(tuple(row.kind for row in rows), _shapes(rows))


def water_in(conn: Connection, area: BaseGeometry) -> Geometries:
    """Water surfaces whose extent meets that of `area`."""
    statement = text(
        "SELECT ST_AsBinary(geom) AS wkb FROM ground_area"
        " WHERE kind = 'water' AND geom && ST_GeomFromWKB(:area, 4326) ORDER BY id"
    )
    return _shapes(conn.execute(statement, {"area": shapely.to_wkb(area)}).all())


def _buildings(rows: Iterable[Row[Any]]) -> Buildings:
    found = list(rows)
    return Buildings(
        np.array([row.id for row in found], dtype=np.int64),
        np.array([row.households for row in found], dtype=np.int64),
        _shapes(found),
    )


def _shapes(rows: list[Row[Any]] | Any) -> Geometries:
    wkb = np.array([bytes(row.wkb) for row in rows], dtype=object)
    return np.asarray(shapely.from_wkb(wkb), dtype=object)
