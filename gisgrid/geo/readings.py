"""Ways to read coordinates whose system is not stated, or stated wrongly.

A reading is a CRS of the EPSG register, a datum that vendors shift to, and whether the axes are
swapped. From the numbers alone follows which readings are possible; with a district whose place is
known, which of them is likely.

Gauss–Krüger codes of the EPSG register, by datum: 3-degree zones 25–45 with the zone before the
easting, the same by central meridian without it, and 6-degree zones 13–23 both ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gisgrid.errors import CrsMismatch
from gisgrid.geo.crs import CHINA_EAST, CHINA_NORTH, CHINA_SOUTH, CHINA_WEST
from gisgrid.geo.datum import Datum, shapes_to_wgs84
from gisgrid.geo.edges import Bools, Floats, Geometries

SWAPPED = "/swapped"
CGCS2000, XIAN_1980, BEIJING_1954 = "CGCS2000", "Xi'an 1980", "Beijing 1954"
_THREE_PREFIXED = {CGCS2000: 4513, XIAN_1980: 2349, BEIJING_1954: 2401}
_THREE = {CGCS2000: 4534, XIAN_1980: 2370, BEIJING_1954: 2422}
_SIX_PREFIXED = {CGCS2000: 4491, XIAN_1980: 2327, BEIJING_1954: 21413}
_SIX = {CGCS2000: 4502, XIAN_1980: 2338, BEIJING_1954: 21453}
_DEGREES = {"EPSG:4326": "WGS 84", "EPSG:4490": CGCS2000}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read coordinates: `crs` as ``EPSG:n`` or WKT."""

    crs: str = "EPSG:4326"
    datum: Datum = Datum.WGS84
    swapped: bool = False

    @property
    def key(self) -> str:
        """What a user chooses: ``EPSG:4547``, ``gcj02``, ``EPSG:4326/swapped``."""
        base = self.crs if self.datum is Datum.WGS84 else self.datum.value
        return base + (SWAPPED if self.swapped else "")


def reading_of(key: str) -> Reading:
    """The reading that a key names.

    Raises
    ------
    CrsMismatch
        ``crs_unknown`` where there is no such system.

    >>> reading_of("bd09").datum.value, reading_of("4547/swapped").crs
    ('bd09', 'EPSG:4547')
    """
    base, swapped = key.removesuffix(SWAPPED).strip(), key.endswith(SWAPPED)
    word = base.lower().replace("-", "")
    if word in ("gcj02", "bd09", "wgs84"):
        return Reading(datum=Datum(word), swapped=swapped)
    crs = f"EPSG:{base}" if base.isdigit() else base
    crs = f"EPSG:{crs[5:]}" if crs.lower().startswith("epsg:") else crs
    _known(crs)
    return Reading(crs=crs, swapped=swapped)


@lru_cache(maxsize=64)
def _known(crs: str) -> CRS:
    try:
        found = CRS.from_user_input(crs)
    except CRSError as unknown:
        raise CrsMismatch(
            f"no such system: {crs[:80]}", code="crs_unknown", crs=crs[:80]
        ) from unknown
    if not (found.is_geographic or found.is_projected):
        raise CrsMismatch(f"{crs[:80]} is no plane system", code="crs_unknown", crs=crs[:80])
    return found


@lru_cache(maxsize=64)
def _transformer(crs: str) -> Transformer | None:
    """To WGS 84; None where coordinates are taken as they are (CGCS2000 equals it here)."""
    if crs in _DEGREES:
        return None
    return Transformer.from_crs(_known(crs), CRS.from_epsg(4326), always_xy=True)


def name_of(reading: Reading) -> str:
    """The name of a reading's system in the EPSG register; vendors' datums by their own."""
    if reading.datum is Datum.GCJ02:
        return "GCJ-02"
    return "BD-09" if reading.datum is Datum.BD09 else str(_known(reading.crs).name)


def positions_to_wgs84(xy: Floats, reading: Reading) -> Floats:
    """(n, 2) positions as longitude and latitude; NaN where they have none."""
    given = xy[:, ::-1] if reading.swapped else xy
    shift = _transformer(reading.crs)
    if shift is not None:
        given = np.column_stack(shift.transform(given[:, 0], given[:, 1]))
    if reading.datum is not Datum.WGS84:
        given_points = np.asarray(shapely.points(np.nan_to_num(given)), dtype=object)
        points = shapes_to_wgs84(given_points, reading.datum)
        given = shapely.get_coordinates(points)
    return np.where(np.isfinite(given), given, np.nan)


