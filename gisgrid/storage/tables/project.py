"""The project: one row of choices that hold for the whole database."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Integer, Table, Text

from gisgrid.storage.tables.columns import created, metadata

project = Table(
    "project",
    metadata,
    Column("id", Integer, primary_key=True, server_default="1", autoincrement=False),
    Column("name", Text, nullable=False),
    Column("preset", Text, nullable=False),
    Column("metric_epsg", Integer, nullable=False),
    Column("band_low", Integer, nullable=False, server_default="300"),
    Column("band_high", Integer, nullable=False, server_default="500"),
    Column("target", Integer, nullable=False, server_default="400"),
    Column("dwelling_m2", Float, nullable=False),
    Column("residents_per_household", Float, nullable=False),
    Column("walk_kmh", Float, nullable=False),
    Column("timezone", Text, nullable=False, server_default="Asia/Shanghai"),
    Column("demonstration", Boolean, nullable=False, server_default="false"),
    # whether another person than the author must approve a plan
    Column("two_person", Boolean, nullable=False, server_default="false"),
    Column("label_scheme", Text, nullable=False, server_default="default"),
    Column("households_date", Date),
    Column("ground_version", Integer, nullable=False, server_default="1"),
    created(),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("0 < band_low AND band_low <= target AND target <= band_high", name="band"),
    CheckConstraint(
        "dwelling_m2 > 0 AND residents_per_household > 0 AND walk_kmh > 0", name="sizes"
    ),
)
