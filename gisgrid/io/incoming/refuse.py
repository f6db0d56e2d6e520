"""The sentences with which a file is refused."""

from __future__ import annotations

from typing import Any

from gisgrid.errors import InvalidInput, TooLarge, UnreadableFile, WrongType


def refused(code: str, reason: str, **facts: Any) -> UnreadableFile:
    """A file that cannot be read: `code` names the sentence of the catalogue."""
    return UnreadableFile(reason, code=code, **facts)


def wrong_kind(name: str) -> WrongType:
    """A file of a kind that is not read here."""
    return WrongType(f"{name} is of no format that is read here", code="format_refused", file=name)


def too_large(what: str, most: int, found: int | None = None) -> TooLarge:
    """More of something than is read: rows, vertices, bytes, entries."""
    return TooLarge(
        f"more {what} than {most}", code=f"too_many_{what}", most=most, found=found or most + 1
    )


def choose(name: str, layers: list[str]) -> InvalidInput:
    """Several layers, none chosen or not that one."""
    return InvalidInput(
        f"choose one layer of {name}", code="choose_layer", file=name, layers=", ".join(layers)
    )
