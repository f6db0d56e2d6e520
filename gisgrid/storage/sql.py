"""Statements longer than a few lines live in `storage/sql/*.sql`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sqlalchemy import TextClause, text

_INCLUDED = re.compile(r"^-- include (\w+)$", re.MULTILINE)


@cache
def sql(name: str) -> TextClause:
    """The statement of `storage/sql/<name>.sql`, with its `:parameters`."""
    return text(source(name))


def source(name: str) -> str:
    """The text of `storage/sql/<name>.sql`; a line ``-- include <other>`` stands for the other."""
    text_ = (files("gisgrid.storage") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return _INCLUDED.sub(lambda line: source(line[1]), text_)
