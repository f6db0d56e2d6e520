"""The tables, a module a group, all in one `metadata`. Names are singular, codes are text."""

from __future__ import annotations

from gisgrid.storage.tables import (
    clients,
    ground,
    imports,
    incidents,
    people,
    plans,
    project,
    services,
    territory,
)
from gisgrid.storage.tables.columns import metadata

__all__ = [
    "clients",
    "ground",
    "imports",
    "incidents",
    "metadata",
    "people",
    "plans",
    "project",
    "services",
    "territory",
]
