"""Buildings from a layer of somebody's own: columns recognised, shapes made single and valid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gisgrid.geo.repair import MAX_MEND_VERTICES
from gisgrid.io import frames
from gisgrid.io.columns import BUILDING_HEADINGS, map_columns
from gisgrid.io.identity import geometry_ids
from gisgrid.io.pieces import single_polygons
from gisgrid.io.text import first_number

_HOME_WORDS = ("住宅", "居住", "公寓", "宿舍", "民居", "住房", "农房")
_HOME_USES = frozenset(
    {"residential", "apartments", "house", "detached", "terrace", "dormitory", "yes", "building"}
)
_OTHER_NAMES = (
    *("大厦", "写字楼", "商务", "广场", "中心", "酒店", "宾馆", "饭店", "医院", "银行", "商场"),
    *("学校", "小学", "中学", "大学", "学院", "幼儿园", "超市", "市场", "使馆", "剧院", "体育馆"),
    *("车站", "厂房", "仓库"),
)


def buildings_from_layer(
    layer: gpd.GeoDataFrame, *, mapping: Mapping[str, str] | None = None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Buildings that keep the contract, and the rows that could not be taken in.

    Who lives there: the use decides when the layer has one; otherwise a name that says office,
    hotel, school … (大厦, 酒店, 学校 …) means nobody, and every other building is a dwelling.
    Without an id column, the id is made from the shape. Numbers may carry words ("6层").

    Parameters
    ----------
    layer
        (n,) rows in EPSG:4326, as `read_layer` gives them.
    mapping
        Our column -> their heading, where the guess is not right; "source_id" names the id column.

    Returns
    -------
    buildings, rejects
        Each row of `layer` is either in buildings (in several pieces if drawn so) or in rejects.

    Raises
    ------
    MissingColumn
        If `mapping` names a heading that the layer does not have.
    """
    columns = map_columns(layer, BUILDING_HEADINGS, mapping=mapping)
    shapes, reasons = sound_surfaces(layer.geometry.to_numpy())
    ids = source_ids(columns.get("source_id"), shapes)
    reasons = np.where(pd.Series(ids).duplicated() & (reasons == ""), "same_id", reasons)
    keep = reasons == ""
    table = _typed({name: values[keep] for name, values in columns.items()}, int(keep.sum()))
    table["source_id"] = list(np.asarray(ids, dtype=object)[keep])
    pieces, parts = single_polygons(table, shapes[keep])
    rejects = frames.rejects_of(
        ("building", ids[row], str(reasons[row])) for row in np.flatnonzero(~keep)
    )
    return frames.frame_of(frames.BUILDINGS, pieces, parts), rejects


def sound_surfaces(shapes: Any) -> tuple[Any, Any]:
    """Shapes mended where they cross themselves, and why a row has none ("" where it has one).

    Only outlines of up to `MAX_MEND_VERTICES` are mended: a large one could take minutes.
    """
    out = np.array(shapes, dtype=object)
    crossed = ~shapely.is_valid(out) & ~shapely.is_missing(out)
    small = crossed & (shapely.get_num_coordinates(out) <= MAX_MEND_VERTICES)
    out[small] = shapely.make_valid(out[small], method="structure")
    out = np.array([_surface(shape) for shape in out], dtype=object)
    nothing = shapely.is_missing(out) | shapely.is_empty(out)
    return out, np.select([nothing, crossed & ~small], ["no_surface", "outline_broken"], "")


def _surface(shape: Any) -> Any:
    """The polygons of what repair left, without stray lines and points."""
    if shape is None or shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if parts else None


def source_ids(given: pd.Series[Any] | None, shapes: Any) -> list[str]:
    """The id column where it is filled, else an id made from the shape."""
    made = geometry_ids(shapes)
    if given is None:
        return made
    return [
        shape_id if pd.isna(own) or not str(own).strip() else str(own).strip()
        for own, shape_id in zip(given, made, strict=True)
    ]


def _typed(columns: Mapping[str, pd.Series[Any]], count: int) -> dict[str, list[Any]]:
    table: dict[str, list[Any]] = {
        name: _texts(columns[name]) for name in ("name", "address") if name in columns
    }
    for name in ("levels", "households", "residents", "elderly"):
        if name in columns:
            table[name] = [_number(value) for value in columns[name]]
    uses = _texts(columns["use"]) if "use" in columns else [None] * count
    names = table.get("name", [None] * count)
    table["use"] = [use or "yes" for use in uses]
    table["residential"] = [lived_in(use, name) for use, name in zip(uses, names, strict=True)]
    return table


def lived_in(use: str | None, name: str | None) -> bool:
    """Whether people live in a building of this use, or, without a use, of this name.

    >>> lived_in("住宅", None), lived_in("办公", None), lived_in(None, "建国饭店")
    (True, False, False)
    """
    if use:
        return use.lower() in _HOME_USES or any(word in use for word in _HOME_WORDS)
    return not any(word in (name or "") for word in _OTHER_NAMES)


def _texts(values: pd.Series[Any]) -> list[str | None]:
    return [
        None if pd.isna(value) or not str(value).strip() else str(value).strip() for value in values
    ]


def _number(value: Any) -> float:
    number = first_number(str(value))
    return number if number >= 0 else float("nan")
