"""Cells from a GIS file as a planning problem, and plans as CSV: the file mode of the engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gisgrid.errors import CrsMismatch, InvalidInput, MissingColumn, UnreadableFile
from gisgrid.io.layers import read_drawn
from gisgrid.planning import Band, Problem
from gisgrid.planning.problem import Bools, Floats, Ints

OVERLAP_M2 = 1.0
"""Two cells may share this much ground before the layer counts as overlapping."""

SNAP_M = 0.05
"""How far apart the two sides of a common border may lie."""

LEAST_M = 0.5
"""A shorter common border is a corner, no way from one cell to the other."""

Geometries: TypeAlias = npt.NDArray[np.object_]

_TERM = re.compile(r"^\s*(?:(\d+(?:\.\d+)?)\s*\*\s*)?([^\s*+][^*+]*?)\s*$")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The cells of a file: their names, frame (metric CRS) and neighbour pairs."""

    names: list[str]
    frame: gpd.GeoDataFrame
    pairs: pd.DataFrame


def read_layer(path: Path, neighbours: Path | None = None) -> Layer:
    """Read cells (GeoPackage, GeoParquet, GeoJSON, Shapefile) and their neighbours.

    Cells are named by the column `cell`, or by row number. Without `neighbours` (a table with
    the columns a, b and, if known, shared_m, barrier, joined) they come from shared borders.

    Raises
    ------
    UnreadableFile, WrongType, MissingColumn, InvalidInput, CrsMismatch
        for a file that is none, an empty layer, cells named twice, overlapping cells, degrees.
    """
    frame = _read(path)
    if len(frame) == 0:
        raise InvalidInput(f"{path.name} holds no cells", code="planning_no_cells")
    ids = frame["cell"] if "cell" in frame.columns else pd.Series(range(len(frame)))
    names = [str(name) for name in ids.tolist()]
    twice = pd.Series(names)[pd.Series(names).duplicated()]
    if len(twice):
        raise InvalidInput(
            f"cell {twice.iloc[0]} is listed twice", code="planning_cell_twice", cell=twice.iloc[0]
        )
    _refuse_others_than_polygons(frame, names)
    frame = _metric(frame, path).reset_index(drop=True)
    pairs = _shared_borders(frame, names) if neighbours is None else _pairs(neighbours, names)
    return Layer(names, frame, pairs)


def _read(path: Path) -> gpd.GeoDataFrame:
    """The cells in their own coordinates; of several layers, the first."""
    try:
        return read_drawn(path)
    except InvalidInput as question:
        if question.key != "choose_layer":
            raise
        return read_drawn(path, layer=str(question.facts["layers"]).split(", ")[0])


def _refuse_others_than_polygons(frame: gpd.GeoDataFrame, names: list[str]) -> None:
    shapes = np.asarray(frame.geometry.values)
    ground = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    if not ground.all():
        cell = names[int(np.argmin(ground))]
        raise InvalidInput(f"cell {cell} is not a polygon", code="planning_not_polygons", cell=cell)


