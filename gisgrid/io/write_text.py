"""Layers into GeoJSON (RFC 7946), CSV and XLSX."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from gisgrid.errors import CrsMismatch
from gisgrid.geo.datum import Datum
from gisgrid.geo.edges import Floats
from gisgrid.io.formula import harmless
from gisgrid.io.leaving import Leaving, Part, shapes_of
from gisgrid.io.target import Target, moved
from gisgrid.io.workbook import Sheet, write_workbook
from gisgrid.model.layers import Field

DECIMALS = 7
"""Of a degree: a centimetre, as RFC 7946 advises."""

PLACE_DECIMALS = 3
"""Of a metre."""


def write_geojson(folder: Path, leaving: Leaving, target: Target) -> list[Path]:
    """``<key>.geojson``: a FeatureCollection, a feature a line.

    RFC 7946 knows WGS 84 only; a vendor's datum is allowed by agreement and named in the member
    ``datum``.

    Raises
    ------
    CrsMismatch
        ``geojson_crs``: for a projected or another geographic CRS.
    """
    if not target.is_plain and target.datum is Datum.WGS84:
        raise CrsMismatch("GeoJSON is always WGS 84", code="geojson_crs", crs=target.name)
    path = folder / f"{leaving.key}.geojson"
    head: dict[str, Any] = {"type": "FeatureCollection", "name": leaving.key}
    if target.datum is not Datum.WGS84:
        head["datum"] = str(target.datum)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        before = "\n"
        for part in leaving.parts:
            for line in _lines(part, leaving.fields, target):
                stream.write(before + line)
                before = ",\n"
        stream.write("\n]}\n")
    return [path]


def features(part: Part, fields: Sequence[Field], target: Target) -> Iterator[dict[str, Any]]:
    """The rows as GeoJSON features: the first column is the id, outer rings run anticlockwise."""
    shapes = geojson_shapes(part, target)
    names = [field.name for field in fields]
    rows = zip(*(part.columns[name] for name in names), strict=True)
    for shape, row in zip(shapes, rows, strict=True):
        properties = {name: plain(value) for name, value in zip(names, row, strict=True)}
        yield {"type": "Feature", "id": row[0], "geometry": shape, "properties": properties}


def _lines(part: Part, fields: Sequence[Field], target: Target) -> Iterator[str]:
    """The features as text: shapes are not read again only to be written."""
    names = [field.name for field in fields]
    rows = zip(*(part.columns[name] for name in names), strict=True)
    for shape, row in zip(_geojson_texts(part, target), rows, strict=True):
        told = {name: plain(value) for name, value in zip(names, row, strict=True)}
        properties = json.dumps(told, ensure_ascii=False, allow_nan=False)
        yield (
            f'{{"type": "Feature", "id": {json.dumps(row[0])}, "geometry": {shape or "null"},'
            f' "properties": {properties}}}'
        )


def geojson_shapes(part: Part, target: Target) -> list[Any]:
    """The shapes as GeoJSON geometry, rounded to `DECIMALS`; None where there is none."""
    return [None if text is None else json.loads(text) for text in _geojson_texts(part, target)]


def _geojson_texts(part: Part, target: Target) -> list[str | None]:
    placed = shapely.transform(moved(shapes_of(part), target), _rounded)
    oriented = shapely.orient_polygons(placed, exterior_cw=False)
    return list(shapely.to_geojson(oriented))


def _rounded(xy: Floats) -> Floats:
    return np.round(xy, DECIMALS)


def plain(value: Any) -> Any:
    """A value as JSON has it: dates and times in ISO 8601, nothing for what is no number."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return None if isinstance(value, float) and value - value != 0 else value


def write_csv(folder: Path, leaving: Leaving, target: Target, *, timezone: str) -> list[Path]:
    """``<key>.csv``: UTF-8 with BOM, CRLF, no live formula; a point inside each shape, and WKT."""
    path = folder / f"{leaving.key}.csv"
    zone = ZoneInfo(timezone)
    headings = [*(leaving.headings[field.name] for field in leaving.fields), "x", "y"]
    if leaving.shape != "Point":
        headings.append("wkt")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream, lineterminator="\r\n")
        table.writerow([harmless(heading) for heading in headings])
        for part in leaving.parts:
            for row in _csv_rows(part, leaving, target):
                table.writerow([harmless(_local(value, zone)) for value in row])
    return [path]


def write_xlsx(
    folder: Path, leavings: Sequence[Leaving], target: Target, *, timezone: str
) -> list[Path]:
    """``layers.xlsx``: a sheet a layer, with the headings of the reader's language."""
    path = folder / "layers.xlsx"
    sheets = [
        Sheet(
            leaving.title,
            (*(leaving.headings[field.name] for field in leaving.fields), "x", "y"),
            _sheet_rows(leaving, target),
        )
        for leaving in leavings
    ]
    path.write_bytes(write_workbook(sheets, timezone=timezone))
    return [path]


def _csv_rows(part: Part, leaving: Leaving, target: Target) -> Iterator[tuple[Any, ...]]:
    shapes = moved(shapes_of(part), target)
    rows = zip(rows_of(part, leaving), _places(shapes, target), strict=True)
    if leaving.shape == "Point":
        return ((*row, *place) for row, place in rows)
    texts = _wkt(shapes, target)
    return ((*row, *place, text) for (row, place), text in zip(rows, texts, strict=True))


def rows_of(part: Part, leaving: Leaving) -> Iterator[tuple[Any, ...]]:
    """The rows of a part, in the order of the layer's fields."""
    return zip(*(part.columns[field.name] for field in leaving.fields), strict=True)


def _sheet_rows(leaving: Leaving, target: Target) -> Iterator[tuple[Any, ...]]:
    for part in leaving.parts:
        places = _places(moved(shapes_of(part), target), target)
        for row, place in zip(rows_of(part, leaving), places, strict=True):
            yield (*row, *place)


def _places(shapes: Any, target: Target) -> list[tuple[float | None, float | None]]:
    """A point on each shape; (None, None) where there is none."""
    points = shapely.point_on_surface(shapes)
    decimals = DECIMALS if target.geographic else PLACE_DECIMALS
    x, y = (np.round(axis, decimals) for axis in (shapely.get_x(points), shapely.get_y(points)))
    return [
        (None, None) if missing else (float(east), float(north))
        for east, north, missing in zip(x, y, np.isnan(x), strict=True)
    ]


def _wkt(shapes: Any, target: Target) -> list[str | None]:
    decimals = DECIMALS if target.geographic else PLACE_DECIMALS
    return list(shapely.to_wkt(shapes, rounding_precision=decimals))


def _local(value: Any, zone: ZoneInfo) -> Any:
    """Times by the clock of the project; numbers as they are."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, float) and value - value != 0:
        return None
    return value
