"""KML: placemarks with their data; no DTD, no entity, no linked file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pandas as pd
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from gisgrid.io.incoming.geojson import CLOSED, CRS84
from gisgrid.io.incoming.refuse import refused
from gisgrid.io.incoming.source import BATCH, Batch, Facts, Layer, Source

SAMPLED = 500
BEGINNING = 4 * 1024 * 1024
_SKIPPED = {"Style", "StyleMap", "LookAt", "Camera", "TimeStamp", "TimeSpan", "Region", "styleUrl"}


def open_kml(path: Path, name: str) -> Source:
    """The placemarks of a KML file as one layer; always WGS 84 by its standard.

    Raises
    ------
    UnreadableFile
        ``xml_entities`` for a DTD or entities, ``xml_broken`` for broken XML.
    """
    headings: dict[str, None] = {}
    findings: list[Facts] = []
    taken = 0
    for row, _ in _placemarks(path, name, findings):
        headings.update(dict.fromkeys(row))
        taken += 1
        if taken == SAMPLED:
            break
    counted = taken < SAMPLED
    rows = taken if counted else max(_reckoned(path), taken)

    def batches(most: int | None) -> Iterator[Batch]:
        return _batches(path, name, list(headings), most)

    return Source(
        format="KML",
        layer=name,
        layers=(Layer(name, rows),),
        headings=tuple(headings),
        rows=rows,
        counted=counted,
        crs=CRS84,
        encoding="utf-8",
        findings=findings,
        batches=batches,
    )


def _reckoned(path: Path) -> int:
    """How many placemarks there may be, from those in the beginning."""
    with path.open("rb") as stream:
        sample = stream.read(BEGINNING)
    return int(path.stat().st_size / len(sample) * sample.count(b"<Placemark"))


Placemark = tuple[dict[str, Any], Any]


def _placemarks(path: Path, name: str, findings: list[Facts]) -> Iterator[Placemark]:
    try:
        for _, element in iterparse(path, events=("end",), forbid_dtd=True):
            word = _local(element)
            if word == "Placemark":
                yield _placemark(element)
                element.clear()
            elif word == "NetworkLink":
                findings.append({"kind": "link_ignored"})
                element.clear()
    except DefusedXmlException as trick:
        raise refused("xml_entities", f"{name} declares XML entities", file=name) from trick
    except (ParseError, UnicodeDecodeError, ValueError, LookupError) as damage:
        raise refused("xml_broken", f"{name} is broken XML", file=name) from damage
    except RecursionError as depth:
        raise refused("json_too_deep", f"{name} is nested too deeply", file=name) from depth


def _placemark(element: Element) -> Placemark:
    row: dict[str, Any] = {}
    shapes: list[Any] = []
    closed = False
    for child in element:
        word = _local(child)
        if word in ("name", "address", "description"):
            row[word] = (child.text or "").strip()
        elif word == "ExtendedData":
            row.update(_extended(child))
        elif word not in _SKIPPED:
            found = list(_geometries(child))
            shapes += [shape for shape, _ in found]
            closed |= any(was_open for _, was_open in found)
    row[CLOSED] = closed
    return row, _united(shapes)


def _extended(element: Element) -> dict[str, str]:
    row = {}
    for each in element.iter():
        if _local(each) == "Data":
            value = next((c.text for c in each if _local(c) == "value"), None)
            row[each.get("name") or "value"] = (value or "").strip()
        elif _local(each) == "SimpleData":
            row[each.get("name") or "value"] = (each.text or "").strip()
    return row


def _geometries(element: Element) -> Iterator[tuple[Any, bool]]:
    word = _local(element)
    if word == "MultiGeometry":
        for child in element:
            yield from _geometries(child)
    elif word in ("Point", "LineString", "LinearRing"):
        points = _positions(element)
        if word == "Point" and points:
            yield shapely.Point(points[0]), False
        elif word != "Point" and len(points) > 1:
            yield shapely.LineString(points), False
    elif word == "Polygon":
        yield from _polygon(element)


def _polygon(element: Element) -> Iterator[tuple[Any, bool]]:
    rings = {"outerBoundaryIs": [], "innerBoundaryIs": []}  # type: dict[str, list[Any]]
    for side in element:
        if _local(side) in rings:
            rings[_local(side)] += [_positions(ring) for ring in side]
    outer: list[tuple[float, float]] = next(iter(rings["outerBoundaryIs"]), [])
    if len(set(outer)) < 3:
        return
    holes = [hole for hole in rings["innerBoundaryIs"] if len(set(hole)) >= 3]
    yield shapely.Polygon(outer, holes), outer[0] != outer[-1]


def _positions(element: Element) -> list[tuple[float, float]]:
    text = next((each.text for each in element.iter() if _local(each) == "coordinates"), None)
    points = []
    for position in (text or "").split():
        parts = position.split(",")
        try:
            x, y = float(parts[0]), float(parts[1])
        except (ValueError, IndexError):
            return []
        if not (math.isfinite(x) and math.isfinite(y)):
            return []
        points.append((x, y))
    return points


def _united(shapes: list[Any]) -> Any:
    """One shape of one or several of a kind; None where there is none."""
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    kinds = {shape.geom_type for shape in shapes}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(shapes)
    return shapely.MultiLineString(shapes) if kinds == {"LineString"} else shapes[0]


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _batches(path: Path, name: str, headings: list[str], most: int | None) -> Iterator[Batch]:
    rows: list[Placemark] = []
    done = 0
    for placemark in _placemarks(path, name, []):
        rows.append(placemark)
        if len(rows) == BATCH or done + len(rows) == most:
            yield _batch(rows, headings, done)
            done, rows = done + len(rows), []
            if done == most:
                return
    if rows or not done:
        yield _batch(rows, headings, done)


def _batch(placemarks: list[Placemark], headings: list[str], done: int) -> Batch:
    frame = pd.DataFrame([row for row, _ in placemarks], dtype="object")
    for heading in (*headings, CLOSED):
        if heading not in frame:
            frame[heading] = None
    frame = frame.where(frame.notna(), None)
    shapes = np.empty(len(placemarks), dtype=object)
    shapes[:] = [shape for _, shape in placemarks]
    return Batch(frame, shapes, np.arange(done + 1, done + len(placemarks) + 1, dtype=np.int64))
