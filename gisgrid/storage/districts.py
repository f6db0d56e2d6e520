"""Reading the district as it is shown: its units with their figures, the grids in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from gisgrid.model.people import Actor
from gisgrid.storage.sql import sql


def units(conn: Connection, actor: Actor, day: date | None = None) -> Sequence[Row[Any]]:
    """Units in the actor's scope and those above them, top first, with their own figures: those
    valid now, or on a day.
    """
    scope = {"communities": list(actor.communities), "grids": list(actor.grids), "day": day}
    return conn.execute(sql("district_units"), scope).all()


def valid_units(conn: Connection, ids: Sequence[int], day: date | None = None) -> frozenset[int]:
    """Those of some units that are valid now, or were on a day."""
    found = text(
        "SELECT id FROM unit WHERE id = ANY(CAST(:ids AS int[]))"
        " AND (valid_to IS NULL OR CAST(:day AS date) < valid_to)"
    )
    return frozenset(conn.execute(found, {"ids": list(ids), "day": day}).scalars())


def grids_in_force(conn: Connection, day: date | None = None) -> Sequence[Row[Any]]:
    """Grids of the plans in force, now or on a day, that the transaction may see, by code, with
    their figures: of now; of a superseded plan those frozen with it.
    """
    return conn.execute(sql("district_grids"), {"day": day}).all()


def incidents_waiting(conn: Connection) -> Row[Any]:
    """(open_incidents, overdue): those in scope, in a grid or in none."""
    found = text(
        "SELECT count(*) AS open_incidents,"
        " count(*) FILTER (WHERE incident_is_overdue(closed_at, state, due_at)) AS overdue"
        " FROM incident WHERE incident_is_open(closed_at, state)"
    )
    return conn.execute(found).one()


def plans_in_force(conn: Connection) -> Sequence[Row[Any]]:
    """Plans in force today that the transaction may see: id, version, unit_id, cell_set_id."""
    return conn.execute(sql("district_plans_in_force")).all()


def drawn_from(conn: Connection, source: str) -> bool:
    """Whether any street or building comes from `source`."""
    found = text(
        "SELECT EXISTS (SELECT FROM street WHERE source = :source)"
        " OR EXISTS (SELECT FROM building WHERE source = :source)"
    )
    return bool(conn.execute(found, {"source": source}).scalar())


def cells_by_grid(conn: Connection, plan_id: int, *, epsg: int) -> Sequence[Row[Any]]:
    """Every cell of a plan as (grid_id, WKB in the CRS `epsg`)."""
    found = text(
        "SELECT plan_cell.grid_id, ST_AsBinary(ST_Transform(cell.geom, :epsg)) AS wkb"
        " FROM plan_cell JOIN cell ON cell.id = plan_cell.cell_id WHERE plan_cell.plan_id = :plan"
    )
    return conn.execute(found, {"plan": plan_id, "epsg": epsg}).all()


def buildings_of_grid(conn: Connection, grid_id: int) -> Sequence[Row[Any]]:
    """Buildings of a grid by address: id, name, address, levels, households, residents, x, y."""
    return conn.execute(sql("district_buildings_of_grid"), {"grid": grid_id}).all()
