"""Result layers into one GeoPackage, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gisgrid.errors import InvalidInput

WGS84 = "EPSG:4326"


def require_writable(path: Path) -> None:
    """Raise InvalidInput unless `path` names a GeoPackage in a folder that is there."""
    if path.suffix.lower() != ".gpkg":
        raise InvalidInput(
            f"the output is a GeoPackage: {path.name} should end in .gpkg",
            code="output_not_gpkg",
            file=path.name,
        )
    if not path.resolve().parent.is_dir():
        raise InvalidInput(
            f"there is no folder {path.parent}", code="no_such_folder", folder=str(path.parent)
        )


def write_layers(path: Path, layers: Mapping[str, gpd.GeoDataFrame | pd.DataFrame]) -> None:
    """Write `layers` under their names; a file that was there is replaced at the end."""
    with tempfile.TemporaryDirectory(dir=path.resolve().parent, prefix=".gisgrid-") as folder:
        draft = Path(folder) / path.name
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, draft, layer=name, driver="GPKG")
        draft.replace(path)
