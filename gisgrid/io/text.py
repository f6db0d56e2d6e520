"""Words and numbers as people type them: full-width digits, traditional characters, units."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache

from opencc import OpenCC


@cache
def _converter(way: str) -> OpenCC:
    return OpenCC(way)


def simplified(text: str) -> str:
    """Text with traditional characters as simplified ones; for comparing, never for storing.

    >>> simplified("網格員"), simplified("网格")
    ('网格员', '网格')
    """
    return text if text.isascii() else str(_converter("t2s").convert(text))


def spellings(text: str) -> list[str]:
    """The ways to write what somebody looks for: as typed, of plain width, in 简 and in 繁.

    >>> spellings("網格"), spellings("Ａ1")
    (['網格', '网格'], ['Ａ1', 'A1'])
    """
    plain = unicodedata.normalize("NFKC", text)
    simple = simplified(plain)
    traditional = simple if simple.isascii() else str(_converter("s2t").convert(simple))
    return list(dict.fromkeys((text, plain, simple, traditional)))


def folded(text: str) -> str:
    """A heading without what does not matter: width, case, spaces, punctuation, 繁 or 简.

    >>> folded("居民戶數 "), folded("House-Holds"), folded("ＬＥＶＥＬＳ")
    ('居民户数', 'households', 'levels')
    """
    plain = simplified(unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def first_number(text: str) -> float:
    """The first number in a text, NaN when there is none; full-width digits count.

    >>> first_number("12.5 m"), first_number("６层"), first_number("many")
    (12.5, 6.0, nan)
    """
    found = re.search(r"[-+]?\d+(?:[.,]\d+)?", text)
    return float(found.group().replace(",", ".")) if found else math.nan
