"""The boundaries of the demonstration district as a file, as a district would bring its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from gisgrid.demo.district import LABEL


def boundaries_json(units: gpd.GeoDataFrame) -> str:
    """GeoJSON (RFC 7946) of units: one feature a line, outer rings anticlockwise, 7 decimals."""
    lines = [json.dumps(_feature(unit), ensure_ascii=False) for unit in units.itertuples()]
    title = json.dumps(f"柳湖区（{LABEL}，虚构）", ensure_ascii=False)
    body = ",\n".join(lines)
    return f'{{"type": "FeatureCollection", "name": {title}, "features": [\n{body}\n]}}\n'


def _feature(unit: Any) -> dict[str, Any]:
    turned = shapely.orient_polygons(unit.geometry)
    return {
        "type": "Feature",
        "properties": {
            "code": unit.code,
            "name": unit.name,
            "level": unit.level,
            "parent": unit.parent,
            "label": LABEL,
        },
        "geometry": json.loads(shapely.to_geojson(turned)),
    }


def write_boundaries(units: gpd.GeoDataFrame, path: Path) -> None:
    """Write units to a GeoJSON file, replacing what was there."""
    path.write_text(boundaries_json(units), encoding="utf-8")
