"""People beside each other on a plan: what was edited since, what lies beside it, who looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from gisgrid.storage.sql import sql


def since(conn: Connection, plan_id: int, version: int) -> Sequence[Row[Any]]:
    """Edits after `version`, oldest first: seq, at, kind, who, and the position set by hand."""
    return conn.execute(sql("plan_beside_since"), {"plan": plan_id, "version": version}).all()


def grids_around(conn: Connection, plan_id: int, cells: Sequence[int]) -> Sequence[int]:
    """Positions of the grids that hold a neighbour of any of `cells`, now."""
    values = {"plan": plan_id, "cells": list(cells)}
    return conn.execute(sql("plan_beside_around"), values).scalars().all()


def look(conn: Connection, plan_id: int, account_id: int, position: int | None) -> None:
    """Note that an account has the plan open now, and which grid it has chosen."""
    values = {"plan": plan_id, "account": account_id, "position": position}
    conn.execute(sql("plan_beside_look"), values)


def others(conn: Connection, plan_id: int, account_id: int) -> Sequence[Row[Any]]:
    """Who else has had the plan open in the last moments: name, position, role."""
    return conn.execute(sql("plan_beside_others"), {"plan": plan_id, "account": account_id}).all()
