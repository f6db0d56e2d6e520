"""Telephone and identity numbers in what people write: masked wherever others may read it."""

from __future__ import annotations

import re

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})[ -]?(\d{8})[ -]?(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)((?:\+?86[ -]?)?1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_LAND_LINE = re.compile(r"(?<!\d)(0\d{2,3})[ -](\d{3,4})(\d{4})(?!\d)")
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def masked(text: str | None) -> str | None:
    """The text with every telephone, identity number and mail address made unreadable.

    >>> masked("请打 138 1234 5678 或 13912345678")
    '请打 138****5678 或 139****5678'
    >>> masked("身份证 11010119900307123X")
    '身份证 110101********123X'
    """
    if text is None:
        return None
    plain = text.translate(_WIDE)
    plain = _IDENTITY.sub(r"\1********\3", plain)
    plain = _MOBILE.sub(r"\1****\3", plain)
    plain = _LAND_LINE.sub(r"\1 ****\3", plain)
    return _MAIL.sub(r"\1***@\2", plain)
