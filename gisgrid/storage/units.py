"""Units of territory: reading and writing the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from gisgrid.storage.sql import sql


@dataclass(frozen=True, slots=True)
class Unit:
    """A valid unit, its geometry in EPSG:4326."""

    id: int
    code: str
    name: str
    depth: int
    divided: bool
    geometry: BaseGeometry


def at_depth(conn: Connection, depth: int, *, ids: Sequence[int] | None = None) -> list[Unit]:
    """Valid units of one depth, all or those with `ids`, by code."""
    wanted = {"depth": depth, "ids": list(ids) if ids is not None else None}
    return _units(conn, "units_at_depth", wanted)


def with_cells(conn: Connection, depth: int) -> list[tuple[int, str]]:
    """(id, name) of the valid units at `depth` that have cells, by code."""
    found = text(
        "SELECT unit.id, unit.name FROM unit JOIN cell_set ON cell_set.community_id = unit.id"
        " AND cell_set.current WHERE unit.valid_to IS NULL AND unit.depth = :depth"
        " ORDER BY unit.code"
    )
    return [(row.id, row.name) for row in conn.execute(found, {"depth": depth})]


def communities_below(conn: Connection, unit_id: int) -> Sequence[Row[int, str]]:
    """(id, name) of the valid communities in a unit, by code; a community is in itself."""
    return conn.execute(sql("units_communities_below"), {"unit": unit_id}).all()


def top(conn: Connection) -> list[int]:
    """Ids of the valid units that have no unit above them."""
    found = text("SELECT id FROM unit WHERE valid_to IS NULL AND parent_id IS NULL ORDER BY code")
    return list(conn.execute(found).scalars())


def undivided(conn: Connection, depth: int) -> list[Unit]:
    """Lowest valid units above `depth` that hold no valid unit of that depth."""
    return _units(conn, "units_undivided", {"depth": depth})


def end_divided(conn: Connection) -> int:
    """End every unit that we made; how many."""
    statement = "UPDATE unit SET valid_to = CURRENT_DATE WHERE divided AND valid_to IS NULL"
    return conn.execute(text(statement)).rowcount


def count(conn: Connection) -> int:
    """Number of valid units."""
    statement = "SELECT count(*) FROM unit WHERE valid_to IS NULL"
    return int(conn.execute(text(statement)).scalar_one())


def codes(conn: Connection) -> set[str]:
    """Codes of all units, those that have ended too."""
    return set(conn.execute(text("SELECT code FROM unit")).scalars())


def ids_of(conn: Connection, wanted: Sequence[str]) -> dict[str, int]:
    """Ids of valid units by code, as far as there are any."""
    statement = text("SELECT code, id FROM unit WHERE valid_to IS NULL AND code = ANY(:codes)")
    return {row.code: row.id for row in conn.execute(statement, {"codes": list(wanted)})}


def assign_buildings(conn: Connection, depth: int) -> int:
    """Give every building the unit of `depth` that holds a point inside it; how many changed."""
    return conn.execute(sql("units_assign_buildings"), {"depth": depth}).rowcount


def assign_services(conn: Connection, depth: int) -> None:
    """Give every service point the unit of `depth` that it lies in."""
    conn.execute(sql("units_assign_services"), {"depth": depth})


def _units(conn: Connection, name: str, wanted: Mapping[str, object]) -> list[Unit]:
    rows = conn.execute(sql(name), wanted)
    return [
        Unit(row.id, row.code, row.name, row.depth, row.divided, shapely.from_wkb(bytes(row.wkb)))
        for row in rows
    ]
