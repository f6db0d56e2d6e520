"""OpenStreetMap extracts as a layer of buildings, streets, services or units."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gisgrid.io.incoming.geojson import CRS84
from gisgrid.io.incoming.refuse import refused
from gisgrid.io.incoming.source import BATCH, Batch, Layer, Source
from gisgrid.io.osm import read_osm

LAYERS = ("buildings", "streets", "services", "units")


def open_osm(path: Path, name: str, layer: str | None) -> Source:
    """One layer of an extract; its columns are ours already."""
    read = read_osm(path)
    frames: dict[str, gpd.GeoDataFrame] = {each: getattr(read, each) for each in LAYERS}
    chosen = layer if layer in frames else max(frames, key=lambda each: len(frames[each]))
    frame = frames[chosen]
    if not any(len(each) for each in frames.values()):
        raise refused("osm_bare", f"{name} has no streets, buildings or places", file=name)
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object)
    shapes = frame.geometry.to_numpy()

    def batches(most: int | None) -> Iterator[Batch]:
        end = len(plain) if most is None else min(most, len(plain))
        for first in range(0, max(end, 1), BATCH):
            rows = slice(first, min(first + BATCH, end))
            numbers = np.arange(rows.start + 1, rows.stop + 1, dtype=np.int64)
            piece = plain.iloc[rows].reset_index(drop=True)
            yield Batch(piece.where(piece.notna(), None), shapes[rows], numbers)

    return Source(
        format="OpenStreetMap",
        layer=chosen,
        layers=tuple(Layer(each, len(found)) for each, found in frames.items() if len(found)),
        headings=tuple(map(str, plain.columns)),
        rows=len(plain),
        counted=True,
        crs=CRS84,
        encoding="utf-8",
        batches=batches,
    )
