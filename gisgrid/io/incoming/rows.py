"""Rows of each kind made ready for the database, or put into quarantine with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import shapely

from gisgrid.geo.crs import metric_epsg
from gisgrid.geo.datum_fit import near_district
from gisgrid.geo.edges import Floats, Geometries
from gisgrid.geo.readings import to_wgs84
from gisgrid.io.incoming.fields import Kind
from gisgrid.io.incoming.gathering import (
    Gathering,
    hexes,
    part_ids,
    refuse_doubles,
    refuse_same_shapes,
)
from gisgrid.io.incoming.geojson import CLOSED
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.row_kinds import MAKERS, Columns, Setting
from gisgrid.io.incoming.shapes import Gate, area_m2, through_gate
from gisgrid.io.incoming.source import Batch
from gisgrid.io.incoming.tables import EXTRA
from gisgrid.io.incoming.values import (
    broken_text,
    degrees,
    numbers,
    text_of,
)
from gisgrid.io.pieces import single_polygons
from gisgrid.model.ground import estimate_households

SURFACE = 3
"""What shapely calls a polygon."""


def metric_of(ground: Ground, shapes: Geometries) -> int:
    """The project's metric system; before there is one, that of the file's own place."""
    if ground.metric_epsg:
        return ground.metric_epsg
    if not len(shapes):
        return 3857
    west, south, east, north = shapely.total_bounds(shapes)
    if not np.isfinite([west, south, east, north]).all():
        return 3857
    lon, lat = (west + east) / 2, (south + north) / 2
    return metric_epsg(float(np.clip(lon, -180, 180)), float(np.clip(lat, -80, 84)))


def file_shapes(batch: Batch, mapping: Mapping[str, str], kind: Kind) -> Geometries:
    """(n,) shapes in the file's coordinates: its own, from WKT, or from two columns."""
    if batch.shapes is not None and kind.shape:
        return batch.shapes
    rows = batch.rows
    if "wkt" in mapping and mapping["wkt"] in rows:
        words = np.array([text_of(value) for value in rows[mapping["wkt"]]], dtype=object)
        return np.asarray(shapely.from_wkt(words, on_invalid="ignore"), dtype=object)
    shapes = np.full(len(rows), None, dtype=object)
    if {"lon", "lat"} <= set(mapping) and kind.shape in ("point", "maybe"):
        x, y = degrees(rows[mapping["lon"]]), degrees(rows[mapping["lat"]])
        there = np.isfinite(x) & np.isfinite(y)
        shapes[there] = shapely.points(x[there], y[there])
    return shapes


def prepare(batch: Batch, setting: Setting, seen: Gathering) -> Columns:
    """The good rows of a batch as columns of the table they are bound for; the rest is in `seen`.

    Every row of the batch is counted once: `seen.read` grows by all, `seen.kept` by those kept.
    """
    kind = setting.kind
    cells = {
        ours: batch.rows[theirs]
        for ours, theirs in setting.mapping.items()
        if theirs in batch.rows and ours not in ("lon", "lat", "wkt")
    }
    gate = _gate(batch, setting)
    seen.vertices += int(shapely.get_num_coordinates(gate.shapes).sum())
    if EXTRA in batch.rows:
        gate.refuse((batch.rows[EXTRA] == "1").to_numpy(), "too_many_fields")
    gate.refuse(broken_text(batch.rows), "control_character")
    columns, ids = MAKERS[kind.key](cells, gate, batch, setting)
    columns["quarantine_id"] = quarantine_ids(cells, len(batch.rows))
    if kind.shape == "line":
        ids = columns["source_id"] = part_ids(gate, ids, seen)
    refuse_doubles(gate, ids, seen, id_reason="same_id")
    names = columns.get("name", ids)
    if kind.shape in ("surface", "line") or kind.key == "services":
        refuse_same_shapes(gate, batch.numbers, seen, _label(columns, names))
    seen.refuse(batch, gate, (ids, [name or "" for name in names]))
    seen.note_repairs(batch, gate, ids)
    good = gate.good()
    seen.read += len(batch.rows)
    seen.kept += len(good)
    kept = picked({"number": batch.numbers} | columns, good)
    areas = None if gate.areas is None else gate.areas[good]
    return _pieced(kept, gate.shapes[good], setting, areas)


def picked(columns: Columns, rows: Any) -> Columns:
    """Some rows of columns, which are lists or arrays."""
    count = len(next(iter(columns.values())))
    if len(rows) == count:
        return dict(columns)
    return {
        name: values[rows] if isinstance(values, np.ndarray) else [values[row] for row in rows]
        for name, values in columns.items()
    }


def quarantine_ids(cells: Mapping[str, Any], count: int) -> list[int | None]:
    """Which rows of an earlier quarantine these are, where the file still says so."""
    if "quarantine_id" not in cells:
        return [None] * count
    found = numbers(cells["quarantine_id"])[0]
    return [int(v) if 0 < v < 2**31 else None for v in found]


