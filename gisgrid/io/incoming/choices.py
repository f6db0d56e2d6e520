"""What the owner of a file has chosen about it, in the browser or at the console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from gisgrid.errors import InvalidInput
from gisgrid.io.incoming.coverage import SNAP_M


@dataclass(frozen=True, slots=True)
class Choices:
    """How to read a file, and what to do with it.

    Attributes
    ----------
    layer, encoding
        Where the file has several, or does not say.
    mapping
        Our column -> their heading; "" leaves ours empty. It wins over the guess.
    crs
        Key of a reading (``EPSG:4528``, ``gcj02``, ``EPSG:4326/swapped``).
    level
        Of units: district, street, community …
    service
        Kind of all services of the file, where no column says it.
    source
        The name under which its rows are known: importing it again updates them.
    whole
        The file is the whole of its source: rows it no longer has are retired.
    good_rows
        Store the good rows and keep the others in quarantine; else all or nothing.
    accept
        Take every repair, also one that changes an area much.
    snap_m
        Width below which gaps and overlaps are snapped, metres.
    expected
        Rows there should be, by the owner's own count.
    valid_from
        Day from which units hold.
    """

    layer: str | None = None
    encoding: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    level: str | None = None
    service: str | None = None
    source: str | None = None
    whole: bool = True
    good_rows: bool = False
    accept: bool = False
    snap_m: float = SNAP_M
    expected: int | None = None
    valid_from: str | None = None

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self) | {"mapping": dict(self.mapping)}


def choices_of(told: Mapping[str, Any]) -> Choices:
    """Choices from JSON.

    Raises
    ------
    InvalidInput
        ``bad_choice`` names the first that is unknown or of the wrong type.
    """
    known = {each.name for each in fields(Choices)}
    for name, value in told.items():
        if name not in known or not _fits(name, value):
            raise InvalidInput(
                f"{name} cannot be {value!r}", code="bad_choice", name=str(name)[:40]
            )
    return Choices(**{name: value for name, value in told.items() if value is not None})


def _fits(name: str, value: Any) -> bool:
    if value is None:
        return True
    if name == "mapping":
        return isinstance(value, Mapping) and all(
            isinstance(k, str) and isinstance(v, str) for k, v in value.items()
        )
    if name in ("whole", "good_rows", "accept"):
        return isinstance(value, bool)
    if name == "expected":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if name == "snap_m":
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 20
    return isinstance(value, str) and len(value) <= 200
