"""Kinds that are checked as a whole table: units and grids, which tile their parent; statistics."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gisgrid.geo.edges import Geometries
from gisgrid.io.incoming.coverage import tile
from gisgrid.io.incoming.gathering import Gathering, as_json, hexes, refuse_doubles
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.row_kinds import Columns, Setting
from gisgrid.io.incoming.rows import file_shapes, quarantine_ids
from gisgrid.io.incoming.shapes import Gate, through_gate
from gisgrid.io.incoming.source import Batch
from gisgrid.io.incoming.sums import column_sums, row_sums, total_rows
from gisgrid.io.incoming.tables import EXTRA
from gisgrid.io.incoming.values import broken_text, code_of, day_of, numbers, texts
from gisgrid.io.unit_levels import leveled
from gisgrid.io.units import unit_table

NO_PARENT = ""


def joined(batches: list[Batch]) -> Batch:
    """All batches as one."""
    if len(batches) == 1:
        return batches[0]
    rows = pd.concat([b.rows for b in batches], ignore_index=True)
    shaped = [b.shapes for b in batches if b.shapes is not None]
    shapes = np.concatenate(shaped) if shaped else None
    return Batch(rows, shapes, np.concatenate([b.numbers for b in batches]))


def prepare_units(batch: Batch, setting: Setting, seen: Gathering) -> Columns:
    """Units with code, depth, days and surfaces that tile their parents."""
    gate = _surfaces(batch, setting, most=10)
    rows = batch.rows.drop(columns=[EXTRA], errors="ignore")
    table = unit_table(rows, mapping=_present(setting, rows), level=setting.choices.level)
    table["code"] = [code_of(code) or "" for code in table["code"]]
    gate.refuse((table["name"] == "").to_numpy(), "no_name")
    _check_totals(rows, gate, setting, seen)
    cells = {ours: rows[theirs] for ours, theirs in setting.mapping.items() if theirs in rows}
    days = _days(cells, gate, setting, len(rows))
    known = leveled(
        _as_frame(table),
        preset=setting.ground.preset,
        profile="china",
        levels=setting.ground.levels,
    )[0]
    placed = table.index.isin(known.index)
    gate.refuse(~placed, "level_not_used")
    levels = known.reindex(table.index)
    ids = [str(code) if ok else str(own) for code, ok, own in
           zip(levels["code"], placed, table["code"], strict=True)]  # fmt: skip
    refuse_doubles(gate, ids, seen, id_reason="same_code")
    parents = [code_of(value) for value in table["parent"]]
    _check_parents(gate, parents, ids, setting.ground)
    depth = levels["depth"].fillna(0).astype(int).to_numpy()
    owners = _parents(gate, parents, ids, depth, setting.ground)
    _tile_groups(gate, owners, batch, setting, seen)
    predecessor = cells.get("predecessor")
    columns = {
        "code": ids,
        "name": list(table["name"]),
        "depth": depth.tolist(),
        "source_id": list(table["code"]),
        "parent": parents,
        **days,
        "quarantine_id": quarantine_ids(cells, len(rows)),
        "predecessor": [code_of(v) for v in predecessor] if predecessor is not None
        else [None] * len(rows),
    }  # fmt: skip
    return _kept(batch, gate, columns, seen)


def _as_frame(table: pd.DataFrame) -> Any:
    import geopandas as gpd  # noqa: PLC0415

    return gpd.GeoDataFrame(table.assign(geometry=None), geometry="geometry")


def _present(setting: Setting, rows: pd.DataFrame) -> dict[str, str]:
    wanted = ("code", "name", "level", "parent")
    return {o: t for o, t in setting.mapping.items() if o in wanted and t in rows}


def prepare_grids(columns: Columns, setting: Setting, seen: Gathering) -> Columns:
    """Grids that passed `rows.prepare` (as `columns`), each with its community, tiling it."""
    ground = setting.ground
    shapes = np.asarray(shapely.from_wkb(np.array(columns["geom"], dtype=object)), dtype=object)
    at = ground.units["depth"].to_numpy() == ground.community_depth
    codes, names = ground.units["code"].to_numpy()[at], ground.units["name"].to_numpy()[at]
    surfaces = ground.unit_shapes[at]
    wanted = dict(zip(names, codes, strict=True)) | dict(zip(codes, codes, strict=True))
    inside = _holders(shapes, surfaces)
    named = [wanted.get(word or "") for word in columns["community"]]
    found = [own or (codes[i] if i >= 0 else None) for own, i in zip(named, inside, strict=True)]
    gate = Gate(shapes, np.full(len(shapes), "", dtype=object))
    gate.refuse(np.array([code is None for code in found], dtype=bool), "no_community")
    by_code = dict(zip(codes, surfaces, strict=True))
    groups = {code: by_code[code] for code in set(found) if code}
    rows = pd.DataFrame({"code": columns["code"], "name": columns["name"]})
    numbers_ = np.asarray(columns["number"], dtype=np.int64)
    part = Batch(rows, None, numbers_)
    owner = [code or NO_PARENT for code in found]
    _tile_groups(gate, (owner, groups), part, setting, seen)
    good = gate.good()
    ids = [str(v) for v in columns["source_id"]]
    seen.refuse(part, gate, (ids, [name or "" for name in columns["name"]]))
    seen.kept -= len(shapes) - len(good)
    kept = {name: [values[row] for row in good] for name, values in columns.items()}
    return kept | {"community": [found[row] for row in good], "geom": hexes(gate.shapes[good])}


def prepare_statistics(batch: Batch, setting: Setting, seen: Gathering) -> Columns:
    """Counts of units or buildings: known columns under our names, other numbers beside."""
    rows = batch.rows.drop(columns=[EXTRA], errors="ignore")
    count = len(rows)
    gate = Gate(np.full(count, None, dtype=object), np.full(count, "", dtype=object))
    gate.refuse(broken_text(rows), "control_character")
    _check_totals(rows, gate, setting, seen)
    cells = {ours: rows[theirs] for ours, theirs in setting.mapping.items() if theirs in rows}
    codes = [code_of(v) for v in cells["code"]] if "code" in cells else [None] * count
    names = texts(cells["name"]) if "name" in cells else [None] * count
    gate.refuse(
        np.array([not (c or n) for c, n in zip(codes, names, strict=True)], dtype=bool), "no_name"
    )
    found = {name: _whole_counts(cells, name, gate, count) for name in ("households", "residents")}
    others = [h for h in rows.columns if h not in setting.mapping.values()]
    extra = {h: numbers(rows[h]) for h in others}
    kept = {
        str(h): v for h, (v, unread) in extra.items() if np.isfinite(v).any() and not unread.all()
    }
    ids = [code or name or "" for code, name in zip(codes, names, strict=True)]
    refuse_doubles(gate, ids, seen, id_reason="same_id")
    days = [day_of(v)[0] for v in cells["date"]] if "date" in cells else [None] * count
    columns: Columns = {
        "code": codes,
        "name": names,
        **found,
        "day": [day.isoformat() if day else None for day in days],
        "quarantine_id": quarantine_ids(cells, count),
        "counts": [
            as_json({h: float(v[row]) for h, v in kept.items() if np.isfinite(v[row])})
            for row in range(count)
        ],
    }
    return _kept(batch, gate, columns, seen, ids=ids, shaped=False)


def _whole_counts(cells: dict[str, Any], name: str, gate: Gate, count: int) -> list[int | None]:
    if name not in cells:
        return [None] * count
    found, unread = numbers(cells[name])
    gate.refuse(found < 0, "negative_number")
    gate.refuse(unread, "number_unread")
    return [None if np.isnan(v) else int(np.rint(v)) for v in found]


def _check_totals(rows: pd.DataFrame, gate: Gate, setting: Setting, seen: Gathering) -> None:
    labels = [setting.mapping[own] for own in ("name", "code") if own in setting.mapping]
    total = total_rows(rows, labels)
    seen.findings += column_sums(rows, total)
    gate.refuse(total, "total_row")
    plain = [*labels, *(v for k, v in setting.mapping.items() if k in ("level", "parent", "date"))]
    off = row_sums(rows, plain)
    for row, facts in off.items():
        gate.facts[row] = facts
    gate.refuse(list(off), "sum_differs")
    expected = setting.choices.expected
    rows_found = int(len(rows) - total.sum())
    if expected is not None and expected != rows_found:
        seen.findings.append({"kind": "rows_expected", "declared": expected, "found": rows_found})


def _surfaces(batch: Batch, setting: Setting, *, most: int) -> Gate:
    from gisgrid.geo.readings import to_wgs84  # noqa: PLC0415

    moved = to_wgs84(file_shapes(batch, setting.mapping, setting.kind), setting.reading)
    gate = through_gate(
        moved,
        "surface",
        metric_epsg=setting.epsg,
        most_vertices=setting.most_vertices * most,
        accept=setting.choices.accept,
    )
    gate.refuse(broken_text(batch.rows), "control_character")
    return gate


def _days(cells: dict[str, Any], gate: Gate, setting: Setting, count: int) -> Columns:
    """Days of validity; one that a spreadsheet made up (1899) sends its row to quarantine."""
    days: Columns = {}
    for name in ("valid_from", "valid_to"):
        found = [day_of(v) for v in cells[name]] if name in cells else [(None, "")] * count
        for word in ("date_1899", "date_unread"):
            gate.refuse(np.array([why == word for _, why in found], dtype=bool), word)
        default = setting.choices.valid_from if name == "valid_from" else None
        days[name] = [day.isoformat() if day else default for day, _ in found]
    return days


def _check_parents(gate: Gate, parents: list[str | None], ids: list[str], ground: Ground) -> None:
    known = set(ids) | set(ground.units["code"])
    missing = [row for row, parent in enumerate(parents) if parent and parent not in known]
    for row in missing:
        gate.facts[row] = {"parent": parents[row]}
    gate.refuse(missing, "parent_missing")


def _parents(
    gate: Gate, parents: list[str | None], ids: list[str], depth: Any, ground: Ground
) -> tuple[list[str], dict[str, Any]]:
    """The parent of each unit (its code, else the deepest unit above that holds its middle)."""
    surfaces = dict(zip(ground.units["code"], ground.unit_shapes, strict=True))
    surfaces |= {ids[row]: gate.shapes[row] for row in gate.good()}
    levels = dict(zip(ground.units["code"], ground.units["depth"], strict=True))
    levels |= {ids[row]: int(depth[row]) for row in gate.good()}
    order = sorted(surfaces, key=lambda code: -levels[code])
    found = np.full(len(ids), NO_PARENT, dtype=object)
    for row in gate.good():
        above = [code for code in order if levels[code] < depth[row]]
        own = parents[row]
        if own in surfaces:
            found[row] = own
        elif above:
            holders = _holders(gate.shapes[[row]], np.array([surfaces[c] for c in above], object))
            found[row] = above[holders[0]] if holders[0] >= 0 else NO_PARENT
    keys = [f"{parent}\x1f{depth[row]}" for row, parent in enumerate(found)]
    return keys, {key: surfaces.get(key.split("\x1f")[0]) for key in set(keys)}


def _holders(shapes: Geometries, surfaces: Geometries) -> list[int]:
    """(n,) place of the first surface that holds a point of each shape; -1 for none."""
    points = shapely.point_on_surface(shapes)
    found = [-1] * len(shapes)
    if len(surfaces):
        rows, at = shapely.STRtree(surfaces).query(points, predicate="intersects")
        for row, place in sorted(zip(rows.tolist(), at.tolist(), strict=True), reverse=True):
            found[row] = place
    return found


def _tile_groups(
    gate: Gate,
    owners: tuple[list[str], dict[str, Any]],
    batch: Batch,
    setting: Setting,
    seen: Gathering,
) -> None:
    """Check each group of siblings against their parent; the later of two that overlap is out.

    `owners` are the key of each row's parent, and the parents' surfaces by key.
    """
    owner, surfaces = owners
    groups: dict[str, list[int]] = defaultdict(list)
    for row in gate.good():
        groups[owner[row]].append(int(row))
    for key, rows in groups.items():
        tiled = tile(
            gate.shapes[rows], surfaces.get(key), epsg=setting.epsg, snap_m=setting.choices.snap_m
        )
        gate.shapes[rows] = tiled.shapes
        seen.notes["snapped"] += tiled.snapped
        for later, earlier, area in tiled.overlaps:
            facts = {"area_m2": round(area, 2), "other": int(batch.numbers[rows[earlier]])}
            gate.facts.setdefault(rows[later], facts)
            gate.refuse([rows[later]], "overlaps_neighbour")
        for finding in tiled.findings:
            pair = finding.pop("rows", None)
            if pair:
                finding["rows"] = [int(batch.numbers[rows[i]]) for i in pair]
            seen.findings.append(finding)


def _kept(
    batch: Batch,
    gate: Gate,
    columns: Columns,
    seen: Gathering,
    *,
    ids: list[str] | None = None,
    shaped: bool = True,
) -> Columns:
    labels = ids or [str(v) for v in columns["code"]]
    seen.refuse(batch, gate, (labels, [name or "" for name in columns["name"]]))
    seen.note_repairs(batch, gate, labels)
    good = gate.good()
    seen.read += len(batch.rows)
    seen.kept += len(good)
    kept = {name: [values[row] for row in good] for name, values in columns.items()}
    if shaped:
        kept["geom"] = hexes(_multi(gate.shapes[good]))
    return {"number": batch.numbers[good].tolist(), **kept}


def _multi(shapes: Geometries) -> Geometries:
    out = shapes.copy()
    single = shapely.get_type_id(shapes) == 3
    out[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    return out