def _metric(frame: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    if frame.crs is None:
        raise CrsMismatch(f"{path.name} has no CRS", code="crs_missing", file=path.name)
    return frame.to_crs(frame.estimate_utm_crs()) if frame.crs.is_geographic else frame


def _shared_borders(frame: gpd.GeoDataFrame, names: list[str]) -> pd.DataFrame:
    """Neighbour pairs of polygons with the length of the border they share.

    Borders may be `SNAP_M` apart: files seldom hold exactly the same line on both sides.
    """
    shapes = np.asarray(frame.geometry.values)
    wider = shapely.buffer(shapes, SNAP_M, quad_segs=1)
    a, b = shapely.STRtree(shapes).query(wider, predicate="intersects")
    a, b = a[a < b], b[a < b]
    _refuse_overlap(shapes, a, b, names)
    shared = shapely.length(shapely.intersection(shapely.boundary(shapes)[a], wider[b]))
    border = shared >= LEAST_M
    found = pd.DataFrame({"a": a[border], "b": b[border], "shared_m": shared[border]})
    return found.sort_values(["a", "b"], ignore_index=True).assign(barrier=0, joined=True)


def _refuse_overlap(shapes: Geometries, a: Ints, b: Ints, names: list[str]) -> None:
    overlap = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    if (overlap > OVERLAP_M2).any():
        i = int(overlap.argmax())
        cell, other, area = names[a[i]], names[b[i]], round(float(overlap[i]))
        raise InvalidInput(
            f"cells {cell} and {other} overlap by {area} m²",
            code="planning_overlap",
            cell=cell,
            other=other,
            area=area,
        )


def _pairs(path: Path, names: list[str]) -> pd.DataFrame:
    """Neighbour pairs of a table, by cell names."""
    frame = read_table(path)
    for column in ("a", "b"):
        _require(frame, column, path.name)
    number = {name: i for i, name in enumerate(names)}
    ends = [frame[c].map(lambda name: number.get(str(name), -1)).to_numpy(int) for c in "ab"]
    if (np.minimum(*ends) < 0).any():
        raise InvalidInput(
            f"{path.name} names a cell that the layer does not have", code="planning_pairs"
        )
    return pd.DataFrame(
        {
            "a": np.minimum(*ends),
            "b": np.maximum(*ends),
            "shared_m": frame.get("shared_m", 1.0),
            "barrier": frame.get("barrier", 0),
            "joined": frame["joined"].astype(bool) if "joined" in frame else True,
        }
    )


def read_table(path: Path) -> pd.DataFrame:
    """A CSV or Parquet table."""
    if not path.is_file():
        raise UnreadableFile(f"there is no file {path}", code="file_missing", file=path.name)
    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except (ValueError, OSError) as error:
        raise UnreadableFile(
            f"{path.name} is no table", code="planning_no_table", file=path.name
        ) from error


def _require(frame: pd.DataFrame, column: str, place: str) -> None:
    if column not in frame.columns:
        raise MissingColumn(
            f"{place} has no column {column}", code="planning_column", column=column, file=place
        )


def workload(layer: Layer, formula: str) -> Ints:
    """Weight of each cell: a column, or a weighted sum such as ``households + 0.5*elderly``.

    Raises
    ------
    MissingColumn, InvalidInput
        for a column that is not there, a missing number, or a negative one.
    """
    total = np.zeros(len(layer.frame))
    for term in formula.split("+"):
        match = _TERM.match(term)
        column = match.group(2) if match else term.strip()
        _require(layer.frame, column, "CELLS")
        values = pd.to_numeric(layer.frame[column], errors="coerce").to_numpy(float)
        for bad, code in (
            (~np.isfinite(values), "planning_missing"),
            (values < 0, "planning_negative"),
        ):
            if bad.any():
                cell = layer.names[int(bad.argmax())]
                raise InvalidInput(
                    f"cell {cell} has no usable number in {column}",
                    code=code,
                    cell=cell,
                    column=column,
                )
        total += float((match and match.group(1)) or 1) * values
    return np.rint(total).astype(np.int64)


def labels(layer: Layer, column: str) -> tuple[Ints, list[str]]:
    """Grid index of each cell (-1: none) and the grids' names, from a column of the layer."""
    _require(layer.frame, column, "CELLS")
    return indexed(layer.frame[column].tolist())


def indexed(values: list[Any]) -> tuple[Ints, list[str]]:
    """Index and names of labels; None, NaN and "" are -1."""
    texts = ["" if bool(pd.isna(v)) else _plain(v) for v in values]
    names = sorted(set(texts) - {""}, key=lambda t: (len(t), t) if t.isdigit() else (99, t))
    index = {name: i for i, name in enumerate(names)}
    return np.array([index.get(text, -1) for text in texts], np.int64), names


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def band_of(text: str, weight: Ints, grids: int | None, target: int | None) -> Band:
    """``0.10`` (share around the mean) or ``300-500`` (households) as a band."""
    if target is not None and target < 1:
        raise InvalidInput(
            f"a grid needs more than {target} households", code="planning_target", target=target
        )
    if grids is not None and grids < 1:
        raise InvalidInput("at least one grid is needed", code="planning_grids", grids=grids)
    total = int(weight.sum())
    ends = re.fullmatch(r"(\d+)\s*[-–]\s*(\d+)", text.strip())
    if ends:
        low, high = int(ends[1]), int(ends[2])
        return Band(low, high, target or (low + high) // 2)
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share < 1:
        raise InvalidInput(
            f"the band is 0.10 or 300-500, not {text}", code="planning_band_text", text=text
        )
    count = grids or max(1, round(total / max(target or total, 1)))
    return Band.around(total / count, share)


def problem_of(layer: Layer, weight: Ints, band: Band, current: Ints | None = None) -> Problem:
    """The planning problem of the layer."""
    middles = shapely.centroid(np.asarray(layer.frame.geometry.values))
    xy: Floats = np.column_stack([shapely.get_x(middles), shapely.get_y(middles)])
    return Problem(
        weight=weight,
        a=layer.pairs["a"].to_numpy(np.int64),
        b=layer.pairs["b"].to_numpy(np.int64),
        shared_m=layer.pairs["shared_m"].to_numpy(np.float64),
        barrier=layer.pairs["barrier"].to_numpy(np.int64),
        band=band,
        xy=xy,
        area_m2=layer.frame.area.to_numpy(np.float64),
        perimeter_m=layer.frame.length.to_numpy(np.float64),
        current=current,
        joined=layer.pairs["joined"].to_numpy(bool),
    )


def plan_labels(path: Path, layer: Layer) -> tuple[Ints, list[str]]:
    """The plan of a CSV (cell, grid) as grid index of each cell of the layer."""
    table = read_table(path)
    for column in ("cell", "grid"):
        _require(table, column, path.name)
    keys = table["cell"].map(str)
    if keys.duplicated().any():
        cell = keys[keys.duplicated()].iloc[0]
        raise InvalidInput(f"cell {cell} is listed twice", code="planning_cell_twice", cell=cell)
    grids = dict(zip(keys, table["grid"].tolist(), strict=True))
    return indexed([grids.get(name) for name in layer.names])


def locks(path: Path, layer: Layer, grids: list[str]) -> tuple[Bools, tuple[int, ...]]:
    """Locked cells (n,) and locked grids of a table with a column `cell`, `grid` or both.

    Raises
    ------
    MissingColumn, InvalidInput
        for a table without either column, or one that locks what does not exist.
    """
    table = read_table(path)
    if "cell" not in table and "grid" not in table:
        _require(table, "grid", path.name)
    wanted = {c: indexed(table[c].tolist())[1] if c in table else [] for c in ("cell", "grid")}
    for column, known in (("cell", layer.names), ("grid", grids)):
        unknown = sorted(set(wanted[column]) - set(known))
        if unknown:
            raise InvalidInput(
                f"{path.name} locks the {column} {unknown[0]}, which does not exist",
                code=f"planning_locked_{column}",
                **{column: unknown[0]},
            )
    cells = np.isin(np.array(layer.names), wanted["cell"])
    return cells, tuple(i for i, name in enumerate(grids) if name in set(wanted["grid"]))


def write_plan(path: Path, layer: Layer, grid: Ints, names: list[str]) -> None:
    """Write the plan as CSV: cell, grid."""
    rows = {"cell": layer.names, "grid": [names[g] for g in grid.tolist()]}
    pd.DataFrame(rows).to_csv(path, index=False)


def compactness(problem: Problem, grid: Ints) -> float:
    """Mean Polsby-Popper compactness of the grids: 4πA / P²."""
    if problem.area_m2 is None or problem.perimeter_m is None:
        return float("nan")
    inside = grid[problem.a] == grid[problem.b]
    area = np.bincount(grid, problem.area_m2)
    rim = np.bincount(grid, problem.perimeter_m)
    rim -= 2 * np.bincount(grid[problem.a[inside]], problem.shared_m[inside], len(rim))
    return float((4 * np.pi * area / np.maximum(rim, 1e-9) ** 2).mean())
