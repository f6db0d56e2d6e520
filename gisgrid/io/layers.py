"""Files as frames in EPSG:4326, each read in a process that can do nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gisgrid.errors import CrsMismatch
from gisgrid.io.files import parts_of
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.limits import AT_THE_CONSOLE, Limits
from gisgrid.io.incoming.parent import Answer, Request, apart
from gisgrid.io.osm import OsmLayers

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, the steps done, and the steps in all (None while unknown)."""

_OF_OSM = ("streets", "lines", "areas", "buildings", "services", "gates", "units")


def read_layer(
    path: str | Path, *, layer: str | None = None, limits: Limits = AT_THE_CONSOLE
) -> gpd.GeoDataFrame:
    """One layer of a geographic file, in EPSG:4326 and two dimensions.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON, Shapefile with its companions or zipped, KML, GeoParquet. What the
        file is, is judged by its content.
    layer
        Name of the layer; needed when the file has several.

    Returns
    -------
    (n,) rows with the source's own columns; n may be 0. Rows without geometry are kept.

    Raises
    ------
    UnreadableFile, WrongType, TooLarge
        If the file is missing, empty, damaged, none of these formats or beyond a limit.
    CrsMismatch
        If the layer does not say in which coordinate system it is (``crs_missing``).
    InvalidInput
        If it has several layers and none was chosen (``choose_layer``).
    """
    frame = read_drawn(path, layer=layer, limits=limits)
    if frame.crs is None:
        raise _crs_missing(Path(path))
    moved = frame.to_crs("EPSG:4326")
    return moved.set_geometry(shapely.force_2d(moved.geometry.to_numpy()), crs="EPSG:4326")


def read_drawn(
    path: str | Path, *, layer: str | None = None, limits: Limits = AT_THE_CONSOLE
) -> gpd.GeoDataFrame:
    """As `read_layer`, in the file's own coordinates; a CRS that is not said is None."""
    source = Path(path)
    choices = Choices(layer=layer)
    request = Request("layer", "units", parts_of(source), source.name, choices, limits)
    with apart(request, Ground()) as answer:
        return _frame(answer, "layer")


def read_osm_apart(
    path: str | Path, *, progress: Progress | None = None, limits: Limits = AT_THE_CONSOLE
) -> OsmLayers:
    """An OpenStreetMap extract, as `gisgrid.io.osm.read_osm` reads it.

    Raises
    ------
    UnreadableFile, TooLarge
        If the file is missing, empty, of another format, cut short or beyond a limit.
    """

    def told(steps: int) -> None:
        if progress is not None:
            progress("read", steps, None)

    source = Path(path)
    request = Request("osm", "streets", (source,), source.name, Choices(), limits)
    with apart(request, Ground(), told=told) as answer:
        frames = {name: _frame(answer, name) for name in _OF_OSM}
        rejects = pd.read_parquet(answer.rejects)
    dated = answer.result["dated"]
    return OsmLayers(
        **frames,
        rejects=rejects,
        counts=answer.result["counts"],
        dated=None if dated is None else datetime.fromisoformat(dated),
    )


def _frame(answer: Answer, name: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(answer.rows.with_name(f"{name}.parquet"))


def _crs_missing(source: Path) -> CrsMismatch:
    return CrsMismatch(
        f"{source.name} does not say its coordinate system; add it (.prj) and try again",
        code="crs_missing",
        file=source.name,
    )
