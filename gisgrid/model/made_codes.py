"""Codes for communities that nobody has numbered yet, in ranges that real ones do not use."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gisgrid.errors import InvalidInput

RESERVED = "99"
"""First digits of codes made up by us; no province of GB/T 2260 has them."""

FIRST_RESERVED = 901
"""First community number we take in a real subdistrict: its own stay far below."""


def made_community_codes(parent: str, count: int, *, taken: Collection[str] = ()) -> list[str]:
    """`count` free community codes (12 digits) below the code of a district or subdistrict.

    Raises
    ------
    InvalidInput
        If the parent has no room for so many.

    >>> made_community_codes("990101", 2)
    ['990101001001', '990101001002']
    >>> made_community_codes("110105001", 1, taken={"110105001901"})
    ['110105001902']
    """
    free = (code for code in _candidates(parent) if code not in taken)
    codes = [code for code, _ in zip(free, range(count), strict=False)]
    if len(codes) < count:
        raise InvalidInput(
            f"{parent} has no room for {count} communities",
            code="no_room_for_communities",
            parent=parent,
            count=count,
        )
    return codes


def _candidates(parent: str) -> Iterator[str]:
    digits = parent if parent.isdigit() else RESERVED
    made = digits.startswith(RESERVED)
    if len(digits) == 12:  # written with trailing zeros
        digits = digits[:6] if digits[6:9] == "000" else digits[:9]
    if len(digits) >= 9:
        streets = [digits[:9]]
    else:
        first = 1 if made else FIRST_RESERVED
        streets = [f"{digits.ljust(6, '0')}{street:03d}" for street in range(first, 1000)]
    first = 1 if made or len(digits) < 9 else FIRST_RESERVED
    for street in streets:
        yield from (f"{street}{number:03d}" for number in range(first, 1000))
