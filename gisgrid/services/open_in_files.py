"""Which services of files are open at a moment: those that are closed then do not count."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import shapely

from gisgrid.access.opening import Openness, openness
from gisgrid.geo.crs import to_wgs84
from gisgrid.geo.readings import in_china
from gisgrid.services.walking_files import WalkingFiles
from gisgrid.services.walking_notes import Note


def open_at(
    files: WalkingFiles, at: datetime | None
) -> tuple[npt.NDArray[np.bool_], tuple[Note, ...]]:
    """Which services count at a local day and time, and a sentence on the others.

    Parameters
    ----------
    at
        None: whatever its hours, every service counts.

    Returns
    -------
    counted
        (s,) services without hours, or with hours that nobody can read, count.
    notes
        None without `at`.
    """
    if at is None:
        return np.ones(len(files.kind), bool), ()
    country = _country(files)
    states = [
        openness(hours if isinstance(hours, str) else None, at, country=country)
        for hours in files.hours
    ]
    facts = {state.value: states.count(state) for state in Openness}
    note = Note("access.open_at", {"at": f"{at:%Y-%m-%d %H:%M}"} | facts)
    return np.array([state is not Openness.CLOSED for state in states], bool), (note,)


def _country(files: WalkingFiles) -> str | None:
    """Whose public holidays a text of hours means: China's for streets that lie there."""
    middle = np.array([shapely.Point(files.network.node_xy.mean(axis=0))], object)
    lonlat = shapely.get_coordinates(to_wgs84(middle, files.epsg))
    return "CN" if in_china(lonlat).all() else None
