"""Units (districts, streets, communities …) from a layer of somebody's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gisgrid.io import frames
from gisgrid.io.buildings import sound_surfaces
from gisgrid.io.columns import UNIT_HEADINGS, map_columns
from gisgrid.io.identity import made_up_codes
from gisgrid.io.text import folded

_PATH = ("province", "省", "city", "市", "district", "county", "区县", "区")
_LEVEL_WORDS = {
    "street": ("town", "street", "街道", "乡镇", "镇街", "subdistrict"),
    "community": ("community", "社区", "社区名称", "village", "村"),
    "district": ("district", "county", "区县"),
}
_DIGITS = {"district": 6, "street": 9, "community": 12}


def units_from_layer(
    layer: gpd.GeoDataFrame,
    *,
    mapping: Mapping[str, str] | None = None,
    level: str | None = None,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Units that keep the contract, and the rows that could not be taken in.

    A unit without a code gets one made up from its name and the names of what it lies in: always
    the same for the same names, beginning with 99, and marked in the extra column `code_made`.
    The extra column `within` names province, city and district as far as the layer gives them.

    Parameters
    ----------
    layer
        (n,) surfaces in EPSG:4326, as `read_layer` gives them.
    mapping
        Our column -> their heading, where the guess is not right.
    level
        "district" (6 digits), "street" (9), "community" (12) or any other word (12 digits); guessed
        from the heading of the name when not given, "community" when that says nothing.

    Raises
    ------
    MissingColumn
        If no column holds the names.
    """
    table = unit_table(layer, mapping=mapping, level=level)
    shapes, reasons = sound_surfaces(layer.geometry.to_numpy())
    names, codes = table["name"], list(table["code"])
    reasons = np.where((names == "") & (reasons == ""), "no_name", reasons)
    reasons = np.where(pd.Series(codes).duplicated() & (reasons == ""), "same_code", reasons)
    keep = reasons == ""
    rejects = frames.rejects_of(
        ("unit", names.iloc[row] or codes[row], str(reasons[row])) for row in np.flatnonzero(~keep)
    )
    kept = table[keep].to_dict("list")
    return frames.frame_of(
        frames.UNITS, {str(k): v for k, v in kept.items()}, shapes[keep]
    ), rejects


def unit_table(
    layer: pd.DataFrame, *, mapping: Mapping[str, str] | None = None, level: str | None = None
) -> pd.DataFrame:
    """(n,) rows `code`, `name`, `level`, `parent`, `within`, `code_made` of a table of units.

    Every row of `layer` gives one, also one without a name (""); see `units_from_layer`.
    """
    columns = map_columns(layer, UNIT_HEADINGS, mapping=mapping, needed=("name",))
    level = level or _level_of(str(columns["name"].name))
    names = columns["name"].fillna("").astype(str).str.strip()
    within = _within(layer, str(columns["name"].name))
    codes, made = _codes(columns.get("code"), (within + "/" + names).tolist(), level)
    return pd.DataFrame(
        {
            "code": codes,
            "name": names.to_numpy(),
            "level": _filled(columns.get("level"), len(layer), level),
            "parent": _filled(columns.get("parent"), len(layer), None),
            "within": within.to_numpy(),
            "code_made": made,
        }
    )


def _level_of(heading: str) -> str:
    for level, words in _LEVEL_WORDS.items():
        if folded(heading) in words:
            return level
    return "community"


def _within(layer: pd.DataFrame, name_heading: str) -> pd.Series[Any]:
    """Province/city/district of each row as one text, "" where the layer has none of them."""
    path = pd.Series("", index=layer.index, dtype="object")
    for heading in layer.columns:
        if folded(str(heading)) in _PATH and heading != name_heading:
            path = path + "/" + layer[heading].fillna("").astype(str)
    return path.str.strip("/")


def _codes(
    given: pd.Series[Any] | None, keys: list[str], level: str
) -> tuple[list[str], list[bool]]:
    made = made_up_codes(keys, digits=_DIGITS.get(level, 12))
    if given is None:
        return made, [True] * len(made)
    own = [None if pd.isna(code) or not str(code).strip() else _digits(code) for code in given]
    return [a or b for a, b in zip(own, made, strict=True)], [code is None for code in own]


def _digits(code: object) -> str:
    """A code as text, also where a spreadsheet has turned it into a number."""
    return f"{code:.0f}" if isinstance(code, float) else str(code).strip()


def _filled(values: pd.Series[Any] | None, count: int, default: str | None) -> list[str | None]:
    if values is None:
        return [default] * count
    return [default if pd.isna(value) else str(value).strip() for value in values]
