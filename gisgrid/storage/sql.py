"""Statements longer than a few lines live in `storage/sql/*.sql`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from sqlalchemy import TextClause, text


@cache
def sql(name: str) -> TextClause:
    """The statement of `storage/sql/<name>.sql`, with its `:parameters`."""
    return text(source(name))


def source(name: str) -> str:
    """The text of `storage/sql/<name>.sql`."""
    return (files("gisgrid.storage") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