def communities_of(shapes: Geometries, ground: Ground) -> list[str | None]:
    """(n,) code of the community that holds a point of each shape."""
    at = ground.units["depth"].to_numpy() == ground.community_depth
    codes, surfaces = ground.units["code"].to_numpy()[at], ground.unit_shapes[at]
    found = np.full(len(shapes), None, dtype=object)
    if len(surfaces) and len(shapes):
        # trees of the many: each of the few surfaces is then prepared once
        place, rows = shapely.STRtree(shapes).query(surfaces, predicate="contains_properly")
        found[rows[::-1]] = codes[place[::-1]]
        left = np.flatnonzero([code is None for code in found])
        points = shapely.point_on_surface(shapes[left])
        place, rows = shapely.STRtree(points).query(surfaces, predicate="intersects")
        found[left[rows[::-1]]] = codes[place[::-1]]
    return list(found)


def _label(columns: Columns, names: Any) -> Callable[[int], str]:
    """What tells two things at one point apart: kind and name."""
    kinds = columns.get("kind", [""] * len(names))
    return lambda row: f"{kinds[row]}\x1f{names[row] or ''}"


def _gate(batch: Batch, setting: Setting) -> Gate:
    kind = setting.kind
    count = len(batch.rows)
    if not kind.shape:
        return Gate(np.full(count, None, dtype=object), np.full(count, "", dtype=object))
    given = file_shapes(batch, setting.mapping, kind)
    moved = to_wgs84(given, setting.reading)
    if kind.shape == "maybe":
        return Gate(moved, np.full(count, "", dtype=object))
    gate = through_gate(
        moved,
        kind.shape,
        metric_epsg=setting.epsg,
        most_vertices=setting.most_vertices * (10 if kind.key == "units" else 1),
        accept=setting.choices.accept,
    )
    if CLOSED in batch.rows:
        for row in np.flatnonzero(batch.rows[CLOSED].to_numpy() == True):  # noqa: E712
            gate.repairs.setdefault(int(row), {"kind": "ring_closed"})
    if kind.key in ("buildings", "services", "streets"):
        _check_district(gate, setting)
    if kind.shape == "point":
        _check_rounding(gate, given)
    return gate


def _check_district(gate: Gate, setting: Setting) -> None:
    district = setting.ground.district
    if district is None:
        return
    good = gate.good()
    west, south, east, north = shapely.bounds(gate.shapes[good]).reshape(-1, 4).T
    middle = np.column_stack([(west + east) / 2, (south + north) / 2])
    gate.refuse(good[~near_district(middle, district)], "outside_district")


def _check_rounding(gate: Gate, given: Geometries) -> None:
    """Degrees of two decimals and fewer are a kilometre wide: that is no place."""
    good = gate.good()
    x, y = shapely.get_x(given[good]), shapely.get_y(given[good])
    with np.errstate(invalid="ignore"):
        degrees_ = (np.abs(x) <= 180) & (np.abs(y) <= 180)
        coarse = (np.abs(x * 100 - np.rint(x * 100)) < 1e-9) & (
            np.abs(y * 100 - np.rint(y * 100)) < 1e-9
        )
    gate.refuse(good[degrees_ & coarse], "rounded_coordinates")


def _pieced(kept: Columns, shapes: Geometries, setting: Setting, areas: Floats | None) -> Columns:
    """Columns with their geometry; buildings drawn in several pieces become several rows."""
    key = setting.kind.key
    if key == "buildings":
        if (shapely.get_type_id(shapes) == SURFACE).all() and areas is not None:
            return _housed(kept, shapes, setting, areas)
        cut, parts = single_polygons(kept, shapes)
        return _housed(cut, parts, setting, area_m2(parts, setting.epsg))
    if key == "streets":
        shapes, kept = _single_lines(kept, shapes)
    if key == "incidents":
        kept.pop("name", None)
    if key == "services":
        kept["community"] = communities_of(shapes, setting.ground)
    if setting.kind.shape:
        kept["geom"] = hexes(shapes)
    return kept


def _single_lines(kept: Columns, shapes: Geometries) -> tuple[Geometries, Columns]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    cut = {name: [values[i] for i in owner] for name, values in kept.items()}
    several = np.bincount(owner, minlength=len(shapes))[owner] > 1
    first = np.searchsorted(owner, owner)
    place = np.arange(len(owner)) - first + 1
    cut["source_id"] = [
        f"{own}.{n}" if many else own
        for own, n, many in zip(cut["source_id"], place, several, strict=True)
    ]
    return parts, cut


def _housed(cut: Columns, parts: Geometries, setting: Setting, footprint: Floats) -> Columns:
    """Buildings with the households they were given and those we estimate."""
    levels = np.asarray(cut["levels"], dtype=float)
    homes = np.asarray(cut["residential"], dtype=bool)
    estimated = estimate_households(
        footprint, levels, homes, dwelling_m2=setting.ground.dwelling_m2
    )
    given, residents, elderly = (
        np.asarray(cut.pop(name), dtype=float) for name in ("households", "residents", "elderly")
    )
    return cut | {
        "number": np.asarray(cut["number"], dtype=np.int64),
        "levels": levels,
        "residential": homes,
        "households_given": given,
        "households_estimated": estimated,
        "residents_given": residents,
        "elderly": elderly,
        "community": communities_of(parts, setting.ground),
        "geom": hexes(parts),
    }
