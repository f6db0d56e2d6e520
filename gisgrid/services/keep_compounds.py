"""Compounds (小区) out of a frame of buildings that names the compound of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gisgrid.storage import compounds
from gisgrid.storage.engine import SYSTEM, Engine, transaction

if TYPE_CHECKING:
    import geopandas as gpd


def keep_compounds(engine: Engine, buildings: gpd.GeoDataFrame, source: str) -> int:
    """Put buildings of `source` into the compounds that column ``compound`` names.

    Parameters
    ----------
    buildings
        Columns ``source_id`` and ``compound``; an empty or missing name leaves a building as it is.

    Returns
    -------
    How many buildings are in another compound than before; 0 for a frame without the column.
    """
    if "compound" not in buildings:
        return 0
    named = buildings[buildings["compound"].notna() & (buildings["compound"] != "")]
    if named.empty:
        return 0
    with transaction(engine, SYSTEM) as conn:
        ids, names = named["source_id"].astype(str).tolist(), named["compound"].tolist()
        return compounds.found(conn, source, ids, names)
