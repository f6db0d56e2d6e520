"""GeoJSON as people write it: collections, single features or shapes, bare arrays, one a line.

Also what ArcGIS servers answer (`attributes` and `rings`), and arrays of plain objects (a table).
Rings that were left open are closed, and said so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gisgrid.io.incoming.json_stream import Stream
from gisgrid.io.incoming.refuse import refused, wrong_kind
from gisgrid.io.incoming.source import BATCH, Batch, Layer, Source
from gisgrid.io.incoming.wording import SAMPLE, encoding_of

CLOSED = "\x00closed"
"""Column that says a ring was left open in the file and closed while reading."""
CRS84 = "EPSG:4326"
_SHAPES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
}  # fmt: skip


@dataclass(slots=True)
class _Found:
    """What the head of a file said."""

    crs: str | None = None
    name: str = ""
    shaped: bool = False
    headings: dict[str, None] = field(default_factory=dict)


def open_geojson(path: Path, name: str, encoding: str | None = None) -> Source:
    """A GeoJSON file; its coordinates are WGS 84 unless an (outdated) ``crs`` member says other."""
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE)
    reading = encoding_of(sample)
    if reading is None and encoding is None:
        raise refused("not_text", f"{name} is text in no encoding known here", file=name)
    coding = encoding or (reading.encoding if reading else "utf-8")
    found = _Found()
    taken = 0
    for properties, shape, _ in _features(Stream(path, name, coding), found, name):
        found.headings.update(dict.fromkeys(properties))
        found.shaped |= shape is not None
        taken += 1
        if taken == 200:
            break
    rows, counted = _reckoned(path, taken)

    def batches(most: int | None) -> Iterator[Batch]:
        return _batches(path, name, coding, found, most)

    title = found.name or name
    return Source(
        format="GeoJSON",
        layer=title,
        layers=(Layer(title, rows),),
        headings=tuple(found.headings),
        rows=rows,
        counted=counted,
        crs=found.crs or (CRS84 if found.shaped else None),
        encoding=coding,
        guessed=bool(reading and reading.guessed and not encoding),
        batches=batches,
    )


Feature = tuple[dict[str, Any], Any, str]


def _features(stream: Stream, found: _Found, name: str) -> Iterator[Feature]:
    """(properties, geometry member, its text) of each feature."""
    first = stream.peek()
    if first == "[":
        for value, text in stream.items():
            yield _feature(value, text)
        return
    while stream.peek() == "{":
        yield from _document(stream, found, name)
        stream.take(",")
    if stream.peek():
        raise stream.damaged()


def _document(stream: Stream, found: _Found, name: str) -> Iterator[Feature]:
    """The features of one object: a collection, a feature, a shape."""
    rest: dict[str, Any] = {}
    streamed = False
    for key in stream.members():
        if key in rest:
            raise refused("json_key_twice", "a key comes twice", file=name)
        if key == "features" and stream.peek() == "[":
            streamed = True
            for value, text in stream.items():
                _spatial_reference(rest, found)
                yield _feature(value, text)
        else:
            rest[key], _ = stream.value()
    _spatial_reference(rest, found)
    found.name = found.name or str(rest.get("name") or "")[:200]
    if streamed:
        return
    if rest.get("type") == "Topology" or "type" not in rest or rest["type"] == "gdal_streamed_alg":
        raise wrong_kind(name)
    if rest["type"] == "FeatureCollection":
        raise refused("no_layer", f"{name} holds no features", file=name)
    if rest["type"] != "Feature" and rest["type"] not in _SHAPES:
        raise wrong_kind(name)
    yield _feature(rest, json.dumps(rest))


def _spatial_reference(rest: dict[str, Any], found: _Found) -> None:
    crs = rest.get("crs") or rest.get("spatialReference")
    if found.crs is None and isinstance(crs, dict):
        inner = crs.get("properties")
        word = inner.get("name") if isinstance(inner, dict) else None
        wkid = crs.get("latestWkid") or crs.get("wkid")
        if isinstance(word, str):
            found.crs = _named_crs(word)
        elif isinstance(wkid, int):
            found.crs = f"EPSG:{wkid}"


def _named_crs(word: str) -> str:
    """``urn:ogc:def:crs:EPSG::4490`` as ``EPSG:4490``.

    >>> _named_crs("urn:ogc:def:crs:OGC:1.3:CRS84"), _named_crs("urn:ogc:def:crs:EPSG::4490")
    ('EPSG:4326', 'EPSG:4490')
    """
    if "CRS84" in word:
        return CRS84
    parts = [part for part in word.replace("::", ":").split(":") if part]
    return f"EPSG:{parts[-1]}" if parts and parts[-1].isdigit() else word[:80]


def _feature(value: Any, text: str) -> Feature:
    if isinstance(value, list):
        shape = _bare_coordinates(value)
        return {}, shape, json.dumps(shape)
    if not isinstance(value, dict):
        return {}, None, ""
    if value.get("type") in _SHAPES:
        return {}, value, text
    if "geometry" in value or value.get("type") == "Feature":
        properties = value.get("properties")
        if properties is None:
            properties = value.get("attributes")
        if not isinstance(properties, dict):
            properties = {k: v for k, v in value.items() if k not in ("geometry", "type")}
        if "id" in value and "id" not in properties:
            properties = {"id": value["id"]} | properties
        return properties, _arcgis(value.get("geometry")), text
    return value, None, ""


def _arcgis(shape: Any) -> Any:
    """The shape of an ArcGIS answer as GeoJSON; any other stays as it is."""
    if not isinstance(shape, dict) or "type" in shape:
        return shape
    if "rings" in shape:
        return {"type": "Polygon", "coordinates": shape["rings"]}
    if "paths" in shape:
        return {"type": "MultiLineString", "coordinates": shape["paths"]}
    if "x" in shape and "y" in shape:
        return {"type": "Point", "coordinates": [shape["x"], shape["y"]]}
    return shape


def _bare_coordinates(value: list[Any]) -> Any:
    """A bare position is a point; a bare list of three and more positions, a ring."""
    if len(value) >= 2 and all(isinstance(v, int | float) for v in value):
        return {"type": "Point", "coordinates": value}
    if len(value) >= 3 and all(isinstance(v, list) for v in value):
        deep = isinstance(value[0][0], list) if value[0] else False
        return {"type": "Polygon", "coordinates": value if deep else [value]}
    return None


def _batches(
    path: Path, name: str, coding: str, found: _Found, most: int | None
) -> Iterator[Batch]:
    rows: list[Feature] = []
    done = 0
    for feature in _features(Stream(path, name, coding), _Found(), name):
        rows.append(feature)
        if len(rows) == BATCH or done + len(rows) == most:
            yield _batch(rows, found, done)
            done, rows = done + len(rows), []
            if done == most:
                return
    if rows or not done:
        yield _batch(rows, found, done)


def _batch(features: list[Feature], found: _Found, done: int) -> Batch:
    frame = pd.DataFrame(
        [{k: _plain(v) for k, v in properties.items()} for properties, _, _ in features],
        dtype="object",
    )
    shapes, closed = _shapes(features)
    frame[CLOSED] = closed
    for heading in found.headings:
        if heading not in frame:
            frame[heading] = None
    numbers = np.arange(done + 1, done + len(features) + 1, dtype=np.int64)
    return Batch(frame, shapes if found.shaped or _any(shapes) else None, numbers)


def _any(shapes: Any) -> bool:
    return bool(len(shapes)) and not bool(shapely.is_missing(shapes).all())


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _shapes(features: list[Feature]) -> tuple[Any, list[bool]]:
    """Shapes as GEOS reads them; what it refuses is built ring by ring."""
    members = [shape for _, shape, _ in features]
    texts = [json.dumps(shape) if isinstance(shape, dict) else None for shape in members]
    shapes = np.array(shapely.from_geojson(np.array(texts, object), on_invalid="ignore"), object)
    closed = [False] * len(features)
    for row in np.flatnonzero(shapely.is_missing(shapes)):
        if isinstance(members[row], dict):
            shapes[row], closed[row] = rebuilt(members[row])
    return shapes, closed


def rebuilt(shape: dict[str, Any]) -> tuple[Any, bool]:
    """A surface whose rings may be open, and whether one was; (None, False) where it is none."""
    kind, coordinates = shape.get("type"), shape.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(coordinates, list):
        return None, False
    parts = [coordinates] if kind == "Polygon" else coordinates
    try:
        rings = [[_ring(ring) for ring in part] for part in parts]
        polygons = [
            shapely.Polygon([*part[0][0]], [hole for hole, _ in part[1:]]) for part in rings if part
        ]
    except (TypeError, ValueError, LookupError, shapely.errors.GEOSException):
        return None, False
    opened = any(was_open for part in rings for _, was_open in part)
    if not polygons:
        return None, False
    return (polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)), opened


def _ring(positions: Any) -> tuple[list[tuple[float, float]], bool]:
    points = [(float(p[0]), float(p[1])) for p in positions]
    if len(set(points)) < 3 or not all(math.isfinite(v) for p in points for v in p):
        raise ValueError("no ring")
    was_open = points[0] != points[-1]
    return ([*points, points[0]] if was_open else points), was_open


def _reckoned(path: Path, taken: int) -> tuple[int, bool]:
    if taken < 200:
        return taken, True
    with path.open("rb") as stream:
        sample = stream.read(4 * SAMPLE)
    marks = max(sample.count(b'"geometry"'), sample.count(b'"Feature"'), 1)
    return max(int(path.stat().st_size / len(sample) * marks), taken), False