def to_wgs84(shapes: Geometries, reading: Reading) -> Geometries:
    """(n,) shapes in EPSG:4326; Z is dropped, None stays None. Equal in, equal out.

    A position without a place becomes NaN, for the checks behind to find.
    """
    if reading == Reading() or reading == Reading(crs="EPSG:4490"):
        return flat(shapes)
    return np.asarray(
        shapely.transform(shapes, lambda xy: positions_to_wgs84(xy, reading)), dtype=object
    )


def flat(shapes: Geometries) -> Geometries:
    """(n,) shapes without Z and M, in an array of their own; those that are flat stay themselves.

    Dropping what is not there would copy every shape.
    """
    out = np.array(shapes, dtype=object)
    deep = shapely.get_coordinate_dimension(out) > 2
    if deep.any():
        out[deep] = shapely.force_2d(out[deep])
    return out


def on_earth(lonlat: Floats) -> Bools:
    """(n,) whether positions are longitudes and latitudes at all."""
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(lonlat[:, 0]) <= 180) & (np.abs(lonlat[:, 1]) <= 90))


def in_china(lonlat: Floats) -> Bools:
    """(n,) whether positions lie in China's longitudes and latitudes."""
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    east_west = (lon >= CHINA_WEST) & (lon <= CHINA_EAST)
    return np.asarray(east_west & (lat >= CHINA_SOUTH) & (lat <= CHINA_NORTH))


def possible(xy: Floats, middle: tuple[float, float] | None = None) -> list[Reading]:
    """Readings that the numbers allow, the most usual first.

    Parameters
    ----------
    xy
        (n, 2) positions as the file has them.
    middle
        Longitude and latitude of the district, where known: it says which central meridians.
    """
    if not len(xy):
        return []
    x, y = np.nanmedian(xy, axis=0)
    if abs(x) <= 180 and abs(y) <= 180:
        return _degrees(xy)
    straight = _metric(float(x), float(y), middle)
    turned = _metric(float(y), float(x), middle)
    return [*straight, *(Reading(r.crs, swapped=True) for r in turned)]


def _degrees(xy: Floats) -> list[Reading]:
    readings = [Reading()]
    if in_china(xy).any() or in_china(xy[:, ::-1]).any():
        readings += [Reading(datum=Datum.GCJ02), Reading(datum=Datum.BD09)]
        readings += [Reading("EPSG:4610"), Reading("EPSG:4214")]
    turned = [Reading(r.crs, r.datum, swapped=True) for r in readings[:3]]
    straight = on_earth(xy).mean() > 0.5
    backwards = on_earth(xy[:, ::-1]).mean() > 0.5
    return [*(readings if straight else []), *(turned if backwards else [])]


def _metric(x: float, y: float, middle: tuple[float, float] | None) -> list[Reading]:
    """Readings of an easting `x` and a northing `y` in metres."""
    codes: list[int] = []
    zone = int(x // 1e6)
    if 0 < y < 6e6 and 25 <= zone <= 45:
        codes += [first + zone - 25 for first in _THREE_PREFIXED.values()]
    if 0 < y < 6e6 and 13 <= zone <= 23:
        codes += [first + zone - 13 for first in _SIX_PREFIXED.values()]
    if 0 < x < 1e6 and 0 < y < 1e7:
        codes += _by_meridian(middle)
    if 1e6 < abs(x) < 20_037_509 and abs(y) < 20_048_967:
        codes.append(3857)
    return [Reading(f"EPSG:{code}") for code in codes]


def _by_meridian(middle: tuple[float, float] | None) -> list[int]:
    """Codes without a zone in the easting: the meridians near the district, or all of CGCS2000."""
    if middle is None:
        return list(range(4534, 4555))
    lon, lat = middle
    near = sorted(range(75, 136, 3), key=lambda meridian: abs(meridian - lon))[:2]
    codes = [first + (m - 75) // 3 for m in near for first in _THREE.values()]
    six = min(range(75, 136, 6), key=lambda meridian: abs(meridian - lon))
    codes += [first + (six - 75) // 6 for first in _SIX.values()]
    return [*codes, (32600 if lat >= 0 else 32700) + min(int((lon + 180) // 6) + 1, 60)]
