"""Columns that many tables share, and the one `metadata`."""

from __future__ import annotations

from collections.abc import Iterable

from geoalchemy2 import Geometry
from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    func,
)

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

metadata = MetaData(naming_convention=NAMING)


def key() -> Column[int]:
    """The integer primary key, given by the database."""
    return Column("id", Integer, Identity(always=False), primary_key=True)


def refers(
    name: str, target: str, *, nullable: bool = False, ondelete: str | None = None
) -> Column[int]:
    """An integer column that refers to the `id` of table `target`."""
    foreign = ForeignKey(f"{target}.id", ondelete=ondelete)
    return Column(name, Integer, foreign, nullable=nullable)


def created() -> Column[object]:
    """When the row was made, by the database's clock."""
    return Column("created_at", DateTime(timezone=True), server_default=func.now(), nullable=False)


def geom(kind: str, *, nullable: bool = False) -> Column[object]:
    """Geometry in EPSG:4326. Its GiST index is named by `spatial_indexes`."""
    return Column("geom", Geometry(kind, 4326, spatial_index=False), nullable=nullable)


def geom_3857(kind: str) -> Column[object]:
    """The same geometry for tiles, kept by the database itself."""
    return Column(
        "geom_3857",
        Geometry(kind, 3857, spatial_index=False),
        Computed("ST_Transform(geom, 3857)", persisted=True),
    )


def spatial_indexes(table: str, columns: Iterable[str] = ("geom", "geom_3857")) -> list[Index]:
    """A GiST index for each geometry column of `table`."""
    return [Index(f"{table}_{column}_idx", column, postgresql_using="gist") for column in columns]


def sound(most_points: int = 20_000) -> CheckConstraint:
    """Refuses geometry that PostGIS would store and then choke on: NaN, empty, bow-ties, giants."""
    return CheckConstraint(
        f"ST_NPoints(geom) BETWEEN 1 AND {most_points}"
        " AND ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180"
        " AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90 AND ST_IsValid(geom)",
        name="sound",
    )
