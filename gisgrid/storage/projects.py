"""The project and its vocabulary: unit levels and kinds of service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gisgrid.model.project import Project
from gisgrid.model.services import ServiceKind
from gisgrid.model.units import Preset, UnitLevel
from gisgrid.storage.tables.project import project
from gisgrid.storage.tables.services import service_kind
from gisgrid.storage.tables.territory import unit_level


def find(conn: Connection) -> Project | None:
    """The project, None before it is set up."""
    row = conn.execute(select(project)).mappings().first()
    return Project(**{name: row[name] for name in Project.__dataclass_fields__}) if row else None


def save(conn: Connection, wanted: Project) -> None:
    """Store the project, new or changed."""
    values = asdict(wanted)
    conn.execute(
        insert(project)
        .values(id=1, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )


def set_households_date(conn: Connection, day: date) -> None:
    """Say of which day the households are."""
    conn.execute(update(project).values(households_date=day))


def raise_ground_version(conn: Connection) -> int:
    """Count that the ground has changed: what was drawn or computed from it is now old."""
    statement = "UPDATE project SET ground_version = ground_version + 1 RETURNING ground_version"
    return int(conn.execute(text(statement)).scalar_one())


def ground_version(conn: Connection) -> int:
    """Version of the ground; 0 before the project is set up."""
    return conn.execute(select(project.c.ground_version)).scalar() or 0


def save_levels(conn: Connection, presets: Iterable[Preset]) -> None:
    """Store the levels of all presets; levels that are there already stay as they are."""
    rows = [
        {"preset": preset.key, **asdict(level)} for preset in presets for level in preset.levels
    ]
    conn.execute(insert(unit_level).values(rows).on_conflict_do_nothing())


def levels(conn: Connection, preset: str) -> tuple[UnitLevel, ...]:
    """The levels of one preset, top first."""
    rows = conn.execute(
        select(unit_level).where(unit_level.c.preset == preset).order_by(unit_level.c.depth)
    ).mappings()
    return tuple(UnitLevel(**{k: v for k, v in row.items() if k != "preset"}) for row in rows)


def save_service_kinds(conn: Connection, kinds: Iterable[ServiceKind]) -> None:
    """Store the shipped kinds; those that are there already keep what a user made of them."""
    rows = [_kind_row(kind, sort) for sort, kind in enumerate(kinds)]
    conn.execute(insert(service_kind).values(rows).on_conflict_do_nothing())


def _kind_row(kind: ServiceKind, sort: int) -> dict[str, Any]:
    return {
        "key": kind.kind,
        "name_zh": kind.zh,
        "name_en": kind.en,
        "minutes": kind.minutes,
        "radius_m": kind.straight_radius_m,
        "tier": kind.tier,
        "source": kind.source,
        "verified": kind.verified,
        "care": kind.care,
        "sort": sort,
    }
