"""Words and numbers as people type them: full-width digits, traditional characters, units."""

from __future__ import annotations

import math
import re
import unicodedata

_SIMPLIFIED = str.maketrans(
    "戶層數編碼號區縣鄉鎮門稱級類狀態時間經緯標樓棟資內網",
    "户层数编码号区县乡镇门称级类状态时间经纬标楼栋资内网",
)


def folded(text: str) -> str:
    """A heading without what does not matter: width, case, spaces, punctuation, 繁 or 简.

    >>> folded("居民戶數 "), folded("House-Holds"), folded("ＬＥＶＥＬＳ")
    ('居民户数', 'households', 'levels')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLIFIED)
    return "".join(sign for sign in plain if sign.isalnum())


def first_number(text: str) -> float:
    """The first number in a text, NaN when there is none; full-width digits count.

    >>> first_number("12.5 m"), first_number("６层"), first_number("many")
    (12.5, 6.0, nan)
    """
    found = re.search(r"[-+]?\d+(?:[.,]\d+)?", text)
    return float(found.group().replace(",", ".")) if found else math.nan
