"""Units from a file, on the levels of the project, with codes of the right length."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gisgrid.io.frames import rejects_of
from gisgrid.io.identity import made_up_codes
from gisgrid.model.units import UnitLevel, presets

PROFILES = {
    # https://wiki.openstreetmap.org/wiki/Tag:boundary=administrative: 6 county, 8 subdistrict,
    # 10 community in China; elsewhere the numbers mean other things, or nothing to a grid
    "china": {"6": "district", "8": "street", "10": "community"},
    "none": {},
}
"""What the administrative levels of OpenStreetMap are, by profile."""

DIGITS = {"district": 6, "street": 9, "community": 12}


def leveled(
    frame: gpd.GeoDataFrame,
    *,
    preset: str,
    profile: str,
    levels: tuple[UnitLevel, ...] | None = None,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Units with `depth`, and those whose level the project does not have.

    A code that has not the digits of its level is kept as `source_id`, and one beginning with 99
    is made from it: a community's code begins the codes of its grids. `levels` are those of the
    project where they are not the shipped ones of `preset`.
    """
    words = _words(levels or presets()[preset].levels, PROFILES[profile])
    level = frame["level"].map(words)
    known = level.notna().to_numpy()
    kept = frame[known]
    codes = [
        _code(code, words[word].role)
        for code, word in zip(kept["code"], kept["level"], strict=True)
    ]
    rejects = rejects_of(("unit", code, "level_not_used") for code in frame["code"][~known])
    return (
        kept.assign(
            source_id=kept["code"],
            code=codes,
            depth=[words[word].depth for word in kept["level"]],
            divided=False,
        ),
        rejects,
    )


def _words(levels: tuple[UnitLevel, ...], numbers: dict[str, str]) -> dict[str, UnitLevel]:
    """The level each word means: its key, its role, its Chinese name, a number of the profile."""
    words = {}
    for level in levels:
        for word in (level.role, level.name_zh, level.key):
            if word:
                words[word] = level
    return words | {number: words[role] for number, role in numbers.items() if role in words}


def _code(code: str, role: str | None) -> str:
    digits = DIGITS.get(role or "", 12)
    fits = code.isdigit() and (len(code) == digits or role != "community")
    return code if fits else made_up_codes([code], digits=digits)[0]
